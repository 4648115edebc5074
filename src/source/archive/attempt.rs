//! Attempt: one request for an item, from its turn in the lane to what `read` makes of the answer.

use std::cell::Cell;
use std::pin::pin;
use std::time::Instant;

use bytes::Bytes;
use http::header::AGE;
use http::{HeaderMap, HeaderName, HeaderValue};
use tokio::time::timeout;

use super::lane::Turn;
use super::pace::Sent;
use super::{Archive, Item};
use crate::http::error::HttpError;
use crate::http::get::{self, Limits};
use crate::source::resource::Route;

/// What a request for an entity of the test network says.
static TESTNET: (HeaderName, HeaderValue) = (
    HeaderName::from_static("x-arke-network"),
    HeaderValue::from_static("test"),
);
/// What is probed with is small.
const KNOWN_BYTES_MAX: usize = 64 * 1024;

/// A try of an item.
pub(super) struct Tried<T> {
    pub(super) route: Route,
    pub(super) turn: Turn,
    pub(super) sent: Sent,
    /// A cache before the host had it.
    pub(super) is_cached: bool,
    pub(super) result: Result<T, HttpError>,
}

impl Archive<'_> {
    /// Asks for an item on a route, in its turn.
    pub(super) async fn try_once<T>(
        &self,
        item: Item<'_>,
        route: Route,
        turn: Turn,
        read: impl AsyncFn(Bytes) -> Result<T, HttpError>,
    ) -> Tried<T> {
        let lane = self.host(route).lane;
        let is_late = || self.health(route).borrow().is_late(Instant::now());
        let permit = if turn == Turn::Probe && is_late() {
            // What is on its way may hang, and would have to end first.
            self.limiter.acquire_beside(lane)
        } else {
            self.limiter.acquire(lane, turn).await
        };
        (item.waits)(false);
        let is_cached = Cell::new(false);
        let begins = |headers: &HeaderMap| {
            // Some caches write 0 where they have just asked.
            is_cached.set(headers.get(AGE).is_some_and(|age| age != "0"));
            permit.release();
        };
        self.health(route).borrow_mut().record_sent(permit.sent.at);
        let body = self.exchange(item, route, turn, begins).await;
        let is_small = body
            .as_ref()
            .is_ok_and(|body| body.len() <= KNOWN_BYTES_MAX);
        let result = match body {
            Ok(body) => read(body).await,
            Err(error) => Err(error),
        };
        if let Err(fault) = &result {
            self.limiter.record_fault(fault);
        }
        let now = Instant::now();
        let kind = self.kind(item.resource);
        kind.silence.borrow_mut().record(&result, now);
        if result.is_ok() {
            permit.record_answer(now);
            if is_small {
                kind.learn(item.resource);
            }
        }
        Tried {
            route,
            turn,
            sent: permit.sent,
            is_cached: is_cached.get(),
            result,
        }
    }

    /// Sends a request; has a probe sent too, and says that it waits, once the answer is late.
    async fn exchange(
        &self,
        item: Item<'_>,
        route: Route,
        turn: Turn,
        begins: impl FnOnce(&HeaderMap),
    ) -> Result<Bytes, HttpError> {
        let (host, resource) = (self.host(route), item.resource);
        let address = host.address(&resource.segments(route));
        tracing::debug!(event = "request", turn = ?turn, "GET {address}");
        self.stats.requests.set(self.stats.requests.get() + 1);
        let limits = Limits {
            first_byte: host.first_byte,
            idle: self.timeouts.idle,
            total: self.timeouts.total,
            body_bytes: resource.limit_bytes(),
        };
        let header = resource.is_of_testnet().then_some(&TESTNET);
        let (reservation, traffic) = (item.reservation, &self.stats.traffic);
        let exchange = get::get(
            self.client,
            address,
            header,
            &limits,
            begins,
            reservation,
            traffic,
        );
        let mut exchange = pin!(exchange);
        if let Ok(body) = timeout(self.policy.late, &mut exchange).await {
            return body;
        }
        (item.waits)(true);
        // Where all hang, none has failed yet.
        self.want_probe(route);
        exchange.await
    }
}
