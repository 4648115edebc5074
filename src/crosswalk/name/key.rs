//! Key of a name: the form in which its spellings are equal.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::crosswalk::value;

/// Returns a name in the form in which its spellings are equal: in natural order, lower case, without punctuation and
/// the diacritics of Latin and Greek. Other scripts write letters as marks, which stay.
///
/// Entities of the graph are found by it; it never tells that two names are the same.
pub(in super::super) fn key(name: &str) -> String {
    words_key(&in_natural_order(name))
}

/// Returns the form in which a name is the same as another: composed, in one case and in natural order.
pub(in super::super) fn same_key(name: &str) -> String {
    value::key(&in_natural_order(name))
}

/// Returns a name with its first name first: "First Last" of "Last, First".
fn in_natural_order(name: &str) -> Cow<'_, str> {
    match inverted(name) {
        Some((last, first)) => [first, " ", last].concat().into(),
        None => name.into(),
    }
}

/// Returns the words of a name in lower case, in the order in which they stand, with single blanks between them.
pub(super) fn words_key(name: &str) -> String {
    // Most names are ASCII, which needs no decomposing.
    if name.is_ascii() {
        return value::words(name);
    }
    let mut key = String::with_capacity(name.len());
    let letters = name.nfkd().flat_map(char::to_lowercase);
    letters.for_each(|letter| push(letter, &mut key));
    key.truncate(key.trim_end().len());
    key
}

fn push(letter: char, key: &mut String) {
    if is_combining_mark(letter) {
        // Latin and Greek end below U+0400, but for what they are decomposed from.
        let base = key.chars().next_back();
        if base.is_some_and(|base| base >= '\u{400}') {
            key.push(letter);
        }
    } else if letter.is_alphanumeric() {
        key.push(letter);
    } else if !key.is_empty() && !key.ends_with(' ') {
        key.push(' ');
    }
}

/// Returns last and first name of "Last, First", if the name has that form.
pub(super) fn inverted(name: &str) -> Option<(&str, &str)> {
    let (last, first) = name.split_once(',')?;
    let (last, first) = (last.trim(), first.trim());
    (!first.contains(',') && !first.is_empty() && !last.is_empty()).then_some((last, first))
}

/// Tells whether a name is written as a code of the graph is: `elizabeth_b_strong`.
pub(in super::super) fn is_code(name: &str) -> bool {
    name.contains('_')
        && name
            .bytes()
            .all(|byte| byte == b'_' || byte.is_ascii_lowercase() || byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

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
        for name in [
            "Violet M.E. Ward",
            "violet m e  ward",
            "Víolet M. E. WARD.",
            "Ward, Violet M.E.",
        ] {
            assert_eq!(key(name), "violet m e ward", "{name}");
        }
        assert_eq!(key("Μαρία Ὀκάφορ"), key("μαρια οκαφορ"));
        assert_eq!(key("Class of 1885 (Old Hall)"), "class of 1885 old hall");
    }
}
