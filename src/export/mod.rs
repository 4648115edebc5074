//! The job in one loop: walk, write, deliver, report.

mod companions;
mod numbers;
mod observers;

use std::iter;
use std::rc::Rc;
use std::time::Duration;

use anyhow::{Result, anyhow, bail};
use tokio::time::Instant;

use crate::config::Config;
use crate::destination::{Claim, Destination, Output, Settled, Written};
use crate::http::Clients;
use crate::inventory::Inventory;
use crate::job::{Metrics, OutputFile, REPORT_FILE_NAME};
use crate::journal::{Asked, Entry, Journal};
use crate::mods::document::DocumentKind;
use crate::panics::guard;
use crate::progress::{self, Account, Delivered, Ending};
use crate::report::Report;
use crate::shutdown::Shutdown;
use crate::source::{Outage, Source};
use crate::walk::{Outcome, Visit, Walk};

use companions::{Companions, Stored};
use numbers::{keep_journal, measure, measure_requests};
use observers::Observers;

/// How long the job, when it is stopped while the file is being delivered, waits for what the destination answers.
const COMMIT_TIMEOUT_STOPPED: Duration = Duration::from_secs(3);
/// How long the destination may then take to give the file up and to say whether it has it; the callback has to follow
/// in time.
const SETTLE_TIMEOUT: Duration = Duration::from_millis(400);

/// What a job came to.
pub(crate) struct Exported {
    /// The file, or why there is none.
    pub delivered: Result<OutputFile>,
    /// Where the file is, and its report if there is one, for a person.
    pub address: String,
    /// The folder of the file, for a person.
    pub folder: String,
    /// What is in it.
    pub files: Vec<Delivered>,
    /// What is still to be aborted: the file that is not delivered, and what was to stand beside it.
    pub undelivered: Vec<Output>,
    /// The claim to their folder, until that is done.
    pub claim: Option<Claim>,
    /// What was done, and what it took.
    pub metrics: Metrics,
    /// What is not as it should be.
    pub account: Account,
}

impl Exported {
    /// Makes the result of a job that failed before it was begun, or by a panic; `started` is when the process did.
    pub(crate) fn failed(error: anyhow::Error, started: Instant) -> Self {
        let mut metrics = Metrics::default();
        measure(&mut metrics, started);
        Self {
            delivered: Err(error),
            address: String::new(),
            folder: String::new(),
            files: Vec::new(),
            undelivered: Vec::new(),
            claim: None,
            metrics,
            account: Account::default(),
        }
    }
}

/// Exports what the configuration names, unless it is stopped; `started` is when the process did.
pub(crate) async fn export(
    config: &Config,
    clients: &Clients,
    shutdown: &Shutdown,
    journal: &Journal,
    started: Instant,
) -> Exported {
    progress::start(config);
    let deadline = config.deadline.map(|after| started + after);
    let shutdown = &shutdown.clone().with_deadline(deadline);
    let source = Source::new(&config.source, &clients.archive);
    let (document, file_name) = file_of(config);
    let key = config.task_id.key(&file_name);
    let mut walk = Walk::new(config, &source);
    let destination = Destination::new(&config.destination, &clients.plain, journal);
    let mut address = destination.address(&key);
    let folder = destination.address(&config.task_id.key(""));
    let begun = begin(config, &destination, &key, document, shutdown).await;
    let (claim, mut output, mut observers) = match begun {
        Ok(begun) => begun,
        Err(error) => return Exported::failed(error, started),
    };
    let counts = observers.counts.subscribe();
    let position = Rc::clone(&observers.position);
    let measured = |observers: &Observers<'_>, walk: &Walk<'_>| {
        let mut metrics = observers.metrics(walk);
        measure_requests(&mut metrics, &source, &destination);
        measure(&mut metrics, started);
        metrics
    };
    let work = async {
        let (walk, output, observers) = (&mut walk, &mut output, &mut observers);
        let Written { size_bytes, sha256 } = tokio::select! {
            written = write_until_stopped(document, &source, walk, output, observers, shutdown) => written?,
            never = keep_journal(counts, &source, &destination, journal) => match never {},
            never = progress::watch(&position, &source) => match never {},
        };
        let file = OutputFile {
            key: key.clone(),
            file_name,
            size_bytes,
        };
        journal.write(|| {
            Entry::Asked(Asked {
                file: file.clone(),
                e_tag: output.e_tag(),
                leftover: output.leftover(),
                metrics: measured(observers, walk),
            })
        });
        deliver(output, &address, shutdown).await?;
        Ok((file, sha256))
    };
    // The output outlives a panic, to be aborted, and so does what was counted.
    let delivered = guard(work).await.flatten();
    progress::end_watch();
    // Fixed here, so that the report and the callback say the same.
    let metrics = measured(&observers, &walk);
    let (file, sha256) = match delivered {
        Ok(delivered) => delivered,
        Err(error) => {
            return Exported {
                undelivered: iter::once(output)
                    .chain(observers.inventory.into_output())
                    .collect(),
                claim,
                metrics,
                account: observers.account,
                ..Exported::failed(error, started)
            };
        }
    };
    journal.write(|| Entry::Delivered(metrics.clone()));
    // The file itself is not needed any more, and the report takes its room.
    drop(output);
    let Observers {
        report,
        inventory,
        mut account,
        ..
    } = observers;
    account.compared_with = inventory.compared_with();
    let companions = Companions {
        config,
        destination: &destination,
        shutdown,
        inventory,
        report,
    };
    // The file is delivered: whatever happens now changes nothing about that.
    let Stored {
        mut files,
        undelivered,
    } = Box::pin(companions.store(&file, sha256, &metrics, started)).await;
    files.insert(0, listed(&file, document));
    if files.iter().any(|file| file.name == REPORT_FILE_NAME) {
        address = format!("{address}, {REPORT_FILE_NAME} beside it");
    }
    Exported {
        delivered: Ok(file),
        address,
        folder,
        files,
        undelivered,
        claim,
        metrics,
        account,
    }
}

