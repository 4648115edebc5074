//! The same tree gives the same bytes, and the window keeps its bounds, whatever the timing.

use std::time::Duration;

use serde_json::json;

use super::support::archive::shuffled;
use super::support::{Answer, Archive, Bucket, CallbackSink, Gate, Tree, Worker, pi};

#[tokio::test]
async fn the_bytes_do_not_depend_on_timing_or_the_width_of_the_window() {
    let tree = Tree::synthetic(60, 4, 2, 500);
    let mut files = Vec::new();
    for (seed, width) in [(0, 1), (1, 1), (2, 3), (3, 3), (4, 64), (5, 64)] {
        let (archive, bucket) = (Archive::start(tree.clone()).await, Bucket::start().await);
        let callback = CallbackSink::start().await;
        if seed % 2 == 1 {
            archive.delay(shuffled(seed, Duration::from_millis(20)));
        }
        let options = json!({"recursive": true, "parallelBatchSize": width});
        Worker::with(&pi(0), &archive, &bucket, &callback)
            .options(options)
            .run()
            .await
            .expect_code(0);
        files.push(
            bucket
                .object(&format!("exports/task-1/{}-collection.xml", pi(0)))
                .expect("the object"),
        );
    }
    assert!(files.iter().all(|file| *file == files[0]));
}

#[tokio::test]
async fn a_slow_entity_holds_its_own_place_only() {
    let tree = Tree::synthetic(40, 39, 1, 100);
    let (archive, bucket) = (Archive::start(tree).await, Bucket::start().await);
    let callback = CallbackSink::start().await;
    let gate = Gate::new();
    // The manifest of the first child is held back until the last entity of the tree is asked for.
    archive
        .script()
        .next(&format!("/entities/{}", pi(1)), Answer::usual().held(&gate));
    let worker =
        Worker::with(&pi(0), &archive, &bucket, &callback).options(json!({"recursive": true}));
    let running = worker.spawn();
    archive.wait_for(&format!("/entities/{}", pi(39)), 1).await;
    gate.open();
    running.finish().await.expect_code(0);
    assert_eq!(callback.only().body["metrics"]["entities_exported"], 40);
}

#[tokio::test]
async fn no_more_requests_are_in_flight_than_allowed() {
    let tree = Tree::synthetic(80, 79, 8, 10);
    let (archive, bucket) = (Archive::start(tree).await, Bucket::start().await);
    let callback = CallbackSink::start().await;
    archive.delay(|_| Duration::from_millis(5));
    let worker = Worker::with(&pi(0), &archive, &bucket, &callback)
        .options(json!({"recursive": true, "parallelBatchSize": 64}))
        .env("MAX_REQUESTS_IN_FLIGHT", "7");
    worker.run().await.expect_code(0);
    assert_eq!(archive.most_requests(), 7);
}
