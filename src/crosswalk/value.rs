//! One reading of a value, before any field: what says nothing, and when two values are the same.
//!
//! - **Nothing**: what is blank or unseen, punctuation alone, and words for it, in any case and bracket.
//! - **The same**: equal by [`key`], which keeps all that tells two persons or places apart, their diacritics among it.
//!
//! The text itself stays as it is: the first spelling stands.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

use crate::arke::Term;
use crate::mods::{Text, Uri};
use crate::sanitize::is_unseen;

pub(super) use super::word_tables::{is_one_of, is_one_of_any, table};

/// Which field a value is of, as far as its reading depends on that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Any other field.
    Other,
    /// A person or a body.
    Name,
    /// Who holds or publishes the resource, a list only of bodies: "Hale Museum; box 3" and "Hale Press; Amory" are none.
    Body,
    /// A place.
    Place,
    /// A date.
    Date,
    /// A language, whose codes may look like words for nothing.
    Language,
}

/// Tells whether a text is a web address and nothing else.
pub(super) fn is_address(text: &str) -> bool {
    text.contains("://") && Uri::parse(text).is_some()
}

/// Tells whether a text is figures, their signs and nothing else.
pub(super) fn is_number(text: &str) -> bool {
    let mut bytes = text.trim().bytes();
    bytes.all(|byte| byte.is_ascii_digit() || b"+-.".contains(&byte))
}

/// Tells whether a text is coordinates: two figures at least, in decimals, degrees or the form of MARC.
pub(super) fn is_coordinates(text: &str) -> bool {
    let is_digit = |c: char| c.is_ascii_digit();
    // This is asked of each subject, and most have no figure.
    if !text.contains(is_digit) {
        return false;
    }
    let is_sign = |c: char| c.is_whitespace() || "+-−–.,:;/()°º'′’\"″”".contains(c);
    let figures = text.split(|c: char| !is_digit(c) && c != '.');
    let figures: Vec<_> = figures.filter(|figure| figure.contains(is_digit)).collect();
    let lower = text.to_ascii_lowercase();
    let mut words = lower.split(|c: char| !c.is_ascii_alphabetic());
    figures.len() >= 2
        && (text.contains(['.', '°', 'º']) || figures.iter().all(|figure| figure.len() == 7))
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || is_sign(c))
        && words.all(|word| word.is_empty() || is_one_of(word, "coordinates"))
}

/// Returns a value in the form in which the same values are equal: composed, in one case, with single blanks between
/// its words and without what is not seen.
pub(super) fn key(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !folded.is_empty() && !folded.ends_with(' ') {
            folded.push(' ');
        }
        if word.is_ascii() {
            folded.push_str(word);
            continue;
        }
        for letter in word.nfd().filter(|&letter| !is_unseen(letter)) {
            // Upper case and back makes one of "ß" and "SS", but also of the two letters i of Turkish.
            match letter {
                'ı' => folded.push(letter),
                _ => folded.extend(letter.to_uppercase().flat_map(char::to_lowercase)),
            }
        }
    }
    folded.truncate(folded.trim_end().len());
    folded.make_ascii_lowercase();
    if folded.is_ascii() {
        return folded;
    }
    folded.nfc().collect()
}

/// Returns the words of a value in the form of [`key`], with single blanks between them and without punctuation.
pub(super) fn words(text: &str) -> String {
    // Of ASCII, the key differs in its case and blanks alone.
    let key = if text.is_ascii() {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(key(text))
    };
    let mut words = String::with_capacity(key.len());
    for word in key
        .split(|sign: char| !is_in_word(sign))
        .filter(|word| !word.is_empty())
    {
        if !words.is_empty() {
            words.push(' ');
        }
        words.push_str(word);
    }
    words.make_ascii_lowercase();
    words
}

/// Tells whether a character is no punctuation; signs such as "♀" say something.
fn is_in_word(sign: char) -> bool {
    let is_punctuation = matches!(sign, '\0'..='\u{BF}' | '×' | '÷' | '\u{2000}'..='\u{206F}' | '\u{3000}'..='\u{303F}');
    sign.is_alphanumeric() || !is_punctuation
}

