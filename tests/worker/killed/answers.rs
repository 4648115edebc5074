//! Killed at a chosen moment: what is said of the job, and that nothing is left of it.

use serde_json::json;

use super::{expect_killed, hanging, on_256_mb, status, until};
use crate::support::bucket::{UploadMethod, upload_methods};
use crate::support::document::files_below;
use crate::support::worker::Signal;
use crate::support::{Answer, Gate, World, pi};

#[tokio::test]
async fn killed_before_the_end_the_job_is_answered_for_and_its_upload_aborted() {
    let (world, running) = hanging(on_256_mb).await;
    running.signal_child(Signal::KILL);
    let run = running.finish().await;
    let error = world.expect_failed_and_empty(&run);
    let (exported, found) = expect_killed(&error);
    assert!(exported <= 1 && (exported..=3).contains(&found), "{error}");
    assert!(error.ends_with("until then"), "{error}");
    let body = world.callback.only().body;
    assert_eq!(body["task_id"], "task-1");
    assert_eq!(body["metrics"]["entities_exported"], exported);
    // The peak is that of the job, of which the one that watches has a fraction.
    let peak = body["metrics"]["peak_memory_mb"].as_u64();
    assert!(peak.is_some_and(|peak| peak > 5), "{body}");
    assert!(error.contains(&format!("({} of", peak.unwrap_or_default())));
    assert_eq!(
        world.bucket.operations(),
        ["CreateMultipartUpload", "AbortMultipartUpload"]
    );
    assert!(
        run.stderr
            .contains(&format!("not exported {}: {error}", pi(0)))
    );
}

#[tokio::test]
async fn killed_while_the_bucket_is_asked_the_job_fails_where_the_file_is_not_there() {
    let world = World::small().await;
    let never = Answer::usual().held(&Gate::new());
    world
        .bucket
        .script()
        .always("CompleteMultipartUpload", never);
    let running = on_256_mb(&world).spawn();
    world.bucket.wait_for("CompleteMultipartUpload", 1).await;
    running.signal_child(Signal::KILL);
    let run = running.finish().await;
    let error = world.expect_failed_and_empty(&run);
    assert_eq!(expect_killed(&error), (3, 3), "{error}");
    assert!(error.ends_with("until then"), "{error}");
    let operations = world.bucket.operations();
    let (abort, ask) = ("AbortMultipartUpload", "HeadObject");
    assert!(operations.ends_with(&[abort, ask]), "{operations:?}");
}

#[tokio::test]
async fn killed_while_a_single_file_is_put_it_is_said_that_nobody_knows() {
    let world = World::small().await;
    let never = Answer::usual().held(&Gate::new());
    world.bucket.script().always("PutObject", never);
    let running = on_256_mb(&world).options(json!({})).spawn();
    world.bucket.wait_for("PutObject", 1).await;
    running.signal_child(Signal::KILL);
    let run = running.finish().await;
    let error = world.expect_failed_and_empty(&run);
    assert_eq!(expect_killed(&error), (1, 1), "{error}");
    assert!(
        error.contains("is not known: it may still appear"),
        "{error}"
    );
}

#[tokio::test]
async fn killed_after_the_file_is_there_the_job_is_a_success() {
    for UploadMethod {
        options, publishes, ..
    } in upload_methods()
    {
        let world = World::small().await;
        // It is done, and the answer never ends.
        let done = Answer::usual().stalled(0);
        world.bucket.script().always(publishes, done);
        let running = on_256_mb(&world).options(options.clone()).spawn();
        until(|| !world.bucket.files().is_empty()).await;
        running.signal_child(Signal::KILL);
        let run = running.finish().await;
        run.expect_code(0);
        let delivery = world.callback.only();
        let recursive = options["recursive"] == true;
        let (suffix, exported) = if recursive {
            ("-collection", 3)
        } else {
            ("", 1)
        };
        let file_name = format!("{}{suffix}.xml", pi(0));
        delivery.expect_success(&file_name, world.file().len(), exported);
        assert_eq!(world.bucket.open_uploads(), 0);
        assert!(
            run.stderr.contains("the file was delivered before"),
            "{}",
            run.stderr
        );
    }
}

