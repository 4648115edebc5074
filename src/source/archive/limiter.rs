//! The gate before a host: lets through as many requests as its [`Concurrency`] allows, in the order they came.

use std::cell::{Cell, RefCell};

use tokio::sync::{Semaphore, SemaphorePermit};

use super::concurrency::{Concurrency, Round};
use crate::http::error::{Class, Fault};

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
}
