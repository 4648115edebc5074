//! Dates as people write them: ranges, doubts, months in words.
//!
//! The signs of doubt are those of cataloguing (RDA and its predecessors): brackets for what is inferred, a
//! question mark for what is probable, "circa" for what is near.

use super::span::{ordinal, span};
use super::w3cdtf::{is_date, number, short};
use crate::mods::DateQualifier;

#[rustfmt::skip]
const MONTHS: [&str; 12] = [
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
];
/// What stands between the ends of a range.
const BETWEEN: [&str; 7] = [" to ", " through ", " until ", "/", "–", "—", "-"];
/// Words before a date. A bare "c" needs its blank: "c1885" is a year of copyright.
const WORDS_OF_DOUBT: [(&str, DateQualifier); 13] = [
    ("circa", DateQualifier::Approximate),
    ("ca.", DateQualifier::Approximate),
    ("ca", DateQualifier::Approximate),
    ("c.", DateQualifier::Approximate),
    ("c ", DateQualifier::Approximate),
    ("approximately", DateQualifier::Approximate),
    ("approx.", DateQualifier::Approximate),
    ("approx", DateQualifier::Approximate),
    ("about", DateQualifier::Approximate),
    ("around", DateQualifier::Approximate),
    ("probably", DateQualifier::Questionable),
    ("possibly", DateQualifier::Questionable),
    ("perhaps", DateQualifier::Questionable),
];
/// Signs before and after a single date; at a range they belong to one end.
const SIGNS_OF_DOUBT: [(&str, &str, DateQualifier); 4] = [
    ("~", "", DateQualifier::Approximate),
    ("", "~", DateQualifier::Approximate),
    ("", "(?)", DateQualifier::Questionable),
    ("", "?", DateQualifier::Questionable),
];
/// Which qualifier is kept where there are several: the last.
const STRENGTH: [DateQualifier; 3] = [
    DateQualifier::Inferred,
    DateQualifier::Questionable,
    DateQualifier::Approximate,
];

/// A date, or the two ends of a range.
pub(super) struct Wording {
    pub(super) start: Bound,
    pub(super) end: Option<Bound>,
    /// Whether the words say something that the dates do not.
    pub(super) is_lossy: bool,
}

/// One date in W3CDTF, and how sure it is.
pub(super) struct Bound {
    pub(super) date: String,
    pub(super) qualifier: Option<DateQualifier>,
}

/// Reads a date or a range; `None` if the words have no reading or several.
pub(super) fn read(text: &str) -> Option<Wording> {
    let text = text.to_lowercase();
    single(&text).or_else(|| range(&text))
}

/// Tells whether `1914-30` may be a range of years: the last two digits come after those of the year.
///
/// What ends in 21 to 24 is taken for a season all the same, since `2001-21` is the standard's own example of one.
pub(super) fn may_be_short_range(text: &str) -> bool {
    short_range(text, '-').is_some_and(|(year, end)| end > year % 100 && !(21..=24).contains(&end))
}

fn short_range(text: &str, between: char) -> Option<(u32, u32)> {
    let (year, end) = text.split_once(between)?;
    Some((number(year, 4)?, number(end, 2)?))
}

fn range(text: &str) -> Option<Wording> {
    let (text, doubt) = without_words_of_doubt(text);
    if let Some(text) = text.strip_prefix("between ") {
        let (from, to) = text.split_once(" and ")?;
        let doubt = stronger(doubt, Some(DateQualifier::Questionable));
        return joined(from, to, doubt).map(|range| Wording {
            is_lossy: true,
            ..range
        });
    }
    let text = text.strip_prefix("from ").unwrap_or(text);
    BETWEEN
        .iter()
        .flat_map(|between| text.match_indices(between))
        .find_map(|(at, between)| joined(&text[..at], &text[at + between.len()..], doubt))
        .or_else(|| abbreviated(text, doubt))
}

/// Reads `1914-18`, unless it may also be a month, or with a hyphen a season of EDTF.
fn abbreviated(text: &str, doubt: Option<DateQualifier>) -> Option<Wording> {
    let with_hyphen = short_range(text, '-').filter(|(_, end)| !(21..=41).contains(end));
    let (year, end) = with_hyphen.or_else(|| short_range(text, '–'))?;
    (end > 12 && end > year % 100)
        .then(|| {
            joined(
                &format!("{year:04}"),
                &format!("{:04}", year / 100 * 100 + end),
                doubt,
            )
        })
        .flatten()
}

fn joined(from: &str, to: &str, doubt: Option<DateQualifier>) -> Option<Wording> {
    let (from, to) = (single(from)?, single(to)?);
    let qualified = |bound: Bound| Bound {
        qualifier: stronger(bound.qualifier, doubt),
        ..bound
    };
    let start = qualified(from.start);
    let end = qualified(to.end.unwrap_or(to.start));
    // Dates of unequal precision are in order as far as both go.
    let shared = start.date.len().min(end.date.len());
    (start.date[..shared] <= end.date[..shared]).then_some(Wording {
        start,
        end: Some(end),
        is_lossy: from.is_lossy || to.is_lossy || doubt == Some(DateQualifier::Approximate),
    })
}

