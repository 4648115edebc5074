//! Other people's text, made fit for a line of ours.

/// Shortens a text for a message, to 64 characters.
pub(crate) fn excerpt(text: &str) -> String {
    cut(text, 64)
}

/// Returns a text as one line of printable characters.
pub(crate) fn one_line(text: &str) -> String {
    let printable = text.split(|c: char| c.is_whitespace() || c.is_control() || is_unseen(c));
    printable
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Returns a text as one line of at most this many printable characters, and an ellipsis.
pub(crate) fn shortened(text: &str, length: usize) -> String {
    // White space folds, so some more is looked at; the whole of a text of megabytes never is.
    cut(&one_line(&cut(text, 2 * length)), length)
}

/// The longest text in a cell of a table, in characters.
const CELL_LENGTH_MAX: usize = 255;
/// The longest item of a list in a cell, and how much of the cell the items have: what stands for further ones has the
/// rest.
const ITEMS_LENGTH_MAX: usize = 230;

/// Returns a text as it stands in a cell of a table: one line of at most 255 printable characters.
pub(crate) fn cell(text: &str) -> String {
    let is_plain = |byte: u8| (b'!'..=b'~').contains(&byte) || byte == b' ';
    let is_folded = text.trim_ascii().len() == text.len() && !text.contains("  ");
    if text.len() <= CELL_LENGTH_MAX && is_folded && text.bytes().all(is_plain) {
        return text.to_owned();
    }
    shortened(text, CELL_LENGTH_MAX - 1)
}

/// Returns a list as it stands in a cell of a table, an upright stroke between its items; `more` stands for those that
/// there is no room for.
pub(crate) fn list_cell<I: AsRef<str>>(
    items: impl IntoIterator<Item = I>,
    more: impl FnOnce(usize) -> String,
) -> String {
    let (mut list, mut length, mut left_out) = (String::new(), 0, 0);
    for item in items {
        if left_out > 0 {
            left_out += 1;
            continue;
        }
        let item = cell(item.as_ref()).replace('|', "/");
        let item = cut(&item, ITEMS_LENGTH_MAX - 1);
        length += item.chars().count() + 1;
        if length > ITEMS_LENGTH_MAX && !list.is_empty() {
            left_out = 1;
            continue;
        }
        if !list.is_empty() {
            list.push('|');
        }
        list.push_str(&item);
    }
    if left_out > 0 {
        list.push('|');
        list.push_str(&more(left_out));
    }
    list
}

fn cut(text: &str, length: usize) -> String {
    match text.char_indices().nth(length) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// What is not seen where it stands, or makes a terminal show what follows in another order: the soft hyphen, joiners,
/// fillers, zero-width characters, direction marks, the byte-order mark, the noncharacters beside it, tag characters.
#[rustfmt::skip]
const UNSEEN: [std::ops::RangeInclusive<char>; 14] = [
    '\u{AD}'..='\u{AD}', '\u{34F}'..='\u{34F}', '\u{61C}'..='\u{61C}', '\u{115F}'..='\u{1160}',
    '\u{17B4}'..='\u{17B5}', '\u{180B}'..='\u{180F}', '\u{200B}'..='\u{200F}', '\u{202A}'..='\u{202E}',
    '\u{2060}'..='\u{206F}', '\u{3164}'..='\u{3164}', '\u{FEFF}'..='\u{FEFF}', '\u{FFA0}'..='\u{FFA0}',
    '\u{FFFE}'..='\u{FFFF}', '\u{E0000}'..='\u{E007F}',
];

/// Tells whether a character is one of [`UNSEEN`].
pub(crate) fn is_unseen(c: char) -> bool {
    c >= '\u{AD}' && UNSEEN.iter().any(|unseen| unseen.contains(&c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_cannot_be_broken_by_data() {
        assert_eq!(
            one_line("x\n INFO \u{1b}[31mforged\r\n"),
            "x INFO [31mforged"
        );
    }

    #[test]
    fn a_line_cannot_be_turned_by_data() {
        assert_eq!(one_line("a\u{202E}b\u{2028}c"), "a b c");
    }

    #[test]
    fn nothing_unseen_hides_in_a_line() {
        let hidden =
            "a\u{200B}b\u{61C}c\u{FEFF}d\u{2060}e\u{E0041}\u{E007F}f\u{AD}g\u{34F}h\u{180E}i";
        assert_eq!(one_line(hidden), "a b c d e f g h i");
    }

    #[test]
    fn a_shortened_text_is_one_line_of_its_length() {
        assert_eq!(shortened(" a\n\nb ", 5), "a b");
        assert_eq!(shortened(&"é\n".repeat(1_000_000), 4), "é é …");
    }

    #[test]
    fn a_cell_is_one_line_of_255_characters() {
        for (text, expected) in [
            ("Letters of 1885", "Letters of 1885"),
            (" a\r\n\tb  c\u{200B}d ", "a b c d"),
            ("رسائل", "رسائل"),
            ("", ""),
        ] {
            assert_eq!(cell(text), expected);
        }
        assert_eq!(cell(&"x".repeat(255)), "x".repeat(255));
        assert_eq!(cell(&"é".repeat(256)), format!("{}…", "é".repeat(254)));
    }

    #[test]
    fn a_list_says_what_it_has_no_room_for() {
        let list = |items: &[&str]| list_cell(items, |more| format!("and {more} more"));
        assert_eq!(list(&[]), "");
        assert_eq!(list(&["a", "b|c", "d"]), "a|b/c|d");
        let long = "x".repeat(100);
        let expected = format!("{long}|{long}|and 2 more");
        assert_eq!(list(&[&long, &long, &long, "y"]), expected);
        assert_eq!(list(&["x".repeat(300).as_str()]).chars().count(), 230);
    }

    #[test]
    fn a_long_text_is_cut_between_characters() {
        assert_eq!(excerpt(&"é".repeat(100)), format!("{}…", "é".repeat(64)));
        assert_eq!(excerpt("short"), "short");
    }
}
