//! The job in one loop: walk, write, deliver, report.

mod companions;
mod job;
mod numbers;
mod observers;

use std::iter;

use anyhow::Result;
use tokio::time::Instant;

use crate::config::Config;
use crate::destination::{Claim, Destination, Output};
use crate::http::Clients;
use crate::job::{Metrics, OutputFile};
use crate::journal::{Entry, Journal};
use crate::panics::guard;
use crate::progress::{self, Account, Delivered};
use crate::shutdown::Shutdown;
use crate::source::Source;
use crate::walk::Walk;

use job::Job;
use numbers::measure;

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
    let source = Source::new(&config.source, &clients.archive);
    let destination = Destination::new(&config.destination, &clients.plain, journal);
    let job = Job {
        config,
        source: &source,
        destination: &destination,
        journal,
        shutdown: shutdown.clone().with_deadline(deadline),
        started,
    };
    let mut walk = Walk::new(config, &source);
    let (claim, mut output, mut observers) = match job.begin().await {
        Ok(begun) => begun,
        Err(error) => return Exported::failed(error, started),
    };
    // The output outlives a panic, to be aborted, and so does what was counted.
    let delivered = guard(job.export(&mut walk, &mut output, &mut observers));
    let delivered = delivered.await.flatten();
    progress::end_watch();
    // Fixed here, so that the report and the callback say the same.
    let metrics = job.metrics(&observers, &walk);
    match delivered {
        Ok((file, sha256)) => {
            journal.write(|| Entry::Delivered(metrics.clone()));
            // The file itself is not needed any more, and the report takes its room.
            drop(output);
            // The file is delivered: whatever happens now changes nothing about that.
            let stored = Box::pin(job.store_beside(file, sha256, observers, metrics));
            Exported {
                claim,
                ..stored.await
            }
        }
        Err(error) => Exported {
            undelivered: iter::once(output)
                .chain(observers.inventory.into_output())
                .collect(),
            claim,
            metrics,
            account: observers.account,
            ..Exported::failed(error, started)
        },
    }
}
