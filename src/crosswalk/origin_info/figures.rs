//! Dates in figures, as people and programs write them.

use super::span::roman;
use super::w3cdtf::{is_date, number, short};
use super::words;

/// Years in which eight digits are a day: as day, month and year they would be one before 1300.
const COMPACT_YEARS: std::ops::RangeInclusive<u32> = 1300..=2099;
/// Years that are written in Roman figures.
const ROMAN_YEARS: std::ops::RangeInclusive<u32> = 1450..=2099;

/// Reads a day, month or year in figures, if they are one in one order alone; returns it in W3CDTF.
pub(super) fn read(text: &str) -> Option<String> {
    let date = separated(text)
        .or_else(|| compact(text))
        .or_else(|| with_signs(text))
        .or_else(|| in_roman(text));
    date.filter(|date| is_date(date))
}

/// Reads year, month and day, or the year last if only one order of the others is a date.
fn separated(text: &str) -> Option<String> {
    let between = ['/', '.', '-', ':']
        .into_iter()
        .find(|sign| text.contains(*sign))?;
    let parts: Vec<&str> = text.split(between).map(str::trim).collect();
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
    // A month or day of 0 is not known.
    Some(match (month, day) {
        (0, 0) => format!("{year:04}"),
        (month, 0) => format!("{year:04}-{month:02}"),
        (month, day) => format!("{year:04}-{month:02}-{day:02}"),
    })
}

/// Reads the basic form of ISO 8601, `18850603`.
fn compact(text: &str) -> Option<String> {
    let year = number(text, 8)? / 10_000;
    COMPACT_YEARS
        .contains(&year)
        .then(|| [&text[..4], &text[4..6], &text[6..]].join("-"))
}

/// Reads `1885年6月3日`, `1885年6月` and `1885년 6월 3일`.
fn with_signs(text: &str) -> Option<String> {
    let mut parts = text
        .split(['年', '년', '月', '월', '日', '일'])
        .map(str::trim);
    let (year, month) = (parts.next()?, parts.next()?);
    let day = parts.next().filter(|day| !day.is_empty()).unwrap_or("0");
    let month = if month.is_empty() { "0" } else { month };
    let is_whole = parts.all(str::is_empty) && !text.ends_with(|sign: char| sign.is_ascii());
    separated(&[year, month, day].join("-")).filter(|_| is_whole && number(year, 4).is_some())
}

fn in_roman(text: &str) -> Option<String> {
    let year = roman(text).filter(|year| text.len() > 2 && ROMAN_YEARS.contains(year))?;
    Some(year.to_string())
}

/// Takes the times of day out of a text in lower case, with their zones; `None` if there are none.
pub(super) fn without_times(text: &str) -> Option<String> {
    if !text.contains(':') {
        return None;
    }
    // Programs name the zone in full behind it.
    let (text, _) = text.split_once(" (").unwrap_or((text, ""));
    let days = text.split('/').map(|text| {
        let mut words: Vec<&str> = text.split_whitespace().collect();
        // `2004-06-01t10:20:30`
        if let [word] = &mut words[..]
            && let Some((day, time)) = word.split_once('t')
            && is_date(day)
            && is_time(time)
        {
            *word = day;
        }
        let has_time = words.iter().any(|word| is_time(word));
        words.retain(|word| !(is_time(word) || has_time && is_zone(word)));
        words.join(" ")
    });
    let days: Vec<String> = days.collect();
    let days = days.join("/");
    (days != text).then_some(days)
}

fn is_time(word: &str) -> bool {
    let mut parts = word.split(':');
    parts.next().and_then(short).is_some_and(|hour| hour < 25)
        && parts
            .next()
            .and_then(|minute| number(minute.get(..2)?, 2))
            .is_some()
        && word
            .bytes()
            .all(|byte| byte.is_ascii_digit() || b":.,+-zapm".contains(&byte))
}

fn is_zone(word: &str) -> bool {
    let name = word.trim_matches(['(', ')']);
    let name = name.split(['+', '-']).next().unwrap_or_default();
    words::is_one_of(name, "zone") || name.is_empty() && word.len() > 1
}
