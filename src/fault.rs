//! Why a request has no good answer, and whether to ask again.
//!
//! Waits grow with jitter, so that many workers do not come back together; what a server asks for in `Retry-After`
//! goes before. What cannot pass, a wrong certificate or a body too large, is not asked for again.

use std::fmt;
use std::time::{Duration, SystemTime};

use backon::{BackoffBuilder, ExponentialBuilder};
use http::{HeaderMap, StatusCode, header};

/// How often a request is tried.
const TRIES: usize = 6;
/// How often one that is answered 404 is: the API hides faults of its backend behind this status.
const TRIES_NOT_FOUND: usize = 4;
/// How often one that is refused or answered with another status of the kind 4xx is.
const TRIES_REFUSED: usize = 2;
/// The first wait between two tries; it doubles from one to the next, with jitter.
const WAIT_MIN: Duration = Duration::from_millis(100);
/// The first wait after a 404: four tries spread over about three seconds.
const WAIT_NOT_FOUND: Duration = Duration::from_millis(300);
/// The longest wait between two tries.
const WAIT_MAX: Duration = Duration::from_secs(10);
/// The longest `Retry-After` that is honoured.
pub(crate) const RETRY_AFTER_MAX: Duration = Duration::from_mins(1);

/// Why a request has no good answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The server answered with another status than 200.
    Status {
        /// The status.
        status: StatusCode,
        /// How long the server asks to wait.
        retry_after: Option<Duration>,
    },
    /// Something took too long.
    Timeout(&'static str),
    /// No connection, or one that broke.
    Connection(String),
    /// The other side is not who it should be.
    Tls(String),
    /// A redirect that is not followed.
    Redirect(String),
    /// The body is longer than it may be.
    TooLarge {
        /// The most that is read.
        limit_bytes: usize,
    },
    /// The body came whole and is not what it should be.
    BadBody(String),
    /// Asking again is of no use.
    Final(String),
}

/// The tries of one request at one address so far.
#[derive(Debug)]
pub(crate) struct Tries {
    /// At how many addresses the same can be had; each has its share of the tries.
    addresses: usize,
    faults: usize,
    waits: Option<backon::ExponentialBackoff>,
}

impl Tries {
    pub(crate) fn one_of(addresses: usize) -> Self {
        Self {
            addresses,
            faults: 0,
            waits: None,
        }
    }

    /// Counts a fault; returns how long to wait before the next try, if there is to be one.
    pub(crate) fn wait_after(&mut self, fault: &Fault) -> Option<Duration> {
        self.faults += 1;
        let (tries, wait_min) = match fault {
            Fault::Status { status, .. } => match status.as_u16() {
                404 => (TRIES_NOT_FOUND, WAIT_NOT_FOUND),
                408 | 425 | 429 => (TRIES, WAIT_MIN),
                400..500 => (TRIES_REFUSED, WAIT_MIN),
                _ => (TRIES, WAIT_MIN),
            },
            Fault::Timeout(_) | Fault::Connection(_) | Fault::BadBody(_) => (TRIES, WAIT_MIN),
            Fault::Tls(_) | Fault::Redirect(_) | Fault::TooLarge { .. } | Fault::Final(_) => {
                return None;
            }
        };
        if self.faults >= tries.div_ceil(self.addresses) {
            return None;
        }
        let waits = self.waits.get_or_insert_with(|| {
            let backoff = ExponentialBuilder::default()
                .with_min_delay(wait_min)
                .with_max_delay(WAIT_MAX);
            backoff.without_max_times().with_jitter().build()
        });
        let wait = waits.next()?;
        Some(match fault {
            Fault::Status {
                retry_after: Some(asked),
                ..
            } => wait.max(*asked).min(RETRY_AFTER_MAX),
            _ => wait,
        })
    }
}

/// Reads the value of `Retry-After`: seconds or a date.
pub fn retry_after(value: &str) -> Option<Duration> {
    if let Ok(seconds) = value.trim().parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = httpdate::parse_http_date(value.trim()).ok()?;
    Some(date.duration_since(SystemTime::now()).unwrap_or_default())
}

