//! Health of the archive: what a route answered lately, and what proves that a fault is the host's.

use std::collections::VecDeque;
use std::time::Instant;

use super::policy::Policy;

/// Of how many items that were first asked for last it is known whether they were answered.
const LAST: usize = 32;
/// How many there have to be before they say anything.
const LAST_LEAST: usize = 16;
/// How many items in a row are denied before it is the host that denies everything.
const DENIED_MAX: u32 = 3;

/// The health of one route.
#[derive(Debug)]
pub(crate) struct Health {
    policy: Policy,
    /// The last good answer.
    answered: Option<Instant>,
    /// The last good answer to something new or to a probe: others are answered.
    vouched: Option<Instant>,
    /// The last of these that came from the host itself, and not from a cache before it.
    confirmed: Option<Instant>,
    /// When something last proved a fault to be the host's.
    proven: Option<Instant>,
    /// When something was last asked for in vain that was answered before.
    probe_failed: Option<Instant>,
    /// When the first request was sent that nothing was answered after.
    unanswered_since: Option<Instant>,
    /// Items that were first asked for last, and whether they were answered.
    last: VecDeque<FirstTry>,
    /// First tries that are on their way, or will be in their turn.
    first_tries: u32,
    /// Items in a row that were denied.
    denied: u32,
}

#[derive(Clone, Copy, Debug)]
struct FirstTry {
    item: u64,
    ended: Instant,
    is_answered: bool,
}

impl Health {
    /// Starts with nothing sent.
    pub(crate) fn new(policy: Policy) -> Self {
        Self {
            policy,
            answered: None,
            vouched: None,
            confirmed: None,
            proven: None,
            probe_failed: None,
            unanswered_since: None,
            last: VecDeque::new(),
            first_tries: 0,
            denied: 0,
        }
    }

    /// Takes note that something is asked for the first time, which is sent in its turn.
    pub(crate) fn record_asked(&mut self) {
        self.first_tries += 1;
    }

    /// Takes note that a request is sent.
    pub(crate) fn record_sent(&mut self, now: Instant) {
        self.unanswered_since.get_or_insert(now);
    }

    /// Takes note of the end of a first try.
    pub(crate) fn record_first_try(&mut self, item: u64, now: Instant) {
        self.first_tries -= 1;
        if self.last.len() == LAST {
            self.last.pop_front();
        }
        self.last.push_back(FirstTry {
            item,
            ended: now,
            is_answered: false,
        });
    }

    /// Takes note of a good answer; `vouches` where it was to something new or to a probe.
    pub(crate) fn record_answer(
        &mut self,
        item: Option<u64>,
        vouches: bool,
        is_cached: bool,
        now: Instant,
    ) {
        self.answered = Some(now);
        self.denied = 0;
        self.record_life();
        if vouches {
            self.vouched = Some(now);
        }
        if vouches && !is_cached {
            self.confirmed = Some(now);
        }
        let first_try = self
            .last
            .iter_mut()
            .find(|first_try| Some(first_try.item) == item);
        if let Some(first_try) = first_try {
            first_try.is_answered = true;
        }
    }

    /// Takes note that the host answers, whatever it says.
    pub(crate) fn record_life(&mut self) {
        self.unanswered_since = None;
    }

    /// Takes note that a fault is the host's.
    pub(crate) fn record_proof(&mut self, now: Instant) {
        self.proven = Some(now);
    }

    /// Takes note that what was answered before is not any more.
    pub(crate) fn record_failed_probe(&mut self, now: Instant) {
        self.probe_failed = Some(now);
        self.record_proof(now);
    }

    /// Takes note that a further item is denied; tells whether so many were in a row that it is the host's fault.
    pub(crate) fn record_denial(&mut self, is_new: bool) -> bool {
        self.denied += u32::from(is_new);
        self.denied >= DENIED_MAX
    }

    /// Tells whether something new or a probe was answered since.
    pub(crate) fn vouched_since(&self, time: Instant) -> bool {
        self.vouched.is_some_and(|vouched| vouched >= time)
    }

    /// Tells whether it was by the host itself.
    pub(crate) fn confirmed_since(&self, time: Instant) -> bool {
        self.confirmed.is_some_and(|confirmed| confirmed >= time)
    }

    /// Tells whether something that was answered before was asked for in vain since.
    pub(crate) fn probe_failed_since(&self, time: Instant) -> bool {
        self.probe_failed.is_some_and(|failed| failed >= time)
    }

    /// Returns when a fault was last proven to be the host's.
    pub(crate) fn proven(&self) -> Option<Instant> {
        self.proven
    }

    /// Tells whether a fault was proven to be the host's so lately that those of others are in doubt, or nothing was
    /// ever answered.
    pub(crate) fn is_in_doubt(&self, now: Instant) -> bool {
        self.answered.is_none() || self.is_proven(now)
    }

    fn is_proven(&self, now: Instant) -> bool {
        self.proven
            .is_some_and(|proven| now.saturating_duration_since(proven) < self.policy.doubt)
    }

    /// Tells whether to ask for something that was answered before: nothing else shows whether the host answers.
    pub(crate) fn wants_probe(&self, now: Instant) -> bool {
        self.first_tries == 0 || !self.is_proven(now)
    }

    /// Tells whether it has answered nothing for long, although it was asked.
    pub(crate) fn is_late(&self, now: Instant) -> bool {
        self.unanswered_since
            .is_some_and(|since| now.saturating_duration_since(since) >= self.policy.late)
    }

    /// Tells whether what was sent then, and has failed now, took long while others were answered.
    pub(crate) fn is_hung(&self, sent: Instant, now: Instant) -> bool {
        now.saturating_duration_since(sent) >= self.policy.late * 2 && !self.is_late(now)
    }

    /// Tells whether it looks like an outage behind a cache: of what was first asked for last most is not answered.
    /// Once nothing new is asked for that is no news.
    pub(crate) fn looks_like_outage(&self, now: Instant) -> bool {
        let unanswered = self.last.iter().filter(|first_try| !first_try.is_answered);
        let newest = unanswered.clone().map(|first_try| first_try.ended).max();
        self.last.len() >= LAST_LEAST
            && unanswered.count() * 2 > self.last.len()
            && newest.is_some_and(|newest| now.saturating_duration_since(newest) < self.policy.calm)
    }

    /// Tells whether it looks like that, and not like a host that has too much to do.
    pub(crate) fn may_be_outage(&self, now: Instant) -> bool {
        self.looks_like_outage(now) && !self.is_proven(now)
    }

    /// Tells whether it has looked like that for some time.
    pub(crate) fn is_outage(&self, now: Instant) -> bool {
        let mut unanswered = self.last.iter().filter(|first_try| !first_try.is_answered);
        let oldest = unanswered.next().map(|first_try| first_try.ended);
        oldest.is_some_and(|oldest| now.saturating_duration_since(oldest) >= self.policy.recovery)
            && self.may_be_outage(now)
    }
}
