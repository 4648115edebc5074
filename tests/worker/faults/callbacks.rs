//! Faults of the callback that [`crate::callback`] does not show already: rows 33 to 36.

use std::time::Duration;

use serde_json::Value;

use crate::support::server::Refusing;
use crate::support::{Answer, Tree, World};

/// A world whose export takes no time.
async fn world() -> World {
    World::of(Tree::synthetic(1, 1, 0, 10)).await
}

#[tokio::test]
async fn row_33_a_callback_that_always_fails_is_retried_to_the_end_and_logged_whole() {
    let world = world().await;
    let script = world.callback.script();
    script.always("/callback", Answer::status(500));
    let run = world.worker().run().await;
    run.expect_code(0);
    assert_eq!(world.bucket.files().len(), 1, "the export stays delivered");
    let tries = world.callback.all();
    let (first, last) = (&tries[0], &tries[tries.len() - 1]);
    assert_eq!(tries.len(), 7);
    assert!(tries.iter().all(|next| next.bytes == first.bytes));
    assert!(last.at >= first.at + Duration::from_secs(29), "{last:?}");
    let payload = String::from_utf8_lossy(&first.bytes).into_owned();
    assert!(run.stderr.contains(&payload), "{}", run.stderr);
}

#[tokio::test]
async fn row_33_an_unreachable_orchestrator_does_not_fail_the_job() {
    let world = world().await;
    let refusing = Refusing::new();
    let worker = world.worker().env("CALLBACK_URL", refusing.url());
    let run = worker.run().await;
    run.expect_code(0);
    let logged = run.stderr.lines().find_map(|line| {
        let (_, payload) = line.split_once("the callback could not be delivered: ")?;
        serde_json::from_str::<Value>(payload).ok()
    });
    assert_eq!(logged.expect("the payload")["status"], "success");
}

#[tokio::test]
async fn row_34_retry_after_is_honoured() {
    for status in [429, 503] {
        let world = world().await;
        let busy = Answer::status(status).header("retry-after", "3");
        world.callback.script().next("/callback", busy);
        world.worker().run().await.expect_code(0);
        let tries = world.callback.all();
        assert_eq!(tries.len(), 2);
        assert!(tries[1].at >= tries[0].at + Duration::from_secs(3));
    }
}

#[tokio::test]
async fn row_36_on_a_fly_machine_an_early_error_is_sent_twice_too() {
    let world = world().await;
    let worker = world.worker().env("FLY_MACHINE_ID", "148e");
    let run = worker.env("EXPORT_FORMAT", "marc").run().await;
    run.expect_code(1);
    let sent = world.callback.all();
    // On a machine too busy for a quick job, one is right.
    let time_ms = sent[0].body["metrics"]["total_time_ms"].as_u64();
    assert!(sent.len() == 2 || time_ms > Some(2000), "{sent:?}");
    assert!(sent.iter().all(|next| next.bytes == sent[0].bytes));
}
