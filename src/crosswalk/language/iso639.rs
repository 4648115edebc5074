//! The codes of ISO 639-2, and names in common use, as tables.
//!
//! Apart from the reading of tags because it is data, sorted by code. Facts from `iso_639-2.json` of Debian's
//! iso-codes 4.15; the range for local use is left out, since a code in it names nothing. The list:
//! <https://www.loc.gov/standards/iso639-2/>.

use std::sync::LazyLock;

use foldhash::{HashMap, HashMapExt as _};

/// A code, and the code or names it stands for.
type Row = (&'static str, &'static str);

/// Codes that were withdrawn but are still met, and what took their place.
const WITHDRAWN: [Row; 9] = [
    ("bh", "bih"),
    ("in", "ind"),
    ("iw", "heb"),
    ("ji", "yid"),
    ("jw", "jav"),
    ("mo", "rum"),
    ("mol", "rum"),
    ("scc", "srp"),
    ("scr", "hrv"),
];
/// Names in common use that the lists have in another form, in lower case.
#[rustfmt::skip]
const COMMON_NAMES: [Row; 25] = [
    ("american english", "eng"), ("bangla", "ben"), ("brazilian portuguese", "por"), ("british english", "eng"),
    ("canadian french", "fre"), ("cantonese", "yue"), ("dari", "prs"), ("farsi", "per"), ("gaeilge", "gle"),
    ("greek", "gre"), ("khmer", "khm"), ("latin american spanish", "spa"), ("mandarin", "cmn"), ("mexican spanish", "spa"),
    ("multilingual", "mul"), ("nynorsk", "nno"), ("odia", "ori"), ("ojibway", "oji"), ("ojibwe", "oji"),
    ("scots gaelic", "gla"), ("simplified chinese", "chi"), ("slovene", "slv"), ("swiss german", "gsw"),
    ("traditional chinese", "chi"), ("tshiluba", "lua"),
];

/// Returns the bibliographic code of an ISO 639-2 code in lower case, or of one that was withdrawn.
pub(super) fn bibliographic(code: &str) -> Option<&'static str> {
    if let Some((code, _)) = row(&LANGUAGES, code) {
        return Some(code);
    }
    let (_, bibliographic) = row(&TERMINOLOGIC, code).or_else(|| row(&WITHDRAWN, code))?;
    Some(bibliographic)
}

/// Tells whether a code was withdrawn.
pub(super) fn is_withdrawn(code: &str) -> bool {
    row(&WITHDRAWN, code).is_some()
}

/// Returns the first English name of a bibliographic code.
pub(super) fn name(bibliographic: &str) -> Option<&'static str> {
    row(&LANGUAGES, bibliographic)?.1.split("; ").next()
}

/// The codes of English names in lower case: as listed, without dates or place, and turned round at the comma ("Ancient
/// Greek").
static NAMES: LazyLock<HashMap<String, &str>> = LazyLock::new(|| {
    let mut codes = HashMap::new();
    for (code, names) in &*LANGUAGES {
        for listed in names.to_lowercase().split("; ") {
            let plain = listed.split(" (").next().unwrap_or(listed);
            let turned = plain
                .split_once(", ")
                .map(|(noun, adjective)| format!("{adjective} {noun}"));
            for form in [listed, plain].map(str::to_owned).into_iter().chain(turned) {
                codes.entry(form).or_insert(*code);
            }
        }
    }
    codes
});

/// Returns the code of an English name, in any of the forms that the tables give.
pub(super) fn by_name(name: &str) -> Option<&'static str> {
    let name = name.to_lowercase();
    let common = || row(&COMMON_NAMES, &name).map(|(_, code)| *code);
    NAMES.get(&name).copied().or_else(common)
}

fn row<'a>(table: &'a [Row], code: &str) -> Option<&'a Row> {
    let at = table.binary_search_by_key(&code, |(code, _)| code).ok()?;
    table.get(at)
}

/// Bibliographic code and English names, which are separated by semicolons.
static LANGUAGES: LazyLock<Vec<Row>> = LazyLock::new(|| {
    let rows = include_str!("iso639-2.tsv").lines();
    rows.filter_map(|row| row.split_once('\t')).collect()
});

/// Terminologic code and bibliographic code, where they differ.
#[rustfmt::skip]
const TERMINOLOGIC: [Row; 20] = [
    ("bod", "tib"), ("ces", "cze"), ("cym", "wel"), ("deu", "ger"), ("ell", "gre"), ("eus", "baq"),
    ("fas", "per"), ("fra", "fre"), ("hye", "arm"), ("isl", "ice"), ("kat", "geo"), ("mkd", "mac"),
    ("mri", "mao"), ("msa", "may"), ("mya", "bur"), ("nld", "dut"), ("ron", "rum"), ("slk", "slo"),
    ("sqi", "alb"), ("zho", "chi"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_sorted() {
        let tables: [&[Row]; 4] = [&LANGUAGES, &TERMINOLOGIC, &WITHDRAWN, &COMMON_NAMES];
        for table in tables {
            assert!(
                table.is_sorted_by(|one, next| one.0 < next.0),
                "{:?}",
                table[0]
            );
        }
    }

    #[test]
    fn every_code_leads_to_a_language() {
        for (code, bibliographic) in TERMINOLOGIC.iter().chain(&WITHDRAWN) {
            assert!(name(bibliographic).is_some(), "{code}");
        }
    }

    #[test]
    fn no_two_languages_share_the_form_of_a_name() {
        for (code, names) in &*LANGUAGES {
            for listed in names.split("; ") {
                let found = by_name(listed);
                assert_eq!(found, Some(*code), "{listed}");
            }
        }
    }
}
