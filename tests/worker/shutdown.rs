//! Shutdown by a signal or the deadline: one error callback, exit 1, nothing left behind.

use serde_json::json;

use super::support::tree::ORIGIN;
use super::support::worker::{Output, Run, Running, Signal};
use super::support::{Answer, Gate, Tree, Worker, World, pi};

/// A world whose archive never answers for the second of three entities, and a worker to export them.
async fn hanging() -> (World, Worker) {
    let world = World::small().await;
    let second = format!("/entities/{}", pi(1));
    world
        .archive
        .script()
        .always(&second, Answer::usual().held(&Gate::new()));
    let worker = world.worker();
    (world, worker.options(json!({"recursive": true})))
}

/// Starts a worker and waits until it hangs.
async fn start(world: &World, worker: &Worker) -> Running {
    let running = worker.spawn();
    world
        .archive
        .wait_for(&format!("/entities/{}", pi(1)), 1)
        .await;
    running
}

/// Checks that a job was cancelled, was called back once and left nothing behind.
#[track_caller]
fn expect_cancelled(world: &World, run: &Run) {
    let error = world.expect_failed_and_empty(run);
    assert!(error.starts_with("Cancelled "), "{error}");
}

#[tokio::test]
async fn a_signal_ends_the_job_with_an_error_callback() {
    for signal in [Signal::TERM, Signal::INT] {
        let (world, worker) = hanging().await;
        let running = start(&world, &worker).await;
        running.signal(signal);
        expect_cancelled(&world, &running.finish().await);
    }
}

#[tokio::test]
async fn a_deadline_ends_the_job_with_an_error_callback() {
    let (world, worker) = hanging().await;
    expect_cancelled(&world, &worker.env("DEADLINE_SECONDS", "1").run().await);
}

#[tokio::test]
async fn a_deadline_while_the_bucket_hangs_ends_the_job_without_a_file() {
    let world = World::of(Tree::synthetic(2, 1, 1, 10)).await;
    let never = Answer::usual().held(&Gate::new());
    let script = world.bucket.script();
    script.always("CompleteMultipartUpload", never);
    let worker = world.collector().env("DEADLINE_SECONDS", "2");
    let run = worker.run().await;
    expect_cancelled(&world, &run);
}

#[tokio::test]
async fn standard_output_that_is_closed_or_not_read_changes_nothing() {
    // Each malformed child is a line of the log: far more than a pipe holds.
    let malformed =
        (0..3000).map(|number| format!("not a PI but the name of child number {number}"));
    let mut tree = Tree::default();
    tree.titled(&pi(0), ORIGIN, &malformed.collect::<Vec<_>>(), "Letters");
    for output in [Output::Closed, Output::Unread] {
        let world = World::of(tree.clone()).await;
        let worker = world.worker();
        worker
            .options(json!({"recursive": true}))
            .output(output)
            .run()
            .await
            .expect_code(0);
        assert_eq!(
            world.callback.only().body["metrics"]["entities_failed"],
            3000
        );
    }
}

#[tokio::test]
async fn a_second_signal_ends_the_job_at_once() {
    let (world, worker) = hanging().await;
    world
        .callback
        .script()
        .always("/callback", Answer::usual().held(&Gate::new()));
    let running = start(&world, &worker).await;
    running.signal(Signal::TERM);
    world.callback.wait_for(1).await;
    // The same signal could come too soon to be another.
    running.signal(Signal::INT);
    let run = running.finish().await;
    run.expect_code(1);
    assert!(run.stderr.contains("quitting at once"), "{}", run.stderr);
}

#[tokio::test]
async fn a_hanging_bucket_does_not_delay_the_callback() {
    let (world, worker) = hanging().await;
    world
        .bucket
        .script()
        .always("AbortMultipartUpload", Answer::usual().held(&Gate::new()));
    let running = start(&world, &worker).await;
    running.signal(Signal::INT);
    world.callback.wait_for(1).await;
    running.finish().await.expect_code(1);
}

#[tokio::test]
async fn an_upload_that_is_being_opened_when_the_signal_comes_is_aborted() {
    let (world, worker) = hanging().await;
    let gate = Gate::new();
    world
        .bucket
        .script()
        .next("CreateMultipartUpload", Answer::usual().held(&gate));
    let running = start(&world, &worker).await;
    world.bucket.wait_for("CreateMultipartUpload", 1).await;
    running.signal(Signal::TERM);
    world.callback.wait_for(1).await;
    gate.open();
    expect_cancelled(&world, &running.finish().await);
    assert_eq!(
        world.bucket.operations(),
        ["CreateMultipartUpload", "AbortMultipartUpload"]
    );
}

#[tokio::test]
async fn a_signal_during_the_callback_ends_its_retries_within_the_grace_period() {
    let mut tree = Tree::default();
    tree.titled(&pi(0), ORIGIN, &[], "Letters");
    let world = World::of(tree).await;
    world
        .callback
        .script()
        .always("/callback", Answer::status(500));
    let running = world.worker().spawn();
    world.callback.wait_for(1).await;
    running.signal(Signal::TERM);
    let run = running.finish().await;
    // The file is delivered: the signal came too late to change that.
    run.expect_code(0);
    assert_eq!(world.bucket.files().len(), 1);
    let tries = world.callback.all().len();
    assert!(
        tries < 7,
        "the whole schedule of 30 s was kept: {tries} tries"
    );
    assert!(
        run.stderr.contains("could not be delivered"),
        "{}",
        run.stderr
    );
}
