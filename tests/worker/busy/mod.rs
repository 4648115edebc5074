//! Exports from an archive that bears less than it is asked: nothing is lost, and nothing is waited for in vain.
//!
//! The times are a tenth of the real ones; none is asserted. Random schedules, by hand, are in [`schedules`].

mod schedule;
mod schedules;

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::json;

use crate::support::busy::Seen;
use crate::support::busy::fleet::{Fleet, Results};
use crate::support::busy::items::Items;
use crate::support::busy::rules::{Bad, Down, Refusal, Rules, Scope, Start, Trouble};
use crate::support::outcome::export as export_scripted;
use crate::support::{Answer, Tree, Worker, World, pi};

/// As many entities as most tests need, each with six components.
const ENTITIES: u64 = 20;
const REQUESTS: usize = 140;

fn tree() -> Tree {
    Tree::synthetic(ENTITIES, 8, 3, 300)
}

/// A worker whose waits are a tenth of the usual.
fn worker() -> Worker {
    a_tenth(Worker::new())
}

fn a_tenth(worker: Worker) -> Worker {
    [
        ("CONNECT_TIMEOUT_MS", "500"),
        ("API_TIMEOUT_MS", "1500"),
        ("GATEWAY_TIMEOUT_MS", "3500"),
        ("IDLE_TIMEOUT_MS", "1500"),
        ("REQUEST_TIMEOUT_MS", "12000"),
        ("RETRY_WAIT_MS", "10"),
        ("SILENCE_TIMEOUT_MS", "9000"),
    ]
    .into_iter()
    .fold(worker, |worker, (name, value)| worker.env(name, value))
}

/// An archive whose answers take 4 to 8 ms.
fn near() -> Rules {
    Rules::with_latency(1, 4, 8)
}

async fn export(rules: Rules) -> Results {
    Fleet::one(worker()).export(&tree(), rules).await
}

#[track_caller]
fn expect_nothing_lost(results: &Results) {
    for job in &results.jobs {
        assert!(job.is_success(), "{}\n{}", job.body, job.run.stderr);
    }
    let missing: Vec<&BTreeSet<String>> = results.jobs.iter().map(|job| &job.missing).collect();
    assert_eq!((results.lost(), results.unnamed()), (0, 0), "{missing:#?}");
    for job in &results.jobs {
        let found = job.metric("entities_found");
        assert_eq!(found, results.expected.entities as u64, "{}", job.body);
    }
}

/// Exports by these rules and without any, and checks that the same comes of it.
async fn expect_nothing_lost_by(rules: Rules) -> Results {
    let results = export(rules).await;
    expect_nothing_lost(&results);
    assert!(results.seen.len() > REQUESTS, "the archive refused nothing");
    let unlimited = export(near()).await;
    assert_eq!(results.jobs[0].file, unlimited.jobs[0].file);
    results
}

#[tokio::test]
async fn nothing_is_lost_at_a_limit_of_requests_a_second() {
    expect_nothing_lost_by(near().rate(100, 20)).await;
}

#[tokio::test]
async fn nothing_is_lost_at_a_limit_of_requests_at_once() {
    let results = expect_nothing_lost_by(near().at_once(4)).await;
    let is_manifest = |seen: &&Seen| seen.path.starts_with("entities/");
    let manifests = results.seen.iter().filter(is_manifest);
    // Some manifests were refused too, by a 404.
    assert!(manifests.count() as u64 > ENTITIES);
}

#[tokio::test]
async fn nothing_is_lost_where_the_archive_says_how_long_to_wait() {
    for status in [429, 503] {
        let refusal = Refusal::RetryAfter(status, 1);
        expect_nothing_lost_by(Rules { refusal, ..near() }.rate(30, 10)).await;
    }
}

#[tokio::test]
async fn nothing_is_lost_of_a_job_that_starts_in_a_brown_out() {
    let (start, lasts) = (Start::At(Duration::ZERO), Duration::from_millis(500));
    expect_nothing_lost_by(near().trouble(start, lasts, Trouble::Refusing(100))).await;
}

#[tokio::test]
async fn nothing_is_lost_in_an_outage() {
    for down in [Down::Reset, Down::Status(502)] {
        let (start, lasts) = (Start::Request(REQUESTS / 2), Duration::from_secs(1));
        expect_nothing_lost_by(near().trouble(start, lasts, Trouble::Down(down))).await;
    }
}

#[tokio::test]
async fn nothing_is_lost_in_an_outage_behind_a_cache() {
    // Of both origins, and of the API alone, while so little of it is left that its failing does not show that it is away.
    for (scope, request, lasts) in [(Scope::Both, REQUESTS / 2, 600), (Scope::Api, 26, 3_000)] {
        let (start, lasts) = (Start::Request(request), Duration::from_millis(lasts));
        let rules = Rules {
            caches: true,
            ..near()
        };
        let trouble = Trouble::Down(Down::Status(502));
        expect_nothing_lost_by(rules.trouble_of(scope, start, lasts, trouble)).await;
    }
}

