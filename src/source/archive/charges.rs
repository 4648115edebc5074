//! Charges against an item: the faults that are held against it, and whether they are enough to give it up.
//!
//! A request that fails proves nothing by itself. A fault counts if it is the item's first, or if others were answered
//! since its last one, and nothing that was answered before was asked for in vain after it.

use std::time::{Duration, Instant};

use super::health::Health;
use super::pace::Sent;
use super::policy::Policy;
use crate::source::resource::Route;

/// What a fault weighs.
const WEIGHT: u32 = 2;
/// What one weighs of a request that hung: two of them give an item up, and none does it together with two others. What
/// is sent into a silence hangs for its whole time, however short the silence is.
const WEIGHT_HUNG: u32 = 5;
/// So many faults give an item up, of which so many came after the last proof against the host.
const FAULTS: u32 = 5 * WEIGHT;
const FAULTS_SINCE_PROOF: u32 = 3 * WEIGHT;
/// So many do it in a long time, proofs or not.
const FAULTS_AMID_PROOFS: u32 = 12 * WEIGHT;
/// So many do it in the time that an outage behind a cache is waited for, whatever it looks like.
const FAULTS_IN_OUTAGE: u32 = 10 * WEIGHT;
/// So many, and a time, give up a root that is not found or not reached.
const FAULTS_OF_ROOT: usize = 6;
/// So many, counted or not, end what nothing else would: an item that is dead in an archive that fails for ever by
/// turns. What can be had is answered before, even if nine requests in ten are refused.
const FAULTS_AT_ALL: usize = 100;

/// The charges against an item: its faults, the first first.
#[derive(Debug)]
pub(crate) struct Charges {
    /// Its number, in the order in which items were first asked for.
    pub(crate) item: u64,
    faults: Vec<Fault>,
}

/// A request for an item that failed by what may be the host's fault.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fault {
    /// Where it was asked for.
    pub(crate) route: Route,
    /// When it was sent.
    pub(crate) sent: Sent,
    /// When it had failed.
    pub(crate) at: Instant,
    /// It was answered 404 or 410.
    pub(crate) is_gone: bool,
    /// Whether it is held against the item, unless a probe fails after it.
    pub(crate) held: Held,
    /// It took long, while the host answered others.
    pub(crate) is_hung: bool,
    /// The host was forgiven it.
    pub(crate) is_forgiven: bool,
}

/// Whether a fault is held against its item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Held {
    /// Nobody else was answered.
    No,
    /// Others were, by a cache, which says nothing of the host: as in an outage behind one.
    ByCache,
    /// It is the first one, or others were answered by the host.
    Yes,
}

impl Fault {
    fn weight(&self) -> u32 {
        if self.is_hung { WEIGHT_HUNG } else { WEIGHT }
    }
}

impl Charges {
    /// Starts with none.
    pub(crate) fn new(item: u64) -> Self {
        Self {
            item,
            faults: Vec::new(),
        }
    }

    /// Returns how many faults there were, counted or not.
    pub(crate) fn count(&self) -> u32 {
        self.faults.len().try_into().unwrap_or(u32::MAX)
    }

    /// Returns the last fault.
    pub(crate) fn last(&self) -> Option<&Fault> {
        self.faults.last()
    }

    /// Tells whether a fault on a route now counts, where others of the route were answered as `health` says.
    pub(crate) fn held(&self, route: Route, health: &Health) -> Held {
        let on_route = self.faults.iter().rev().find(|fault| fault.route == route);
        match on_route.or(self.last()) {
            Some(last) if !health.vouched_since(last.at) => Held::No,
            Some(last) if !health.confirmed_since(last.at) => Held::ByCache,
            _ => Held::Yes,
        }
    }

    /// Takes note of a fault.
    pub(crate) fn record(&mut self, fault: Fault) {
        self.faults.push(fault);
    }

    /// Tells whether the root, beside which nothing is known, is given up after so long: because it is not found, or
    /// because its host is not reached.
    pub(crate) fn are_enough_for_root(&self, is_gone: bool, after: Duration, now: Instant) -> bool {
        let mut alike = self.faults.iter().filter(|fault| fault.is_gone == is_gone);
        let first = alike.clone().next();
        let is_over = first.is_some_and(|first| now - first.at >= after);
        is_over && alike.nth(FAULTS_OF_ROOT - 1).is_some()
    }

