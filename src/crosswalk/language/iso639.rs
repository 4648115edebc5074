//! The codes of ISO 639-2, and names in common use, as tables.
//!
//! Apart from the reading of tags because it is data, sorted by code. Facts from `iso_639-2.json` of Debian's
//! iso-codes 4.15; the range for local use is left out, since a code in it names nothing. The list:
//! <https://www.loc.gov/standards/iso639-2/>.

use std::sync::LazyLock;

use foldhash::{HashMap, HashMapExt as _};

use crate::crosswalk::table::Tables;

/// Codes that another stands for, and names in common use.
static FURTHER: LazyLock<Tables<2>> = LazyLock::new(|| Tables::read(include_str!("further.tsv")));

/// Returns the bibliographic code of an ISO 639-2 code in lower case, or of one that was withdrawn.
pub(super) fn bibliographic(code: &str) -> Option<&'static str> {
    if let Some((code, _)) = listed(code) {
        return Some(code);
    }
    let terminologic = FURTHER.find("terminologic", code);
    Some(terminologic.or_else(|| FURTHER.find("withdrawn", code))?[1])
}

/// Tells whether a code was withdrawn.
pub(super) fn is_withdrawn(code: &str) -> bool {
    FURTHER.find("withdrawn", code).is_some()
}

/// Returns the first English name of a bibliographic code.
pub(super) fn name(bibliographic: &str) -> Option<&'static str> {
    listed(bibliographic)?.1.split("; ").next()
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
    let common = || Some(FURTHER.find("name", &name)?[1]);
    NAMES.get(&name).copied().or_else(common)
}

fn listed(code: &str) -> Option<(&'static str, &'static str)> {
    let at = LANGUAGES.binary_search_by_key(&code, |(code, _)| code);
    LANGUAGES.get(at.ok()?).copied()
}

/// Bibliographic code and English names, which are separated by semicolons.
static LANGUAGES: LazyLock<Vec<(&str, &str)>> = LazyLock::new(|| {
    let rows = include_str!("iso639-2.tsv").lines();
    rows.filter_map(|row| row.split_once('\t')).collect()
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_codes_are_sorted() {
        assert!(LANGUAGES.is_sorted_by(|one, next| one.0 < next.0));
    }

    #[test]
    fn every_code_leads_to_a_language() {
        let tables = ["terminologic", "withdrawn"].map(|table| FURTHER.rows(table));
        for [code, bibliographic] in tables.concat() {
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
