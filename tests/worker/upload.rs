//! What the bucket answers, and what becomes of the file.

use super::support::bucket::{Way, ways};
use super::support::worker::Signal;
use super::support::{Answer, Gate, World};

#[tokio::test]
async fn a_file_whose_delivery_was_not_confirmed_is_asked_for() {
    for Way {
        options,
        publishes,
        key,
    } in ways()
    {
        let world = World::small().await;
        // Done, but nobody hears of it.
        for _ in 0..5 {
            world
                .bucket
                .script()
                .next(publishes, Answer::usual().lost());
        }
        world.worker().options(options).run().await.expect_code(0);
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
    for Way {
        options,
        publishes,
        key,
    } in ways()
    {
        let world = World::small().await;
        world.bucket.put(&key, "an earlier export");
        for _ in 0..5 {
            world.bucket.script().next(publishes, Answer::reset());
        }
        let run = world.worker().options(options).run().await;
        world.expect_failed(&run);
        assert_eq!(
            world.bucket.object(&key).expect("the object"),
            b"an earlier export"
        );
    }
}

#[tokio::test]
async fn a_put_that_was_taken_before_the_errors_is_found() {
    let world = World::small().await;
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
    world.worker().run().await.expect_code(0);
}

#[tokio::test]
async fn a_signal_while_the_file_is_delivered_leaves_the_bucket_the_last_word() {
    for Way {
        options,
        publishes,
        key,
    } in ways()
    {
        let world = World::small().await;
        let gate = Gate::new();
        world
            .bucket
            .script()
            .next(publishes, Answer::usual().held(&gate));
        let running = world.worker().options(options).spawn();
        world.bucket.wait_for(publishes, 1).await;
        running.signal(Signal::TERM);
        gate.open();
        running.finish().await.expect_code(0);
        assert_eq!(world.callback.only().body["status"], "success");
        assert_eq!(world.bucket.files(), [key]);
    }
}

#[tokio::test]
async fn a_signal_while_the_bucket_keeps_silent_ends_the_job_without_a_file() {
    let world = World::small().await;
    world.bucket.script().always(
        "CompleteMultipartUpload",
        Answer::usual().held(&Gate::new()),
    );
    let running = world.collector().spawn();
    world.bucket.wait_for("CompleteMultipartUpload", 1).await;
    running.signal(Signal::TERM);
    let run = running.finish().await;
    assert_eq!(
        world.expect_failed(&run),
        "Cancelled while the file was being delivered"
    );
    assert!(world.bucket.objects().is_empty());
}
