//! `records.csv`: a row for each entity, and where its record is in the file.

use std::collections::BTreeMap;
use std::fs;

use data_encoding::HEXLOWER;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::support::document::{FIXTURES_ROOT, fixtures};
use super::support::inventory::Inventory;
use super::support::tree::ORIGIN;
use super::support::worker::Signal;
use super::support::{Answer, Tree, Worker, World, pi};

fn hexadecimal(bytes: &[u8]) -> String {
    HEXLOWER.encode(&Sha256::digest(bytes))
}

#[tokio::test]
async fn each_entity_of_a_folder_has_a_row_and_each_record_can_be_cut_out() {
    let output = tempfile::tempdir().expect("a temporary folder");
    let run = Worker::local(&fixtures(), output.path()).run().await;
    run.expect_code(0);
    let folder = output.path().join(format!("exports/local-{FIXTURES_ROOT}"));
    let csv = fs::read(folder.join("records.csv")).expect("an inventory");
    let file = fs::read(folder.join(format!("{FIXTURES_ROOT}-collection.xml"))).expect("a file");
    let inventory = Inventory::read(&csv);
    inventory.expect_cuts(&file);
    let report = fs::read(folder.join("report.json")).expect("a report");
    let report: serde_json::Value = serde_json::from_slice(&report).expect("JSON");
    inventory.expect_counted(&report["metrics"]);
    let named = json!({
        "file_name": "records.csv", "size_bytes": csv.len(), "sha256": hexadecimal(&csv), "records": inventory.rows.len(),
    });
    assert_eq!(report["records_csv"], named);
    assert!(
        inventory
            .column("change")
            .iter()
            .all(|change| change.is_empty())
    );
    assert_eq!(
        inventory.rows.len() as u64,
        report["metrics"]["entities_found"]
    );
}

#[tokio::test]
async fn a_record_alone_has_its_row_and_can_be_cut_out() {
    let world = World::small().await;
    world.worker().run().await.expect_code(0);
    let inventory = world.bucket.inventory();
    inventory.expect_cuts(&world.file());
    inventory.expect_counted(&world.callback.only().body["metrics"]);
    let row = inventory.row(&pi(0));
    let said = [
        "depth", "parent", "title", "creator", "date", "language", "files", "version",
    ];
    let said = said.map(|column| &*row[column]);
    let title = "Letters of the Austen family, folder 0";
    let creators = "Alice Cornell Austen|Gertrude Eccleston";
    assert_eq!(
        said,
        ["0", "", title, creators, "1885-11-02", "eng", "1", "4"]
    );
    assert_eq!(row["modified"], "2025-11-13T17:05:11.207Z");
    assert_eq!(row["url"], format!("https://arke.institute/{}", pi(0)));
    assert_eq!((row["fingerprint"].len(), row["source"].len()), (32, 32));
}

#[tokio::test]
async fn what_became_of_an_entity_is_told_in_its_place() {
    let mut tree = Tree::default();
    let children: Vec<String> = (1..=5)
        .map(pi)
        .chain(["=cmd|' /C calc'!A0".to_owned()])
        .collect();
    tree.titled(&pi(0), ORIGIN, &children, "=1+1");
    let text = "One, \"two\"\r\nthree\tfour | رسائل".to_owned() + &"x".repeat(300);
    tree.titled(&pi(1), &pi(0), &[], &text);
    tree.entity(&pi(2), json!({"pi": pi(2), "status": "deleted"}));
    tree.entity(
        &pi(3),
        json!({"pi": pi(3), "status": "merged", "merged_into": pi(9)}),
    );
    tree.titled(&pi(9), &pi(0), &[], "The survivor");
    let lost = BTreeMap::from([(
        "-a|b.jpg.ref.json".to_owned(),
        tree.component("{\"url\": \"u\"}"),
    )]);
    tree.node(&pi(5), &pi(0), &[], &lost);
    let path = format!("/ipfs/{}", lost["-a|b.jpg.ref.json"]);
    let world = World::of(tree).await;
    for route in ["/ipfs/", "/cat/"] {
        let path = path.replace("/ipfs/", route);
        world.archive.script().always(&path, Answer::status(410));
    }
    world.collector().run().await.expect_code(0);
    let inventory = world.bucket.inventory();
    inventory.expect_cuts(&world.file());
    inventory.expect_counted(&world.callback.only().body["metrics"]);
    let [root, one, two, third, four, five, nine] = [0, 1, 2, 3, 4, 5, 9].map(pi);
    let malformed = "\'=cmd|\' /C calc\'!A0";
    assert_eq!(
        inventory.column("pi"),
        [&root, malformed, &one, &two, &third, &nine, &four, &five]
    );
    let states = [
        "ok",
        "failed",
        "ok",
        "deleted",
        "merged",
        "ok",
        "failed",
        "incomplete",
    ];
    assert_eq!(inventory.column("state"), states);
    assert_eq!(
        inventory.column("depth"),
        ["0", "1", "1", "1", "1", "1", "1", "1"]
    );
    assert_eq!(inventory.row(&root)["title"], "\'=1+1");
    let title = &inventory.row(&one)["title"];
    assert!(
        title.starts_with("One, \"two\" three four | رسائلx") && title.ends_with('…'),
        "{title}"
    );
    assert_eq!(title.chars().count(), 255);
    assert_eq!(
        inventory.row(&third)["lacking"],
        format!("merged into {nine}")
    );
    let lacking = &inventory.row(&five)["lacking"];
    assert!(
        lacking.starts_with(
            "pinax.json: the entity has none|-a/b.jpg.ref.json: could not be fetched ("
        ) && lacking.contains("410 Gone"),
        "{lacking}"
    );
    assert!(
        inventory.row(&four)["lacking"]
            .starts_with("manifest: could not be fetched (404 Not Found")
    );
}

