//! Signals and the deadline: one error callback, exit 1, nothing left behind.

use serde_json::json;

use super::support::tree::ORIGIN;
use super::support::worker::{Output, Run, Signal};
use super::support::{Answer, Archive, Bucket, CallbackSink, Gate, Tree, Worker, pi};

/// Stops a run whose second entity never answers.
async fn stopped(stop: impl AsyncFnOnce(Worker, &Archive) -> Run) {
    let (archive, bucket) = (
        Archive::start(Tree::synthetic(3, 2, 1, 10)).await,
        Bucket::start().await,
    );
    let callback = CallbackSink::start().await;
    archive.script().always(
        &format!("/entities/{}", pi(1)),
        Answer::usual().held(&Gate::new()),
    );
    let worker =
        Worker::with(&pi(0), &archive, &bucket, &callback).options(json!({"recursive": true}));
    let run = stop(worker, &archive).await;
    run.expect_code(1);
    let body = callback.only().body;
    assert_eq!(body["status"], "error");
    assert!(
        body["error"]
            .as_str()
            .is_some_and(|error| error.starts_with("Cancelled by ")),
        "{body}"
    );
    assert!(bucket.objects().is_empty());
    assert_eq!(bucket.open_uploads(), 0);
}

#[tokio::test]
async fn a_signal_ends_the_job_with_an_error_callback() {
    for signal in [Signal::TERM, Signal::INT] {
        stopped(async |worker, archive| {
            let running = worker.spawn();
            archive.wait_for(&format!("/entities/{}", pi(1)), 1).await;
            running.signal(signal);
            running.finish().await
        })
        .await;
    }
}

#[tokio::test]
async fn a_deadline_ends_the_job_with_an_error_callback() {
    stopped(async |worker, _| worker.env("DEADLINE_SECONDS", "1").run().await).await;
}

#[tokio::test]
async fn an_output_that_is_closed_or_not_read_changes_nothing() {
    // Each malformed child is a line of the log: far more than a pipe holds.
    let malformed =
        (0..3000).map(|number| format!("not a PI but the name of child number {number}"));
    let mut tree = Tree::default();
    tree.titled(&pi(0), ORIGIN, &malformed.collect::<Vec<_>>(), "Letters");
    for output in [Output::Closed, Output::Unread] {
        let (archive, bucket) = (Archive::start(tree.clone()).await, Bucket::start().await);
        let callback = CallbackSink::start().await;
        let worker =
            Worker::with(&pi(0), &archive, &bucket, &callback).options(json!({"recursive": true}));
        worker.output(output).run().await.expect_code(0);
        assert_eq!(callback.only().body["metrics"]["entities_failed"], 3000);
    }
}

#[tokio::test]
async fn a_second_signal_ends_the_job_at_once() {
    let (archive, bucket) = (
        Archive::start(Tree::synthetic(3, 2, 1, 10)).await,
        Bucket::start().await,
    );
    let callback = CallbackSink::start().await;
    archive.script().always(
        &format!("/entities/{}", pi(1)),
        Answer::usual().held(&Gate::new()),
    );
    callback
        .script()
        .always("/callback", Answer::usual().held(&Gate::new()));
    let worker =
        Worker::with(&pi(0), &archive, &bucket, &callback).options(json!({"recursive": true}));
    let running = worker.spawn();
    archive.wait_for(&format!("/entities/{}", pi(1)), 1).await;
    running.signal(Signal::TERM);
    callback.wait_for(1).await;
    running.signal(Signal::TERM);
    let run = running.finish().await;
    run.expect_code(1);
    assert!(run.stderr.contains("quitting at once"), "{}", run.stderr);
}

#[tokio::test]
async fn a_bucket_that_hangs_does_not_keep_the_callback_back() {
    let (archive, bucket) = (
        Archive::start(Tree::synthetic(3, 2, 1, 10)).await,
        Bucket::start().await,
    );
    let callback = CallbackSink::start().await;
    archive.script().always(
        &format!("/entities/{}", pi(1)),
        Answer::usual().held(&Gate::new()),
    );
    bucket
        .script()
        .always("AbortMultipartUpload", Answer::usual().held(&Gate::new()));
    let worker =
        Worker::with(&pi(0), &archive, &bucket, &callback).options(json!({"recursive": true}));
    let running = worker.spawn();
    archive.wait_for(&format!("/entities/{}", pi(1)), 1).await;
    running.signal(Signal::INT);
    callback.wait_for(1).await;
    running.finish().await.expect_code(1);
}

#[tokio::test]
async fn an_upload_that_is_being_opened_when_the_signal_comes_is_aborted() {
    let (archive, bucket) = (
        Archive::start(Tree::synthetic(3, 2, 1, 10)).await,
        Bucket::start().await,
    );
    let callback = CallbackSink::start().await;
    let gate = Gate::new();
    bucket
        .script()
        .next("CreateMultipartUpload", Answer::usual().held(&gate));
    archive.script().always(
        &format!("/entities/{}", pi(1)),
        Answer::usual().held(&Gate::new()),
    );
    let worker =
        Worker::with(&pi(0), &archive, &bucket, &callback).options(json!({"recursive": true}));
    let running = worker.spawn();
    bucket.wait_for("CreateMultipartUpload", 1).await;
    archive.wait_for(&format!("/entities/{}", pi(1)), 1).await;
    running.signal(Signal::TERM);
    callback.wait_for(1).await;
    gate.open();
    running.finish().await.expect_code(1);
    assert_eq!(
        bucket.operations(),
        ["CreateMultipartUpload", "AbortMultipartUpload"]
    );
    assert_eq!(bucket.open_uploads(), 0);
}

#[tokio::test]
async fn a_signal_during_the_callback_leaves_it_four_seconds() {
    let mut tree = Tree::default();
    tree.titled(&pi(0), ORIGIN, &[], "Letters");
    let (archive, bucket) = (Archive::start(tree).await, Bucket::start().await);
    let callback = CallbackSink::start().await;
    callback.script().always("/callback", Answer::status(500));
    let running = Worker::with(&pi(0), &archive, &bucket, &callback).spawn();
    callback.wait_for(1).await;
    running.signal(Signal::TERM);
    let run = running.finish().await;
    // The file is delivered: the signal came too late to change that.
    run.expect_code(0);
    assert_eq!(bucket.objects().len(), 1);
    let tries = callback.all().len();
    assert!(
        (2..=4).contains(&tries),
        "tried at 0, 1, 2 and 4 s at the most, not {tries} times"
    );
    assert!(
        run.stderr.contains("could not be delivered"),
        "{}",
        run.stderr
    );
}
