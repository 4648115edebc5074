//! Faults of the bucket: rows 26 to 32.

use std::time::{Duration, SystemTime};

use serde_json::json;

use crate::support::bucket::{UploadMethod, upload_methods};
use crate::support::worker::Signal;
use crate::support::{Answer, Gate, Tree, World};

/// The size of every part but the last.
const PART_BYTES: usize = 5 * 1024 * 1024;

/// More than two parts of the file.
const LARGE: fn() -> Tree = || Tree::synthetic(3, 2, 1, 7_000_000);

fn error_document() -> Answer {
    Answer::s3_error(200, "InternalError", "We encountered an internal error.")
}

#[tokio::test]
async fn row_26_temporary_errors_are_retried() {
    let faults = [
        Answer::s3_error(503, "SlowDown", "not so fast").header("retry-after", "0"),
        Answer::s3_error(429, "TooManyRequests", "slower").header("retry-after", "0"),
        Answer::s3_error(400, "IncompleteBody", "where is the rest?"),
        Answer::s3_error(400, "ClientDisconnect", "gone?"),
    ];
    let world = World::small().await;
    let operations = [
        "CreateMultipartUpload",
        "UploadPart",
        "CompleteMultipartUpload",
    ];
    for operation in operations {
        for fault in &faults {
            world.bucket.script().next(operation, fault.clone());
        }
    }
    let run = world.collector().run().await;
    run.expect_code(0);
    let metrics = &world.callback.only().body["metrics"];
    assert_eq!(metrics["upload_retries"], 12, "{}", run.stderr);
    assert!(!run.stderr.contains("ERROR"), "{}", run.stderr);

    let undisturbed = World::small().await;
    undisturbed.collector().run().await.expect_code(0);
    assert_eq!(world.file(), undisturbed.file());
    let metrics = &undisturbed.callback.only().body["metrics"];
    assert_eq!(metrics["upload_retries"], 0);
}

#[tokio::test]
async fn row_26_the_time_that_the_bucket_asks_for_is_waited() {
    let faults = [
        Answer::s3_error(503, "SlowDown", "not so fast"),
        Answer::s3_error(503, "ServiceUnavailable", "not now"),
        Answer::s3_error(500, "InternalError", "again"),
        Answer::s3_error(408, "RequestTimeout", "too slow"),
        Answer::s3_error(429, "TooManyRequests", "slower"),
        Answer::status(520),
        Answer::s3_error(200, "SlowDown", "not so fast"),
    ];
    let waited = faults.map(|fault| async {
        let world = World::small().await;
        // By itself the SDK would wait a second at the most.
        let fault = fault.header("retry-after", "2");
        world.bucket.script().next("CreateMultipartUpload", fault);
        let run = world.collector().run().await;
        run.expect_code(0);
        assert!(!run.stderr.contains("ERROR"), "{}", run.stderr);
        let calls = world.bucket.log().all();
        assert_eq!(calls[1].operation, "CreateMultipartUpload");
        calls[1].at.abs_diff(calls[0].at)
    });
    let waited = futures::future::join_all(waited).await;
    assert!(
        waited.iter().all(|wait| *wait >= Duration::from_secs(2)),
        "{waited:?}"
    );
}

#[tokio::test]
async fn row_26_a_single_put_is_retried_too() {
    let world = World::small().await;
    let script = world.bucket.script();
    script.next("PutObject", Answer::s3_error(500, "InternalError", "again"));
    let throttled = Answer::s3_error(429, "TooManyRequests", "slower");
    script.next("PutObject", throttled.header("retry-after", "0"));
    world.worker().run().await.expect_code(0);
    assert_eq!(world.bucket.files().len(), 1);
}

#[tokio::test]
async fn row_27_an_error_document_with_status_200_is_retried() {
    for operation in [
        "CreateMultipartUpload",
        "UploadPart",
        "CompleteMultipartUpload",
    ] {
        let world = World::small().await;
        world.bucket.script().next(operation, error_document());
        world.collector().run().await.expect_code(0);
        assert_eq!(world.bucket.files().len(), 1, "{operation}");
    }
    let world = World::small().await;
    world.bucket.script().next("PutObject", error_document());
    world.worker().run().await.expect_code(0);
    assert_eq!(world.bucket.files().len(), 1);
}

