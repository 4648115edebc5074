//! Progress: what is said of a job, at its start, while it runs and at its end.
//!
//! Each thing once, in a line that the one on call understands alone; single entities are the business of the
//! [report](crate::report). A person at a terminal is told the same in fewer words.
//!
//! Names and reasons come from the data, so they are put into one line of printable characters first.

mod account;
mod advice;
mod entity_log;
mod last_line;
mod status;
mod summary;
mod watch;

use crate::config::{Config, DestinationConfig, SourceConfig};
use crate::job::{JobOutcome, Metrics};
use crate::log;
use crate::sanitize::shortened;

pub(crate) use account::{Account, Ending};
pub(crate) use entity_log::EntityLog;
pub(crate) use status::done;
pub(crate) use summary::Delivered;
pub(crate) use watch::{Counts, Position, end_watch, watch};

/// The longest text from the data or from a server in a line, in characters.
const TEXT_LENGTH_MAX: usize = 255;

/// Says what is about to be done, and where.
pub(crate) fn start(config: &Config) {
    tracing::info!(
        event = "start",
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
        .for_each(|warning| tracing::warn!(event = "start", "{warning}"));
}

/// Says to a person what is exported, whence and whither, once its title is known.
pub(crate) fn head(title: &str, config: &Config) {
    if !log::is_screen() {
        return;
    }
    let extent = if config.options.recursive {
        "whole tree"
    } else {
        "this entity alone"
    };
    let source = match &config.source {
        SourceConfig::Archive(archive) => archive.api_url.as_str().trim_end_matches('/').to_owned(),
        SourceConfig::Folder(folder) => folder.display().to_string(),
    };
    let key = config.task_id.key("");
    let destination = match &config.destination {
        DestinationConfig::Bucket(bucket) => format!("{}/{key}", bucket.bucket),
        DestinationConfig::Folder(folder) => folder.join(key).display().to_string(),
    };
    let line = format!("{title} · {extent} · {source} -> {destination}");
    // The ellipsis may be as wide as two.
    log::print(&shortened(&line, log::columns().saturating_sub(2)));
}

/// How a job ended, to be told.
#[derive(Clone, Copy, Debug)]
pub(crate) struct End<'e> {
    /// How.
    pub outcome: &'e JobOutcome,
    /// Where the file is, and its report if there is one.
    pub address: &'e str,
    /// The folder of the file.
    pub folder: &'e str,
    /// What is in the folder.
    pub files: &'e [Delivered],
    /// What was done, and what it took.
    pub metrics: &'e Metrics,
    /// What is not as it should be.
    pub account: &'e Account,
}

/// Says how it ended, where the file is and what is missing from it.
pub(crate) fn end(end: &End<'_>, config: Option<&Config>) {
    let End {
        metrics, account, ..
    } = end;
    let numbers = serde_json::to_string(metrics).expect("a struct of texts and numbers is JSON");
    match end.outcome {
        JobOutcome::Success(_) if log::is_screen() && !end.files.is_empty() => {
            log::print(&summary::of_success(
                end.folder, end.files, metrics, account,
            ));
        }
        JobOutcome::Success(file) => {
            let line = last_line::of_success(file, end.address, metrics, account);
            tracing::info!(target: log::LAST_LINE, event = "end", metrics = numbers, "{line}");
        }
        JobOutcome::Error { error } => {
            let root = config
                .map(|config| format!(" {}", config.root))
                .unwrap_or_default();
            let retries = metrics
                .retries
                .iter()
                .map(|(kind, number)| (&**kind, *number));
            let reasons = account.worst_causes(retries);
            tracing::error!(
                target: log::LAST_LINE,
                event = "end",
                metrics = numbers,
                reasons,
                "not exported{root}: {error}"
            );
            if let (Some(ending), Some(config)) = (account.ending, config) {
                advice::after(ending, config).inspect(|advice| log::print(advice));
            }
        }
    }
}
