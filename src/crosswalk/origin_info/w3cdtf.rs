//! W3CDTF: the forms of ISO 8601 that a record may claim as `encoding="w3cdtf"`.
//!
//! The six forms of <https://www.w3.org/TR/NOTE-datetime>, to the letter: four digits of the year, extended
//! form only, a time never without its zone. A day has to be in the calendar (Gregorian, before 1582 too).

/// The zones furthest from UTC, in hours.
const WIDEST_ZONE: u32 = 14;

/// Tells whether a text is W3CDTF: a year, a month, a day, or a moment of one.
pub(super) fn is_valid(text: &str) -> bool {
    match text.split_once('T') {
        None => is_date(text),
        Some((date, time)) => date.len() == 10 && is_date(date) && is_time(time),
    }
}

/// Tells whether a text is a year, a month or a day in W3CDTF.
pub(super) fn is_date(text: &str) -> bool {
    let mut parts = text.split('-');
    let (year, month, day) = (parts.next(), parts.next(), parts.next());
    let Some(year) = year.and_then(|year| number(year, 4)) else {
        return false;
    };
    let is_day = |month: u32, day: &str| {
        number(day, 2).is_some_and(|day| (1..=days_in(year, month)).contains(&day))
    };
    parts.next().is_none()
        && month.is_none_or(|month| {
            number(month, 2).is_some_and(|month| {
                (1..=12).contains(&month) && day.is_none_or(|day| is_day(month, day))
            })
        })
}

/// Returns how many days a month from 1 to 12 has in a year, none for any other month.
pub(super) fn days_in(year: u32, month: u32) -> u32 {
    let is_leap = year.is_multiple_of(4) && !year.is_multiple_of(100) || year.is_multiple_of(400);
    match month {
        2 => 28 + u32::from(is_leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    }
}

/// Reads a number of so many digits and nothing else.
pub(in crate::crosswalk) fn number(text: &str, digits: usize) -> Option<u32> {
    (text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| text.parse().ok())
        .flatten()
}

/// Reads a number of one or two digits.
pub(in crate::crosswalk) fn short(text: &str) -> Option<u32> {
    number(text, 2).or_else(|| number(text, 1))
}

/// Reads hours and minutes, both of two digits; `None` if they are out of range.
pub(super) fn clock(text: &str, last_hour: u32) -> Option<(u32, u32)> {
    let (hour, minute) = text.split_once(':')?;
    let (hour, minute) = (number(hour, 2)?, number(minute, 2)?);
    (hour <= last_hour && minute < 60).then_some((hour, minute))
}

fn is_time(text: &str) -> bool {
    let Some(at) = text.find(['Z', '+', '-']) else {
        return false;
    };
    let (time, zone) = text.split_at(at);
    let is_zone = zone == "Z" || clock(&zone[1..], WIDEST_ZONE).is_some();
    let (minutes, seconds) = time.split_at_checked(5).unwrap_or((time, ""));
    is_zone && clock(minutes, 23).is_some() && is_seconds(seconds)
}

/// Reads what may follow the minutes: nothing, or `:ss`, or `:ss.s` with any number of digits.
fn is_seconds(text: &str) -> bool {
    let Some(seconds) = text.strip_prefix(':') else {
        return text.is_empty();
    };
    let (whole, fraction) = match seconds.split_once('.') {
        None => (seconds, "0"),
        Some(parts) => parts,
    };
    number(whole, 2).is_some_and(|seconds| seconds < 60)
        && !fraction.is_empty()
        && fraction.bytes().all(|byte| byte.is_ascii_digit())
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
    fn knows_the_six_forms() {
        check(
            &[
                "1885",
                "1885-04",
                "1885-04-25",
                "1885-04-25T19:20Z",
                "1885-04-25T19:20+01:00",
                "1885-04-25T19:20:30-05:30",
                "2025-12-02T21:56:48.355Z",
                "2025-12-02T21:56:48.3551234567Z",
            ],
            true,
        );
    }

    #[test]
    fn a_day_has_to_be_in_the_calendar() {
        check(&["2000-02-29", "1884-02-29", "1885-12-31"], true);
        check(
            &[
                "1900-02-29",
                "1885-02-29",
                "1885-04-31",
                "1885-00",
                "1885-13",
                "1885-13-45",
                "1885-04-00",
            ],
            false,
        );
    }

    #[test]
    fn a_moment_needs_its_zone_and_a_whole_date() {
        check(
            &[
                "2025-12-02T21:56:48",
                "2025-12T21:56Z",
                "2025T21:56Z",
                "2025-12-02T21Z",
                "2025-12-02T24:00Z",
                "2025-12-02T21:60Z",
                "2025-12-02T21:56:60Z",
                "2025-12-02T21:56:48.Z",
                "2025-12-02T21:56:48,5Z",
                "2025-12-02T21:56z",
                "2025-12-02T21:56+0100",
                "2025-12-02T21:56+15:00",
                "2025-12-02T21:56+14:60",
                "2025-12-02TZ",
                "2025-12-02T21:5éZ",
            ],
            false,
        );
    }

    #[test]
    fn other_spellings_of_a_date_are_not_it() {
        check(
            &[
                "",
                "85",
                "1885-4",
                "18850425",
                "1885-04-",
                "-0044",
                "+1885",
                "1885-115",
                "1885-W17",
                "1885-04-25-01",
                "1885/04",
                "１８８５",
                "1885-04-25 19:20Z",
            ],
            false,
        );
    }
}
