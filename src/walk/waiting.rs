//! Requests that wait: for their next try, or for an answer that is late. They hold no place among those in flight.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::rc::Rc;
use std::task::Poll;

use futures::task::AtomicWaker;

use super::discovery::NodeId;

/// The requests of a walk that wait.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    count: Cell<usize>,
    /// What changed since it was last looked at.
    changes: RefCell<Vec<Change>>,
    changed: AtomicWaker,
}

/// A request for a place begins or ends to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Change {
    pub(super) node: NodeId,
    pub(super) waits: bool,
}

/// Whether one request waits; once it is dropped it does not.
pub(super) struct Wait {
    waiting: Rc<Waiting>,
    node: NodeId,
    waits: Cell<bool>,
}

impl Waiting {
    /// Returns how many there are.
    pub(super) fn count(&self) -> usize {
        self.count.get()
    }

    /// Starts a request for a place, which does not wait yet.
    pub(super) fn request(self: &Rc<Self>, node: NodeId) -> Wait {
        Wait {
            waiting: Rc::clone(self),
            node,
            waits: Cell::new(false),
        }
    }

    /// Waits until a request begins or ends to wait.
    pub(super) async fn changed(&self) {
        poll_fn(|context| {
            self.changed.register(context.waker());
            if self.changes.borrow().is_empty() {
                Poll::Pending
            } else {
                Poll::Ready(())
            }
        })
        .await;
    }

    /// Returns what changed since the last time.
    pub(super) fn take_changes(&self) -> Vec<Change> {
        self.changes.take()
    }
}

impl Wait {
    /// Says whether it waits.
    pub(super) fn set(&self, waits: bool) {
        if self.waits.replace(waits) == waits {
            return;
        }
        let count = self.waiting.count.get();
        self.waiting
            .count
            .set(if waits { count + 1 } else { count - 1 });
        let change = Change {
            node: self.node,
            waits,
        };
        self.waiting.changes.borrow_mut().push(change);
        self.waiting.changed.wake();
    }
}

impl Drop for Wait {
    fn drop(&mut self) {
        self.set(false);
    }
}
