//! The ways of one request: which is tried next, and what came of each.

use std::time::Duration;

use tokio::time::Instant;

use super::retry::Tries;
use crate::http::error::{Class, Fault};
use crate::source::resource::Route;

/// The ways of a request, the best first.
#[derive(Debug)]
pub(crate) struct Ways(Vec<Way>);

/// One of them.
#[derive(Debug)]
pub(crate) struct Way {
    /// Where it leads.
    pub(crate) route: Route,
    /// Its tries so far.
    pub(crate) tries: Tries,
    /// What came of the last one.
    fault: Option<Fault>,
    /// When it is tried again.
    not_before: Option<Instant>,
    is_over: bool,
}

impl Ways {
    /// Starts with no try on any of them.
    pub(crate) fn new(routes: &[Route]) -> Self {
        let count = u32::try_from(routes.len()).unwrap_or(1);
        let way = |&route| Way {
            route,
            tries: Tries::one_of(count),
            fault: None,
            not_before: None,
            is_over: false,
        };
        Self(routes.iter().map(way).collect())
    }

    /// Returns the way that can be tried first; none if all have come to their end.
    pub(crate) fn next(&mut self) -> Option<&mut Way> {
        let open = self.0.iter_mut().filter(|way| !way.is_over);
        open.min_by_key(|way| way.not_before)
    }

    /// Returns why none of them led to an answer.
    pub(crate) fn fault(self) -> Fault {
        let mut faults = self.0.into_iter().filter_map(|way| way.fault);
        let first = faults.next();
        let mut fault = first.unwrap_or_else(|| Fault::new(Class::Connect, "it was not asked for"));
        if let Some(other) = faults.next().filter(|other| other.cause != fault.cause) {
            fault.cause = format!("{}, and from the API: {}", fault.cause, other.cause);
        }
        fault
    }
}

impl Way {
    /// Returns until when it waits, and whether because it was told to.
    pub(crate) fn waits_until(&self) -> Option<(Instant, bool)> {
        let is_throttled = self
            .fault
            .as_ref()
            .is_some_and(|fault| fault.class == Class::Throttled);
        self.not_before.map(|until| (until, is_throttled))
    }

    /// Takes what came of a try, and how long to wait for the next; without one, this is the end.
    pub(crate) fn note(&mut self, fault: Fault, wait: Option<Duration>) {
        self.fault = Some(fault);
        self.not_before = wait.map(|wait| Instant::now() + wait);
        self.is_over = wait.is_none();
    }
}
