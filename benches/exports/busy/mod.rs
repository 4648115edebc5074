//! Exports from an archive that bears less than it is asked: what is lost, what is wasted, how long it takes.
//!
//! `cargo bench --bench exports -- busy` runs every row of the table in [`rows`] with three seeds and prints each figure
//! against its bar, which takes half an hour. Names behind it choose rows, those beyond the table too:
//! `-- busy fleet-8 at-once-16`. `WORKER` names a worker that was built already. The machine has to be quiet.
//!
//! The rules of the archive are in `tests/worker/support/busy`; another row is an entry in [`rows`], another figure a
//! variant of [`bar::Bar`].
//!
//! - *lost*: items that could be had and that a success names missing, bad items that it does not name, and jobs that
//!   ended in another way than they should
//! - *wasted*: requests that brought a worker nothing new, for each that did
//! - *time*: from the start of the first worker to the end of the last, against [`ideal`]
//! - *spread*: the longest run of a fleet against the shortest

mod bar;
mod ideal;
mod rows;

use std::collections::HashMap;
use std::time::{Duration, Instant};

use futures::future::join_all;
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use serde_json::json;

use crate::build::Programs;
use crate::support::busy::Seen;
use crate::support::busy::fleet::{Fleet, Results};
use crate::support::busy::items::Items;
use crate::support::busy::rules::Rules;
use crate::support::{Tree, Worker};
use bar::{Bar, longest};
use ideal::ideal;
use rows::{Row, rows};

const SEEDS: u64 = 3;

/// What is asked of all rows.
struct Bench<'p> {
    programs: &'p Programs,
    /// What sizes are divided by.
    divisor: u64,
    seeds: u64,
    /// How long one worker takes without limits, by entities and files of an entity.
    unlimited: HashMap<(u64, u64), Duration>,
    /// Figures that missed their bars.
    missed: usize,
    lost: usize,
}

/// Runs the rows of these names; all, if none is named, or as a test one small one.
pub(crate) async fn run(programs: &Programs, names: &[String], is_test: bool) {
    let mut bench = Bench {
        programs,
        divisor: if is_test { 50 } else { 1 },
        seeds: if is_test { 1 } else { SEEDS },
        unlimited: HashMap::new(),
        missed: 0,
        lost: 0,
    };
    raise_limit_of_files();
    let started = Instant::now();
    let mut rows = rows();
    for name in names {
        let is_known = rows.iter().any(|row| row.name == name);
        assert!(is_known, "no row is called {name}");
    }
    rows.retain(|row| match names {
        [] if is_test => row.name == "rate-500",
        [] => row.is_in_table,
        names => names.iter().any(|name| row.name == name),
    });
    for row in &rows {
        bench.measure(row).await;
    }
    let count = rows.len();
    print(&format!(
        "{count} rows, {} seeds each: {} lost, {} figures MISSED; {:.0} s",
        bench.seeds,
        bench.lost,
        bench.missed,
        started.elapsed().as_secs_f64()
    ));
}

/// Many workers have some thousand connections.
fn raise_limit_of_files() {
    let (_, most) = getrlimit(Resource::RLIMIT_NOFILE).expect("a limit");
    setrlimit(Resource::RLIMIT_NOFILE, most, most).expect("a limit that may be raised");
}

#[expect(clippy::print_stdout, reason = "the figures are what it is run for")]
fn print(line: &str) {
    println!("{line}");
}

