//! Reading of the archive's JSON: repaired where characters are broken, then parsed into views that borrow from it.

pub(crate) mod text;
mod value;

use serde::de::IgnoredAny;
use simd_json::{Buffers, ErrorType, Tape};

pub(crate) use text::decode_text;
pub use text::{Decoded, decode_json};
pub use value::Parsed;
pub(crate) use value::{Object, Value, is_blank};

/// How deep values may stand in each other. No document of the archive comes to 10; what reads them calls itself for
/// each level.
const DEPTH_MAX: usize = 128;

/// Where a document is read, which then holds its texts without their escapes: as it came, and repaired where it must
/// be.
#[derive(Clone, Debug, Default)]
pub struct Space([Vec<u8>; 2]);

/// Reads a JSON document; returns it, and how many of its characters no record can hold, see [`Decoded::replaced`].
///
/// # Errors
///
/// Says in words why it is not JSON, with line and column.
pub fn read<'s>(bytes: &[u8], space: &'s mut Space) -> Result<(Parsed<'s>, usize), String> {
    let Space([as_it_came, repaired]) = space;
    let decoded = text::may_hold_unwritable(bytes).then(|| decode_json(bytes));
    let (json, replaced) = decoded.as_ref().map_or((bytes, 0), |decoded| {
        (decoded.text.as_bytes(), decoded.replaced)
    });
    if let Ok(tape) = tape(json, as_it_came) {
        return Ok((Parsed::new(tape), replaced));
    }
    // The parser refuses raw control characters, and where nothing was decoded what is no UTF-8.
    let Decoded { text, replaced } = decoded.unwrap_or_else(|| decode_json(bytes));
    let escaped = text::with_escaped_controls(&text);
    let json = escaped.as_deref().unwrap_or(&text);
    tape(json.as_bytes(), repaired)
        .map(|tape| (Parsed::new(tape), replaced))
        .map_err(|error| not_json(&text, &error))
}

/// Parses a decoded JSON document as it stands, in `space`, which then holds its texts without their escapes; for what
/// comes from the archive there is [`read`].
///
/// # Errors
///
/// Says in words why the text is not JSON, with line and column.
pub fn parse<'s>(text: &str, space: &'s mut Vec<u8>) -> Result<Parsed<'s>, String> {
    tape(text.as_bytes(), space)
        .map(Parsed::new)
        .map_err(|error| not_json(text, &error))
}

fn tape<'s>(json: &[u8], space: &'s mut Vec<u8>) -> simd_json::Result<Tape<'s>> {
    space.clear();
    space.extend_from_slice(json);
    let mut buffers = Buffers::with_max_depth(json.len(), DEPTH_MAX);
    simd_json::to_tape_with_buffers(space, &mut buffers)
}

/// Says in words why a text is not JSON. The parser has names and positions of its own for that, so `serde_json`, which
/// is slower and says it with line and column, reads the text once more.
fn not_json(text: &str, error: &simd_json::Error) -> String {
    let reason = if matches!(error.error(), ErrorType::DepthLimitExceeded) {
        format!("more than {DEPTH_MAX} values in each other")
    } else {
        serde_json::from_str::<IgnoredAny>(text)
            .map_or_else(|reason| reason.to_string(), |_| error.to_string())
    };
    format!("not JSON: {reason}")
}

/// Returns a member of an object; of members with one name the last, as JavaScript does; `null` is absent.
pub fn member<'v>(object: Value<'v>, name: &str) -> Option<Value<'v>> {
    let [value] = members(object, [name]);
    value
}

/// Returns several members of an object, each as [`member`] does, at one look at it.
pub fn members<'v, const N: usize>(object: Value<'v>, names: [&str; N]) -> [Option<Value<'v>>; N] {
    let mut found = [None; N];
    let members = object.as_object().into_iter().flat_map(Object::iter);
    for (name, value) in members {
        if let Some(place) = names.iter().position(|wanted| *wanted == name) {
            found[place] = Some(value).filter(|value| !value.is_null());
        }
    }
    found
}

/// Returns a member that is a non-blank text.
pub fn text<'v>(object: Value<'v>, name: &str) -> Option<&'v str> {
    member(object, name)?.as_text()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_json_is_reported_with_its_place() {
        for (text, expected) in [
            ("", "EOF while parsing a value at line 1 column 0"),
            ("{\"a\": 1,\n}", "key must be a string at line 2 column 1"),
            ("[1] x", "trailing characters at line 1 column 5"),
            ("<html>", "expected value at line 1 column 1"),
        ] {
            let error = parse(text, &mut Vec::new()).expect_err(text);
            assert_eq!(error, format!("not JSON: {expected}"));
        }
    }

    #[test]
    fn what_nests_without_end_is_refused() {
        let nested = |depth: usize| [vec![b'['; depth], vec![b']'; depth]].concat();
        for (depth, is_read) in [
            (DEPTH_MAX, true),
            (DEPTH_MAX + 1, false),
            (1_000_000, false),
        ] {
            let text = String::from_utf8(nested(depth)).expect("ASCII");
            let mut space = Vec::new();
            assert_eq!(parse(&text, &mut space).is_ok(), is_read, "{depth}");
        }
    }

    #[test]
    fn the_last_of_two_members_counts() {
        let mut space = Vec::new();
        let parsed = parse(
            r#"{"title": "first", "title": "last", "id": null}"#,
            &mut space,
        )
        .expect("JSON");
        assert_eq!(text(parsed.root(), "title"), Some("last"));
        assert!(member(parsed.root(), "id").is_none());
    }
}
