//! The log of a server: its requests in order, and how many of something there were at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time;

/// How long a test waits for something before it fails.
const WAIT_LIMIT: Duration = Duration::from_mins(1);

/// What a server has seen, in order.
#[derive(Debug)]
pub(crate) struct Log<T>(watch::Sender<Vec<T>>);

impl<T> Default for Log<T> {
    fn default() -> Self {
        Self(watch::Sender::new(Vec::new()))
    }
}

impl<T: Clone> Log<T> {
    /// Adds an entry.
    pub(crate) fn push(&self, entry: T) {
        self.0.send_modify(|entries| entries.push(entry));
    }

    /// All entries until now.
    pub(crate) fn all(&self) -> Vec<T> {
        self.0.borrow().clone()
    }

    /// How many entries are so.
    pub(crate) fn count(&self, mut is_so: impl FnMut(&T) -> bool) -> usize {
        self.0.borrow().iter().filter(|entry| is_so(entry)).count()
    }

    /// Waits until so many entries are so; panics when [`WAIT_LIMIT`] is over.
    pub(crate) async fn wait_for(
        &self,
        wanted: usize,
        mut is_so: impl FnMut(&T) -> bool,
    ) -> Vec<T> {
        let mut entries = self.0.subscribe();
        let enough = entries
            .wait_for(|entries| entries.iter().filter(|entry| is_so(entry)).count() >= wanted);
        let seen = time::timeout(WAIT_LIMIT, enough)
            .await
            .expect("the requests waited for should come");
        seen.expect("the log outlives the borrow").clone()
    }
}

/// How many of something there are, and the most there ever were at once.
#[derive(Debug, Default)]
pub(crate) struct Gauge {
    now: AtomicUsize,
    most: AtomicUsize,
}

impl Gauge {
    /// Counts one more until the guard is dropped.
    pub(crate) fn enter(self: &Arc<Self>) -> Present {
        let now = self.now.fetch_add(1, Ordering::SeqCst) + 1;
        self.most.fetch_max(now, Ordering::SeqCst);
        Present(Arc::clone(self))
    }

    /// Forgets how many there were before now.
    pub(crate) fn start_anew(&self) {
        self.most
            .store(self.now.load(Ordering::SeqCst), Ordering::SeqCst);
    }

    /// The most there ever were at once.
    pub(crate) fn most(&self) -> usize {
        self.most.load(Ordering::SeqCst)
    }
}

/// One that a [`Gauge`] counts.
#[derive(Debug)]
pub(crate) struct Present(Arc<Gauge>);

impl Drop for Present {
    fn drop(&mut self) {
        self.0.now.fetch_sub(1, Ordering::SeqCst);
    }
}