impl Bench<'_> {
    async fn measure(&mut self, row: &Row) {
        let entities = (row.entities / self.divisor).max(1);
        let tree = Tree::synthetic(entities, 8, row.files, 1_000);
        let unlimited = self.unlimited(&tree, entities, row.files).await;
        let items = Items::of(&tree);
        let seeds = 1..=self.seeds;
        let runs: Vec<_> = seeds
            .map(|seed| {
                let rules = (row.rules)(far_away(seed), &items);
                let fleet = self.fleet(row.workers, entities > 1);
                let tree = &tree;
                async move {
                    let results = fleet.export(tree, rules.clone()).await;
                    (rules, results)
                }
            })
            .collect();
        let results = if row.workers == 1 {
            join_all(runs).await
        } else {
            // Many workers have the machine to themselves.
            let mut results = Vec::new();
            for run in runs {
                results.push(run.await);
            }
            results
        };
        self.print(row, &results, unlimited);
    }

    fn fleet(&self, size: usize, is_recursive: bool) -> Fleet {
        Fleet {
            size,
            options: json!({"recursive": is_recursive}),
            ..Fleet::one(Worker::of(&self.programs.worker))
        }
    }

    /// How long one worker takes where there are no limits.
    async fn unlimited(&mut self, tree: &Tree, entities: u64, files: u64) -> Duration {
        if let Some(&known) = self.unlimited.get(&(entities, files)) {
            return known;
        }
        let fleet = self.fleet(1, entities > 1);
        let results = fleet.export(tree, far_away(1)).await;
        assert_eq!(
            (results.lost(), errors(&results)),
            (0, 0),
            "without limits: {}",
            results.jobs[0].run.stderr
        );
        let elapsed = longest(&results);
        self.unlimited.insert((entities, files), elapsed);
        elapsed
    }

    fn print(&mut self, row: &Row, runs: &[(Rules, Results)], unlimited: Duration) {
        let lost: Vec<usize> = runs.iter().map(|(_, results)| lost(row, results)).collect();
        let total: usize = lost.iter().sum();
        self.lost += total;
        self.missed += usize::from(total > 0);
        let verdict = if total == 0 { "ok" } else { "MISSED" };
        print(&format!("{:<24} {}", row.name, row.what));
        print(&format!("    {:<22} {lost:?} {verdict}", "lost"));
        for bar in row.bars {
            let figures = runs.iter().map(|(rules, results)| {
                bar.figure(ideal(rules, results, unlimited), unlimited, results)
            });
            self.print_figures(*bar, &figures.collect::<Vec<f64>>());
        }
        let figures = |of: &dyn Fn(&Results) -> String| {
            let figures = runs.iter().map(|(_, results)| of(results));
            figures.collect::<Vec<_>>().join(" ")
        };
        print(&format!(
            "    {:<22} requests {}; refused {}; most open {}; seconds {}; ideal {:.1}; without limits {:.1}",
            "",
            figures(&|results| results.seen.len().to_string()),
            figures(&|results| refused(results).to_string()),
            figures(&|results| results.most_open.to_string()),
            figures(&|results| format!("{:.1}", longest(results).as_secs_f64())),
            ideal(&runs[0].0, &runs[0].1, unlimited).as_secs_f64(),
            unlimited.as_secs_f64(),
        ));
    }

    fn print_figures(&mut self, bar: Bar, figures: &[f64]) {
        let (name, limit) = bar.name_and_limit();
        let is_reached = figures.iter().all(|&figure| figure <= limit);
        self.missed += usize::from(!is_reached);
        let verdict = if is_reached { "ok" } else { "MISSED" };
        let figures = figures.iter().map(|figure| format!("{figure:.2}"));
        let figures = figures.collect::<Vec<_>>().join(" ");
        print(&format!("    {name:<22} {figures} of {limit} {verdict}"));
    }
}

/// An archive whose answers take 40 to 80 ms.
fn far_away(seed: u64) -> Rules {
    Rules::with_latency(seed, 40, 80)
}

/// Items that are lost, or bad and not named; each job that ended otherwise than it should counts with all it wanted.
fn lost(row: &Row, results: &Results) -> usize {
    let errors = errors(results);
    let wrong_ends = if row.ends_in_error {
        results.jobs.len() - errors
    } else {
        errors
    };
    results.lost() + results.unnamed() + wrong_ends * results.expected.useful
}

fn refused(results: &Results) -> usize {
    let refused = results.seen.iter().filter(|seen| Seen::is_refused(seen));
    refused.count()
}

/// How many jobs ended with an error.
fn errors(results: &Results) -> usize {
    results.jobs.iter().filter(|job| !job.is_success()).count()
}
