//! The same tree gives the same bytes, and the window keeps its bounds, whatever the timing.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::json;

use super::document::{FIXTURES_ROOT, fixtures};
use super::support::archive::shuffled;
use super::support::{Answer, Gate, Tree, Worker, World, pi};

#[tokio::test]
async fn the_bytes_do_not_depend_on_timing_or_the_width_of_the_window() {
    let tree = Tree::synthetic(60, 4, 2, 500);
    let mut files = Vec::new();
    for (seed, width) in [(0, 1), (1, 1), (2, 3), (3, 3), (4, 64), (5, 64)] {
        let world = World::of(tree.clone()).await;
        if seed % 2 == 1 {
            world
                .archive
                .delay(shuffled(seed, Duration::from_millis(20)));
        }
        let options = json!({"recursive": true, "parallelBatchSize": width});
        world.worker().options(options).run().await.expect_code(0);
        files.push(world.file());
    }
    assert!(files.iter().all(|file| *file == files[0]));
}

#[tokio::test]
async fn a_slow_entity_holds_its_own_place_only() {
    for slow in ["manifest", "component"] {
        let mut tree = Tree::synthetic(40, 39, 1, 100);
        let only_here = tree.component("{\"title\": \"The slow one\"}");
        tree.node(
            &pi(1),
            &pi(0),
            &[],
            &BTreeMap::from([("pinax.json".to_owned(), only_here.clone())]),
        );
        let last = Tree::synthetic(40, 39, 1, 100).entities[&pi(39)].clone();
        let last: serde_json::Value = serde_json::from_str(&last).expect("JSON");
        let last_pinax = last["components"]["pinax.json"].as_str().expect("a CID");
        let world = World::of(tree).await;
        let gate = Gate::new();
        let path = if slow == "manifest" {
            format!("/entities/{}", pi(1))
        } else {
            format!("/ipfs/{only_here}")
        };
        world
            .archive
            .script()
            .next(&path, Answer::usual().held(&gate));
        let worker = world.collector();
        let running = worker.spawn();
        // The last entity is being assembled while the first child still waits.
        world
            .archive
            .wait_for(&format!("/ipfs/{last_pinax}"), 1)
            .await;
        gate.open();
        running.finish().await.expect_code(0);
        assert_eq!(
            world.callback.only().body["metrics"]["entities_exported"],
            40
        );
    }
}

#[tokio::test]
async fn the_upload_is_opened_beside_the_first_manifest_request() {
    let world = World::of(Tree::synthetic(1, 1, 1, 10)).await;
    let gate = Gate::new();
    world
        .archive
        .script()
        .next(&format!("/entities/{}", pi(0)), Answer::usual().held(&gate));
    let worker = world.collector();
    let running = worker.spawn();
    world.bucket.wait_for("CreateMultipartUpload", 1).await;
    world
        .archive
        .wait_for(&format!("/entities/{}", pi(0)), 1)
        .await;
    gate.open();
    running.finish().await.expect_code(0);
}

#[tokio::test]
async fn merges_and_repetitions_are_decided_by_the_order_of_the_file() {
    let tree = Tree::from_folder(&fixtures());
    let mut files = Vec::new();
    for (seed, width) in [(0, 10), (1, 64), (2, 3), (3, 64)] {
        let world = World::of(tree.clone()).await;
        world
            .archive
            .delay(shuffled(seed, Duration::from_millis(30)));
        let options = json!({"recursive": true, "parallelBatchSize": width});
        Worker::with(
            FIXTURES_ROOT,
            &world.archive,
            &world.bucket,
            &world.callback,
        )
        .options(options)
        .run()
        .await
        .expect_code(0);
        files.push(
            world
                .bucket
                .object(&format!("exports/task-1/{FIXTURES_ROOT}-collection.xml"))
                .expect("the object"),
        );
    }
    assert!(files.iter().all(|file| *file == files[0]));
}

#[tokio::test]
async fn no_more_requests_are_in_flight_than_allowed() {
    let tree = Tree::synthetic(80, 79, 8, 10);
    let world = World::of(tree).await;
    world.archive.delay(|_| Duration::from_millis(5));
    let worker = world
        .worker()
        .options(json!({"recursive": true, "parallelBatchSize": 64}))
        .env("MAX_REQUESTS_IN_FLIGHT", "7");
    worker.run().await.expect_code(0);
    assert_eq!(world.archive.most_requests(), 7);
}
