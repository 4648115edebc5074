//! Texts from the data as parts of a message.

/// Shortens a text for a message.
pub fn excerpt(text: &str) -> String {
    const LENGTH: usize = 64;
    match text.char_indices().nth(LENGTH) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// Returns a text as one line of printable characters.
pub fn one_line(text: &str) -> String {
    let printable = text.split(|c: char| c.is_whitespace() || c.is_control());
    printable
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
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
    fn a_long_text_is_cut_between_characters() {
        assert_eq!(excerpt(&"é".repeat(100)), format!("{}…", "é".repeat(64)));
        assert_eq!(excerpt("short"), "short");
    }
}
