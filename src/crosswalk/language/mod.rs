//! `language`: BCP 47 tags, codes of ISO 639 and names, as codes of ISO 639-2/B.
//!
//! | raw | `languageTerm` |
//! |---|---|
//! | English name ("English", "Castilian", "Ancient Greek", "Farsi") | code and name, `authority="iso639-2b"` |
//! | its own name (français, 日本語) of a language that ISO 639-1 has | the same |
//! | tag or code of ISO 639-1 or 639-2 (`en`, `en-AU`, `eng`, `deu`) | the same |
//! | address of a code at <https://id.loc.gov> | the same |
//! | withdrawn code (`iw`, `in`, `ji`) | the same, by the code that took its place |
//! | code or name of ISO 639-3 alone (`yue`, "Mandarin", `zh-yue`) | code and name, `authority="iso639-3"` |
//! | several of these in one text ("English and French", "en, fr") | several elements |
//! | anything else | the text, without an authority |
//!
//! A code is one only as it is written, in lower case, or in a tag: "Her" and "Car" are no languages, and "Ga" is that
//! of Accra, not Irish. A script subtag becomes a `scriptTerm`; MODS has no place for region, variant and extension.
//! The code comes before the name, since LOC's stylesheet to Dublin Core prints the first term. Tags: RFC 5646;
//! guidelines: <https://www.loc.gov/standards/mods/userguide/language.html>.

mod iso639;

use std::sync::LazyLock;

use foldhash::{HashMap, HashMapExt as _};
use isolang::Language as Iso639_3;

use super::value::{is_code, key};
use super::{distinct, joined};
use crate::arke::Term;
use crate::mods::{Authority, Language, LanguageTerm, Text};

/// How many letters a name has that means nothing else: "Ali", "Car", "Her" and "Day" are names of ISO 639-3 or codes.
const SURE_NAME: usize = 4;
const ISO_639_2: &str = "http://id.loc.gov/vocabulary/iso639-2";

/// A language, and whether all of the raw tag is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct LanguageReading<'a> {
    language: Language<'a>,
    /// Whether the source said it otherwise: by a name, a withdrawn code, or with a subtag that MODS has no place for.
    is_changed: bool,
}

/// A code that is in a list.
#[derive(Clone, Copy)]
enum Code {
    Bibliographic(&'static str),
    Iso639_3(Iso639_3),
}

/// The languages of a resource.
#[derive(Debug, Default)]
pub(super) struct Languages<'a> {
    /// Each once.
    pub(super) languages: Vec<Language<'a>>,
    /// The source's own words, where the elements do not say all of them.
    pub(super) changed: Option<Text<'a>>,
}

/// Reads the languages of a resource.
pub(super) fn languages<'a>(raws: &[Term<'a>]) -> Languages<'a> {
    let readings: Vec<_> = raws.iter().flat_map(|raw| read_several(raw.text)).collect();
    let is_changed = readings.iter().any(|reading| reading.is_changed);
    Languages {
        languages: distinct(readings.into_iter().map(|reading| reading.language)),
        changed: is_changed.then(|| joined(raws)).flatten(),
    }
}

/// Reads a text that may name several languages; only where each of them is known is it more than one text.
fn read_several(raw: &str) -> Vec<LanguageReading<'_>> {
    let Some(reading) = read(raw) else {
        return Vec::new();
    };
    let is_known =
        |reading: &LanguageReading<'_>| reading.language.terms[0].authority != Authority::default();
    if is_known(&reading) {
        return vec![reading];
    }
    let parts = raw.split([',', '/', '&', '+', '、']);
    let parts = parts.flat_map(|part| part.split(" and ").flat_map(|part| part.split(" et ")));
    let known = |part| {
        let reading = read(part).filter(is_known)?;
        Some(LanguageReading {
            is_changed: true,
            ..reading
        })
    };
    let parts = parts.filter(|part| !part.trim().is_empty());
    let several: Option<Vec<_>> = parts.map(known).collect();
    several.unwrap_or_else(|| vec![reading])
}

/// Reads one language.
fn read(raw: &str) -> Option<LanguageReading<'_>> {
    // The address of a code ends with it.
    let address = raw.split_once("://id.loc.gov/vocabulary/");
    let code = address.and_then(|(_, path)| path.rsplit('/').next());
    let given = Text::line(code.unwrap_or(raw))?;
    let name = Some(given.as_str()).filter(|name| !is_code(name));
    let Some(code) = name.and_then(by_name) else {
        return tag(given.as_str()).or_else(|| Some(verbatim(given)));
    };
    let language = coded(code, None);
    let mut terms = language.terms.iter().map(|term| term.term.as_str());
    Some(LanguageReading {
        is_changed: !terms.any(|term| term.eq_ignore_ascii_case(given.as_str())),
        language,
    })
}

