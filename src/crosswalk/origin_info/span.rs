//! Decades and centuries, and parts of them.
//!
//! A century is what EDTF writes `18XX`, so the 19th is 1800 to 1899; parts are its thirds, halves or quarters. All of
//! them are near the truth only, which is why the dates that come of them are approximate.

use super::w3cdtf::{number, short};
use super::words::table;

/// The last year of the last decade that is over; no claim is made of the years behind it.
pub(super) const LAST_YEAR: u32 = 2019;
/// The longest range that is believed, in years.
const LONGEST: i32 = 1000;
/// The first year that no resource is from.
const FUTURE: i32 = 2100;

/// Years that follow each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) first: u32,
    pub(super) last: u32,
}

impl Span {
    fn new(first: u32, years: u32) -> Self {
        Self {
            first,
            last: first + years - 1,
        }
    }

    /// Tells whether all its years are over.
    pub(super) fn is_over(self) -> bool {
        self.last <= LAST_YEAR
    }

    /// Returns a whole decade or century with unspecified digits, which claim no year.
    pub(super) fn in_edtf(self) -> Option<String> {
        match self.last - self.first {
            9 => Some(format!("{}X", self.first / 10)),
            99 => Some(format!("{}XX", self.first / 100)),
            _ => None,
        }
    }
}

/// Tells whether a resource can have been made over all these years.
pub(super) fn is_believable(first: i32, last: i32) -> bool {
    last < FUTURE && last - first <= LONGEST
}

/// Tells whether a text in lower case has a figure in it, or a century in words: most headings have neither.
pub(super) fn names_time(text: &str) -> bool {
    let is_century = |word: &str| word == "century" || roman_ordinal(word).is_some();
    text.bytes().any(|byte| byte.is_ascii_digit()) || text.split([' ', '-']).any(is_century)
}

/// Returns the years of a decade or century, or of a part of one.
pub(super) fn span(text: &str) -> Option<Span> {
    let without_article = |text| str::strip_prefix(text, "the ").unwrap_or(text);
    let text = without_article(text);
    let part = table("part").iter().find_map(|part| {
        let rest = part.inside(text)?.strip_prefix([' ', '-'])?;
        Some((without_article(rest), part.meaning.split_once('-')?))
    });
    let whole = |text| decade(text).or_else(|| century(text));
    let Some((text, (from, to))) = part else {
        return whole(text).or_else(|| unfinished(text));
    };
    let Span { first, last } = whole(text)?;
    let year_at = |hundredths: &str| {
        let hundredths: u32 = hundredths.parse().ok()?;
        Some(first + (last + 1 - first) * hundredths / 100)
    };
    Some(Span {
        first: year_at(from)?,
        last: year_at(to)?,
    })
}

/// Reads `1920s`; `1900s` is the century, since that covers both of its readings, but no century that goes on.
fn decade(text: &str) -> Option<Span> {
    let mut decades = table("decade").iter();
    let start = decades.find_map(|decade| number(decade.inside(text)?, 4))?;
    match start {
        _ if start.is_multiple_of(100) && start < 2000 => Some(Span::new(start, 100)),
        _ if start.is_multiple_of(10) => Some(Span::new(start, 10)),
        _ => None,
    }
}

/// Reads the signs of AACR2 and of MARC for digits that are not known: `18--`, `189-`, `18uu`.
fn unfinished(text: &str) -> Option<Span> {
    let digits = ['-', 'u', '_']
        .into_iter()
        .map(|sign| text.trim_end_matches(sign))
        .min_by_key(|digits| digits.len())?;
    match (text.len(), digits.len()) {
        (4, 2) => Some(Span::new(number(digits, 2)? * 100, 100)),
        (4, 3) => Some(Span::new(number(digits, 3)? * 10, 10)),
        _ => None,
    }
}

fn century(text: &str) -> Option<Span> {
    let text = text.strip_suffix('.').unwrap_or(text);
    let number = table("century").iter().find_map(|century| {
        let number = century.inside(text)?;
        number
            .strip_suffix([' ', '-'])
            .or_else(|| century.behind.is_empty().then_some(number))
    });
    let number = match number {
        Some(number) => {
            let mut named = table("ordinal").iter();
            let named = named.find(|word| word.before == number);
            let figures = || ordinal(number).or_else(|| roman_ordinal(number));
            named.map_or_else(figures, |word| word.meaning.parse().ok())
        }
        None => short(
            text.strip_suffix("世紀")
                .or_else(|| text.strip_suffix("世纪"))?,
        ),
    };
    let century = number.filter(|century| (2..=21).contains(century))?;
    Some(Span::new((century - 1) * 100, 100))
}

/// Reads `19th`, `1st`, `22nd`, `1er`, `19.` and their like.
pub(super) fn ordinal(text: &str) -> Option<u32> {
    let endings = [
        "st", "nd", "rd", "th", "er", "ère", "e", "ème", "eme", "de", "ste", "o", "a", ".", "-го",
    ];
    endings
        .iter()
        .find_map(|ending| short(text.strip_suffix(ending)?))
}

/// Reads `xix`, `xixe`, `xixème`.
fn roman_ordinal(text: &str) -> Option<u32> {
    let endings = ["", "e", "ème", "eme", "o", "."];
    endings
        .iter()
        .find_map(|ending| roman(text.strip_suffix(ending)?))
}

/// Reads Roman figures in lower case, in the form that they have one of alone.
pub(super) fn roman(text: &str) -> Option<u32> {
    #[rustfmt::skip]
    const FIGURES: [(&str, u32); 13] = [
        ("m", 1000), ("cm", 900), ("d", 500), ("cd", 400), ("c", 100), ("xc", 90), ("l", 50), ("xl", 40), ("x", 10),
        ("ix", 9), ("v", 5), ("iv", 4), ("i", 1),
    ];
    let (mut rest, mut sum) = (text, 0);
    for (figure, value) in FIGURES {
        // A sign of one letter for 1, 10, 100 or 1000 stands up to three times.
        let times = if figure.len() == 1 && !matches!(figure, "d" | "l" | "v") {
            3
        } else {
            1
        };
        for _ in 0..times {
            let Some(behind) = rest.strip_prefix(figure) else {
                break;
            };
            (rest, sum) = (behind, sum + value);
        }
    }
    (rest.is_empty() && sum > 0).then_some(sum)
}
