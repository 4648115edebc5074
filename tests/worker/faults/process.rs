//! Memory, disk, pipes and panics of the process: rows 39 to 41 and 46.

use std::path::PathBuf;

use serde_json::json;

use crate::support::document::{Document, files_below, fixtures};
use crate::support::worker::{Output, Run};
use crate::support::{Answer, Gate, Tree, Worker, World, pi};

#[tokio::test]
async fn row_39_memory_stays_bounded_on_a_small_machine() {
    // 48 MB of components and 16 MB of records, more of them ready than the machine has room for.
    let world = World::of(Tree::synthetic(12, 11, 2, 2_000_000)).await;
    let first = format!("/entities/{}", pi(1));
    let gate = Gate::new();
    let held = Answer::usual().held(&gate);
    world.archive.script().next(&first, held);
    let worker = world.collector().env("FLY_VM_MEMORY_MB", "32");
    let running = worker.spawn();
    world.archive.wait_for(&first, 1).await;
    gate.open();
    running.finish().await.expect_code(0);
    let body = world.callback.only().body;
    assert_eq!(body["metrics"]["entities_exported"], 12);
    let peak = body["metrics"]["peak_memory_mb"].as_u64().expect("a peak");
    // Two parts of the file in flight and one being filled are 24 MiB of it.
    assert!(peak < 100, "{peak} MiB");
}

/// Starts a program that may write files of so many blocks of 512 bytes, as if the disk were full after them.
fn on_a_disk_of(blocks: u32) -> [String; 3] {
    let limit = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
    ["sh".to_owned(), "-c".to_owned(), limit]
}

fn started_on_a_disk_of(blocks: u32, worker: Worker) -> Worker {
    let starter = on_a_disk_of(blocks);
    worker.started_by(&starter.each_ref().map(String::as_str))
}

#[tokio::test]
async fn row_40_a_full_disk_is_an_error_that_names_the_file() {
    let output = tempfile::tempdir().expect("a temporary folder");
    let run = started_on_a_disk_of(8, Worker::local(&fixtures(), output.path()))
        .run()
        .await;
    run.expect_code(1);
    let callback = run.printed_callback();
    let error = callback["error"].as_str().expect("an error");
    assert!(
        error.starts_with("failed to write ") && error.contains("-collection.xml"),
        "{error}"
    );
    assert_eq!(files_below(output.path()), Vec::<PathBuf>::new());
}

#[tokio::test]
async fn row_40_a_limit_on_the_size_of_files_is_an_error_that_names_it() {
    let output = tempfile::tempdir().expect("a temporary folder");
    let limit = ["sh", "-c", "ulimit -f 8; exec \"$0\" \"$@\""];
    let worker = Worker::local(&fixtures(), output.path()).started_by(&limit);
    let run = worker.run().await;
    run.expect_code(1);
    let callback = run.printed_callback();
    let error = callback["error"].as_str().expect("an error");
    assert!(
        error.contains(
            "-collection.xml (raise the limit on the size of files, ulimit -f): File too large"
        ),
        "{error}"
    );
    assert_eq!(files_below(output.path()), Vec::<PathBuf>::new());
}

#[tokio::test]
async fn row_40_a_disk_too_full_for_the_report_has_the_file() {
    // Two records with much text: the report is the shorter one, but for its thousand rows.
    let mut tree = Tree::default();
    let malformed = (0..2000).map(|number| format!("no PI {number}"));
    let malformed: Vec<String> = malformed.collect();
    tree.titled(&pi(0), crate::support::tree::ORIGIN, &malformed, "Letters");
    let world = World::of(tree).await;
    let output = tempfile::tempdir().expect("a temporary folder");
    let folder = output.path().to_str().expect("UTF-8");
    let worker = world.collector().arg("--output").arg(folder);
    let run = started_on_a_disk_of(400, worker).run().await;
    run.expect_code(0);
    assert_eq!(world.callback.only().body["status"], "success");
    let (_, document) = Document::only_below(output.path());
    assert_eq!(document.pis(), [pi(0)]);
    let names = files_below(output.path()).into_iter();
    let mut names = names.filter_map(|file| file.file_name().map(ToOwned::to_owned));
    assert!(names.all(|name| name != "report.json" && !name.as_encoded_bytes().starts_with(b".")));
    assert!(
        run.stderr.contains("report.json could not be stored"),
        "{}",
        run.stderr
    );
}

