//! Client of the archive: asks the entity API and the gateway until the answer is there or cannot be had.
//!
//! A request that fails proves nothing by itself: it may be the item, or a host that has too much to do or is down. So
//! each host has a [pace] that gives way to it, and each item has [charges], which grow only while others
//! are answered. `docs/FLOW_CONTROL.md` tells how they work together. What is left is silence: nothing is answered at
//! all, and the job ends; see [`Archive::watch`].

mod attempt;
mod charges;
mod failover;
mod health;
mod host;
mod judge;
mod lane;
mod limiter;
mod pace;
mod policy;
mod silence;
mod stats;
mod watch;

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::time::Instant;

use bytes::Bytes;
use tokio::sync::Notify;

use self::charges::Charges;
use self::failover::Failover;
use self::health::Health;
use self::host::Host;
use self::lane::Turn;
use self::limiter::Limiter;
use self::policy::Policy;
use self::silence::Silence;
use self::stats::Stats;
use crate::config::{ArchiveConfig, Timeouts};
use crate::http::body_budget::Reservation;
use crate::http::error::HttpError;
use crate::job::Metrics;
use crate::source::resource::{Resource, Route};

pub(crate) use self::silence::{Outage, SilenceNow};

/// After so many faults of the first manifest the log says so.
const TOLD_AFTER: u32 = 3;

/// The client of the entity API and the gateway.
#[derive(Debug)]
pub(crate) struct Archive<'c> {
    client: &'c reqwest::Client,
    timeouts: Timeouts,
    policy: Policy,
    started: Instant,
    api: Host<'c>,
    gateway: Host<'c>,
    limiter: Limiter,
    /// By [`Route`].
    health: [RefCell<Health>; Route::COUNT],
    /// Something is to be probed, by [`Route`].
    probe_wanted: [Notify; Route::COUNT],
    manifests: Kind,
    components: Kind,
    /// Items that were asked for so far.
    items: Cell<u64>,
    /// While it looks like an outage, nothing new is asked for before.
    next_start: Cell<Option<Instant>>,
    /// Something is answered that was not before.
    outage_ends: Notify,
    stats: Stats,
}

/// What is known of a kind of resource, whatever the route.
#[derive(Debug, Default)]
struct Kind {
    silence: RefCell<Silence>,
    /// Small ones that were answered lately.
    known: RefCell<VecDeque<Resource>>,
    /// How many failed before one was answered.
    failed_first: Cell<u32>,
}

/// Something to ask for.
#[derive(Clone, Copy)]
pub(crate) struct Item<'i> {
    /// What it is.
    pub(crate) resource: &'i Resource,
    /// The room for its body.
    pub(crate) reservation: &'i Reservation,
    /// Is told whether it only waits: for its next try, or for an answer that is late.
    pub(crate) waits: &'i dyn Fn(bool),
}

impl<'c> Archive<'c> {
    /// Makes the client of the archive that a configuration names; nothing is sent yet.
    pub(crate) fn new(config: &'c ArchiveConfig, client: &'c reqwest::Client) -> Self {
        let (api, gateway) = Host::both(config);
        let policy = Policy::new(&config.timeouts);
        let lanes = gateway.lane.0 + 1;
        Self {
            client,
            timeouts: config.timeouts,
            policy,
            started: Instant::now(),
            api,
            gateway,
            limiter: Limiter::new(lanes, config, &policy),
            health: std::array::from_fn(|_| RefCell::new(Health::new(policy))),
            probe_wanted: Default::default(),
            manifests: Kind::default(),
            components: Kind::default(),
            items: Cell::new(0),
            next_start: Cell::new(None),
            outage_ends: Notify::new(),
            stats: Stats::default(),
        }
    }

    /// Adds what was asked for, and what it took, to the metrics of a job.
    pub(crate) fn measure(&self, metrics: &mut Metrics) {
        self.stats.measure(metrics);
        self.limiter.measure(metrics);
    }

    /// Returns the time for which nothing of a kind has been answered, the longer one.
    pub(crate) fn silence(&self) -> Option<SilenceNow> {
        let now = Instant::now();
        let limit = self.policy.silence(now - self.started);
        let kinds = [&self.manifests, &self.components];
        let silences = kinds.map(|kind| kind.silence.borrow().now(limit, now));
        let silences = silences.into_iter().flatten();
        silences.max_by_key(|silence| silence.lasts)
    }

    /// Tells whether a host gets less than it could.
    pub(crate) fn is_slowed(&self) -> bool {
        self.limiter.is_slowed()
    }

    /// Asks until there is an answer that `read` can read, or the item is given up.
    ///
    /// # Errors
    ///
    /// Returns the last error of the best route, and of the other if it is another one.
    pub(crate) async fn ask<T>(
        &self,
        item: Item<'_>,
        read: impl AsyncFn(Bytes) -> Result<T, HttpError>,
    ) -> Result<T, HttpError> {
        let _asking = self.kind(item.resource).ask();
        self.items.set(self.items.get() + 1);
        let mut charges = Charges::new(self.items.get());
        let mut failover = Failover::new(item.resource.routes());
        let mut turn = Turn::First;
        loop {
            let is_late = |route| self.health(route).borrow().is_late(Instant::now());
            let route = failover.next(is_late);
            if turn == Turn::First {
                self.wait_to_start(route).await;
                self.health(route).borrow_mut().record_asked();
            }
            let tried = self.try_once(item, route, turn, &read).await;
            let is_over = self.judge(item.resource, &mut charges, &mut failover, &tried);
            let error = match tried.result {
                Ok(value) => return Ok(value),
                Err(error) => error,
            };
            let kind = error.kind;
            if !self.manifests.is_answered() && charges.count() == TOLD_AFTER {
                tracing::warn!(
                    "the first manifest cannot be had yet, and is asked for again: {error}"
                );
            }
            failover.record(tried.route, error);
            if is_over {
                return Err(failover.error());
            }
            (item.waits)(true);
            self.stats.retry(kind);
            self.back_off(&charges, tried.route).await;
            turn = Turn::Retry;
        }
    }

    fn host(&self, route: Route) -> &Host<'c> {
        match route {
            Route::Entity | Route::Cat => &self.api,
            Route::Gateway => &self.gateway,
        }
    }

    fn health(&self, route: Route) -> &RefCell<Health> {
        &self.health[route as usize]
    }

    fn kind(&self, resource: &Resource) -> &Kind {
        match resource {
            Resource::Manifest(_) => &self.manifests,
            Resource::Component { .. } => &self.components,
        }
    }
}
