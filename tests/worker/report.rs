//! `report.json`: its rows and counts, and when it is stored.

use data_encoding::HEXLOWER;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::support::document::{FIXTURES_PIS, FIXTURES_ROOT, files_below, fixtures};
use super::support::report::{COUNTED, rows, texts};
use super::support::tree::ORIGIN;
use super::support::worker::Signal;
use super::support::{Answer, Gate, Tree, Worker, World, pi};

/// Exports the fixtures over sockets; returns the world after it.
async fn fixtures_exported() -> World {
    let world = World::of(Tree::from_folder(&fixtures())).await;
    let worker = world.worker_for(FIXTURES_ROOT);
    let run = worker.options(json!({"recursive": true})).run().await;
    run.expect_code(0);
    world
}

#[tokio::test]
async fn the_report_names_the_job_the_file_and_the_numbers_of_the_callback() {
    let world = fixtures_exported().await;
    let (report, body, file) = (
        world.bucket.report(),
        world.callback.only().body,
        world.file(),
    );
    let metrics = &body["metrics"];
    let summary = &report["summary"];
    let csv = world.bucket.object("exports/task-1/records.csv");
    let csv = csv.expect("an inventory");
    let expected = json!({
        "task_id": "task-1", "pi": FIXTURES_ROOT, "worker_version": env!("CARGO_PKG_VERSION"),
        "started_at": report["started_at"],
        "options": {
            "recursive": true, "maxDepth": 10, "parallelBatchSize": 10, "includeOcr": true, "cheimarrosMode": "full",
        },
        "output_r2_key": body["output_r2_key"], "output_file_name": body["output_file_name"],
        "output_file_size": file.len(), "output_sha256": HEXLOWER.encode(&Sha256::digest(&file)),
        "records_csv": {
            "file_name": "records.csv", "size_bytes": csv.len(), "sha256": HEXLOWER.encode(&Sha256::digest(&csv)),
            "records": metrics["entities_found"],
        },
        "metrics": metrics, "summary": summary, "rows": report["rows"],
    });
    assert_eq!(report, expected);
    for (event, metric) in COUNTED {
        assert_eq!(summary[event]["events"], metrics[metric], "{event}");
        assert_eq!(
            rows(&report, event).len() as u64,
            metrics[metric],
            "{event}"
        );
    }
    // Metadata that could not be used is told once, as what the record is without.
    let unusable = rows(&report, "incomplete");
    let unusable = unusable.iter().filter(|row| row["state"] != "absent");
    let lost = rows(&report, "component_failed").len() + unusable.count();
    assert_eq!(lost as u64, metrics["components_failed"]);
    assert_eq!(
        world
            .bucket
            .content_type("exports/task-1/report.json")
            .as_deref(),
        Some("application/json")
    );
}

#[tokio::test]
async fn the_rows_stand_in_the_order_of_the_file() {
    let report = fixtures_exported().await.bucket.report();
    let place = |pi: &str| FIXTURES_PIS.iter().position(|known| *known == pi);
    let of_its_own = |row: &&Value| row["event"] != "repeated";
    let rows = report["rows"].as_array().expect("rows").iter();
    let rows: Vec<&Value> = rows.filter(of_its_own).collect();
    let places: Vec<usize> = texts(&rows, "pi").into_iter().filter_map(place).collect();
    assert!(places.len() > 10, "{places:?}");
    assert!(places.is_sorted(), "{places:?}");
    let malformed = texts(&rows, "pi").iter().position(|pi| *pi == "not-a-pi");
    let parent = &rows[malformed.expect("a row of its own")]["parent"];
    assert_eq!(parent, FIXTURES_PIS[2]);
}

