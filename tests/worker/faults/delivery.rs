//! What the bucket says and what it has: rows 3, 6, 19, 27, 28 and 52, as far as they are the bucket's.

use serde_json::json;

use crate::support::bucket::{UploadMethod, upload_methods};
use crate::support::worker::Signal;
use crate::support::{Answer, Bucket, Gate, World, pi};

/// An answer with an `ETag`, and nothing done.
fn named(e_tag: &str) -> Answer {
    Answer::status(200).header("etag", &format!("\"{e_tag}\""))
}

/// The MD5 of some bytes or other.
const MD5: &str = "900150983cd24fb0d6963f7d28e17f72";

#[tokio::test]
async fn row_52_a_file_that_was_stored_in_words_alone_is_an_error() {
    for UploadMethod {
        options, publishes, ..
    } in upload_methods()
    {
        for answer in [Answer::status(200).body(""), named(MD5)] {
            let world = World::small().await;
            world.bucket.script().always(publishes, answer);
            let run = world.worker().options(options.clone()).run().await;
            let error = world.expect_failed_and_empty(&run);
            assert!(error.contains(" has nothing there"), "{error}");
        }
    }
}

#[tokio::test]
async fn row_52_a_file_of_other_bytes_is_an_error() {
    for UploadMethod {
        options,
        publishes,
        key,
    } in upload_methods()
    {
        let world = World::small().await;
        world.bucket.put(&key, "x".repeat(50));
        world.bucket.script().always(publishes, named(MD5));
        let run = world.worker().options(options).run().await;
        let error = world.expect_failed(&run);
        assert!(error.contains(" has 50 bytes with the ETag "), "{error}");
    }
}

#[tokio::test]
async fn row_52_a_file_of_the_same_size_and_other_bytes_is_an_error() {
    for UploadMethod {
        options,
        publishes,
        key,
    } in upload_methods()
    {
        let world = World::small().await;
        let undisturbed = world.worker().options(options.clone()).run().await;
        undisturbed.expect_code(0);
        let size = world.bucket.object(&key).expect("a file").len();
        let again = World::small().await;
        again.bucket.put(&key, "x".repeat(size));
        again.bucket.script().always(publishes, Answer::status(200));
        let run = again.worker().options(options).run().await;
        let error = again.expect_failed(&run);
        assert!(
            error.contains(&format!("has {size} bytes with the ETag")),
            "{error}"
        );
    }
}

#[tokio::test]
async fn row_52_a_cut_answer_is_asked_for_again() {
    let world = World::small().await;
    let answer =
        "<CompleteMultipartUploadResult><ETag>\"1\"</ETag></CompleteMultipartUploadResult>";
    let cut = Answer::status(200).body(answer).truncated(20);
    let script = world.bucket.script();
    script.next("CompleteMultipartUpload", cut);
    world.collector().run().await.expect_code(0);
    assert_eq!(world.bucket.files().len(), 1);
}

#[tokio::test]
async fn row_52_where_the_bucket_may_not_be_asked_a_whole_answer_is_a_success_with_a_warning() {
    for UploadMethod { options, .. } in upload_methods() {
        let world = World::small().await;
        let script = world.bucket.script();
        script.always("HeadObject", Answer::status(403));
        let run = world.worker().options(options).run().await;
        run.expect_code(0);
        assert_eq!(world.callback.only().body["status"], "success");
        let warning = "was stored, says the bucket, which does not show it: ";
        assert!(run.stderr.contains(warning), "{}", run.stderr);
        assert!(
            run.stderr.contains("answered 403 Forbidden"),
            "{}",
            run.stderr
        );
    }
}

#[tokio::test]
async fn row_52_where_the_bucket_may_not_be_asked_a_lost_answer_is_not_known() {
    for UploadMethod {
        options, publishes, ..
    } in upload_methods()
    {
        let world = World::small().await;
        let script = world.bucket.script();
        script.always("HeadObject", Answer::status(403));
        script.always(publishes, Answer::usual().lost());
        let run = world.worker().options(options).run().await;
        let error = world.expect_failed(&run);
        assert!(
            error.starts_with("it is not known whether bucket arke-exports, key "),
            "{error}"
        );
    }
}

