//! The rows of the table: the archive's rules, how large the job, and what is to be reached.

mod dead;

use std::time::Duration;

use super::bar::Bar;
use crate::support::busy::items::Items;
use crate::support::busy::rules::{Down, Rate, Rules, Scope, Start, Trouble};
use dead::fifth_dead;

/// A row of the table.
#[derive(Clone, Copy)]
pub(super) struct Row {
    pub(super) name: &'static str,
    pub(super) what: &'static str,
    pub(super) workers: usize,
    /// Entities of the tree. Of one entity alone the job is no collection.
    pub(super) entities: u64,
    /// Digitized files of each; it has three components more.
    pub(super) files: u64,
    pub(super) rules: fn(Rules, &Items) -> Rules,
    /// What is to be reached, beside that nothing is lost.
    pub(super) bars: &'static [Bar],
    pub(super) ends_in_error: bool,
    /// Runs without being named.
    pub(super) is_in_table: bool,
}

/// One worker, and as many entities as most rows have.
fn row(
    name: &'static str,
    what: &'static str,
    rules: fn(Rules, &Items) -> Rules,
    bars: &'static [Bar],
) -> Row {
    Row {
        name,
        what,
        workers: 1,
        entities: 300,
        files: 3,
        rules,
        bars,
        ends_in_error: false,
        is_in_table: true,
    }
}

impl Row {
    fn workers(self, workers: usize) -> Self {
        Self { workers, ..self }
    }

    fn entities(self, entities: u64) -> Self {
        Self { entities, ..self }
    }

    /// One entity alone, with ten components.
    fn alone(self) -> Self {
        Self {
            entities: 1,
            files: 7,
            ..self
        }
    }

    fn beyond_the_table(self) -> Self {
        Self {
            is_in_table: false,
            ..self
        }
    }

    fn ends_in_error(self) -> Self {
        Self {
            ends_in_error: true,
            ..self
        }
    }
}

/// From these seconds on, for so many.
fn for_a_time(rules: Rules, from: u64, lasts: u64, trouble: Trouble) -> Rules {
    let from = Start::At(Duration::from_secs(from));
    rules.trouble(from, Duration::from_secs(lasts), trouble)
}

/// Down in another way with each seed.
fn down(seed: u64) -> Trouble {
    let ways = [Down::Status(502), Down::Reset, Down::Status(521)];
    Trouble::Down(ways[usize::try_from(seed % 3).expect("a small number")])
}

/// The table, in its order.
pub(super) fn rows() -> Vec<Row> {
    [
        limits(),
        fleets(),
        troubles(),
        dead::alone(),
        dead::together(),
        dead::archives(),
        beyond_the_table(),
        dead::beyond_the_table(),
    ]
    .concat()
}

fn limits() -> Vec<Row> {
    const RATE: &[Bar] = &[Bar::Wasted(5.0), Bar::OfIdeal(1.15)];
    const AT_ONCE: &[Bar] = &[Bar::Wasted(8.0), Bar::OfIdeal(1.25)];
    vec![
        row(
            "rate-500",
            "one worker, 1,000 entities, 500 requests a second, burst 1,000",
            |rules, _| rules.rate(500, 1_000),
            RATE,
        )
        .entities(1_000),
        row(
            "rate-200",
            "one worker, 600 entities, 200 requests a second, burst 100",
            |rules, _| rules.rate(200, 100),
            RATE,
        )
        .entities(600),
        row(
            "rate-50",
            "one worker, 200 entities, 50 requests a second, burst 20",
            |rules, _| rules.rate(50, 20),
            RATE,
        )
        .entities(200),
        row(
            "at-once-16",
            "one worker, 300 entities, at most 16 requests at once",
            |rules, _| rules.at_once(16),
            AT_ONCE,
        ),
        row(
            "at-once-8",
            "one worker, 300 entities, at most 8 requests at once",
            |rules, _| rules.at_once(8),
            AT_ONCE,
        ),
        row(
            "at-once-4",
            "one worker, 300 entities, at most 4 requests at once",
            |rules, _| rules.at_once(4),
            AT_ONCE,
        ),
    ]
}

