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

fn cut(text: &str, length: usize) -> String {
    match text.char_indices().nth(length) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// What is not seen where it stands, or makes a terminal show what follows in another order: the soft hyphen, joiners,
/// fillers, zero-width characters, direction marks, the byte-order mark, tag characters.
#[rustfmt::skip]
const UNSEEN: [std::ops::RangeInclusive<char>; 13] = [
    '\u{AD}'..='\u{AD}', '\u{34F}'..='\u{34F}', '\u{61C}'..='\u{61C}', '\u{115F}'..='\u{1160}',
    '\u{17B4}'..='\u{17B5}', '\u{180B}'..='\u{180F}', '\u{200B}'..='\u{200F}', '\u{202A}'..='\u{202E}',
    '\u{2060}'..='\u{206F}', '\u{3164}'..='\u{3164}', '\u{FEFF}'..='\u{FEFF}', '\u{FFA0}'..='\u{FFA0}',
    '\u{E0000}'..='\u{E007F}',
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
    fn a_long_text_is_cut_between_characters() {
        assert_eq!(excerpt(&"é".repeat(100)), format!("{}…", "é".repeat(64)));
        assert_eq!(excerpt("short"), "short");
    }
}