#[tokio::test]
async fn row_52_an_e_tag_that_is_no_md5_is_compared_with_that_of_the_answer() {
    let undisturbed = World::small().await;
    undisturbed.worker().run().await.expect_code(0);
    let size = undisturbed.file().len().to_string();
    for (answered, found, expected) in [
        (Some("opaque"), "opaque", None),
        (Some("opaque"), "another", Some("which has")),
        (None, "opaque", Some("it is not known whether")),
    ] {
        let world = World::small().await;
        let script = world.bucket.script();
        script.next("PutObject", answered.map_or(Answer::status(200), named));
        script.next("HeadObject", named(found).header("content-length", &size));
        let run = world.worker().run().await;
        match expected {
            None => run.expect_code(0),
            Some(words) => {
                let error = world.expect_failed(&run);
                assert!(error.contains(words), "{error}");
            }
        }
    }
}

#[tokio::test]
async fn row_52_a_part_is_sent_again_until_the_bucket_names_its_bytes() {
    let world = World::small().await;
    let script = world.bucket.script();
    let conflict = Answer::s3_error(
        409,
        "OperationAborted",
        "A conflicting operation is in progress.",
    );
    script.next("UploadPart", conflict);
    script.next("UploadPart", Answer::status(200));
    script.next("UploadPart", named(MD5));
    world.collector().run().await.expect_code(0);
    let sent = world
        .bucket
        .log()
        .count(|call| call.operation == "UploadPart");
    assert_eq!(sent, 4);
    assert_eq!(world.callback.only().body["metrics"]["upload_retries"], 3);

    let world = World::small().await;
    world.bucket.script().always("UploadPart", named(MD5));
    let run = world.collector().run().await;
    let error = world.expect_failed_and_empty(&run);
    let problem = format!("bucket arke-exports took part 1 with the ETag \"{MD5}\" and not ");
    assert!(error.starts_with(&problem), "{error}");
}

#[tokio::test]
async fn row_52_the_report_is_proved_like_the_file() {
    let world = World::small().await;
    let script = world.bucket.script();
    // The file and its inventory.
    script.next("PutObject", Answer::usual());
    script.next("PutObject", Answer::usual());
    script.next("PutObject", named(MD5));
    let run = world.worker().run().await;
    run.expect_code(0);
    assert_eq!(world.bucket.objects().len(), 2);
    let warning = "report.json could not be stored, ";
    assert!(
        run.stderr.contains(warning) && run.stderr.contains("has nothing there"),
        "{}",
        run.stderr
    );
}

#[tokio::test]
async fn row_37_a_put_that_may_still_land_is_not_known() {
    let world = World::small().await;
    let gate = Gate::new();
    world
        .bucket
        .script()
        .always("PutObject", Answer::usual().held(&gate));
    let running = world.worker().spawn();
    world.bucket.wait_for("PutObject", 1).await;
    running.signal(Signal::TERM);
    let run = running.finish().await;
    let key = format!("exports/task-1/{}.xml", pi(0));
    assert_eq!(
        world.expect_failed(&run),
        format!(
            "Cancelled while the file was being delivered: it is not known whether bucket arke-exports, key {key} has \
             it or will have it"
        )
    );
}

#[tokio::test]
async fn row_37_an_upload_whose_abort_is_not_answered_is_not_known() {
    let world = World::small().await;
    let never = Gate::new();
    let script = world.bucket.script();
    script.always("CompleteMultipartUpload", Answer::usual().held(&never));
    script.always("AbortMultipartUpload", Answer::usual().held(&never));
    let running = world.collector().spawn();
    world.bucket.wait_for("CompleteMultipartUpload", 1).await;
    running.signal(Signal::TERM);
    running.finish().await.expect_code(1);
    let error = world.callback.only().body["error"].to_string();
    assert!(error.contains("it is not known whether"), "{error}");
}

#[tokio::test]
async fn row_37_a_delivery_that_was_answered_before_the_signal_is_a_success() {
    for UploadMethod { options, key, .. } in upload_methods() {
        let world = World::small().await;
        let held = Answer::usual().held(&Gate::new());
        world.bucket.script().always("HeadObject", held);
        let running = world.worker().options(options).spawn();
        world.bucket.wait_for("HeadObject", 1).await;
        running.signal(Signal::TERM);
        let run = running.finish().await;
        run.expect_code(0);
        assert_eq!(world.callback.only().body["status"], "success");
        assert_eq!(world.bucket.files(), [key]);
        let warning = "could not be asked for it in time";
        assert!(run.stderr.contains(warning), "{}", run.stderr);
    }
}