/// Reads one date with its doubts, or a decade or century.
fn single(text: &str) -> Option<Wording> {
    let (text, doubt) = without_doubt(text);
    if let Some(date) = date(text.strip_suffix('.').unwrap_or(text)) {
        return Some(Wording {
            start: Bound {
                date,
                qualifier: doubt,
            },
            end: None,
            is_lossy: doubt == Some(DateQualifier::Approximate),
        });
    }
    let (first, last) = span(text)?;
    let bound = |year: u32| Bound {
        date: format!("{year:04}"),
        qualifier: Some(DateQualifier::Approximate),
    };
    Some(Wording {
        start: bound(first),
        end: Some(bound(last)),
        is_lossy: true,
    })
}

/// Takes off every sign and word of doubt, from the outside in.
fn without_doubt(text: &str) -> (&str, Option<DateQualifier>) {
    let (text, doubt) = without_words_of_doubt(text);
    let inside = SIGNS_OF_DOUBT
        .iter()
        .find_map(|(before, after, qualifier)| {
            let inside = text.strip_prefix(before)?.strip_suffix(after)?;
            Some((inside, *qualifier))
        });
    let Some((inside, qualifier)) = inside else {
        return (text, doubt);
    };
    let (text, further) = without_doubt(inside);
    (text, stronger(stronger(doubt, Some(qualifier)), further))
}

/// Takes off brackets and words, which speak of all that they enclose or precede.
fn without_words_of_doubt(text: &str) -> (&str, Option<DateQualifier>) {
    let mut text = text.trim();
    let mut doubt = None;
    while let Some((inside, qualifier)) = bracketed(text).or_else(|| worded(text)) {
        text = inside.trim();
        doubt = stronger(doubt, Some(qualifier));
    }
    (text, doubt)
}

fn bracketed(text: &str) -> Option<(&str, DateQualifier)> {
    let inside = text.strip_prefix('[')?.strip_suffix(']')?;
    (!inside.contains(['[', ']'])).then_some((inside, DateQualifier::Inferred))
}

fn worded(text: &str) -> Option<(&str, DateQualifier)> {
    WORDS_OF_DOUBT
        .iter()
        .find_map(|(word, qualifier)| Some((text.strip_prefix(word)?, *qualifier)))
}

fn stronger(one: Option<DateQualifier>, other: Option<DateQualifier>) -> Option<DateQualifier> {
    STRENGTH
        .into_iter()
        .rfind(|qualifier| one == Some(*qualifier) || other == Some(*qualifier))
}

fn date(text: &str) -> Option<String> {
    if is_date(text) {
        return Some(text.to_owned());
    }
    in_words(text)
        .or_else(|| in_figures(text))
        .filter(|date| is_date(date))
}

/// Reads a month by its name, with a year after or before it, and a day or none.
fn in_words(text: &str) -> Option<String> {
    let words: Vec<&str> = text
        .split(|character: char| character.is_whitespace() || matches!(character, ',' | '.'))
        .filter(|word| !matches!(*word, "" | "of"))
        .collect();
    let (year, month, day) = match words[..] {
        [month, day, year] if month_of(month).is_some() => (year, month, Some(day)),
        [year, month, day] if number(year, 4).is_some() => (year, month, Some(day)),
        [day, month, year] => (year, month, Some(day)),
        [month, year] if month_of(month).is_some() => (year, month, None),
        [year, month] => (year, month, None),
        _ => return None,
    };
    let (year, month) = (number(year, 4)?, month_of(month)?);
    Some(match day {
        None => format!("{year:04}-{month:02}"),
        Some(day) => format!(
            "{year:04}-{month:02}-{:02}",
            short(day).or_else(|| ordinal(day))?
        ),
    })
}

/// Returns the number of a month from its name, or from three letters of it or more.
fn month_of(word: &str) -> Option<usize> {
    let month = MONTHS
        .iter()
        .position(|month| word.len() >= 3 && month.starts_with(word));
    month.map(|month| month + 1)
}

/// Reads year, month and day, or the year last if only one order of the others is a date.
fn in_figures(text: &str) -> Option<String> {
    let between = ['/', '.', '-']
        .into_iter()
        .find(|sign| text.contains(*sign))?;
    let parts: Vec<&str> = text.split(between).collect();
    let &[first, second, third] = parts.as_slice() else {
        return None;
    };
    let (year, month, day) = match number(first, 4) {
        Some(year) => (year, short(second)?, short(third)?),
        None => match (number(third, 4)?, short(first)?, short(second)?) {
            (year, day, month) if day > 12 => (year, month, day),
            (year, month, day) if day > 12 || day == month => (year, month, day),
            _ => return None,
        },
    };
    Some(format!("{year:04}-{month:02}-{day:02}"))
}
