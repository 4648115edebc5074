//! Progress: what the log says of a running job.
//!
//! Each thing once, in a line that the one on call understands alone; single entities are the business of the
//! [report](crate::report).
//!
//! Names and reasons come from the data, so they are put into one line of printable characters first.

mod account;
mod entity_log;
mod last_line;
mod words;

use crate::config::Config;
use crate::job::{JobOutcome, Metrics};

use words::grouped;

pub(crate) use account::Account;
pub(crate) use entity_log::EntityLog;

/// After how many entities the log says how far it is.
const PROGRESS_EVERY: u64 = 1000;
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
pub(crate) fn end(
    outcome: &JobOutcome,
    address: &str,
    metrics: &Metrics,
    account: &Account,
    config: Option<&Config>,
) {
    match outcome {
        JobOutcome::Success(file) => {
            let line = last_line::of_success(file, address, metrics, account);
            tracing::info!("{line}");
        }
        JobOutcome::Error { error } => {
            let root = config
                .map(|config| format!(" {}", config.root))
                .unwrap_or_default();
            tracing::error!("not exported{root}: {error}");
        }
    }
}

/// Says how far a job came.
pub(crate) fn done(exported: u64, found: u64) -> String {
    let [exported, found] = [exported, found].map(grouped);
    format!("{exported} of {found} known entities")
}
