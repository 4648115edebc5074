//! Determinism: the same tree gives the same bytes, whatever the timing and whatever fails for a while.

use std::time::Duration;

use serde_json::json;

use super::support::archive::shuffled;
use super::support::document::{FIXTURES_ROOT, fixtures};
use super::support::random::Random;
use super::support::{Answer, Archive, Bucket, CallbackSink, Tree, World};

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
async fn merges_and_repetitions_do_not_depend_on_timing() {
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

/// A fault that is over at a later try.
fn fault(random: &mut Random) -> Answer {
    match random.below(5) {
        0 => Answer::status(503),
        1 => Answer::status(429).header("retry-after", "0"),
        2 => Answer::reset(),
        3 => Answer::usual().truncated(100),
        _ => Answer::status(200)
            .header("content-type", "text/html")
            .body("<!DOCTYPE html><title>Error</title>"),
    }
}

/// Exports a tree from an archive where a fifth of all requests fail once or twice; without a seed none does.
async fn export(tree: &Tree, seed: Option<u64>) -> (Vec<u8>, serde_json::Value) {
    let world = World {
        archive: Archive::start(tree.clone()).await,
        bucket: Bucket::start().await,
        callback: CallbackSink::start().await,
    };
    if let Some(seed) = seed {
        let mut random = Random::new(seed);
        let manifests = tree.entities.keys().map(|pi| format!("/entities/{pi}"));
        let components = tree.ipfs.keys().map(|cid| format!("/ipfs/{cid}"));
        for path in manifests.chain(components) {
            if random.happens(20) {
                for _ in 0..=random.below(2) {
                    world.archive.script().next(&path, fault(&mut random));
                }
            }
        }
        for operation in ["CreateMultipartUpload", "UploadPart"] {
            let slow_down = Answer::s3_error(503, "SlowDown", "Reduce your rate.");
            world.bucket.script().next(operation, slow_down);
        }
    }
    world.collector().run().await.expect_code(0);
    (world.file(), world.callback.only().body)
}

#[tokio::test]
async fn temporary_faults_do_not_change_the_file() {
    let tree = Tree::synthetic(150, 5, 3, 300);
    let (undisturbed, _) = export(&tree, None).await;
    for seed in 1..=3 {
        let (disturbed, body) = export(&tree, Some(seed)).await;
        assert!(disturbed == undisturbed, "seed {seed}: {body}");
        let retries = body["metrics"]["retries"].as_object().expect("retries");
        let count = retries
            .values()
            .filter_map(serde_json::Value::as_u64)
            .sum::<u64>();
        assert!(count > 150, "of 1,050 requests: {retries:?}");
        for kind in [
            "status",
            "throttled",
            "connect",
            "truncated",
            "bad_json",
            "wrong_bytes",
        ] {
            assert!(retries.contains_key(kind), "{kind} in {retries:?}");
        }
    }
}