#[tokio::test]
async fn nothing_is_lost_by_a_fleet() {
    let fleet = Fleet {
        size: 4,
        ..Fleet::one(worker())
    };
    let results = fleet.export(&tree(), near().rate(200, 20)).await;
    expect_nothing_lost(&results);
    assert!(results.seen.iter().any(Seen::is_refused));
    let first = &results.jobs[0].file;
    assert!(results.jobs.iter().all(|job| job.file == *first));
}

#[tokio::test]
async fn a_dead_item_is_given_up_after_a_dozen_requests_and_slows_nothing_down() {
    let items = Items::of(&tree());
    let component = items.keys(|item| item.entity == 12 && item.component.is_some())[0].clone();
    let manifest = format!("entities/{}", pi(15));
    for (key, status) in [(&component, 503), (&component, 404), (&manifest, 404)] {
        let results = export(near().bad([key.clone()], Bad::status(status))).await;
        expect_nothing_lost(&results);
        let requests = results.requests_for_bad();
        assert!((1..=12).contains(&requests[0]), "{key}: {requests:?}");
        assert_eq!(results.jobs[0].metric("window_least"), 64, "{key}");
        assert_eq!(results.jobs[0].metric("throttled_time_ms"), 0, "{key}");
    }
}

#[tokio::test]
async fn a_lone_fault_is_forgiven() {
    let tree = tree();
    let items = Items::of(&tree);
    let component = items.keys(|item| item.entity == 12 && item.component.is_some())[0].clone();
    let world = World::of(tree).await;
    let path = format!("/{component}");
    world.archive.script().next(&path, Answer::status(503));
    let outcome = export_scripted(world, &[]).await;
    outcome.expect_whole();
    assert_eq!(outcome.metric("window_least"), 64);
}

#[tokio::test]
async fn a_component_that_hangs_at_the_gateway_is_asked_for_at_the_api_next() {
    let tree = tree();
    let items = Items::of(&tree);
    let component = items.keys(|item| item.entity == 12 && item.component.is_some())[0].clone();
    let cid = component.trim_start_matches("ipfs/");
    let world = World::of(tree).await;
    let hangs = Answer::status(504).delayed(Duration::from_millis(1_200));
    world
        .archive
        .script()
        .always(&format!("/ipfs/{cid}"), hangs);
    let outcome = export_scripted(world, &[("SILENCE_TIMEOUT_MS", "9000")]).await;
    outcome.expect_whole();
    for way in ["ipfs", "cat"] {
        let requests = outcome.world.archive.count(&format!("/{way}/{cid}"));
        assert_eq!(requests, 1, "{way}");
    }
}

#[tokio::test]
async fn throttling_is_told() {
    let results = export(near().at_once(4)).await;
    let job = &results.jobs[0];
    let refused = results.seen.iter().filter(|seen| seen.is_refused());
    assert_eq!(job.metric("requests_refused"), refused.count() as u64);
    assert!(job.metric("window_least") < 64, "{}", job.body);
    assert!(job.metric("throttled_time_ms") > 0, "{}", job.body);
}

#[tokio::test]
async fn a_dead_archive_ends_the_job() {
    for down in [Down::Reset, Down::Status(503), Down::Silent] {
        let worker = worker()
            .env("API_TIMEOUT_MS", "150")
            .env("GATEWAY_TIMEOUT_MS", "350")
            .env("SILENCE_TIMEOUT_MS", "1000");
        let trouble = Trouble::Down(down);
        let rules = near().trouble(Start::Request(REQUESTS / 2), Duration::MAX, trouble);
        let results = Fleet::one(worker).export(&tree(), rules).await;
        let error = results.jobs[0].body["error"].as_str().unwrap_or_default();
        let expected = "Archive unreachable: last good answer ";
        assert!(error.starts_with(expected), "{}", results.jobs[0].body);
    }
}

#[tokio::test]
async fn without_faults_each_item_is_asked_for_once_in_the_usual_order() {
    let tree = Tree::synthetic(5, 2, 1, 10);
    let items = Items::of(&tree);
    let mut fleet = Fleet::one(worker().env("MAX_REQUESTS_IN_FLIGHT", "1"));
    fleet.options = json!({"recursive": true, "parallelBatchSize": 2});
    let results = fleet.export(&tree, Rules::default()).await;
    let name = |seen: &Seen| items.name(&seen.path).expect("an item");
    let order: Vec<String> = results.seen.iter().map(name).collect();
    let of_entity = |number: u64| {
        let file = format!("1885_{number}-0 copy.jpg.ref.json");
        let components = [&file, "cheimarros.json", "description.md", "pinax.json"];
        let components = components.map(|component| format!("{number} {component}"));
        [vec![number.to_string()], components.to_vec()].concat()
    };
    let expected: Vec<String> = (0..5).flat_map(of_entity).collect();
    assert_eq!(order, expected);
}
