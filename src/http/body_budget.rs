//! How many bytes of component bodies may be here while they come.
//!
//! A body takes room as soon as its length is told, or else as its pieces come. Where there is none left it is not read
//! on, and its connection holds it back; a body that is urgent goes on.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};
use std::time::{Duration, Instant};

/// The room for bodies on their way in.
#[derive(Debug)]
pub struct Intake {
    limit_bytes: usize,
    /// Bytes of bodies that are here and still needed.
    held_bytes: Cell<usize>,
    arriving_bytes: Cell<usize>,
    urgent: Cell<[usize; 2]>,
    /// The bodies that wait for room.
    waiting: RefCell<Vec<Waker>>,
}

/// The room of one body, given back when it is dropped.
#[derive(Debug)]
pub(crate) struct Claim {
    /// Where and for whom; `None` where nobody counts.
    of: Option<(Rc<Intake>, usize)>,
    bytes: Cell<usize>,
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
    pub fn update(&self, held_bytes: usize, urgent: [usize; 2]) {
        let held_before = self.held_bytes.replace(held_bytes);
        let urgent_before = self.urgent.replace(urgent);
        if held_bytes < held_before || urgent != urgent_before {
            self.wake();
        }
    }

    /// Takes no room yet for a component of a place.
    pub(crate) fn claim(self: &Rc<Self>, place: usize) -> Claim {
        Claim::of(Some((Rc::clone(self), place)))
    }

    fn has_room(&self, bytes: usize, place: usize) -> bool {
        self.held_bytes.get() + self.arriving_bytes.get() + bytes <= self.limit_bytes
            || self.urgent.get().contains(&place)
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

    fn of(of: Option<(Rc<Intake>, usize)>) -> Self {
        Self {
            of,
            bytes: Cell::default(),
        }
    }

    /// Waits until there is room for so many bytes of this body in all; returns how long.
    pub(crate) async fn reach(&self, bytes: usize) -> Duration {
        let Some((intake, place)) = &self.of else {
            return Duration::ZERO;
        };
        let further = bytes.saturating_sub(self.bytes.get());
        if further == 0 {
            return Duration::ZERO;
        }
        let mut since = None;
        poll_fn(|context| {
            if intake.has_room(further, *place) {
                return Poll::Ready(());
            }
            intake.waiting.borrow_mut().push(context.waker().clone());
            since.get_or_insert_with(Instant::now);
            Poll::Pending
        })
        .await;
        intake
            .arriving_bytes
            .set(intake.arriving_bytes.get() + further);
        self.bytes.set(bytes);
        since.map_or(Duration::ZERO, |since| since.elapsed())
    }

    /// Gives the room back, because the body is dropped.
    pub(crate) fn reset(&self) {
        let bytes = self.bytes.take();
        if let Some((intake, _)) = &self.of
            && bytes > 0
        {
            intake.give_back(bytes);
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

    #[test]
    fn a_body_waits_until_another_is_dropped_or_it_is_urgent() {
        let intake = Intake::new(100);
        let claims = [1, 2, 3].map(|index| intake.claim(index));
        let reaches = |claim: &Claim, bytes| claim.reach(bytes).now_or_never().is_some();
        assert!(reaches(&claims[0], 60) && !reaches(&claims[1], 60));
        assert!(reaches(&claims[1], 40));
        assert!(reaches(&claims[1], 30), "it is there");
        assert_eq!(intake.arriving_bytes(), 100);
        intake.update(0, [0, 3]);
        assert!(reaches(&claims[2], 1000));
        claims[2].reset();
        drop(claims);
        assert_eq!(intake.arriving_bytes(), 0);
    }

    #[test]
    fn what_is_here_counts_too() {
        let intake = Intake::new(100);
        intake.update(90, [0, 0]);
        let claim = intake.claim(1);
        let mut reach = Box::pin(claim.reach(20));
        assert_eq!(reach.as_mut().now_or_never(), None);
        intake.update(80, [0, 0]);
        assert!(reach.now_or_never().is_some_and(|waited| !waited.is_zero()));
    }
}