/// Returns how long an answer asks to wait.
pub fn asked_wait(headers: &HeaderMap) -> Option<Duration> {
    headers
        .get(header::RETRY_AFTER)?
        .to_str()
        .ok()
        .and_then(retry_after)
}

impl Fault {
    /// Says what an error of reqwest means here.
    pub fn from_reqwest(error: &reqwest::Error) -> Self {
        let mut cause: &(dyn std::error::Error + 'static) = error;
        let mut is_tls = false;
        while let Some(next) = source(cause) {
            cause = next;
            is_tls |= cause.is::<rustls::Error>();
        }
        // The error's own text names the address; the cause says what happened.
        let text = cause.to_string();
        if error.is_timeout() {
            Self::Timeout("connecting")
        } else if is_tls {
            Self::Tls(text)
        } else if error.is_redirect() {
            Self::Redirect(text)
        } else {
            Self::Connection(text)
        }
    }
}

/// Returns what is behind an error; an I/O error hides its own cause from `source`.
fn source<'e>(
    error: &'e (dyn std::error::Error + 'static),
) -> Option<&'e (dyn std::error::Error + 'static)> {
    let inner = error
        .downcast_ref::<std::io::Error>()
        .and_then(std::io::Error::get_ref);
    inner
        .map(|inner| inner as &(dyn std::error::Error + 'static))
        .or_else(|| error.source())
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status { status, .. } => {
                write!(
                    f,
                    "{} {}",
                    status.as_str(),
                    status.canonical_reason().unwrap_or("Unknown Status")
                )
            }
            Self::Timeout(what) => write!(f, "timed out while {what}"),
            Self::Connection(cause) => write!(f, "no connection: {cause}"),
            Self::Tls(cause) => write!(f, "no secure connection: {cause}"),
            Self::Redirect(cause) | Self::Final(cause) => f.write_str(cause),
            Self::TooLarge { limit_bytes } => write!(f, "too large: more than {limit_bytes} bytes"),
            Self::BadBody(cause) => write!(f, "the answer cannot be read: {cause}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(status: u16) -> Fault {
        Fault::Status {
            status: StatusCode::from_u16(status).expect("a status"),
            retry_after: None,
        }
    }

    #[track_caller]
    fn check_tries(fault: &Fault, expected: usize) {
        let mut tries = Tries::one_of(1);
        let count = std::iter::from_fn(|| tries.wait_after(fault))
            .take(100)
            .count();
        assert_eq!(count + 1, expected, "{fault}");
    }

    #[test]
    fn what_may_pass_is_tried_again() {
        check_tries(&status(503), 6);
        check_tries(&status(429), 6);
        check_tries(&status(522), 6);
        check_tries(&Fault::Connection(String::new()), 6);
        check_tries(&Fault::BadBody(String::new()), 6);
        check_tries(&status(404), 4);
        check_tries(&status(403), 2);
    }

    #[test]
    fn what_cannot_pass_is_not() {
        check_tries(&Fault::Tls(String::new()), 1);
        check_tries(&Fault::TooLarge { limit_bytes: 1 }, 1);
        check_tries(&Fault::Redirect(String::new()), 1);
    }

    #[test]
    fn the_server_says_how_long_to_wait_up_to_a_minute() {
        let ask = |seconds| Fault::Status {
            status: StatusCode::TOO_MANY_REQUESTS,
            retry_after: Some(Duration::from_secs(seconds)),
        };
        assert_eq!(
            Tries::one_of(1).wait_after(&ask(7)),
            Some(Duration::from_secs(7))
        );
        assert_eq!(
            Tries::one_of(1).wait_after(&ask(7200)),
            Some(Duration::from_mins(1))
        );
    }

    #[test]
    fn a_status_reads_as_number_and_reason() {
        assert_eq!(status(404).to_string(), "404 Not Found");
        assert_eq!(status(504).to_string(), "504 Gateway Timeout");
    }
}
