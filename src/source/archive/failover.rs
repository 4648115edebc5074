//! Failover between the routes of one resource: which is tried next, and what came of each.

use std::time::Duration;

use tokio::time::Instant;

use super::retry::RetryState;
use crate::http::error::{ErrorKind, HttpError};
use crate::source::resource::Route;

/// The routes of a resource, the best first.
#[derive(Debug)]
pub(crate) struct Failover(Vec<RouteState>);

/// A route, and what came of it so far.
#[derive(Debug)]
pub(crate) struct RouteState {
    /// Where it leads.
    pub(crate) route: Route,
    /// How often it was tried so far.
    pub(crate) retry_state: RetryState,
    /// What came of the last one.
    error: Option<HttpError>,
    /// When it is tried again.
    not_before: Option<Instant>,
    is_over: bool,
}

impl Failover {
    /// Starts with no try on any route.
    pub(crate) fn new(routes: &[Route]) -> Self {
        let count = u32::try_from(routes.len()).unwrap_or(1);
        let route_state = |&route| RouteState {
            route,
            retry_state: RetryState::one_of(count),
            error: None,
            not_before: None,
            is_over: false,
        };
        Self(routes.iter().map(route_state).collect())
    }

    /// Returns the route that can be tried first; none if all are over.
    pub(crate) fn next(&mut self) -> Option<&mut RouteState> {
        let open = self.0.iter_mut().filter(|route_state| !route_state.is_over);
        open.min_by_key(|route_state| route_state.not_before)
    }

    /// Returns why none of them led to an answer.
    pub(crate) fn error(self) -> HttpError {
        let mut errors = self
            .0
            .into_iter()
            .filter_map(|route_state| route_state.error);
        let first = errors.next();
        let mut error =
            first.unwrap_or_else(|| HttpError::new(ErrorKind::Connect, "it was not asked for"));
        if let Some(other) = errors.next().filter(|other| other.cause != error.cause) {
            error.cause = format!("{}, and from the API: {}", error.cause, other.cause);
        }
        error
    }
}

impl RouteState {
    /// Returns until when it waits, and whether because the host asked for it.
    pub(crate) fn waits_until(&self) -> Option<(Instant, bool)> {
        let is_throttled = self
            .error
            .as_ref()
            .is_some_and(|error| error.kind == ErrorKind::Throttled);
        self.not_before.map(|until| (until, is_throttled))
    }

    /// Records an error, and how long to wait before the next try; without a wait this route is over.
    pub(crate) fn record_failure(&mut self, error: HttpError, wait: Option<Duration>) {
        self.error = Some(error);
        self.not_before = wait.map(|wait| Instant::now() + wait);
        self.is_over = wait.is_none();
    }
}