#[tokio::test]
async fn reasons_distinguish_absent_unreachable_and_unreadable() {
    let mut tree = Tree::default();
    let children: Vec<String> = (1..=5).map(pi).collect();
    tree.titled(&pi(0), ORIGIN, &children, "The root");
    tree.node(&pi(1), &pi(0), &[], &[].into());
    let gone = tree.component("gone");
    tree.ipfs.remove(&gone);
    let cut = tree.component(r#"{"title": "#);
    for (number, cid) in [(2, &gone), (3, &cut)] {
        let components = [("pinax.json".to_owned(), cid.clone())].into();
        tree.node(&pi(number), &pi(0), &[], &components);
    }
    let no_list = json!({"pi": pi(4), "components": {}, "children_pi": "none"});
    tree.entity(&pi(4), no_list);
    let world = World::of(tree).await;
    world.collector().run().await.expect_code(0);
    let report = world.bucket.report();
    let incomplete = rows(&report, "incomplete");
    assert_eq!(texts(&incomplete, "pi"), [pi(1), pi(2), pi(3)]);
    assert_eq!(
        texts(&incomplete, "state"),
        ["absent", "unreachable", "unreadable"]
    );
    let reasons = texts(&incomplete, "reason");
    assert!(
        reasons[0].contains("has no metadata (no pinax.json)") && reasons[0].contains("add it"),
        "{reasons:?}"
    );
    assert!(
        reasons[1].contains("could not be fetched (504 Gateway Timeout"),
        "{reasons:?}"
    );
    assert!(reasons[2].contains("could not be read ("), "{reasons:?}");
    assert!(rows(&report, "component_failed").is_empty(), "told once");

    let failed = rows(&report, "failed");
    assert_eq!(
        (texts(&failed, "pi"), texts(&failed, "parent")),
        (vec![&pi(4)[..], &pi(5)], vec![&pi(0)[..]; 2])
    );
    assert_eq!(texts(&failed, "state"), ["unreadable", "unreachable"]);
    let reasons = texts(&failed, "reason");
    assert!(
        reasons[0].contains("children_pi is a text, not a list"),
        "{reasons:?}"
    );
    assert!(
        reasons[1].contains("is not known to the archive (404 Not Found)")
            && reasons[1].contains("have it put there"),
        "{reasons:?}"
    );
    assert!(
        reasons
            .iter()
            .all(|reason| reason.contains("its children, if it has any, are unknown")),
        "{reasons:?}"
    );
}

#[tokio::test]
async fn all_that_is_odd_in_a_list_of_children_is_reported() {
    let mut tree = Tree::default();
    let children = [pi(1), pi(2), pi(1), ORIGIN.to_owned(), "a\nb".to_owned()];
    tree.titled(&pi(0), ORIGIN, &children, "The root");
    let merged = json!({"pi": pi(1), "status": "merged", "merged_into": pi(9)});
    tree.entity(&pi(1), merged);
    tree.titled(&pi(9), &pi(0), &[pi(5), pi(6), pi(7)], "The survivor");
    tree.entity(&pi(2), json!({"pi": pi(2), "status": "deleted"}));
    let world = World::of(tree).await;
    let options = json!({"recursive": true, "maxDepth": 1});
    world.worker().options(options).run().await.expect_code(0);
    let report = world.bucket.report();
    let events: Vec<(&str, &str, u64)> = report["rows"]
        .as_array()
        .expect("rows")
        .iter()
        .map(|row| {
            (
                row["event"].as_str().expect("an event"),
                row["pi"].as_str().expect("a PI"),
                row["number"].as_u64().unwrap_or_default(),
            )
        })
        .collect();
    let expected = [
        ("failed", "a b", 0),
        ("repeated", &pi(1), 0),
        ("origin_listed", &pi(0), 1),
        ("merged", &pi(1), 0),
        ("beyond_max_depth", &pi(9), 3),
        ("deleted", &pi(2), 0),
    ];
    assert_eq!(events, expected);
    assert_eq!(rows(&report, "merged")[0]["into"], pi(9));
    assert_eq!(rows(&report, "repeated")[0]["parent"], pi(0));
}

#[tokio::test]
async fn of_a_merge_in_a_circle_nothing_is_said_to_stand() {
    let report = fixtures_exported().await.bucket.report();
    let reason = |event: &str, pi: &str| {
        let rows = rows(&report, event);
        let row = rows.into_iter().find(|row| row["pi"] == pi);
        row.and_then(|row| row["reason"].as_str())
            .expect("a reason")
    };
    let (merged, failed) = ("01KAB3RQW2B95D0BBBQNSSF2W2", "01KAB3RRZKQ0S5NKHXVZ1FC562");
    let expected = format!(
        "the entity was merged into {failed}, but no record came of that, because {failed} failed: what is to be done \
         stands there"
    );
    assert_eq!(reason("merged", merged), expected);
    assert!(reason("failed", failed).contains("correct the merges"));
    let repeated = reason("repeated", failed);
    assert!(
        repeated.contains("what became of it is told once, at its first place"),
        "{repeated}"
    );
}

#[tokio::test]
async fn repairs_are_reported_with_field_and_number() {
    let mut tree = Tree::default();
    let pinax =
        json!({"title": ["Letters", "of 1885"], "type": {}, "description": "a\u{0}b\u{1}c"});
    let components = [("pinax.json".to_owned(), tree.component(pinax.to_string()))];
    tree.node(&pi(0), ORIGIN, &[], &components.into());
    let world = World::of(tree).await;
    world.worker().run().await.expect_code(0);
    let report = world.bucket.report();
    let repaired = rows(&report, "repaired");
    assert_eq!(texts(&repaired, "field"), ["title", "type", ""]);
    let reasons = texts(&repaired, "reason");
    assert!(
        reasons[0]
            .starts_with("field title of its metadata (pinax.json): a list; 1 after the first"),
        "{reasons:?}"
    );
    assert!(reasons[2].starts_with("2 characters "), "{reasons:?}");
    assert_eq!(
        report["metrics"]["characters_replaced"],
        repaired[2]["number"]
    );
}

#[tokio::test]
async fn the_rows_of_an_event_are_capped_and_its_count_is_not() {
    let mut tree = Tree::default();
    let malformed = (0..10_050).map(|number| format!("no PI {number}"));
    let repeated = std::iter::repeat_n(pi(1), 1_201);
    let children: Vec<String> = malformed.chain(repeated).collect();
    tree.titled(&pi(0), ORIGIN, &children, "The root");
    tree.node(&pi(1), &pi(0), &[], &[].into());
    let world = World::of(tree).await;
    let run = world.collector().run().await;
    run.expect_code(0);
    let report = world.bucket.report();
    let counted = |events: u64, rows: u64| json!({"events": events, "rows": rows});
    assert_eq!(report["summary"]["failed"], counted(10_050, 10_000));
    assert_eq!(report["summary"]["repeated"], counted(1_200, 1_000));
    assert_eq!(report["summary"]["incomplete"], counted(1, 1));
    for event in ["failed", "repeated", "incomplete"] {
        let listed = rows(&report, event).len() as u64;
        assert_eq!(report["summary"][event]["rows"], listed, "{event}");
    }
    let lines = run.stderr.lines().count();
    assert!(lines < 120, "{lines} lines of log");
}

#[tokio::test]
async fn the_report_is_stored_before_the_callback_is_sent() {
    let world = World::of(Tree::synthetic(2, 1, 1, 10)).await;
    let gate = Gate::new();
    let held = Answer::usual().held(&gate);
    // The inventory goes before it.
    world.bucket.script().next("PutObject", Answer::usual());
    world.bucket.script().next("PutObject", held);
    let running = world.collector().spawn();
    world.bucket.wait_for("PutObject", 2).await;
    assert_eq!(world.bucket.files().len(), 1, "the file is before it");
    assert!(
        world.callback.all().is_empty(),
        "the callback waits for the report"
    );
    gate.open();
    running.finish().await.expect_code(0);
    assert_eq!(world.callback.only().body["status"], "success");
}

#[tokio::test]
async fn a_report_that_cannot_be_stored_is_a_warning_and_no_failure() {
    let world = World::of(Tree::synthetic(2, 1, 1, 10)).await;
    let refusal = Answer::s3_error(403, "AccessDenied", "not this one");
    world.bucket.script().always("PutObject", refusal);
    let run = world.collector().run().await;
    run.expect_code(0);
    assert_eq!(world.callback.only().body["status"], "success");
    assert_eq!(
        (world.bucket.objects().len(), world.bucket.files().len()),
        (1, 1)
    );
    assert!(
        run.stderr.contains("report.json could not be stored"),
        "{}",
        run.stderr
    );
    assert!(
        !run.stderr.contains("report.json beside it"),
        "{}",
        run.stderr
    );
}

#[tokio::test]
async fn a_signal_while_the_report_is_stored_ends_the_wait_for_it() {
    let world = World::of(Tree::synthetic(2, 1, 1, 10)).await;
    let never = Answer::usual().held(&Gate::new());
    world.bucket.script().always("PutObject", never);
    let running = world.collector().spawn();
    world.bucket.wait_for("PutObject", 1).await;
    running.signal(Signal::TERM);
    running.finish().await.expect_code(0);
    assert_eq!(world.callback.only().body["status"], "success");
}

#[tokio::test]
async fn a_failed_job_leaves_no_report() {
    let world = World::of(Tree::default()).await;
    world.collector().run().await.expect_code(1);
    assert!(world.bucket.objects().is_empty());
}

#[tokio::test]
async fn the_report_of_a_folder_stands_beside_the_file() {
    let output = tempfile::tempdir().expect("a temporary folder");
    let run = Worker::local(&fixtures(), output.path()).run().await;
    run.expect_code(0);
    let mut files = files_below(output.path());
    files.sort();
    let names: Vec<_> = files.iter().filter_map(|file| file.file_name()).collect();
    assert_eq!(
        names,
        [
            format!("{FIXTURES_ROOT}-collection.xml").as_str(),
            "records.csv",
            "report.html",
            "report.json"
        ]
    );
    let report = std::fs::read(&files[3]).expect("a readable file");
    let report: Value = serde_json::from_slice(&report).expect("JSON");
    let callback = run.printed_callback();
    assert_eq!(report["metrics"], callback["metrics"]);
}