/// Reads a tag by the grammar of RFC 5646; `None` if its language is in no list.
fn tag(raw: &str) -> Option<LanguageReading<'static>> {
    let is_capital = |byte: u8| byte.is_ascii_uppercase();
    let as_written = raw.split(['-', '_']).next()?;
    let is_mixed = as_written.bytes().any(is_capital) && !as_written.bytes().all(is_capital);
    if is_mixed || raw == as_written && !is_code(raw) {
        return None;
    }
    let lower = raw.to_ascii_lowercase().replace('_', "-");
    let mut subtags = lower.split('-').peekable();
    let first = subtags.next()?;
    let primary = code(first)?;
    let extended = subtags.next_if(|subtag| is_letters(subtag, 3));
    let script = subtags
        .next_if(|subtag| is_letters(subtag, 4))
        .map(title_case);
    // "zh-yue" is the older way to write "yue"; only codes of ISO 639-3 stand there.
    let (language, is_known) = match extended.map(code) {
        None => (primary, true),
        Some(Some(Code::Iso639_3(language))) => (Code::Iso639_3(language), true),
        Some(_) => (primary, false),
    };
    let is_script = script.as_deref().is_none_or(is_script);
    let rest: Vec<&str> = subtags.collect();
    let is_tag = rest.iter().all(|subtag| is_subtag(subtag));
    is_tag.then(|| LanguageReading {
        is_changed: !rest.is_empty() || !is_script || !is_known || iso639::is_withdrawn(first),
        language: coded(language, script.filter(|_| is_script)),
    })
}

/// Tells whether a code in title case is a script of ISO 15924.
///
/// Facts from `iso_15924.json` of Debian's iso-codes, of a later release than 4.15, as pycountry carries it; the range
/// for local use is left out, since a code in it names nothing. The list: <https://www.unicode.org/iso15924/>.
fn is_script(code: &str) -> bool {
    include_str!("iso15924.txt")
        .split_whitespace()
        .any(|known| known == code)
}

fn is_letters(subtag: &str, length: usize) -> bool {
    subtag.len() == length && subtag.bytes().all(|byte| byte.is_ascii_alphabetic())
}

fn is_subtag(subtag: &str) -> bool {
    (1..=8).contains(&subtag.len()) && subtag.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn title_case(subtag: &str) -> String {
    let (first, rest) = subtag.split_at(1);
    first.to_ascii_uppercase() + rest
}

fn code(subtag: &str) -> Option<Code> {
    let by_639_1 = || Iso639_3::from_639_1(subtag);
    let listed = iso639::bibliographic(subtag).map(Code::Bibliographic);
    listed.or_else(|| Some(by_639_3(Iso639_3::from_639_3(subtag).or_else(by_639_1)?)))
}

fn by_639_3(language: Iso639_3) -> Code {
    let listed = iso639::bibliographic(language.to_639_3()).map(Code::Bibliographic);
    listed.unwrap_or(Code::Iso639_3(language))
}

/// Reads a name, whatever is said of the language in parentheses.
fn by_name(name: &str) -> Option<Code> {
    let name = name.trim_end_matches('.');
    let in_english = || iso639::by_name(name).and_then(code);
    let in_639_3 = || NAMES.get(name).copied();
    let before_remark = || {
        let (before, _) = name.strip_suffix([')', ']'])?.rsplit_once(['(', '['])?;
        Some(before.trim_end())
    };
    let without_remark = || by_name(name.strip_suffix(" language").or_else(before_remark)?);
    in_english()
        .or_else(|| in_639_3().map(by_639_3))
        .or_else(|| Some(by_639_3((*OWN_NAMES.get(&key(name))?)?)))
        .or_else(without_remark)
}

/// The English names of ISO 639-3 that mean nothing else, and the first language of each. isolang looks through all 7,900
/// for every name, which takes a pinax of 90,000 languages the better part of a second.
static NAMES: LazyLock<HashMap<&str, Iso639_3>> = LazyLock::new(|| {
    let mut names = HashMap::new();
    for language in Iso639_3::match_names(|name| name.len() >= SURE_NAME) {
        names.entry(language.to_name()).or_insert(language);
    }
    names
});

/// What the languages that ISO 639-1 has are called in themselves; nothing where two share a name. Of the others, many do.
static OWN_NAMES: LazyLock<HashMap<String, Option<Iso639_3>>> = LazyLock::new(|| {
    let mut names = HashMap::new();
    let languages = Iso639_3::match_autonyms(|_| true);
    for language in languages.filter(|language| language.to_639_1().is_some()) {
        let name = key(language.to_autonym().unwrap_or_default());
        let known = names.entry(name);
        known
            .and_modify(|known| *known = None)
            .or_insert(Some(language));
    }
    names
});

fn coded(code: Code, script: Option<String>) -> Language<'static> {
    let (code, name, authority) = match code {
        Code::Bibliographic(code) => (
            code,
            iso639::name(code).unwrap_or(code),
            Authority {
                code: Some("iso639-2b"),
                uri: Some(ISO_639_2),
                value_uri: Some(format!("{ISO_639_2}/{code}")),
            },
        ),
        Code::Iso639_3(language) => (
            language.to_639_3(),
            language.to_name(),
            Authority::code("iso639-3"),
        ),
    };
    let script =
        script.map(|script| LanguageTerm::code(Text::made(script), Authority::code("iso15924")));
    Language {
        terms: vec![
            LanguageTerm::code(Text::fixed(code), authority.clone()),
            LanguageTerm::name(Text::fixed(name), authority),
        ],
        scripts: script.into_iter().collect(),
    }
}

