//! `creator` and the persons and bodies of the graph, as `name`.
//!
//! A name is called personal or corporate only where something says so: the graph, the name of the institution, a
//! word that only bodies have in their names, the form "Last, First", or a title of courtesy. A wrong `personal`
//! makes reference managers print "Office, Harbour"; no type at all does no harm.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::arke::cheimarros::{Cheimarros, GraphEntity};
use crate::mods::{Name, NameKind, Role, Text};

const CREATOR: Role = Role {
    term: "creator",
    code: "cre",
};

/// What stands where a name should be, in the form of [`key`].
const NO_NAMES: [&str; 8] = [
    "unknown",
    "anonymous",
    "n a",
    "na",
    "none",
    "not known",
    "null",
    "unidentified",
];

/// Words, in the form of [`key`], that make a name that of a body.
const CORPORATE_WORDS: [&str; 49] = [
    "academy",
    "administration",
    "agency",
    "archive",
    "archives",
    "assembly",
    "association",
    "authority",
    "bank",
    "board",
    "bureau",
    "center",
    "centre",
    "church",
    "club",
    "co",
    "college",
    "commission",
    "committee",
    "company",
    "congress",
    "corporation",
    "council",
    "court",
    "department",
    "foundation",
    "gmbh",
    "government",
    "hospital",
    "inc",
    "institute",
    "institution",
    "laboratory",
    "league",
    "library",
    "ltd",
    "ministry",
    "museum",
    "navy",
    "office",
    "parliament",
    "press",
    "school",
    "senate",
    "service",
    "society",
    "trust",
    "union",
    "university",
];

/// Titles of courtesy, in the form of [`key`], that make a name that of a person.
const HONORIFICS: [&str; 12] = [
    "mr", "mrs", "miss", "ms", "dr", "rev", "sir", "lady", "mme", "mlle", "herr", "frau",
];

/// Returns a name in the form in which its spellings are equal: in natural order, lower case, without punctuation and
/// the diacritics of Latin and Greek. Other scripts write letters as marks, which stay.
pub(super) fn key(name: &str) -> String {
    match inverted(name) {
        Some((last, first)) => words_key(&format!("{first} {last}")),
        None => words_key(name),
    }
}

fn words_key(name: &str) -> String {
    let mut key = String::with_capacity(name.len());
    for letter in name.nfkd().flat_map(char::to_lowercase) {
        if is_combining_mark(letter) {
            // Latin and Greek end below U+0400, but for what they are decomposed from.
            if key
                .chars()
                .next_back()
                .is_some_and(|base| base >= '\u{400}')
            {
                key.push(letter);
            }
        } else if letter.is_alphanumeric() {
            key.push(letter);
        } else if !key.is_empty() && !key.ends_with(' ') {
            key.push(' ');
        }
    }
    key.truncate(key.trim_end().len());
    key
}

/// Returns last and first name of "Last, First", if the name has that form.
fn inverted(name: &str) -> Option<(&str, &str)> {
    let (last, first) = name.split_once(',')?;
    let (last, first) = (last.trim(), first.trim());
    (!first.contains(',') && !first.is_empty() && !last.is_empty()).then_some((last, first))
}

/// The persons and bodies that the graph knows, by every spelling.
#[derive(Debug)]
pub(super) struct KnownNames<'v> {
    by_code: HashMap<&'v str, &'v GraphEntity<'v>>,
    kinds: HashMap<String, NameKind>,
    institutions: HashSet<String>,
}

