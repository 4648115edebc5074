//! Limiter of the requests that a host gets at the same time: fewer while it is overloaded, more when it recovers.
//!
//! Additive increase, multiplicative decrease, as TCP does it (RFC 5681).

use std::cell::{Cell, RefCell};

use tokio::sync::{Semaphore, SemaphorePermit};

use crate::http::error::{ErrorKind, HttpError};

/// How much the limit grows while as many good answers come as it allows requests.
const GROWTH_A_ROUND: f64 = 4.0;
/// How many overloaded answers in a row are taken for a host that has too much to do; fewer may come of one resource.
const OVERLOADS_MAX: u32 = 3;

/// The limiter of a host: lets through as many requests as its [`Concurrency`] allows, in the order they came.
#[derive(Debug)]
pub(crate) struct Limiter {
    concurrency: RefCell<Concurrency>,
    permits: Semaphore,
    /// The permits there are, those of requests on their way included.
    granted: Cell<usize>,
}

/// The permit of a request that is being sent.
pub(crate) struct Permit<'l> {
    limiter: &'l Limiter,
    round: Round,
    permit: Option<SemaphorePermit<'l>>,
}

impl Limiter {
    /// Allows so many at the most.
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
    pub(crate) async fn acquire(&self) -> Permit<'_> {
        // Never closed, so the permit comes.
        let permit = self.permits.acquire().await.ok();
        Permit {
            limiter: self,
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

impl Permit<'_> {
    /// Records what came of the request: a good answer, or an error.
    pub(crate) fn record<T>(&self, result: &Result<T, HttpError>) {
        let mut concurrency = self.limiter.concurrency.borrow_mut();
        match result.as_ref().map_err(|error| error.kind) {
            Ok(_) => concurrency.record_success(),
            Err(ErrorKind::Throttled) => concurrency.record_throttling(self.round),
            Err(
                ErrorKind::Status | ErrorKind::Timeout | ErrorKind::Connect | ErrorKind::SlowBody,
            ) => {
                concurrency.record_overload(self.round);
            }
            Err(_) => {}
        }
        drop(concurrency);
        self.limiter.adjust();
    }

    /// Lets the next one through. The answer has begun, and its body may have to wait for memory, which another request
    /// may have to free.
    pub(crate) fn release(&mut self) {
        let limiter = self.limiter;
        let Some(permit) = self.permit.take() else {
            return;
        };
        if limiter.granted.get() > limiter.concurrency.borrow().limit() {
            permit.forget();
            limiter.granted.set(limiter.granted.get() - 1);
        }
    }
}

impl Drop for Permit<'_> {
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
    overloads: u32,
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
            overloads: 0,
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

    /// Records a good answer.
    pub(crate) fn record_success(&mut self) {
        self.overloads = 0;
        self.limit = (self.limit + GROWTH_A_ROUND / self.limit).min(self.max);
    }

    /// Records an answer that says that there were too many: half as many, once for all that were sent together.
    pub(crate) fn record_throttling(&mut self, sent: Round) {
        if sent.0 == self.round {
            self.round = self.round.wrapping_add(1);
            self.overloads = 0;
            self.limit = (self.limit / 2.0).max(1.0);
        }
    }

    /// Records an error that may come of too many; several in a row do.
    pub(crate) fn record_overload(&mut self, sent: Round) {
        self.overloads += 1;
        if self.overloads >= OVERLOADS_MAX {
            self.record_throttling(sent);
        }
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt as _;

    use super::*;

    #[test]
    fn an_answer_that_has_begun_holds_nobody_up() {
        let limiter = Limiter::new(1);
        let mut permit = limiter.acquire().now_or_never().expect("room");
        assert!(limiter.acquire().now_or_never().is_none());
        permit.release();
        assert!(limiter.acquire().now_or_never().is_some());
    }

    #[test]
    fn fewer_permits_after_throttling_and_more_again_after_good_answers() {
        let limiter = Limiter::new(4);
        let throttled = Err::<(), _>(HttpError::new(ErrorKind::Throttled, ""));
        let mut permits: Vec<_> = std::iter::from_fn(|| limiter.acquire().now_or_never()).collect();
        assert_eq!(permits.len(), 4);
        permits[0].record(&throttled);
        permits[1].record(&throttled);
        permits.truncate(2);
        assert!(
            limiter.acquire().now_or_never().is_none(),
            "two of two are out"
        );
        permits.truncate(1);
        let permit = limiter.acquire().now_or_never().expect("room for one");
        for _ in 0..4 {
            permit.record(&Ok(()));
        }
        assert!(limiter.acquire().now_or_never().is_some(), "room again");
        drop((permit, permits));
        let permits: Vec<_> = std::iter::from_fn(|| limiter.acquire().now_or_never()).collect();
        assert_eq!(permits.len(), limiter.granted.get());
    }

    #[test]
    fn those_sent_together_halve_it_once() {
        let mut concurrency = Concurrency::new(64);
        let first = concurrency.round();
        (0..64).for_each(|_| concurrency.record_throttling(first));
        assert_eq!(concurrency.limit(), 32);
        concurrency.record_throttling(concurrency.round());
        assert_eq!(concurrency.limit(), 16);
        (0..10).for_each(|_| concurrency.record_throttling(concurrency.round()));
        assert_eq!(concurrency.limit(), 1, "never none");
    }

    #[test]
    fn it_recovers_with_good_answers_up_to_the_most() {
        let mut concurrency = Concurrency::new(64);
        (0..6).for_each(|_| concurrency.record_throttling(concurrency.round()));
        (0..400).for_each(|_| concurrency.record_success());
        assert!(concurrency.limit() > 32, "{concurrency:?}");
        (0..400).for_each(|_| concurrency.record_success());
        assert_eq!(concurrency.limit(), 64);
    }

    #[test]
    fn one_error_is_that_of_a_resource_and_a_burst_that_of_the_host() {
        let mut concurrency = Concurrency::new(64);
        for _ in 0..10 {
            concurrency.record_overload(concurrency.round());
            concurrency.record_overload(concurrency.round());
            concurrency.record_success();
        }
        assert_eq!(concurrency.limit(), 64);
        (0..3).for_each(|_| concurrency.record_overload(concurrency.round()));
        assert_eq!(concurrency.limit(), 32);
    }
}
