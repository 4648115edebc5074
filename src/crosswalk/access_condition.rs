//! `accessCondition`: standard statements by their address or name, anything else in its own words.
//!
//! Known are the twelve statements of `RightsStatements.org`, the six Creative Commons licences in all versions
//! and ports, CC0 and the Public Domain Mark, by any address that leads to one, by their exact label, by name and
//! version (`CC BY 4.0`), and by name and address together. The address is written in its canonical form: `http` for
//! `RightsStatements.org` (<https://rightsstatements.org/en/documentation/>), `https` for Creative Commons
//! (<https://creativecommons.org/licenses/list.en>). Prose claims nothing, because it may limit the address in it; nor
//! does a name without a version.

use std::sync::LazyLock;

use super::table::Tables;
use crate::arke::Term;
use crate::mods::{AccessCondition, Text};

/// The tables of statements, licences, their versions and ports, and dedications, and the words for them.
static RIGHTS: LazyLock<Tables<3>> = LazyLock::new(|| Tables::read(include_str!("rights.tsv")));

/// Words in the name of a licence that choose none.
const FORMALITIES: [&str; 4] = ["license", "licence", "public", "the"];
/// Parameters that choose how a statement is shown, not what it says.
const DISPLAY_PARAMETERS: [&str; 3] = ["lang", "language", "ref"];

/// A standard statement.
struct Statement {
    uri: String,
    label: String,
}

/// Reads a value of the rights: the standard statements in it, if it names nothing else, or its words.
pub(super) fn read<'v>(raw: &Term<'v>) -> Vec<AccessCondition<'v>> {
    let Some(given) = Text::block(raw.text) else {
        return Vec::new();
    };
    let several = given.as_str().split([';', '|', '\n']).map(str::trim);
    let several: Option<Vec<_>> = several
        .filter(|part| !part.is_empty())
        .map(statement)
        .collect();
    let of_object = || {
        raw.uri
            .and_then(by_address)
            .map(|statement| vec![statement])
    };
    let Some(statements) = several.or_else(of_object) else {
        let text = match raw.uri {
            Some(uri) => Text::made(format!("{} ({uri})", given.as_str())),
            None => given,
        };
        return vec![AccessCondition { text, uri: None }];
    };
    let condition = |Statement { uri, label }| AccessCondition {
        text: Text::made(format!("{label} ({uri})")),
        uri: Some(uri),
    };
    statements.into_iter().map(condition).collect()
}

/// Recognises a statement by its address, its name, or both if they agree.
fn statement(text: &str) -> Option<Statement> {
    let text = text.trim_end_matches('.');
    let either = |text| by_address(text).or_else(|| by_name(text));
    either(text).or_else(|| {
        let at = match text.find("http") {
            Some(0) => text.find([' ', '(']),
            Some(at) => Some(at),
            None => text.find('('),
        };
        let (one, other) = text.split_at(at?);
        let one = either(one.trim_end_matches([' ', '(', '<', ':', '-', ',']))?;
        either(other.trim_matches(['(', ')', '>', ' ', '-'])).filter(|other| other.uri == one.uri)
    })
}

/// Recognises an exact label, or a name of Creative Commons with its version: `CC-BY-NC-4.0`.
fn by_name(name: &str) -> Option<Statement> {
    let label = name.replace(['–', '—'], "-");
    let mut statements = RIGHTS.rows("statement").iter();
    if let Some([code, ..]) = statements.find(|[_, known, _]| *known == label) {
        return rights_statement(&["vocab", code, "1.0"]);
    }
    let lower = label
        .to_lowercase()
        .replace("non-", "non")
        .replace("no-", "no");
    let words = lower.split(|sign: char| !sign.is_alphanumeric() && sign != '.');
    let words = words.map(|word| {
        word.strip_prefix('v')
            .filter(|version| version.contains('.'))
            .unwrap_or(word)
    });
    let words: Vec<&str> = words
        .filter(|word| !word.is_empty() && !FORMALITIES.contains(word))
        .collect();
    let of_version = |word: &&str| RIGHTS.find("version", word);
    let at = words.iter().position(|word| of_version(word).is_some())?;
    let [version, unported, ports] = of_version(&words[at])?;
    let place = words[at + 1..].join(" ");
    if let Some([_, code, _]) = RIGHTS.find("dedicated", &words[..at].join(" ")) {
        let is_whole = ["", "universal", "universal domain dedication"].contains(&&*place);
        return dedication(&[code, version]).filter(|_| is_whole);
    }
    let elements = words[..at].strip_prefix(&["creative", "commons"]);
    let elements = elements.or_else(|| words[..at].strip_prefix(&["cc"]));
    // "Attribution 4.0" may be any licence of that version.
    let of_label = || (!place.is_empty()).then_some(&words[..at]);
    let elements = elements.or_else(of_label)?.iter();
    let code: Option<Vec<_>> = elements
        .map(|word| Some(RIGHTS.find("element", word)?[1]))
        .collect();
    let code = code?.join("-");
    if place.is_empty() || unported.eq_ignore_ascii_case(&place) {
        return licence(&[&code, version]);
    }
    let is_named = |port: &&str| {
        let name = name_of_port(port).unwrap_or_default();
        *port == place || name.eq_ignore_ascii_case(&place)
    };
    licence(&[&code, version, ports.split(' ').find(is_named)?])
}

