//! A date in words, or the part of one that stands at an end of a range.

use super::months::{is_weekday, month};
use super::span::ordinal;
use super::w3cdtf::{is_date, number, short};

/// Words within a date that say nothing: "25 de abril de 1885", "1885 m. kovo 25 d.", "25-го мая 1885 г.".
#[rustfmt::skip]
const BETWEEN: [&str; 15] = ["", "of", "de", "del", "den", "der", "le", "d", "the", "m", "r", "г", "года", "el", "o"];

/// Year, month and day, as far as they are named.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Parts {
    year: Option<u32>,
    month: Option<u32>,
    day: Option<u32>,
    order: Order,
}

/// In which order the parts stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Order {
    /// The year first: `1885 June 3`.
    YearFirst,
    /// The month first: `June 3, 1885`.
    MonthFirst,
    /// The day first: `3 June 1885`.
    #[default]
    DayFirst,
}

impl Parts {
    /// Reads words in lower case, a weekday before them among them.
    pub(super) fn read(text: &str) -> Option<Self> {
        let is_between =
            |sign: char| sign.is_whitespace() || matches!(sign, ',' | '.' | '\'' | '’');
        let words = text
            .split(is_between)
            .filter(|word| !BETWEEN.contains(word));
        // Weekday, month, day and year; what is longer is prose.
        let words: Vec<&str> = words.take(5).collect();
        Self::of(&words).or_else(|| match &words[..] {
            [first, rest @ ..] if is_weekday(first) => Self::of(rest),
            _ => None,
        })
    }

    fn of(words: &[&str]) -> Option<Self> {
        let day = |word: &str| short(word).or_else(|| ordinal(word));
        let year = |word: &str| number(word, 4);
        let parts = |year, month, day, order| {
            Some(Self {
                year,
                month,
                day,
                order,
            })
        };
        use Order::{DayFirst, MonthFirst, YearFirst};
        match *words {
            [one, two, three] if year(one).is_some() => {
                parts(year(one), Some(month(two)?), Some(day(three)?), YearFirst)
            }
            [one, two, three] => match month(one) {
                Some(month) => parts(Some(year(three)?), Some(month), Some(day(two)?), MonthFirst),
                None => parts(
                    Some(year(three)?),
                    Some(month(two)?),
                    Some(day(one)?),
                    DayFirst,
                ),
            },
            [one, two] if year(one).is_some() => {
                parts(year(one), Some(month(two)?), None, YearFirst)
            }
            [one, two] => match (month(one), year(two)) {
                (Some(month), Some(year)) => parts(Some(year), Some(month), None, MonthFirst),
                (Some(month), None) => parts(None, Some(month), Some(day(two)?), MonthFirst),
                (None, Some(year)) => parts(Some(year), None, Some(day(one)?), DayFirst),
                (None, None) => parts(None, Some(month(two)?), Some(day(one)?), DayFirst),
            },
            [one] => match day(one) {
                Some(day) => parts(None, None, Some(day), DayFirst),
                None => parts(None, Some(month(one)?), None, MonthFirst),
            },
            _ => None,
        }
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
        let mut to = *to;
        let (had_year, had_month) = (to.year.is_some(), to.month.is_some());
        if !had_year && self.order == Order::YearFirst {
            to.year = self.year;
        }
        if !had_month && self.day.is_some() && self.order != Order::DayFirst {
            to.month = self.month;
        }
        if self.year.is_none() && had_year {
            self.year = to.year;
        }
        if self.month.is_none() && had_month {
            self.month = to.month;
        }
        let is_even = self.has_day() == to.has_day();
        is_even.then_some((self.date()?, to.date()?))
    }
}
