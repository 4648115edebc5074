//! Numbers of a job while it runs, and at its end.

use std::convert::Infallible;
use std::future::pending;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, sleep};

use crate::destination::Destination;
use crate::job::Metrics;
use crate::journal::{Entry, Journal};
use crate::memory;
use crate::source::Source;

/// How long the numbers of the journal stand before newer ones are written.
const JOURNAL_INTERVAL: Duration = Duration::from_millis(20);

/// Keeps the numbers of the journal up to date, where somebody reads them.
pub(super) async fn keep_journal(
    mut counts: watch::Receiver<Metrics>,
    source: &Source<'_>,
    destination: &Destination<'_>,
    journal: &Journal,
) -> Infallible {
    while journal.is_read() && counts.changed().await.is_ok() {
        let mut metrics = counts.borrow_and_update().clone();
        measure_requests(&mut metrics, source, destination);
        journal.write(|| Entry::Counted(metrics));
        sleep(JOURNAL_INTERVAL).await;
    }
    pending().await
}

/// Adds what the requests took.
pub(super) fn measure_requests(
    metrics: &mut Metrics,
    source: &Source<'_>,
    destination: &Destination<'_>,
) {
    source.measure(metrics);
    metrics.upload_retries = destination.retries();
}

/// Adds what is measured once, at the end.
pub(super) fn measure(metrics: &mut Metrics, started: Instant) {
    metrics.total_time_ms = started.elapsed().as_millis().try_into().unwrap_or(u64::MAX);
    metrics.peak_memory_mb = memory::peak_mib();
}
