//! The faults themselves: bytes that stand where they should not, and what stands in the place of documents.

/// What stands in a string and is no JSON, or no character that a record can hold.
#[rustfmt::skip]
pub(crate) const IN_STRINGS: [&[u8]; 44] = [
    b"\\ud800", b"\\uDBFF", b"\\udc00", b"\\uDFFF\\uD83D", b"\\ud83d\\ud83d\\udcf7", b"\\uD83Dx", b"\\ud800\\u0041",
    b"\\ud83d\\\\udcf7", b"\\\\ud800", b"\\\\\\ud800", b"\xFF", b"\xFE\xFF", b"\xC3", b"\xE2\x82", b"\xF0\x9F\x93",
    b"\xF5\x80\x80\x80", b"\xC0\x80", b"\xED\xA0\x80", b"\xED\xA0\xBD\xED\xB3\xB7", b"\x80\x80\x80",
    b"caf\xE9 \xFCber", b"\0", b"\x01", b"\x08", b"\t", b"\n", b"\r\n", b"\r", b"\x0B", b"\x0C", b"\x1B[0m", b"\x1F",
    b"\x7F", b"\xEF\xBB\xBF", b"\xEF\xBF\xBE", b"\xEF\xBF\xBF", b"\\u0000", b"\\u001f", b"\\b\\f", b"\\ufffe",
    b"\\uFFFF", b"\\u2028", b"\\/", b"\\u005C\\u0022",
];
/// What stands in a string and is refused.
#[rustfmt::skip]
pub(crate) const REFUSED_IN_STRINGS: [&[u8]; 15] = [
    b"\\x41", b"\\u12", b"\\u12G4", b"\\uD8", b"\\ud83d\\u12", b"\\u{1F4F7}", b"\\U0001F4F7", b"\\'", b"\\0", b"\\v",
    b"\\a", b"\\\n", b"\\ ", b"\"", b"a \"word\" b",
];
/// Numbers as JSON has them, and some that parsers differ about.
#[rustfmt::skip]
pub(crate) const NUMBERS: [&str; 26] = [
    "0", "-0", "-0.0", "1", "-1", "5", "318066", "1885", "1885.5", "1E5", "1e5", "1e+2", "1e-7", "0.1e1", "1.0",
    "4294967296", "9007199254740993", "18446744073709551615", "18446744073709551616", "-9223372036854775808",
    "-9223372036854775809", "1234567890123456789012345678901234567890", "0.1234567890123456789012345678901234567890",
    "1.7976931348623157e308", "4.9e-324", "1e-400",
];
/// Values that JSON has not.
#[rustfmt::skip]
pub(crate) const REFUSED_VALUES: [&str; 30] = [
    "1e400", "-1e400", "1e999999999999", "01", "-01", "00", "+1", ".5", "1.", "-", "1e", "1e+", "0x10", "1_000",
    "1,5,", "NaN", "nan", "Infinity", "-Infinity", "undefined", "None", "True", "TRUE", "nul", "truefalse", "",
    "'single quotes'", "`x`", "{,}", "[1,]",
];
/// What stands between tokens and is refused.
#[rustfmt::skip]
pub(crate) const REFUSED_BETWEEN: [&[u8]; 14] = [
    b",", b",,", b":", b"/* note */", b"// note\n", b"# note\n", b"\0", b"\x0B", b"\xA0", b"\xC2\xA0",
    b"\xEF\xBB\xBF", b"\xFF", b"}", b"]",
];
/// What stands behind a document.
#[rustfmt::skip]
pub(crate) const BEHIND: [&[u8]; 14] = [
    b" ", b"\n\n\r\n\t ", b"\0", b"\0\0\0\0", b"\x1A", b"x", b"{}", b"]", b",", b"// end", b"\xFF", b"\xEF\xBB\xBF",
    b"\n\n[Error: the answer ends here]", b"</body></html>",
];
/// What stands in the place of a document.
#[rustfmt::skip]
pub(crate) const INSTEAD: [&[u8]; 24] = [
    b"", b" ", b"\r\n\r\n", b"\0", b"\xEF\xBB\xBF", b"null", b"true", b"0", b"-1.5e3", b"\"a text\"", b"\"\\ud800\"",
    b"[]", b"[{}]", b"[{\"title\": \"in a list\"}]", b"{}", b"{\"\": \"\"}", b"{", b"\"",
    b"title: YAML\ncreator:\n  - one\n",
    b"<!DOCTYPE html>\n<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>\n",
    b"<?xml version=\"1.0\" encoding=\"UTF-8\"?><error code=\"503\"/>", b"\x1F\x8B\x08\0\0\0\0\0\0\x03",
    b"\x89PNG\r\n\x1A\n", b"error code: 1015",
];
