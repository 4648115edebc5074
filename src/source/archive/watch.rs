//! Watch over the archive: what goes on beside the requests. Probes are sent, and silence ends the job.

use std::convert::Infallible;
use std::time::Instant;

use tokio::time::sleep;

use super::lane::Turn;
use super::silence::Outage;
use super::{Archive, Item, Kind};
use crate::http::body_budget::Reservation;
use crate::source::resource::{Resource, Route};

/// How often silence is looked at, in parts of it.
const SILENCE_PARTS: u32 = 32;
/// A body that comes slowly is an answer; so many bytes show that it comes.
const BYTES_OF_LIFE: u64 = 1024 * 1024;
/// How many answers are kept in mind to probe with.
const KNOWN_MAX: usize = 8;

impl Archive<'_> {
    /// Goes on beside the requests, until the archive is given up because it answers nothing any more.
    pub(crate) async fn watch(&self) -> Outage {
        tokio::select! {
            outage = self.until_silent() => outage,
            never = self.limiter.run() => match never {},
            never = self.probe(Route::Entity) => match never {},
            never = self.probe(Route::Gateway) => match never {},
            never = self.probe(Route::Cat) => match never {},
        }
    }

    /// Asks for something that was answered before, when that is wanted: one at a time, and as long as it fails.
    async fn probe(&self, route: Route) -> Infallible {
        loop {
            self.probe_wanted[route as usize].notified().await;
            let mut failures = 0;
            loop {
                let witness = self.witness(route);
                let kind = if witness == Route::Entity {
                    &self.manifests
                } else {
                    &self.components
                };
                let Some(known) = kind.known() else { break };
                if self.is_answered(&known, witness).await {
                    sleep(self.policy.unit).await;
                    break;
                }
                failures += 1;
                sleep(self.policy.backoff(2, failures, fastrand::f64())).await;
            }
        }
    }

    /// Has something asked for that was answered before, if nothing else shows whether the host answers.
    pub(super) fn want_probe(&self, route: Route) {
        if self.health(route).borrow().wants_probe(Instant::now()) {
            self.probe_wanted[route as usize].notify_one();
        }
    }

    /// Asks for something that was answered before; tells whether it is again.
    async fn is_answered(&self, known: &Resource, route: Route) -> bool {
        let item = Item {
            resource: known,
            reservation: &Reservation::uncounted(),
            waits: &|_| (),
        };
        let tried = self
            .try_once(item, route, Turn::Probe, async |body| known.check(&body))
            .await;
        let now = Instant::now();
        let mut health = self.health(route).borrow_mut();
        if tried.result.is_ok() {
            health.record_answer(None, true, tried.is_cached, now);
        } else {
            self.stats.refuse();
            health.record_failed_probe(now);
            self.adjust(route, |pace| pace.cut(tried.sent, now));
        }
        tried.result.is_ok()
    }

    /// Waits until nothing was answered for too long, although it was asked for.
    async fn until_silent(&self) -> Outage {
        let traffic = &self.stats.traffic;
        let mut bytes_before = 0;
        loop {
            let now = Instant::now();
            let limit = self.policy.silence(now - self.started);
            let is_alive =
                traffic.held_up.get() > 0 || traffic.received.get() >= bytes_before + BYTES_OF_LIFE;
            if is_alive {
                bytes_before = traffic.received.get();
            }
            for (kind, is_of_manifests) in [(&self.manifests, true), (&self.components, false)] {
                let mut silence = kind.silence.borrow_mut();
                if is_alive {
                    silence.hold_up(now);
                } else if let Some(outage) = silence.outage(is_of_manifests, limit, now) {
                    return outage;
                }
            }
            sleep(limit / SILENCE_PARTS).await;
        }
    }
}

impl Kind {
    /// Takes note that something of this kind is asked for, until the value is dropped.
    pub(super) fn ask(&self) -> Asking<'_> {
        self.silence.borrow_mut().ask(Instant::now());
        Asking(self)
    }

    /// Tells whether any was ever answered.
    pub(super) fn is_answered(&self) -> bool {
        self.silence.borrow().was_answered()
    }

    /// Keeps in mind what was answered.
    pub(super) fn learn(&self, resource: &Resource) {
        let mut known = self.known.borrow_mut();
        known.truncate(KNOWN_MAX - 1);
        known.push_front(resource.clone());
    }

    /// Returns something that was answered, each time another if there are several.
    fn known(&self) -> Option<Resource> {
        let mut known = self.known.borrow_mut();
        let next = known.pop_back()?;
        known.push_front(next.clone());
        Some(next)
    }
}

/// Something that is being asked for.
pub(super) struct Asking<'k>(&'k Kind);

impl Drop for Asking<'_> {
    fn drop(&mut self) {
        self.0.silence.borrow_mut().end_asking();
    }
}
