//! The figures: what is measured, and what it is measured against.

use std::time::Duration;

use crate::archive::{Answers, Archive, Transport};
use crate::build::Programs;
use crate::run::{Cost, bare_gets, export};
use crate::support::tree::Shape;
use crate::support::{Tree, pi};
use crate::world::{answers, at_once, far_away, lower_bound};

/// `parallelBatchSize` unless a job says otherwise.
const WIDTH: u32 = 10;
const MEBIBYTE: f64 = 1024.0 * 1024.0;

/// An entity as most are: 8 children, a pinax, a description, a graph of 20 entities and 20 edges, 3 files with 5 kB
/// of OCR text each, and a text that is linked.
const USUAL: Shape = Shape {
    entities: 0,
    fan_out: 8,
    refs: 3,
    ocr_bytes: 5_000,
    people: 15,
};

/// How large the trees are and how often each is exported.
#[derive(Clone, Copy)]
pub(crate) struct Scale {
    /// What sizes are divided by.
    pub(crate) divisor: u64,
    /// How often a figure is taken; the least of time and the most of memory count.
    pub(crate) repeats: usize,
}

impl Scale {
    fn of(self, entities: u64) -> u64 {
        (entities / self.divisor).max(2)
    }
}

/// One line of the output.
#[expect(clippy::print_stdout, reason = "the figures are what it is run for")]
fn print_line(what: &str, measured: &str, reach: Option<(f64, f64, &str)>, more: &str) {
    let reach = reach.map_or_else(String::new, |(value, limit, unit)| {
        format!("{:.2} of {limit} {unit}", value / limit)
    });
    println!("{what:<44} {measured:>12}  {reach:<18} {more}");
}

/// Exports an archive several times; the least time, the most memory.
async fn measure(
    programs: &Programs,
    scale: Scale,
    answers: &Answers,
    transport: Transport,
    entities: u64,
) -> (Cost, usize) {
    let mut costs = Vec::new();
    let mut most_open = 0;
    for _ in 0..scale.repeats {
        let archive = Archive::start(answers.clone(), transport);
        costs.push(export(&programs.worker, &archive, entities).await);
        most_open = most_open.max(archive.most_open());
    }
    (best_of(costs), most_open)
}

fn best_of(costs: Vec<Cost>) -> Cost {
    let best = costs.into_iter().reduce(Cost::best_of);
    best.expect("one run at least")
}

fn tree(entities: u64) -> Tree {
    Tree::of(Shape { entities, ..USUAL })
}

#[expect(clippy::cast_precision_loss, reason = "a figure for a person")]
fn mebibytes(cost: &Cost) -> f64 {
    let reported = cost.metrics["peak_memory_mb"].as_u64().unwrap_or_default();
    // The worker rounds up, and its peak may come between two looks at it.
    (cost.peak_bytes as f64 / MEBIBYTE).max(reported.saturating_sub(1) as f64)
}

#[expect(clippy::cast_precision_loss, reason = "a figure for a person")]
fn per_entity(time: Duration, entities: u64) -> f64 {
    time.as_secs_f64() * 1000.0 / entities as f64
}

fn print_memory(what: &str, cost: &Cost, limit: f64) {
    let peak = mebibytes(cost);
    print_line(
        what,
        &format!("{peak:.1} MiB"),
        Some((peak, limit, "MiB")),
        "",
    );
}

fn print_wall(what: &str, wall: Duration, bound: Duration, limit: Option<f64>, more: &str) {
    let seconds = wall.as_secs_f64();
    let over = seconds / bound.as_secs_f64();
    print_line(
        what,
        &format!("{seconds:.2} s"),
        limit.map(|limit| (seconds, limit, "s")),
        &format!("{over:.3} of the bound {:.2} s{more}", bound.as_secs_f64()),
    );
}

