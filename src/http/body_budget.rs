//! Budget of the bytes that bodies may take while they come.
//!
//! A body reserves room as soon as its length is known, or else as its pieces come. Where there is none left it is not
//! read on, and its connection holds it back; a body that is urgent goes on.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};
use std::time::{Duration, Instant};

/// The budget for bodies that are coming.
#[derive(Debug)]
pub(crate) struct BodyBudget {
    limit_bytes: usize,
    /// Bytes of bodies that are here and still needed.
    held_bytes: Cell<usize>,
    arriving_bytes: Cell<usize>,
    urgent: Cell<[usize; 2]>,
    /// The bodies that wait for room.
    waiting: RefCell<Vec<Waker>>,
}

/// The reservation of one body, given back when it is dropped.
#[derive(Debug)]
pub(crate) struct Reservation {
    /// The budget, and the place that the body is for; `None` where nobody counts.
    of: Option<(Rc<BodyBudget>, usize)>,
    bytes: Cell<usize>,
}

impl BodyBudget {
    /// Makes room for so many bytes.
    pub(crate) fn new(limit_bytes: usize) -> Rc<Self> {
        Rc::new(Self {
            limit_bytes,
            held_bytes: Cell::default(),
            arriving_bytes: Cell::default(),
            urgent: Cell::default(),
            waiting: RefCell::default(),
        })
    }

    /// Returns how many bytes are on their way.
    pub(crate) fn arriving_bytes(&self) -> usize {
        self.arriving_bytes.get()
    }

    /// Says how many bytes are here and still needed, and which places go on without room.
    pub(crate) fn update(&self, held_bytes: usize, urgent: [usize; 2]) {
        let held_before = self.held_bytes.replace(held_bytes);
        let urgent_before = self.urgent.replace(urgent);
        if held_bytes < held_before || urgent != urgent_before {
            self.wake();
        }
    }

    /// Starts the reservation of a body for a place, with no room yet.
    pub(crate) fn reservation(self: &Rc<Self>, place: usize) -> Reservation {
        Reservation::of(Some((Rc::clone(self), place)))
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

impl Reservation {
    /// A reservation without a budget.
    pub(crate) fn uncounted() -> Self {
        Self::of(None)
    }

    fn of(of: Option<(Rc<BodyBudget>, usize)>) -> Self {
        Self {
            of,
            bytes: Cell::default(),
        }
    }

    /// Waits until there is room for so many bytes of this body in all; returns how long.
    pub(crate) async fn grow_to(&self, bytes: usize) -> Duration {
        let Some((budget, place)) = &self.of else {
            return Duration::ZERO;
        };
        let further = bytes.saturating_sub(self.bytes.get());
        if further == 0 {
            return Duration::ZERO;
        }
        let mut since = None;
        poll_fn(|context| {
            if budget.has_room(further, *place) {
                return Poll::Ready(());
            }
            budget.waiting.borrow_mut().push(context.waker().clone());
            since.get_or_insert_with(Instant::now);
            Poll::Pending
        })
        .await;
        budget
            .arriving_bytes
            .set(budget.arriving_bytes.get() + further);
        self.bytes.set(bytes);
        since.map_or(Duration::ZERO, |since| since.elapsed())
    }

    /// Gives the room back, because the body is dropped.
    pub(crate) fn reset(&self) {
        let bytes = self.bytes.take();
        if let Some((budget, _)) = &self.of
            && bytes > 0
        {
            budget.give_back(bytes);
        }
    }
}

impl Drop for Reservation {
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
        let budget = BodyBudget::new(100);
        let reservations = [1, 2, 3].map(|index| budget.reservation(index));
        let grows_to =
            |reservation: &Reservation, bytes| reservation.grow_to(bytes).now_or_never().is_some();
        assert!(grows_to(&reservations[0], 60) && !grows_to(&reservations[1], 60));
        assert!(grows_to(&reservations[1], 40));
        assert!(grows_to(&reservations[1], 30), "it is there");
        assert_eq!(budget.arriving_bytes(), 100);
        budget.update(0, [0, 3]);
        assert!(grows_to(&reservations[2], 1000));
        reservations[2].reset();
        drop(reservations);
        assert_eq!(budget.arriving_bytes(), 0);
    }

    #[test]
    fn what_is_here_counts_too() {
        let budget = BodyBudget::new(100);
        budget.update(90, [0, 0]);
        let reservation = budget.reservation(1);
        let mut grow_to = Box::pin(reservation.grow_to(20));
        assert_eq!(grow_to.as_mut().now_or_never(), None);
        budget.update(80, [0, 0]);
        assert!(
            grow_to
                .now_or_never()
                .is_some_and(|waited| !waited.is_zero())
        );
    }
}
