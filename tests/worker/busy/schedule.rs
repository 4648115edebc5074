//! A schedule from a seed: what an archive bears, what goes wrong with it, and what jobs then have to come to.

use std::fmt;
use std::time::Duration;

use crate::support::Tree;
use crate::support::busy::fleet::{Job, Results};
use crate::support::busy::items::{Item, Items};
use crate::support::busy::rules::{Bad, Down, Rate, Refusal, Rules, Scope, Start, Trouble};
use crate::support::random::Random;
use crate::support::tree::Shape;

/// A job and its archive.
#[derive(Debug)]
pub(super) struct Schedule {
    pub(super) workers: usize,
    pub(super) is_recursive: bool,
    shape: Shape,
    pub(super) rules: Rules,
    /// The archive dies, so jobs may end with an error.
    dies: bool,
    /// The job starts while the root's manifest is refused by a 404 for longer than a root is tried for.
    hides_root: bool,
}

impl Schedule {
    /// The schedule of a seed, and the tree that is exported.
    pub(super) fn random(seed: u64) -> (Self, Tree) {
        let mut random = Random::new(seed);
        let random = &mut random;
        let shape = Shape {
            entities: 10 + random.below(50),
            fan_out: [3, 8, 60][random.index(3)],
            refs: random.below(5),
            ocr_bytes: 300,
            people: 0,
        };
        let tree = Tree::of(shape);
        let mut schedule = Self {
            workers: if random.happens(50) {
                1
            } else {
                2 + random.index(7)
            },
            is_recursive: !random.happens(5),
            shape,
            rules: Rules::with_latency(seed, 4, 8),
            dies: false,
            hides_root: false,
        };
        schedule.limit(random);
        for _ in 0..random.below(3) {
            schedule.trouble(random);
        }
        if random.happens(60) {
            schedule.spoil(&Items::of(&tree), random);
        }
        // What dies behind a cache looks like items that are bad.
        if random.happens(8) && !schedule.rules.caches {
            schedule.dies = true;
            let from = Start::Request(random.index(300));
            let trouble = Trouble::Down(down(random));
            schedule.rules = schedule.rules.trouble(from, Duration::MAX, trouble);
        }
        (schedule, tree)
    }

    /// What the archive bears at all times.
    fn limit(&mut self, random: &mut Random) {
        let rules = &mut self.rules;
        if random.happens(40) {
            rules.rate = Some(Rate {
                per_second: [300.0, 1_000.0, 2_000.0, 5_000.0][random.index(4)],
                burst: [5.0, 20.0, 100.0, 1_000.0][random.index(4)],
                scope: scope(random),
            });
        }
        if random.happens(40) {
            rules.capacity = Some([2, 4, 8, 16, 64][random.index(5)]);
        }
        if random.happens(30) {
            rules.connections = Some(20 + random.index(80));
        }
        if random.happens(20) {
            rules.latency_of_load = Duration::from_micros(200);
        }
        if random.happens(8) {
            rules.refusal = Refusal::RetryAfter([429, 503][random.index(2)], 1);
        }
        rules.caches = random.happens(20);
        rules.is_one_origin = random.happens(15);
    }

    /// A brown-out or an outage, which a job starts in, runs through, or ends in.
    fn trouble(&mut self, random: &mut Random) {
        let from = match random.below(3) {
            0 => Start::At(Duration::ZERO),
            1 => Start::At(milliseconds(random, 50, 2_000)),
            _ => Start::Request(random.index(400)),
        };
        let (lasts, trouble) = match random.below(5) {
            0 => (
                milliseconds(random, 100, 3_000),
                Trouble::Capacity(1 + random.index(6)),
            ),
            1 => (
                milliseconds(random, 100, 3_000),
                Trouble::Refusing(50 + random.below(45)),
            ),
            2 => (milliseconds(random, 100, 800), Trouble::Refusing(100)),
            // What is sent into the silence is waited for beyond its end.
            3 => (
                milliseconds(random, 100, 1_500),
                Trouble::Down(Down::Silent),
            ),
            _ => (
                milliseconds(random, 100, 4_000),
                Trouble::Down(down(random)),
            ),
        };
        let is_refusing = matches!(trouble, Trouble::Refusing(_) | Trouble::Capacity(_));
        let patience = if is_refusing { 800 } else { 2_500 };
        self.hides_root |= lasts > Duration::from_millis(patience);
        let scope = scope(random);
        let rules = std::mem::take(&mut self.rules);
        self.rules = rules.trouble_of(scope, from, lasts, trouble);
    }

