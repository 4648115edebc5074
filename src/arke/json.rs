//! Bytes to text to JSON, without losing a component to a bad character.
//!
//! `serde_json` refuses a whole document for one invalid byte, a byte-order mark or a lone surrogate escape, all of
//! which occur. They are repaired first, and counted, as `U+FFFD` stands where a character was.

use std::borrow::Cow;

use serde_json_borrow::{ObjectAsVec, Value};

/// Text made of bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded<'a> {
    /// The text.
    pub text: Cow<'a, str>,
    /// How many runs of bytes or lone surrogates `U+FFFD` took the place of.
    pub replaced: usize,
}

/// Decodes UTF-8; a byte-order mark goes, a run of invalid bytes becomes one `U+FFFD`.
pub fn decode_text(bytes: &[u8]) -> Decoded<'_> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    if let Ok(text) = str::from_utf8(bytes) {
        return Decoded {
            text: Cow::Borrowed(text),
            replaced: 0,
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
    Decoded {
        text: Cow::Owned(text),
        replaced,
    }
}

/// Decodes the text of a JSON document; as [`decode_text`], and a lone surrogate escape becomes `\ufffd`.
pub fn decode_json(bytes: &[u8]) -> Decoded<'_> {
    let decoded = decode_text(bytes);
    if !decoded.text.contains("\\ud") && !decoded.text.contains("\\uD") {
        return decoded;
    }
    let (text, surrogates) = replace_lone_surrogates(&decoded.text);
    Decoded {
        text: Cow::Owned(text),
        replaced: decoded.replaced + surrogates,
    }
}

fn replace_lone_surrogates(json: &str) -> (String, usize) {
    let mut repaired = String::with_capacity(json.len());
    let mut replaced = 0;
    let mut rest = json;
    while let Some(at) = rest.find('\\') {
        repaired.push_str(&rest[..at]);
        rest = &rest[at..];
        let length = match (
            surrogate(rest),
            surrogate(rest.get(6..).unwrap_or_default()),
        ) {
            (Some(0xD800..=0xDBFF), Some(0xDC00..=0xDFFF)) => 12,
            (Some(_), _) => {
                repaired.push_str("\\ufffd");
                replaced += 1;
                rest = &rest[6..];
                continue;
            }
            // The character after the backslash belongs to the escape, another backslash above all.
            (None, _) => 1 + rest[1..].chars().next().map_or(0, char::len_utf8),
        };
        repaired.push_str(&rest[..length]);
        rest = &rest[length..];
    }
    repaired.push_str(rest);
    (repaired, replaced)
}

/// Returns the surrogate that an escape at the start of `json` stands for.
fn surrogate(json: &str) -> Option<u16> {
    let digits = json.strip_prefix("\\u")?.get(..4)?;
    u16::from_str_radix(digits, 16)
        .ok()
        .filter(|unit| (0xD800..=0xDFFF).contains(unit))
}

/// Parses a decoded JSON document.
///
/// # Errors
///
/// Says in words why the text is not JSON, with line and column.
pub fn parse(text: &str) -> Result<Value<'_>, String> {
    serde_json::from_str(text).map_err(|error| format!("not JSON: {error}"))
}

/// Returns a member of an object; of members with one name the last, as JavaScript does; `null` is absent.
pub fn member<'v, 'a>(object: &'v Value<'a>, name: &str) -> Option<&'v Value<'a>> {
    let members = object.as_object()?.as_vec();
    members
        .iter()
        .rev()
        .find(|(key, _)| &**key == name)
        .map(|(_, value)| value)
        .filter(|value| !value.is_null())
}

/// Returns a member that is a non-blank string.
pub fn text<'v>(object: &'v Value<'_>, name: &str) -> Option<&'v str> {
    member(object, name)?
        .as_str()
        .filter(|text| !text.trim().is_empty())
}

/// Returns a string, number or truth value as text.
pub fn scalar<'v>(value: &'v Value<'_>) -> Option<Cow<'v, str>> {
    match value {
        Value::Str(text) => Some(Cow::Borrowed(text)),
        Value::Number(number) => Some(Cow::Owned(number.to_string())),
        Value::Bool(truth) => Some(Cow::Borrowed(if *truth { "true" } else { "false" })),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// Returns the members of an object.
///
/// # Errors
///
/// Says in words what the value is, if it is not an object.
pub fn object<'v, 'a>(value: &'v Value<'a>) -> Result<&'v ObjectAsVec<'a>, String> {
    value
        .as_object()
        .ok_or_else(|| format!("{} instead of an object", kind(value)))
}

/// Names the kind of a value, for a message.
pub fn kind(value: &Value<'_>) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a truth value",
        Value::Number(_) => "a number",
        Value::Str(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(json: &[u8], expected: &str, replaced: usize) {
        let decoded = decode_json(json);
        let value = parse(&decoded.text).expect("valid after repair");
        assert_eq!(
            (value.as_str(), decoded.replaced),
            (Some(expected), replaced)
        );
    }

    #[test]
    fn a_lone_surrogate_is_replaced_and_a_pair_is_kept() {
        check(br#""a\ud800b""#, "a\u{FFFD}b", 1);
        check(br#""\uDC00\uD83D""#, "\u{FFFD}\u{FFFD}", 2);
        check(br#""\uD83D\uDCF7""#, "\u{1F4F7}", 0);
        check(br#""\ud83d\ud83d\udcf7""#, "\u{FFFD}\u{1F4F7}", 1);
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
    fn a_broken_escape_is_an_error_and_no_panic() {
        for json in [
            &b"\"\\ud8\""[..],
            b"\"\\",
            b"\"\\u\xC3\xA9\xC3\xA9\xC3\xA9 \\ud",
        ] {
            assert!(parse(&decode_json(json).text).is_err());
        }
    }

    #[test]
    fn the_last_of_two_members_counts() {
        let value = parse(r#"{"title": "first", "title": "last", "id": null}"#).expect("JSON");
        assert_eq!(text(&value, "title"), Some("last"));
        assert_eq!(member(&value, "id"), None);
    }
}
