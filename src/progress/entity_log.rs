//! The lines on single entities. `report.json` and the account have them all; here stand the first, for the one who looks
//! at the log while the job runs or after it failed.

use std::fmt;

use crate::arke::Pi;
use crate::arke::component::named;
use crate::arke::content::Unavailable;
use crate::crosswalk::{Conversion, Incomplete};
use crate::job::REPORT_FILE_NAME;
use crate::log;
use crate::sanitize::{excerpt, shortened};
use crate::walk::{Outcome, Visit};

use super::TEXT_LENGTH_MAX;

/// How many lines there may be on single entities: as many as a person reads.
const LINES_MAX: u64 = 100;

/// How many lines of each kind a person is shown; the summary at the end counts them all.
const SHOWN_MAX: u64 = 3;

/// The longest name of a part in a line for a person, in characters.
const PART_LENGTH_MAX: usize = 64;

/// The lines on single entities.
#[derive(Debug, Default)]
pub(crate) struct EntityLog {
    lines: u64,
    /// How many of each kind are shown at a screen.
    shown: [u64; 3],
}

/// What a line is about.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Failed,
    WithoutMetadata,
    Lacking,
}

impl EntityLog {
    /// Logs what went wrong with an entity.
    pub(crate) fn record(&mut self, visit: &Visit) {
        let pi = visit.pi;
        match &visit.outcome {
            Outcome::Exported(conversion) => self.record_conversion(pi, conversion),
            // Without a root there is no file, and the last line says why.
            Outcome::Failed(failure) if let Some(parent) = visit.parent => {
                let cause = shortened(&failure.to_string(), TEXT_LENGTH_MAX);
                let line =
                    format_args!("entity {pi}, listed by {parent}, is not in the file: {cause}");
                self.warn(Kind::Failed, line);
            }
            Outcome::Failed(_) | Outcome::Unwritten(_) | Outcome::Deleted | Outcome::Merged => {}
        }
        for child in &visit.found.malformed {
            let child = excerpt(child);
            let line = format_args!(
                "entity {pi} lists a child {child:?} that is no PI and is not in the file"
            );
            self.warn(Kind::Failed, line);
        }
    }

    fn record_conversion(&mut self, pi: Pi, conversion: &Conversion) {
        let diagnostics = &conversion.diagnostics;
        let metadata = match &diagnostics.incomplete {
            Some(Incomplete::Unavailable(why)) => Some((Kind::WithoutMetadata, "pinax.json", why)),
            Some(Incomplete::Absent) | None => None,
        };
        let parts = diagnostics
            .lacking()
            .map(|(key, why)| (Kind::Lacking, key, why));
        for (kind, key, why) in metadata.into_iter().chain(parts) {
            let cause = shortened(why.cause(), TEXT_LENGTH_MAX);
            if log::is_screen() {
                let (title, part) = (&conversion.title, named(key, PART_LENGTH_MAX));
                let happened = match why {
                    Unavailable::Unreachable(_) => "could not be fetched",
                    Unavailable::Unreadable(_) => "cannot be read",
                };
                self.warn(kind, format_args!("{title}: {part} {happened} ({cause})"));
            } else {
                let (key, state) = (excerpt(key), why.kind());
                self.warn(
                    kind,
                    format_args!("record {pi} lacks {key:?}, which is {state}: {cause}"),
                );
            }
        }
    }

    fn warn(&mut self, kind: Kind, line: fmt::Arguments<'_>) {
        if log::is_screen() {
            let shown = &mut self.shown[kind as usize];
            *shown += 1;
            if *shown <= SHOWN_MAX {
                tracing::warn!(event = "entity", "{line}");
            }
            return;
        }
        self.lines += 1;
        if self.lines <= LINES_MAX {
            tracing::warn!(event = "entity", "{line}");
        }
        if self.lines == LINES_MAX {
            tracing::warn!(
                event = "entity",
                "no more lines on single entities after these {LINES_MAX}; {} names more of them",
                REPORT_FILE_NAME
            );
        }
    }
}