/// Recognises an address.
fn by_address(text: &str) -> Option<Statement> {
    let address = text.trim_matches(['<', '>']).to_ascii_lowercase();
    let address = address.split('#').next().unwrap_or_default();
    let starts = ["https://", "http://", "www."].iter();
    let address = starts.fold(address, |rest, start| {
        rest.strip_prefix(start).unwrap_or(rest)
    });
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    if !query.split('&').all(is_display) {
        return None;
    }
    let segments: Vec<&str> = path
        .split('/')
        .filter(|segment| !segment.is_empty())
        .collect();
    match segments.as_slice() {
        ["rightsstatements.org", rest @ ..] => rights_statement(rest),
        ["creativecommons.org", "licenses", rest @ ..] => licence(rest),
        ["creativecommons.org", "publicdomain", rest @ ..] => dedication(rest),
        _ => None,
    }
}

fn is_display(parameter: &str) -> bool {
    let name = parameter.split('=').next().unwrap_or_default();
    name.is_empty() || DISPLAY_PARAMETERS.contains(&name)
}

fn rights_statement(segments: &[&str]) -> Option<Statement> {
    // The language of the page may be named before or after.
    let is_language = |segment: &str| segment.len() == 2;
    let segments = match segments {
        [language, rest @ ..] if is_language(language) => rest,
        [rest @ .., language] if is_language(language) => rest,
        all => all,
    };
    let ["vocab" | "page" | "data", code, "1.0"] = segments else {
        return None;
    };
    let [code, label, _] = RIGHTS.find("statement", code)?;
    Some(Statement {
        uri: format!("http://rightsstatements.org/vocab/{code}/1.0/"),
        label: label.to_owned(),
    })
}

fn licence(segments: &[&str]) -> Option<Statement> {
    let segments = without_document(segments);
    let (code, version, port) = match segments {
        [code, version] => (code, version, None),
        [code, version, port] => (code, version, Some(port)),
        _ => return None,
    };
    let [version, unported, ports] = RIGHTS.find("version", version)?;
    let code = match (*code, version) {
        ("by-nc-nd" | "by-nd-nc", "1.0") => "by-nd-nc",
        ("by-nd-nc", _) => return None,
        (code, _) => code,
    };
    let [code, name, _] = RIGHTS.find("licence", code)?;
    let name = match version {
        "4.0" => name.replace("NoDerivs", "NoDerivatives"),
        _ => name.to_owned(),
    };
    let (place, path) = match port {
        None if !unported.is_empty() => (unported, String::new()),
        Some(port) if ports.split(' ').any(|known| known == *port) => {
            (name_of_port(port)?, format!("{port}/"))
        }
        _ => return None,
    };
    Some(Statement {
        uri: format!("https://creativecommons.org/licenses/{code}/{version}/{path}"),
        label: format!("Creative Commons {name} {version} {place}"),
    })
}

fn name_of_port(port: &str) -> Option<&'static str> {
    Some(RIGHTS.find("port", port)?[1])
}