#[tokio::test]
async fn a_record_that_is_written_piece_by_piece_has_the_row_of_one_that_is_not() {
    let mut tree = Tree::default();
    let page = |page: usize| json!({"url": "https://cdn.arke.institute/a", "ocr": format!("{page} ").repeat(20_000)});
    let pages: BTreeMap<String, String> = (0..60)
        .map(|number| {
            (
                format!("{number:02}.jpg.ref.json"),
                tree.component(page(number).to_string()),
            )
        })
        .collect();
    tree.titled(&pi(0), ORIGIN, &[pi(1), pi(2)], "A root with a title");
    tree.node(&pi(1), &pi(0), &[], &pages);
    tree.titled(&pi(2), &pi(0), &[], "The last");
    let mut rows = Vec::new();
    for memory_mb in ["4096", "16"] {
        let world = World::of(tree.clone()).await;
        let worker = world.collector().env("FLY_VM_MEMORY_MB", memory_mb);
        worker.run().await.expect_code(0);
        let inventory = world.bucket.inventory();
        inventory.expect_cuts(&world.file());
        rows.push(inventory.rows);
    }
    assert!(rows[0] == rows[1], "{rows:?}");
    assert!(rows[0][1]["length"].parse::<usize>().expect("a number") > 3_000_000);
}

#[tokio::test]
async fn a_long_inventory_goes_up_in_parts() {
    let mut tree = Tree::default();
    // What is no PI has a row, and no record.
    let children = (0..40_000).map(|number| format!("no PI {number} {}", "x".repeat(80)));
    tree.titled(&pi(0), ORIGIN, &children.collect::<Vec<_>>(), "The root");
    let world = World::of(tree).await;
    world.collector().run().await.expect_code(0);
    let inventory = world.bucket.inventory();
    assert_eq!(inventory.count("state", "failed"), 40_000);
    let calls = world.bucket.log().all();
    let of_inventory = calls
        .iter()
        .filter(|call| call.key.ends_with("/records.csv"));
    let mut operations: Vec<&str> = of_inventory.map(|call| call.operation).collect();
    operations.dedup();
    let expected = [
        "CreateMultipartUpload",
        "UploadPart",
        "CompleteMultipartUpload",
        "HeadObject",
    ];
    assert_eq!(operations, expected);
    assert_eq!(world.bucket.open_uploads(), 0);
}

#[tokio::test]
async fn an_inventory_that_cannot_be_stored_is_a_warning_and_no_failure() {
    let world = World::small().await;
    let refusal = Answer::s3_error(403, "AccessDenied", "not this one");
    world.bucket.script().next("PutObject", refusal);
    let run = world.collector().run().await;
    run.expect_code(0);
    assert!(
        run.stderr.contains("its records.csv could not be stored"),
        "{}",
        run.stderr
    );
    let report = world.bucket.report();
    assert!(report.get("records_csv").is_none(), "{report}");
    assert_eq!(world.bucket.objects().len(), 2);
}

#[tokio::test]
async fn a_failed_job_leaves_no_inventory_and_no_upload_of_it() {
    let mut tree = Tree::default();
    let children = (0..40_000).map(|number| format!("no PI {number} {}", "x".repeat(80)));
    let children: Vec<String> = children.chain([pi(1)]).collect();
    tree.titled(&pi(0), ORIGIN, &children, "The root");
    tree.titled(&pi(1), &pi(0), &[], "A child");
    let world = World::of(tree).await;
    let refusal = Answer::s3_error(403, "AccessDenied", "not this one");
    world
        .bucket
        .script()
        .always("CompleteMultipartUpload", refusal);
    world.collector().run().await.expect_code(1);
    assert!(world.bucket.objects().is_empty());
    assert_eq!(world.bucket.open_uploads(), 0);
}

#[tokio::test]
async fn killed_with_its_file_there_the_upload_of_its_inventory_is_aborted_and_the_job_a_success() {
    let mut tree = Tree::default();
    let children = (0..40_000).map(|number| format!("no PI {number} {}", "x".repeat(80)));
    tree.titled(&pi(0), ORIGIN, &children.collect::<Vec<_>>(), "The root");
    let world = World::of(tree).await;
    // It is done, and the answer never ends.
    let done = Answer::usual().stalled(0);
    world
        .bucket
        .script()
        .always("CompleteMultipartUpload", done);
    let running = world.collector().spawn();
    world.bucket.wait_for("CompleteMultipartUpload", 1).await;
    while world.bucket.files().is_empty() {
        tokio::task::yield_now().await;
    }
    assert_eq!(world.bucket.open_uploads(), 1, "that of the inventory");
    running.signal_child(Signal::KILL);
    running.finish().await.expect_code(0);
    assert_eq!(world.callback.only().body["status"], "success");
    assert_eq!(world.bucket.open_uploads(), 0);
}
