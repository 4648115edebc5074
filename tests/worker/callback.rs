//! The callback: retried, sent twice where it could be lost, signed, and never the cause of a failure.

use std::time::Duration;

use serde_json::json;
use standardwebhooks::Webhook;

use super::support::callback::Delivery;
use super::support::tree::ORIGIN;
use super::support::worker::Run;
use super::support::{Answer, Archive, Bucket, CallbackSink, Tree, Worker, pi};

/// Exports one entity and calls back.
async fn export(callback: &CallbackSink, change: impl FnOnce(Worker) -> Worker) -> Run {
    let mut tree = Tree::default();
    tree.titled(&pi(0), ORIGIN, &[], "Letters");
    let (archive, bucket) = (Archive::start(tree).await, Bucket::start().await);
    let run = change(Worker::with(&pi(0), &archive, &bucket, callback))
        .run()
        .await;
    assert_eq!(
        bucket.files().len(),
        1,
        "the export stays delivered\n{}",
        run.stderr
    );
    run
}

/// Sends a callback whose tries get these responses; returns what arrived.
async fn tried(answers: Vec<Answer>) -> (Vec<Delivery>, Run) {
    let callback = CallbackSink::start().await;
    for answer in answers {
        callback.script().next("/callback", answer);
    }
    let run = export(&callback, |worker| worker).await;
    run.expect_code(0);
    (callback.all(), run)
}

#[tokio::test]
async fn a_temporary_failure_is_retried_with_the_same_body() {
    for status in [500, 302, 404, 408, 425, 429] {
        let (deliveries, _) = tried(vec![
            Answer::status(status).header("location", "/elsewhere"),
        ])
        .await;
        assert_eq!(deliveries.len(), 2, "after {status}");
        assert_eq!(deliveries[0].bytes, deliveries[1].bytes);
        assert!(
            deliveries
                .iter()
                .all(|delivery| delivery.path == "/callback"),
            "a redirect was followed"
        );
    }
    let (deliveries, _) = tried(vec![Answer::reset(), Answer::usual()]).await;
    assert_eq!(deliveries.len(), 2);
}

#[tokio::test]
async fn a_rejected_callback_is_sent_twice_and_a_410_is_final() {
    let (deliveries, run) = tried(vec![Answer::status(400), Answer::status(401)]).await;
    assert_eq!(deliveries.len(), 2);
    let payload = String::from_utf8_lossy(&deliveries[0].bytes).into_owned();
    assert!(
        run.stderr.contains(&payload),
        "the whole payload is logged\n{}",
        run.stderr
    );
    let (deliveries, _) = tried(vec![Answer::status(410)]).await;
    assert_eq!(deliveries.len(), 1);
}

#[tokio::test]
async fn on_a_fly_machine_the_callback_of_a_quick_job_is_sent_twice() {
    let callback = CallbackSink::start().await;
    let run = export(&callback, |worker| worker.env("FLY_MACHINE_ID", "148e")).await;
    run.expect_code(0);
    let deliveries = callback.all();
    let time_ms = deliveries[0].body["metrics"]["total_time_ms"]
        .as_u64()
        .expect("a number");
    // On a machine too busy for a quick job, one is right.
    assert!(
        deliveries.len() == 2 || time_ms > 2000,
        "{} after {time_ms} ms",
        deliveries.len()
    );
    assert!(
        deliveries
            .iter()
            .all(|delivery| delivery.bytes == deliveries[0].bytes)
    );
    assert!(run.elapsed >= Duration::from_secs(3));
}

#[tokio::test]
async fn a_secret_signs_the_callback_by_standard_webhooks() {
    let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    let callback = CallbackSink::start().await;
    callback.script().next("/callback", Answer::status(500));
    export(&callback, |worker| worker.env("CALLBACK_SECRET", secret))
        .await
        .expect_code(0);
    let deliveries = callback.all();
    let judge = Webhook::new(secret).expect("a valid secret");
    for delivery in &deliveries {
        judge
            .verify(&delivery.bytes, &delivery.headers)
            .expect("a valid signature");
    }
    assert_eq!(
        deliveries[0].headers["webhook-id"],
        deliveries[1].headers["webhook-id"]
    );
    let other = Webhook::new("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA").expect("a valid secret");
    assert!(
        other
            .verify(&deliveries[0].bytes, &deliveries[0].headers)
            .is_err()
    );

    let unsigned = CallbackSink::start().await;
    export(&unsigned, |worker| worker).await.expect_code(0);
    assert!(
        unsigned
            .only()
            .headers
            .keys()
            .all(|name| !name.as_str().starts_with("webhook-"))
    );
}

#[tokio::test]
async fn without_a_url_the_callback_is_one_line_of_standard_output() {
    let callback = CallbackSink::start().await;
    let run = export(&callback, |worker| worker.without("CALLBACK_URL")).await;
    run.expect_code(0);
    assert_eq!(run.stdout.lines().count(), 1);
    let printed = run.printed_callback();
    assert_eq!(
        (&printed["task_id"], &printed["status"]),
        (&json!("task-1"), &json!("success"))
    );
    assert!(callback.all().is_empty());
}

#[tokio::test]
async fn an_invalid_retry_after_does_not_fail_the_job() {
    for wait in ["-1", "Thu, 01 Jan 1970 00:00:00 GMT", "soon"] {
        let (deliveries, _) = tried(vec![Answer::status(503).header("retry-after", wait)]).await;
        assert_eq!(deliveries.len(), 2, "after {wait}");
    }
}