#[tokio::test]
async fn row_27_an_operation_that_succeeded_behind_an_error_is_found() {
    for UploadMethod {
        options, publishes, ..
    } in upload_methods()
    {
        let world = World::small().await;
        let document = "<Error><Code>InternalError</Code><Message>no</Message></Error>";
        let done = Answer::usual().body(document);
        world.bucket.script().next(publishes, done);
        let worker = world.worker().options(options);
        let run = worker.run().await;
        run.expect_code(0);
        assert_eq!(world.callback.only().body["status"], "success");
        assert_eq!(world.bucket.files().len(), 1);
    }
}

#[tokio::test]
async fn row_27_a_permanent_error_ends_the_job_without_a_file() {
    for UploadMethod {
        options, publishes, ..
    } in upload_methods()
    {
        let world = World::small().await;
        world.bucket.script().always(publishes, error_document());
        let run = world.worker().options(options).run().await;
        let error = world.expect_failed_and_empty(&run);
        assert!(error.starts_with("bucket arke-exports "), "{error}");
    }
}

#[tokio::test]
async fn row_28_a_refusal_names_the_setting_and_never_its_value() {
    for (code, setting) in [
        ("AccessDenied", "R2_ACCESS_KEY_ID"),
        ("SignatureDoesNotMatch", "R2_SECRET_ACCESS_KEY"),
        ("InvalidAccessKeyId", "R2_ACCESS_KEY_ID"),
        ("ExpiredToken", "R2_SESSION_TOKEN"),
    ] {
        for (options, operation) in [
            (json!({"recursive": true}), "CreateMultipartUpload"),
            (json!({}), "PutObject"),
        ] {
            let world = World::small().await;
            let refusal = Answer::s3_error(403, code, "no");
            world.bucket.script().always(operation, refusal);
            let worker = world.worker().env("R2_SESSION_TOKEN", "canary-token");
            let run = worker.options(options).run().await;
            let error = world.expect_failed_and_empty(&run);
            assert!(
                error.contains(code) && error.contains(setting),
                "{code}: {error}"
            );
            for secret in ["test-access-key-id", "canary-secret", "canary-token"] {
                assert!(!error.contains(secret) && !run.stderr.contains(secret));
            }
            let sent = world.bucket.operations();
            let sent = sent.iter().filter(|sent| **sent == operation).count();
            assert_eq!(sent, 1, "{operation}: asking again is of no use");
        }
    }
}

#[tokio::test]
async fn row_28_a_wrong_secret_is_refused_by_the_bucket_itself() {
    let world = World::small().await;
    let worker = world.collector();
    let worker = worker.env("R2_SECRET_ACCESS_KEY", "not-the-secret");
    let run = worker.run().await;
    let error = world.expect_failed_and_empty(&run);
    assert!(error.contains("check R2_SECRET_ACCESS_KEY"), "{error}");
    assert!(!error.contains("not-the-secret") && !run.stderr.contains("not-the-secret"));
}

#[tokio::test]
async fn row_29_a_missing_bucket_is_reported_before_any_manifest_has_come() {
    let world = World::small().await;
    let never = Answer::usual().held(&Gate::new());
    world.archive.script().always("/entities/", never);
    let worker = world.collector().env("R2_BUCKET", "another-bucket");
    let run = worker.run().await;
    let error = world.expect_failed_and_empty(&run);
    assert!(
        error.contains("NoSuchBucket") && error.contains("check R2_BUCKET"),
        "{error}"
    );
}

