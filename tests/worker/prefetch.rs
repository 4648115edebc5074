//! Prefetch: what is requested ahead of its turn, and the bounds that this keeps.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::json;

use super::support::archive::{Visit, shuffled};
use super::support::tree::Shape;
use super::support::{Answer, Gate, Tree, Worker, World, pi};

/// Many small entities below one.
fn flat(entities: u64) -> Tree {
    Tree::of_titles(Shape {
        entities,
        fan_out: entities,
        refs: 0,
        ocr_bytes: 0,
        people: 0,
    })
}

/// The CID of a component of an entity.
fn cid(tree: &Tree, entity: u64, key: &str) -> String {
    let manifest: serde_json::Value =
        serde_json::from_str(&tree.entities[&pi(entity)]).expect("JSON");
    manifest["components"][key]
        .as_str()
        .expect("a CID")
        .to_owned()
}

#[tokio::test]
async fn a_slow_entity_does_not_block_those_after_it() {
    let tree = flat(40);
    let (first, last) = (cid(&tree, 1, "pinax.json"), cid(&tree, 39, "pinax.json"));
    for slow in [format!("/entities/{}", pi(1)), format!("/ipfs/{first}")] {
        let world = World::of(tree.clone()).await;
        let gate = world.archive.script().hold_next(&slow);
        let worker = world.collector();
        let running = worker.spawn();
        // The last entity is being assembled while the first child still waits.
        world.archive.wait_for(&format!("/ipfs/{last}"), 1).await;
        gate.open();
        running.finish().await.expect_code(0);
        assert_eq!(
            world.callback.only().body["metrics"]["entities_exported"],
            40
        );
    }
}

/// Exports a tree whose components are all held back until so many are asked for, and come in disorder then.
async fn export_held(tree: Tree, worker: impl Fn(&World) -> Worker, components: usize) -> World {
    let world = World::of(tree).await;
    let gate = Gate::new();
    let script = world.archive.script();
    script.always("/ipfs/", Answer::usual().held(&gate));
    world
        .archive
        .delay(shuffled(components as u64, Duration::from_millis(5)));
    let worker = worker(&world);
    let running = worker.spawn();
    let is_component = |visit: &Visit| visit.path.starts_with("/ipfs/");
    world.archive.log().wait_for(components, is_component).await;
    gate.open();
    running.finish().await.expect_code(0);
    world
}

#[tokio::test]
async fn no_more_requests_are_in_flight_than_allowed() {
    for (limit, setting) in [(64, ""), (7, "7"), (1, "1")] {
        let worker = |world: &World| {
            world
                .worker()
                .options(json!({"recursive": true, "parallelBatchSize": 64}))
                .env("MAX_REQUESTS_IN_FLIGHT", setting)
        };
        let world = export_held(Tree::synthetic(80, 79, 8, 10), worker, limit).await;
        assert_eq!(world.archive.most_requests(), limit);
    }
}

#[tokio::test]
async fn no_more_entities_are_in_assembly_than_the_window_is_wide() {
    for (width, components) in [(1, 7), (3, 21), (10, 64)] {
        let options = json!({"recursive": true, "parallelBatchSize": width});
        let worker = |world: &World| world.worker().options(options.clone());
        let world = export_held(Tree::synthetic(60, 20, 4, 10), worker, components).await;
        assert_eq!(world.archive.most_assemblies(), width);
    }
}

#[tokio::test]
async fn the_next_level_is_requested_before_this_one_is_complete() {
    let tree = Tree::synthetic(13, 3, 1, 10);
    let held = cid(&tree, 1, "pinax.json");
    let world = World::of(tree).await;
    let path = format!("/ipfs/{held}");
    let gate = world.archive.script().hold_next(&path);
    let worker = world.collector();
    let running = worker.spawn();
    // The last of the third level, while the first of the second is being assembled.
    world
        .archive
        .wait_for(&format!("/entities/{}", pi(12)), 1)
        .await;
    gate.open();
    running.finish().await.expect_code(0);
}

#[tokio::test]
async fn parts_are_uploaded_before_the_walk_is_over() {
    let tree = Tree::synthetic(40, 39, 5, 100_000);
    let held = cid(&tree, 39, "pinax.json");
    let world = World::of(tree).await;
    let path = format!("/ipfs/{held}");
    let gate = world.archive.script().hold_next(&path);
    let worker = world.collector();
    let running = worker.spawn();
    world.bucket.wait_for("UploadPart", 2).await;
    gate.open();
    running.finish().await.expect_code(0);
}

#[tokio::test]
async fn a_component_that_several_entities_share_is_requested_and_counted_for_each() {
    let mut tree = flat(12);
    // A CID that proves nothing, as the metrics tell.
    let shared = "QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPbdG".to_owned();
    let body = tree.ipfs[&cid(&tree, 1, "pinax.json")].clone();
    tree.ipfs.insert(shared.clone(), body);
    for entity in [1, 2, 3, 11] {
        let components = BTreeMap::from([("pinax.json".to_owned(), shared.clone())]);
        tree.node(&pi(entity), &pi(0), &[], &components);
    }
    let world = World::of(tree).await;
    world.collector().run().await.expect_code(0);
    assert_eq!(world.archive.count(&format!("/ipfs/{shared}")), 4);
    let callback = world.callback.only();
    assert_eq!(callback.body["metrics"]["components_unverified"], 4);
    let text = String::from_utf8(world.file()).expect("UTF-8");
    assert_eq!(text.matches("<title>Letter 1</title>").count(), 4, "{text}");
}
