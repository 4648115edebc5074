//! Exports from a folder to a folder: no account, no network.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::support::document::{
    Document, FIXTURES_PIS, FIXTURES_ROOT, clean_fixtures, files_below, fixtures,
};
use super::support::small_trees::family;
use super::support::worker::Signal;
use super::support::{Answer, Archive, Gate, Worker, pi};

fn output() -> TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

#[tokio::test]
async fn exports_the_tree_of_a_folder_without_any_setting() {
    let output = output();
    let run = Worker::local(&fixtures(), output.path()).run().await;
    run.expect_code(0);
    let (path, document) = Document::only_below(output.path());
    let task_id = format!("local-{FIXTURES_ROOT}");
    let key = format!("exports/{task_id}/{FIXTURES_ROOT}-collection.xml");
    assert_eq!(path, output.path().join(&key));
    assert_eq!(document.root(), "modsCollection");
    assert_eq!(document.pis(), FIXTURES_PIS);

    let callback = run.printed_callback();
    assert_eq!(callback["task_id"], task_id);
    assert_eq!(callback["output_r2_key"], key);
    assert_eq!(
        callback["output_file_size"],
        fs::metadata(&path).expect("a file").len()
    );
    let last = run.stderr.lines().last().expect("a closing line");
    assert!(last.contains(path.to_str().expect("UTF-8")), "{last}");
    assert!(
        last.contains(" 2 parts are lacking: exported 25 records in "),
        "{last}"
    );
    assert!(
        last.ends_with(
            "3 entities failed; what lies under them was not seen; 8 records have no metadata; 1 entity was deleted \
             and 3 were merged (their own children are unknown)"
        ),
        "{last}"
    );
}

/// The first export that a newcomer makes: what it says would be taken for a fault of the worker.
#[tokio::test]
async fn a_tree_in_which_nothing_is_amiss_is_exported_without_a_warning() {
    let output = output();
    let run = Worker::local(&clean_fixtures(), output.path()).run().await;
    run.expect_code(0);
    for line in run.stderr.lines() {
        assert!(line.contains("Z  INFO "), "{}", run.stderr);
    }
    assert!(
        run.stderr.trim_end().ends_with("; nothing is missing"),
        "{}",
        run.stderr
    );

    let (path, document) = Document::only_below(output.path());
    assert_eq!(document.root(), "modsCollection");
    assert_eq!(document.pis().len(), 12);
    for sign in ["supplied=\"yes\"", "type=\"metadata-status\""] {
        assert!(!document.text().contains(sign), "{sign}");
    }

    let report = fs::read(path.with_file_name("report.json")).expect("a report");
    let report: Value = serde_json::from_slice(&report).expect("JSON");
    let summary = report["summary"].as_object().expect("a summary");
    assert!(!summary.is_empty());
    for (event, counts) in summary {
        assert_eq!(counts["events"], 0, "{event}: {}", report["rows"]);
    }
    assert_eq!(report["rows"].as_array().map(Vec::len), Some(0));

    let callback = run.printed_callback();
    let metrics = &callback["metrics"];
    for (name, expected) in [
        ("entities_found", 12),
        ("entities_exported", 12),
        ("entities_failed", 0),
        ("entities_incomplete", 0),
        ("entities_deleted", 0),
        ("entities_merged", 0),
        ("entities_beyond_max_depth", 0),
        ("components_failed", 0),
        ("components_unverified", 0),
        ("links_repeated", 0),
        ("characters_replaced", 0),
    ] {
        assert_eq!(metrics[name], expected, "{name}");
    }
}

#[tokio::test]
async fn counts_what_the_fixtures_hold() {
    let run = Worker::local(&fixtures(), output().path()).run().await;
    let callback = run.printed_callback();
    let metrics = &callback["metrics"];
    for (name, expected) in [
        ("entities_found", 32),
        ("entities_exported", 25),
        ("entities_failed", 3),
        ("entities_deleted", 1),
        ("entities_merged", 3),
        ("entities_incomplete", 8),
        ("components_failed", 5),
        // Three sets of metadata are told as that.
        ("parts_lacking", 2),
        ("links_repeated", 6),
        ("entities_beyond_max_depth", 0),
        // In one OCR text: two form feeds, a NUL, a lone surrogate.
        ("characters_replaced", 4),
    ] {
        assert_eq!(metrics[name], expected, "{name}");
    }
}

