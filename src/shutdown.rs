//! Shutdown: a signal or the deadline ends the job before its time.
//!
//! Fly sends SIGINT or SIGTERM and waits five seconds; a first process in a container ignores both unless it listens.

use std::future::pending;
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
    signals: watch::Receiver<Vec<Request>>,
    deadline: Option<Instant>,
}

/// A request to stop.
#[derive(Clone, Copy, Debug)]
struct Request {
    /// The signal or the deadline, in words.
    by: &'static str,
    at: Instant,
}

impl Shutdown {
    /// Starts to listen for SIGTERM and SIGINT, and takes from SIGXFSZ that it ends the process: a file that may not
    /// grow is then an error of the write.
    ///
    /// # Errors
    ///
    /// Fails if the system does not let signals be listened for.
    pub(crate) fn listen() -> Result<Self> {
        let listen = |kind| signal(kind).context("failed to listen for signals");
        let mut terminate = listen(SignalKind::terminate())?;
        let mut interrupt = listen(SignalKind::interrupt())?;
        // Heard, and not looked at: the handler stays when this is dropped.
        drop(listen(SignalKind::from_raw(libc::SIGXFSZ))?);
        let (sender, signals) = watch::channel(Vec::new());
        tokio::spawn(async move {
            loop {
                let by = tokio::select! {
                    _ = terminate.recv() => "a signal (SIGTERM)",
                    _ = interrupt.recv() => "a signal (SIGINT)",
                };
                let at = Instant::now();
                sender.send_modify(|signals| signals.push(Request { by, at }));
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
        match signals.wait_for(|signals| signals.len() > number).await {
            Ok(signals) => signals[number],
            // The listener ends with the process only.
            Err(_) => pending().await,
        }
    }
}
