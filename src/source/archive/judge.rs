//! Judgement of a try: what it says of the host, whose pace it changes, and of the item, which it charges.

use std::time::Instant;

use tokio::time::{sleep, sleep_until, timeout};

use super::Archive;
use super::attempt::Tried;
use super::charges::{Charges, Fault, Held};
use super::failover::Failover;
use super::health::Health;
use super::lane::Turn;
use super::pace::{Pace, Sent};
use super::policy::{is_of_host, own_tries};
use crate::http::error::{ErrorKind, HttpError};
use crate::http::retry_after::RETRY_AFTER_MAX;
use crate::source::resource::{Resource, Route};

/// How many items may fail where nothing of their kind was ever answered, before it is taken for an outage.
const FAILED_FIRST_MAX: u32 = 3;

impl Archive<'_> {
    /// Judges a try of an item; tells whether the item is given up.
    pub(super) fn judge<T>(
        &self,
        resource: &Resource,
        charges: &mut Charges,
        failover: &mut Failover,
        tried: &Tried<T>,
    ) -> bool {
        let (now, route) = (Instant::now(), tried.route);
        let is_first = tried.turn == Turn::First;
        let mut health = self.health(route).borrow_mut();
        if is_first {
            health.record_first_try(charges.item, now);
        }
        let Err(error) = &tried.result else {
            health.record_answer(Some(charges.item), is_first, tried.is_cached, now);
            drop(health);
            self.judge_answer(charges, route);
            return false;
        };
        let denies_all =
            error.kind == ErrorKind::Denied && health.record_denial(!failover.was_tried(route));
        drop(health);
        let kind = self.kind(resource);
        if is_first && !kind.is_answered() {
            kind.failed_first.set(kind.failed_first.get() + 1);
        }
        if is_of_host(error) {
            self.judge_host(error, route, tried.sent);
        } else if let Some(tries) = own_tries(error.kind).filter(|_| !denies_all) {
            self.health(route).borrow_mut().record_life();
            failover.record_own(route, tries);
        } else {
            self.stats.refuse();
            let fault = self.judge_fault(charges, route, tried.sent, error.kind);
            charges.record(fault);
            let is_enough = fault.is_gone || fault.is_hung;
            if is_enough || fault.held != Held::No && charges.count() > 1 {
                failover.turn_from(route);
            }
            if self.is_given_up(charges, failover, error.kind) {
                self.stats.take_back_refused(charges.count());
                return true;
            }
        }
        failover.is_over()
    }

    /// An item that is answered after a fault proves that it was the host's.
    fn judge_answer(&self, charges: &Charges, route: Route) {
        let of_host = |fault: &&Fault| fault.route == route && !fault.is_forgiven;
        if let Some(fault) = charges.last().filter(of_host)
            && !self.forgives_or_cuts(route, fault.sent)
        {
            self.health(route).borrow_mut().record_proof(Instant::now());
            self.outage_ends.notify_waiters();
        }
    }

    /// The host says itself that it is asked too much, and perhaps for how long it wants to be left alone.
    fn judge_host(&self, error: &HttpError, route: Route, sent: Sent) {
        let now = Instant::now();
        self.stats.refuse();
        self.health(route).borrow_mut().record_proof(now);
        let wait = error.retry_after.unwrap_or_default().min(RETRY_AFTER_MAX);
        self.adjust(route, |pace| {
            pace.cut(sent, now);
            pace.hold(now + wait);
        });
    }

    /// Tells what a fault says of the item, and cuts the pace of the host where that is more likely to blame.
    fn judge_fault(&self, charges: &Charges, route: Route, sent: Sent, kind: ErrorKind) -> Fault {
        let now = Instant::now();
        let is_first = charges.count() == 0;
        let held = charges.held(route, &self.health(self.witness(route)).borrow());
        self.want_probe(route);
        let health = self.health(route).borrow();
        let is_forgiven = if health.may_be_outage(now) {
            // Hardly anything new is answered: that is no item's fault, but may be that of many.
            self.adjust(route, |pace| pace.cut_to_an_eighth(sent, now));
            false
        } else if health.looks_like_outage(now) {
            self.adjust(route, |pace| pace.cut(sent, now));
            false
        } else {
            let cuts = health.is_in_doubt(now) && (is_first || held == Held::No);
            cuts && self.forgives_or_cuts(route, sent)
        };
        Fault {
            route,
            sent,
            at: now,
            is_gone: kind == ErrorKind::NotFound,
            is_hung: health.is_hung(sent.at, now),
            held,
            is_forgiven,
        }
    }

    fn is_given_up(&self, charges: &Charges, failover: &Failover, kind: ErrorKind) -> bool {
        let now = Instant::now();
        if !self.manifests.is_answered() {
            return match kind {
                // No such entity; an archive that has too much to do says so too.
                ErrorKind::NotFound => charges.are_enough_for_root(true, self.policy.calm, now),
                // An address that leads nowhere, or an archive that is down for a moment.
                ErrorKind::Dns | ErrorKind::Connect | ErrorKind::Timeout => {
                    charges.are_enough_for_root(false, self.policy.persistence, now)
                }
                _ => false,
            };
        }
        let open = failover.open().iter();
        let open: Vec<_> = open
            .map(|&route| (route, self.health(route).borrow()))
            .collect();
        let open: Vec<(Route, &Health)> = open
            .iter()
            .map(|(route, health)| (*route, &**health))
            .collect();
        charges.are_enough(&open, &self.policy, now)
    }

    /// Forgives a host a fault, or cuts its pace; tells whether it forgave.
    fn forgives_or_cuts(&self, route: Route, sent: Sent) -> bool {
        self.adjust(route, |pace| {
            let is_forgiven = pace.forgives();
            if !is_forgiven {
                pace.cut(sent, Instant::now());
            }
            is_forgiven
        })
    }

    /// Lets the pace of a route's host take note of something.
    pub(super) fn adjust<T>(&self, route: Route, change: impl FnOnce(&mut Pace) -> T) -> T {
        self.limiter.adjust(self.host(route).lane, change)
    }

    /// Returns the route whose answers tell whether this one is alive: itself, or where no component was ever answered
    /// and few were asked for, that of the manifests.
    pub(super) fn witness(&self, route: Route) -> Route {
        let few_failed = self.components.failed_first.get() <= FAILED_FIRST_MAX;
        if few_failed && !self.components.is_answered() {
            Route::Entity
        } else {
            route
        }
    }

    /// Waits before the next try; in an outage for long, or until something is answered that was not.
    pub(super) async fn back_off(&self, charges: &Charges, route: Route) {
        let (policy, chance) = (&self.policy, fastrand::f64());
        let backoff = |chance| policy.backoff(3, charges.count(), chance);
        if !self.manifests.is_answered() {
            // The whole job waits for the root. Half a wait at least: it is asked for some ten times before it is not found.
            let longest = backoff(1.0).min(policy.recovery);
            sleep(longest.mul_f64(0.5 + 0.5 * chance)).await;
        } else if self.health(route).borrow().is_outage(Instant::now()) {
            let wait = policy.calm.mul_f64(0.5 + 0.75 * chance);
            timeout(wait, self.outage_ends.notified()).await.ok();
        } else {
            sleep(backoff(chance)).await;
        }
    }

    /// Waits, while it looks like an outage behind a cache, until something new may be asked for to find out: one
    /// manifest a second, or the components of one.
    pub(super) async fn wait_to_start(&self, route: Route) {
        let pause = if route == Route::Entity {
            self.policy.unit * 10
        } else {
            self.policy.unit * 4
        };
        while self.health(route).borrow().may_be_outage(Instant::now()) {
            let now = Instant::now();
            match self.next_start.get().filter(|next| *next > now) {
                Some(next) => sleep_until(next.into()).await,
                None => return self.next_start.set(Some(now + pause)),
            }
        }
    }
}
