//! Key of a name: the form in which its spellings are equal.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Words that stand beside the years of a life.
#[rustfmt::skip]
const WORDS_OF_LIFE: [&str; 10] = [
    "active", "approximately", "b", "born", "c", "ca", "circa", "d", "died", "fl",
];

/// Returns a name in the form in which its spellings are equal: in natural order, lower case, without punctuation and
/// the diacritics of Latin and Greek. Other scripts write letters as marks, which stay. The years of a life go.
pub(in super::super) fn key(name: &str) -> String {
    let name = without_dates(name);
    match inverted(name) {
        Some((last, first)) => words_key(&format!("{first} {last}")),
        None => words_key(name),
    }
}

/// Returns the words of a name in lower case, in the order in which they stand, with single blanks between them.
pub(super) fn words_key(name: &str) -> String {
    let mut key = String::with_capacity(name.len());
    for letter in name.nfkd().flat_map(char::to_lowercase) {
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
    key.truncate(key.trim_end().len());
    key
}

/// Returns last and first name of "Last, First", if the name has that form.
pub(super) fn inverted(name: &str) -> Option<(&str, &str)> {
    let (last, first) = name.split_once(',')?;
    let (last, first) = (last.trim(), first.trim());
    (!first.contains(',') && !first.is_empty() && !last.is_empty()).then_some((last, first))
}

/// Returns a name without the years that catalogues put behind it: "Thorne, Leopold, 1848-1919" or "Thorne (d. 1919)".
pub(super) fn without_dates(name: &str) -> &str {
    let name = name.trim();
    let in_parentheses = name
        .strip_suffix(')')
        .and_then(|name| name.rsplit_once('('));
    match in_parentheses.or_else(|| name.rsplit_once(',')) {
        Some((before, dates)) if are_dates(dates) => before.trim_end_matches([' ', ',']),
        _ => name,
    }
}

fn are_dates(text: &str) -> bool {
    let is_year = |word: &str| word.len() == 4 && word.bytes().all(|byte| byte.is_ascii_digit());
    let words = || {
        text.split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
    };
    words().any(is_year)
        && words()
            .all(|word| is_year(word) || WORDS_OF_LIFE.contains(&word.to_lowercase().as_str()))
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
            "Ward, Violet M.E., 1866-1952",
            "Ward, Violet M.E., b. 1866",
            "Violet M.E. Ward (ca. 1866-)",
        ] {
            assert_eq!(key(name), "violet m e ward", "{name}");
        }
        assert_eq!(key("Μαρία Ὀκάφορ"), key("μαρια οκαφορ"));
        assert_eq!(key("Class of 1885 (Old Hall)"), "class of 1885 old hall");
    }
}