#[tokio::test]
async fn row_03_a_bucket_whose_certificate_is_not_trusted_is_told_at_once() {
    let world = World {
        bucket: Bucket::start_tls().await,
        ..World::small().await
    };
    for options in [json!({"recursive": true}), json!({})] {
        let run = world.worker().options(options).run().await;
        run.expect_code(1);
        let body = world.callback.all().pop().expect("a callback").body;
        let error = body["error"].as_str().expect("an error");
        let expected = "bucket arke-exports cannot be reached (no secure connection to 127.0.0.1:";
        assert!(error.starts_with(expected), "{error}");
        assert!(
            error.ends_with("check R2_ACCOUNT_ID, R2_ENDPOINT and EXTRA_CA_FILE"),
            "{error}"
        );
        assert_eq!(body["metrics"]["upload_retries"], 0);
    }
}

#[tokio::test]
async fn row_06_an_answer_of_the_bucket_that_breaks_off_is_told_as_such() {
    let world = World::small().await;
    let cut = Answer::status(200)
        .body("<InitiateMultipartUploadResult>")
        .truncated(9);
    world.bucket.script().always("CreateMultipartUpload", cut);
    let run = world.collector().run().await;
    let error = world.expect_failed_and_empty(&run);
    let expected = "bucket arke-exports gave no answer that can be read (the answer of 127.0.0.1:";
    assert!(
        error.starts_with(expected) && error.contains(" broke off: "),
        "{error}"
    );
}

#[tokio::test]
async fn row_19_of_a_refusal_no_more_is_read_than_a_person_would() {
    // Read to its end it would be waited for: it has none.
    let world = World::small().await;
    let body = format!("<html><title>Go away</title>{}", " ".repeat(1_000_000));
    let refusal = Answer::status(403).body(body).stalled(500_000);
    world
        .bucket
        .script()
        .always("CreateMultipartUpload", refusal);
    let run = world.collector().run().await;
    let error = world.expect_failed_and_empty(&run);
    assert!(
        error.contains("answered 403 Forbidden (\"Go away\")"),
        "{error}"
    );

    let world = World::small().await;
    let large = Answer::status(200).body("x".repeat(1_000_000));
    world.bucket.script().always("CreateMultipartUpload", large);
    let run = world.collector().run().await;
    let error = world.expect_failed_and_empty(&run);
    assert!(
        error.contains("too large: more than 65536 bytes"),
        "{error}"
    );
}

#[tokio::test]
async fn row_28_an_answer_that_is_none_of_s3_is_told_by_status_and_host() {
    let page = "<html><head><title>Attention Required!\n| Cloudflare</title></head></html>";
    for (status, reason) in [
        (403, "403 Forbidden"),
        (301, "301 Moved Permanently"),
        (200, "200 OK"),
    ] {
        let world = World::small().await;
        let answer = Answer::status(status).body(page);
        world
            .bucket
            .script()
            .always("CreateMultipartUpload", answer);
        let run = world.collector().run().await;
        let error = world.expect_failed_and_empty(&run);
        let host = world.bucket.url().replace("http://", "");
        let expected = format!(
            "bucket arke-exports: {host} answered {reason} (\"Attention Required! | Cloudflare\"), and not as a server \
             of S3: check R2_ENDPOINT"
        );
        assert!(error.starts_with(&expected), "{error}");
    }
}

#[tokio::test]
async fn row_28_an_encoding_that_was_not_asked_for_is_told_by_its_name() {
    for status in [200, 403] {
        let world = World::small().await;
        let encoded = Answer::status(status)
            .header("content-encoding", "zstd")
            .body("(\u{b5}/");
        world
            .bucket
            .script()
            .always("CreateMultipartUpload", encoded);
        let run = world.collector().run().await;
        let error = world.expect_failed_and_empty(&run);
        assert!(
            error.contains("the answer is encoded as") && error.contains("zstd"),
            "{error}"
        );
    }
}
