//! The rows of what is dead: items alone, items together, the archive.

use std::time::Duration;

use super::{Row, down, row};
use crate::busy::bar::Bar;
use crate::support::busy::items::Items;
use crate::support::busy::rules::{Bad, Down, Rules, Start, Trouble};

const BAD_503: Bad = Bad::Status(503, Duration::ZERO);
const BAD_404: Bad = Bad::Status(404, Duration::ZERO);

/// 1 % of the items are not found, and 1 % unavailable.
fn dead_alone(rules: Rules, items: &Items) -> Rules {
    let (not_found, unavailable) = (
        items.share(rules.seed, 10),
        items.share(rules.seed + 10, 10),
    );
    rules.bad(not_found, BAD_404).bad(unavailable, BAD_503)
}

/// Six of the ten components of an entity.
fn six_dead(rules: Rules, items: &Items, bad: Bad) -> Rules {
    let mut components = items.keys(|item| item.component.is_some());
    components.rotate_left(usize::try_from(rules.seed).expect("a small number"));
    components.truncate(6);
    rules.bad(components, bad)
}

/// 20 % of the components.
pub(super) fn fifth_dead(rules: Rules, items: &Items) -> Rules {
    let mut dead = items.share(rules.seed, 200);
    dead.retain(|key| key.starts_with("ipfs/"));
    rules.bad(dead, BAD_503)
}

/// The manifests of these entities, or all of their components.
fn dead_entities(
    rules: Rules,
    items: &Items,
    range: std::ops::Range<usize>,
    components: bool,
) -> Rules {
    let is_dead = |entity| range.contains(&entity);
    let keys = items.keys(|item| is_dead(item.entity) && item.component.is_some() == components);
    rules.bad(keys, BAD_503)
}

pub(super) fn alone() -> Vec<Row> {
    vec![
        row(
            "dead-alone",
            "2,000 entities, 1 % of the items always 404, 1 % always 503",
            dead_alone,
            &[Bar::ForBad(12.0), Bar::ForBadMean(12.0), Bar::OfIdeal(2.0)],
        )
        .entities(2_000),
        row(
            "dead-alone-at-rate-50",
            "300 entities, 1 % always 404, 1 % always 503, at 50 requests a second, burst 20",
            |rules, items| dead_alone(rules.rate(50, 20), items),
            &[Bar::Wasted(25.0), Bar::OfIdeal(1.8)],
        ),
        row(
            "dead-alone-at-once-8",
            "300 entities, 1 % always 404, 1 % always 503, at most 8 requests at once",
            |rules, items| dead_alone(rules.at_once(8), items),
            &[Bar::Wasted(25.0), Bar::OfIdeal(2.8)],
        ),
        row(
            "one-404",
            "one entity alone, 6 of 10 components always 404",
            |rules, items| six_dead(rules, items, BAD_404),
            &[Bar::Seconds(15.0)],
        )
        .alone(),
        row(
            "one-503",
            "one entity alone, 6 of 10 components always 503",
            |rules, items| six_dead(rules, items, BAD_503),
            &[Bar::Seconds(15.0)],
        )
        .alone(),
        row(
            "one-504",
            "one entity alone, 6 of 10 components always 504 after 1 s",
            |rules, items| six_dead(rules, items, Bad::Status(504, Duration::from_secs(1))),
            &[Bar::Seconds(15.0)],
        )
        .alone(),
    ]
}

pub(super) fn together() -> Vec<Row> {
    vec![
        row(
            "fifth-dead",
            "300 entities, 20 % of the components always 503",
            fifth_dead,
            &[Bar::ForBad(16.0), Bar::ForBadMean(16.0), Bar::Seconds(30.0)],
        ),
        row(
            "tail-dead",
            "300 entities, the manifests of the last 20 always 503",
            |rules, items| dead_entities(rules, items, 280..300, false),
            &[Bar::ForBad(16.0), Bar::ForBadMean(16.0), Bar::Seconds(25.0)],
        ),
        row(
            "run-dead",
            "300 entities, the manifests of 30 in a row always 503",
            |rules, items| dead_entities(rules, items, 100..130, false),
            &[Bar::ForBad(16.0), Bar::ForBadMean(16.0), Bar::Seconds(35.0)],
        ),
        row(
            "hanging",
            "600 entities, 0.3 % of the items hang for 30 s (then 504)",
            |rules, items| {
                let hanging = items.share(rules.seed, 3);
                rules.bad(hanging, Bad::Status(504, Duration::from_secs(30)))
            },
            &[Bar::Seconds(80.0)],
        )
        .entities(600),
    ]
}

pub(super) fn archives() -> Vec<Row> {
    vec![
        row(
            "dead-archive",
            "300 entities, the archive dies after 500 requests",
            |rules, _| {
                let down = down(rules.seed);
                rules.trouble(Start::Request(500), Duration::MAX, down)
            },
            &[Bar::Seconds(95.0), Bar::AfterDeath(220.0)],
        )
        .ends_in_error(),
        row(
            "silent-archive",
            "300 entities, the archive answers nothing any more after 500 requests",
            |rules, _| {
                let down = Trouble::Down(Down::Silent);
                rules.trouble(Start::Request(500), Duration::MAX, down)
            },
            &[Bar::Seconds(120.0), Bar::AfterDeath(220.0)],
        )
        .ends_in_error(),
    ]
}

/// Runs of components that are dead, in rows that are not in the table.
pub(super) fn beyond_the_table() -> Vec<Row> {
    vec![
        row(
            "tail-components-dead",
            "300 entities, all components of the last 20 always 503",
            |rules, items| dead_entities(rules, items, 280..300, true),
            &[Bar::ForBad(16.0), Bar::ForBadMean(16.0), Bar::Seconds(35.0)],
        )
        .beyond_the_table(),
        row(
            "run-components-dead",
            "300 entities, all components of 30 in a row always 503",
            |rules, items| dead_entities(rules, items, 100..130, true),
            &[Bar::ForBad(16.0), Bar::ForBadMean(16.0), Bar::Seconds(35.0)],
        )
        .beyond_the_table(),
    ]
}
