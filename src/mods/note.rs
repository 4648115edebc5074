//! `note`: what has no element of its own.

use std::borrow::Cow;

use super::Text;
use super::xml::{TEXT_BYTES_MAX, Xml};

/// `note`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Note<'a> {
    /// `type`.
    pub kind: Option<&'static str>,
    /// `displayLabel`.
    pub display_label: &'static str,
    /// The text.
    pub text: Text<'a>,
}

impl Note<'_> {
    /// Writes the element, or several that together have the whole of a long text.
    pub(super) fn write(&self, xml: &mut Xml<'_>) {
        let parts = parts(self.text.as_str());
        for (part, number) in parts.iter().zip(1..) {
            let label = match parts.len() {
                1 => Cow::Borrowed(self.display_label),
                all => format!("{}, part {number} of {all}", self.display_label).into(),
            };
            let attributes = [("type", self.kind), ("displayLabel", Some(&*label))];
            xml.plain("note", attributes, part);
        }
    }
}

/// Splits a text that is too long for one element, behind a line end where there is one.
fn parts(mut text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    while text.len() > TEXT_BYTES_MAX {
        let most = &text[..text.floor_char_boundary(TEXT_BYTES_MAX)];
        let end = most.rfind('\n').map_or(most.len(), |at| at + 1);
        let (part, rest) = text.split_at(end);
        parts.push(part);
        text = rest;
    }
    parts.push(text);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_split_at_a_line_end_or_a_character() {
        let line = format!("{}\n", "é".repeat(1_000_000));
        let pages = line.repeat(10);
        for text in [
            pages,
            "é".repeat(TEXT_BYTES_MAX),
            "a".repeat(TEXT_BYTES_MAX),
        ] {
            let parts = parts(&text);
            assert_eq!(parts.concat(), text);
            assert!(
                parts
                    .iter()
                    .all(|part| (1..=TEXT_BYTES_MAX).contains(&part.len()))
            );
            assert_eq!(parts.len(), text.len().div_ceil(TEXT_BYTES_MAX));
            let ends = parts[..parts.len() - 1].iter();
            assert!(
                ends.clone()
                    .all(|part| part.ends_with('\n') == text.contains('\n'))
            );
        }
    }
}
