//! How far a running job is, as one line.

use std::time::Duration;

use crate::source::SilenceNow;
use crate::words::{grouped, size, time};

/// How far a job is.
#[derive(Clone, Debug, Default)]
pub(super) struct Status {
    /// Entities done, and found so far.
    pub(super) done: u64,
    pub(super) found: u64,
    /// Whether more may be found: the manifests of some are still to come.
    pub(super) is_open: bool,
    /// Levels below the root of the last one done.
    pub(super) level: u32,
    /// Entities done a second, lately.
    pub(super) per_second: f64,
    /// What the archive has sent, in bytes.
    pub(super) bytes: u64,
    pub(super) failed: u64,
    pub(super) incomplete: u64,
    /// The archive does not answer.
    pub(super) silence: Option<SilenceNow>,
    /// How long the archive has slowed the job down, if it does.
    pub(super) slowed: Option<Duration>,
}

/// What stands between two parts of the line.
const GAP: &str = "   ";

impl Status {
    /// Returns the line with as much as so many characters hold.
    pub(super) fn line(&self, columns: usize) -> String {
        let position = self.position();
        if let Some(silence) = &self.silence {
            let fits = |line: &&String| line.chars().count() <= columns;
            let [lasts, left] = [silence.lasts, silence.gives_up_in].map(time);
            let brief = format!("silent for {lasts}{}, giving up in {left}", why(silence));
            let lines = [
                format!("{position}{GAP}{}", told(silence)),
                format!("{position}{GAP}{brief}"),
                brief,
                format!("silent for {lasts}, giving up in {left}"),
            ];
            let shortest = || format!("silent for {lasts}");
            return lines.iter().find(fits).cloned().unwrap_or_else(shortest);
        }
        let parts = self.parts().into_iter().flatten();
        let mut line = position;
        for part in parts {
            if line.chars().count() + GAP.len() + part.chars().count() > columns {
                break;
            }
            line = line + GAP + &part;
        }
        line
    }

    fn position(&self) -> String {
        let [done, found] = [self.done, self.found].map(grouped);
        let open = if self.is_open { "+" } else { "" };
        format!("{done} of {found}{open} records")
    }

    /// Returns what there is to say besides, what matters most first.
    fn parts(&self) -> [Option<String>; 8] {
        let rate = (self.done > 0).then(|| rate(self.per_second));
        let slowed = self
            .slowed
            .map(|slowed| format!("slowed down by the archive, {} so far", time(slowed)));
        let is_counted = !self.is_open && self.found > 0;
        [
            is_counted.then(|| format!("{} %", self.done * 100 / self.found)),
            rate,
            slowed,
            self.left().filter(|_| is_counted && self.slowed.is_none()),
            (self.is_open && self.level > 0).then(|| format!("level {}", self.level)),
            (self.bytes > 0).then(|| size(self.bytes)),
            (self.failed > 0).then(|| format!("{} failed", grouped(self.failed))),
            (self.incomplete > 0).then(|| format!("{} incomplete", grouped(self.incomplete))),
        ]
    }

    fn left(&self) -> Option<String> {
        #[expect(clippy::cast_precision_loss, reason = "an estimate")]
        let seconds = self.found.saturating_sub(self.done) as f64 / self.per_second;
        let left = Duration::try_from_secs_f64(seconds).ok()?;
        Some(format!("{} left", time(left)))
    }
}

/// Says how long the archive has been silent, and what comes of it.
pub(super) fn told(silence: &SilenceNow) -> String {
    let [lasts, left] = [silence.lasts, silence.gives_up_in].map(time);
    let why = why(silence);
    format!("the archive has been silent for {lasts}{why}; trying again, giving up in {left}")
}

fn why(silence: &SilenceNow) -> String {
    let why = silence.why.as_ref();
    why.map_or_else(String::new, |why| format!(" ({why})"))
}

fn rate(per_second: f64) -> String {
    if per_second < 9.5 {
        format!("{per_second:.1}/s")
    } else {
        format!("{per_second:.0}/s")
    }
}

/// Says that the archive answers again.
pub(super) fn answers_again(after: Duration) -> String {
    format!(
        "the archive answers again, after {} of silence",
        time(after)
    )
}

/// Says how many entities are done, and how many are known.
pub(crate) fn done(exported: u64, found: u64) -> String {
    let (exported, found) = (grouped(exported), grouped(found));
    format!("{exported} of {found} known entities")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open() -> Status {
        Status {
            done: 312,
            found: 2480,
            is_open: true,
            level: 3,
            per_second: 82.6,
            bytes: 12_000_000,
            ..Status::default()
        }
    }

    fn counted() -> Status {
        Status {
            done: 1204,
            found: 2912,
            per_second: 86.0,
            bytes: 46_000_000,
            failed: 2,
            incomplete: 3,
            ..Status::default()
        }
    }

    fn silent() -> Status {
        let silence = SilenceNow {
            lasts: Duration::from_secs(23),
            why: Some("timeout".to_owned()),
            gives_up_in: Duration::from_secs(67),
        };
        Status {
            silence: Some(silence),
            ..counted()
        }
    }

    #[test]
    fn a_line_says_what_there_is_to_say() {
        let slowed = Status {
            slowed: Some(Duration::from_secs(31)),
            per_second: 12.0,
            bytes: 0,
            failed: 0,
            incomplete: 0,
            ..counted()
        };
        for (status, expected) in [
            (open(), "312 of 2,480+ records   83/s   level 3   12 MB"),
            (
                counted(),
                "1,204 of 2,912 records   41 %   86/s   19 s left   46 MB   2 failed   3 incomplete",
            ),
            (
                silent(),
                "1,204 of 2,912 records   the archive has been silent for 23 s (timeout); trying again, giving up in \
                 67 s",
            ),
            (
                slowed,
                "1,204 of 2,912 records   41 %   12/s   slowed down by the archive, 31 s so far",
            ),
            (
                Status {
                    found: 1,
                    is_open: true,
                    ..Status::default()
                },
                "0 of 1+ records",
            ),
        ] {
            assert_eq!(status.line(usize::MAX), expected);
        }
    }

    #[test]
    fn a_line_has_what_fits_and_ends_between_two_parts() {
        assert_eq!(counted().line(39), "1,204 of 2,912 records   41 %   86/s");
        assert_eq!(
            counted().line(79),
            "1,204 of 2,912 records   41 %   86/s   19 s left   46 MB   2 failed"
        );
        for (columns, expected) in [
            (
                79,
                "1,204 of 2,912 records   silent for 23 s (timeout), giving up in 67 s",
            ),
            (50, "silent for 23 s (timeout), giving up in 67 s"),
            (39, "silent for 23 s, giving up in 67 s"),
            (20, "silent for 23 s"),
        ] {
            assert_eq!(silent().line(columns), expected);
        }
    }

    #[test]
    fn no_line_is_longer_than_its_columns() {
        for columns in 30..120 {
            for status in [open(), counted(), silent()] {
                let line = status.line(columns);
                assert!(line.chars().count() <= columns, "{columns}: {line}");
            }
        }
    }
}
