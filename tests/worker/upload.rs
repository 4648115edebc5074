//! What the bucket answers, and what becomes of the file.

use serde_json::json;

use super::support::worker::{Run, Signal};
use super::support::{Answer, Gate, Tree, Worker, World, pi};

/// The two ways into the bucket: options, the operation that makes the file visible, the file's key.
fn ways() -> [(serde_json::Value, &'static str, String); 2] {
    [
        (
            json!({"recursive": true}),
            "CompleteMultipartUpload",
            format!("exports/task-1/{}-collection.xml", pi(0)),
        ),
        (
            json!({}),
            "PutObject",
            format!("exports/task-1/{}.xml", pi(0)),
        ),
    ]
}

async fn small_world() -> World {
    World::of(Tree::synthetic(2, 1, 1, 10)).await
}

fn worker(world: &World, options: &serde_json::Value) -> Worker {
    world.worker().options(options.clone())
}

/// Checks that a job failed and left nothing of its own.
#[track_caller]
fn expect_failed(world: &World, run: &Run) -> String {
    run.expect_code(1);
    assert_eq!(world.bucket.open_uploads(), 0);
    let body = world.callback.only().body;
    assert_eq!(body["status"], "error");
    body["error"].as_str().expect("an error").to_owned()
}

#[tokio::test]
async fn a_file_whose_delivery_was_not_confirmed_is_asked_for() {
    for (options, operation, key) in ways() {
        let world = small_world().await;
        // Done, but nobody hears of it.
        for _ in 0..5 {
            world
                .bucket
                .script()
                .next(operation, Answer::usual().lost());
        }
        worker(&world, &options).run().await.expect_code(0);
        assert_eq!(world.callback.only().body["status"], "success");
        assert!(
            world.bucket.operations().contains(&"HeadObject"),
            "{:?}",
            world.bucket.operations()
        );
        assert_eq!(world.bucket.files(), [key]);
    }
}

#[tokio::test]
async fn a_file_that_is_not_this_runs_is_not_taken_for_it() {
    for (options, operation, key) in ways() {
        let world = small_world().await;
        world.bucket.put(&key, "an earlier export");
        for _ in 0..5 {
            world.bucket.script().next(operation, Answer::reset());
        }
        let run = worker(&world, &options).run().await;
        expect_failed(&world, &run);
        assert_eq!(
            world.bucket.object(&key).expect("the object"),
            b"an earlier export"
        );
    }
}

#[tokio::test]
async fn a_put_that_was_taken_before_the_errors_is_found() {
    let world = small_world().await;
    world
        .bucket
        .script()
        .next("PutObject", Answer::usual().lost());
    for _ in 0..4 {
        world.bucket.script().next(
            "PutObject",
            Answer::s3_error(500, "InternalError", "try again"),
        );
    }
    worker(&world, &json!({})).run().await.expect_code(0);
}

#[tokio::test]
async fn a_signal_while_the_file_is_delivered_leaves_the_bucket_the_last_word() {
    for (options, operation, key) in ways() {
        let world = small_world().await;
        let gate = Gate::new();
        world
            .bucket
            .script()
            .next(operation, Answer::usual().held(&gate));
        let running = worker(&world, &options).spawn();
        world.bucket.wait_for(operation, 1).await;
        running.signal(Signal::TERM);
        gate.open();
        running.finish().await.expect_code(0);
        assert_eq!(world.callback.only().body["status"], "success");
        assert_eq!(world.bucket.files(), [key]);
    }
}

#[tokio::test]
async fn a_signal_while_the_bucket_keeps_silent_ends_the_job_without_a_file() {
    let world = small_world().await;
    world.bucket.script().always(
        "CompleteMultipartUpload",
        Answer::usual().held(&Gate::new()),
    );
    let running = worker(&world, &json!({"recursive": true})).spawn();
    world.bucket.wait_for("CompleteMultipartUpload", 1).await;
    running.signal(Signal::TERM);
    let run = running.finish().await;
    assert_eq!(
        expect_failed(&world, &run),
        "Cancelled while the file was being delivered"
    );
    assert!(world.bucket.objects().is_empty());
}
