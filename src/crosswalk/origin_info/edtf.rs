//! EDTF: dates with unspecified digits, seasons, open ends, doubts and sets.
//!
//! Levels 0 to 2 of <https://www.loc.gov/standards/datetime/> (4 February 2019), checked but not changed. Where
//! the standard leaves a choice open, the narrower reading is taken: what is refused here is still exported, as
//! text without an encoding.

use super::w3cdtf::{self, days_in, number};

/// The seasons of level 1 and the parts of a year of level 2, which stand where a month would.
const PARTS_OF_A_YEAR: std::ops::RangeInclusive<u32> = 21..=41;
/// The signs for uncertain, approximate, and both.
const QUALIFIERS: [char; 3] = ['?', '~', '%'];
/// A year that is no leap year, for one whose digits are not all given.
const COMMON_YEAR: u32 = 2001;

/// A date, component by component.
#[derive(Clone, Copy)]
struct Components<'a> {
    is_before_zero: bool,
    year: &'a str,
    month: Option<&'a str>,
    day: Option<&'a str>,
}

/// Tells whether a text is a date, a moment, an interval or a set in EDTF.
///
/// Moments in W3CDTF are EDTF too; they are not asked for here.
pub(super) fn is_valid(text: &str) -> bool {
    if let Some((start, end)) = text.split_once('/') {
        return is_interval(start, end);
    }
    is_date(text) || is_moment(text) || is_long_year(text) || is_set(text)
}

/// Returns the last year that a date or an interval can mean; `None` for an open end, a set or a long year.
pub(super) fn latest_year(text: &str) -> Option<i32> {
    let end = text.split_once('/').map_or(text, |(_, end)| end);
    let date = end.split_once('T').map_or(end, |(date, _)| date);
    components(date).map(|components| components.years().1)
}

/// Returns the first and the last year of an interval whose ends are both given.
pub(super) fn years(text: &str) -> Option<(i32, i32)> {
    let (start, end) = text.split_once('/')?;
    Some((components(start)?.years().0, components(end)?.years().1))
}

fn is_date(text: &str) -> bool {
    components(text).is_some()
}

/// Reads a date whose components may each carry a qualifier before or after them.
fn components(text: &str) -> Option<Components<'_>> {
    let (text, is_before_zero) = match text.strip_prefix('-') {
        // A qualifier would stand before the sign.
        Some(rest) if !rest.starts_with(QUALIFIERS) => (rest, true),
        _ => (text, false),
    };
    let mut parts = text.split('-');
    let date = Components {
        is_before_zero,
        year: unqualified(parts.next()?),
        month: parts.next().map(unqualified),
        day: parts.next().map(unqualified),
    };
    (parts.next().is_none() && date.is_possible()).then_some(date)
}

fn unqualified(component: &str) -> &str {
    let component = component.strip_prefix(QUALIFIERS).unwrap_or(component);
    component.strip_suffix(QUALIFIERS).unwrap_or(component)
}

impl Components<'_> {
    /// Tells whether some day of the calendar fits the digits that are given; before the year 0 all have to be.
    fn is_possible(&self) -> bool {
        let is_year = match number(self.year, 4) {
            Some(year) => !self.is_before_zero || year > 0,
            None => !self.is_before_zero && is_pattern(self.year, 4),
        };
        is_year
            && (self.part_of_the_year().is_some() && self.day.is_none()
                || self.days().next().is_some())
    }

    /// Returns the season or other part of the year that stands in place of a month.
    fn part_of_the_year(&self) -> Option<u32> {
        let part = number(self.month?, 2);
        part.filter(|part| PARTS_OF_A_YEAR.contains(part))
    }

    /// Returns the months and days that fit.
    fn days(&self) -> impl DoubleEndedIterator<Item = (u32, u32)> {
        let Self { month, day, .. } = *self;
        let year = number(self.year, 4).unwrap_or(COMMON_YEAR);
        let months = (1..=12).filter(move |number| month.is_none_or(|month| fits(month, *number)));
        months.flat_map(move |month| {
            let days = 1..=days_in(year, month);
            days.filter(move |number| day.is_none_or(|day| fits(day, *number)))
                .map(move |day| (month, day))
        })
    }

    /// Returns the first and the last year that the digits allow.
    fn years(&self) -> (i32, i32) {
        let sign = if self.is_before_zero { -1 } else { 1 };
        let with = |digit: &str| self.year.replace('X', digit).parse::<i32>().unwrap_or(0);
        (sign * with("0"), sign * with("9"))
    }
}

/// Tells whether a component is so many characters, each a digit or `X`.
fn is_pattern(component: &str, digits: usize) -> bool {
    component.len() == digits
        && component
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'X')
}

