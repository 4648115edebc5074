//! The log, as the one on call reads it: each thing once, in a line that can be understood alone.
//!
//! Names and reasons come from the data, so they are put into one line of printable characters first.

use crate::arke::entity::Lack;
use crate::arke::{Pi, excerpt, one_line};
use crate::config::Config;
use crate::job::remarks::Incomplete;
use crate::job::{Delivered, Ending, Metrics, Remarks};
use crate::tree::{Outcome, Visit};

/// After how many entities the log says how far it is.
const PROGRESS_EVERY: u64 = 1000;

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
pub(crate) fn progress(before: u64, handed_on: u64, found: u64) {
    if before / PROGRESS_EVERY < handed_on / PROGRESS_EVERY {
        tracing::info!("{handed_on} of {found} known entities done");
    }
}

/// Says how it ended, where the file is and what is missing from it.
pub(crate) fn end(ending: &Ending, address: &str, metrics: &Metrics, config: Option<&Config>) {
    let seconds = std::time::Duration::from_millis(metrics.total_time_ms).as_secs_f64();
    match ending {
        Ending::Success(Delivered { size_bytes, .. }) => tracing::info!(
            "exported {} in {seconds:.1} s: {address} ({size_bytes} bytes); {}",
            count(metrics.entities_exported, "record", "records"),
            missing(metrics)
        ),
        Ending::Error { error } => {
            let root = config
                .map(|config| format!(" {}", config.root))
                .unwrap_or_default();
            tracing::error!("not exported{root}: {error}");
        }
    }
}

fn missing(metrics: &Metrics) -> String {
    let parts = [
        (metrics.entities_failed, "entity failed", "entities failed"),
        (
            metrics.entities_incomplete,
            "record is incomplete",
            "records are incomplete",
        ),
        (
            metrics.components_failed,
            "component is lacking",
            "components are lacking",
        ),
        (
            metrics.entities_deleted,
            "entity was deleted",
            "entities were deleted",
        ),
        (
            metrics.entities_merged,
            "entity was merged",
            "entities were merged",
        ),
        (
            metrics.entities_beyond_max_depth,
            "entity lies below maxDepth",
            "entities lie below maxDepth",
        ),
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

/// Writes a number as a person reads it, with a comma between thousands.
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

fn count(number: u64, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// Logs what a librarian would want to know of an entity, each thing once.
pub(crate) fn visit(visit: &Visit) {
    let pi = visit.pi;
    for (merged, into) in &visit.merged {
        tracing::info!("entity {merged} was merged into {into}");
    }
    match &visit.outcome {
        Outcome::Exported { remarks, .. } => remarks_on(pi, remarks),
        Outcome::Failed(reason) => {
            let parent = visit
                .parent
                .map(|parent| format!(", listed by {parent},"))
                .unwrap_or_default();
            tracing::warn!(
                "entity {pi}{parent} is not in the file: {}",
                one_line(reason)
            );
        }
        Outcome::Deleted => tracing::info!("entity {pi} was deleted"),
        Outcome::Merged => {}
    }
    for child in &visit.found.malformed {
        tracing::warn!(
            "entity {pi} lists a child {:?} that is no PI and is not in the file",
            excerpt(child)
        );
    }
    if visit.found.origins > 0 {
        tracing::info!(
            "entity {pi} lists the archive's origin as its child, which is not followed"
        );
    }
    if visit.found.beyond_max_depth > 0 {
        tracing::info!(
            "entity {pi} has {} children below maxDepth",
            visit.found.beyond_max_depth
        );
    }
}

fn remarks_on(pi: Pi, remarks: &Remarks) {
    if remarks.incomplete == Some(Incomplete::Absent) {
        tracing::info!("record {pi} is incomplete: the entity has no pinax.json");
    }
    for (key, lack) in &remarks.lacking {
        let (kind, cause) = match lack {
            Lack::Unreachable(cause) => ("unreachable", cause),
            Lack::Unreadable(cause) => ("unreadable", cause),
        };
        tracing::warn!(
            "record {pi} lacks {key:?}, which is {kind}: {}",
            one_line(cause)
        );
    }
    for (field, reason) in &remarks.repaired {
        tracing::info!("record {pi}: field {field:?} of pinax.json is {reason}");
    }
}
