//! Shutdown: a signal or the deadline ends the job before its time.
//!
//! Fly sends SIGINT or SIGTERM and waits five seconds; a first process in a container ignores both unless it listens.

use std::future::pending;
use std::time::Duration;

use anyhow::{Context as _, Result};
use nix::sys::signal::{SigSet, Signal};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

/// How long after the first signal the upload may still be aborted and the callback sent.
const GRACE_PERIOD: Duration = Duration::from_secs(4);

/// Within this time a signal that comes again is the same request: some platforms send it to each process, and the
/// [supervisor](crate::supervisor) passes on what it gets.
const SAME_REQUEST: Duration = Duration::from_millis(200);

/// The signals that end a job.
pub(crate) fn signals() -> SigSet {
    [Signal::SIGTERM, Signal::SIGINT].into_iter().collect()
}

/// Holds the signals that end a job back until they are listened for; one that came before would end the process
/// without a word.
pub fn hold_signals() {
    // Where they cannot be held back, they end the process as they would without.
    let _ = signals().thread_block();
}

/// The signals and the deadline, for whoever waits for one of them.
#[derive(Clone, Debug)]
pub(crate) struct Shutdown {
    signals: watch::Receiver<Requests>,
    deadline: Option<Instant>,
}

/// The signals that have come.
#[derive(Clone, Debug, Default)]
pub(crate) struct Requests(Vec<Request>);

impl Requests {
    /// Adds a signal, unless it is a request that is known.
    pub(crate) fn add(&mut self, signal: Signal, at: Instant) {
        let by = match signal {
            Signal::SIGINT => "a signal (SIGINT)",
            _ => "a signal (SIGTERM)",
        };
        let is_known = |known: &Request| known.by == by && at < known.at + SAME_REQUEST;
        if !self.0.iter().any(is_known) {
            self.0.push(Request { by, at });
        }
    }
}

/// A request to stop.
#[derive(Clone, Copy, Debug)]
struct Request {
    /// The signal or the deadline, in words.
    by: &'static str,
    at: Instant,
}

impl Shutdown {
    /// Starts to listen for SIGTERM and SIGINT, those that were [held back](hold_signals) and these `earlier` ones
    /// among them. Takes from SIGXFSZ that it ends the process: a file that may not grow is then an error of the write.
    ///
    /// # Errors
    ///
    /// Fails if the system does not let signals be listened for.
    pub(crate) fn listen(earlier: Requests) -> Result<Self> {
        let listen = |kind| signal(kind).context("failed to listen for signals");
        let mut terminate = listen(SignalKind::terminate())?;
        let mut interrupt = listen(SignalKind::interrupt())?;
        // Heard, and not looked at: the handler stays when this is dropped.
        drop(listen(SignalKind::from_raw(Signal::SIGXFSZ as i32))?);
        let released = signals().thread_unblock();
        released.context("failed to listen for signals")?;
        let (sender, signals) = watch::channel(earlier);
        tokio::spawn(async move {
            loop {
                let signal = tokio::select! {
                    _ = terminate.recv() => Signal::SIGTERM,
                    _ = interrupt.recv() => Signal::SIGINT,
                };
                sender.send_modify(|requests| requests.add(signal, Instant::now()));
            }
        });
        Ok(Self {
            signals,
            deadline: None,
        })
    }

    /// Also stops the job at this time.
    #[must_use]
    pub(crate) fn with_deadline(self, deadline: Option<Instant>) -> Self {
        Self { deadline, ..self }
    }

    /// Waits for a signal or the deadline; says which.
    pub(crate) async fn requested(&self) -> &'static str {
        self.first_request().await.by
    }

    /// Waits until a signal has come and its grace period is over.
    pub(crate) async fn grace_period_over(&self) {
        self.after_signal(GRACE_PERIOD).await;
    }

    /// Waits until a signal has come and this time has passed since.
    pub(crate) async fn after_signal(&self, wait: Duration) {
        sleep_until(self.signal(0).await.at + wait).await;
    }

    /// Waits until a signal has come or the deadline is over, and this time has passed since.
    pub(crate) async fn after_request(&self, wait: Duration) {
        sleep_until(self.first_request().await.at + wait).await;
    }

    /// Runs a phase of the job to its end; `None` if a second signal comes before: quit at once.
    pub(crate) async fn unless_requested_again<T>(
        &self,
        phase: impl Future<Output = T>,
    ) -> Option<T> {
        tokio::select! {
            biased;
            ended = phase => Some(ended),
            _ = self.signal(1) => {
                tracing::warn!("told to stop again: quitting at once");
                None
            }
        }
    }

    async fn first_request(&self) -> Request {
        let deadline = async {
            let Some(at) = self.deadline else {
                return pending().await;
            };
            sleep_until(at).await;
            let by = "the deadline (DEADLINE_SECONDS)";
            Request { by, at }
        };
        tokio::select! {
            signal = self.signal(0) => signal,
            deadline = deadline => deadline,
        }
    }

    /// Waits for the signal of this number, the first being 0.
    async fn signal(&self, number: usize) -> Request {
        let mut signals = self.signals.clone();
        match signals.wait_for(|signals| signals.0.len() > number).await {
            Ok(signals) => signals.0[number],
            // The listener ends with the process only.
            Err(_) => pending().await,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_signal_at_once_is_one_request_and_another_or_a_later_one_is_the_second() {
        let start = Instant::now();
        let count = |signals: &[(Signal, u64)]| {
            let mut requests = Requests::default();
            for &(signal, at) in signals {
                requests.add(signal, start + Duration::from_millis(at));
            }
            requests.0.len()
        };
        let (term, int) = (Signal::SIGTERM, Signal::SIGINT);
        assert_eq!(count(&[(int, 0), (int, 0), (int, 199)]), 1);
        assert_eq!(count(&[(int, 0), (int, 200)]), 2);
        assert_eq!(count(&[(int, 0), (term, 1), (int, 2), (term, 3)]), 2);
    }
}
