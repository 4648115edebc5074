//! Bytes to text to JSON, without losing a component to a bad character.
//!
//! Parsers refuse a whole document for one invalid byte, a byte-order mark, a lone surrogate escape or a control
//! character that stands raw in a string, all of which occur. Such a document is repaired.
//!
//! Characters that no record can hold count once for the place they have in the source, however often the record repeats
//! it, and whether or not the record has a use for the field; those of a document that cannot be read at all count as
//! that document.

use std::borrow::Cow;
use std::io::{self, Read};
use std::mem;
use std::str::Utf8Chunks;

use data_encoding::HEXLOWER;

/// Tells whether a character is one that XML 1.0 cannot write: a control character other than tab, line feed and
/// carriage return, or a noncharacter of the basic plane.
pub(crate) fn is_unwritable(character: char) -> bool {
    matches!(character, '\0'..='\u{8}' | '\u{B}' | '\u{C}' | '\u{E}'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}')
}

/// Counts the characters that [`is_unwritable`].
pub(crate) fn count_unwritable(text: &str) -> usize {
    // 0xEF opens the noncharacters. Without an early end, many bytes are looked at in one step.
    let may_hold_any = text.bytes().fold(false, |any, byte| {
        any | matches!(byte, 0..=0x8 | 0xB | 0xC | 0xE..=0x1F | 0xEF)
    });
    if !may_hold_any {
        return 0;
    }
    text.chars()
        .filter(|&character| is_unwritable(character))
        .count()
}

/// Returns a text without the byte-order mark before it.
pub(super) fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes)
}

/// Decodes UTF-8; a byte-order mark goes, a run of invalid bytes becomes one `U+FFFD`. Counts the runs.
pub(crate) fn decode(bytes: &[u8]) -> (Cow<'_, str>, usize) {
    let bytes = without_mark(bytes);
    if let Ok(text) = str::from_utf8(bytes) {
        return (Cow::Borrowed(text), 0);
    }
    let mut text = String::with_capacity(bytes.len());
    let mut runs = 0;
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        // All chunks but the last end in invalid bytes, which go on where the next begins with no others.
        let is_new = runs == 0 || !chunk.valid().is_empty();
        if is_new && !chunk.invalid().is_empty() {
            text.push('\u{FFFD}');
            runs += 1;
        }
    }
    (Cow::Owned(text), runs)
}

/// A JSON document with its strings repaired, as it is read: a run of invalid bytes becomes one `U+FFFD`, a lone surrogate
/// escape `\ufffd`, and a control character an escape.
pub(super) struct Repaired<'j> {
    chunks: Utf8Chunks<'j>,
    /// What is not repaired yet of the chunk that is at hand, and whether a run of invalid bytes is behind it.
    rest: &'j str,
    is_before_run: bool,
    is_at_start: bool,
    in_string: bool,
    /// What is repaired, and how much of it is read.
    ready: Vec<u8>,
    read: usize,
    /// Runs and surrogates that were replaced so far.
    pub(super) replaced: usize,
}

/// How much is repaired at a time.
const REPAIRED_BYTES: usize = 8 * 1024;

impl<'j> Repaired<'j> {
    /// Starts to read a document, which has no byte-order mark.
    pub(super) fn of(json: &'j [u8]) -> Self {
        Self {
            chunks: json.utf8_chunks(),
            rest: "",
            is_before_run: false,
            is_at_start: true,
            in_string: false,
            ready: Vec::new(),
            read: 0,
            replaced: 0,
        }
    }

    fn repair_more(&mut self) {
        self.read = 0;
        self.ready.clear();
        while self.ready.len() < REPAIRED_BYTES {
            if !self.rest.is_empty() {
                self.repair_next();
            } else if mem::take(&mut self.is_before_run) {
                self.ready.extend("\u{FFFD}".bytes());
                self.replaced += 1;
            } else if let Some(chunk) = self.chunks.next() {
                let is_first = mem::take(&mut self.is_at_start);
                self.rest = chunk.valid();
                // All chunks but the last end in invalid bytes, which go on where the next begins with no others.
                self.is_before_run =
                    !chunk.invalid().is_empty() && (is_first || !self.rest.is_empty());
            } else {
                return;
            }
        }
    }

    /// Repairs what is next: text as it is, a sign, or an escape.
    fn repair_next(&mut self) {
        let rest = self.rest;
        let is_plain = |c: char| !matches!(c, '\\' | '"' | ..' ');
        let plain = rest.find(|c| !is_plain(c)).unwrap_or(rest.len());
        let length = match rest.floor_char_boundary(plain.min(REPAIRED_BYTES)) {
            0 => self.repair_sign(),
            plain => self.keep(plain),
        };
        self.rest = &rest[length..];
    }

    /// Repairs the sign or escape that is next; returns how long it was.
    fn repair_sign(&mut self) -> usize {
        let mut next = self.rest.chars();
        let signs = (next.next().unwrap_or_default(), next.next());
        let units = (unit(self.rest), self.rest.get(6..).and_then(unit));
        self.in_string ^= signs.0 == '"';
        match (signs, units) {
            (('\\', _), (Some(0xD800..=0xDBFF), Some(0xDC00..=0xDFFF))) => self.keep(12),
            (('\\', _), (Some(0xD800..=0xDFFF), _)) => {
                self.replaced += 1;
                self.ready.extend(b"\\ufffd");
                6
            }
            (('\\', Some('"' | '\\')), _) => self.keep(2),
            (('\\', Some(..' ')), _) if self.in_string => {
                self.ready.extend(b"\\\\");
                1
            }
            ((..' ', _), _) if self.in_string => {
                let mut digits = [0; 2];
                HEXLOWER.encode_mut(&self.rest.as_bytes()[..1], &mut digits);
                self.ready.extend(b"\\u00");
                self.ready.extend(digits);
                1
            }
            _ => self.keep(1),
        }
    }

