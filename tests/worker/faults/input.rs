//! Hostile settings and data: rows 43 to 45.

use serde_json::json;

use crate::support::bucket;
use crate::support::document::{Document, files_below};
use crate::support::outcome::export_tree;
use crate::support::tree::ORIGIN;
use crate::support::{Answer, Tree, Worker, World, pi};

/// Every secret a worker can have, and what it looks like.
const SECRETS: [(&str, &str); 5] = [
    ("R2_ACCESS_KEY_ID", "canary-access-key-id"),
    ("R2_SECRET_ACCESS_KEY", "canary-secret-access-key"),
    ("R2_SESSION_TOKEN", "canary-session-token"),
    ("CALLBACK_SECRET", "canary-callback-secret"),
    ("CALLBACK_URL", "canary-callback-token"),
];

#[tokio::test]
async fn row_43_hostile_settings_are_refused_before_any_request() {
    let long = "A".repeat(100_000);
    for hostile in ["../../x", "a%2fb", "a\nb", "..", &long] {
        let world = World::of(Tree::default()).await;
        let run = world.worker().job(hostile, hostile).run().await;
        run.expect_code(1);
        assert!(world.archive.log().all().is_empty() && world.bucket.log().all().is_empty());
        let body = world.callback.only().body;
        let error = body["error"].as_str().expect("an error");
        assert!(
            error.contains("TASK_ID is ") && error.contains("PI is "),
            "{error}"
        );
        assert!(error.len() < 1000 && !error.contains('\n'), "{error}");
        assert_eq!(body["task_id"], hostile);
    }
}

#[tokio::test]
async fn row_43_hostile_names_in_the_data_are_harmless() {
    let names = [
        "../../../../tmp/escape.ref.json".to_owned(),
        "a\n ERROR forged line.ref.json".to_owned(),
        "\u{1b}[31mred.ref.json".to_owned(),
        "%2e%2e%2fescape.ref.json".to_owned(),
        "x".repeat(1_000_000) + ".ref.json",
        "nul\0.ref.json".to_owned(),
        "<evil attribute='\"'>&amp;.jpg".to_owned(),
    ];
    let mut tree = Tree::default();
    let broken = tree.component("not JSON");
    let components = names.clone().map(|name| (name, broken.clone()));
    tree.node(
        &pi(0),
        ORIGIN,
        &["../../etc/passwd".to_owned()],
        &components.into(),
    );
    let world = World::of(tree).await;
    let output = tempfile::tempdir().expect("a temporary folder");
    let folder = output.path().to_str().expect("UTF-8");
    let worker = world.collector().arg("--output").arg(folder);
    let run = worker.run().await;
    run.expect_code(0);
    let (path, _) = Document::only_below(output.path());
    let files = files_below(output.path());
    assert!(
        files.len() == 4 && files.iter().all(|file| file.parent() == path.parent()),
        "{files:?}"
    );
    let asked: Vec<String> = world
        .archive
        .log()
        .all()
        .into_iter()
        .map(|visit| visit.path)
        .collect();
    assert!(
        asked
            .iter()
            .all(|path| !path.contains("..") && !path.contains("passwd")),
        "{asked:?}"
    );
    assert!(!run.stderr.contains("\n ERROR forged"), "{}", run.stderr);
    assert!(!run.stderr.contains("\u{1b}[31mred"), "{}", run.stderr);
    assert!(
        run.stderr.len() < 20_000,
        "{} bytes of log",
        run.stderr.len()
    );
    let report = path.with_file_name("report.json");
    let report = std::fs::read_to_string(report).expect("a report");
    assert!(report.len() < 40_000, "{} bytes of report", report.len());
    assert!(!report.contains('\u{1b}') && !report.contains('\0'));
}

/// All that a run writes or sends, as one text.
fn traces(world: &World, run: &crate::support::worker::Run) -> String {
    let mut traces = format!("{}\n{}", run.stdout, run.stderr);
    for delivery in world.callback.all() {
        traces += &String::from_utf8_lossy(&delivery.bytes);
    }
    for key in world.bucket.objects() {
        traces += &String::from_utf8_lossy(&world.bucket.object(&key).expect("an object"));
    }
    traces
}

