//! Statistics of the archive: requests, bytes, retries, throttled time.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use crate::http::error::ErrorKind;
use crate::job::Metrics;

/// What was asked for, and what it took to get it.
#[derive(Debug, Default)]
pub(crate) struct Stats {
    /// Requests that were sent.
    pub(crate) requests: Cell<u64>,
    /// Bytes of bodies that came.
    pub(crate) bytes: Cell<u64>,
    retries: RefCell<BTreeMap<&'static str, u64>>,
    throttled: Cell<ThrottledTime>,
}

impl Stats {
    /// Counts a request that is sent again after an error of this kind.
    pub(crate) fn retry(&self, kind: ErrorKind) {
        *self.retries.borrow_mut().entry(kind.as_str()).or_default() += 1;
    }

    /// Counts the time as throttled until the value is dropped.
    pub(crate) fn throttle(&self) -> Waiting<'_> {
        let mut throttled = self.throttled.get();
        throttled.begin(Instant::now());
        self.throttled.set(throttled);
        Waiting(self)
    }

    /// Adds all of it to the metrics of a job.
    pub(crate) fn measure(&self, metrics: &mut Metrics) {
        let throttled = self.throttled.get().total(Instant::now());
        metrics.requests_sent = self.requests.get();
        metrics.bytes_fetched = self.bytes.get();
        metrics.retries = self.retries.borrow().clone();
        metrics.throttled_time_ms = throttled.as_millis().try_into().unwrap_or(u64::MAX);
    }
}

/// A request that waits because the host asked for it.
pub(crate) struct Waiting<'s>(&'s Stats);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        let mut throttled = self.0.throttled.get();
        throttled.end(Instant::now());
        self.0.throttled.set(throttled);
    }
}

/// The time that was throttled so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct ThrottledTime {
    waiting: usize,
    since: Option<Instant>,
    total: Duration,
}

impl ThrottledTime {
    /// A request begins to wait.
    pub(crate) fn begin(&mut self, now: Instant) {
        self.waiting += 1;
        self.since.get_or_insert(now);
    }

    /// A request has waited.
    pub(crate) fn end(&mut self, now: Instant) {
        self.waiting = self.waiting.saturating_sub(1);
        if self.waiting == 0
            && let Some(since) = self.since.take()
        {
            self.total += now.saturating_duration_since(since);
        }
    }

    /// Returns the time until now.
    pub(crate) fn total(&self, now: Instant) -> Duration {
        let open = self.since.map(|since| now.saturating_duration_since(since));
        self.total + open.unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_who_wait_at_the_same_time_count_once() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let mut throttled = ThrottledTime::default();
        throttled.begin(at(0));
        throttled.begin(at(1));
        throttled.end(at(3));
        throttled.end(at(4));
        throttled.begin(at(10));
        assert_eq!(throttled.total(at(12)), Duration::from_secs(6));
        throttled.end(at(13));
        assert_eq!(throttled.total(at(20)), Duration::from_secs(7));
    }
}