#[tokio::test]
async fn a_single_entity_is_a_document_of_its_own() {
    let output = output();
    let run = Worker::local(&fixtures(), output.path())
        .env("PI", FIXTURES_ROOT)
        .run()
        .await;
    run.expect_code(0);
    let (path, document) = Document::only_below(output.path());
    assert_eq!(
        path.file_name().expect("a name").to_str(),
        Some(format!("{FIXTURES_ROOT}.xml").as_str())
    );
    assert_eq!(document.root(), "mods");
    assert_eq!(document.pis(), [FIXTURES_ROOT]);
    assert!(
        !document.text().contains("arke-hierarchy"),
        "a place in a tree that is not exported"
    );
    let folder = path.parent().and_then(Path::file_name);
    assert_eq!(
        folder.and_then(|name| name.to_str()),
        Some(format!("local-{FIXTURES_ROOT}-single").as_str()),
        "a folder of its own"
    );
    let metrics = &run.printed_callback()["metrics"];
    assert_eq!(metrics["entities_not_asked_for"], 5);
    assert_eq!(metrics["entities_found"], 1);
    let last = run.stderr.lines().last().expect("a closing line");
    assert!(
        last.ends_with("; this entity alone; its 5 children are not in it (add --recursive)"),
        "{last}"
    );
}

#[tokio::test]
async fn children_below_the_greatest_depth_are_counted_and_not_visited() {
    let output = output();
    let run = Worker::local(&fixtures(), output.path())
        .arg("--max-depth")
        .arg("1")
        .run()
        .await;
    run.expect_code(0);
    let (_, document) = Document::only_below(output.path());
    assert_eq!(document.pis(), FIXTURES_PIS[..6]);
    let callback = run.printed_callback();
    assert_eq!(callback["metrics"]["entities_beyond_max_depth"], 20);
    assert_eq!(callback["metrics"]["entities_failed"], 0);
}

#[tokio::test]
async fn each_option_changes_what_it_says() {
    let export = async |arguments: &[&str]| {
        let output = output();
        let worker = arguments.iter().fold(
            Worker::local(&fixtures(), output.path()),
            |worker, argument| worker.arg(*argument),
        );
        worker.run().await.expect_code(0);
        Document::only_below(output.path()).1
    };
    let full = export(&[]).await;
    assert!(!full.texts_of("note type=\"ocr\"").is_empty());
    assert!(full.text().contains("extension type=\"arke-graph\""));
    let without_ocr = export(&["--include-ocr=false"]).await;
    assert!(without_ocr.texts_of("note type=\"ocr\"").is_empty());
    let minimal = export(&["--cheimarros-mode", "minimal"]).await;
    assert!(!minimal.text().contains("arke-graph"));
    assert!(
        minimal.texts_of("topic").len() < full.texts_of("topic").len(),
        "events are topics in full mode alone"
    );
    let skip = export(&["--cheimarros-mode", "skip"]).await;
    assert!(skip.texts_of("temporal").is_empty() && !minimal.texts_of("temporal").is_empty());
    for document in [without_ocr, minimal, skip] {
        assert_eq!(document.pis(), FIXTURES_PIS);
    }
}

#[tokio::test]
async fn a_rerun_takes_the_place_of_the_file_before() {
    let output = output();
    Worker::local(&fixtures(), output.path())
        .run()
        .await
        .expect_code(0);
    let (path, first) = Document::only_below(output.path());
    fs::write(&path, "something older").expect("a writable file");
    Worker::local(&fixtures(), output.path())
        .run()
        .await
        .expect_code(0);
    assert_eq!(Document::only_below(output.path()).1.text(), first.text());
}

