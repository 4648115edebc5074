//! The archive's client: asks the entity API and the gateway until the answer is there or cannot be had.
//!
//! When a request has used up its tries and nothing else was answered meanwhile, what was answered before is asked for
//! again. If that fails too it is not the item but the archive: the tries do not count, and it is waited for until it
//! answers, or has been silent for so long that the job ends; see [`Archive::given_up`]. Where no component was ever
//! answered, several that fail are taken for that too, so that a success never hides a gateway that is dead throughout.

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

use self::failover::{Way, Ways};
use self::health::Service;
use self::host::Host;
use self::retry::{Schedule, jittered};
use self::stats::Counts;
use crate::config::{ArchiveConfig, Timings};
use crate::http::body_budget::Claim;
use crate::http::error::{Class, Fault};
use crate::http::get::{self, Limits};
use crate::job::Metrics;
use crate::source::resource::{Question, Route};

pub(crate) use self::health::Outage;

/// How often a request starts anew because the archive was down while it was tried.
const REVIVALS_MAX: u32 = 3;

/// What a request for an entity of the test network says.
static TESTNET: (HeaderName, HeaderValue) = (
    HeaderName::from_static("x-arke-network"),
    HeaderValue::from_static("test"),
);

/// The client of the entity API and the gateway.
#[derive(Debug)]
pub(crate) struct Archive<'c> {
    client: &'c reqwest::Client,
    timings: Timings,
    api: Host<'c>,
    gateway: Host<'c>,
    pace: Option<Mutex<Interval>>,
    manifests: Service,
    components: Service,
    /// How often it was found not to answer, for whatever was asked.
    outages: Cell<u32>,
    outage: watch::Sender<Option<Outage>>,
    counts: Counts,
}

/// A request that has no tries left.
struct Exhausted {
    fault: Fault,
    last_sent: Instant,
}

impl<'c> Archive<'c> {
    /// Takes the archive that a configuration names.
    pub(crate) fn new(config: &'c ArchiveConfig, client: &'c reqwest::Client) -> Self {
        let pace = config.requests_per_second_max.map(|rate| {
            let mut pace = interval(Duration::from_secs(1) / rate);
            pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
            Mutex::new(pace)
        });
        let (api, gateway) = Host::both(config);
        Self {
            client,
            timings: config.timings,
            api,
            gateway,
            pace,
            manifests: Service::default(),
            components: Service::default(),
            outages: Cell::new(0),
            outage: watch::Sender::new(None),
            counts: Counts::default(),
        }
    }

