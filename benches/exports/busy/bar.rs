//! The figures of a run, and what each may be at the most.

use std::collections::HashSet;
use std::time::Duration;

use crate::support::busy::fleet::Results;
use crate::support::busy::{Outcome, Seen};

/// A figure and the most that it may be.
#[derive(Clone, Copy)]
pub(super) enum Bar {
    /// Requests that brought nothing new, in percent of those that did.
    Wasted(f64),
    /// The time, in times of the ideal.
    OfIdeal(f64),
    /// The time in seconds.
    Seconds(f64),
    /// The time in seconds above that without limits.
    Longer(f64),
    /// The longest run, in times of the shortest.
    Spread(f64),
    /// The most requests for a bad item.
    ForBad(f64),
    /// Requests for a bad item on average.
    ForBadMean(f64),
    /// Requests to an archive that is down.
    AfterDeath(f64),
}

impl Bar {
    pub(super) fn name_and_limit(self) -> (&'static str, f64) {
        match self {
            Self::Wasted(limit) => ("wasted, %", limit),
            Self::OfIdeal(limit) => ("time / ideal", limit),
            Self::Seconds(limit) => ("time, s", limit),
            Self::Longer(limit) => ("time above unlimited, s", limit),
            Self::Spread(limit) => ("longest / shortest", limit),
            Self::ForBad(limit) => ("most for a bad item", limit),
            Self::ForBadMean(limit) => ("mean for a bad item", limit),
            Self::AfterDeath(limit) => ("requests after death", limit),
        }
    }

    /// The figure of a run; a job takes `unlimited` where there is no limit.
    #[expect(clippy::cast_precision_loss, reason = "a figure for a person")]
    pub(super) fn figure(self, ideal: Duration, unlimited: Duration, results: &Results) -> f64 {
        let seconds = longest(results).as_secs_f64();
        match self {
            Self::Wasted(_) => {
                let useful = useful(&results.seen);
                (results.seen.len() - useful) as f64 / useful.max(1) as f64 * 100.0
            }
            Self::OfIdeal(_) => seconds / ideal.as_secs_f64(),
            Self::Seconds(_) => seconds,
            Self::Longer(_) => seconds - unlimited.as_secs_f64(),
            Self::Spread(_) => {
                let shortest = results.jobs.iter().map(|job| job.run.elapsed).min();
                seconds / shortest.expect("a job").as_secs_f64()
            }
            Self::ForBad(_) => results.requests_for_bad().first().copied().unwrap_or(0) as f64,
            Self::ForBadMean(_) => {
                let requests = results.requests_for_bad();
                requests.iter().sum::<usize>() as f64 / requests.len().max(1) as f64
            }
            Self::AfterDeath(_) => {
                let is_after = |outcome| matches!(outcome, Outcome::Down(_));
                let after = results.seen.iter().filter(|seen| is_after(seen.outcome));
                after.count() as f64
            }
        }
    }
}

/// From the start of all to the end of the last.
pub(super) fn longest(results: &Results) -> Duration {
    let elapsed = results.jobs.iter().map(|job| job.run.elapsed);
    elapsed.max().expect("a job")
}

/// How many requests brought a worker something that it had not got yet.
fn useful(seen: &[Seen]) -> usize {
    let good = seen.iter().filter(|seen| seen.outcome == Outcome::Good);
    let got: HashSet<_> = good.map(|seen| (seen.worker, seen.key())).collect();
    got.len()
}
