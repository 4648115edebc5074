//! An archive that fails one request in five gives the same bytes as one that never does.

use super::support::random::Random;
use super::support::{Answer, Archive, Bucket, CallbackSink, Tree, World};

/// The faults that pass.
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
async fn faults_that_pass_leave_no_trace_in_the_file() {
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
        for class in [
            "status",
            "throttled",
            "connect",
            "truncated",
            "bad_json",
            "wrong_bytes",
        ] {
            assert!(retries.contains_key(class), "{class} in {retries:?}");
        }
    }
}
