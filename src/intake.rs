//! How many bytes of component bodies may be here while they come.
//!
//! A body takes room as soon as its length is told, or else as its pieces come. Where there is none left it is not read
//! on, and its connection holds it back; what the walk calls [urgent](crate::tree::Window::urgent) goes on.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};
use std::time::{Duration, Instant};

use crate::tree::NodeId;

/// The room for bodies on their way in.
#[derive(Debug)]
pub struct Intake {
    limit_bytes: usize,
    /// Bytes of bodies that are here and still needed.
    held_bytes: Cell<usize>,
    arriving_bytes: Cell<usize>,
    urgent: Cell<[NodeId; 2]>,
    /// The bodies that wait for room.
    waiting: RefCell<Vec<Waker>>,
}

/// The room of one body, given back when it is dropped.
#[derive(Debug)]
pub(crate) struct Claim {
    /// Where and for whom; `None` where nobody counts.
    of: Option<(Rc<Intake>, NodeId)>,
    bytes: Cell<usize>,
    /// Since when it waits for room, and how long it did before.
    waits_since: Cell<Option<Instant>>,
    waited: Cell<Duration>,
}

impl Intake {
    /// Makes room for so many bytes.
    pub fn new(limit_bytes: usize) -> Rc<Self> {
        Rc::new(Self {
            limit_bytes,
            held_bytes: Cell::default(),
            arriving_bytes: Cell::default(),
            urgent: Cell::default(),
            waiting: RefCell::default(),
        })
    }

    /// Returns how many bytes are on their way.
    pub fn arriving_bytes(&self) -> usize {
        self.arriving_bytes.get()
    }

    /// Says how many bytes are here and still needed, and which places go on without room.
    pub fn update(&self, held_bytes: usize, urgent: [NodeId; 2]) {
        let held_before = self.held_bytes.replace(held_bytes);
        let urgent_before = self.urgent.replace(urgent);
        if held_bytes < held_before || urgent != urgent_before {
            self.wake();
        }
    }

    /// Takes no room yet for a component of a place.
    pub(crate) fn claim(self: &Rc<Self>, node: NodeId) -> Claim {
        Claim::of(Some((Rc::clone(self), node)))
    }

    fn has_room(&self, bytes: usize, node: NodeId) -> bool {
        self.held_bytes.get() + self.arriving_bytes.get() + bytes <= self.limit_bytes
            || self.urgent.get().contains(&node)
    }

    fn give_back(&self, bytes: usize) {
        self.arriving_bytes.set(self.arriving_bytes.get() - bytes);
        self.wake();
    }

    fn wake(&self) {
        self.waiting.borrow_mut().drain(..).for_each(Waker::wake);
    }
}

impl Claim {
    /// The room of a body that nobody counts.
    pub(crate) fn uncounted() -> Self {
        Self::of(None)
    }

    fn of(of: Option<(Rc<Intake>, NodeId)>) -> Self {
        Self {
            of,
            bytes: Cell::default(),
            waits_since: Cell::default(),
            waited: Cell::default(),
        }
    }

    /// Waits until there is room for so many bytes of this body in all.
    pub(crate) async fn reach(&self, bytes: usize) {
        let Some((intake, node)) = &self.of else {
            return;
        };
        let further = bytes.saturating_sub(self.bytes.get());
        if further == 0 {
            return;
        }
        poll_fn(|context| {
            if intake.has_room(further, *node) {
                return Poll::Ready(());
            }
            intake.waiting.borrow_mut().push(context.waker().clone());
            self.waits_since
                .set(self.waits_since.get().or_else(|| Some(Instant::now())));
            Poll::Pending
        })
        .await;
        self.stop_waiting();
        intake
            .arriving_bytes
            .set(intake.arriving_bytes.get() + further);
        self.bytes.set(bytes);
    }

    /// Gives the room back, because the body is dropped.
    pub(crate) fn reset(&self) {
        self.waits_since.set(None);
        let bytes = self.bytes.take();
        if let Some((intake, _)) = &self.of
            && bytes > 0
        {
            intake.give_back(bytes);
        }
    }

    /// Returns how long the body waited for room since this was asked the last time.
    pub(crate) fn take_waited(&self) -> Duration {
        if self.waits_since.get().is_some() {
            self.stop_waiting();
            self.waits_since.set(Some(Instant::now()));
        }
        self.waited.take()
    }

    fn stop_waiting(&self) {
        if let Some(since) = self.waits_since.take() {
            self.waited.set(self.waited.get() + since.elapsed());
        }
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        self.reset();
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt as _;

    use super::*;

    fn node(index: usize) -> NodeId {
        NodeId::from(index)
    }

    #[test]
    fn a_body_waits_until_another_is_dropped_or_it_is_urgent() {
        let intake = Intake::new(100);
        let claims = [1, 2, 3].map(|index| intake.claim(node(index)));
        assert_eq!(claims[0].reach(60).now_or_never(), Some(()));
        assert_eq!(claims[1].reach(60).now_or_never(), None);
        assert_eq!(claims[1].reach(40).now_or_never(), Some(()));
        assert_eq!(claims[1].reach(30).now_or_never(), Some(()), "it is there");
        assert_eq!(intake.arriving_bytes(), 100);
        intake.update(0, [node(0), node(3)]);
        assert_eq!(claims[2].reach(1000).now_or_never(), Some(()));
        claims[2].reset();
        drop(claims);
        assert_eq!(intake.arriving_bytes(), 0);
    }

    #[test]
    fn what_is_here_counts_too() {
        let intake = Intake::new(100);
        intake.update(90, [node(0), node(0)]);
        let claim = intake.claim(node(1));
        let mut reach = Box::pin(claim.reach(20));
        assert_eq!(reach.as_mut().now_or_never(), None);
        intake.update(80, [node(0), node(0)]);
        assert_eq!(reach.now_or_never(), Some(()));
    }
}
