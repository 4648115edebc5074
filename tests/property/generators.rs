//! Generators of texts and JSON, with more of what readers stumble over than chance has.

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Map, Value};

/// Names that fields have somewhere, so that arbitrary objects have fields that are read.
pub(crate) const NAMES: [&str; 48] = [
    "id",
    "title",
    "type",
    "creator",
    "institution",
    "created",
    "access_url",
    "language",
    "subjects",
    "description",
    "source",
    "rights",
    "place",
    "name",
    "entities",
    "relationships",
    "relations",
    "properties",
    "label",
    "code",
    "full_name",
    "birth",
    "death",
    "subject",
    "predicate",
    "object",
    "target",
    "filename",
    "url",
    "ipfs_cid",
    "size",
    "ocr",
    "nara_objectId",
    "object_type",
    "file_size",
    "s3_url",
    "extracted_text",
    "cdn_url",
    "content_type",
    "original_size",
    "ver",
    "ts",
    "manifest_cid",
    "note",
    "parent_pi",
    "hierarchy_parent",
    "person",
    "date_1885_10_28",
];
/// Values that something is made of.
const VALUES: [&str; 28] = [
    "person",
    "organization",
    "place",
    "date",
    "event",
    "document",
    "file",
    "entity_ref",
    "Text",
    "Collection",
    "Sound",
    "en-AU",
    "zh-Hans",
    "yue",
    "circa 1885",
    "1885-04-25",
    "1920s",
    "188X",
    "n.d.",
    "Unknown",
    "PLACEHOLDER",
    "Austen, Alice",
    "U.S. Coast Survey",
    "http://rightsstatements.org/vocab/InC/1.0/",
    "https://example.org/a b[1]%?q=|#x#y",
    "image/jpeg; q=1",
    "a : b",
    "Harbors--History",
];

/// What makes a JSON document one that a parser refuses: lone surrogates, bytes that are no UTF-8, raw controls.
const FAULTS: [&[u8]; 6] = [b"\\ud800", b"\\udfff", b"\xFF", b"\xC3", b"\0", b"\n"];

/// Any text, and more often than chance has it what XML, JSON or Markdown stumble over.
pub(crate) fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        any::<char>().prop_map(String::from),
        "[ -~]{1,8}",
        prop::sample::select(
            &[
                "\0",
                "\u{1}",
                "\u{8}",
                "\u{B}",
                "\u{C}",
                "\u{1F}",
                "\u{7F}",
                "\u{85}",
                "\u{A0}",
                "\u{2028}",
                "\u{FEFF}",
                "\u{FFFD}",
                "\u{FFFE}",
                "\u{FFFF}",
                "\u{1FFFE}",
                "\u{10FFFF}",
                "\r\n",
                "\r",
                "\n",
                "\t",
                "  ",
                "]]>",
                "</mods>",
                "<!--",
                "-->",
                "&amp;",
                "&#0;",
                "&",
                "<",
                ">",
                "\"",
                "'",
                "--",
                " : ",
                "\\u0000",
                "📷",
                "é",
            ][..]
        )
        .prop_map(str::to_owned),
    ];
    vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

/// What looks like a date: in EDTF, in W3CDTF, in words, or nearly so.
pub(crate) fn date() -> impl Strategy<Value = String> {
    let date = prop_oneof![
        "(1[0-9]|20)[0-9]{2}",
        "18[0-9]{2}-[01][0-9](-[0-3][0-9])?",
        "188[0-9X]-[0-4X][0-9X]",
        "188[0-9X]-[01X][0-9X]-[0-3X][0-9X]",
        "-?[?~%]?[0-9X]{4}[?~%]?(-[?~%]?[0-4X][0-9X][?~%]?(-[?~%]?[0-3X][0-9X][?~%]?)?)?",
    ];
    let date = date.boxed();
    let long_year = "Y?-?0?[0-9]{1,6}(E-?[0-9]{1,2})?(S[0-9]{1,2})?";
    let moment = (
        "188[0-9]-[01][1-9]-[0-3][1-9]T[012][0-9]:[0-6]0",
        "(:(60|[0-5][0-9])(\\.[0-9]{1,3})?)?(Z|[+-][01][0-9](:[0-6]0)?)?",
    );
    let moment = moment.prop_map(|(minutes, rest)| minutes + &rest);
    let interval = ("(\\.\\.)?", date.clone(), date.clone(), "(\\.\\.)?")
        .prop_map(|(before, from, to, after)| format!("{before}{from}/{to}{after}"));
    let member = (date.clone(), prop::option::of(date.clone()))
        .prop_map(|(from, to)| to.map_or(from.clone(), |to| format!("{from}..{to}")));
    let members = (vec(member, 1..4), "(\\.\\.)?, ?");
    let members = members.prop_map(|(members, between)| members.join(&between));
    let brackets = prop::sample::select(&[('[', ']'), ('{', '}')][..]);
    let set =
        (members, brackets).prop_map(|(members, (open, close))| format!("{open}{members}{close}"));
    let worded = (
        "(|ca. |probably |early |before |between |\\[)",
        date.clone(),
        "(/|-| to |\\.\\.| and |,)",
        date.clone(),
        "(|s|\\?|\\]| century|/\\.\\.|/)",
    );
    let worded = worded
        .prop_map(|(before, from, between, to, after)| before + &from + &between + &to + &after);
    prop_oneof![2 => date, 1 => long_year, 2 => moment, 3 => interval, 2 => set, 2 => worded]
}

/// Any JSON, made of fields and values that mean something somewhere.
pub(crate) fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        text().prop_map(Value::from),
        prop::sample::select(&VALUES[..]).prop_map(Value::from),
        prop::sample::select(&NAMES[..]).prop_map(Value::from),
    ];
    let name =
        prop_oneof![4 => prop::sample::select(&NAMES[..]).prop_map(str::to_owned), 1 => text()];
    leaf.prop_recursive(4, 40, 8, move |inner| {
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(Value::from),
            vec((name.clone(), inner), 0..10)
                .prop_map(|members| members.into_iter().collect::<Map<_, _>>().into()),
        ]
    })
}

/// A JSON document as bytes, sometimes with a lone surrogate, bytes that are no UTF-8, or cut short.
pub(crate) fn any_body() -> impl Strategy<Value = Vec<u8>> {
    let fault = prop_oneof![
        6 => Just(None),
        1 => (any::<prop::sample::Index>(), prop::sample::select(&FAULTS[..]))
            .prop_map(Some),
    ];
    (any_json(), fault, prop::bool::weighted(0.05)).prop_map(|(json, fault, is_cut)| {
        let mut body = json.to_string().into_bytes();
        if let Some((at, bytes)) = fault {
            // After a quotation mark, so that it stands in a text more often than not.
            let quotes: Vec<usize> = (0..body.len()).filter(|&at| body[at] == b'"').collect();
            let at = if quotes.is_empty() {
                0
            } else {
                quotes[at.index(quotes.len())] + 1
            };
            body.splice(at..at, bytes.iter().copied());
        }
        if is_cut {
            body.truncate(body.len() / 2);
        }
        body
    })
}