/// How long until the first request is on the wire.
pub(crate) async fn start(programs: &Programs, scale: Scale) {
    let answers = answers(&tree(2), at_once);
    let repeats = scale.repeats * 5;
    let scale = Scale { repeats, ..scale };
    let (cost, _) = measure(programs, scale, &answers, Transport::Plain, 2).await;
    let millis = cost.first_request.as_secs_f64() * 1000.0;
    let reach = Some((millis, 5.0, "ms"));
    print_line(
        "start to first request",
        &format!("{millis:.2} ms"),
        reach,
        "",
    );
}

/// Whole exports from far away.
pub(crate) async fn far(programs: &Programs, scale: Scale) {
    for (entities, limit, memory_limit) in [(72, 0.85, 24.0), (1000, 8.6, 40.0)] {
        let entities = scale.of(entities);
        let tree = tree(entities);
        let answers = answers(&tree, far_away);
        let bound = lower_bound(&tree, &answers, WIDTH);
        let (cost, most) = measure(programs, scale, &answers, Transport::Plain, entities).await;
        let what = format!("{entities} entities, 40-80 ms");
        let more = format!(", at most {most} requests in flight");
        print_wall(&what, cost.wall, bound, Some(limit), &more);
        print_memory(
            &format!("{entities} entities, 40-80 ms: peak"),
            &cost,
            memory_limit,
        );
        if limit > 1.0 {
            secured(programs, scale, &answers, bound, entities).await;
            late(programs, scale, &tree, cost.wall, entities).await;
        }
    }
}

/// The same over TLS and HTTP/2.
async fn secured(
    programs: &Programs,
    scale: Scale,
    answers: &Answers,
    bound: Duration,
    entities: u64,
) {
    let (cost, _) = measure(programs, scale, answers, Transport::Tls, entities).await;
    let what = format!("{entities} entities, TLS and HTTP/2");
    print_wall(&what, cost.wall, bound, None, "");
    print_memory(&format!("{what}: peak"), &cost, 40.0);
}

/// Every 50th entity late by two seconds: with its manifest, with one of its components.
async fn late(programs: &Programs, scale: Scale, tree: &Tree, without: Duration, entities: u64) {
    let late: Vec<String> = (0..entities).skip(50).step_by(50).map(pi).collect();
    for what in ["manifest", "component"] {
        let mut answers = answers(tree, far_away);
        for pi in &late {
            let path = match what {
                "manifest" => format!("/entities/{pi}"),
                _ => format!("/ipfs/{}", pinax_cid(tree, pi)),
            };
            answers.get_mut(&path).expect("an answer").1 += Duration::from_secs(2);
        }
        let bound = lower_bound(tree, &answers, WIDTH);
        let (cost, _) = measure(programs, scale, &answers, Transport::Plain, entities).await;
        let times = cost.wall.as_secs_f64() / without.as_secs_f64();
        let more = format!(", {times:.2} times the figure without, of 1.5");
        print_wall(
            &format!("every 50th {what} 2 s late"),
            cost.wall,
            bound,
            None,
            &more,
        );
    }
}

fn pinax_cid(tree: &Tree, pi: &str) -> String {
    let manifest: serde_json::Value = serde_json::from_str(&tree.entities[pi]).expect("a manifest");
    let cid = &manifest["components"]["pinax.json"];
    cid.as_str().expect("a CID").to_owned()
}

/// The processor's time for an entity, against that of getting the same bodies.
pub(crate) async fn cpu(programs: &Programs, scale: Scale) {
    let entities = scale.of(5000);
    let answers = answers(&tree(entities), at_once);
    let what = format!("{entities} entities at once");
    let (cost, floor) = beside_floor(programs, scale, &answers, entities).await;
    let (used, floor) = (per_entity(cost.cpu, entities), per_entity(floor, entities));
    print_line(
        &format!("{what}: CPU"),
        &format!("{used:.3} ms each"),
        Some((used, (floor * 3000.0).round() / 1000.0, "ms")),
        &format!(
            "{:.2} floors of {floor:.3} ms; {:.0} entities a second",
            used / floor,
            rate(&cost, entities)
        ),
    );
    print_memory(&format!("{what}: peak"), &cost, 48.0);
    let (cost, _) = measure(programs, scale, &answers, Transport::Tls, entities).await;
    print_line(
        &format!("{what}, TLS: CPU"),
        &format!("{:.3} ms each", per_entity(cost.cpu, entities)),
        None,
        &format!(
            "TLS and HTTP/2; {:.0} entities a second",
            rate(&cost, entities)
        ),
    );
    print_memory(&format!("{what}, TLS: peak"), &cost, 48.0);
}