#[tokio::test]
async fn a_failed_job_leaves_what_was_there_before_and_nothing_of_its_own() {
    let output = output();
    let file = output
        .path()
        .join("exports/task/01K9Z3K4GMDWTT0VQXYSPC9W6S.xml");
    fs::create_dir_all(file.parent().expect("a folder")).expect("a new folder");
    fs::write(&file, "an earlier export").expect("a writable file");
    let run = Worker::local(&fixtures(), output.path())
        .job("task", "01K9Z3K4GMDWTT0VQXYSPC9W6S")
        .run()
        .await;
    run.expect_code(1);
    assert_eq!(files_below(output.path()), std::slice::from_ref(&file));
    assert_eq!(
        fs::read_to_string(file).expect("a file"),
        "an earlier export"
    );
    let callback = run.printed_callback();
    let error = callback["error"].as_str().expect("an error");
    let missing = "/entities/01K9Z3K4GMDWTT0VQXYSPC9W6S: not in the folder of --fixtures";
    assert!(
        error.starts_with("Failed to fetch manifest: ") && error.ends_with(missing),
        "{error}"
    );
    assert_eq!(
        run.stderr.matches("not in the folder").count(),
        1,
        "told once: {}",
        run.stderr
    );
}

#[tokio::test]
async fn an_output_that_cannot_be_written_to_is_named() {
    let output = output();
    let file = output.path().join("a-file");
    fs::write(&file, "").expect("a writable file");
    let run = Worker::local(&fixtures(), &file).run().await;
    run.expect_code(1);
    let callback = run.printed_callback();
    let error = callback["error"].as_str().expect("an error");
    assert!(
        error.starts_with("--output ") && error.contains("a-file"),
        "{error}"
    );
}

#[tokio::test]
async fn the_file_is_readable_by_others() {
    use std::os::unix::fs::PermissionsExt as _;
    let output = output();
    Worker::local(&fixtures(), output.path())
        .run()
        .await
        .expect_code(0);
    let (path, _) = Document::only_below(output.path());
    let beside = output.path().join("beside");
    fs::write(&beside, "").expect("a writable file");
    let mode = |path: &Path| fs::metadata(path).expect("a file").permissions().mode();
    assert_eq!(mode(&path), mode(&beside));
}

/// Exports the tree of an archive into a folder.
fn to_folder(archive: &Archive, output: &Path) -> Worker {
    Worker::new()
        .archive(archive)
        .job("task", &pi(0))
        .options(json!({"recursive": true}))
        .arg("--output")
        .arg(output.to_str().expect("UTF-8"))
}

#[tokio::test]
async fn two_exports_of_one_name_do_not_write_to_one_folder_at_the_same_time() {
    let output = output();
    let archive = Archive::start(family(2)).await;
    let (gate, second) = (Gate::new(), format!("/entities/{}", pi(1)));
    archive
        .script()
        .always(&second, Answer::usual().held(&gate));
    let worker = to_folder(&archive, output.path());
    let first = worker.spawn();
    archive.wait_for(&second, 1).await;
    let refused = worker.run().await;
    refused.expect_code(1);
    let callback = refused.printed_callback();
    let error = callback["error"].as_str().expect("an error");
    assert!(
        error.contains("is being written to by another export of this TASK_ID"),
        "{error}"
    );
    // Another name is another folder.
    let other = Worker::local(&clean_fixtures(), output.path());
    other.run().await.expect_code(0);
    gate.open();
    first.finish().await.expect_code(0);
    worker.run().await.expect_code(0);
}

#[tokio::test]
async fn what_a_run_that_was_killed_has_left_is_removed_by_the_next() {
    let output = output();
    let archive = Archive::start(family(2)).await;
    let second = format!("/entities/{}", pi(1));
    let held = Answer::usual().held(&Gate::new());
    archive.script().next(&second, held);
    let worker = to_folder(&archive, output.path());
    let killed = worker.spawn();
    archive.wait_for(&second, 1).await;
    killed.signal(Signal::KILL);
    killed.finish().await;
    let left = files_below(output.path());
    assert_eq!(left.len(), 2, "file and inventory: {left:?}");
    worker.run().await.expect_code(0);
    let names = files_below(output.path());
    assert_eq!(
        names.len(),
        4,
        "these, and the report in both its forms: {names:?}"
    );
    assert!(!names.iter().any(|name| left.contains(name)), "{names:?}");
}
