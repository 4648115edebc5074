//! Text of a record: every string becomes one before it is written.
//!
//! quick-xml escapes but does not filter, and XML 1.0 has no way to write most control characters,
//! so a string is cleaned here once and carried as [`Text`] from then on: whatever holds a `Text`
//! can be written without a further look. Rules: XML 1.0, section 2.2 (`Char`) and 2.11 (line ends).

use std::borrow::Cow;

/// A non-blank string of characters that XML 1.0 allows, with line ends as LF.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Text<'a>(Cow<'a, str>);

impl<'a> Text<'a> {
    /// Takes one line: white space at the ends goes, inside it folds to one blank; `None` if nothing is left.
    pub(crate) fn line(raw: impl Into<Cow<'a, str>>) -> Option<Self> {
        let raw = raw.into();
        if is_plain_line(&raw) {
            return Some(Self(raw));
        }
        let text = clean(raw);
        if is_folded(&text) {
            return Some(Self(text));
        }
        let mut folded = String::with_capacity(text.len());
        for word in text.split_whitespace() {
            if !folded.is_empty() {
                folded.push(' ');
            }
            folded.push_str(word);
        }
        (!folded.is_empty()).then_some(Self(Cow::Owned(folded)))
    }

    /// Takes the name of a file, in which every blank counts: what breaks the line is a blank; `None` if it is blank.
    pub(crate) fn name(raw: &'a str) -> Option<Self> {
        let text = Self::block(raw)?;
        let breaks = |sign: char| sign.is_control() || matches!(sign, '\u{2028}' | '\u{2029}');
        Some(if text.as_str().contains(breaks) {
            Self(text.0.replace(breaks, " ").into())
        } else {
            text
        })
    }

    /// Takes running text: white space at the ends goes, inside it stays; `None` if nothing is left.
    pub(crate) fn block(raw: impl Into<Cow<'a, str>>) -> Option<Self> {
        let text = match clean(raw.into()) {
            Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
            Cow::Owned(text) if text.trim().len() == text.len() => Cow::Owned(text),
            Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
        };
        (!text.is_empty()).then_some(Self(text))
    }

    /// Takes text whose white space means something, as on a scanned page; `None` if it is blank.
    pub(crate) fn verbatim(raw: impl Into<Cow<'a, str>>) -> Option<Self> {
        let text = clean(raw.into());
        (!text.trim().is_empty()).then_some(Self(text))
    }

    /// Takes a string of the program's own, which is known to be clean.
    pub(crate) const fn fixed(value: &'static str) -> Text<'static> {
        Text(Cow::Borrowed(value))
    }

    /// Takes a string that the program made of clean parts only.
    pub(crate) fn made(value: String) -> Self {
        Self(Cow::Owned(value))
    }

    /// Returns the clean string.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// Tells whether a text has such a byte.
///
/// Not by `any`, which ends at the first one and so takes byte after byte.
pub(super) fn has_byte(text: &str, is_such: impl Fn(u8) -> bool) -> bool {
    text.bytes().fold(false, |any, byte| any | is_such(byte))
}

/// Tells whether a text is words of ASCII with single blanks between them, as most are: nothing of it changes.
fn is_plain_line(text: &str) -> bool {
    let bytes = text.as_bytes();
    let ends = [bytes.first(), bytes.last()];
    !has_byte(text, |byte| !matches!(byte, b' '..=b'~'))
        && ends.iter().all(|end| end.is_some_and(|end| *end != b' '))
        && !bytes.windows(2).any(|pair| pair == b"  ")
}

/// Tells whether there is no white space but single blanks between words.
fn is_folded(text: &str) -> bool {
    let mut before = ' ';
    for sign in text.chars() {
        if sign.is_whitespace() && (sign != ' ' || before == ' ') {
            return false;
        }
        before = sign;
    }
    before != ' '
}

fn clean(raw: Cow<'_, str>) -> Cow<'_, str> {
    if !has_byte(&raw, is_suspect) {
        return raw;
    }
    let mut text = String::with_capacity(raw.len());
    let mut characters = raw.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\r' => {
                characters.next_if_eq(&'\n');
                text.push('\n');
            }
            // A page or section break is still a break.
            '\u{B}' | '\u{C}' => text.push('\n'),
            '\0'..='\u{8}' | '\u{E}'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}' => {}
            _ => text.push(character),
        }
    }
    Cow::Owned(text)
}

/// Tells whether a byte can belong to a character that [`clean`] changes.
fn is_suspect(byte: u8) -> bool {
    // 0xEF opens U+F000 to U+FFFF, the noncharacters U+FFFE and U+FFFF among them.
    (byte < 0x20 && byte != b'\n' && byte != b'\t') || byte == 0xEF
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn borrows_what_is_clean() {
        let text = Text::line("Vues de la jetée").expect("not blank");
        assert!(matches!(text.0, Cow::Borrowed("Vues de la jetée")));
    }

    #[test]
    fn drops_what_xml_forbids() {
        let text = Text::block("a\u{0}b\u{1}c\u{FFFE}d\u{B}e\u{C}f\u{1F}").expect("not blank");
        assert_eq!(text.as_str(), "abcd\ne\nf");
    }

    #[test]
    fn keeps_what_xml_allows() {
        let allowed = "\t\n \u{7F}\u{85}\u{FFFD}\u{1FFFE}\u{10FFFF}x";
        assert_eq!(
            Text::verbatim(allowed).map(|text| text.as_str().to_owned()),
            Some(allowed.to_owned())
        );
    }

    #[test]
    fn line_ends_become_line_feeds() {
        let text = Text::block("a\r\nb\rc\n").expect("not blank");
        assert_eq!(text.as_str(), "a\nb\nc");
    }

    #[test]
    fn a_line_folds_white_space() {
        for raw in [
            "a b",
            " a b",
            "a b\n",
            "a  b",
            "a\tb",
            "a\u{A0}b",
            "\r\na \t b\n\n",
        ] {
            let text = Text::line(raw).expect("not blank");
            assert_eq!(text.as_str(), "a b", "{raw:?}");
        }
    }

    #[test]
    fn a_name_keeps_its_blanks() {
        for (raw, expected) in [
            ("a  b.jpg", "a  b.jpg"),
            (" a\tb\n", "a b"),
            ("a\r\nb", "a b"),
        ] {
            let text = Text::name(raw).expect("not blank");
            assert_eq!(text.as_str(), expected, "{raw:?}");
        }
    }

    #[test]
    fn blank_is_absent() {
        for raw in ["", " \n", "\u{1}\u{2}", "\u{C}"] {
            assert_eq!(Text::line(raw), None);
            assert_eq!(Text::name(raw), None);
            assert_eq!(Text::block(raw), None);
            assert_eq!(Text::verbatim(raw), None);
        }
    }
}
