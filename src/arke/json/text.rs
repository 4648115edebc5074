//! Bytes to text to JSON, without losing a component to a bad character.
//!
//! Parsers refuse a whole document for one invalid byte, a byte-order mark, a lone surrogate escape or a control
//! character that stands raw in a string, all of which occur. Such a document is repaired.
//!
//! Characters are counted here and nowhere else, so that each counts once for the place it has in the source, however
//! often the record repeats it, and whether or not the record has a use for the field; those of a document that cannot be
//! read at all count as that document.

use std::borrow::Cow;

use memchr::memchr;

/// Text made of bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded<'a> {
    /// The text.
    pub text: Cow<'a, str>,
    /// How many characters no record can hold as they are: runs of invalid bytes and lone surrogates, for which
    /// `U+FFFD` stands in the text, and what [`is_unwritable`], which is still in it.
    pub replaced: usize,
}

/// Tells whether a character is one that XML 1.0 cannot write: a control character other than tab, line feed and
/// carriage return, or a noncharacter of the basic plane.
pub(crate) fn is_unwritable(character: char) -> bool {
    matches!(character, '\0'..='\u{8}' | '\u{B}' | '\u{C}' | '\u{E}'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}')
}

/// Decodes UTF-8; a byte-order mark goes, a run of invalid bytes becomes one `U+FFFD`.
pub(crate) fn decode_text(bytes: &[u8]) -> Decoded<'_> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    if let Ok(text) = str::from_utf8(bytes) {
        return Decoded {
            text: Cow::Borrowed(text),
            replaced: count_unwritable(text),
        };
    }
    let mut text = String::with_capacity(bytes.len());
    let mut replaced = 0;
    let mut in_run = false;
    for chunk in bytes.utf8_chunks() {
        in_run &= chunk.valid().is_empty();
        text.push_str(chunk.valid());
        if !chunk.invalid().is_empty() && !in_run {
            text.push('\u{FFFD}');
            replaced += 1;
            in_run = true;
        }
    }
    replaced += count_unwritable(&text);
    Decoded {
        text: Cow::Owned(text),
        replaced,
    }
}

fn count_unwritable(text: &str) -> usize {
    text.chars()
        .filter(|&character| is_unwritable(character))
        .count()
}

/// Tells whether a JSON document can hold a character that has to be replaced or counted though a parser takes it.
pub(super) fn may_hold_unwritable(json: &[u8]) -> bool {
    // 0xEF opens the byte-order mark and the two noncharacters.
    memchr(0xEF, json).is_some() || has_suspect_escape(json)
}

/// Decodes the text of a JSON document; as [`decode_text`], and a lone surrogate escape becomes `\ufffd`.
pub fn decode_json(bytes: &[u8]) -> Decoded<'_> {
    let Decoded { text, replaced } = decode_text(bytes);
    let (repaired, escapes) = repair_escapes(&text);
    Decoded {
        replaced: replaced + escapes,
        text: repaired.map_or(text, Cow::Owned),
    }
}

/// Replaces lone surrogates, if there are any; counts these and the escapes of what [`is_unwritable`].
fn repair_escapes(json: &str) -> (Option<String>, usize) {
    if !has_suspect_escape(json.as_bytes()) {
        return (None, 0);
    }
    let mut repaired: Option<String> = None;
    let (mut copied, mut at, mut replaced) = (0, 0, 0);
    while let Some(found) = memchr(b'\\', &json.as_bytes()[at..]) {
        let escape = at + found;
        let rest = &json[escape..];
        let following = rest.get(6..).unwrap_or_default();
        let length = match (unit(rest), unit(following)) {
            (Some(0xD800..=0xDBFF), Some(0xDC00..=0xDFFF)) => 12,
            (Some(0xD800..=0xDFFF), _) => {
                let repaired = repaired.get_or_insert_default();
                repaired.push_str(&json[copied..escape]);
                repaired.push_str("\\ufffd");
                copied = escape + 6;
                replaced += 1;
                6
            }
            (Some(unit), _) => {
                replaced += usize::from(char::from_u32(unit.into()).is_some_and(is_unwritable));
                6
            }
            // The character after the backslash belongs to the escape, another backslash above all.
            (None, _) => {
                let escaped = rest[1..].chars().next();
                replaced += usize::from(matches!(escaped, Some('b' | 'f')));
                1 + escaped.map_or(0, char::len_utf8)
            }
        };
        at = escape + length;
    }
    if let Some(repaired) = &mut repaired {
        repaired.push_str(&json[copied..]);
    }
    (repaired, replaced)
}

/// Tells whether there can be an escape of what [`is_unwritable`], or a surrogate; line ends and quotation marks, of
/// which a page of OCR has hundreds, are none.
fn has_suspect_escape(json: &[u8]) -> bool {
    // In blocks, because a loop that does not stop early goes over several bytes at a time.
    const BLOCK_BYTES: usize = 256;
    let after = json.get(1..).unwrap_or_default();
    let is_suspect =
        |(byte, next): (&u8, &u8)| (*byte == b'\\') & matches!(next, b'u' | b'b' | b'f');
    let mut blocks = json.chunks(BLOCK_BYTES).zip(after.chunks(BLOCK_BYTES));
    blocks.any(|(before, after)| {
        let pairs = before.iter().zip(after).map(is_suspect);
        pairs.fold(false, |any, suspect| any | suspect)
    })
}