/// Tells whether a value of a field says nothing at all.
pub(super) fn is_nothing(text: &str, kind: Kind) -> bool {
    /// The longest word for nothing, in bytes, with room for brackets and what is not seen.
    const LONGEST: usize = 160;
    if text.len() > LONGEST || kind == Kind::Language && is_code(text.trim()) {
        return is_blank(text);
    }
    says_nothing(&words(text), kind)
}

/// Tells whether nothing is seen of a text.
pub(super) fn is_blank(text: &str) -> bool {
    text.chars()
        .all(|sign| sign.is_whitespace() || sign.is_control() || is_unseen(sign))
}

fn says_nothing(words: &str, kind: Kind) -> bool {
    let own = match kind {
        Kind::Name | Kind::Body | Kind::Place => "nobody",
        Kind::Date => "undated",
        Kind::Other | Kind::Language => "nothing",
    };
    words.is_empty()
        || is_one_of_any(words, &[own, "nothing"])
        || kind == Kind::Date && consists_of(words, "unknown")
}

/// Tells whether a text is written as a code of a language is.
pub(super) fn is_code(text: &str) -> bool {
    (2..=3).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_lowercase())
}

/// Tells whether a value of a name or a place says only that it is not known, whatever more it says.
pub(super) fn is_unnamed(text: &str, kind: Kind) -> bool {
    let words = words(text);
    let ends = [words.split(' ').next(), words.rsplit(' ').next()];
    let is_unnamed = |end: &&str| match kind {
        Kind::Place => words.starts_with("unidentified "),
        _ => is_one_of(end, "unnamed ends"),
    };
    says_nothing(&words, kind)
        || ends.iter().flatten().any(is_unnamed)
        || consists_of(&words, "unknown")
        || consists_of(&words, "several")
        || kind == Kind::Name && (is_only_numbered(&words) || consists_of(&words, "occupations"))
}

/// Returns the names among the values of a field.
pub(super) fn named<'v>(values: &[Term<'v>]) -> Vec<Text<'v>> {
    let named = values
        .iter()
        .filter(|value| !is_unnamed(value.text, Kind::Body));
    named.filter_map(|value| Text::line(value.text)).collect()
}

/// Tells whether somebody has a number for a name: "Patient 64".
fn is_only_numbered(words: &str) -> bool {
    words.rsplit_once(' ').is_some_and(|(head, number)| {
        let mut head = head.split(' ');
        number.bytes().all(|byte| byte.is_ascii_digit())
            && head.all(|word| is_one_of_any(word, &["indefinite", "occupations"]))
    })
}