#[tokio::test]
async fn killed_while_the_report_is_stored_the_job_is_a_success() {
    let world = World::small().await;
    let never = Answer::usual().held(&Gate::new());
    world.bucket.script().always("PutObject", never);
    let running = on_256_mb(&world).spawn();
    world.bucket.wait_for("PutObject", 1).await;
    let asked = world.bucket.operations().len();
    running.signal_child(Signal::KILL);
    let run = running.finish().await;
    run.expect_code(0);
    let file_name = format!("{}-collection.xml", pi(0));
    let delivery = world.callback.only();
    delivery.expect_success(&file_name, world.file().len(), 3);
    // What is known need not be asked for.
    assert_eq!(world.bucket.operations().len(), asked);
    assert!(run.stderr.contains("a report may be lacking"));
}

#[tokio::test]
async fn killed_at_the_end_and_the_bucket_refuses_to_tell_nobody_knows() {
    let world = World::small().await;
    let script = world.bucket.script();
    script.always("CompleteMultipartUpload", Answer::usual().stalled(0));
    let refusal = Answer::s3_error(403, "AccessDenied", "no");
    script.always("HeadObject", refusal);
    let running = on_256_mb(&world).spawn();
    until(|| !world.bucket.files().is_empty()).await;
    running.signal_child(Signal::KILL);
    running.finish().await.expect_code(1);
    let body = world.callback.only().body;
    let error = body["error"].as_str().expect("an error");
    expect_killed(error);
    let unknown = "; whether the file was delivered is not known: bucket arke-exports: ";
    let refused = "answered 403 Forbidden";
    assert!(
        error.contains(unknown) && error.contains(refused),
        "{error}"
    );
}

#[tokio::test]
async fn killed_while_it_calls_back_the_same_callback_is_sent_again() {
    for is_success in [true, false] {
        let world = World::small().await;
        if !is_success {
            let refusal = Answer::s3_error(403, "AccessDenied", "no");
            world.bucket.script().always("UploadPart", refusal);
        }
        let never = Answer::usual().held(&Gate::new());
        world.callback.script().next("/callback", never);
        let running = world.collector().spawn();
        world.callback.wait_for(1).await;
        running.signal_child(Signal::KILL);
        let run = running.finish().await;
        run.expect_code(i32::from(!is_success));
        let deliveries = world.callback.all();
        assert_eq!(deliveries.len(), 2, "{}", run.stderr);
        assert_eq!(deliveries[0].bytes, deliveries[1].bytes);
        assert_eq!(status(&deliveries[0].body) == "success", is_success);
        assert_eq!(world.bucket.open_uploads(), 0);
    }
}

#[tokio::test]
async fn killed_while_it_writes_to_a_folder_nothing_is_left_in_it() {
    let output = tempfile::tempdir().expect("a temporary folder");
    let folder = output.path().to_str().expect("UTF-8");
    let world = World::small().await;
    let second = format!("/entities/{}", pi(1));
    let never = Answer::usual().held(&Gate::new());
    world.archive.script().always(&second, never);
    let worker = on_256_mb(&world).arg("--output").arg(folder);
    let running = worker.spawn();
    world.archive.wait_for(&second, 1).await;
    let files = files_below(output.path());
    assert_eq!(files.len(), 2, "two temporary files: {files:?}");
    running.signal_child(Signal::KILL);
    running.finish().await.expect_code(1);
    let body = world.callback.only().body;
    expect_killed(body["error"].as_str().expect("an error"));
    assert!(files_below(output.path()).is_empty());
}

#[tokio::test]
async fn killed_with_its_file_in_its_folder_the_job_is_a_success() {
    let output = tempfile::tempdir().expect("a temporary folder");
    let folder = output.path().to_str().expect("UTF-8");
    let world = World::small().await;
    let never = Answer::usual().held(&Gate::new());
    world.callback.script().next("/callback", never);
    let running = on_256_mb(&world).arg("--output").arg(folder).spawn();
    world.callback.wait_for(1).await;
    running.signal_child(Signal::KILL);
    running.finish().await.expect_code(0);
    // The file, its inventory, and the report in both its forms.
    assert_eq!(files_below(output.path()).len(), 4);
    assert_eq!(status(&world.callback.all()[1].body), "success");
}
