//! What ends a job before its time: a signal, or its deadline.

use std::time::Duration;

use anyhow::{Context as _, Result};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::{Instant, sleep_until};

/// Listens for SIGTERM and SIGINT: Fly sends the one or the other, and a first process in a container ignores both
/// unless it listens.
#[derive(Debug)]
pub struct Stop {
    terminate: Signal,
    interrupt: Signal,
    deadline: Option<Instant>,
    signalled: Option<Instant>,
}

impl Stop {
    /// Starts to listen.
    ///
    /// # Errors
    ///
    /// Fails if the system does not let signals be listened for.
    pub fn listen() -> Result<Self> {
        let listen = |kind| signal(kind).context("failed to listen for signals");
        Ok(Self {
            terminate: listen(SignalKind::terminate())?,
            interrupt: listen(SignalKind::interrupt())?,
            deadline: None,
            signalled: None,
        })
    }

    /// Ends the job `after` this time from now.
    pub fn set_deadline(&mut self, after: Option<Duration>) {
        self.deadline = after.map(|after| Instant::now() + after);
    }

    /// Returns when the first signal came.
    pub fn signalled(&self) -> Option<Instant> {
        self.signalled
    }

    /// Waits for a signal or the deadline; says which.
    pub async fn requested(&mut self) -> &'static str {
        let deadline = self.deadline;
        let passed = async {
            match deadline {
                Some(deadline) => sleep_until(deadline).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            signal = next(&mut self.terminate, &mut self.interrupt) => {
                self.signalled.get_or_insert_with(Instant::now);
                signal
            }
            () = passed => "the deadline (DEADLINE_SECONDS)",
        }
    }

    /// Waits for a signal after the first.
    pub async fn signalled_again(&mut self) {
        next(&mut self.terminate, &mut self.interrupt).await;
        if self.signalled.is_none() {
            self.signalled = Some(Instant::now());
            next(&mut self.terminate, &mut self.interrupt).await;
        }
    }
}

async fn next(terminate: &mut Signal, interrupt: &mut Signal) -> &'static str {
    tokio::select! {
        _ = terminate.recv() => "the platform (SIGTERM)",
        _ = interrupt.recv() => "the platform (SIGINT)",
    }
}
