//! The job itself: walk, crosswalk, write, deliver, count.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use anyhow::{Result, anyhow, bail};
use futures::FutureExt as _;
use tokio::time::timeout;

use crate::archive::Outage;
use crate::config::Config;
use crate::destination::Output;
use crate::http::Clients;
use crate::job::{Delivered, Ledger, Metrics};
use crate::mods::document::DocumentKind;
use crate::source::Source;
use crate::stop::Stop;
use crate::tell;
use crate::tree::{Outcome, Visit};
use crate::walk::Walk;

/// How long the destination's word is waited for when a signal comes while the file is being delivered.
const LAST_WORD_TIMEOUT: Duration = Duration::from_secs(2);
/// How long it may then take to say whether it has the file.
const QUESTION_TIMEOUT: Duration = Duration::from_secs(1);

/// What a job came to.
#[derive(Debug)]
pub struct Exported {
    /// The file, or why there is none.
    pub delivered: Result<Delivered>,
    /// Where the file is, for a person.
    pub address: String,
    /// What is left to be given up, where there is no file.
    pub left: Option<Output>,
    /// What was done; time and memory are for the caller to add.
    pub metrics: Metrics,
}

impl Exported {
    /// A job that came to nothing.
    pub fn failed(error: anyhow::Error) -> Self {
        Self {
            delivered: Err(error),
            address: String::new(),
            left: None,
            metrics: Metrics::default(),
        }
    }
}

/// Exports what the configuration names, unless it is stopped.
pub async fn export(config: &Config, clients: &Clients, stop: &Stop) -> Exported {
    let source = Source::new(&config.source, &clients.archive);
    let (document, suffix) = if config.options.recursive {
        (DocumentKind::Collection, "-collection")
    } else {
        (DocumentKind::Record, "")
    };
    let file_name = format!("{}{suffix}.xml", config.root);
    let key = format!("exports/{}/{file_name}", config.task_id);
    let mut walk = Walk::new(config, document, &source);
    let mut output = Output::new(&config.destination, &key, document, &clients.plain);
    let mut ledger = Ledger::default();
    let address = output.address();
    let work = async {
        write_until_stopped(document, &source, &mut walk, &mut output, &mut ledger, stop).await?;
        deliver(&mut output, stop).await
    };
    // A panic is a bug, but it must not keep the upload open or the orchestrator waiting.
    let delivered = AssertUnwindSafe(Box::pin(work)).catch_unwind().await;
    let delivered = delivered
        .unwrap_or_else(|_| Err(anyhow!("internal error of the worker; its log says where")));
    let mut metrics = Metrics {
        entities_found: walk.discovery().found(),
        entities_beyond_max_depth: walk.discovery().beyond_max_depth(),
        ..ledger.metrics()
    };
    source.measure(&mut metrics);
    let left = delivered.is_err().then_some(output);
    let delivered = delivered.map(|size_bytes| Delivered {
        key,
        file_name,
        size_bytes,
    });
    Exported {
        delivered,
        address,
        left,
        metrics,
    }
}

/// Writes the file, all but its delivery, until it is stopped or the archive is given up.
async fn write_until_stopped(
    document: DocumentKind,
    source: &Source<'_>,
    walk: &mut Walk<'_>,
    output: &mut Output,
    ledger: &mut Ledger,
    stop: &Stop,
) -> Result<()> {
    let ended = tokio::select! {
        written = write(document, walk, output, ledger) => return written,
        reason = stop.requested() => Ended::Stopped(reason),
        outage = source.given_up() => Ended::Silent(outage),
    };
    let exported = tell::grouped(ledger.metrics().entities_exported);
    let found = tell::grouped(walk.discovery().found());
    Err(match ended {
        Ended::Stopped(reason) => anyhow!(
            "Cancelled by {reason}: {exported} of {found} known entities were exported until then"
        ),
        Ended::Silent(Outage {
            since_last_good,
            last_failure,
        }) => anyhow!(
            "Archive unreachable: last good answer {} s ago, {exported} of {found} known entities exported; last \
             failure: {last_failure}",
            since_last_good.as_secs()
        ),
    })
}

/// What ends the writing of a file before its end.
enum Ended {
    Stopped(&'static str),
    Silent(Outage),
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
        tell::visit(&visit);
        let before = ledger.handed_on();
        count(&visit, ledger);
        tell::progress(before, ledger.handed_on(), walk.discovery().found());
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
    output.flush_all().await?;
    ledger
        .check(walk.discovery().found())
        .map_err(|problem| anyhow!(problem))
}

/// Delivers the file. Once the destination is asked to take it, it has the last word, signal or not.
async fn deliver(output: &mut Output, stop: &Stop) -> Result<u64> {
    tokio::select! {
        delivered = output.commit() => return delivered,
        () = stop.after_signal(LAST_WORD_TIMEOUT) => {}
    }
    match timeout(QUESTION_TIMEOUT, output.is_stored()).await {
        Ok(true) => Ok(output.size_bytes()),
        _ => Err(anyhow!("Cancelled while the file was being delivered")),
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
    ledger.repeat(visit.found.repeated);
}
