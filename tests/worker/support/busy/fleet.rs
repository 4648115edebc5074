//! Fleets: real workers that export the same tree from one archive at the same time, and what came of it.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;
use std::time::Duration;

use futures::future::join_all;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::items::{Expected, Items};
use super::rules::{Bad, Rules};
use super::{Busy, Seen};
use crate::support::document::files_below;
use crate::support::tree::{Tree, pi};
use crate::support::worker::{Run, Worker};

/// Workers to be.
#[derive(Clone, Debug)]
pub(crate) struct Fleet {
    /// Each of them, without a job.
    pub(crate) worker: Worker,
    pub(crate) size: usize,
    pub(crate) options: Value,
    /// How long a job may take.
    pub(crate) limit: Duration,
}

/// What came of the jobs of a fleet.
#[derive(Debug)]
pub(crate) struct Results {
    pub(crate) jobs: Vec<Job>,
    /// Every request that the archive saw.
    pub(crate) seen: Vec<Seen>,
    /// The most of them that were open at once.
    pub(crate) most_open: usize,
    /// What each job had to come to.
    pub(crate) expected: Expected,
    items: Items,
    bad: BTreeMap<String, Bad>,
}

/// What came of a job.
#[derive(Debug)]
pub(crate) struct Job {
    pub(crate) run: Run,
    /// What the worker says in place of a callback.
    pub(crate) body: Value,
    /// The file, where there is one.
    pub(crate) file: Option<Vec<u8>>,
    /// The keys of the items that its report names missing.
    pub(crate) missing: BTreeSet<String>,
}

impl Fleet {
    /// One worker, which exports the whole tree.
    pub(crate) fn one(worker: Worker) -> Self {
        Self {
            worker,
            size: 1,
            options: json!({"recursive": true}),
            limit: Duration::from_mins(20),
        }
    }

    /// Exports a tree from an archive with these rules.
    pub(crate) async fn export(&self, tree: &Tree, rules: Rules) -> Results {
        let items = Items::of(tree);
        let is_recursive = self.options["recursive"] == true;
        let expected = items.expected(&rules.bad, is_recursive);
        let bad = rules.bad.clone();
        let busy = Busy::start(tree, rules);
        let jobs = (0..self.size).map(|number| self.job(number, &busy, &items));
        let jobs = join_all(jobs).await;
        Results {
            jobs,
            seen: busy.seen(),
            most_open: busy.most_open(),
            expected,
            items,
            bad,
        }
    }

    async fn job(&self, number: usize, busy: &Busy, items: &Items) -> Job {
        let output = TempDir::new().expect("a temporary folder");
        let worker = self
            .worker
            .clone()
            .job(&format!("w{number}"), &pi(0))
            .options(self.options.clone())
            .env("ARKE_API_URL", busy.api(number))
            .env("IPFS_GATEWAY_URL", busy.gateway(number))
            .arg("--output")
            .arg(output.path().to_str().expect("a path in UTF-8"));
        let run = worker.spawn().finish_within(self.limit).await;
        let read = |path: PathBuf| std::fs::read(path).expect("a readable file");
        let files = files_below(output.path());
        let named = |end: &str| {
            let is_named = |file: &&PathBuf| file.to_str().is_some_and(|file| file.ends_with(end));
            files.iter().find(is_named).cloned()
        };
        let report = named("/report.json").map(read);
        let report = report.map(|report| serde_json::from_slice(&report).expect("a report"));
        Job {
            body: run.printed_callback(),
            run,
            file: named(".xml").map(read),
            missing: report.map_or_else(BTreeSet::new, |report: Value| missing(&report, items)),
        }
    }
}

/// The keys of the items that a report names missing.
fn missing(report: &Value, items: &Items) -> BTreeSet<String> {
    let rows = report["rows"].as_array().expect("rows").iter();
    // "failed" has no component; of a set of metadata that the manifest does not list nothing is missing.
    let is_missing = |row: &&Value| match row["event"].as_str() {
        Some("failed" | "component_failed") => true,
        Some("incomplete") => row["state"] != "absent",
        _ => false,
    };
    rows.filter(is_missing)
        .map(|row| {
            let pi = row["pi"].as_str().expect("a PI");
            let key = items.key(pi, row["component"].as_str());
            key.unwrap_or_else(|| panic!("no such item: {row}"))
        })
        .collect()
}

impl Job {
    /// Tells whether the file was delivered.
    pub(crate) fn is_success(&self) -> bool {
        self.body["status"] == "success"
    }

    /// A number from the metrics; 0 where there is none.
    pub(crate) fn metric(&self, name: &str) -> u64 {
        self.body["metrics"][name].as_u64().unwrap_or_default()
    }
}

impl Results {
    /// How many items that could be had the jobs that said success are without, what nobody knows of any more because a
    /// manifest is missing among them.
    pub(crate) fn lost(&self) -> usize {
        let successes = self.jobs.iter().filter(|job| job.is_success());
        let missing = successes.flat_map(|job| &job.missing);
        let lost = missing.filter(|key| !self.bad.contains_key(*key));
        lost.map(|key| self.items.useful_of(key, &self.bad)).sum()
    }

    /// How many bad items the jobs that said success do not name.
    pub(crate) fn unnamed(&self) -> usize {
        let successes = self.jobs.iter().filter(|job| job.is_success());
        successes
            .map(|job| self.expected.missing.difference(&job.missing).count())
            .sum()
    }

    /// How many requests a worker sent for each bad item that it met; the most of them first.
    pub(crate) fn requests_for_bad(&self) -> Vec<usize> {
        let mut requests = HashMap::<_, usize>::new();
        for seen in &self.seen {
            let key = seen.key();
            if self.expected.missing.contains(&key) {
                *requests.entry((seen.worker, key)).or_default() += 1;
            }
        }
        let mut requests: Vec<usize> = requests.into_values().collect();
        requests.sort_unstable_by(|one, other| other.cmp(one));
        requests
    }
}
