//! Policy of the archive's client: whose fault an error is, and how long everything takes.
//!
//! One setting, the first wait, is the unit of nearly all times, so that a test runs the same policy a hundred times as
//! fast. `docs/FLOW_CONTROL.md` tells what each is for.

use std::time::Duration;

use crate::config::Timeouts;
use crate::http::error::{ErrorKind, HttpError};

/// The longest that silence is waited for, in a job that has run for long.
const SILENCE_MAX: Duration = Duration::from_mins(15);
/// The longest wait before a retry or a probe, as a multiple of the first: 10 s after 100 ms.
const BACKOFF_MAX: u32 = 100;

/// The times of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Policy {
    /// The longest first wait before a request is sent again, and the unit of the others: 100 ms.
    pub(crate) unit: Duration,
    /// How long a host takes to be back where it was cut: 2 s.
    pub(crate) recovery: Duration,
    /// How long after the last proof against the host an item may be given up: 10 s.
    pub(crate) calm: Duration,
    /// How long a proof against the host puts the faults of others in doubt: 20 s.
    pub(crate) doubt: Duration,
    /// How long an item is asked for that fails while the host fails too: 30 s.
    pub(crate) persistence: Duration,
    /// How long an item is asked for while it looks like an outage behind a cache: 60 s.
    pub(crate) outage: Duration,
    /// A host that has answered nothing for so long, or a request that is on its way for so long, is late: 5 s.
    pub(crate) late: Duration,
    /// How long there may be no good answer before a job ends that has not run for long: 90 s.
    pub(crate) silence: Duration,
}

impl Policy {
    /// Derives the times from the settings.
    pub(crate) fn new(timeouts: &Timeouts) -> Self {
        let (unit, silence) = (timeouts.retry_wait, timeouts.silence);
        Self {
            unit,
            recovery: unit * 20,
            calm: unit * 100,
            doubt: unit * 200,
            persistence: unit * 300,
            outage: silence * 2 / 3,
            late: (silence / 18).min(timeouts.api_first_byte / 3),
            silence,
        }
    }

    /// How long there may be no good answer before a job of this age ends: what is set, or a tenth of the age if that is
    /// more, 15 minutes at most.
    pub(crate) fn silence(&self, age: Duration) -> Duration {
        (age / 10).min(SILENCE_MAX).max(self.silence)
    }

    /// How long to wait after so many failures, with full jitter: the unit, `growth` times that, and so on, 10 s at
    /// most. `chance` is a random number from 0 to 1.
    pub(crate) fn backoff(&self, growth: u32, failures: u32, chance: f64) -> Duration {
        let factor = growth.saturating_pow(failures.saturating_sub(1));
        self.unit.mul_f64(chance) * factor.min(BACKOFF_MAX)
    }
}

/// Tells whether the host says itself that it is asked too much.
pub(crate) fn is_of_host(error: &HttpError) -> bool {
    error.kind == ErrorKind::Throttled || error.retry_after.is_some()
}

/// Returns how often an item is asked for on a route that has this error of its own; `None` of an error that may be the
/// host's.
pub(crate) fn own_tries(kind: ErrorKind) -> Option<u32> {
    match kind {
        // A cache or a proxy in between may hold what is broken.
        ErrorKind::BadJson | ErrorKind::WrongBytes => Some(3),
        ErrorKind::Denied => Some(2),
        ErrorKind::Refused
        | ErrorKind::Tls
        | ErrorKind::Redirect
        | ErrorKind::TooLarge
        | ErrorKind::Unsupported
        | ErrorKind::File => Some(1),
        // The API says 404 too when it has too much to do.
        ErrorKind::NotFound
        | ErrorKind::Throttled
        | ErrorKind::Status
        | ErrorKind::Dns
        | ErrorKind::Connect
        | ErrorKind::Timeout
        | ErrorKind::SlowBody
        | ErrorKind::Truncated
        | ErrorKind::HtmlPage => None,
    }
}

/// Says what was seen of an archive whose fault this may be.
pub(crate) fn seen(fault: &HttpError) -> String {
    let what = fault.in_brief();
    match fault.kind {
        ErrorKind::Throttled | ErrorKind::Denied => format!("refuses requests ({what})"),
        ErrorKind::Status | ErrorKind::NotFound => format!("answers {what} again and again"),
        _ => format!("does not answer requests ({what})"),
    }
}
