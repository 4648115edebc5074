//! A date in words, or the part of one that stands at an end of a range.

use super::months::{is_weekday, month};
use super::span::ordinal;
use super::w3cdtf::{is_date, number, short};
use super::words;

/// Year, month and day, as far as they are named.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Parts {
    year: Option<u32>,
    month: Option<u32>,
    day: Option<u32>,
    first: First,
}

/// Which of the parts stands first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum First {
    /// The year first: `1885 June 3`.
    Year,
    /// The month first: `June 3, 1885`.
    Month,
    /// The day first: `3 June 1885`.
    #[default]
    Day,
}

impl Parts {
    /// Reads words in lower case, a weekday before them among them.
    pub(super) fn read(text: &str) -> Option<Self> {
        let is_between =
            |sign: char| sign.is_whitespace() || matches!(sign, ',' | '.' | '-' | '\'' | '’');
        let words = text
            .split(is_between)
            .filter(|word| !word.is_empty() && !words::is_one_of(word, "within"));
        // Weekday, month, day and year; what is longer is prose.
        let words: Vec<&str> = words.take(5).collect();
        Self::of(&words).or_else(|| match &words[..] {
            [first, rest @ ..] if is_weekday(first) => Self::of(rest),
            _ => None,
        })
    }

    fn of(words: &[&str]) -> Option<Self> {
        let mut parts = Self::default();
        let mut order = String::new();
        for word in words {
            let (slot, value, sign) = if let Some(year) = number(word, 4) {
                (&mut parts.year, year, 'y')
            } else if let Some(month) = month(word) {
                (&mut parts.month, month, 'm')
            } else {
                (&mut parts.day, short(word).or_else(|| ordinal(word))?, 'd')
            };
            *slot = Some(value);
            order.push(sign);
        }
        parts.first = match order.as_str() {
            "ymd" | "ym" => First::Year,
            "mdy" | "my" | "md" | "m" => First::Month,
            "dmy" | "dm" | "dy" | "d" => First::Day,
            _ => return None,
        };
        Some(parts)
    }

    /// Tells whether a day is named.
    pub(super) fn has_day(&self) -> bool {
        self.day.is_some()
    }

    /// Returns the date if it is one by itself, as W3CDTF.
    pub(super) fn date(&self) -> Option<String> {
        let (year, month) = (self.year?, self.month?);
        let date = match self.day {
            None => format!("{year:04}-{month:02}"),
            Some(day) => format!("{year:04}-{month:02}-{day:02}"),
        };
        is_date(&date).then_some(date)
    }

    /// Completes the ends of a range by each other; `None` where one may lend the other something else than it has.
    pub(super) fn lend(mut self, to: &Self) -> Option<(String, String)> {
        let given = *to;
        let mut to = given;
        if self.first == First::Year {
            to.year = to.year.or(self.year);
        }
        if self.has_day() && self.first != First::Day {
            to.month = to.month.or(self.month);
        }
        self.year = self.year.or(given.year);
        self.month = self.month.or(given.month);
        let is_even = self.has_day() == to.has_day();
        is_even.then_some((self.date()?, to.date()?))
    }
}
