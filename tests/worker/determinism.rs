//! The same tree gives the same bytes, whatever the timing.

use std::time::Duration;

use serde_json::json;

use super::support::archive::shuffled;
use super::support::document::{FIXTURES_ROOT, fixtures};
use super::support::{Tree, World, pi};

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
async fn the_upload_is_opened_beside_the_first_manifest_request() {
    let world = World::of(Tree::synthetic(1, 1, 1, 10)).await;
    let gate = world
        .archive
        .script()
        .hold_next(&format!("/entities/{}", pi(0)));
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
        world
            .worker_for(FIXTURES_ROOT)
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