/// Returns the kind of the file, and its name.
fn file_of(config: &Config) -> (DocumentKind, String) {
    let root = config.root;
    if config.options.recursive {
        (DocumentKind::Collection, format!("{root}-collection.xml"))
    } else {
        (DocumentKind::Record, format!("{root}.xml"))
    }
}

/// Begins the file, and what is gathered while it is written.
async fn begin<'d>(
    config: &'d Config,
    destination: &'d Destination<'d>,
    key: &str,
    document: DocumentKind,
    shutdown: &Shutdown,
) -> Result<(Option<Claim>, Output, Observers<'d>)> {
    let claim = destination.claim(&config.task_id.key(""))?;
    let inventory = tokio::select! {
        inventory = Inventory::begin(config, destination, key, document.head().len()) => inventory?,
        reason = shutdown.requested() => bail!("Cancelled by {reason} before the first request"),
    };
    let mut observers = Observers::new(config, inventory);
    if let Destination::Folder(..) = destination {
        observers.report = Report::with_page();
    }
    let output = Output::begin(destination, key, config.options.recursive)?;
    Ok((claim, output, observers))
}

/// Returns the file as a person is shown it.
fn listed(file: &OutputFile, document: DocumentKind) -> Delivered {
    let what = match document {
        DocumentKind::Collection => "the records",
        DocumentKind::Record => "the record",
    };
    Delivered::new(&file.file_name, file.size_bytes, what)
}

/// Writes the file, all but its delivery, until it is stopped or the archive is given up.
async fn write_until_stopped(
    document: DocumentKind,
    source: &Source<'_>,
    walk: &mut Walk<'_>,
    output: &mut Output,
    observers: &mut Observers<'_>,
    shutdown: &Shutdown,
) -> Result<Written> {
    tokio::select! {
        written = write(document, walk, output, observers) => written,
        reason = shutdown.requested() => {
            observers.account.end(Ending::Stopped);
            let done = done(walk, observers);
            Err(anyhow!("Cancelled by {reason}: {done} were exported until then"))
        }
        outage = source.watch() => Err(match outage {
            Outage::OfRoot(failure) => {
                observers.account.end(Ending::Unreached);
                anyhow!("Failed to fetch manifest: {failure}")
            }
            Outage::Later { last_good, failure } => {
                observers.account.end(Ending::Silent);
                let done = done(walk, observers);
                anyhow!("Archive unreachable: {last_good}, {done} exported; last failure: {failure}")
            }
        }),
    }
}

/// Says how far the job came.
fn done(walk: &Walk<'_>, observers: &Observers<'_>) -> String {
    let exported = observers.ledger.metrics().entities_exported;
    progress::done(exported, walk.discovery().found())
}

/// Writes the file: the head, each record in its place, the tail.
async fn write(
    document: DocumentKind,
    walk: &mut Walk<'_>,
    output: &mut Output,
    observers: &mut Observers<'_>,
) -> Result<Written> {
    walk.while_walking(output.opened()).await?;
    output.write(document.head().as_bytes()).await?;
    while let Some(mut visit) = walk.next().await {
        let in_file = walk.write(&mut visit, output).await?;
        observers.record(&visit, in_file.as_ref(), walk);
        if observers.inventory.is_due() {
            walk.while_walking(observers.inventory.flush()).await;
        }
        check_root(&visit)?;
    }
    output.write(document.tail().as_bytes()).await?;
    let written = output.finish().await?;
    let sum = observers.ledger.check(walk.discovery().found());
    sum.map_err(|problem| anyhow!(problem))?;
    observers.inventory.finish().await;
    Ok(written)
}

/// Delivers the file. Once the destination is asked to take it, it has the last word, stopped or not.
async fn deliver(output: &mut Output, address: &str, shutdown: &Shutdown) -> Result<()> {
    tokio::select! {
        delivered = output.commit() => return delivered,
        () = shutdown.after_request(COMMIT_TIMEOUT_STOPPED) => {}
    }
    match output.settle(SETTLE_TIMEOUT).await {
        Settled::Delivered => Ok(()),
        Settled::Withdrawn => bail!("Cancelled while the file was being delivered"),
        Settled::Unknown => bail!(
            "Cancelled while the file was being delivered: it is not known whether {address} has it or will have it"
        ),
    }
}

/// A root without a record is the end of the job.
fn check_root(visit: &Visit) -> Result<()> {
    if visit.depth > 0 {
        return Ok(());
    }
    match &visit.outcome {
        Outcome::Failed(failure) => bail!("Failed to fetch manifest: {failure}"),
        Outcome::Deleted => bail!("Entity {} was deleted", visit.pi),
        Outcome::Exported(_) | Outcome::Unwritten(_) | Outcome::Merged => Ok(()),
    }
}
