//! Retry of a resource at one address: how often, and the backoff in between.
//!
//! Waits double, with full jitter, so that many workers do not come back together; what a server asks for in
//! `Retry-After` goes before. What cannot pass, a wrong certificate or a body too large, is not asked for again.

use std::time::Duration;

use crate::config::Timeouts;
use crate::http::error::{ErrorKind, HttpError};
use crate::http::retry_after::RETRY_AFTER_MAX;

/// How often a request is tried.
const TRIES: u32 = 6;
/// How often one that is answered 404 is.
const TRIES_NOT_FOUND: u32 = 4;
/// How often one that is refused is.
const TRIES_REFUSED: u32 = 2;
/// How long a request may be throttled all in all, as a multiple of the first wait: 90 s after 100 ms.
const THROTTLED_MAX: u32 = 900;
/// The longest wait, as a multiple of the first: 10 s after 100 ms.
const WAIT_MAX: u32 = 100;
/// The longest first wait after a 404 in percent of that of others: four tries within three seconds.
const WAIT_NOT_FOUND_PERCENT: u32 = 430;

/// The retry policy of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RetryPolicy {
    /// The longest that the first wait can be; the second is twice this at the most, and so on.
    pub first_wait: Duration,
    /// How long a request may be throttled all in all before it is given up.
    pub throttled_max: Duration,
}

/// The retry state of one resource at one address.
#[derive(Clone, Debug)]
pub(crate) struct RetryState {
    /// At how many addresses the same can be had; each has its share of the tries.
    addresses: u32,
    errors: u32,
    throttlings: u32,
    throttled: Duration,
}

impl RetryPolicy {
    /// Returns the waits that the settings ask for.
    pub(crate) fn new(timeouts: &Timeouts) -> Self {
        Self {
            first_wait: timeouts.retry_wait,
            throttled_max: timeouts.retry_wait * THROTTLED_MAX,
        }
    }
}

impl RetryState {
    /// Starts with no try at one of so many addresses.
    pub(crate) fn one_of(addresses: u32) -> Self {
        Self {
            addresses,
            errors: 0,
            throttlings: 0,
            throttled: Duration::ZERO,
        }
    }

    /// Counts an error; returns how long to wait before the next try, if there is to be one.
    ///
    /// `chance` is a random number from 0 to 1. To be throttled uses up time and no try.
    pub(crate) fn next_backoff(
        &mut self,
        error: &HttpError,
        policy: &RetryPolicy,
        chance: f64,
    ) -> Option<Duration> {
        let asked = error.retry_after.unwrap_or_default().min(RETRY_AFTER_MAX);
        if error.kind == ErrorKind::Throttled {
            if self.throttled >= policy.throttled_max {
                return None;
            }
            let wait = asked + jittered(policy.first_wait, self.throttlings, chance);
            self.throttlings += 1;
            self.throttled += wait;
            return Some(wait);
        }
        let (tries, first_wait) = match error.kind {
            ErrorKind::NotFound => (
                TRIES_NOT_FOUND,
                policy.first_wait * WAIT_NOT_FOUND_PERCENT / 100,
            ),
            ErrorKind::Denied | ErrorKind::Refused => (TRIES_REFUSED, policy.first_wait),
            ErrorKind::Tls
            | ErrorKind::Redirect
            | ErrorKind::TooLarge
            | ErrorKind::Unsupported
            | ErrorKind::File => {
                return None;
            }
            ErrorKind::Dns
            | ErrorKind::Connect
            | ErrorKind::Timeout
            | ErrorKind::SlowBody
            | ErrorKind::Truncated
            | ErrorKind::Status
            | ErrorKind::Throttled
            | ErrorKind::BadJson
            | ErrorKind::WrongBytes => (TRIES, policy.first_wait),
        };
        let wait = jittered(first_wait, self.errors, chance);
        self.errors += 1;
        (self.errors < tries.div_ceil(self.addresses)).then(|| wait.max(asked))
    }
}

/// Returns a share of a wait that has doubled so many times.
pub(crate) fn jittered(first_wait: Duration, doublings: u32, chance: f64) -> Duration {
    let factor = 2_u32.saturating_pow(doublings).min(WAIT_MAX);
    (first_wait * factor).mul_f64(chance)
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: RetryPolicy = RetryPolicy {
        first_wait: Duration::from_millis(100),
        throttled_max: Duration::from_secs(90),
    };

    fn waits(addresses: u32, error: &HttpError) -> Vec<u128> {
        let mut state = RetryState::one_of(addresses);
        std::iter::from_fn(|| state.next_backoff(error, &POLICY, 1.0))
            .take(1000)
            .map(|wait| wait.as_millis())
            .collect()
    }

    #[test]
    fn what_may_pass_is_tried_six_times_with_waits_that_double() {
        for kind in [
            ErrorKind::Connect,
            ErrorKind::Status,
            ErrorKind::BadJson,
            ErrorKind::Dns,
        ] {
            assert_eq!(
                waits(1, &HttpError::new(kind, "")),
                [100, 200, 400, 800, 1600],
                "{kind:?}"
            );
        }
        let mut state = RetryState::one_of(1);
        let half = state.next_backoff(&HttpError::new(ErrorKind::Timeout, ""), &POLICY, 0.5);
        assert_eq!(half, Some(Duration::from_millis(50)), "full jitter");
    }

    #[test]
    fn a_404_is_tried_four_times_within_about_three_seconds() {
        let waits = waits(1, &HttpError::new(ErrorKind::NotFound, ""));
        assert_eq!((waits.len(), waits.iter().sum()), (3, 3010));
    }

    #[test]
    fn what_is_refused_is_tried_once_more_and_what_cannot_pass_is_not() {
        assert_eq!(waits(1, &HttpError::new(ErrorKind::Denied, "")).len(), 1);
        for kind in [ErrorKind::Tls, ErrorKind::Redirect, ErrorKind::TooLarge] {
            assert!(waits(1, &HttpError::new(kind, "")).is_empty(), "{kind:?}");
        }
    }

    #[test]
    fn two_addresses_share_the_tries() {
        assert_eq!(waits(2, &HttpError::new(ErrorKind::Status, "")).len(), 2);
        assert_eq!(waits(2, &HttpError::new(ErrorKind::Denied, "")).len(), 0);
    }

    #[test]
    fn to_be_throttled_uses_up_time_and_no_try() {
        let throttled = |seconds| HttpError {
            kind: ErrorKind::Throttled,
            cause: String::new(),
            retry_after: Some(Duration::from_secs(seconds)),
        };
        let short = waits(1, &throttled(1));
        assert!(short.len() > 10, "{short:?}");
        assert_eq!(short[..3], [1100, 1200, 1400]);
        let total: u128 = short.iter().sum();
        assert!((90_000..102_000).contains(&total), "{total}");
        assert_eq!(
            waits(1, &throttled(7200)),
            [60_100, 60_200],
            "a minute at the most"
        );
    }

    #[test]
    fn other_answers_may_also_say_how_long_to_wait() {
        let error = HttpError {
            retry_after: Some(Duration::from_secs(7)),
            ..HttpError::new(ErrorKind::Status, "")
        };
        assert_eq!(waits(1, &error), [7000; 5]);
    }

    #[test]
    fn no_wait_is_longer_than_ten_seconds() {
        assert_eq!(
            jittered(POLICY.first_wait, 40, 1.0),
            Duration::from_secs(10)
        );
    }
}