fn fleets() -> Vec<Row> {
    const RATE: &[Bar] = &[Bar::Wasted(10.0), Bar::OfIdeal(1.2), Bar::Spread(1.9)];
    vec![
        row("fleet-8", "8 workers, 300 entities each, 500 requests a second, burst 1,000, 100 at once at the gateway", |rules, _| Rules {
                connections: Some(100),
                ..rules.rate(500, 1_000)
            }, RATE).workers(8),
        row("fleet-8-slow", "8 workers, 100 entities each, 100 requests a second, burst 200", |rules, _| rules.rate(100, 200), RATE).workers(8).entities(100),
        row("fleet-32", "32 workers, 200 entities each, 500 requests a second, burst 1,000, 100 at once at the gateway", |rules, _| Rules {
                connections: Some(100),
                ..rules.rate(500, 1_000)
            }, &[Bar::Wasted(12.0), Bar::OfIdeal(1.2), Bar::Spread(2.0)]).workers(32).entities(200),
        row("fleet-8-at-once", "8 workers, 200 entities each, at most 16 requests at once", |rules, _| rules.at_once(16), &[Bar::Wasted(10.0), Bar::OfIdeal(1.45), Bar::Spread(2.3)]).workers(8).entities(200),
    ]
}

fn troubles() -> Vec<Row> {
    const BARS: &[Bar] = &[Bar::Wasted(5.0), Bar::OfIdeal(1.4)];
    vec![
        row(
            "brown-out",
            "1,000 entities, at most 64 requests at once, 6 from second 5 to 25",
            |rules, _| for_a_time(rules.at_once(64), 5, 20, Trouble::Capacity(6)),
            BARS,
        )
        .entities(1_000),
        row(
            "refusing",
            "1,000 entities, 90 % of the requests refused for 30 s",
            |rules, _| for_a_time(rules, 3, 30, Trouble::Refusing(90)),
            BARS,
        )
        .entities(1_000),
        row(
            "down",
            "1,000 entities, down for 30 s",
            |rules, _| {
                let down = down(rules.seed);
                for_a_time(rules, 3, 30, down)
            },
            BARS,
        )
        .entities(1_000),
        row(
            "starts-in-brown-out",
            "300 entities, everything refused in the first 8 s (manifests by 404, the root's too)",
            |rules, _| for_a_time(rules, 0, 8, Trouble::Refusing(100)),
            &[Bar::Longer(10.0)],
        ),
        row(
            "cached-20",
            "300 entities, the origin down for 20 s behind a cache of what was answered",
            |rules, _| Rules {
                caches: true,
                ..for_a_time(rules, 1, 20, Trouble::Down(Down::Status(502)))
            },
            &[Bar::Wasted(20.0), Bar::Seconds(33.0)],
        ),
        row(
            "cached-45",
            "300 entities, the origin down for 45 s behind a cache of what was answered",
            |rules, _| Rules {
                caches: true,
                ..for_a_time(rules, 1, 45, Trouble::Down(Down::Status(502)))
            },
            &[Bar::Wasted(50.0), Bar::Seconds(58.0)],
        ),
        row(
            "unlimited",
            "300 entities, no limit",
            |rules, _| rules,
            &[Bar::Wasted(0.0), Bar::OfIdeal(1.05)],
        ),
    ]
}

/// What the policy is known to do badly, and what is worth a look now and then.
fn beyond_the_table() -> Vec<Row> {
    vec![
        row(
            "rate-50-both",
            "one worker, 200 entities, 50 requests a second at both origins together, burst 20",
            |rules, _| Rules {
                rate: Some(Rate {
                    per_second: 50.0,
                    burst: 20.0,
                    scope: Scope::Both,
                }),
                ..rules
            },
            &[Bar::Wasted(15.0), Bar::OfIdeal(1.15)],
        )
        .entities(200)
        .beyond_the_table(),
        row(
            "random-2",
            "300 entities, 2 % of all requests refused at random",
            |rules, _| rules.trouble(Start::Request(0), Duration::MAX, Trouble::Refusing(2)),
            &[Bar::OfIdeal(25.0)],
        )
        .beyond_the_table(),
        row(
            "fleet-8-fifth-dead",
            "8 workers, 300 entities each, 20 % of the components always 503, 500 requests a second, burst 1,000",
            |rules, items| fifth_dead(rules.rate(500, 1_000), items),
            &[Bar::ForBadMean(16.0), Bar::Seconds(228.0)],
        )
        .workers(8)
        .beyond_the_table(),
        row(
            "gateway-down",
            "300 entities, the gateway down for 40 s",
            |rules, _| {
                let down = down(rules.seed);
                let from = Start::At(Duration::from_secs(1));
                rules.trouble_of(Scope::Gateway, from, Duration::from_secs(40), down)
            },
            &[Bar::Seconds(14.0)],
        )
        .beyond_the_table(),
        row(
            "slower-with-load",
            "300 entities, 60 ms and 5 ms for each request that is open, at most 64 at once",
            |rules, _| Rules {
                latency_of_load: Duration::from_millis(5),
                ..rules.at_once(64)
            },
            &[Bar::Wasted(5.0), Bar::OfIdeal(10.0)],
        )
        .beyond_the_table(),
    ]
}
