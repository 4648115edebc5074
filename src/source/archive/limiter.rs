//! How many requests a host gets at the same time: fewer while it is short of breath, more again when it recovers.
//!
//! Additive increase, multiplicative decrease, as TCP does it (RFC 5681).

use std::cell::{Cell, RefCell};

use tokio::sync::{Semaphore, SemaphorePermit};

use crate::http::error::{Class, Fault};

/// How much the limit grows while as many good answers come as it allows requests.
const GROWTH_A_ROUND: f64 = 4.0;
/// How many strained answers in a row are taken for a host that has too much to do; fewer may be those of an item.
const STRAINED_MAX: u32 = 3;

/// The gate before a host.
#[derive(Debug)]
pub(crate) struct Gate {
    concurrency: RefCell<Concurrency>,
    permits: Semaphore,
    /// The permits there are, those of requests on their way included.
    granted: Cell<usize>,
}

/// A request on its way.
pub(crate) struct Pass<'g> {
    gate: &'g Gate,
    round: Round,
    permit: Option<SemaphorePermit<'g>>,
}

impl Gate {
    /// Opens a gate for so many at the most.
    pub(crate) fn new(max: u32) -> Self {
        let concurrency = Concurrency::new(max);
        let granted = concurrency.limit();
        Self {
            permits: Semaphore::new(granted),
            granted: Cell::new(granted),
            concurrency: RefCell::new(concurrency),
        }
    }

    /// Waits for its turn.
    pub(crate) async fn enter(&self) -> Pass<'_> {
        // Never closed, so the permit comes.
        let permit = self.permits.acquire().await.ok();
        Pass {
            gate: self,
            round: self.concurrency.borrow().round(),
            permit,
        }
    }

    fn adjust(&self) {
        let (limit, granted) = (self.concurrency.borrow().limit(), self.granted.get());
        if limit > granted {
            self.permits.add_permits(limit - granted);
            self.granted.set(limit);
        } else if limit < granted {
            let forgotten = self.permits.forget_permits(granted - limit);
            self.granted.set(granted - forgotten);
        }
    }
}

impl Pass<'_> {
    /// Says what came of the request: a good answer, or a fault.
    pub(crate) fn learn<T>(&self, result: &Result<T, Fault>) {
        let mut concurrency = self.gate.concurrency.borrow_mut();
        match result.as_ref().map_err(|fault| fault.class) {
            Ok(_) => concurrency.grow(),
            Err(Class::Throttled) => concurrency.shrink(self.round),
            Err(Class::Status | Class::Timeout | Class::Connect | Class::SlowBody) => {
                concurrency.strain(self.round);
            }
            Err(_) => {}
        }
        drop(concurrency);
        self.gate.adjust();
    }

    /// Lets the next one through. The answer has begun, and its body may have to wait for memory, which another request
    /// may have to free.
    pub(crate) fn release(&mut self) {
        let gate = self.gate;
        let Some(permit) = self.permit.take() else {
            return;
        };
        if gate.granted.get() > gate.concurrency.borrow().limit() {
            permit.forget();
            gate.granted.set(gate.granted.get() - 1);
        }
    }
}

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        self.release();
    }
}

/// The number of requests that a host may get at the same time.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Concurrency {
    limit: f64,
    max: f64,
    round: u32,
    strained: u32,
}

/// When a request was sent, in rounds between decreases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Round(u32);

impl Concurrency {
    /// Starts at the most that there may be.
    pub(crate) fn new(max: u32) -> Self {
        Self {
            limit: max.into(),
            max: max.into(),
            round: 0,
            strained: 0,
        }
    }

    /// Returns how many there may be now, at least one.
    pub(crate) fn limit(&self) -> usize {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "from 1 to the most, which was a u32"
        )]
        let limit = self.limit as usize;
        limit
    }

    /// Returns the round that a request sent now belongs to.
    pub(crate) fn round(&self) -> Round {
        Round(self.round)
    }

    /// Takes a good answer.
    pub(crate) fn grow(&mut self) {
        self.strained = 0;
        self.limit = (self.limit + GROWTH_A_ROUND / self.limit).min(self.max);
    }

    /// Takes an answer that says that there were too many: half as many, once for all that were sent together.
    pub(crate) fn shrink(&mut self, sent: Round) {
        if sent.0 == self.round {
            self.round = self.round.wrapping_add(1);
            self.strained = 0;
            self.limit = (self.limit / 2.0).max(1.0);
        }
    }

    /// Takes a fault that may come of too many; several in a row do.
    pub(crate) fn strain(&mut self, sent: Round) {
        self.strained += 1;
        if self.strained >= STRAINED_MAX {
            self.shrink(sent);
        }
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt as _;

    use super::*;

    #[test]
    fn an_answer_that_has_begun_holds_nobody_up() {
        let gate = Gate::new(1);
        let mut pass = gate.enter().now_or_never().expect("room");
        assert!(gate.enter().now_or_never().is_none());
        pass.release();
        assert!(gate.enter().now_or_never().is_some());
    }

    #[test]
    fn fewer_pass_after_throttling_and_more_again_after_good_answers() {
        let gate = Gate::new(4);
        let throttled = Err::<(), _>(Fault::new(Class::Throttled, ""));
        let mut passes: Vec<_> = std::iter::from_fn(|| gate.enter().now_or_never()).collect();
        assert_eq!(passes.len(), 4);
        passes[0].learn(&throttled);
        passes[1].learn(&throttled);
        passes.truncate(2);
        assert!(gate.enter().now_or_never().is_none(), "two of two are out");
        passes.truncate(1);
        let pass = gate.enter().now_or_never().expect("room for one");
        for _ in 0..4 {
            pass.learn(&Ok(()));
        }
        assert!(gate.enter().now_or_never().is_some(), "room again");
        drop((pass, passes));
        let passes: Vec<_> = std::iter::from_fn(|| gate.enter().now_or_never()).collect();
        assert_eq!(passes.len(), gate.granted.get());
    }

    #[test]
    fn those_sent_together_halve_it_once() {
        let mut concurrency = Concurrency::new(64);
        let first = concurrency.round();
        (0..64).for_each(|_| concurrency.shrink(first));
        assert_eq!(concurrency.limit(), 32);
        concurrency.shrink(concurrency.round());
        assert_eq!(concurrency.limit(), 16);
        (0..10).for_each(|_| concurrency.shrink(concurrency.round()));
        assert_eq!(concurrency.limit(), 1, "never none");
    }

    #[test]
    fn it_recovers_with_good_answers_up_to_the_most() {
        let mut concurrency = Concurrency::new(64);
        (0..6).for_each(|_| concurrency.shrink(concurrency.round()));
        (0..400).for_each(|_| concurrency.grow());
        assert!(concurrency.limit() > 32, "{concurrency:?}");
        (0..400).for_each(|_| concurrency.grow());
        assert_eq!(concurrency.limit(), 64);
    }

    #[test]
    fn one_fault_is_that_of_an_item_and_a_burst_that_of_the_host() {
        let mut concurrency = Concurrency::new(64);
        for _ in 0..10 {
            concurrency.strain(concurrency.round());
            concurrency.strain(concurrency.round());
            concurrency.grow();
        }
        assert_eq!(concurrency.limit(), 64);
        (0..3).for_each(|_| concurrency.strain(concurrency.round()));
        assert_eq!(concurrency.limit(), 32);
    }
}
