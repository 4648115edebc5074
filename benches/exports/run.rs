//! One run of the worker, and what it cost.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike as _;
use serde_json::{Value, json};
use tokio::time;

use crate::archive::Archive;
use crate::support::{Bucket, CallbackSink, Worker, pi};

/// How often the size of the worker is looked at; the system keeps the peak itself.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// How long an export may take: one of a million entities takes five minutes.
const EXPORT_MAX: Duration = Duration::from_mins(30);

/// What a run cost.
#[derive(Clone, Debug)]
pub(crate) struct Cost {
    /// From before the start of the process to its end.
    pub(crate) wall: Duration,
    /// User and system time.
    pub(crate) cpu: Duration,
    /// The largest resident size, in bytes.
    pub(crate) peak_bytes: u64,
    /// From before the start of the process to the first request that the archive saw.
    pub(crate) first_request: Duration,
    /// `metrics` of its answer.
    pub(crate) metrics: Value,
}

impl Cost {
    /// Returns the least time and the most memory of two runs.
    pub(crate) fn best_of(self, other: Self) -> Self {
        Self {
            wall: self.wall.min(other.wall),
            cpu: self.cpu.min(other.cpu),
            peak_bytes: self.peak_bytes.max(other.peak_bytes),
            first_request: self.first_request.min(other.first_request),
            metrics: other.metrics,
        }
    }
}

/// Exports the whole tree in the archive into a bucket; panics unless every entity is in it.
pub(crate) async fn export(binary: &Path, archive: &Archive, entities: u64) -> Cost {
    let (bucket, callback) = (Bucket::start().await, CallbackSink::start().await);
    let mut worker = Worker::of(binary)
        .job("bench", &pi(0))
        .options(json!({"recursive": true, "maxDepth": 1000}))
        .env("ARKE_API_URL", archive.url())
        .env("IPFS_GATEWAY_URL", archive.url())
        .bucket(&bucket)
        .callback(&callback);
    if let Some(authority) = archive.authority() {
        worker = worker.env("EXTRA_CA_FILE", authority);
    }
    let before = children_cpu();
    let started = Instant::now();
    let running = worker.spawn();
    let id = running.id();
    let mut peak_bytes = 0;
    let finish = running.finish_within(EXPORT_MAX);
    tokio::pin!(finish);
    let run = loop {
        match time::timeout(LOOK_EVERY, &mut finish).await {
            Ok(run) => break run,
            Err(_) => peak_bytes = peak_of_all(id).unwrap_or(peak_bytes),
        }
    };
    run.expect_code(0);
    let metrics = callback.only().body["metrics"].clone();
    assert_eq!(metrics["entities_exported"], entities, "{metrics}");
    assert_eq!(archive.requests(), archive.answers(), "each body once");
    Cost {
        wall: run.elapsed,
        cpu: children_cpu().saturating_sub(before),
        peak_bytes,
        first_request: archive.first_request() - started,
        metrics,
    }
}

/// Gets every body of an archive once and drops it, with the worker's own client; returns the user and system time.
pub(crate) fn bare_gets(binary: &Path, archive: &Archive, paths: &[&str]) -> Duration {
    let list = tempfile::NamedTempFile::new().expect("a temporary file");
    fs::write(list.path(), paths.join("\n")).expect("a writable file");
    let before = children_cpu();
    let status = Command::new(binary)
        .arg(archive.url())
        .arg(list.path())
        .status()
        .expect("a program that starts");
    assert!(status.success(), "{status}");
    children_cpu().saturating_sub(before)
}

/// The user and system time of all children that have ended.
fn children_cpu() -> Duration {
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).expect("the system counts");
    let time = usage.user_time() + usage.system_time();
    Duration::from_micros(time.num_microseconds().unsigned_abs())
}

/// The largest resident sizes until now of the worker's two processes together, if they still run.
fn peak_of_all(id: u32) -> Option<u64> {
    let children = fs::read_to_string(format!("/proc/{id}/task/{id}/children")).ok()?;
    let children = children.split_whitespace().map(peak);
    let of_children: u64 = children.sum::<Option<_>>()?;
    Some(peak(&id.to_string())? + of_children)
}

/// The largest resident size of a process until now, if it still runs.
fn peak(id: &str) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    let peak = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: u64 = peak.trim().trim_end_matches(" kB").parse().ok()?;
    Some(kib * 1024)
}
