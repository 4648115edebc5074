//! The lines on single entities. `report.json` and the account have them all; here stand the first, for the one who looks
//! at the log while the job runs or after it failed.

use std::fmt;

use crate::arke::Pi;
use crate::crosswalk::{Conversion, Incomplete};
use crate::job::REPORT_FILE_NAME;
use crate::sanitize::{excerpt, shortened};
use crate::walk::{Outcome, Visit};

use super::TEXT_LENGTH_MAX;

/// How many lines there may be on single entities: as many as a person reads.
const LINES_MAX: u64 = 100;

/// The lines on single entities.
#[derive(Debug, Default)]
pub(crate) struct EntityLog {
    lines: u64,
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
                self.warn(format_args!(
                    "entity {pi}, listed by {parent}, is not in the file: {cause}"
                ));
            }
            Outcome::Failed(_) | Outcome::Unwritten(_) | Outcome::Deleted | Outcome::Merged => {}
        }
        for child in &visit.found.malformed {
            self.warn(format_args!(
                "entity {pi} lists a child {:?} that is no PI and is not in the file",
                excerpt(child)
            ));
        }
    }

    fn record_conversion(&mut self, pi: Pi, conversion: &Conversion) {
        let diagnostics = &conversion.diagnostics;
        let metadata = match &diagnostics.incomplete {
            Some(Incomplete::Unavailable(why)) => Some(("pinax.json", why)),
            Some(Incomplete::Absent) | None => None,
        };
        for (key, why) in metadata.into_iter().chain(diagnostics.lacking()) {
            self.warn(format_args!(
                "record {pi} lacks {:?}, which is {}: {}",
                excerpt(key),
                why.kind(),
                shortened(why.cause(), TEXT_LENGTH_MAX)
            ));
        }
    }

    fn warn(&mut self, line: fmt::Arguments<'_>) {
        self.lines += 1;
        if self.lines <= LINES_MAX {
            tracing::warn!("{line}");
        }
        if self.lines == LINES_MAX {
            tracing::warn!(
                "no more lines on single entities after these {LINES_MAX}; {} names more of them",
                REPORT_FILE_NAME
            );
        }
    }
}
