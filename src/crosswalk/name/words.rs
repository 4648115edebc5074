//! Words of a name that tell a body from a person, or that nobody is named, in the form of [`words_key`].

use super::key::words_key;

/// What stands where there is nothing to say.
#[rustfmt::skip]
const NOTHING: [&str; 16] = [
    "anonymous", "n a", "na", "nil", "no data", "none", "not applicable", "not available", "not known",
    "not specified", "null", "placeholder", "undefined", "unidentified", "unknown", "unspecified",
];

/// Words that say that a name is not given: "unknown photographer", "various authors".
#[rustfmt::skip]
const UNNAMED: [&str; 17] = [
    "anon", "anonymous", "miscellaneous", "multiple", "not", "numerous", "several", "unattributed", "uncredited",
    "undetermined", "unidentified", "unknown", "unnamed", "unrecorded", "unsigned", "unspecified", "various",
];

/// Words that name nobody by themselves.
#[rustfmt::skip]
const NOBODY: [&str; 61] = [
    "a", "and", "applicable", "artist", "artists", "attributed", "author", "authors", "available", "by", "compiler",
    "compilers", "composer", "composers", "contributor", "contributors", "correspondent", "correspondents", "creator",
    "creators", "editor", "editors", "engraver", "entities", "entity", "families", "family", "friends", "given",
    "identified", "illustrator", "individual", "individuals", "institution", "known", "location", "maker", "makers",
    "members", "of", "or", "organization", "organizations", "other", "others", "people", "person", "persons",
    "photographer", "photographers", "place", "places", "publisher", "recorded", "repository", "sender", "senders",
    "specified", "the", "writer", "writers",
];

/// Words that make a name that of a body.
#[rustfmt::skip]
const CORPORATE_WORDS: [&str; 60] = [
    "academy", "administration", "agency", "archive", "archives", "army", "assembly", "association", "authority",
    "bank", "board", "bureau", "center", "centre", "church", "club", "co", "college", "commission", "committee",
    "company", "congress", "corporation", "corps", "council", "court", "department", "federation", "foundation",
    "gallery", "gmbh", "government", "hospital", "inc", "institute", "institution", "laboratory", "league", "library",
    "ltd", "ministry", "museum", "navy", "observatory", "office", "parliament", "partnership", "press", "railroad",
    "railway", "school", "seminary", "senate", "service", "society", "studio", "studios", "trust", "union",
    "university",
];

/// Titles of courtesy that make a name that of a person.
#[rustfmt::skip]
const HONORIFICS: [&str; 25] = [
    "capt", "captain", "col", "colonel", "dr", "frau", "herr", "hon", "lady", "lt", "madame", "miss", "mlle", "mme",
    "mr", "mrs", "ms", "prof", "professor", "rabbi", "rev", "reverend", "sgt", "sir", "sister",
];

/// Words that are in no surname.
const IN_NO_SURNAME: [&str; 5] = ["and", "et", "for", "of", "the"];
/// The longest surname, in words.
const SURNAME_WORDS_MAX: usize = 3;

/// Tells whether a key says nothing at all.
pub(in super::super) fn is_nothing(key: &str) -> bool {
    key.is_empty() || NOTHING.contains(&key)
}

/// Tells whether a key says only that a name is not given, whoever it may be that is not named.
pub(in super::super) fn is_unnamed(key: &str) -> bool {
    let is_unnamed = |word: &str| UNNAMED.contains(&word);
    let mut words = key.split(' ');
    is_nothing(key)
        || words.clone().any(is_unnamed)
            && words.all(|word| is_unnamed(word) || NOBODY.binary_search(&word).is_ok())
}

/// Tells whether a word in a name says that it is that of a body.
pub(super) fn is_corporate(name: &str, words: &str) -> bool {
    words.split(' ').any(is_corporate_word)
        || name.split_whitespace().any(|word| word.starts_with("U.S."))
}

/// Tells whether a word is one that only bodies have in their names.
pub(super) fn is_corporate_word(word: &str) -> bool {
    CORPORATE_WORDS.binary_search(&word).is_ok()
}

/// Tells whether a title of courtesy stands before a name.
pub(super) fn is_courteous(words: &str) -> bool {
    words
        .split_once(' ')
        .is_some_and(|(first, _)| HONORIFICS.binary_search(&first).is_ok())
}

/// Tells whether the two parts of an inverted name can be those of a person: "Harper & Brothers, New York" are none.
pub(super) fn is_personal(last: &str, first: &str) -> bool {
    let has_sign = |part: &str| part.contains(|c: char| c == '&' || c.is_numeric());
    let has_word = |part: &str| {
        let words = words_key(part);
        words.split(' ').any(|word| IN_NO_SURNAME.contains(&word))
    };
    last.split_whitespace().count() <= SURNAME_WORDS_MAX
        && ![last, first]
            .into_iter()
            .any(|part| has_sign(part) || has_word(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_sorted() {
        for table in [&CORPORATE_WORDS[..], &HONORIFICS, &NOBODY] {
            assert!(table.is_sorted(), "{table:?}");
        }
    }

    #[test]
    fn a_role_without_a_name_is_unnamed() {
        for key in [
            "unknown photographer",
            "photographer unknown",
            "various",
            "various authors",
            "not identified",
            "several unidentified correspondents",
            "anon",
            "author not known",
            "various family members and friends",
        ] {
            assert!(is_unnamed(key) && !is_nothing(key), "{key}");
        }
        for key in ["", "unknown", "anonymous", "n a", "not specified"] {
            assert!(is_unnamed(key) && is_nothing(key), "{key}");
        }
        for key in [
            "unknown soldier",
            "various harbour boards",
            "the author",
            "members of the family",
            "anonymous bosch",
        ] {
            assert!(!is_unnamed(key), "{key}");
        }
    }
}