/// Tells whether a component of two characters can stand for a number.
fn fits(component: &str, number: u32) -> bool {
    let mut pairs = component.bytes().zip([number / 10, number % 10]);
    is_pattern(component, 2)
        && pairs.all(|(given, digit)| given == b'X' || u32::from(given - b'0') == digit)
}

/// Reads a moment of level 0 with whole seconds, and no zone or one of whole hours.
fn is_moment(text: &str) -> bool {
    let in_full = match text.len() {
        19 => format!("{text}Z"),
        22 if !text.ends_with("-00") => format!("{text}:00"),
        _ => return false,
    };
    w3cdtf::is_valid(&in_full)
}

/// Reads a year beyond 9999 behind a `Y`, or with `S` and how many digits count that or one of four digits.
fn is_long_year(text: &str) -> bool {
    let (year, significant) = match text.split_once('S') {
        Some((year, significant)) => (year, Some(significant)),
        None => (text, None),
    };
    let digits = match year.strip_prefix('Y') {
        Some(year) => digits_of_long_year(year.strip_prefix('-').unwrap_or(year)),
        None => significant.and(number(year, 4)).map(|_| 4),
    };
    digits.is_some_and(|digits| {
        significant.is_none_or(|count| natural(count).is_some_and(|count| count <= digits))
    })
}

/// Returns how many digits a year has that may be written with an exponent, if there are more than four.
fn digits_of_long_year(year: &str) -> Option<usize> {
    let (significand, zeros) = match year.split_once('E') {
        Some((significand, exponent)) => (significand, natural(exponent)?),
        None => (year, 0),
    };
    natural(significand)?;
    Some(significand.len().saturating_add(zeros)).filter(|digits| *digits > 4)
}

/// Reads a number above 0 that does not begin with one.
fn natural(text: &str) -> Option<usize> {
    let is_natural = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
    is_natural.then(|| text.parse().ok()).flatten()
}

/// Reads an interval of two dates, or of one and an end that is open (`..`) or unknown (empty).
fn is_interval(start: &str, end: &str) -> bool {
    let is_free = |end: &str| matches!(end, "" | "..");
    match (components(start), components(end)) {
        (Some(start), Some(end)) => is_ordered(&start, &end),
        (Some(_), None) => is_free(end),
        (None, Some(_)) => is_free(start),
        (None, None) => false,
    }
}

/// Tells whether the start can come before the end. Where in its year a part of it lies is not known.
fn is_ordered(start: &Components<'_>, end: &Components<'_>) -> bool {
    let (first, last) = (start.years().0, end.years().1);
    first < last
        || first == last
            && match (start.part_of_the_year(), end.part_of_the_year()) {
                (None, None) => start.days().next() <= end.days().next_back(),
                (from, to) => from == to,
            }
}

/// Reads a set: `[one of, these]` or `{all, of, these}`, where `..` stands for what lies between, before or after.
fn is_set(text: &str) -> bool {
    let members = [('[', ']'), ('{', '}')].iter().find_map(|(open, close)| {
        let members = text.strip_prefix(*open)?.strip_suffix(*close)?;
        // Brackets around a single date are the cataloguer's, not a set.
        members.contains([',', '.']).then_some(members)
    });
    let Some(members) = members else {
        return false;
    };
    let last = members.split(',').count() - 1;
    members
        .split(',')
        .enumerate()
        .all(|(place, member)| match member.split_once("..") {
            None => is_date(member),
            Some(("", end)) => place == 0 && is_date(end),
            Some((start, "")) => place == last && is_date(start),
            Some((start, end)) => is_span(start, end),
        })
}

