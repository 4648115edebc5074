//! The two services of the archive, manifests and components, and how each is told from the items it is asked for.

use std::cell::{Cell, OnceCell};
use std::time::{Duration, Instant};

use tokio::sync::Mutex;

use crate::question::Question;
use crate::retry::Silence;

/// What is asked for in the same way, and fails together.
#[derive(Debug, Default)]
pub(crate) struct Service {
    /// How long it has had no good answer.
    pub(crate) silence: Cell<Silence>,
    /// Something that was answered well.
    pub(crate) known: OnceCell<Question>,
    /// Held by the one who finds out whether it still is.
    pub(crate) probing: Mutex<()>,
}

impl Service {
    /// Takes a good answer.
    pub(crate) fn end_silence(&self) {
        let mut silence = self.silence.get();
        silence.end(Instant::now());
        self.silence.set(silence);
    }

    /// Takes a fault of a request that was sent at a time.
    pub(crate) fn go_on_silent(&self, sent: Instant) {
        let mut silence = self.silence.get();
        silence.go_on(sent);
        self.silence.set(silence);
    }

    /// Tells whether the silence is that long.
    pub(crate) fn is_silent_for(&self, limit: Duration) -> bool {
        self.silence.get().lasts(Instant::now()) >= limit
    }
}
