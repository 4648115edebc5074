//! The least time that an export can take by the rules of its archive.

use std::time::Duration;

use crate::support::busy::fleet::Results;
use crate::support::busy::rules::{Phase, Rules, Scope, Start, Trouble};

const STEP: Duration = Duration::from_millis(10);
/// What a request takes beside the latency of the archive.
const OVERHEAD: Duration = Duration::from_millis(2);

/// The largest of three: the time without limits, (requests - burst) / rate, and the time in which the store can have
/// answered all requests, each of which takes the mean latency and 2 ms, with what it bears at each moment.
pub(super) fn ideal(rules: &Rules, results: &Results, unlimited: Duration) -> Duration {
    let requests = as_f64(results.expected.useful * results.jobs.len());
    let by_rate = rules.rate.map_or(0.0, |rate| {
        let limited = match rate.scope {
            // All but the manifests.
            Scope::Gateway => requests - as_f64(results.expected.entities * results.jobs.len()),
            Scope::Api | Scope::Both => requests,
        };
        (limited - rate.burst).max(0.0) / rate.per_second
    });
    let (least, most) = rules.latency;
    let latency = (least + most) / 2 + OVERHEAD;
    let workers = u32::try_from(results.jobs.len()).expect("few workers");
    let unlimited_rate = requests / unlimited.as_secs_f64();
    let (mut answered, mut at) = (0.0, Duration::ZERO);
    while answered < requests && rules.phases.iter().all(|phase| phase.lasts < Duration::MAX) {
        let rate = match capacity(rules, at) {
            Some(capacity) => (f64::from(capacity) / latency.as_secs_f64())
                .min(unlimited_rate * f64::from(workers)),
            None => unlimited_rate * f64::from(workers),
        };
        answered += rate * STEP.as_secs_f64();
        at += STEP;
    }
    unlimited.max(at).max(Duration::from_secs_f64(by_rate))
}

#[expect(clippy::cast_precision_loss, reason = "a figure for a person")]
fn as_f64(count: usize) -> f64 {
    count as f64
}

/// What the store bears at a moment, if there is a limit.
fn capacity(rules: &Rules, at: Duration) -> Option<u32> {
    let is_on = |phase: &&Phase| match phase.from {
        Start::At(from) => at >= from && at.saturating_sub(from) < phase.lasts,
        Start::Request(_) => false,
    };
    let troubles = rules.phases.iter().filter(is_on);
    let capacities = troubles.map(|phase| match phase.trouble {
        Trouble::Capacity(capacity) => capacity,
        Trouble::Refusing(_) | Trouble::Down(_) => 0,
    });
    let capacity = capacities.chain(rules.capacity).min();
    capacity.map(|capacity| u32::try_from(capacity).expect("a small number"))
}
