//! Budget of the bytes that bodies may take while they come.
//!
//! A body reserves room as soon as its length is known, or else before its pieces are made. Where there is none left it
//! is not read on, and its connection holds it back; of those that are urgent, one at a time goes on.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};
use std::time::{Duration, Instant};

/// How many times its length a body takes while it comes and is read: as it is, and twice as the text in it, without its
/// escapes and then by itself.
const ARRIVING_WEIGHT: usize = 3;

/// The budget for bodies that are coming.
#[derive(Debug)]
pub(crate) struct BodyBudget {
    limit_bytes: usize,
    common: Rc<Common>,
    /// Bytes of bodies that are here and still needed.
    held_bytes: Cell<usize>,
    arriving_bytes: Cell<usize>,
    urgent: Cell<[usize; 2]>,
}

/// What budgets have in common that stand beside each other.
#[derive(Debug, Default)]
struct Common {
    /// How many reservations there were.
    reservations: Cell<usize>,
    /// The reservation that goes on without room.
    beyond: Cell<Option<usize>>,
    /// The bodies that wait for room.
    waiting: RefCell<Vec<Waker>>,
}

/// The reservation of one body, given back when it is dropped.
#[derive(Debug)]
pub(crate) struct Reservation {
    budget: Rc<BodyBudget>,
    number: usize,
    /// The place that the body is for.
    place: usize,
    bytes: Cell<usize>,
}

impl BodyBudget {
    /// Makes room for so many bytes.
    pub(crate) fn new(limit_bytes: usize) -> Rc<Self> {
        Self::with(limit_bytes, Rc::default())
    }

    /// Makes room for so many bytes more, for other places; of the bodies for both, one at a time goes on without room.
    pub(crate) fn beside(&self, limit_bytes: usize) -> Rc<Self> {
        Self::with(limit_bytes, Rc::clone(&self.common))
    }

    fn with(limit_bytes: usize, common: Rc<Common>) -> Rc<Self> {
        Rc::new(Self {
            limit_bytes,
            common,
            held_bytes: Cell::default(),
            arriving_bytes: Cell::default(),
            urgent: Cell::default(),
        })
    }

    /// Returns how many bytes are reserved for what is on its way.
    pub(crate) fn arriving_bytes(&self) -> usize {
        self.arriving_bytes.get()
    }

    /// Says how many bytes are here and still needed, and which places' bodies go on without room, one at a time.
    pub(crate) fn update(&self, held_bytes: usize, urgent: [usize; 2]) {
        let held_before = self.held_bytes.replace(held_bytes);
        let urgent_before = self.urgent.replace(urgent);
        if held_bytes < held_before || urgent != urgent_before {
            self.wake();
        }
    }

    /// Starts the reservation of a body for a place, with no room yet.
    pub(crate) fn reservation(self: &Rc<Self>, place: usize) -> Reservation {
        let number = self.common.reservations.get() + 1;
        self.common.reservations.set(number);
        Reservation {
            budget: Rc::clone(self),
            number,
            place,
            bytes: Cell::default(),
        }
    }

    /// Takes room for so many further bytes, if there is any or none is needed.
    fn take(&self, bytes: usize, reservation: &Reservation) -> bool {
        let arriving = self.arriving_bytes.get() + bytes;
        if self.held_bytes.get() + arriving > self.limit_bytes {
            let beyond = self.common.beyond.get().unwrap_or(reservation.number);
            if beyond != reservation.number || !self.urgent.get().contains(&reservation.place) {
                return false;
            }
            self.common.beyond.set(Some(beyond));
        }
        self.arriving_bytes.set(arriving);
        true
    }

    fn wake(&self) {
        let waiting = &self.common.waiting;
        waiting.borrow_mut().drain(..).for_each(Waker::wake);
    }
}

impl Reservation {
    /// A reservation without a bound.
    pub(crate) fn uncounted() -> Self {
        BodyBudget::new(usize::MAX).reservation(0)
    }

    /// Waits until there is room for a body of so many bytes in all; returns how long.
    pub(crate) async fn grow_to(&self, bytes: usize) -> Duration {
        let (budget, bytes) = (&self.budget, ARRIVING_WEIGHT * bytes);
        let further = bytes.saturating_sub(self.bytes.get());
        if further == 0 {
            return Duration::ZERO;
        }
        let mut since = None;
        poll_fn(|context| {
            if budget.take(further, self) {
                return Poll::Ready(());
            }
            let waiting = &budget.common.waiting;
            waiting.borrow_mut().push(context.waker().clone());
            since.get_or_insert_with(Instant::now);
            Poll::Pending
        })
        .await;
        self.bytes.set(bytes);
        since.map_or(Duration::ZERO, |since| since.elapsed())
    }

    /// Gives the room back, because the body is dropped.
    pub(crate) fn reset(&self) {
        let (budget, bytes) = (&self.budget, self.bytes.take());
        if bytes > 0 {
            if budget.common.beyond.get() == Some(self.number) {
                budget.common.beyond.set(None);
            }
            budget
                .arriving_bytes
                .set(budget.arriving_bytes.get() - bytes);
            budget.wake();
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
        let budget = BodyBudget::new(ARRIVING_WEIGHT * 100);
        let reservations = [1, 2, 3, 3].map(|index| budget.reservation(index));
        let grows_to =
            |reservation: &Reservation, bytes| reservation.grow_to(bytes).now_or_never().is_some();
        assert!(grows_to(&reservations[0], 60) && !grows_to(&reservations[1], 60));
        assert!(grows_to(&reservations[1], 40));
        assert!(grows_to(&reservations[1], 30), "it is there");
        assert_eq!(budget.arriving_bytes(), ARRIVING_WEIGHT * 100);
        budget.update(0, [0, 3]);
        assert!(grows_to(&reservations[2], 1000));
        assert!(!grows_to(&reservations[3], 1), "one at a time");
        reservations[2].reset();
        assert!(grows_to(&reservations[3], 1000));
        drop(reservations);
        assert_eq!(budget.arriving_bytes(), 0);
    }

    #[test]
    fn of_two_budgets_one_body_at_a_time_goes_on_without_room() {
        let budget = BodyBudget::new(1);
        let other = budget.beside(1);
        budget.update(0, [1, 1]);
        other.update(0, [1, 1]);
        let (one, next) = (budget.reservation(1), other.reservation(1));
        assert!(one.grow_to(5).now_or_never().is_some());
        assert!(next.grow_to(5).now_or_never().is_none());
        drop(one);
        assert!(next.grow_to(5).now_or_never().is_some());
    }

    #[test]
    fn what_is_here_counts_too() {
        let budget = BodyBudget::new(100);
        budget.update(90, [0, 0]);
        let reservation = budget.reservation(1);
        let mut grow_to = Box::pin(reservation.grow_to(6));
        assert_eq!(grow_to.as_mut().now_or_never(), None);
        budget.update(80, [0, 0]);
        assert!(
            grow_to
                .now_or_never()
                .is_some_and(|waited| !waited.is_zero())
        );
    }
}
