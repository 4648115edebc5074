//! Health of the archive, one for manifests and one for components: the last good answer, what to probe with, how long
//! it has been silent.

use std::cell::{Cell, OnceCell};
use std::time::{Duration, Instant};

use tokio::sync::Mutex;

use crate::http::error::{ErrorKind, HttpError};
use crate::source::resource::Resource;

/// How many resources fail before it is taken for an outage, where none was ever answered: one or two may be lost, but
/// hardly a handful of different ones when nothing else was answered.
const FAILED_FIRST_MAX: u32 = 4;

/// The health of the archive for one kind of resource: what is asked for in the same way fails together.
#[derive(Debug, Default)]
pub(crate) struct Health {
    /// How long it has had no good answer.
    pub(crate) silence: Cell<Silence>,
    /// Something that was answered well.
    pub(crate) last_known_good: OnceCell<Resource>,
    /// How many resources could not be reached before one was answered well.
    failed_first: Cell<u32>,
    /// Held by whoever probes, so that one does at a time.
    pub(crate) probing: Mutex<()>,
}

impl Health {
    /// Records a good answer.
    pub(crate) fn record_success(&self) {
        let mut silence = self.silence.get();
        silence.record_success(Instant::now());
        self.silence.set(silence);
    }

    /// Records a failure of a request that was sent at a time.
    pub(crate) fn record_failure(&self, sent: Instant) {
        let mut silence = self.silence.get();
        silence.record_failure(sent);
        self.silence.set(silence);
    }

    /// Returns what to probe with after the last failure of a resource; nothing, where nothing was answered yet and too
    /// few resources have failed.
    pub(crate) fn probe_target<'r>(
        &'r self,
        failed: &'r Resource,
        kind: ErrorKind,
    ) -> Option<&'r Resource> {
        if self.last_known_good.get().is_some() {
            return self.last_known_good.get();
        }
        if kind.is_of_content() || matches!(kind, ErrorKind::NotFound | ErrorKind::Refused) {
            return None;
        }
        self.failed_first
            .set(self.failed_first.get().saturating_add(1));
        (self.failed_first.get() >= FAILED_FIRST_MAX).then_some(failed)
    }

    /// Tells whether the silence is that long.
    pub(crate) fn is_silent_for(&self, limit: Duration) -> bool {
        self.silence.get().lasts(Instant::now()) >= limit
    }
}

/// The time without a good answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Silence {
    last_good: Option<Instant>,
    /// When the first request was sent that failed after the last good answer.
    since: Option<Instant>,
}

/// Why the archive is given up: it does not answer any more.
#[derive(Clone, Debug)]
pub(crate) struct Outage {
    /// How long ago it last did.
    pub since_last_good: Duration,
    /// What came of asking it the last time.
    pub last_failure: HttpError,
}

impl Silence {
    /// Records a good answer, which ends the silence.
    pub(crate) fn record_success(&mut self, now: Instant) {
        self.last_good = Some(now);
        self.since = None;
    }

    /// Records a failure of a request that was sent at a time.
    pub(crate) fn record_failure(&mut self, sent: Instant) {
        let start = self.last_good.map_or(sent, |good| good.max(sent));
        self.since.get_or_insert(start);
    }

    /// Returns how long it lasts.
    pub(crate) fn lasts(&self, now: Instant) -> Duration {
        self.since
            .map_or(Duration::ZERO, |since| now.saturating_duration_since(since))
    }

    /// Tells whether a good answer came after a time.
    pub(crate) fn was_broken_after(&self, time: Instant) -> bool {
        self.last_good.is_some_and(|good| good > time)
    }

    /// Returns how long ago the last good answer came.
    pub(crate) fn since_last_good(&self, now: Instant) -> Option<Duration> {
        self.last_good
            .map(|good| now.saturating_duration_since(good))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_counts_from_the_first_request_that_failed_and_not_while_nothing_is_asked() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let mut silence = Silence::default();
        silence.record_success(at(10));
        assert_eq!(silence.lasts(at(1000)), Duration::ZERO);
        silence.record_failure(at(1000));
        silence.record_failure(at(1020));
        assert_eq!(silence.lasts(at(1030)), Duration::from_secs(30));
        assert_eq!(
            silence.since_last_good(at(1030)),
            Some(Duration::from_mins(17))
        );
        silence.record_success(at(1031));
        assert_eq!(silence.lasts(at(1040)), Duration::ZERO);
        silence.record_failure(at(1025));
        assert_eq!(
            silence.lasts(at(1041)),
            Duration::from_secs(10),
            "what was sent before the good answer counts from there"
        );
    }

    #[test]
    fn a_good_answer_after_a_time_breaks_it() {
        let start = Instant::now();
        let mut silence = Silence::default();
        assert!(!silence.was_broken_after(start));
        silence.record_success(start + Duration::from_secs(1));
        assert!(silence.was_broken_after(start));
        assert!(!silence.was_broken_after(start + Duration::from_secs(1)));
    }
}
