//! A job that is killed: the process that watches it gives the one true answer and clears away what is left. Row 51.
//!
//! - [`answers`]: killed at a chosen moment, what is said and what is left
//! - [`moments`]: killed at any moment
//! - [`processes`]: the two processes, their signals and their ends

mod answers;
mod moments;
mod processes;

use std::time::Duration;

use regex::Regex;
use serde_json::Value;
use tokio::time::timeout;

use super::support::worker::Running;
use super::support::{Answer, Gate, Worker, World, pi};

/// What is said of a job that was killed, on a machine of 256 MB.
const KILLED: &str = r"^The worker was killed, most likely for want of memory \(\d+ of 256 MB\): (\d) of (\d) known entities were exported until then";

/// How long something is waited for that should come.
const LIMIT: Duration = Duration::from_mins(1);

/// A world whose archive never answers for the second of three entities, and a worker that waits for it with its upload
/// open.
async fn hanging(worker: impl FnOnce(&World) -> Worker) -> (World, Running) {
    let world = World::small().await;
    let second = format!("/entities/{}", pi(1));
    let never = Answer::usual().held(&Gate::new());
    world.archive.script().always(&second, never);
    let running = start(&world, &worker(&world)).await;
    world.archive.wait_for(&second, 1).await;
    (world, running)
}

/// Starts a worker whose root is answered only once the upload is open, so that all that is asked for after the root
/// comes from a job that knows of its upload.
async fn start(world: &World, worker: &Worker) -> Running {
    let gate = Gate::new();
    let root = format!("/entities/{}", pi(0));
    let held = Answer::usual().held(&gate);
    world.archive.script().next(&root, held);
    let running = worker.spawn();
    world.archive.wait_for(&root, 1).await;
    world.bucket.wait_for("CreateMultipartUpload", 1).await;
    until(|| world.bucket.open_uploads() == 1).await;
    gate.open();
    running
}

/// Waits until something is so, where no request tells of it.
async fn until(is_so: impl Fn() -> bool) {
    let waiting = async {
        while !is_so() {
            tokio::task::yield_now().await;
        }
    };
    let waited = timeout(LIMIT, waiting).await;
    waited.expect("what is waited for should come");
}

fn on_256_mb(world: &World) -> Worker {
    world.collector().env("FLY_VM_MEMORY_MB", "256")
}

/// Checks that a job was told to be killed; returns how many entities were exported and known.
#[track_caller]
fn expect_killed(error: &str) -> (u64, u64) {
    let pattern = Regex::new(KILLED).expect("a pattern");
    let found = pattern.captures(error);
    let found = found.unwrap_or_else(|| panic!("{error}"));
    let number = |index: usize| found[index].parse().expect("a number");
    (number(1), number(2))
}

fn status(body: &Value) -> &str {
    body["status"].as_str().expect("a status")
}
