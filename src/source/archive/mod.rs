//! Client of the archive: asks the entity API and the gateway until the answer is there or cannot be had.
//!
//! When a request has used up its tries and nothing else was answered meanwhile, what was answered before is asked for
//! again. If that fails too it is not the resource but the archive: the tries do not count, and the archive is waited
//! for until it answers, or has been silent for so long that the job ends; see [`Archive::given_up`]. Where no
//! component was ever answered, several that fail are taken for an outage too, so that a success never hides a gateway
//! that is dead throughout.

mod failover;
mod health;
mod host;
mod limiter;
mod retry;
mod stats;

use std::cell::Cell;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{HeaderName, HeaderValue};
use tokio::sync::{Mutex, watch};
use tokio::time::{Interval, MissedTickBehavior, interval, sleep, sleep_until};

use self::failover::{Failover, RouteState};
use self::health::Health;
use self::host::Host;
use self::retry::{RetryPolicy, jittered};
use self::stats::Stats;
use crate::config::{ArchiveConfig, Timeouts};
use crate::http::body_budget::Reservation;
use crate::http::error::{ErrorKind, HttpError};
use crate::http::get::{self, Limits};
use crate::job::Metrics;
use crate::source::resource::{Resource, Route};

pub(crate) use self::health::Outage;

/// How often a request starts anew because the archive was down while it was tried.
const RESTARTS_MAX: u32 = 3;

/// What a request for an entity of the test network says.
static TESTNET: (HeaderName, HeaderValue) = (
    HeaderName::from_static("x-arke-network"),
    HeaderValue::from_static("test"),
);

/// The client of the entity API and the gateway.
#[derive(Debug)]
pub(crate) struct Archive<'c> {
    client: &'c reqwest::Client,
    timeouts: Timeouts,
    api: Host<'c>,
    gateway: Host<'c>,
    pace: Option<Mutex<Interval>>,
    manifests: Health,
    components: Health,
    /// How often the archive was found not to answer, manifests and components together.
    outages: Cell<u32>,
    /// Why the archive is given up, once it is.
    outage: watch::Sender<Option<Outage>>,
    stats: Stats,
}

/// A request that has no tries left.
struct Exhausted {
    error: HttpError,
    last_sent: Instant,
}

impl<'c> Archive<'c> {
    /// Makes the client of the archive that a configuration names; nothing is sent yet.
    pub(crate) fn new(config: &'c ArchiveConfig, client: &'c reqwest::Client) -> Self {
        let pace = config.requests_per_second_max.map(|rate| {
            let mut pace = interval(Duration::from_secs(1) / rate);
            pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
            Mutex::new(pace)
        });
        let (api, gateway) = Host::both(config);
        Self {
            client,
            timeouts: config.timeouts,
            api,
            gateway,
            pace,
            manifests: Health::default(),
            components: Health::default(),
            outages: Cell::new(0),
            outage: watch::Sender::new(None),
            stats: Stats::default(),
        }
    }

    /// Adds what was asked for, and what it took, to the metrics of a job.
    pub(crate) fn measure(&self, metrics: &mut Metrics) {
        self.stats.measure(metrics);
    }

    /// Waits until the archive is given up, and says why; while it answers, for ever.
    pub(crate) async fn given_up(&self) -> Outage {
        let mut outage = self.outage.subscribe();
        let known = outage.wait_for(Option::is_some).await;
        match known.ok().and_then(|outage| outage.clone()) {
            Some(outage) => outage,
            None => std::future::pending().await,
        }
    }

    /// Asks until there is an answer that `read` can read, or none can be had.
    ///
    /// # Errors
    ///
    /// Returns the last error of the best route, and of the other if it is another one.
    pub(crate) async fn ask<T>(
        &self,
        resource: &Resource,
        reservation: &Reservation,
        read: impl Fn(Bytes) -> Result<T, HttpError>,
    ) -> Result<T, HttpError> {
        let health = self.health(resource);
        let mut restarts = 0;
        loop {
            let outages = self.outages.get();
            let Exhausted { error, last_sent } =
                match self.try_routes(resource, reservation, &read).await {
                    Ok(value) => {
                        health.last_known_good.get_or_init(|| resource.clone());
                        return Ok(value);
                    }
                    Err(exhausted) => exhausted,
                };
            let is_final = matches!(error.kind, ErrorKind::TooLarge | ErrorKind::Unsupported);
            if is_final || restarts == RESTARTS_MAX {
                return Err(error);
            }
            self.wait_until_alive(resource, last_sent, &error).await;
            if self.outages.get() == outages {
                return Err(error);
            }
            restarts += 1;
        }
    }

