//! EDTF: dates with unspecified digits, seasons, open ends, doubts and sets.
//!
//! Levels 0 to 2 of <https://www.loc.gov/standards/datetime/> (4 February 2019), checked but not changed. Where
//! the standard leaves a choice open, the narrower reading is taken: what is refused here is still exported, as
//! text without an encoding.

use super::w3cdtf::{clock, days_in, number};

/// The seasons of level 1 and the parts of a year of level 2, which stand where a month would.
const PARTS_OF_A_YEAR: std::ops::RangeInclusive<u32> = 21..=41;
/// The signs for uncertain, approximate, and both.
const QUALIFIERS: [char; 3] = ['?', '~', '%'];

/// A date, component by component.
#[derive(Clone, Copy)]
struct Components<'a> {
    is_before_zero: bool,
    year: &'a str,
    month: Option<&'a str>,
    day: Option<&'a str>,
}

/// Tells whether a text is a date, a moment, an interval or a set in EDTF.
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

fn is_date(text: &str) -> bool {
    components(text).is_some()
}

/// Reads a date whose components may each carry a qualifier before or after them.
fn components(text: &str) -> Option<Components<'_>> {
    let (text, is_before_zero) = match text.strip_prefix('-') {
        Some(rest) => (rest, true),
        None => (text, false),
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
    /// Tells whether some day of the calendar fits the digits that are given.
    fn is_possible(&self) -> bool {
        let Some(month) = self.month else {
            return is_pattern(self.year, 4);
        };
        let is_part = number(month, 2).is_some_and(|part| PARTS_OF_A_YEAR.contains(&part));
        let Some(day) = self.day else {
            return is_pattern(self.year, 4) && (is_part || fits(month, 1..=12));
        };
        // With a digit of the year unspecified, a leap year is always among the candidates of the centuries.
        let year = number(self.year, 4).unwrap_or(2000);
        is_pattern(self.year, 4)
            && (1..=12)
                .any(|number| fits(month, number..=number) && fits(day, 1..=days_in(year, number)))
    }

    /// Returns the first and the last year that the digits allow.
    fn years(&self) -> (i32, i32) {
        let with = |digit: &str| self.year.replace('X', digit).parse::<i32>().unwrap_or(0);
        if self.is_before_zero {
            (-with("9"), -with("0"))
        } else {
            (with("0"), with("9"))
        }
    }
}

/// Tells whether a component is so many characters, each a digit or `X`.
fn is_pattern(component: &str, digits: usize) -> bool {
    component.len() == digits
        && component
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'X')
}

/// Tells whether a component of two characters can stand for a number of a range.
fn fits(component: &str, mut range: std::ops::RangeInclusive<u32>) -> bool {
    is_pattern(component, 2)
        && range.any(|number| {
            let digits = [number / 10, number % 10];
            let mut pairs = component.bytes().zip(digits);
            pairs.all(|(given, digit)| given == b'X' || u32::from(given - b'0') == digit)
        })
}

/// Reads a moment of level 0: seconds without a fraction, and a zone or none.
fn is_moment(text: &str) -> bool {
    let Some((date, time)) = text.split_once('T') else {
        return false;
    };
    let is_whole = date
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'-');
    let (clock_time, zone) = time.split_at(time.find(['Z', '+', '-']).unwrap_or(time.len()));
    let is_zone = match zone.split_at(zone.len().min(1)) {
        ("", _) | ("Z", "") => true,
        ("+" | "-", hours) if hours.len() == 2 => number(hours, 2).is_some_and(|hour| hour <= 14),
        ("+" | "-", hours) => clock(hours, 14).is_some(),
        _ => false,
    };
    let is_clock = clock_time
        .rsplit_once(':')
        .is_some_and(|(minutes, seconds)| {
            clock(minutes, 23).is_some() && number(seconds, 2).is_some_and(|seconds| seconds < 60)
        });
    date.len() == 10 && is_whole && is_date(date) && is_clock && is_zone
}

/// Reads `Y` and more than four digits, or with an exponent; either, or four digits, with significant digits.
fn is_long_year(text: &str) -> bool {
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let (text, significant) = match text.split_once('S') {
        Some((text, digits)) => (text, Some(digits)),
        None => (text, None),
    };
    let is_counted = significant.is_none_or(is_digits);
    let Some(year) = text.strip_prefix('Y') else {
        return significant.is_some() && is_counted && number(text, 4).is_some();
    };
    let year = year.strip_prefix('-').unwrap_or(year);
    is_counted
        && match year.split_once('E') {
            Some((digits, exponent)) => is_digits(digits) && is_digits(exponent),
            None => year.len() > 4 && is_digits(year),
        }
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

fn is_ordered(start: &Components<'_>, end: &Components<'_>) -> bool {
    let (first, last) = (start.years().0, end.years().1);
    let rest = |date: &Components<'_>| {
        let number_of = |part: Option<&str>| part.and_then(|part| number(part, 2));
        (number_of(date.month), number_of(date.day))
    };
    first < last
        || first == last
            && match (rest(start), rest(end)) {
                // A month and a season have no order between them that the text would show.
                ((Some(from), _), (Some(to), _)) if from != to => from < to || from > 12 || to > 12,
                ((_, Some(from)), (_, Some(to))) => from <= to,
                _ => true,
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
        .map(str::trim)
        .enumerate()
        .all(|(place, member)| match member.split_once("..") {
            None => is_date(member),
            Some(("", end)) => place == 0 && is_date(end),
            Some((start, "")) => place == last && is_date(start),
            Some((start, end)) => is_interval(start, end),
        })
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
                "19XX-02-29",
                "-01XX",
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
                "1950S2",
            ],
            true,
        );
        check(
            &[
                "-44", "--0044", "Y1700", "Y", "YE7", "Y17E", "17E7", "195S2", "1950S", "44 BC",
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
            ],
            true,
        );
        check(&["1885??", "1885 ?", "1885-?", "(1885)?"], false);
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
                "1885-04/1885-21",
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
                "[1667, 1668]",
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
            ],
            false,
        );
    }

    #[test]
    fn moments_are_those_of_level_0() {
        check(
            &[
                "1985-04-12T23:20:30",
                "1985-04-12T23:20:30Z",
                "1985-04-12T23:20:30-04",
                "1985-04-12T23:20:30+04:30",
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
                "1985-04-12T23:20:30Z1",
            ],
            false,
        );
    }

    #[test]
    fn the_latest_year_is_the_last_the_digits_allow() {
        for (text, expected) in [
            ("188X", Some(1889)),
            ("-01XX", Some(-100)),
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
