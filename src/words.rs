//! Numbers as a person reads them.

use std::time::Duration;

/// Writes a number with a comma between thousands.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.char_indices() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Writes how many there are, and of what.
pub(crate) fn count(number: u64, one: &str, many: &str) -> String {
    let what = if number == 1 { one } else { many };
    format!("{} {what}", grouped(number))
}

/// Writes a size in bytes, kB, MB or GB, rounded.
pub(crate) fn size(bytes: u64) -> String {
    let (unit, name) = match bytes {
        ..1_000 => return count(bytes, "byte", "bytes"),
        1_000..1_000_000 => (1_000, "kB"),
        1_000_000..10_000_000_000 => (1_000_000, "MB"),
        _ => (1_000_000_000, "GB"),
    };
    format!("{} {name}", grouped((bytes + unit / 2) / unit))
}

/// Writes a time in the unit that says enough.
pub(crate) fn time(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds {
        0 => format!("{:.1} s", time.as_secs_f64()),
        1..120 => format!("{seconds} s"),
        120..7200 => format!("{} min", seconds / 60),
        _ => format!("{} h {} min", seconds / 3600, seconds % 3600 / 60),
    }
}

/// Writes a point in time of RFC 3339 in UTC without its seconds; `None` of what is none.
pub(crate) fn moment(time: &str) -> Option<String> {
    let (day, clock) = time.strip_suffix('Z')?.split_once('T')?;
    let clock = clock.get(..5)?;
    let is_written = |text: &str, form: &str| {
        let mut signs = text.chars().zip(form.chars());
        text.len() == form.len()
            && signs.all(|(sign, form)| sign == form || form == '0' && sign.is_ascii_digit())
    };
    (is_written(day, "0000-00-00") && is_written(clock, "00:00"))
        .then(|| format!("{day}, {clock} UTC"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_for_a_person() {
        for (number, text) in [
            (0, "0"),
            (999, "999"),
            (1_234, "1,234"),
            (2_908_000, "2,908,000"),
        ] {
            assert_eq!(grouped(number), text);
        }
        assert_eq!(count(1, "child", "children"), "1 child");
        assert_eq!(count(1_000, "child", "children"), "1,000 children");
    }

    #[test]
    fn a_moment_is_written_to_the_minute_and_nothing_else_is_taken_for_one() {
        let written = moment("2026-11-26T12:38:59Z");
        assert_eq!(written.as_deref(), Some("2026-11-26, 12:38 UTC"));
        for text in [
            "",
            "2026-11-26",
            "2026-11-26T12:38:59+01:00",
            "x026-11-26T12:38Z",
            "2026-11-26T\u{1b}[31mZ",
        ] {
            assert_eq!(moment(text), None, "{text}");
        }
    }

    #[test]
    fn sizes_and_times_have_the_unit_that_says_enough() {
        for (bytes, text) in [
            (1, "1 byte"),
            (999, "999 bytes"),
            (1_001, "1 kB"),
            (11_340, "11 kB"),
            (145_931, "146 kB"),
            (46_000_000, "46 MB"),
            (9_999_000_000, "9,999 MB"),
            (12_500_000_001, "13 GB"),
        ] {
            assert_eq!(size(bytes), text);
        }
        for (milliseconds, text) in [
            (40, "0.0 s"),
            (14_900, "14 s"),
            (119_000, "119 s"),
            (120_000, "2 min"),
            (7_260_000, "2 h 1 min"),
        ] {
            assert_eq!(time(Duration::from_millis(milliseconds)), text);
        }
    }
}