impl<'v> KnownNames<'v> {
    pub(super) fn new(graph: Option<&'v Cheimarros<'v>>, institutions: &[Cow<'_, str>]) -> Self {
        let mut known = Self {
            by_code: HashMap::new(),
            kinds: HashMap::new(),
            institutions: institutions
                .iter()
                .map(|institution| key(institution))
                .collect(),
        };
        for entity in graph.into_iter().flat_map(|graph| &graph.entities) {
            let Some(kind) = graph_kind(entity) else {
                continue;
            };
            known.by_code.insert(entity.code, entity);
            for spelling in [
                Some(entity.code),
                entity.label,
                entity.property("full_name"),
            ]
            .into_iter()
            .flatten()
            {
                known.kinds.entry(key(spelling)).or_insert(kind);
            }
        }
        known
    }

    /// Tells whether the [`key`] of a name is that of an institution which holds the resource.
    pub(super) fn is_institution(&self, key: &str) -> bool {
        self.institutions.contains(key)
    }

    /// Says what a name is that of, if something does.
    pub(super) fn kind(&self, name: &str) -> Option<NameKind> {
        let key = key(name);
        if let Some(kind) = self.kinds.get(&key) {
            return Some(*kind);
        }
        if self.is_institution(&key) {
            return Some(NameKind::Corporate);
        }
        let words = words_key(name);
        let is_courteous = words
            .split_once(' ')
            .is_some_and(|(first, _)| HONORIFICS.contains(&first));
        let inverted = inverted(name);
        let is_corporate = words.split(' ').any(|word| CORPORATE_WORDS.contains(&word))
            || name.split_whitespace().any(|word| word.starts_with("U.S."));
        // "Miss Church" and "Church, Wilhelmina" have the word of a body and the form of a person.
        let is_surname =
            inverted.is_some_and(|(last, _)| CORPORATE_WORDS.contains(&words_key(last).as_str()));
        match (is_corporate, is_courteous || is_surname) {
            (true, true) => None,
            (true, false) => Some(NameKind::Corporate),
            (false, _) => (is_courteous || inverted.is_some()).then_some(NameKind::Personal),
        }
    }
}

/// Says which kind of name an entity of the graph has, if it is a person or a body.
pub(super) fn graph_kind(entity: &GraphEntity<'_>) -> Option<NameKind> {
    match entity.kind {
        kind if kind.eq_ignore_ascii_case("person") => Some(NameKind::Personal),
        kind if kind.eq_ignore_ascii_case("organization") || kind.eq_ignore_ascii_case("org") => {
            Some(NameKind::Corporate)
        }
        _ => None,
    }
}

/// Returns the creators, each once, the first as the name the record is filed under.
pub(super) fn creators<'v>(creators: &'v [Cow<'v, str>], known: &KnownNames<'v>) -> Vec<Name<'v>> {
    let mut seen = HashSet::new();
    let mut names: Vec<Name<'v>> = Vec::new();
    for creator in creators {
        // A creator can be a code of the graph; the entity's full name is meant then.
        let creator = known
            .by_code
            .get(creator.trim())
            .map_or(&**creator, |entity| entity.name());
        let Some(name_part) = Text::line(creator) else {
            continue;
        };
        let creator_key = key(creator);
        if is_no_name_key(&creator_key) || !seen.insert(creator_key) {
            continue;
        }
        names.push(Name {
            kind: known.kind(creator),
            name_part,
            date: None,
            primary: names.is_empty(),
            role: Some(CREATOR),
        });
    }
    names
}

/// Tells whether a text says only that something is not known.
pub(super) fn is_no_name(text: &str) -> bool {
    is_no_name_key(&key(text))
}

fn is_no_name_key(key: &str) -> bool {
    key.is_empty() || NO_NAMES.contains(&key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, expected: Option<NameKind>) {
        let known = KnownNames::new(None, &["Alder House".into()]);
        assert_eq!(known.kind(name), expected, "{name}");
    }

    #[test]
    fn a_body_is_known_by_a_word_or_as_the_institution() {
        for name in [
            "Harbour Survey Office",
            "Smith & Sons, Ltd.",
            "U.S. Coast Survey",
            "Alder House",
            "The Bank, London",
        ] {
            check(name, Some(NameKind::Corporate));
        }
    }

    #[test]
    fn a_person_is_known_by_the_form_of_the_name() {
        for name in [
            "Okafor, Miriam",
            "Mr. Bruce",
            "Dr Ana Petrović",
            "Mrs. J. Ward",
        ] {
            check(name, Some(NameKind::Personal));
        }
    }

    #[test]
    fn what_nothing_tells_stays_untyped() {
        for name in [
            "Miriam Okafor",
            "elizabeth_b_strong",
            "A, B, C",
            "Bruce",
            "Cooper",
            "Mr",
            "M. Okafor and others",
        ] {
            check(name, None);
        }
    }

    #[test]
    fn the_word_of_a_body_in_the_name_of_a_person_decides_nothing() {
        for name in ["Church, Wilhelmina", "Miss Church", "Sir John Church"] {
            check(name, None);
        }
    }

    #[test]
    fn keys_differ_where_a_mark_is_a_letter() {
        for (one, other) in [("राम", "रोम"), ("かく", "がく"), ("Цой", "Цои")]
        {
            assert_ne!(key(one), key(other));
        }
        assert_eq!(key("Polglaze, Tamsin"), key("Tamsin Polglaze"));
    }

    #[test]
    fn keys_are_equal_for_spellings_of_one_name() {
        for name in ["Violet M.E. Ward", "violet m e  ward", "Víolet M. E. WARD."] {
            assert_eq!(key(name), "violet m e ward");
        }
        assert_eq!(key("Μαρία Ὀκάφορ"), key("μαρια οκαφορ"));
    }
}