    /// Tries the routes in turn until one leads to an answer, none has a try left, or the archive is silent for too
    /// long.
    async fn try_routes<T>(
        &self,
        resource: &Resource,
        reservation: &Reservation,
        read: impl Fn(Bytes) -> Result<T, HttpError>,
    ) -> Result<T, Exhausted> {
        let health = self.health(resource);
        let mut failover = Failover::new(resource.routes());
        let mut last_sent = Instant::now();
        while let Some(route_state) = failover.next() {
            self.wait_for(route_state).await;
            last_sent = Instant::now();
            let error = match self
                .try_once(resource, reservation, route_state.route, &read)
                .await
            {
                Ok(value) => {
                    health.record_success();
                    return Ok(value);
                }
                Err(error) => error,
            };
            health.record_failure(last_sent);
            let is_too_long = health.is_silent_for(self.timeouts.silence);
            let policy = RetryPolicy::new(&self.timeouts);
            let wait = route_state
                .retry_state
                .next_backoff(&error, &policy, fastrand::f64());
            if wait.is_some() {
                self.stats.retry(error.kind);
            }
            route_state.record_failure(error, wait);
            if is_too_long {
                break;
            }
        }
        Err(Exhausted {
            error: failover.error(),
            last_sent,
        })
    }

    async fn wait_for(&self, route_state: &RouteState) {
        match route_state.waits_until() {
            Some((until, true)) => {
                let _throttled = self.stats.throttle();
                sleep_until(until).await;
            }
            Some((until, false)) => sleep_until(until).await,
            None => {}
        }
    }

    async fn try_once<T>(
        &self,
        resource: &Resource,
        reservation: &Reservation,
        route: Route,
        read: impl Fn(Bytes) -> Result<T, HttpError>,
    ) -> Result<T, HttpError> {
        let host = self.host(route);
        let mut permit = host.limiter.acquire().await;
        if let Some(pace) = &self.pace {
            pace.lock().await.tick().await;
        }
        self.stats.requests.set(self.stats.requests.get() + 1);
        let limits = Limits {
            first_byte: host.first_byte,
            idle: self.timeouts.idle,
            total: self.timeouts.total,
            body_bytes: resource.limit_bytes(),
        };
        let address = host.address(&resource.segments(route));
        let header = resource.is_of_testnet().then_some(&TESTNET);
        let received = &self.stats.bytes;
        let body = get::get(
            self.client,
            address,
            header,
            &limits,
            || permit.release(),
            reservation,
            received,
        )
        .await;
        permit.record(&body);
        body.and_then(read)
    }

    /// Waits until the archive has answered something after `sent`, the last try of a request that failed; for ever,
    /// once the archive is given up. That it did not answer for a time is counted as an outage.
    async fn wait_until_alive(&self, resource: &Resource, sent: Instant, error: &HttpError) {
        let health = self.health(resource);
        let was_broken = || health.silence.get().was_broken_after(sent);
        // Where nothing has ever been answered, nothing shows whether the archive fails or this resource alone.
        let target = health.probe_target(resource, error.kind);
        let target = target.or(self.manifests.last_known_good.get());
        let Some(target) = target.filter(|_| !was_broken()) else {
            return;
        };
        let _turn = health.probing.lock().await;
        let mut probes = 0;
        while !was_broken() {
            let Some(failure) = self.probe(target).await else {
                health.record_success();
                break;
            };
            if probes == 0 {
                self.outages.set(self.outages.get() + 1);
                tracing::warn!("the archive does not answer any more: {error}; waiting for it");
            }
            if health.is_silent_for(self.timeouts.silence) {
                self.give_up(health, failure).await;
            }
            sleep(jittered(self.timeouts.retry_wait, probes, fastrand::f64())).await;
            probes += 1;
        }
        if probes > 0 {
            tracing::info!("the archive answers again");
        }
    }

    /// Asks again for something that was answered well; returns what goes wrong now.
    async fn probe(&self, target: &Resource) -> Option<HttpError> {
        let mut error = None;
        for &route in target.routes() {
            let reservation = Reservation::uncounted();
            let checked = self
                .try_once(target, &reservation, route, |body| target.check(&body))
                .await;
            match checked {
                Ok(()) => return None,
                Err(failure) => error = error.or(Some(failure)),
            }
        }
        error
    }

    /// Gives the archive up; the job ends from outside.
    async fn give_up(&self, health: &Health, last_failure: HttpError) {
        let since_last_good = health.silence.get().since_last_good(Instant::now());
        self.outage.send_replace(Some(Outage {
            since_last_good: since_last_good.unwrap_or(self.timeouts.silence),
            last_failure,
        }));
        std::future::pending::<()>().await;
    }

    fn host(&self, route: Route) -> &Host<'c> {
        match route {
            Route::Entity | Route::Cat => &self.api,
            Route::Gateway => &self.gateway,
        }
    }

    fn health(&self, resource: &Resource) -> &Health {
        match resource {
            Resource::Manifest(_) => &self.manifests,
            Resource::Component { .. } => &self.components,
        }
    }
}
