//! The upload: its requests, and how it is known whether the file was delivered.

use super::support::bucket::{UploadMethod, upload_methods};
use super::support::document::{Document, FIXTURES_ROOT, fixtures};
use super::support::tree::ORIGIN;
use super::support::worker::Signal;
use super::support::{Answer, Gate, Tree, World, pi};

/// The size of every part but the last.
const PART_BYTES: u64 = 5 * 1024 * 1024;

#[tokio::test]
async fn the_upload_is_opened_while_the_first_manifest_is_awaited() {
    let world = World::of(Tree::synthetic(1, 1, 1, 10)).await;
    let gate = world
        .archive
        .script()
        .hold_next(&format!("/entities/{}", pi(0)));
    let worker = world.collector();
    let running = worker.spawn();
    world.bucket.wait_for("CreateMultipartUpload", 1).await;
    world
        .archive
        .wait_for(&format!("/entities/{}", pi(0)), 1)
        .await;
    gate.open();
    running.finish().await.expect_code(0);
}

#[tokio::test]
async fn a_recursive_job_opens_one_upload_and_a_small_file_is_its_only_part() {
    let mut tree = Tree::default();
    tree.titled(&pi(0), ORIGIN, &[], "Letters");
    let world = World::of(tree).await;
    world.collector().run().await.expect_code(0);
    assert_eq!(
        world.bucket.operations(),
        [
            "CreateMultipartUpload",
            "UploadPart",
            "CompleteMultipartUpload",
            "HeadObject",
            // The inventory.
            "PutObject",
            "HeadObject",
            // The report.
            "PutObject",
            "HeadObject"
        ]
    );
    assert!(
        world.bucket.violations().is_empty(),
        "{:?}",
        world.bucket.violations()
    );
    assert_eq!(world.bucket.open_uploads(), 0);
}

#[tokio::test]
async fn a_single_record_is_a_single_put() {
    let world = World::of(Tree::from_folder(&fixtures())).await;
    let worker = world.worker_for(FIXTURES_ROOT).env("BATCH_ID", "");
    worker.run().await.expect_code(0);
    let keys: Vec<_> = world
        .bucket
        .log()
        .all()
        .into_iter()
        .map(|call| call.key)
        .collect();
    assert_eq!(
        world.bucket.operations(),
        ["PutObject", "HeadObject"].repeat(3),
        "the file, its inventory and its report"
    );
    let names: Vec<_> = keys
        .iter()
        .filter_map(|key| key.rsplit('/').next())
        .collect();
    let file = format!("{FIXTURES_ROOT}.xml");
    assert_eq!(
        [names[0], names[2], names[4]],
        [&*file, "records.csv", "report.json"]
    );
    assert!(
        world.bucket.violations().is_empty(),
        "{:?}",
        world.bucket.violations()
    );
    let file_name = format!("{FIXTURES_ROOT}.xml");
    let bytes = world
        .bucket
        .object(&format!("exports/task-1/{file_name}"))
        .expect("the object");
    world
        .callback
        .only()
        .expect_success(&file_name, bytes.len(), 1);
    assert_eq!(
        world
            .bucket
            .content_type(&format!("exports/task-1/{file_name}"))
            .as_deref(),
        Some("application/xml")
    );
    assert_eq!(Document::valid(bytes).root(), "mods");
}

#[tokio::test]
async fn a_large_file_goes_up_in_equal_parts_and_arrives_whole() {
    let tree = Tree::synthetic(40, 4, 5, 100_000);
    let world = World::of(tree).await;
    world.collector().run().await.expect_code(0);
    let bytes = world.file();
    let parts: Vec<_> = world
        .bucket
        .log()
        .all()
        .into_iter()
        .filter(|call| call.operation == "UploadPart")
        .collect();
    let sizes: Vec<u64> = parts
        .iter()
        .map(|call| call.content_length.expect("a length"))
        .collect();
    let (last, full) = sizes.split_last().expect("parts");
    assert!(full.len() >= 2, "{sizes:?}");
    assert!(
        full.iter().all(|&size| size == PART_BYTES) && *last <= PART_BYTES,
        "{sizes:?}"
    );
    assert_eq!(sizes.iter().sum::<u64>(), bytes.len() as u64);
    world
        .callback
        .only()
        .expect_success(&format!("{}-collection.xml", pi(0)), bytes.len(), 40);
    assert_eq!(
        Document::valid(bytes).pis(),
        (0..40).map(pi).collect::<Vec<_>>()
    );
    for part in parts {
        assert!(
            part.amz_headers
                .keys()
                .all(|name| !name.contains("checksum")),
            "{:?}",
            part.amz_headers
        );
    }
}

#[tokio::test]
async fn a_rerun_leaves_no_upload_open() {
    // What the first run left has the bytes of the second, whose upload is not completed.
    let world = World::small().await;
    world.collector().run().await.expect_code(0);
    let script = world.bucket.script();
    script.always("CompleteMultipartUpload", Answer::reset());
    world.collector().run().await.expect_code(0);
    assert_eq!(world.bucket.open_uploads(), 0);
    assert_eq!(world.bucket.files().len(), 1);
}

#[tokio::test]
async fn an_unconfirmed_delivery_is_checked_by_a_head_request() {
    for UploadMethod {
        options,
        publishes,
        key,
    } in upload_methods()
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
async fn an_earlier_export_is_not_mistaken_for_this_one() {
    for UploadMethod {
        options,
        publishes,
        key,
    } in upload_methods()
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
async fn a_put_that_succeeded_unnoticed_is_found_despite_later_errors() {
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
async fn after_a_signal_during_delivery_the_bucket_decides_the_outcome() {
    for UploadMethod {
        options,
        publishes,
        key,
    } in upload_methods()
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
async fn a_signal_while_the_bucket_hangs_ends_the_job_without_a_file() {
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
