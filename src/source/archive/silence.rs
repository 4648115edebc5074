//! Silence of the archive: how long nothing was answered, and the end of a job that waits for nothing.

use std::time::{Duration, Instant};

use crate::http::error::{ErrorKind, HttpError};

/// The time without a good answer to anything of a kind, whatever the route.
#[derive(Debug, Default)]
pub(crate) struct Silence {
    /// How many are being asked for, and since when there are some and nothing is answered.
    asked: u32,
    since: Option<Instant>,
    answered: Option<Instant>,
    last_failure: Option<HttpError>,
}

/// Why the archive is given up: it does not answer any more.
#[derive(Clone, Debug)]
pub(crate) enum Outage {
    /// Not even the first manifest was answered; what came of asking for it the last time.
    OfRoot(HttpError),
    /// It answered before.
    Later {
        /// When it last did, in words.
        last_good: String,
        /// What came of asking it the last time.
        failure: HttpError,
    },
}

/// How long nothing has been answered.
#[derive(Clone, Debug)]
pub(crate) struct SilenceNow {
    /// How long.
    pub lasts: Duration,
    /// What came of what was asked meanwhile, if anything did, in a few words.
    pub why: Option<String>,
    /// How long it may last on.
    pub gives_up_in: Duration,
}

impl Silence {
    /// Something is asked for.
    pub(crate) fn ask(&mut self, now: Instant) {
        self.asked += 1;
        self.since.get_or_insert(now);
    }

    /// It is not asked for any more.
    pub(crate) fn end_asking(&mut self) {
        self.asked -= 1;
        self.since = self.since.filter(|_| self.asked > 0);
    }

    /// Takes note of what came of a request.
    pub(crate) fn record<T>(&mut self, result: &Result<T, HttpError>, now: Instant) {
        match result {
            Ok(_) => {
                self.answered = Some(now);
                self.last_failure = None;
                self.hold_up(now);
            }
            Err(error) => self.last_failure = Some(error.clone()),
        }
    }

    /// Begins anew: an answer is here, and something of ours holds it up.
    pub(crate) fn hold_up(&mut self, now: Instant) {
        self.since = self.since.map(|_| now);
    }

    /// Tells whether there ever was a good answer.
    pub(crate) fn was_answered(&self) -> bool {
        self.answered.is_some()
    }

    /// Returns how it is at the moment, where it is given up after so long.
    pub(crate) fn now(&self, limit: Duration, now: Instant) -> Option<SilenceNow> {
        let lasts = now.saturating_duration_since(self.since?);
        Some(SilenceNow {
            lasts,
            why: self.last_failure.as_ref().map(HttpError::in_brief),
            gives_up_in: limit.saturating_sub(lasts),
        })
    }

    /// Describes it if it has lasted so long.
    pub(crate) fn outage(
        &self,
        is_of_manifests: bool,
        limit: Duration,
        now: Instant,
    ) -> Option<Outage> {
        let lasts = now.saturating_duration_since(self.since?);
        if lasts < limit {
            return None;
        }
        let no_answer =
            || HttpError::new(ErrorKind::Timeout, format!("no answer within {limit:?}"));
        let failure = self.last_failure.clone().unwrap_or_else(no_answer);
        let last_good = match self.answered {
            None if is_of_manifests => return Some(Outage::OfRoot(failure)),
            None => format!("no component within {} s", lasts.as_secs()),
            Some(answered) => format!(
                "last good answer {} s ago",
                now.saturating_duration_since(answered).as_secs()
            ),
        };
        Some(Outage::Later { last_good, failure })
    }
}