#[tokio::test]
async fn row_30_a_wrong_clock_is_corrected_by_the_time_of_the_server() {
    let world = World::small().await;
    let ahead = SystemTime::now() + Duration::from_hours(1);
    let date = httpdate::fmt_http_date(ahead);
    let skewed = Answer::s3_error(403, "RequestTimeTooSkewed", "The difference is too large.");
    let script = world.bucket.script();
    script.next("CreateMultipartUpload", skewed.header("date", &date));
    // Signed an hour ahead, which the bucket of these tests has no reason to take.
    let taken =
        "<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>";
    let taken = Answer::status(200)
        .header("content-type", "application/xml")
        .body(taken);
    script.next("CreateMultipartUpload", taken);
    let run = world.collector().run().await;
    let opened = world.bucket.log().all().into_iter();
    let times: Vec<String> = opened
        .filter(|call| call.operation == "CreateMultipartUpload")
        .map(|call| call.amz_headers["x-amz-date"].clone())
        .collect();
    assert_eq!(times.len(), 2, "{times:?}");
    let seconds = |time: &str| {
        let (day, clock) = time.trim_end_matches('Z').split_once('T').expect("a date");
        let number = |text: &str| text.parse::<u64>().expect("a number");
        let hours = number(day) * 24 + number(&clock[..2]);
        hours * 3600 + number(&clock[2..4]) * 60 + number(&clock[4..])
    };
    let moved = seconds(&times[1]) - seconds(&times[0]);
    // Days are counted as numbers, so at midnight a day is as good as an hour.
    assert!(moved >= 3590, "{times:?}");
    assert!(
        run.stderr.contains("the clock of this machine is wrong"),
        "{}",
        run.stderr
    );
}

#[tokio::test]
async fn row_31_a_part_that_breaks_off_is_sent_again_from_its_buffer() {
    let world = World::of(LARGE()).await;
    let script = world.bucket.script();
    script.next("UploadPart", Answer::reset());
    script.next("UploadPart", Answer::usual().lost());
    world.collector().run().await.expect_code(0);
    let undisturbed = World::of(LARGE()).await;
    undisturbed.collector().run().await.expect_code(0);
    assert!(world.file() == undisturbed.file(), "other bytes");
    let needed = world.file().len().div_ceil(PART_BYTES);
    let parts = world.bucket.log().all().into_iter();
    let parts = parts.filter(|call| call.operation == "UploadPart").count();
    assert_eq!(parts, needed + 2);
}

#[tokio::test]
async fn row_31_a_part_that_fails_for_good_ends_the_job_and_aborts_the_upload() {
    let world = World::small().await;
    let refusal = Answer::s3_error(403, "AccessDenied", "not yours");
    world.bucket.script().always("UploadPart", refusal);
    let run = world.collector().run().await;
    let error = world.expect_failed_and_empty(&run);
    assert!(
        error.contains("AccessDenied") && error.contains("R2_ACCESS_KEY_ID"),
        "{error}"
    );
    assert_eq!(
        world.bucket.operations(),
        [
            "CreateMultipartUpload",
            "UploadPart",
            "AbortMultipartUpload"
        ]
    );
}

#[tokio::test]
async fn row_31_a_process_that_is_killed_leaves_no_file() {
    let world = World::small().await;
    let never = Answer::usual().held(&Gate::new());
    world.bucket.script().always("UploadPart", never);
    let running = world.collector().env("WATCHED", "false").spawn();
    world.bucket.wait_for("UploadPart", 1).await;
    assert_eq!(running.children(), Vec::<u32>::new());
    running.signal(Signal::KILL);
    assert_eq!(running.finish().await.code, None);
    assert!(world.bucket.objects().is_empty());
    assert!(world.callback.all().is_empty(), "nobody is left to tell");
}

#[tokio::test]
async fn row_32_no_optional_header_is_sent() {
    for UploadMethod { options, .. } in upload_methods() {
        let world = World::small().await;
        world.worker().options(options).run().await.expect_code(0);
        assert!(
            world.bucket.violations().is_empty(),
            "{:?}",
            world.bucket.violations()
        );
        for call in world.bucket.log().all() {
            let names: Vec<&str> = call.amz_headers.keys().map(String::as_str).collect();
            let allowed = ["x-amz-content-sha256", "x-amz-date", "x-amz-user-agent"];
            assert!(
                names.iter().all(|name| allowed.contains(name)),
                "{}: {names:?}",
                call.operation
            );
            // The bucket compares it with the body: it is what keeps a damaged one out.
            let hash = &call.amz_headers["x-amz-content-sha256"];
            assert_eq!(hash.len(), 64, "{}: {hash}", call.operation);
        }
    }
}
