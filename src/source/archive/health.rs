//! The two services of the archive, manifests and components, and how each is told from the items it is asked for.

use std::cell::{Cell, OnceCell};
use std::time::{Duration, Instant};

use tokio::sync::Mutex;

use super::silence::Silence;
use crate::http::error::Class;
use crate::source::resource::Question;

/// How many items fail before it is the service, where none was ever answered: one or two may be lost, a handful of
/// different ones that are all there is are not.
const FAILED_FIRST_MAX: u32 = 4;

/// What is asked for in the same way, and fails together.
#[derive(Debug, Default)]
pub(crate) struct Service {
    /// How long it has had no good answer.
    pub(crate) silence: Cell<Silence>,
    /// Something that was answered well.
    pub(crate) known: OnceCell<Question>,
    /// How many items could not be reached before one was answered well.
    failed_first: Cell<u32>,
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

    /// Takes the last fault of an item, and returns what to tell the item from the service by; nothing, where nothing was
    /// answered yet and too few items have failed.
    pub(crate) fn yardstick<'q>(
        &'q self,
        item: &'q Question,
        class: Class,
    ) -> Option<&'q Question> {
        if self.known.get().is_some() {
            return self.known.get();
        }
        if class.is_of_content() || matches!(class, Class::NotFound | Class::Refused) {
            return None;
        }
        self.failed_first
            .set(self.failed_first.get().saturating_add(1));
        (self.failed_first.get() >= FAILED_FIRST_MAX).then_some(item)
    }

    /// Tells whether the silence is that long.
    pub(crate) fn is_silent_for(&self, limit: Duration) -> bool {
        self.silence.get().lasts(Instant::now()) >= limit
    }
}
