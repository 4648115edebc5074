//! The job itself: walk, crosswalk, write, deliver, count.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use anyhow::{Result, anyhow, bail};
use futures::FutureExt as _;
use tokio::time::sleep;

use crate::arke::Pi;
use crate::arke::entity::Lack;
use crate::config::Config;
use crate::crosswalk::Remarks;
use crate::destination::Output;
use crate::http::Clients;
use crate::job::{Delivered, Ledger, Metrics};
use crate::mods::document::DocumentKind;
use crate::source::Source;
use crate::stop::Stop;
use crate::tree::{Outcome, Visit};
use crate::walk::Walk;

/// How long the destination's word is waited for when a signal comes while the file is being delivered.
const LAST_WORD_TIMEOUT: Duration = Duration::from_secs(3);

/// What a job came to.
#[derive(Debug)]
pub struct Exported {
    /// The file, or why there is none.
    pub delivered: Result<Delivered>,
    /// Where the file is, for a person.
    pub address: String,
    /// What was done; time and memory are for the caller to add.
    pub metrics: Metrics,
}

/// Exports what the configuration names, unless it is stopped.
pub async fn export(config: &Config, clients: &Clients, stop: &mut Stop) -> Exported {
    let source = Source::new(&config.source, &clients.archive);
    let recursive = config.options.recursive;
    let file_name = if recursive {
        format!("{}-collection.xml", config.root)
    } else {
        format!("{}.xml", config.root)
    };
    let key = format!("exports/{}/{file_name}", config.task_id);
    let document = if recursive {
        DocumentKind::Collection
    } else {
        DocumentKind::Record
    };
    let mut walk = Walk::new(config, document, &source);
    let mut output = Output::new(&config.destination, &key, recursive, &clients.plain);
    let mut ledger = Ledger::default();
    let address = output.address();
    let delivered = match Box::pin(write_until_stopped(
        document,
        &mut walk,
        &mut output,
        &mut ledger,
        stop,
    ))
    .await
    {
        Ok(()) => deliver(&mut output, stop).await,
        Err(error) => Err(error),
    };
    if delivered.is_err() {
        output.abort().await;
    }
    let metrics = Metrics {
        entities_found: walk.discovery().found(),
        entities_beyond_max_depth: walk.discovery().beyond_max_depth(),
        requests_sent: clients.archive.requests_sent(),
        bytes_fetched: clients.archive.bytes_fetched(),
        ..ledger.metrics()
    };
    let delivered = delivered.map(|size_bytes| Delivered {
        key,
        file_name,
        size_bytes,
    });
    Exported {
        delivered,
        address,
        metrics,
    }
}

/// Writes the file, all but its delivery, until it is stopped.
async fn write_until_stopped(
    document: DocumentKind,
    walk: &mut Walk<'_>,
    output: &mut Output,
    ledger: &mut Ledger,
    stop: &mut Stop,
) -> Result<()> {
    // A panic is a bug, but it must not keep the upload open or the orchestrator waiting.
    let written = AssertUnwindSafe(write(document, walk, output, ledger)).catch_unwind();
    let reason = tokio::select! {
        written = written => {
            return written.unwrap_or_else(|_| Err(anyhow!("internal error of the worker; its log says where")));
        }
        reason = stop.requested() => reason,
    };
    let (exported, found) = (ledger.metrics().entities_exported, walk.discovery().found());
    Err(anyhow!(
        "Cancelled by {reason}: {exported} of {found} known entities were exported until then"
    ))
}

/// Writes the file: the head, each record in its place, the tail.
async fn write(
    document: DocumentKind,
    walk: &mut Walk<'_>,
    output: &mut Output,
    ledger: &mut Ledger,
) -> Result<()> {
    walk.while_walking(output.open()).await?;
    output.write(document.head().as_bytes()).await?;
    while let Some(visit) = walk.next().await {
        tell(&visit);
        count(&visit, ledger);
        check_root(&visit)?;
        if let Outcome::Exported {
            record, host_title, ..
        } = &visit.outcome
        {
            for piece in record.pieces(host_title.as_deref()) {
                walk.while_walking(output.write(&piece)).await?;
            }
        }
    }
    output.write(document.tail().as_bytes()).await?;
    ledger
        .check(walk.discovery().found())
        .map_err(|problem| anyhow!(problem))
}

/// Delivers the file; once the destination is asked to, it has the last word, signal or not.
async fn deliver(output: &mut Output, stop: &mut Stop) -> Result<u64> {
    let last_word = async {
        stop.requested().await;
        sleep(LAST_WORD_TIMEOUT).await;
    };
    tokio::select! {
        delivered = output.finish() => delivered,
        () = last_word => Err(anyhow!("Cancelled while the file was being delivered")),
    }
}

/// A root without a record is the end of the job.
fn check_root(visit: &Visit) -> Result<()> {
    if visit.depth > 0 {
        return Ok(());
    }
    match &visit.outcome {
        Outcome::Failed(reason) => bail!("Failed to fetch manifest: {reason}"),
        Outcome::Deleted => bail!("Entity {} was deleted", visit.pi),
        Outcome::Exported { .. } | Outcome::Merged => Ok(()),
    }
}

fn count(visit: &Visit, ledger: &mut Ledger) {
    match &visit.outcome {
        Outcome::Exported { remarks, .. } => ledger.export(remarks),
        Outcome::Failed(_) => ledger.fail(),
        Outcome::Deleted => ledger.delete(),
        // Counted with the other merges of its place.
        Outcome::Merged => {}
    }
    visit.merged.iter().for_each(|_| ledger.merge());
    visit.found.malformed.iter().for_each(|_| ledger.fail());
    ledger.repeat(visit.found.repeated.len() as u64);
}

/// Logs what a librarian would want to know of an entity, each thing once.
fn tell(visit: &Visit) {
    let pi = visit.pi;
    for (merged, into) in &visit.merged {
        tracing::info!("entity {merged} was merged into {into}");
    }
    match &visit.outcome {
        Outcome::Exported { remarks, .. } => tell_remarks(pi, remarks),
        Outcome::Failed(reason) => {
            let parent = visit
                .parent
                .map(|parent| format!(", listed by {parent},"))
                .unwrap_or_default();
            tracing::warn!("entity {pi}{parent} is not in the file: {reason}");
        }
        Outcome::Deleted => tracing::info!("entity {pi} was deleted"),
        Outcome::Merged => {}
    }
    for child in &visit.found.malformed {
        tracing::warn!("entity {pi} lists a child {child:?} that is no PI and is not in the file");
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

fn tell_remarks(pi: Pi, remarks: &Remarks) {
    if remarks.incomplete == Some(None) {
        tracing::info!("record {pi} is incomplete: the entity has no pinax.json");
    }
    for (key, lack) in &remarks.lacking {
        let (kind, cause) = match lack {
            Lack::Unreachable(cause) => ("unreachable", cause),
            Lack::Unreadable(cause) => ("unreadable", cause),
        };
        tracing::warn!("record {pi} lacks {key:?}, which is {kind}: {cause}");
    }
    for (field, reason) in &remarks.repaired {
        tracing::info!("record {pi}: field {field:?} of pinax.json is {reason}");
    }
}