    /// Adds what was asked for, and what it took, to the metrics of a job.
    pub(crate) fn measure(&self, metrics: &mut Metrics) {
        self.counts.measure(metrics);
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
    /// Returns the last fault of the best way, and of the other if it is another one.
    pub(crate) async fn ask<T>(
        &self,
        question: &Question,
        claim: &Claim,
        read: impl Fn(Bytes) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let service = self.service(question);
        let mut revivals = 0;
        loop {
            let outages = self.outages.get();
            let Exhausted { fault, last_sent } = match self.try_on(question, claim, &read).await {
                Ok(value) => {
                    service.known.get_or_init(|| question.clone());
                    return Ok(value);
                }
                Err(exhausted) => exhausted,
            };
            let is_final = matches!(fault.class, Class::TooLarge | Class::Unsupported);
            if is_final || revivals == REVIVALS_MAX {
                return Err(fault);
            }
            self.wait_until_alive(question, last_sent, &fault).await;
            if self.outages.get() == outages {
                return Err(fault);
            }
            revivals += 1;
        }
    }

    /// Asks while there are tries, and the archive is not silent for too long.
    async fn try_on<T>(
        &self,
        question: &Question,
        claim: &Claim,
        read: impl Fn(Bytes) -> Result<T, Fault>,
    ) -> Result<T, Exhausted> {
        let service = self.service(question);
        let mut ways = Ways::new(question.routes());
        let mut last_sent = Instant::now();
        while let Some(way) = ways.next() {
            self.wait_for(way).await;
            last_sent = Instant::now();
            let fault = match self.try_once(question, claim, way.route, &read).await {
                Ok(value) => {
                    service.end_silence();
                    return Ok(value);
                }
                Err(fault) => fault,
            };
            service.go_on_silent(last_sent);
            let is_too_long = service.is_silent_for(self.timings.silence);
            let schedule = Schedule::new(&self.timings);
            let wait = way.tries.wait_after(&fault, &schedule, fastrand::f64());
            if wait.is_some() {
                self.counts.retry(fault.class);
            }
            way.note(fault, wait);
            if is_too_long {
                break;
            }
        }
        Err(Exhausted {
            fault: ways.fault(),
            last_sent,
        })
    }

    async fn wait_for(&self, way: &Way) {
        match way.waits_until() {
            Some((until, true)) => {
                let _throttled = self.counts.throttle();
                sleep_until(until).await;
            }
            Some((until, false)) => sleep_until(until).await,
            None => {}
        }
    }

    async fn try_once<T>(
        &self,
        question: &Question,
        claim: &Claim,
        route: Route,
        read: impl Fn(Bytes) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let host = self.host(route);
        let mut pass = host.gate.enter().await;
        if let Some(pace) = &self.pace {
            pace.lock().await.tick().await;
        }
        self.counts.requests.set(self.counts.requests.get() + 1);
        let limits = Limits {
            first_byte: host.first_byte,
            idle: self.timings.idle,
            total: self.timings.total,
            body_bytes: question.limit_bytes(),
        };
        let address = host.address(&question.segments(route));
        let header = question.is_of_testnet().then_some(&TESTNET);
        let received = &self.counts.bytes;
        let body = get::get(
            self.client,
            address,
            header,
            &limits,
            || pass.release(),
            claim,
            received,
        )
        .await;
        pass.learn(&body);
        body.and_then(read)
    }

    /// Returns when the archive has answered something after `sent`, when a request was sent for the last time that has
    /// no answer; never, once it is given up. That it did not answer for a time is counted as an outage.
    async fn wait_until_alive(&self, question: &Question, sent: Instant, fault: &Fault) {
        let service = self.service(question);
        let was_broken = || service.silence.get().was_broken_after(sent);
        // Where nothing has ever been answered there is nothing to tell the archive from the item by.
        let known = service.yardstick(question, fault.class);
        let known = known.or(self.manifests.known.get());
        let Some(known) = known.filter(|_| !was_broken()) else {
            return;
        };
        let _turn = service.probing.lock().await;
        let mut probes = 0;
        while !was_broken() {
            let Some(failure) = self.probe(known).await else {
                service.end_silence();
                break;
            };
            if probes == 0 {
                self.outages.set(self.outages.get() + 1);
                tracing::warn!("the archive does not answer any more: {fault}; waiting for it");
            }
            if service.is_silent_for(self.timings.silence) {
                self.give_up(service, failure).await;
            }
            sleep(jittered(self.timings.retry_wait, probes, fastrand::f64())).await;
            probes += 1;
        }
        if probes > 0 {
            tracing::info!("the archive answers again");
        }
    }

    /// Asks again for something that was answered well; returns what goes wrong now.
    async fn probe(&self, known: &Question) -> Option<Fault> {
        let mut fault = None;
        for &route in known.routes() {
            let claim = Claim::uncounted();
            let checked = self
                .try_once(known, &claim, route, |body| known.check(&body))
                .await;
            match checked {
                Ok(()) => return None,
                Err(failure) => fault = fault.or(Some(failure)),
            }
        }
        fault
    }

    /// Gives the archive up; the job ends from outside.
    async fn give_up(&self, service: &Service, last_failure: Fault) {
        let since_last_good = service.silence.get().since_last_good(Instant::now());
        self.outage.send_replace(Some(Outage {
            since_last_good: since_last_good.unwrap_or(self.timings.silence),
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

    fn service(&self, question: &Question) -> &Service {
        match question {
            Question::Manifest(_) => &self.manifests,
            Question::Component { .. } => &self.components,
        }
    }
}