fn with_secrets(world: &World, worker: Worker) -> Worker {
    let callback = format!("{}?token=canary-callback-token", world.callback.url());
    SECRETS
        .iter()
        .fold(worker, |worker, (name, value)| worker.env(name, *value))
        .env("CALLBACK_URL", callback)
}

/// Sets a job up to have this outcome.
fn with_outcome(outcome: &str, world: &World, worker: Worker) -> Worker {
    match outcome {
        "success in the bucket" => worker.env("R2_ACCESS_KEY_ID", bucket::ACCESS_KEY_ID),
        "bad settings" => worker.env("EXPORT_FORMAT", "marc"),
        "bad addresses" => worker.env("R2_ENDPOINT", "canary-access-key-id://").env(
            "ARKE_API_URL",
            "https://user:canary-session-token@example.org",
        ),
        "a callback that is refused" => {
            let refusal = Answer::status(400).body("no");
            world.callback.script().always("/callback", refusal);
            worker
        }
        "a panic" => worker.panicking_at("exporting"),
        _ => worker,
    }
}

#[tokio::test]
async fn row_44_no_secret_is_seen_however_a_job_ends() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let output = folder.path().to_str().expect("UTF-8");
    for outcome in [
        "success",
        "success in the bucket",
        "wrong keys",
        "bad settings",
        "bad addresses",
        "a callback that is refused",
        "a panic",
    ] {
        let world = World::of(Tree::synthetic(2, 1, 1, 10)).await;
        let mut worker = with_secrets(&world, world.collector());
        if outcome == "success" {
            worker = worker.arg("--output").arg(output);
        }
        let run = with_outcome(outcome, &world, worker).run().await;
        let mut traces = traces(&world, &run);
        for file in files_below(folder.path()) {
            traces += &std::fs::read_to_string(file).expect("a readable file");
        }
        for (name, value) in SECRETS {
            assert!(!traces.contains(value), "{outcome}: {name} in\n{traces}");
        }
        assert!(traces.contains("task-1"), "{outcome}: nothing was said");
        let is_success = outcome.starts_with("success");
        assert_eq!(
            run.code,
            Some(i32::from(!is_success)),
            "{outcome}\n{traces}"
        );
    }
}

#[tokio::test]
async fn row_44_a_leak_would_be_found() {
    // The canary finds what it looks for: this is how a leak would look.
    let world = World::of(Tree::synthetic(2, 1, 1, 10)).await;
    let echo = Answer::s3_error(400, "InvalidRequest", "you said leaked-text");
    world.bucket.script().always("CreateMultipartUpload", echo);
    let run = world.collector().run().await;
    assert!(traces(&world, &run).contains("leaked-text"));
}

#[tokio::test]
async fn row_45_characters_that_xml_forbids_are_replaced_and_counted() {
    let mut tree = Tree::default();
    let pinax = br#"{"title": "a\u0000b\u000bc\ufffed \ud800e", "description": "caf"#;
    let pinax = [&pinax[..], b"\xe9\xff \xf0\x9f\x93\xb7\"}"].concat();
    let components = [("pinax.json".to_owned(), tree.component(pinax))];
    tree.node(&pi(0), ORIGIN, &[], &components.into());
    let world = World::of(tree).await;
    world.worker().run().await.expect_code(0);
    let document = Document::valid(world.file());
    let body = world.callback.only().body;
    // NUL, VT and U+FFFE are gone or a blank; a surrogate and two broken bytes are each U+FFFD.
    assert!(
        body["metrics"]["characters_replaced"].as_u64() >= Some(5),
        "{body}"
    );
    assert_eq!(body["metrics"]["entities_incomplete"], json!(0));
    assert!(
        document.text().contains("caf\u{FFFD}"),
        "{}",
        document.text()
    );
    assert!(document.text().contains('\u{1F4F7}'));
}

#[tokio::test]
async fn row_43_a_name_in_the_data_cannot_forge_a_line_of_the_log() {
    let mut tree = Tree::default();
    let forged = "x\n INFO exported 7 records";
    tree.titled(&pi(0), ORIGIN, &[pi(1), forged.to_owned()], "The root");
    tree.entity(&pi(1), json!({"pi": forged, "components": {}}));
    let outcome = export_tree(tree).await;
    assert_eq!(outcome.metric("entities_failed"), 2);
    assert!(
        !outcome.run.stderr.contains("\n INFO exported 7 records"),
        "{}",
        outcome.run.stderr
    );
}