#[expect(clippy::cast_precision_loss, reason = "a figure for a person")]
fn rate(cost: &Cost, entities: u64) -> f64 {
    entities as f64 / cost.wall.as_secs_f64()
}

/// Exports an archive and gets its bodies by turns, so that both meet the machine in the same mood; the least time of
/// each.
async fn beside_floor(
    programs: &Programs,
    scale: Scale,
    answers: &Answers,
    entities: u64,
) -> (Cost, Duration) {
    let paths: Vec<&str> = answers.keys().map(String::as_str).collect();
    let (mut costs, mut floors) = (Vec::new(), Vec::new());
    for _ in 0..2 * scale.repeats {
        let archive = || Archive::start(answers.clone(), Transport::Plain);
        costs.push(export(&programs.worker, &archive(), entities).await);
        floors.push(bare_gets(&programs.bare_gets, &archive(), &paths));
    }
    let floor = floors.into_iter().min().expect("one run at least");
    (best_of(costs), floor)
}

/// Small entities, ever more of them.
pub(crate) async fn growth(programs: &Programs, scale: Scale) {
    let once = Scale {
        repeats: 1,
        ..scale
    };
    for entities in [100, 1000, 10_000, 100_000].map(|entities| scale.of(entities)) {
        let tree = Tree::of_titles(Shape { entities, ..USUAL });
        let what = format!("{entities} small entities at once");
        small(programs, once, &tree, &what, entities, 64.0).await;
    }
    let (entities, fan_out) = (scale.of(36_000) + 1, scale.of(36_000));
    let tree = Tree::of_titles(Shape {
        entities,
        fan_out,
        ..USUAL
    });
    small(
        programs,
        once,
        &tree,
        &format!("{fan_out} children of one entity"),
        entities,
        64.0,
    )
    .await;
    let entities = scale.of(1000);
    let tree = Tree::of(Shape {
        entities,
        fan_out: 1,
        ..USUAL
    });
    let answers = answers(&tree, at_once);
    let (cost, _) = measure(programs, once, &answers, Transport::Plain, entities).await;
    print_memory(&format!("a chain of {entities}: peak"), &cost, 40.0);
}

/// A million small entities; it takes five minutes.
pub(crate) async fn million(programs: &Programs, scale: Scale) {
    let once = Scale {
        repeats: 1,
        ..scale
    };
    let entities = scale.of(1_000_000);
    let tree = Tree::of_titles(Shape { entities, ..USUAL });
    let what = format!("{entities} small entities at once");
    small(programs, once, &tree, &what, entities, 200.0).await;
}

async fn small(
    programs: &Programs,
    scale: Scale,
    tree: &Tree,
    what: &str,
    entities: u64,
    memory_limit: f64,
) {
    let answers = answers(tree, at_once);
    let (cost, _) = measure(programs, scale, &answers, Transport::Plain, entities).await;
    let (wall, cpu) = (
        per_entity(cost.wall, entities),
        per_entity(cost.cpu, entities),
    );
    let seconds = format!("{:.2} s", cost.wall.as_secs_f64());
    print_line(
        what,
        &seconds,
        None,
        &format!("{wall:.3} ms each, {cpu:.3} ms of CPU"),
    );
    print_memory(&format!("{what}: peak"), &cost, memory_limit);
}
