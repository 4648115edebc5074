//! The time in which at least one request waits because it was told to.

use std::time::{Duration, Instant};

/// The time so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Throttled {
    waiting: usize,
    since: Option<Instant>,
    total: Duration,
}

impl Throttled {
    /// A request begins to wait.
    pub fn begin(&mut self, now: Instant) {
        self.waiting += 1;
        self.since.get_or_insert(now);
    }

    /// A request has waited.
    pub fn end(&mut self, now: Instant) {
        self.waiting = self.waiting.saturating_sub(1);
        if self.waiting == 0
            && let Some(since) = self.since.take()
        {
            self.total += now.saturating_duration_since(since);
        }
    }

    /// Returns the time until now.
    pub fn total(&self, now: Instant) -> Duration {
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
        let mut throttled = Throttled::default();
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