/// Tells whether two plain dates of one precision are in order.
fn is_span(start: &str, end: &str) -> bool {
    w3cdtf::is_date(start) && w3cdtf::is_date(end) && start.len() == end.len() && start <= end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(texts: &[&str], expected: bool) {
        for text in texts {
            assert_eq!(is_valid(text), expected, "{text}");
        }
    }

    #[test]
    fn digits_may_be_unspecified() {
        check(
            &[
                "188X",
                "18XX",
                "1885-XX",
                "1885-04-XX",
                "1885-XX-XX",
                "156X-12-25",
                "15XX-12-XX",
                "XXXX-12-XX",
                "1XXX-XX",
                "1984-1X",
                "1984-X2-31",
                "19XX-02-28",
            ],
            true,
        );
        check(
            &[
                "18X",
                "188x",
                "1885-xx",
                "1885-2X-01",
                "1885-4X",
                "1885-X2-32",
                "1885-04-4X",
                "1885-04-31",
                "1885-02-X9-",
                "188-",
                "18--",
                "-01XX",
                "19XX-02-29",
                "18X1-02-29",
            ],
            false,
        );
    }

    #[test]
    fn a_component_that_no_day_fits_is_refused() {
        check(&["1885-X4-31"], false);
        check(&["1885-0X-31", "1885-02-2X"], true);
    }

    #[test]
    fn years_may_be_negative_or_long() {
        check(
            &[
                "-0044",
                "-0044-03-15",
                "0000",
                "Y17000",
                "Y-17000",
                "Y-17E7",
                "Y171010000S3",
                "Y3388E2S6",
                "Y1E4",
                "1950S4",
            ],
            true,
        );
        check(
            &[
                "-44",
                "--0044",
                "-0000",
                "Y1700",
                "Y",
                "YE7",
                "Y17E",
                "17E7",
                "195S2",
                "1950S",
                "44 BC",
                "Y017000",
                "Y17E02",
                "Y17E2",
                "Y0E9",
                "1950S0",
                "1950S5",
                "Y17000S6",
                "Y17E18446744073709551615S0",
            ],
            false,
        );
    }

    #[test]
    fn seasons_and_parts_of_a_year_stand_for_a_month() {
        check(&["1885-21", "1885-24", "1885-25", "1885-41"], true);
        check(&["1885-20", "1885-42", "1885-21-01", "1885-13"], false);
    }

    #[test]
    fn doubt_may_stand_at_any_component() {
        check(
            &[
                "1885?",
                "1885~",
                "1885%",
                "1885-04~",
                "1885?-04-~25",
                "?1885-04",
                "%1885",
                "-0044?",
            ],
            true,
        );
        check(&["1885??", "1885 ?", "1885-?", "(1885)?", "-?0044"], false);
    }

    #[test]
    fn intervals_may_be_open_or_unknown_at_one_end() {
        check(
            &[
                "../1885",
                "1885/..",
                "1885/",
                "/1885",
                "1885~/1890?",
                "188X/189X",
                "1885/1885",
                "1885-04-25/1885-04-26",
                "1885/1885-04",
                "-0044/0014",
                "1885-21/1885-21",
                "1885-24/1886-01",
                "1885-XX-X9/1885-01",
            ],
            true,
        );
        check(
            &[
                "/",
                "../..",
                "/..",
                "1885/1890/1895",
                "1890/1885",
                "1885-05/1885-04",
                "1885-04-26/1885-04-25",
                "1885/90",
                "-0031/-0044",
                "1885-1X/1885-09",
                "1885-XX-31/1885-01-30",
                "1885-36/1885-01",
                "1885-04/1885-21",
                "1885-04-25T10:00:00Z/1886",
            ],
            false,
        );
    }

    #[test]
    fn sets_hold_dates_and_spans() {
        check(
            &[
                "[1667,1668,1670..1672]",
                "{1667..1672}",
                "[..1760-12-03]",
                "[1760-12..]",
                "{1960,1961-12}",
                "[1760-01,1760-02,1760-12..]",
            ],
            true,
        );
        check(
            &[
                "[1885]",
                "{1885}",
                "[1885,]",
                "[]",
                "[..]",
                "[1885}",
                "[1885,..1890]",
                "[1885..,1890]",
                "[1890..1885]",
                "[1667, 1668]",
                "[188X..1890]",
                "[1885..1890?]",
                "[1885..1890-01]",
                "[1885-21..1885-22]",
            ],
            false,
        );
    }

    #[test]
    fn moments_are_those_of_level_0_that_are_not_w3cdtf() {
        check(
            &[
                "1985-04-12T23:20:30",
                "1985-04-12T23:20:30-04",
                "1985-04-12T23:20:30+14",
            ],
            true,
        );
        check(
            &[
                "1985-04-12T23:20",
                "1985-04-12T23:20:30.5",
                "1985-04T23:20:30",
                "198X-04-12T23:20:30",
                "1985-04-31T23:20:30",
                "1985-04-12T24:20:30",
                "1985-04-12T23:20:60",
                "1985-04-12T23:20:30+15",
                "1985-04-12T23:20:30-00",
                "1985-04-12T23:20:30Z1",
            ],
            false,
        );
    }

    #[test]
    fn the_latest_year_is_the_last_the_digits_allow() {
        for (text, expected) in [
            ("188X", Some(1889)),
            ("-0044", Some(-44)),
            ("1925/19XX", Some(1999)),
            ("?1885-21", Some(1885)),
            ("1985-04-12T23:20:30", Some(1985)),
            ("../1885", Some(1885)),
            ("1885/..", None),
            ("1885/", None),
            ("[1667,1668]", None),
            ("Y17000", None),
        ] {
            assert_eq!(latest_year(text), expected, "{text}");
        }
    }
}