    /// Items that are bad for ever: alone, in a row, a fifth of all, at the tail.
    fn spoil(&mut self, items: &Items, random: &mut Random) {
        let entities = usize::try_from(self.shape.entities).expect("a small number");
        let share =
            |random: &mut Random, per_thousand| items.share(random.below(1_000), per_thousand);
        let some = 1 + random.index(entities / 4);
        let of_kind = random.below(3);
        let is_of_kind = |item: &Item| match of_kind {
            0 => item.component.is_some(),
            1 => item.component.is_none(),
            _ => true,
        };
        let keys = match random.below(5) {
            0 => share(random, 10),
            1 => share(random, 30),
            2 => {
                let from = random.index(entities);
                let range = from..from + some;
                items.keys(|item| range.contains(&item.entity) && is_of_kind(item))
            }
            3 => {
                let mut keys = share(random, 200);
                keys.retain(|key| key.starts_with("ipfs/"));
                keys
            }
            _ => items.keys(|item| item.entity + some >= entities && is_of_kind(item)),
        };
        let hangs = random.happens(10);
        let is_mixed = random.happens(50);
        let mut bad = bad_in_some_way(random, hangs);
        for (number, key) in keys.into_iter().enumerate() {
            if is_mixed {
                bad = bad_in_some_way(random, false);
            }
            if hangs && number >= 3 {
                break;
            }
            self.rules.bad.insert(key, bad);
        }
    }

    /// What is wrong with what came of it, if anything is.
    pub(super) fn problems(&self, results: &Results) -> Vec<String> {
        let mut problems = Vec::new();
        let (lost, unnamed) = (results.lost(), results.unnamed());
        if lost > 0 {
            problems.push(format!("{lost} items lost"));
        }
        if unnamed > 0 {
            problems.push(format!("{unnamed} bad items not named"));
        }
        for job in &results.jobs {
            problems.extend(self.problem_of(job, results));
        }
        problems
    }

    fn problem_of(&self, job: &Job, results: &Results) -> Option<String> {
        let error = job.body["error"].as_str().unwrap_or_default();
        let is_code_right = job.run.code == Some(i32::from(!job.is_success()));
        if !is_code_right {
            return Some(format!("exit code {:?} with {}", job.run.code, job.body));
        }
        if !job.is_success() {
            let is_right = error.starts_with("Archive unreachable") && self.dies
                || error.starts_with("Failed to fetch manifest") && (self.hides_root || self.dies);
            return (!is_right).then(|| format!("a job ended: {error}"));
        }
        let expected = results.expected.entities as u64;
        let found = job.metric("entities_found");
        let sum = ["exported", "failed", "deleted", "merged"]
            .map(|outcome| job.metric(&format!("entities_{outcome}")));
        let sum: u64 = sum.iter().sum();
        let is_whole = found == expected && sum == expected && job.file.is_some();
        (!is_whole && results.lost() == 0)
            .then(|| format!("{found} found and {sum} accounted for of {expected}"))
    }
}

impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rules = self.rules.clone();
        let bad = std::mem::take(&mut rules.bad);
        let Shape {
            entities,
            fan_out,
            refs,
            ..
        } = self.shape;
        writeln!(
            f,
            "{} workers, {entities} entities of {} components, {fan_out} children each, {} bad items",
            self.workers,
            refs + 3,
            bad.len()
        )?;
        write!(f, "{rules:?}")
    }
}

fn bad_in_some_way(random: &mut Random, hangs: bool) -> Bad {
    match random.below(4) {
        _ if hangs => Bad::Silent,
        0 => Bad::status(404),
        1 => Bad::status(503),
        2 => Bad::Status(504, Duration::from_millis(100)),
        _ => Bad::status(502),
    }
}

fn down(random: &mut Random) -> Down {
    [
        Down::Reset,
        Down::Status(502),
        Down::Status(503),
        Down::Status(521),
    ][random.index(4)]
}

fn scope(random: &mut Random) -> Scope {
    [Scope::Both, Scope::Both, Scope::Api, Scope::Gateway][random.index(4)]
}

fn milliseconds(random: &mut Random, least: u64, most: u64) -> Duration {
    Duration::from_millis(least + random.below(most - least))
}