/// Tells whether words are some of these, and for the rest such as name nothing.
fn consists_of(words: &str, telling: &str) -> bool {
    let is_telling = |word: &str| is_one_of(word, telling);
    let mut words = words.split(' ');
    words
        .clone()
        .all(|word| is_one_of_any(word, &["indefinite", "occupations", "unknown", "several"]))
        && words.any(is_telling)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_xml_cannot_hold_is_not_seen() {
        assert!(is_blank(" \u{FEFF}\0\u{FFFE}\n"));
        assert!(!is_blank("\0."));
    }

    #[test]
    fn words_for_nothing_say_nothing() {
        for (kind, texts) in [
            (
                Kind::Other,
                &[
                    "",
                    " \n",
                    "\u{200B}\u{FEFF}",
                    "\u{FEFF}\0\u{FFFF}",
                    "\u{AD}",
                    "-",
                    "—",
                    "...",
                    "?",
                    "N/A",
                    "n.a.",
                    "[Unknown]",
                    "(none)",
                    "NULL",
                    "<placeholder>",
                    "TBD",
                    "Not specified.",
                    "[Untitled]",
                    "\u{FEFF}unknown\u{200B}",
                ][..],
            ),
            (
                Kind::Name,
                &[
                    "Anonymous",
                    "[s.n.]",
                    "Anon.",
                    "Various",
                    "Desconhecido",
                    "UNBEKANNT",
                    "無名氏",
                    "Okänd",
                    "ΆΓΝΩΣΤΟΣ",
                ],
            ),
            (Kind::Place, &["S.l.", "[s. l.]", "Sine loco", "various"]),
            (
                Kind::Date,
                &[
                    "n.d.",
                    "[n. d.]",
                    "undated",
                    "s.a.",
                    "o. J.",
                    "s. f.",
                    "без года",
                    "Unknown date",
                    "0000-00-00",
                    "[date of production not identified]",
                    "date not known",
                    "year unknown",
                ],
            ),
            (Kind::Language, &["N/A", "NIL", "unknown", "None"]),
        ] {
            for text in texts {
                assert!(is_nothing(text, kind), "{kind:?} {text:?}");
            }
        }
    }

    #[test]
    fn what_says_something_stands() {
        for (kind, texts) in [
            (
                Kind::Other,
                &[
                    "♀",
                    "📷",
                    "C",
                    "Anonymous",
                    "n.d.",
                    "Null Island",
                    "None of us",
                    "Unknown soldiers",
                ][..],
            ),
            (
                Kind::Name,
                &[
                    "Sn. Ward",
                    "Nil Ward",
                    "Unknown photographer",
                    "s.a.",
                    "Anonym & Co",
                ],
            ),
            (Kind::Place, &["SF", "ND", "Unknown River"]),
            (
                Kind::Date,
                &["1885", "various dates", "spring", "unknown day in 1885"],
            ),
            (Kind::Language, &["na", "nan", "nil", "und", "English"]),
        ] {
            for text in texts {
                assert!(!is_nothing(text, kind), "{kind:?} {text:?}");
            }
        }
    }

    #[test]
    fn who_is_not_named_is_unnamed() {
        for text in [
            "unknown photographer",
            "Photographer unknown",
            "[Various authors]",
            "not identified",
            "several unidentified correspondents",
            "Anon.",
            "author not known",
            "various family members and friends",
            "Unknown soldier",
            "Unidentified woman with a dog",
            "Anonymous donor",
            "Fotógrafo desconhecido",
            "Unbekannter Fotograf",
            "Patient 64",
            "Speaker 2",
            "The Editor",
            "et al.",
        ] {
            assert!(is_unnamed(text, Kind::Name), "{text}");
        }
        for text in [
            "various harbour boards",
            "the family",
            "members of the family",
            "Not, Violet",
            "Apollo 11",
            "1885",
        ] {
            assert!(!is_unnamed(text, Kind::Name), "{text}");
        }
        assert!(is_unnamed("Unidentified village", Kind::Place));
        assert!(!is_unnamed("Unknown River", Kind::Place));
    }

    #[test]
    fn one_word_in_two_forms_is_the_same() {
        for (one, other) in [
            ("Soci\u{E9}t\u{E9}s", "Socie\u{301}te\u{301}s"),
            ("Straße", "STRASSE"),
            ("Straſſe", "straße"),
            ("Let\u{AD}ters", "LETTERS\u{200B}"),
            ("\u{FEFF}Port  Amory ", "port\u{A0}amory"),
            ("ΣΊΣΥΦΟΣ", "σίσυφος"),
            ("ﬁsh", "FISH"),
        ] {
            assert_eq!(key(one), key(other), "{one} {other}");
        }
        for (one, other) in [
            ("Petrović", "Petrovic"),
            ("Ward, 1866", "Ward, 1848"),
            ("राम", "रोम"),
            ("ısı", "isi"),
            ("İzmir", "izmir"),
            ("A.B.", "AB"),
        ] {
            assert_ne!(key(one), key(other), "{one} {other}");
        }
    }

    #[test]
    fn coordinates_are_told_from_names() {
        for text in [
            "40.6892, -74.0445",
            "40°41′21″N 74°02′40″W",
            "40.1 N; 74.2 W",
            "E 72°--E 148°/N 13°--N 18°",
            "W0801200 W0790000 N0450000 N0440000",
        ] {
            assert!(is_coordinates(text), "{text}");
        }
        for text in [
            "Port Amory",
            "42nd Street",
            "1 2",
            "S.W. 1",
            "N.E.W.",
            "N0450000",
            "S1885 S1886",
        ] {
            assert!(!is_coordinates(text), "{text}");
        }
    }
}
