//! Reading of the archive's JSON: repaired where characters are broken, then parsed into a value that borrows from it.

mod reader;
pub(crate) mod text;
mod value;

use std::io::BufReader;

use memchr::memchr2;
use serde::de::DeserializeSeed as _;
use serde_json::Deserializer;
use serde_json::de::Read;

use reader::Reader;
use text::Repaired;
pub(crate) use value::is_blank;
pub use value::{Member, Value};

/// Reads a JSON document; returns it, and how many of its characters no record can hold.
///
/// Those are runs of invalid bytes and lone surrogates, for which `U+FFFD` stands in it, and what
/// [`text::is_unwritable`], which is still in it.
///
/// # Errors
///
/// Says in words why it is not JSON, or what there is too much of, with line and column in the repaired document.
pub fn read(bytes: &[u8]) -> Result<(Value<'_>, usize), String> {
    let bytes = text::without_mark(bytes);
    if let Ok(text) = str::from_utf8(bytes) {
        // What no record can hold is an escape here, or begins with 0xEF; most documents have neither.
        let may_have_unwritable = memchr2(b'\\', 0xEF, bytes).is_some();
        match parse(Deserializer::from_str(text), may_have_unwritable) {
            Ok(read) => return Ok(read),
            // What there is too much of no repair makes less.
            Err(error) if error.is_data() => return Err(error.to_string()),
            Err(_) => {}
        }
    }
    let mut repaired = Repaired::of(bytes);
    // What is read from a stream borrows nothing from it.
    // Read byte by byte, which std does faster from a buffer.
    let json = Deserializer::from_reader(BufReader::new(&mut repaired));
    match parse(json, true) {
        Ok((value, unwritable)) => Ok((value, repaired.replaced + unwritable)),
        Err(error) if error.is_data() => Err(error.to_string()),
        Err(error) => Err(format!("not JSON: {error}")),
    }
}

fn parse<'d>(
    mut json: Deserializer<impl Read<'d>>,
    may_have_unwritable: bool,
) -> serde_json::Result<(Value<'d>, usize)> {
    let mut reader = Reader::new(may_have_unwritable);
    json.disable_recursion_limit();
    let value = reader.deserialize(&mut json)?;
    json.end()?;
    Ok((value, reader.unwritable))
}

/// Returns a member of an object; of members with one name the last, as JavaScript does; `null` is absent.
pub fn member<'v>(object: &'v Value<'v>, name: &str) -> Option<&'v Value<'v>> {
    let [value] = members(object, [name]);
    value
}

/// Returns several members of an object, each as [`member`] does, at one look at it.
pub fn members<'v, const N: usize>(
    object: &'v Value<'v>,
    names: [&str; N],
) -> [Option<&'v Value<'v>>; N] {
    let mut found = [None; N];
    let Value::Object(members) = object else {
        return found;
    };
    for (name, value) in members {
        if let Some(place) = names.iter().position(|wanted| wanted == name) {
            found[place] = Some(value).filter(|value| **value != Value::Null);
        }
    }
    found
}

/// Returns a member that is a non-blank text.
pub fn text<'v>(object: &'v Value<'v>, name: &str) -> Option<&'v str> {
    member(object, name)?.as_text()
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;

    #[track_caller]
    fn refused(json: &str) -> String {
        read(json.as_bytes()).expect_err("no JSON")
    }

    #[test]
    fn what_is_no_json_is_reported_with_its_place() {
        for (text, expected) in [
            ("", "EOF while parsing a value at line 1 column 0"),
            ("{\"a\": 1,\n}", "trailing comma at line 2 column 1"),
            ("[1] x", "trailing characters at line 1 column 5"),
            ("<html>", "expected value at line 1 column 1"),
            // What was repaired before is not what is wrong.
            (
                "[\"\\ud800\"",
                "EOF while parsing a list at line 1 column 9",
            ),
        ] {
            assert_eq!(refused(text), format!("not JSON: {expected}"));
        }
    }

    #[test]
    fn what_nests_without_end_is_refused() {
        for (open, value, close) in [("[", "", "]"), ("[", "1", "]"), ("{\"a\":", "{}", "}")] {
            let levels =
                |depth| [open.repeat(depth), value.to_owned(), close.repeat(depth)].concat();
            let most = reader::DEPTH_MAX - usize::from(value == "{}");
            assert!(
                read(levels(most).as_bytes()).is_ok(),
                "{open}{value}{close}"
            );
            for depth in [most + 1, 1_000_000] {
                let reason = refused(&levels(depth));
                assert!(
                    reason.starts_with("too many values in each other, more than 128"),
                    "{reason}"
                );
            }
        }
    }

    #[test]
    fn more_values_than_are_kept_are_refused() {
        const MEBIBYTE: usize = 1024 * 1024;
        let listed = |value: &str, bytes: usize| {
            let values = vec![value; bytes / (value.len() + 1)];
            format!("[{}]", values.join(","))
        };
        for (value, bytes) in [
            ("[]", 4 * MEBIBYTE),
            ("0", 14 * MEBIBYTE),
            ("{\"\":0}", 4 * MEBIBYTE),
        ] {
            let reason = refused(&listed(value, bytes));
            assert!(
                reason.starts_with("too many values, more than 1048576"),
                "{reason}"
            );
        }
        assert!(read(listed("\"a\"", 4 * MEBIBYTE).as_bytes()).is_ok());
    }

    #[test]
    fn a_number_is_no_bound_for_its_document() {
        for (number, expected) in [
            ("0", "0"),
            ("-1", "-1"),
            ("1E5", "100000.0"),
            ("1.50", "1.5"),
            ("1e-400", "0.0"),
            ("1e999", "1e+999"),
            ("-1E999", "-1e+999"),
            (
                "1234567890123456789012345678901234567890",
                "1234567890123456789012345678901234567890",
            ),
        ] {
            let json = format!("{{\"number\": {number}, \"title\": \"A letter\"}}");
            let (value, _) = read(json.as_bytes()).expect(number);
            assert_eq!(
                member(&value, "number"),
                Some(&Value::Number(expected.into()))
            );
            assert_eq!(text(&value, "title"), Some("A letter"));
            assert_eq!(
                value.to_string(),
                format!("{{\"number\":{expected},\"title\":\"A letter\"}}")
            );
        }
    }

    #[test]
    fn the_last_of_two_members_counts() {
        let json = br#"{"title": "first", "title": "last", "id": null}"#;
        let (value, _) = read(json).expect("JSON");
        assert_eq!(text(&value, "title"), Some("last"));
        assert!(member(&value, "id").is_none());
    }

    #[test]
    fn a_text_is_borrowed_where_it_stands_as_it_is() {
        let (value, _) = read(br#"{"plain": "a", "escaped": "a\n"}"#).expect("JSON");
        for (name, is_borrowed) in [("plain", true), ("escaped", false)] {
            let Some(Value::Text(text)) = member(&value, name) else {
                panic!("no text")
            };
            assert_eq!(matches!(text, Cow::Borrowed(_)), is_borrowed, "{name}");
        }
        assert_eq!(size_of::<Value<'_>>(), 24);
    }
}