/// Returns the UTF-16 unit that an escape at the start of `json` stands for.
fn unit(json: &str) -> Option<u16> {
    let digits = json.strip_prefix("\\u")?.get(..4)?;
    u16::from_str_radix(digits, 16).ok()
}

/// Writes control characters that stand raw in strings as escapes; `None` if there are none.
pub(super) fn with_escaped_controls(json: &str) -> Option<String> {
    let mut escaped = String::with_capacity(json.len());
    let (mut in_string, mut after_backslash) = (false, false);
    for character in json.chars() {
        if in_string && character < ' ' {
            escaped.push_str(if after_backslash { "\\" } else { "" });
            escaped.push_str("\\u00");
            escaped.push(if character < '\u{10}' { '0' } else { '1' });
            escaped.extend(char::from_digit(u32::from(character) % 16, 16));
            after_backslash = false;
            continue;
        }
        in_string ^= character == '"' && !after_backslash;
        after_backslash = in_string && character == '\\' && !after_backslash;
        escaped.push(character);
    }
    (escaped.len() > json.len()).then_some(escaped)
}

#[cfg(test)]
mod tests {
    use super::super::{Space, parse, read, text};
    use super::*;

    #[track_caller]
    fn check(json: &[u8], expected: &str, replaced: usize) {
        let decoded = decode_json(json);
        let mut space = Vec::new();
        let parsed = parse(&decoded.text, &mut space).expect("valid after repair");
        assert_eq!(
            (parsed.root().as_str(), decoded.replaced),
            (Some(expected), replaced)
        );
    }

    #[test]
    fn every_character_that_no_record_can_hold_is_counted_in_a_long_text() {
        for (character, count) in [('\u{1}', 1000), ('\u{FFFE}', 400), ('\u{FFFF}', 300)] {
            let text = character.to_string().repeat(count);
            assert_eq!(
                decode_text(text.as_bytes()).replaced,
                count,
                "{character:?}"
            );
        }
        assert_eq!(decode_text("\u{F000}\u{FFFD}\t\r\n".as_bytes()).replaced, 0);
    }

    #[test]
    fn a_lone_surrogate_is_replaced_and_a_pair_is_kept() {
        check(br#""a\ud800b""#, "a\u{FFFD}b", 1);
        check(br#""\uDC00\uD83D""#, "\u{FFFD}\u{FFFD}", 2);
        check(br#""\uD83D\uDCF7""#, "\u{1F4F7}", 0);
        check(br#""\ud83d\ud83d\udcf7""#, "\u{FFFD}\u{1F4F7}", 1);
    }

    #[test]
    fn an_escape_is_found_wherever_blocks_meet() {
        for before in (250..260).chain(506..516) {
            let x = "x".repeat(before);
            check(
                format!(r#""{x}\ud800""#).as_bytes(),
                &format!("{x}\u{FFFD}"),
                1,
            );
            check(format!(r#""{x}\b""#).as_bytes(), &format!("{x}\u{8}"), 1);
        }
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
        assert_eq!(
            decode_text("a\u{1}b\u{C}\t\r\n\u{FFFF}".as_bytes()).replaced,
            3
        );
    }

    #[test]
    fn raw_control_characters_do_not_lose_the_document() {
        let raw = "{\n\t\"a\nb\": \"c\u{0}\\\"d\t\\\\\" }";
        let mut space = Space::default();
        let (parsed, replaced) = read(raw.as_bytes(), &mut space).expect("valid after repair");
        assert_eq!(text(parsed.root(), "a\nb"), Some("c\0\"d\t\\"));
        assert_eq!(replaced, 1);
        assert_eq!(with_escaped_controls("{\n\t\"a\": \"b\" }"), None);
    }

    #[test]
    fn the_parser_itself_refuses_what_is_looked_for_after_it() {
        let controls = (0..0x20).map(|byte| vec![byte]);
        for refused in controls.chain([b"\xE9".to_vec(), b"\xED\xA0\x80".to_vec()]) {
            // In a block of the parser, at its end, and across it.
            for before in [0, 20, 60, 61, 62, 63, 130] {
                let text = "x".repeat(before);
                let json = [b"\"", text.as_bytes(), &refused, b"\""].concat();
                assert!(!may_hold_unwritable(&json));
                let (_, replaced) = read(&json, &mut Space::default()).expect("valid after repair");
                let is_kept = matches!(refused[0], b'\t' | b'\n' | b'\r');
                assert_eq!(replaced, usize::from(!is_kept), "{json:?}");
            }
        }
    }

    #[test]
    fn a_broken_escape_is_an_error_and_no_panic() {
        for json in [
            &b"\"\\ud8\""[..],
            b"\"\\",
            b"\"\\u\xC3\xA9\xC3\xA9\xC3\xA9 \\ud",
        ] {
            assert!(parse(&decode_json(json).text, &mut Vec::new()).is_err());
        }
    }
}
