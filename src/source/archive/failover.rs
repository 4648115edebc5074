//! Failover between the routes of one item: which is tried next, and what came of each.

use crate::http::error::{ErrorKind, HttpError};
use crate::source::resource::Route;

/// The routes of an item.
#[derive(Debug)]
pub(crate) struct Failover {
    /// Those that are not over, the next to try first; when all are, the last that was.
    open: Vec<Route>,
    is_over: bool,
    /// What came of each so far, the best route first.
    states: Vec<RouteState>,
}

#[derive(Debug)]
struct RouteState {
    route: Route,
    /// What came of the last try.
    error: Option<HttpError>,
    /// Faults that are the item's own.
    own_faults: u32,
}

impl Failover {
    /// Starts with no try on any route.
    pub(crate) fn new(routes: &[Route]) -> Self {
        let state = |&route| RouteState {
            route,
            error: None,
            own_faults: 0,
        };
        Self {
            open: routes.to_vec(),
            is_over: false,
            states: routes.iter().map(state).collect(),
        }
    }

    /// Returns the route to try next: the first, unless its host is late and another's is not.
    pub(crate) fn next(&self, is_late: impl Fn(Route) -> bool) -> Route {
        let alive = self.open.iter().find(|route| !is_late(**route));
        *alive.unwrap_or(&self.open[0])
    }

    /// Returns the routes that are not over, the next to try first.
    pub(crate) fn open(&self) -> &[Route] {
        &self.open
    }

    /// Tells whether no route is left.
    pub(crate) fn is_over(&self) -> bool {
        self.is_over
    }

    /// Tells whether a route was tried before.
    pub(crate) fn was_tried(&self, route: Route) -> bool {
        self.states
            .iter()
            .any(|state| state.route == route && state.error.is_some())
    }

    /// Takes note of an error on a route.
    pub(crate) fn record(&mut self, route: Route, error: HttpError) {
        if let Some(state) = self.state(route) {
            state.error = Some(error);
        }
    }

    /// Takes note that a fault is the item's own, which is asked for elsewhere next; the route is over after so many.
    pub(crate) fn record_own(&mut self, route: Route, tries: u32) {
        let Some(state) = self.state(route) else {
            return;
        };
        state.own_faults += 1;
        if state.own_faults < tries {
            self.turn_from(route);
        } else if self.open.len() > 1 {
            self.open.retain(|open| *open != route);
        } else {
            self.is_over = true;
        }
    }

    /// Puts a route behind the others.
    pub(crate) fn turn_from(&mut self, route: Route) {
        self.open.sort_by_key(|open| *open == route);
    }

    fn state(&mut self, route: Route) -> Option<&mut RouteState> {
        self.states.iter_mut().find(|state| state.route == route)
    }

    /// Returns why none of them led to an answer: what the best says, and what the other says if it is another thing.
    pub(crate) fn error(self) -> HttpError {
        let mut errors = self.states.into_iter().filter_map(|state| state.error);
        let first = errors.next();
        let mut error =
            first.unwrap_or_else(|| HttpError::new(ErrorKind::Connect, "it was not asked for"));
        if let Some(other) = errors.next().filter(|other| other.cause != error.cause) {
            error.cause = format!("{}, and from the API: {}", error.cause, other.cause);
        }
        error
    }
}
