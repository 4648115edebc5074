//! A job at work: the file that is begun, written and delivered, and what is stored beside it.

use std::rc::Rc;
use std::time::Duration;

use anyhow::{Result, anyhow, bail};
use tokio::time::Instant;

use crate::config::Config;
use crate::destination::{Claim, Destination, Output, Settled, Written};
use crate::inventory::Inventory;
use crate::job::{Metrics, OutputFile, REPORT_FILE_NAME};
use crate::journal::{Asked, Entry, Journal};
use crate::mods::document::DocumentKind;
use crate::progress::{self, Delivered, Ending};
use crate::report::Report;
use crate::shutdown::Shutdown;
use crate::source::{Outage, Source};
use crate::walk::{Outcome, Visit, Walk};

use super::Exported;
use super::companions::{Companions, Stored};
use super::numbers::{keep_journal, measure, measure_requests};
use super::observers::Observers;

/// How long the job, when it is stopped while the file is being delivered, waits for what the destination answers.
const COMMIT_TIMEOUT_STOPPED: Duration = Duration::from_secs(3);
/// How long the destination may then take to give the file up and to say whether it has it; the callback has to follow
/// in time.
const SETTLE_TIMEOUT: Duration = Duration::from_millis(400);

/// A job at work.
pub(super) struct Job<'j> {
    /// What was asked for.
    pub config: &'j Config,
    /// Where the entities come from.
    pub source: &'j Source<'j>,
    /// Where the file goes.
    pub destination: &'j Destination<'j>,
    /// What is told to the process that watches.
    pub journal: &'j Journal,
    /// What stops the job.
    pub shutdown: Shutdown,
    /// When the process started.
    pub started: Instant,
}

impl<'j> Job<'j> {
    /// Begins the file, and what is gathered while it is written.
    ///
    /// # Errors
    ///
    /// Says why the destination cannot be written to, or what stopped the job.
    pub(super) async fn begin(&self) -> Result<(Option<Claim>, Output, Observers<'j>)> {
        let (config, destination, key) = (self.config, self.destination, self.key());
        let claim = destination.claim(&config.task_id.key(""))?;
        let head_bytes = self.document().head().len();
        let inventory = tokio::select! {
            inventory = Inventory::begin(config, destination, &key, head_bytes) => inventory?,
            reason = self.shutdown.requested() => bail!("Cancelled by {reason} before the first request"),
        };
        let mut observers = Observers::new(config, inventory);
        if let Destination::Folder(..) = destination {
            observers.report = Report::with_page();
        }
        let output = Output::begin(destination, &key, config.options.recursive)?;
        Ok((claim, output, observers))
    }

    /// Writes the file and delivers it; returns its SHA-256 too.
    ///
    /// # Errors
    ///
    /// Says why there is no file, or that this is not known.
    pub(super) async fn export(
        &self,
        walk: &mut Walk<'_>,
        output: &mut Output,
        observers: &mut Observers<'_>,
    ) -> Result<(OutputFile, String)> {
        let counts = observers.counts.subscribe();
        let position = Rc::clone(&observers.position);
        let Written { size_bytes, sha256 } = tokio::select! {
            written = self.write_until_stopped(walk, output, observers) => written?,
            never = keep_journal(counts, self.source, self.destination, self.journal) => match never {},
            never = progress::watch(&position, self.source) => match never {},
        };
        let file = OutputFile {
            key: self.key(),
            file_name: self.file_name(),
            size_bytes,
        };
        self.journal.write(|| {
            Entry::Asked(Asked {
                file: file.clone(),
                e_tag: output.e_tag(),
                leftover: output.leftover(),
                metrics: self.metrics(observers, walk),
            })
        });
        self.deliver(output).await?;
        Ok((file, sha256))
    }

    /// Returns what was done until now, and what it took.
    pub(super) fn metrics(&self, observers: &Observers<'_>, walk: &Walk<'_>) -> Metrics {
        let mut metrics = observers.metrics(walk);
        measure_requests(&mut metrics, self.source, self.destination);
        measure(&mut metrics, self.started);
        metrics
    }

    /// Stores what was gathered beside the file, which is delivered.
    pub(super) async fn store_beside(
        &self,
        file: OutputFile,
        sha256: String,
        observers: Observers<'_>,
        metrics: Metrics,
    ) -> Exported {
        let Observers {
            report,
            inventory,
            mut account,
            ..
        } = observers;
        account.compared_with = inventory.compared_with();
        let companions = Companions {
            config: self.config,
            destination: self.destination,
            shutdown: &self.shutdown,
            inventory,
            report,
        };
        let Stored {
            mut files,
            undelivered,
        } = companions
            .store(&file, sha256, &metrics, self.started)
            .await;
        files.insert(0, self.listed(&file));
        let mut address = self.destination.address(&file.key);
        if files.iter().any(|file| file.name == REPORT_FILE_NAME) {
            address = format!("{address}, {REPORT_FILE_NAME} beside it");
        }
        Exported {
            delivered: Ok(file),
            address,
            folder: self.destination.address(&self.config.task_id.key("")),
            files,
            undelivered,
            claim: None,
            metrics,
            account,
        }
    }

    fn document(&self) -> DocumentKind {
        if self.config.options.recursive {
            DocumentKind::Collection
        } else {
            DocumentKind::Record
        }
    }

    fn file_name(&self) -> String {
        let root = self.config.root;
        match self.document() {
            DocumentKind::Collection => format!("{root}-collection.xml"),
            DocumentKind::Record => format!("{root}.xml"),
        }
    }

    fn key(&self) -> String {
        self.config.task_id.key(&self.file_name())
    }

    /// Returns the file as a person is shown it.
    fn listed(&self, file: &OutputFile) -> Delivered {
        let what = match self.document() {
            DocumentKind::Collection => "the records",
            DocumentKind::Record => "the record",
        };
        Delivered::new(&file.file_name, file.size_bytes, what)
    }

    /// Writes the file, all but its delivery, until it is stopped or the archive is given up.
    async fn write_until_stopped(
        &self,
        walk: &mut Walk<'_>,
        output: &mut Output,
        observers: &mut Observers<'_>,
    ) -> Result<Written> {
        tokio::select! {
            written = self.write(walk, output, observers) => written,
            reason = self.shutdown.requested() => {
                observers.account.end(Ending::Stopped);
                let done = done(walk, observers);
                Err(anyhow!("Cancelled by {reason}: {done} were exported until then"))
            }
            outage = self.source.watch() => Err(match outage {
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

    /// Writes the file: the head, each record in its place, the tail.
    async fn write(
        &self,
        walk: &mut Walk<'_>,
        output: &mut Output,
        observers: &mut Observers<'_>,
    ) -> Result<Written> {
        let document = self.document();
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
    async fn deliver(&self, output: &mut Output) -> Result<()> {
        tokio::select! {
            delivered = output.commit() => return delivered,
            () = self.shutdown.after_request(COMMIT_TIMEOUT_STOPPED) => {}
        }
        match output.settle(SETTLE_TIMEOUT).await {
            Settled::Delivered => Ok(()),
            Settled::Withdrawn => bail!("Cancelled while the file was being delivered"),
            Settled::Unknown => {
                let address = self.destination.address(&self.key());
                bail!(
                    "Cancelled while the file was being delivered: it is not known whether {address} has it or will have it"
                )
            }
        }
    }
}

/// Says how far the job came.
fn done(walk: &Walk<'_>, observers: &Observers<'_>) -> String {
    let exported = observers.ledger.metrics().entities_exported;
    progress::done(exported, walk.discovery().found())
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
