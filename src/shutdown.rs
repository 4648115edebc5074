//! Shutdown: a signal or the deadline ends the job before its time.
//!
//! Fly sends SIGINT or SIGTERM and waits five seconds; a first process in a container ignores both unless it listens.

use std::time::Duration;

use anyhow::{Context as _, Result};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

/// How long after the first signal the upload may still be aborted and the callback sent.
const GRACE_PERIOD: Duration = Duration::from_secs(4);

/// The signals and the deadline, for whoever waits for one of them.
#[derive(Clone, Debug)]
pub(crate) struct Shutdown {
    signals: watch::Receiver<Signals>,
    deadline: Option<Instant>,
}

/// The signals so far.
#[derive(Clone, Copy, Debug, Default)]
struct Signals {
    first: Option<(&'static str, Instant)>,
    count: usize,
}

impl Shutdown {
    /// Starts to listen for SIGTERM and SIGINT.
    ///
    /// # Errors
    ///
    /// Fails if the system does not let signals be listened for.
    pub(crate) fn listen() -> Result<Self> {
        let listen = |kind| signal(kind).context("failed to listen for signals");
        let (mut terminate, mut interrupt) = (
            listen(SignalKind::terminate())?,
            listen(SignalKind::interrupt())?,
        );
        let (sender, signals) = watch::channel(Signals::default());
        tokio::spawn(async move {
            loop {
                let name = tokio::select! {
                    _ = terminate.recv() => "a signal (SIGTERM)",
                    _ = interrupt.recv() => "a signal (SIGINT)",
                };
                sender.send_modify(|signals| {
                    signals.first.get_or_insert_with(|| (name, Instant::now()));
                    signals.count += 1;
                });
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
        tokio::select! {
            (name, _) = self.first_signal() => name,
            _ = sleep_until_or_never(self.deadline) => "the deadline (DEADLINE_SECONDS)",
        }
    }

    /// Waits until a signal has come and its grace period is over.
    pub(crate) async fn grace_period_over(&self) {
        self.after_signal(GRACE_PERIOD).await;
    }

    /// Waits until a signal has come and this time has passed since.
    pub(crate) async fn after_signal(&self, wait: Duration) {
        let (_, at) = self.first_signal().await;
        sleep_until(at + wait).await;
    }

    /// Waits until a signal has come or the deadline is over, and this time has passed since.
    pub(crate) async fn after_request(&self, wait: Duration) {
        let at = tokio::select! {
            (_, at) = self.first_signal() => at,
            at = sleep_until_or_never(self.deadline) => at,
        };
        sleep_until(at + wait).await;
    }

    /// Runs a phase of the job to its end; `None` if a second signal comes before: quit at once.
    pub(crate) async fn unless_requested_again<T>(
        &self,
        phase: impl Future<Output = T>,
    ) -> Option<T> {
        tokio::select! {
            biased;
            ended = phase => Some(ended),
            _ = self.wait_for(|signals| signals.count > 1) => {
                tracing::warn!("told to stop again: quitting at once");
                None
            }
        }
    }

    async fn first_signal(&self) -> (&'static str, Instant) {
        let signals = self.wait_for(|signals| signals.first.is_some()).await;
        match signals.first {
            Some(first) => first,
            None => std::future::pending().await,
        }
    }

    async fn wait_for(&self, is_so: impl FnMut(&Signals) -> bool) -> Signals {
        let mut signals = self.signals.clone();
        let seen = signals.wait_for(is_so).await.map(|signals| *signals);
        match seen {
            Ok(signals) => signals,
            // The listener ends with the process only.
            Err(_) => std::future::pending().await,
        }
    }
}

async fn sleep_until_or_never(deadline: Option<Instant>) -> Instant {
    match deadline {
        Some(deadline) => {
            sleep_until(deadline).await;
            deadline
        }
        None => std::future::pending().await,
    }
}