    /// Tells whether they are enough to give the item up. `routes` are those that are left of it, with their health.
    pub(crate) fn are_enough(
        &self,
        routes: &[(Route, &Health)],
        policy: &Policy,
        now: Instant,
    ) -> bool {
        let is_standing = |fault: &&Fault| {
            let health = routes.iter().find(|(route, _)| *route == fault.route);
            fault.held != Held::No
                && health.is_none_or(|(_, health)| !health.probe_failed_since(fault.at))
        };
        let counted: Vec<&Fault> = self.faults.iter().filter(is_standing).collect();
        let on_each = |is_charge: &dyn Fn(Route, &Health) -> bool| {
            routes
                .iter()
                .all(|(route, health)| is_charge(*route, health))
        };
        // Every way to it that is alive has to have failed.
        let is_tried = |route, health: &Health| {
            health.is_late(now) || counted.iter().any(|fault| fault.route == route)
        };
        let is_gone = |route, _: &Health| {
            counted
                .iter()
                .any(|fault| fault.route == route && fault.is_gone)
        };
        if self.faults.len() >= FAULTS_AT_ALL || routes.len() > 1 && on_each(&is_gone) {
            return true;
        }
        let weigh = |is_meant: &dyn Fn(&Fault) -> bool| {
            let meant = counted.iter().filter(|fault| is_meant(fault));
            meant.map(|fault| fault.weight()).sum::<u32>()
        };
        let lasts = |long| counted.first().is_some_and(|first| now - first.at >= long);
        if !on_each(&is_tried) {
            return false;
        }
        if weigh(&|_| true) >= FAULTS_IN_OUTAGE && lasts(policy.outage) {
            return true;
        }
        if !on_each(&|_, health| !health.looks_like_outage(now)) {
            return false;
        }
        let proven = routes
            .iter()
            .filter_map(|(_, health)| health.proven())
            .max();
        let is_calm = proven.is_none_or(|proven| now - proven >= policy.calm);
        let is_since_proof = |fault: &Fault| proven.is_none_or(|proven| fault.at > proven);
        let is_by_host = |fault: &Fault| fault.held == Held::Yes;
        let weight = weigh(&is_by_host);
        let since_proof = weigh(&|fault| is_by_host(fault) && is_since_proof(fault));
        (weight >= FAULTS && since_proof >= FAULTS_SINCE_PROOF && is_calm)
            || (weight >= FAULTS_AMID_PROOFS && lasts(policy.persistence))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::super::pace::Pace;
    use super::*;

    const ROUTE: Route = Route::Entity;

    fn policy() -> Policy {
        let second = Duration::from_secs(1);
        Policy {
            unit: second / 10,
            recovery: second * 2,
            calm: second * 10,
            doubt: second * 20,
            persistence: second * 30,
            outage: second * 60,
            late: second * 5,
            silence: second * 90,
        }
    }

    /// An item, the health of its route, and a clock.
    struct Case {
        charges: Charges,
        health: Health,
        now: Instant,
    }

    impl Case {
        fn new() -> Self {
            Self {
                charges: Charges::new(1),
                health: Health::new(policy()),
                now: Instant::now(),
            }
        }

        fn pass(&mut self, milliseconds: u64) {
            self.now += Duration::from_millis(milliseconds);
        }

        /// Others are answered.
        fn vouch(&mut self) {
            self.vouch_by(false);
        }

        fn vouch_by(&mut self, is_cached: bool) {
            self.pass(1);
            self.health.record_answer(None, true, is_cached, self.now);
        }

        fn send(&self) -> Sent {
            Pace::new(64.0, Duration::ZERO, Duration::ZERO).start(self.now)
        }

        fn fail(&mut self, took: u64) {
            let sent = self.send();
            self.pass(took);
            let held = self.charges.held(ROUTE, &self.health);
            let (route, at) = (ROUTE, self.now);
            self.charges.record(Fault {
                route,
                sent,
                at,
                is_gone: false,
                is_hung: self.health.is_hung(sent.at, self.now),
                held,
                is_forgiven: false,
            });
        }

        fn is_given_up(&self) -> bool {
            self.charges
                .are_enough(&[(ROUTE, &self.health)], &policy(), self.now)
        }
    }

    #[test]
    fn five_faults_while_others_are_answered_give_an_item_up() {
        let mut case = Case::new();
        for _ in 0..4 {
            case.fail(10);
            case.vouch();
            assert!(!case.is_given_up());
        }
        case.fail(10);
        assert!(case.is_given_up());
    }

    #[test]
    fn two_that_hung_are_as_many() {
        let mut case = Case::new();
        case.fail(15_000);
        case.vouch();
        assert!(!case.is_given_up());
        case.fail(15_000);
        assert!(case.is_given_up());
    }

    #[test]
    fn where_all_hang_each_is_one_fault() {
        let mut case = Case::new();
        for _ in 0..2 {
            case.health.record_sent(case.now);
            case.fail(15_000);
            case.vouch();
        }
        assert!(!case.is_given_up());
    }

    #[test]
    fn one_that_hung_is_not_as_many_as_three() {
        let mut case = Case::new();
        for took in [10, 10, 15_000] {
            case.fail(took);
            case.vouch();
        }
        assert!(!case.is_given_up());
        case.fail(10);
        assert!(case.is_given_up());
    }

    #[test]
    fn while_nobody_is_answered_no_fault_is_held_against_it() {
        let mut case = Case::new();
        for _ in 0..50 {
            case.fail(10);
            case.pass(10_000);
            assert!(!case.is_given_up());
        }
    }

    #[test]
    fn a_failed_probe_takes_back_what_was_held_against_it() {
        let mut case = Case::new();
        for _ in 0..4 {
            case.fail(10);
            case.vouch();
        }
        case.pass(1);
        case.health.record_failed_probe(case.now);
        case.vouch();
        case.pass(20_000);
        case.fail(10);
        assert!(!case.is_given_up());
    }

    #[test]
    fn after_a_proof_ten_seconds_and_three_faults_are_waited_for() {
        let mut case = Case::new();
        for _ in 0..4 {
            case.fail(10);
            case.vouch();
        }
        case.health.record_proof(case.now);
        for seconds in [1, 5, 9] {
            case.pass(seconds * 1000);
            case.vouch();
            case.fail(10);
            assert_eq!(case.is_given_up(), seconds == 9);
        }
    }

    #[test]
    fn amid_proofs_a_dozen_faults_in_half_a_minute_give_it_up() {
        let mut case = Case::new();
        for fault in 1..=12 {
            case.fail(10);
            case.vouch();
            case.health.record_proof(case.now);
            case.pass(3000);
            assert_eq!(case.is_given_up(), fault == 12, "{fault}");
        }
    }

    #[test]
    fn where_hardly_anything_new_is_answered_it_takes_ten_faults_and_a_minute() {
        let mut case = Case::new();
        for fault in 1..=10 {
            // As if by a cache.
            case.vouch();
            case.fail(10);
            case.pass(6990);
            for item in 0..16 {
                case.health.record_asked();
                case.health.record_first_try(100 + item, case.now);
            }
            assert_eq!(case.is_given_up(), fault == 10, "{fault}");
        }
    }

    #[test]
    fn what_a_cache_answers_vouches_for_no_more_than_an_outage_behind_it() {
        let mut case = Case::new();
        for fault in 1..=10 {
            case.fail(10);
            case.vouch_by(true);
            case.pass(6990);
            assert_eq!(case.is_given_up(), fault == 10, "{fault}");
        }
    }

    #[test]
    fn a_root_is_given_up_after_six_faults_and_ten_seconds() {
        let mut case = Case::new();
        for seconds in 0..12 {
            case.fail(0);
            let is_enough = case
                .charges
                .are_enough_for_root(false, policy().calm, case.now);
            assert_eq!(is_enough, seconds >= 10, "{seconds}");
            case.pass(1000);
        }
    }

    #[test]
    fn what_is_gone_on_every_route_is_given_up() {
        let mut case = Case::new();
        let other = Health::new(policy());
        let sent = case.send();
        for (route, is_enough) in [(Route::Gateway, false), (Route::Cat, true)] {
            let at = case.now;
            case.charges.record(Fault {
                route,
                sent,
                at,
                is_gone: true,
                is_hung: false,
                held: Held::Yes,
                is_forgiven: false,
            });
            let routes = [(Route::Gateway, &case.health), (Route::Cat, &other)];
            assert_eq!(
                case.charges.are_enough(&routes, &policy(), case.now),
                is_enough
            );
        }
    }

    /// What happens around an item: it fails, others are answered, a probe fails, a fault is proven, time passes.
    #[derive(Clone, Copy, Debug)]
    enum Event {
        Fail,
        Vouch,
        FailProbe,
        Prove,
        Pass(u64),
    }

    fn event() -> impl Strategy<Value = Event> {
        prop_oneof![
            4 => Just(Event::Fail),
            4 => Just(Event::Vouch),
            1 => Just(Event::FailProbe),
            1 => Just(Event::Prove),
            3 => (1..10_000_u64).prop_map(Event::Pass),
        ]
    }

    proptest! {
        #[test]
        fn it_is_never_given_up_before_five_faults_nor_right_after_a_failed_probe(
            events in proptest::collection::vec(event(), 0..80),
        ) {
            let mut case = Case::new();
            let mut since_failed_probe = 0;
            for event in events {
                match event {
                    Event::Fail => {
                        case.fail(1);
                        since_failed_probe += 1;
                    }
                    Event::Vouch => case.vouch(),
                    Event::FailProbe => {
                        case.pass(1);
                        case.health.record_failed_probe(case.now);
                        case.pass(1);
                        since_failed_probe = 0;
                    }
                    Event::Prove => case.health.record_proof(case.now),
                    Event::Pass(milliseconds) => case.pass(milliseconds),
                }
                prop_assert!(since_failed_probe >= 5 || !case.is_given_up());
            }
        }

        #[test]
        fn a_dead_item_is_given_up_within_a_dozen_faults(
            waits in proptest::collection::vec(3000..10_000_u64, 12),
            proofs in proptest::collection::vec(any::<bool>(), 12),
        ) {
            let mut case = Case::new();
            for (wait, is_proven) in waits.into_iter().zip(proofs) {
                case.fail(10);
                case.vouch();
                if is_proven {
                    case.health.record_proof(case.now);
                }
                case.pass(wait);
            }
            prop_assert!(case.is_given_up());
        }
    }
}