fn verbatim(given: Text<'_>) -> LanguageReading<'_> {
    LanguageReading {
        language: Language {
            terms: vec![LanguageTerm::name(given, Authority::default())],
            scripts: Vec::new(),
        },
        is_changed: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Writes a reading on one line: terms with their list, scripts, and `+` if the source said it otherwise.
    fn shown(raw: &str) -> Option<String> {
        let reading = read(raw)?;
        let mut words: Vec<String> = Vec::new();
        for term in &reading.language.terms {
            words.push(term.term.as_str().to_owned());
        }
        words.extend(reading.language.terms[0].authority.code.map(str::to_owned));
        for script in &reading.language.scripts {
            assert_eq!(script.authority, Authority::code("iso15924"));
            assert!(script.is_code);
            words.push(script.term.as_str().to_owned());
        }
        words.extend(reading.is_changed.then(|| "+".to_owned()));
        Some(words.join(" "))
    }

    #[track_caller]
    fn check(raws: &[&str], expected: &str) {
        for raw in raws {
            assert_eq!(shown(raw).as_deref(), Some(expected), "{raw:?}");
        }
    }

    #[test]
    fn a_table_of_names_finds_what_isolang_finds() {
        for (name, language) in &*NAMES {
            assert_eq!(Iso639_3::from_name(name), Some(*language), "{name}");
        }
        assert!(NAMES.contains_key("Mandarin Chinese") && !NAMES.contains_key("Ali"));
    }

    #[test]
    fn codes_and_names_become_bibliographic_codes() {
        check(
            &["en", " eng\n", "English", "ENGLISH", "english"],
            "eng English iso639-2b",
        );
        check(&["fr", "fra", "fre", "French"], "fre French iso639-2b");
        check(&["de", "deu", "ger"], "ger German iso639-2b");
        check(&["sq", "sqi", "alb"], "alb Albanian iso639-2b");
        check(&["ms", "msa", "may", "Malay"], "may Malay iso639-2b");
    }

    #[test]
    fn withdrawn_codes_become_those_that_took_their_place() {
        check(&["iw"], "heb Hebrew iso639-2b +");
        check(&["in"], "ind Indonesian iso639-2b +");
        check(&["ji"], "yid Yiddish iso639-2b +");
        check(&["jw"], "jav Javanese iso639-2b +");
        check(&["scr"], "hrv Croatian iso639-2b +");
        check(&["scc"], "srp Serbian iso639-2b +");
        check(&["mo", "mol"], "rum Romanian iso639-2b +");
        check(&["he"], "heb Hebrew iso639-2b");
    }

    #[test]
    fn any_listed_form_of_a_name_is_known() {
        check(&["Spanish"], "spa Spanish iso639-2b");
        check(&["castilian"], "spa Spanish iso639-2b +");
        check(
            &["Greek", "Modern Greek", "Greek, Modern"],
            "gre Greek, Modern (1453-) iso639-2b +",
        );
        check(
            &["Ancient Greek"],
            "grc Greek, Ancient (to 1453) iso639-2b +",
        );
        check(&["Norwegian Bokmål"], "nob Bokmål, Norwegian iso639-2b +");
        check(&["Farsi"], "per Persian iso639-2b +");
    }

    #[test]
    fn what_only_iso_639_3_lists_is_claimed_for_it() {
        check(
            &["yue", "zh-yue", "Yue Chinese"],
            "yue Yue Chinese iso639-3",
        );
        check(&["cmn-Hant"], "cmn Mandarin Chinese iso639-3 Hant");
        check(&["sh", "hbs"], "hbs Serbo-Croatian iso639-3");
        check(&["rhg-Rohg"], "rhg Rohingya iso639-3 Rohg");
        check(&["zh-xxx", "zh-fra"], "chi Chinese iso639-2b +");
    }

    #[test]
    fn a_script_is_kept_and_the_rest_is_told() {
        check(
            &["zh-Hans", "zh_hans", "ZH-HANS"],
            "chi Chinese iso639-2b Hans",
        );
        check(&["zh-Hans-CN"], "chi Chinese iso639-2b Hans +");
        check(
            &[
                "en-AU",
                "en_AU",
                "en-001",
                "en-x-spoken",
                "en-oed",
                "en-Abcd",
            ],
            "eng English iso639-2b +",
        );
        check(&["sl-rozaj-biske-1994"], "slv Slovenian iso639-2b +");
    }

    #[test]
    fn several_languages_in_one_text_are_several_if_each_is_known() {
        let codes = |raw| -> Vec<String> {
            let readings = read_several(raw).into_iter();
            readings
                .map(|reading| reading.language.terms[0].term.as_str().to_owned())
                .collect()
        };
        for raw in [
            "English, French",
            "English and French",
            "en, fr,",
            "English + French",
            "English/French",
            "English (primary), French",
            "eng & fre",
        ] {
            assert_eq!(codes(raw), ["eng", "fre"], "{raw}");
        }
        for raw in [
            "English, Klingonese",
            "English and",
            "and",
            "Greek, Modern (1453-)",
        ] {
            assert_eq!(codes(raw).len(), 1, "{raw}");
        }
    }

    #[test]
    fn a_code_is_one_only_as_it_is_written() {
        check(&["ga"], "gle Irish iso639-2b");
        check(&["ga-IE", "GA-IE"], "gle Irish iso639-2b +");
        check(&["Ga"], "gaa Ga iso639-2b");
        for raw in ["Her", "Car", "Ali", "NIL", "EN", "Ga-Dang", "No-One"] {
            check(&[raw], raw);
        }
    }

    #[test]
    fn a_language_is_known_by_its_own_name_where_that_is_sure() {
        check(
            &["français", "Français", "FRANÇAIS", "franc\u{327}ais"],
            "fre French iso639-2b +",
        );
        check(&["Deutsch"], "ger German iso639-2b +");
        check(&["日本語"], "jpn Japanese iso639-2b +");
        check(&["العربية"], "ara Arabic iso639-2b +");
        check(&["中文"], "chi Chinese iso639-2b +");
        check(&["Mandarin"], "cmn Mandarin Chinese iso639-3 +");
        check(&["Slovene"], "slv Slovenian iso639-2b +");
        check(
            &["American English", "English (primary)", "English."],
            "eng English iso639-2b +",
        );
        check(
            &["No linguistic content"],
            "zxx No linguistic content iso639-2b",
        );
        check(&["Multiple languages"], "mul Multiple languages iso639-2b");
    }

    #[test]
    fn other_text_stays_as_it_is() {
        for raw in [
            "English, French",
            "Latin script",
            "Klingonese",
            "qaa",
            "qaa-qtz",
            "xx",
            "i-lux",
            "en-",
            "en--US",
            "en_AU.UTF-8",
            "en-waytoolong",
            "火星語",
        ] {
            check(&[raw], raw);
        }
    }

    #[test]
    fn the_terms_carry_their_addresses() {
        let language = read("fr").expect("a language").language;
        let authority = Authority {
            code: Some("iso639-2b"),
            uri: Some("http://id.loc.gov/vocabulary/iso639-2"),
            value_uri: Some("http://id.loc.gov/vocabulary/iso639-2/fre".to_owned()),
        };
        let is_code: Vec<bool> = language.terms.iter().map(|term| term.is_code).collect();
        assert_eq!(is_code, [true, false]);
        assert!(
            language
                .terms
                .iter()
                .all(|term| term.authority == authority)
        );
    }
}
