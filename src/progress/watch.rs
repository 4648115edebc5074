//! What is said of a job while it runs: at a terminal in one line that is drawn again and again, else in a line of the
//! log every ten seconds, and when the archive falls silent.

use std::cell::Cell;
use std::collections::VecDeque;
use std::convert::Infallible;
use std::time::Duration;

use tokio::time::{Instant, MissedTickBehavior, interval};

use crate::job::Metrics;
use crate::source::{SilenceNow, Source};
use crate::{log, memory};

use super::status::{Status, answers_again, told};

/// How often it is looked at.
const TICK: Duration = Duration::from_millis(500);
/// How often the log says how far the job is.
const LOG_INTERVAL: Duration = Duration::from_secs(10);
/// From when on a silence of the archive is told.
const SILENCE_TOLD_FROM: Duration = Duration::from_secs(5);
/// From when on it is told that the archive slows the job down: shorter is no news.
const SLOWED_TOLD_FROM: Duration = Duration::from_secs(2);
/// Over how long a rate is measured.
const RATE_OVER: Duration = Duration::from_secs(10);

/// How far the job is, as the one who writes the file says, for the one who watches.
#[derive(Debug, Default)]
pub(crate) struct Position(Cell<Counts>);

/// The numbers of a running job.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counts {
    /// Entities that are in the file, or are known not to be.
    pub(crate) done: u64,
    /// Entities found so far.
    pub(crate) found: u64,
    /// Whether manifests of known entities are still to come.
    pub(crate) is_open: bool,
    /// Levels below the root of the last entity.
    pub(crate) level: u32,
    /// Entities that are not in the file.
    pub(crate) failed: u64,
    /// Records without metadata.
    pub(crate) incomplete: u64,
}

impl Position {
    /// Says how far the job is.
    pub(crate) fn set(&self, counts: Counts) {
        self.0.set(counts);
    }
}

/// Says how far the job is, again and again.
pub(crate) async fn watch(position: &Position, source: &Source<'_>) -> Infallible {
    let mut ticks = interval(TICK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut watcher = Watcher::default();
    let mut log_next = Instant::now() + LOG_INTERVAL;
    loop {
        ticks.tick().await;
        let now = Instant::now();
        let mut metrics = Metrics::default();
        source.measure(&mut metrics);
        let status = watcher.look(position.0.get(), source, &metrics, now);
        if log::is_screen() {
            // A terminal may go on at the next line where this one is full.
            log::show_status(&status.line(log::columns().saturating_sub(1)));
            continue;
        }
        watcher.tell_silence(status.silence.as_ref());
        if now >= log_next {
            log_next = now + LOG_INTERVAL;
            tell(&status, &metrics);
        }
    }
}

/// Takes the line away that was drawn.
pub(crate) fn end_watch() {
    log::show_status("");
}

fn tell(status: &Status, metrics: &Metrics) {
    tracing::info!(
        event = "progress",
        done = status.done,
        found = status.found,
        per_s = status.per_second,
        bytes = status.bytes,
        failed = status.failed,
        incomplete = status.incomplete,
        retries = metrics.retries.values().sum::<u64>(),
        throttled_ms = metrics.throttled_time_ms,
        memory_mb = memory::resident_mib(),
        "{}",
        status.line(usize::MAX)
    );
}

/// What is remembered from one look to the next.
#[derive(Debug, Default)]
struct Watcher {
    /// How many were done when, lately.
    samples: VecDeque<(Instant, u64)>,
    /// How long the silence lasts that was told.
    told_silence: Option<Duration>,
}

impl Watcher {
    fn look(
        &mut self,
        counts: Counts,
        source: &Source<'_>,
        metrics: &Metrics,
        now: Instant,
    ) -> Status {
        let silence = source
            .silence()
            .filter(|silence| silence.lasts >= SILENCE_TOLD_FROM);
        let slowed = Duration::from_millis(metrics.throttled_time_ms);
        Status {
            done: counts.done,
            found: counts.found.max(1),
            is_open: counts.is_open || counts.found == 0,
            level: counts.level,
            per_second: self.rate(counts.done, now),
            bytes: metrics.bytes_fetched,
            failed: counts.failed,
            incomplete: counts.incomplete,
            silence,
            slowed: Some(slowed).filter(|slowed| *slowed >= SLOWED_TOLD_FROM && source.is_slowed()),
        }
    }

    fn rate(&mut self, done: u64, now: Instant) -> f64 {
        self.samples.push_back((now, done));
        while self.samples.len() > 2 && now - self.samples[1].0 >= RATE_OVER {
            self.samples.pop_front();
        }
        let (since, before) = self.samples[0];
        let seconds = (now - since).as_secs_f64();
        #[expect(clippy::cast_precision_loss, reason = "a rate")]
        let rate = (done - before) as f64 / seconds.max(f64::MIN_POSITIVE);
        if seconds > 0.0 {
            (rate * 10.0).round() / 10.0
        } else {
            0.0
        }
    }

    fn tell_silence(&mut self, silence: Option<&SilenceNow>) {
        match (silence, self.told_silence) {
            (Some(silence), before) => {
                self.told_silence = Some(silence.lasts);
                if before.is_none() {
                    tracing::warn!(event = "silent", "{}", told(silence));
                }
            }
            (None, Some(lasted)) => {
                self.told_silence = None;
                tracing::info!(event = "silent", "{}", answers_again(lasted));
            }
            (None, None) => {}
        }
    }
}
