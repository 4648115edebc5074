//! Random schedules: whatever an archive bears and whatever goes wrong with it, nothing is lost that could be had.
//!
//! By hand, with a worker as it ships, a thousand in a quarter of an hour:
//!
//! ```text
//! WORKER=target/release/arke-mods-export-worker BUSY_SEED=1 BUSY_RUNS=1000 BUSY_JOBS=8 \
//!     cargo test --test worker busy::schedules -- --ignored --nocapture
//! ```
//!
//! Each is made from its seed alone, which a failure prints: `BUSY_SEED=… BUSY_RUNS=1` runs it again, and once the cause
//! is found it goes into [`ONCE_FAILED`]. All times are a tenth of the real ones, those of the worker by its settings.
//! What can go wrong is drawn in [`Schedule::random`]; something new is a line there, and changes what the seeds draw.

use std::env;
use std::panic::AssertUnwindSafe;
use std::path::Path;
use std::time::Duration;

use futures::future::join_all;
use futures::{FutureExt as _, StreamExt as _, stream};
use serde_json::json;

use super::schedule::Schedule;
use super::{a_tenth, worker};
use crate::support::Worker;
use crate::support::busy::fleet::Fleet;

/// How long a job may take before it counts as one that does not end; the longest that is meant to takes a tenth.
const LIMIT: Duration = Duration::from_mins(3);

/// The seeds of schedules in which something was lost once: in a fleet at a small capacity; in a brown-out that five
/// jobs start in; at a capacity of two; at a rate behind a cache.
const ONCE_FAILED: [u64; 4] = [8, 11, 44, 54];

/// Runs the schedule of a seed; returns what is wrong, as text.
async fn run(seed: u64, worker: &Worker) -> Option<String> {
    let (schedule, tree) = Schedule::random(seed);
    let fleet = Fleet {
        worker: worker.clone(),
        size: schedule.workers,
        options: json!({"recursive": schedule.is_recursive}),
        limit: LIMIT,
    };
    let results = AssertUnwindSafe(fleet.export(&tree, schedule.rules.clone()));
    let Ok(results) = results.catch_unwind().await else {
        return Some(format!("seed {seed}: a job does not end\n{schedule}"));
    };
    let problems = schedule.problems(&results);
    (!problems.is_empty()).then(|| {
        let last = results.seen.last().map_or(Duration::ZERO, |seen| seen.at);
        format!(
            "seed {seed}: {}\n{schedule}\n{} requests in {last:?}, at most {} open",
            problems.join("; "),
            results.seen.len(),
            results.most_open,
        )
    })
}

fn from_environment(name: &str, default: u64) -> u64 {
    env::var(name).map_or(default, |value| value.parse().expect("a number"))
}

#[tokio::test]
#[ignore = "a thousand schedules take a quarter of an hour"]
async fn nothing_is_lost_whatever_the_archive_bears() {
    let first = from_environment("BUSY_SEED", 1);
    let runs = from_environment("BUSY_RUNS", 1_000);
    let jobs = usize::try_from(from_environment("BUSY_JOBS", 8)).expect("a small number");
    let worker =
        env::var("WORKER").map_or_else(|_| Worker::new(), |path| Worker::of(Path::new(&path)));
    let worker = a_tenth(worker);
    let worker = &worker;
    let outcomes = stream::iter(first..first + runs).map(|seed| run(seed, worker));
    let mut outcomes = outcomes.buffer_unordered(jobs).enumerate();
    let mut failures = 0;
    while let Some((done, outcome)) = outcomes.next().await {
        if let Some(problem) = outcome {
            failures += 1;
            print(&problem);
        }
        if (done + 1) % 100 == 0 {
            print(&format!("{} schedules, {failures} failures", done + 1));
        }
    }
    assert_eq!(failures, 0, "failures of {runs} schedules");
}

#[tokio::test]
async fn what_was_lost_once_is_not_lost_again() {
    let worker = worker();
    let runs = ONCE_FAILED.map(|seed| run(seed, &worker));
    let problems: Vec<String> = join_all(runs).await.into_iter().flatten().collect();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[expect(clippy::print_stdout, reason = "run by hand, and watched")]
fn print(line: &str) {
    println!("{line}");
}