fn dedication(segments: &[&str]) -> Option<Statement> {
    let [code, "1.0"] = without_document(segments) else {
        return None;
    };
    let [code, label, _] = RIGHTS.find("dedication", code)?;
    Some(Statement {
        uri: format!("https://creativecommons.org/publicdomain/{code}/1.0/"),
        label: label.to_owned(),
    })
}

/// Drops the last segment if it names a form of the text: `deed`, `deed.fr`, `legalcode.txt`, `rdf`.
fn without_document<'a>(segments: &'a [&'a str]) -> &'a [&'a str] {
    match segments {
        [rest @ .., last]
            if matches!(last.split('.').next(), Some("deed" | "legalcode" | "rdf")) =>
        {
            rest
        }
        _ => segments,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(raws: &[&str], label: &str, uri: &str) {
        for raw in raws {
            let conditions = read(&Term::of(raw));
            let [condition] = &conditions[..] else {
                panic!("{raw}: {conditions:?}");
            };
            assert_eq!(condition.uri.as_deref(), Some(uri), "{raw}");
            assert_eq!(condition.text.as_str(), format!("{label} ({uri})"), "{raw}");
        }
    }

    #[track_caller]
    fn check_verbatim(raws: &[&str]) {
        for raw in raws {
            let conditions = read(&Term::of(raw));
            let texts: Vec<_> = conditions
                .iter()
                .map(|one| (one.text.as_str(), &one.uri))
                .collect();
            assert_eq!(texts, [(*raw, &None)]);
        }
    }

    #[test]
    fn a_rights_statement_is_known_by_any_address() {
        check(
            &[
                "http://rightsstatements.org/vocab/NoC-US/1.0/",
                "https://rightsstatements.org/vocab/NoC-US/1.0",
                "http://www.rightsstatements.org/page/NoC-US/1.0/",
                "https://rightsstatements.org/page/noc-us/1.0/?language=en",
                "HTTP://RIGHTSSTATEMENTS.ORG/VOCAB/NOC-US/1.0/",
                "rightsstatements.org/vocab/NoC-US/1.0/",
                "http://rightsstatements.org/data/NoC-US/1.0/",
                "https://rightsstatements.org/en/page/NoC-US/1.0/",
                "https://rightsstatements.org/page/NoC-US/1.0/de",
                "<http://rightsstatements.org/vocab/NoC-US/1.0/>",
                " http://rightsstatements.org/vocab/NoC-US/1.0/#top\n",
            ],
            "No Copyright - United States",
            "http://rightsstatements.org/vocab/NoC-US/1.0/",
        );
    }

    #[test]
    fn every_rights_statement_has_its_label() {
        for [code, label, _] in RIGHTS.rows("statement") {
            let uri = format!("http://rightsstatements.org/vocab/{code}/1.0/");
            check(&[&uri, &uri.to_lowercase()], label, &uri);
        }
    }

    #[test]
    fn a_licence_is_known_by_any_address() {
        check(
            &[
                "https://creativecommons.org/licenses/by/4.0/",
                "http://creativecommons.org/licenses/by/4.0",
                "http://www.creativecommons.org/licenses/by/4.0/",
                "https://creativecommons.org/licenses/by/4.0/legalcode",
                "https://creativecommons.org/licenses/by/4.0/legalcode.txt",
                "https://creativecommons.org/licenses/by/4.0/legalcode.zh-hans",
                "https://creativecommons.org/licenses/by/4.0/deed",
                "https://creativecommons.org/licenses/by/4.0/deed.fr",
                "https://creativecommons.org/licenses/by/4.0/rdf",
                "https://creativecommons.org/licenses/by/4.0/?ref=chooser-v1",
                "https://creativecommons.org/licenses/BY/4.0/?lang=fr&ref=x",
                "creativecommons.org/licenses/by/4.0",
            ],
            "Creative Commons Attribution 4.0 International",
            "https://creativecommons.org/licenses/by/4.0/",
        );
    }

    #[test]
    fn a_port_is_in_the_label() {
        for (path, label) in [
            ("by/3.0/us/", "Attribution 3.0 United States"),
            (
                "by-nc-sa/3.0/igo/",
                "Attribution-NonCommercial-ShareAlike 3.0 IGO",
            ),
            (
                "by-sa/2.0/uk/",
                "Attribution-ShareAlike 2.0 UK: England & Wales",
            ),
            (
                "by-nd/2.5/scotland/",
                "Attribution-NoDerivs 2.5 UK: Scotland",
            ),
            ("by/2.1/jp/", "Attribution 2.1 Japan"),
            ("by-nc/3.0/", "Attribution-NonCommercial 3.0 Unported"),
            ("by-nc/2.5/", "Attribution-NonCommercial 2.5 Generic"),
            ("by-nc/2.0/", "Attribution-NonCommercial 2.0 Generic"),
            ("by-nc/1.0/", "Attribution-NonCommercial 1.0 Generic"),
        ] {
            let uri = format!("https://creativecommons.org/licenses/{path}");
            let deed = format!("{uri}deed.de");
            check(&[&uri, &deed], &format!("Creative Commons {label}"), &uri);
        }
    }

    #[test]
    fn no_derivatives_is_named_as_its_version_names_it() {
        check(
            &["https://creativecommons.org/licenses/by-nc-nd/4.0/"],
            "Creative Commons Attribution-NonCommercial-NoDerivatives 4.0 International",
            "https://creativecommons.org/licenses/by-nc-nd/4.0/",
        );
        check(
            &["https://creativecommons.org/licenses/by-nc-nd/3.0/"],
            "Creative Commons Attribution-NonCommercial-NoDerivs 3.0 Unported",
            "https://creativecommons.org/licenses/by-nc-nd/3.0/",
        );
        check(
            &[
                "https://creativecommons.org/licenses/by-nc-nd/1.0/",
                "https://creativecommons.org/licenses/by-nd-nc/1.0/",
            ],
            "Creative Commons Attribution-NoDerivs-NonCommercial 1.0 Generic",
            "https://creativecommons.org/licenses/by-nd-nc/1.0/",
        );
    }

    #[test]
    fn dedications_to_the_public_domain_are_known() {
        check(
            &[
                "https://creativecommons.org/publicdomain/zero/1.0/",
                "http://creativecommons.org/publicdomain/zero/1.0/deed.en",
            ],
            "CC0 1.0 Universal",
            "https://creativecommons.org/publicdomain/zero/1.0/",
        );
        check(
            &["http://creativecommons.org/publicdomain/mark/1.0"],
            "Public Domain Mark 1.0",
            "https://creativecommons.org/publicdomain/mark/1.0/",
        );
    }

    #[test]
    fn every_port_has_a_name() {
        let versions = RIGHTS.rows("version").iter();
        let used: Vec<_> = versions
            .flat_map(|[.., ports]| ports.split_whitespace())
            .collect();
        for port in &used {
            assert!(name_of_port(port).is_some(), "{port}");
        }
        for [port, ..] in RIGHTS.rows("port") {
            assert!(used.contains(port), "{port}");
        }
    }

    #[test]
    fn what_is_no_standard_statement_stays_as_it_is() {
        check_verbatim(&[
            "PUBLIC DOMAIN",
            "NO COPYRIGHT - US",
            "IN COPYRIGHT",
            "In Copyright (http://rightsstatements.org/vocab/NoC-US/1.0/)",
            "CC BY",
            "CC BY 4.0 except the cover",
            "Licensed under CC BY 4.0",
            "CC BY-XY 4.0",
            "CC BY 3.0 Atlantis",
            "Attribution 4.0",
            "BY-NC 4.0",
            "Public Domain",
            "Unknown",
            "CC BY 4.0, see https://creativecommons.org/licenses/by/4.0/",
            "https://creativecommons.org/licenses/by/4.0/ except the cover",
            "https://creativecommons.org/licenses/by/4.0/ https://creativecommons.org/licenses/by/3.0/",
            "https://creativecommons.org/",
            "https://creativecommons.org/licenses/by/",
            "https://creativecommons.org/licenses/by/5.0/",
            "https://creativecommons.org/licenses/by/4.0/us/",
            "https://creativecommons.org/licenses/by/3.0/xx/",
            "https://creativecommons.org/licenses/by/2.1/",
            "https://creativecommons.org/licenses/by-nd-nc/3.0/",
            "https://creativecommons.org/licenses/sampling+/1.0/",
            "https://creativecommons.org/licenses/publicdomain/",
            "https://creativecommons.org/publicdomain/zero/2.0/",
            "https://creativecommons.org.example.net/licenses/by/4.0/",
            "http://rightsstatements.org/vocab/InC/2.0/",
            "http://rightsstatements.org/vocab/XYZ/1.0/",
            "http://rightsstatements.org/vocab/",
            "ftp://rightsstatements.org/vocab/InC/1.0/",
            "First paragraph.\n\nSecond.",
        ]);
    }

    #[test]
    fn a_parameter_that_says_more_keeps_the_address_as_it_is() {
        check_verbatim(&[
            "https://rightsstatements.org/page/NoC-CR/1.0/?relatedURL=http://example.org/contract",
            "https://rightsstatements.org/page/NoC-NC/1.0/?language=en&date=2030-01-01",
        ]);
    }

    #[test]
    fn a_statement_is_known_by_its_label_or_name_and_version() {
        check(
            &[
                "In Copyright",
                "In Copyright (http://rightsstatements.org/vocab/InC/1.0/)",
            ],
            "In Copyright",
            "http://rightsstatements.org/vocab/InC/1.0/",
        );
        check(
            &[
                "No Copyright - United States",
                "No Copyright – United States",
                "No Copyright - United States (http://rightsstatements.org/vocab/NoC-US/1.0/)",
                "No Copyright - United States: https://rightsstatements.org/page/NoC-US/1.0/?language=en",
            ],
            "No Copyright - United States",
            "http://rightsstatements.org/vocab/NoC-US/1.0/",
        );
        check(
            &[
                "CC BY 4.0",
                "cc-by-4.0",
                "CC-BY 4.0",
                "Creative Commons Attribution 4.0 International",
                "Attribution 4.0 International (CC BY 4.0)",
                "CC BY 4.0 International License",
                "Creative Commons Attribution 4.0 International Public License.",
                "CC BY 4.0 https://creativecommons.org/licenses/by/4.0/",
                "https://creativecommons.org/licenses/by/4.0/.",
                "CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/deed.de)",
                "https://creativecommons.org/licenses/by/4.0/ (CC BY 4.0)",
            ],
            "Creative Commons Attribution 4.0 International",
            "https://creativecommons.org/licenses/by/4.0/",
        );
        check(
            &[
                "CC BY-NC-ND 4.0",
                "Creative Commons Attribution-NonCommercial-NoDerivatives 4.0",
                "CC-BY-NC-ND-4.0",
                "CC Attribution-Non-Commercial-No-Derivatives 4.0",
            ],
            "Creative Commons Attribution-NonCommercial-NoDerivatives 4.0 International",
            "https://creativecommons.org/licenses/by-nc-nd/4.0/",
        );
        check(
            &["CC BY-SA 3.0 Germany", "CC-BY-SA-3.0-DE"],
            "Creative Commons Attribution-ShareAlike 3.0 Germany",
            "https://creativecommons.org/licenses/by-sa/3.0/de/",
        );
        check(
            &[
                "CC0 1.0",
                "CC0-1.0",
                "CC0 1.0 Universal",
                "CC0 1.0 Universal Public Domain Dedication",
                "Creative Commons Zero v1.0 Universal",
            ],
            "CC0 1.0 Universal",
            "https://creativecommons.org/publicdomain/zero/1.0/",
        );
        check(
            &["Public Domain Mark 1.0", "public domain mark 1.0 universal"],
            "Public Domain Mark 1.0",
            "https://creativecommons.org/publicdomain/mark/1.0/",
        );
    }

    #[test]
    fn several_statements_in_one_text_are_several() {
        let raw = "http://rightsstatements.org/vocab/InC/1.0/; CC BY 4.0";
        let conditions = read(&Term::of(raw));
        let uris: Vec<_> = conditions.iter().map(|one| one.uri.as_deref()).collect();
        let expected = [
            "http://rightsstatements.org/vocab/InC/1.0/",
            "https://creativecommons.org/licenses/by/4.0/",
        ];
        assert_eq!(uris, expected.map(Some));
        check_verbatim(&["In Copyright; ask the museum"]);
    }

    #[test]
    fn no_rights_are_nothing() {
        for raw in ["", " \n"] {
            assert_eq!(read(&Term::of(raw)), []);
        }
    }
}