#[tokio::test]
async fn row_40_no_disk_is_needed_for_the_bucket() {
    let world = World::of(Tree::synthetic(3, 2, 1, 3_000_000)).await;
    let run = started_on_a_disk_of(0, world.collector()).run().await;
    run.expect_code(0);
    assert_eq!(world.bucket.objects().len(), 3);
}

#[tokio::test]
async fn row_41_full_or_closed_pipes_change_nothing() {
    let world = World::small().await;
    let worker = world.collector().without("CALLBACK_URL");
    worker.output(Output::Full).run().await.expect_code(0);
    assert_eq!(world.bucket.files().len(), 1);

    let world = World::small().await;
    let worker = world.collector().panicking_at("exporting");
    let worker = worker.output(Output::Closed);
    worker.run().await.expect_code(1);
    assert_eq!(world.callback.only().body["status"], "error");
}

/// Runs the worker that panics at this line.
async fn panics_at(world: &World, line: &str) -> Run {
    let run = world.collector().panicking_at(line).run().await;
    assert!(
        run.stderr.contains("asked for by the test"),
        "{}",
        run.stderr
    );
    assert_eq!(world.bucket.open_uploads(), 0, "{}", run.stderr);
    run
}

#[tokio::test]
async fn row_46_a_panic_before_or_while_the_file_is_written_is_an_error() {
    // One record without its metadata: where more is missing, the whole archive may be taken to be out of reach first.
    let mut tree = Tree::default();
    tree.titled(&pi(0), crate::support::tree::ORIGIN, &[], "Letters");
    tree.ipfs.clear();
    for line in ["exporting", "record "] {
        let world = World::of(tree.clone()).await;
        let run = panics_at(&world, line).await;
        run.expect_code(1);
        let body = world.callback.only().body;
        let internal = "internal error of the worker; its log says where";
        assert_eq!(body["error"], json!(internal), "at {line:?}");
        assert!(world.bucket.objects().is_empty());
    }
}

#[tokio::test]
async fn row_46_a_panic_after_delivery_does_not_change_the_success() {
    let world = World::small().await;
    panics_at(&world, "exported 3").await.expect_code(0);
    assert_eq!(world.callback.only().body["status"], "success");

    let world = World::small().await;
    world
        .callback
        .script()
        .next("/callback", Answer::status(500));
    panics_at(&world, "the callback was not accepted")
        .await
        .expect_code(0);
    let tries = world.callback.all();
    assert_eq!(tries.len(), 2);
    assert_eq!(tries[0].bytes, tries[1].bytes);

    let world = World::small().await;
    let refusal = Answer::s3_error(403, "AccessDenied", "no");
    world.bucket.script().always("PutObject", refusal);
    let report = "the file is delivered, but its report";
    panics_at(&world, report).await.expect_code(0);
    assert_eq!(world.callback.only().body["status"], "success");
}

#[tokio::test]
async fn row_46_a_panic_in_a_request_to_the_bucket_is_an_error() {
    // The first two are sent by tasks of their own, the third by the job itself.
    for operation in [
        "CreateMultipartUpload",
        "UploadPart",
        "CompleteMultipartUpload",
    ] {
        let world = World::small().await;
        let skewed = Answer::s3_error(403, "RequestTimeTooSkewed", "no");
        world.bucket.script().next(operation, skewed);
        let run = panics_at(&world, "the clock of this machine").await;
        run.expect_code(1);
        assert_eq!(world.callback.only().body["status"], "error");
        assert!(world.bucket.objects().is_empty());
    }
}

#[tokio::test]
async fn row_46_a_panic_after_a_failure_does_not_change_its_error() {
    let world = World::small().await;
    let refusal = Answer::s3_error(403, "AccessDenied", "no");
    world.bucket.script().always("UploadPart", refusal.clone());
    panics_at(&world, "not exported").await.expect_code(1);
    let error = world.callback.only().body["error"].to_string();
    assert!(error.contains("AccessDenied"), "{error}");

    let world = World::small().await;
    world.bucket.script().always("UploadPart", refusal.clone());
    world
        .bucket
        .script()
        .always("AbortMultipartUpload", refusal);
    let worker = world.collector();
    let worker = worker.panicking_at("the upload could not be aborted");
    worker.run().await.expect_code(1);
    let error = world.callback.only().body["error"].to_string();
    assert!(error.contains("AccessDenied"), "{error}");
}
