//! What happens to documents: characters that no parser takes, tokens that are none, documents cut short or replaced.

use std::ops::Range;

use super::faults::{
    BEHIND, IN_STRINGS, INSTEAD, NUMBERS, REFUSED_BETWEEN, REFUSED_IN_STRINGS, REFUSED_VALUES,
};
use super::json::{Json, Style};
use super::random::Random;
use super::words::pick;

/// Where what stands in a document.
struct Layout {
    /// The strings without their quotation marks.
    strings: Vec<Range<usize>>,
    /// The marks between them: braces, brackets, colons and commas.
    marks: Vec<usize>,
}

impl Layout {
    fn of(json: &[u8]) -> Self {
        let (mut strings, mut marks) = (Vec::new(), Vec::new());
        let (mut start, mut at) = (None, 0);
        while let Some(&byte) = json.get(at) {
            match (byte, start) {
                (b'"', None) => start = Some(at + 1),
                (b'"', Some(from)) => {
                    strings.push(from..at);
                    start = None;
                }
                (b'\\', Some(_)) => at += 1,
                (b'{' | b'}' | b'[' | b']' | b',' | b':', None) => marks.push(at),
                _ => {}
            }
            at += 1;
        }
        Self { strings, marks }
    }
}

/// Writes a document in some style, and damages one of three.
pub(crate) fn document(random: &mut Random, mut json: Json) -> Vec<u8> {
    if random.happens(8) {
        repeat_a_name(random, &mut json);
    }
    let mut bytes = json.write(Style::draw(random));
    match random.below(100) {
        0..66 => {}
        66..84 => in_strings(random, &mut bytes),
        84..92 => at_the_edges(random, &mut bytes),
        _ => for_good(random, &mut bytes),
    }
    bytes
}

/// Writes a text, in so many of a hundred cases with damage that can be repaired.
pub(crate) fn token(random: &mut Random, text: &str, in_hundred: u64) -> Json {
    if !random.happens(in_hundred) {
        return text.into();
    }
    let mut bytes = Json::from(text).write(Style::compact());
    in_strings(random, &mut bytes);
    Json::Raw(bytes)
}

/// Puts into strings what stands there wrongly and can be repaired.
pub(crate) fn in_strings(random: &mut Random, json: &mut Vec<u8>) {
    for _ in 0..=random.below(4) {
        let fault = pick(random, &IN_STRINGS);
        let times = if random.happens(5) { 300 } else { 1 };
        insert_in_a_string(random, json, &fault.repeat(times));
    }
}

/// Damages a document so that most parsers refuse it.
pub(crate) fn for_good(random: &mut Random, json: &mut Vec<u8>) {
    match random.below(12) {
        0 | 1 => {
            json.truncate(random.index(json.len() + 1));
        }
        2 | 3 => {
            INSTEAD[random.index(INSTEAD.len())].clone_into(json);
        }
        4 => {
            let fault = pick(random, &REFUSED_IN_STRINGS);
            insert_in_a_string(random, json, fault);
        }
        5 | 6 => {
            let token = pick(random, &REFUSED_VALUES);
            replace_a_value(random, json, token.as_bytes());
        }
        7 => {
            let nested = nested(random, false);
            replace_a_value(random, json, &nested);
        }
        8 => insert_between(random, json),
        9 => remove_a_mark(random, json),
        10 => json.extend_from_slice(pick(random, &BEHIND)),
        _ => *json = as_a_whole(random, json),
    }
}

/// Puts at the edges what some parsers mind, and odd values that are JSON.
fn at_the_edges(random: &mut Random, json: &mut Vec<u8>) {
    match random.below(6) {
        0 | 1 => {
            json.splice(0..0, *b"\xEF\xBB\xBF");
        }
        2 => {
            let blanks: &[u8] = pick(random, &[&b" "[..], b"\r\n\t", b"\n\n\n"]);
            json.splice(0..0, blanks.iter().copied());
            json.extend_from_slice(blanks);
        }
        3 | 4 => {
            let number = pick(random, &NUMBERS);
            replace_a_value(random, json, number.as_bytes());
        }
        _ => {
            let nested = nested(random, true);
            replace_a_value(random, json, &nested);
        }
    }
}

/// Writes all of a document otherwise: twice, in UTF-16, with apostrophes or without quotation marks.
fn as_a_whole(random: &mut Random, json: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(json);
    match random.below(5) {
        0 => json.repeat(2),
        1 => [
            &b"\xFF\xFE"[..],
            &text
                .encode_utf16()
                .flat_map(u16::to_le_bytes)
                .collect::<Vec<_>>(),
        ]
        .concat(),
        2 => text.replace('"', "'").into_bytes(),
        3 => text.replace('"', "").into_bytes(),
        _ => format!("```json\n{text}\n```\n").into_bytes(),
    }
}

/// Says a name of an object twice, with another value.
fn repeat_a_name(random: &mut Random, json: &mut Json) {
    if let Json::Object(members) = json
        && !members.is_empty()
    {
        let (name, _) = pick(random, members);
        let (_, value) = pick(random, members);
        let place = random.index(members.len() + 1);
        members.insert(place, (name, value));
    }
}

fn insert_in_a_string(random: &mut Random, json: &mut Vec<u8>, fault: &[u8]) {
    let layout = Layout::of(json);
    if layout.strings.is_empty() {
        return;
    }
    let string = pick(random, &layout.strings);
    let aim = string.start + random.index(string.len() + 1);
    let mut at = string.start;
    while at < aim {
        // Neither within an escape nor within a character.
        at += match json[at..] {
            [b'\\', b'u', ..] => 6,
            [b'\\', ..] => 2,
            _ => 1,
        };
        while json.get(at).is_some_and(|byte| byte & 0xC0 == 0x80) {
            at += 1;
        }
    }
    let at = at.min(string.end);
    json.splice(at..at, fault.iter().copied());
}

fn replace_a_value(random: &mut Random, json: &mut Vec<u8>, token: &[u8]) {
    let strings = Layout::of(json).strings.into_iter();
    let is_name = |end: usize| {
        let mut rest = json[end + 1..].iter();
        rest.find(|byte| !byte.is_ascii_whitespace()) == Some(&b':')
    };
    let values: Vec<Range<usize>> = strings.filter(|string| !is_name(string.end)).collect();
    if !values.is_empty() {
        let value = pick(random, &values);
        json.splice(value.start - 1..=value.end, token.iter().copied());
    }
}

fn insert_between(random: &mut Random, json: &mut Vec<u8>) {
    let marks = Layout::of(json).marks;
    if !marks.is_empty() {
        let at = pick(random, &marks) + random.index(2);
        let fault = pick(random, &REFUSED_BETWEEN);
        json.splice(at..at, fault.iter().copied());
    }
}

fn remove_a_mark(random: &mut Random, json: &mut Vec<u8>) {
    let marks = Layout::of(json).marks;
    if !marks.is_empty() {
        json.remove(pick(random, &marks));
    }
}

/// Values within values: as many as some parser may take, or more than any does.
fn nested(random: &mut Random, is_closed: bool) -> Vec<u8> {
    let depth = pick(
        random,
        &[3, 10, 60, 110, 124, 125, 126, 127, 128, 129, 130, 200],
    );
    let (open, close) = pick(
        random,
        &[("[", "]"), ("{\"a\":", "}"), ("[{\"name\":", "}]")],
    );
    let closed = if is_closed { depth } else { depth / 2 };
    [open.repeat(depth), "1".to_owned(), close.repeat(closed)]
        .concat()
        .into_bytes()
}
