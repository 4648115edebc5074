//! Progress: what the log says of a running job.
//!
//! Each thing once, in a line that the one on call understands alone; single entities are the business of the
//! [report](crate::report).
//!
//! Names and reasons come from the data, so they are put into one line of printable characters first.

use crate::arke::Pi;
use crate::config::Config;
use crate::crosswalk::Diagnostics;
use crate::job::{JobOutcome, Metrics, OutputFile, REPORT_FILE_NAME};
use crate::sanitize::{excerpt, shortened};
use crate::walk::{BEYOND_COUNTED_MAX, Outcome, Visit};

/// After how many entities the log says how far it is.
const PROGRESS_EVERY: u64 = 1000;
/// How many lines there may be on single entities: as many as a person reads.
const LINES_MAX: u64 = 100;
/// The longest text from the data or from a server in a line, in characters.
const TEXT_LENGTH_MAX: usize = 255;

/// Says what is about to be done, and where.
pub(crate) fn start(config: &Config) {
    tracing::info!(
        "exporting {} as job {}, recursive={} max_depth={} {}",
        config.root,
        config.task_id,
        config.options.recursive,
        config.options.max_depth,
        config.machine,
    );
    config
        .warnings
        .iter()
        .for_each(|warning| tracing::warn!("{warning}"));
}

/// Says how far it is, at intervals.
pub(crate) fn progress(before: u64, counted: u64, found: u64) {
    if before / PROGRESS_EVERY < counted / PROGRESS_EVERY {
        tracing::info!("{counted} of {found} known entities done");
    }
}

/// Says how it ended, where the file is and what is missing from it.
pub(crate) fn end(outcome: &JobOutcome, address: &str, metrics: &Metrics, config: Option<&Config>) {
    let seconds = std::time::Duration::from_millis(metrics.total_time_ms).as_secs_f64();
    match outcome {
        JobOutcome::Success(OutputFile { size_bytes, .. }) => tracing::info!(
            "exported {} in {seconds:.1} s ({size_bytes} bytes): {address}; {}",
            count(metrics.entities_exported, "record", "records"),
            missing(metrics)
        ),
        JobOutcome::Error { error } => {
            let root = config
                .map(|config| format!(" {}", config.root))
                .unwrap_or_default();
            tracing::error!("not exported{root}: {error}");
        }
    }
}

fn missing(metrics: &Metrics) -> String {
    let beyond = if metrics.entities_beyond_max_depth < BEYOND_COUNTED_MAX as u64 {
        "entities lie below maxDepth"
    } else {
        "entities at the least lie below maxDepth"
    };
    #[rustfmt::skip]
    let parts = [
        (metrics.entities_failed, "entity failed", "entities failed"),
        (metrics.entities_incomplete, "record is incomplete", "records are incomplete"),
        (metrics.components_failed, "component is lacking", "components are lacking"),
        (metrics.entities_deleted, "entity was deleted", "entities were deleted"),
        (metrics.entities_merged, "entity was merged", "entities were merged"),
        (metrics.entities_beyond_max_depth, "entity lies below maxDepth", beyond),
    ];
    let parts: Vec<String> = parts
        .into_iter()
        .filter(|(number, ..)| *number > 0)
        .map(|(number, one, many)| count(number, one, many))
        .collect();
    if parts.is_empty() {
        "nothing is missing".to_owned()
    } else {
        parts.join(", ")
    }
}

/// Says how far a job came.
pub(crate) fn done(exported: u64, found: u64) -> String {
    let [exported, found] = [exported, found].map(grouped);
    format!("{exported} of {found} known entities")
}

/// Writes a number as a person reads it, with a comma between thousands.
fn grouped(number: u64) -> String {
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

fn count(number: u64, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// The lines on single entities. The report names them all; the log names the first, for the one who looks at it while
/// the job runs or after it failed.
#[derive(Debug, Default)]
pub(crate) struct EntityLog {
    lines: u64,
}

impl EntityLog {
    /// Logs what went wrong with an entity.
    pub(crate) fn record(&mut self, visit: &Visit) {
        let pi = visit.pi;
        match &visit.outcome {
            Outcome::Exported(conversion) => self.diagnostics(pi, &conversion.diagnostics),
            Outcome::Failed(failure) => {
                let parent = visit
                    .parent
                    .map(|parent| format!(", listed by {parent},"))
                    .unwrap_or_default();
                let cause = shortened(&failure.to_string(), TEXT_LENGTH_MAX);
                self.warn(format_args!(
                    "entity {pi}{parent} is not in the file: {cause}"
                ));
            }
            Outcome::Unwritten(_) | Outcome::Deleted | Outcome::Merged => {}
        }
        for child in &visit.found.malformed {
            self.warn(format_args!(
                "entity {pi} lists a child {:?} that is no PI and is not in the file",
                excerpt(child)
            ));
        }
    }

    fn diagnostics(&mut self, pi: Pi, diagnostics: &Diagnostics) {
        for (key, why) in &diagnostics.missing_components {
            self.warn(format_args!(
                "record {pi} lacks {:?}, which is {}: {}",
                excerpt(key),
                why.kind(),
                shortened(why.cause(), TEXT_LENGTH_MAX)
            ));
        }
    }

    fn warn(&mut self, line: std::fmt::Arguments<'_>) {
        self.lines += 1;
        if self.lines <= LINES_MAX {
            tracing::warn!("{line}");
        }
        if self.lines == LINES_MAX {
            tracing::warn!(
                "no more lines on single entities after these {LINES_MAX}; {} names them all",
                REPORT_FILE_NAME
            );
        }
    }
}