    /// Keeps so many bytes as they are; returns how many.
    fn keep(&mut self, length: usize) -> usize {
        self.ready.extend(&self.rest.as_bytes()[..length]);
        length
    }
}

impl Read for Repaired<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.read == self.ready.len() {
            self.repair_more();
        }
        let length = buffer.len().min(self.ready.len() - self.read);
        buffer[..length].copy_from_slice(&self.ready[self.read..][..length]);
        self.read += length;
        Ok(length)
    }
}

/// Returns the UTF-16 unit that an escape at the start of `json` stands for.
fn unit(json: &str) -> Option<u16> {
    let digits = json.strip_prefix("\\u")?.get(..4)?;
    u16::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::super::{Value, read, text};
    use super::*;

    #[track_caller]
    fn check(json: &[u8], expected: &str, replaced: usize) {
        let expected = Value::Text(expected.into());
        assert_eq!(read(json), Ok((expected, replaced)));
    }

    #[test]
    fn a_lone_surrogate_is_replaced_and_a_pair_is_kept() {
        check(br#""a\ud800b""#, "a\u{FFFD}b", 1);
        check(br#""\uDC00\uD83D""#, "\u{FFFD}\u{FFFD}", 2);
        check(br#""\uD83D\uDCF7""#, "\u{1F4F7}", 0);
        check(br#""\ud83d\ud83d\udcf7""#, "\u{FFFD}\u{1F4F7}", 1);
        check(br#""\u0041\ud800\n\"""#, "A\u{FFFD}\n\"", 1);
    }

    #[test]
    fn an_escaped_backslash_before_a_u_is_no_escape() {
        check(br#""\\ud800""#, "\\ud800", 0);
        check(br#""\\\ud800 \\ud8""#, "\\\u{FFFD} \\ud8", 1);
    }

    #[test]
    fn bad_bytes_and_a_byte_order_mark_do_not_lose_the_document() {
        check(
            b"\xEF\xBB\xBF\"caf\xE9 \xFF\xFE\xFD!\"",
            "caf\u{FFFD} \u{FFFD}!",
            2,
        );
        check(b"\"\xED\xA0\x80\"", "\u{FFFD}", 1);
    }

    #[test]
    fn what_no_record_can_hold_is_counted_once_however_it_is_written() {
        check(
            b"\"a\\u0000b\\u001Fc\\fd\\be\\uFFFE\xEF\xBF\xBF\"",
            "a\0b\u{1F}c\u{C}d\u{8}e\u{FFFE}\u{FFFF}",
            6,
        );
        check(
            br#""a\tb\nc\rd\u0009\u007f\ufffd\\b\\u0000 \ud83f\udffe""#,
            "a\tb\nc\rd\t\u{7F}\u{FFFD}\\b\\u0000 \u{1FFFE}",
            0,
        );
        check("\"\u{FFFE}a\u{FFFF}\"".as_bytes(), "\u{FFFE}a\u{FFFF}", 2);
        assert_eq!(count_unwritable("a\u{1}b\u{C}\t\r\n\u{FFFF}"), 3);
    }

    #[test]
    fn characters_in_names_and_in_members_that_stand_twice_are_counted() {
        let json = b"{\"a\\u0000\": [\"\x01\"], \"b\": \"\\b\", \"b\": \"\\f\"}";
        assert_eq!(read(json).map(|(_, replaced)| replaced), Ok(4));
    }

    #[test]
    fn raw_control_characters_do_not_lose_the_document() {
        let raw = "{\n\t\"a\nb\": \"c\u{0}\\\"d\t\\\\\" }";
        let (value, replaced) = read(raw.as_bytes()).expect("valid after repair");
        assert_eq!(text(&value, "a\nb"), Some("c\0\"d\t\\"));
        assert_eq!(replaced, 1);
    }

    #[test]
    fn every_raw_control_character_is_kept() {
        for control in '\0'..' ' {
            let is_kept = matches!(control, '\t' | '\n' | '\r');
            let json = format!("\"a{control}b\"");
            check(
                json.as_bytes(),
                &format!("a{control}b"),
                usize::from(!is_kept),
            );
            // A backslash before it is one in the text.
            let json = format!("\"a\\{control}b\"");
            check(
                json.as_bytes(),
                &format!("a\\{control}b"),
                usize::from(!is_kept),
            );
        }
    }

    #[test]
    fn a_broken_escape_is_an_error_and_no_panic() {
        for json in [
            &b"\"\\ud8\""[..],
            b"\"\\",
            b"\"\\u\xC3\xA9\xC3\xA9\xC3\xA9 \\ud",
            b"\"\\ud800\\",
            b"\"\\ud800\\\xC3\xA9\"",
        ] {
            assert!(read(json).is_err());
        }
    }
}
