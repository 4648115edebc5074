//! The values of a pinax: what says nothing is left out, lists in one text are split, each value stands once.
//!
//! A list is split at `;`, `|` and line ends, in names also at `、`; a comma is part of a name, and a bullet before an item
//! is not. Coordinates are one value, and so are a holder of the resource with a shelfmark, and a publisher with its place.

use foldhash::{HashSet, HashSetExt as _};

use super::value::{self, Kind, is_nothing, key};
use crate::arke::{Pinax, Term};

/// What separates the values of a list in one text, besides line ends; the last in names alone.
const SEPARATORS: [char; 5] = [';', '|', '；', '؛', '、'];

/// Reads all fields of a pinax: what says nothing is left out, lists are split, each value of a list stands once.
pub(super) fn read<'v>(pinax: &Pinax<'v>) -> Pinax<'v> {
    let one = |value: Option<&'v str>| value.filter(|text| !is_nothing(text, Kind::Other));
    let list = |values: &[Term<'v>], kind| {
        let parts = values
            .iter()
            .flat_map(|value| parts(value.text, kind).map(|text| Term { text, ..*value }));
        let says = |part: &Term<'v>| part.role.is_some() || !is_nothing(part.text, kind);
        let mut said: Vec<_> = parts.filter(says).collect();
        if said.len() > 1 {
            let mut seen = HashSet::new();
            said.retain(|part| seen.insert((key(part.text), part.role)));
        }
        said
    };
    let whole = |values: &[Term<'v>]| {
        let mut said = values.to_vec();
        said.retain(|value| !is_nothing(value.text, Kind::Other));
        said
    };
    let further = pinax.further.iter();
    let further = further.map(|(name, values)| (*name, whole(values)));
    let mut further: Vec<_> = further.collect();
    // An address is no heading, and a number no place.
    let mut headings = |field, values: &[Term<'v>], kind| {
        let mut said = list(values, kind);
        let addresses: Vec<_> = said
            .extract_if(.., |value| {
                value::is_address(value.text) || kind == Kind::Place && value::is_number(value.text)
            })
            .collect();
        if !addresses.is_empty() {
            further.push((field, addresses));
        }
        said
    };
    Pinax {
        id: one(pinax.id),
        title: one(pinax.title),
        kinds: list(&pinax.kinds, Kind::Other),
        creators: headings("creator", &pinax.creators, Kind::Name),
        institutions: headings("institution", &pinax.institutions, Kind::Body),
        created: pinax
            .created
            .filter(|date| !is_nothing(date.text, Kind::Date)),
        access_url: one(pinax.access_url),
        languages: list(&pinax.languages, Kind::Language),
        subjects: headings("subjects", &pinax.subjects, Kind::Other),
        description: one(pinax.description),
        source: one(pinax.source),
        rights: whole(&pinax.rights),
        places: headings("place", &pinax.places, Kind::Place),
        publishers: headings("publisher", &pinax.publishers, Kind::Body),
        genres: headings("genre", &pinax.genres, Kind::Other),
        contributors: headings("contributor", &pinax.contributors, Kind::Name),
        further,
        problems: Vec::new(),
    }
}

/// Tells whether a text has a word of bodies in it, and no number.
fn names_body(text: &str) -> bool {
    let words = value::words(text);
    let is_of_body = |word| value::is_one_of_any(word, &["bodies", "bodies or surnames"]);
    words.split(' ').any(is_of_body) && !words.contains(|sign: char| sign.is_ascii_digit())
}

/// Splits a list in one text.
fn parts(text: &str, kind: Kind) -> impl Iterator<Item = &str> {
    let separators = match kind {
        Kind::Name | Kind::Language => &SEPARATORS[..],
        _ => &SEPARATORS[..SEPARATORS.len() - 1],
    };
    let mut lines = text.split(|sign| SEPARATORS.contains(&sign) || sign == '\n');
    let is_whole = match kind {
        Kind::Body => !lines.all(names_body),
        Kind::Place => value::is_coordinates(text),
        _ => false,
    };
    let mut start = 0;
    let ends = text.char_indices().filter(move |&(at, sign)| {
        let is_line_end = matches!(
            sign,
            '\n' | '\r' | '\u{B}' | '\u{C}' | '\u{85}' | '\u{2028}' | '\u{2029}'
        );
        is_line_end
            || separators.contains(&sign)
                && !ends_reference(&text[..at], sign)
                && !is_bracketed(text, at)
    });
    let ends = ends.filter(move |_| !is_whole).chain([(text.len(), '\0')]);
    ends.filter_map(move |(at, sign)| {
        let part = text[start..at].trim_matches(|c: char| c.is_whitespace() || "•▪‣●".contains(c));
        let item = ["- ", "* "].iter().find_map(|mark| part.strip_prefix(mark));
        let part = item.unwrap_or(part);
        start = at + sign.len_utf8();
        (!part.is_empty()).then_some(part)
    })
}

/// Tells whether a place is within brackets: "Ward (photographer; 1866-1952)".
fn is_bracketed(text: &str, at: usize) -> bool {
    let (before, behind) = text.split_at(at);
    before.rfind(['(', '[']) > before.rfind([')', ']']) && behind.contains([')', ']'])
}

/// Tells whether a semicolon belongs to a character reference of HTML before it: "Wren &amp; Daughters".
fn ends_reference(before: &str, sign: char) -> bool {
    let name = before.rsplit_once('&').map(|(_, name)| name);
    sign == ';'
        && name.is_some_and(|name| {
            let name = name.strip_prefix('#').unwrap_or(name);
            (1..=8).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_in_one_text_is_split() {
        for (text, kind, expected) in [
            (
                "Okafor, Miriam; Ward, Violet",
                Kind::Name,
                &["Okafor, Miriam", "Ward, Violet"][..],
            ),
            (
                "Okafor, Miriam|Ward, Violet;",
                Kind::Name,
                &["Okafor, Miriam", "Ward, Violet"],
            ),
            (
                "Miriam Okafor\r\nViolet Ward\n",
                Kind::Name,
                &["Miriam Okafor", "Violet Ward"],
            ),
            (
                "王小明、山田太郎；李白",
                Kind::Name,
                &["王小明", "山田太郎", "李白"],
            ),
            ("松、竹", Kind::Other, &["松、竹"]),
            ("Paris; ; London", Kind::Place, &["Paris", "London"]),
            (
                "Ward (b. 1866; d. 1952); Wren [x; Okafor",
                Kind::Name,
                &["Ward (b. 1866; d. 1952)", "Wren [x", "Okafor"],
            ),
            (
                "Wren &amp; Daughters; Ward &#38; Co",
                Kind::Name,
                &["Wren &amp; Daughters", "Ward &#38; Co"],
            ),
            ("Ward & Co; Wren", Kind::Name, &["Ward & Co", "Wren"]),
            (";;", Kind::Name, &[]),
        ] {
            let parts: Vec<&str> = parts(text, kind).collect();
            assert_eq!(parts, expected, "{text:?}");
        }
    }
}
