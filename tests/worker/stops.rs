//! Signals and the deadline: one error callback, exit 1, nothing left behind.

use serde_json::json;

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
    for output in [Output::Closed, Output::Unread] {
        let (archive, bucket) = (
            Archive::start(Tree::synthetic(20, 19, 1, 10)).await,
            Bucket::start().await,
        );
        let callback = CallbackSink::start().await;
        let worker =
            Worker::with(&pi(0), &archive, &bucket, &callback).options(json!({"recursive": true}));
        worker.output(output).run().await.expect_code(0);
        assert_eq!(callback.only().body["metrics"]["entities_exported"], 20);
    }
}
