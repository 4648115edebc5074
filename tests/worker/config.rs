//! Configuration: variables, flags and options, and the bad ones that are refused before any request.

use std::fs;

use serde_json::{Value, json};

use super::support::document::fixtures;
use super::support::tree::ORIGIN;
use super::support::{CallbackSink, Tree, Worker, World, pi};

/// A job that is refused: nothing is asked for or stored, and the callback says why.
async fn refused(change: impl FnOnce(Worker) -> Worker) -> String {
    let world = World::of(Tree::default()).await;
    let run = change(world.worker()).run().await;
    run.expect_code(1);
    assert!(
        world.archive.log().all().is_empty() && world.bucket.operations().is_empty(),
        "a request was made"
    );
    let body = world.callback.only().body;
    assert_eq!(body["status"], "error");
    body["error"].as_str().expect("an error").to_owned()
}

/// Runs a job on files that must be taken; returns its callback and its log.
async fn taken(change: impl FnOnce(Worker) -> Worker) -> (Value, String) {
    let output = tempfile::tempdir().expect("a temporary folder");
    let worker = Worker::local(&fixtures(), output.path());
    let run = change(worker).run().await;
    run.expect_code(0);
    (run.printed_callback(), run.stderr)
}

#[tokio::test]
async fn all_problems_are_reported_in_one_error() {
    let error = refused(|worker| {
        worker
            .job("../escape", "01k9z3k4gmdwtt0vqxyspc9w6s")
            .env("EXPORT_FORMAT", "marc")
            .env("EXPORT_OPTIONS", r#"{"maxDepth":-1,"recursive":"yes"}"#)
            .env("ARKE_API_URL", "ftp://example.org")
            .env("MAX_REQUESTS_PER_SECOND", "4000000000")
            .env("EXTRA_CA_FILE", "/nowhere/ca.pem")
            .without("R2_SECRET_ACCESS_KEY")
    })
    .await;
    let problems: Vec<&str> = error.split("; ").collect();
    for name in [
        "TASK_ID is \"../escape\"",
        "PI is \"01k9z3k4gmdwtt0vqxyspc9w6s\"",
        "EXPORT_FORMAT is \"marc\"",
        "maxDepth is -1",
        "recursive is \"yes\"",
        "ARKE_API_URL is no address",
        "MAX_REQUESTS_PER_SECOND is \"4000000000\"",
        "EXTRA_CA_FILE /nowhere/ca.pem cannot be read",
        "R2_SECRET_ACCESS_KEY is missing",
    ] {
        assert!(
            problems.iter().any(|problem| problem.starts_with(name)),
            "{name} is not among {problems:#?}"
        );
    }
    assert_eq!(problems.len(), 9, "{problems:#?}");
}

#[tokio::test]
async fn an_invalid_task_id_is_echoed_as_it_was_given() {
    let callback = CallbackSink::start().await;
    let worker = Worker::new().callback(&callback).env("BATCH_ID", "batch 7");
    worker
        .clone()
        .env("TASK_ID", "a/b")
        .run()
        .await
        .expect_code(1);
    worker.run().await.expect_code(1);
    let bodies: Vec<Value> = callback
        .all()
        .into_iter()
        .map(|delivery| delivery.body)
        .collect();
    assert_eq!(
        (&bodies[0]["task_id"], &bodies[0]["batch_id"]),
        (&json!("a/b"), &json!("batch 7"))
    );
    assert_eq!(bodies[1]["task_id"], "");
    let error = bodies[1]["error"].as_str().expect("an error");
    for name in [
        "TASK_ID",
        "PI",
        "R2_ACCOUNT_ID",
        "R2_ACCESS_KEY_ID",
        "R2_SECRET_ACCESS_KEY",
    ] {
        assert!(error.contains(&format!("{name} is missing")), "{error}");
    }
}

#[tokio::test]
async fn an_invalid_pi_is_refused_before_any_request() {
    for given in [
        "01K9Z3K4GMDWTT0VQXYSPC9W6",
        "01K9Z3K4GMDWTT0VQXYSPC9W6I",
        "a/../../b",
        "01K9Z3K4GMDWTT0VQXYSPC9W6S\nX",
    ] {
        let error = refused(|worker| worker.env("PI", given)).await;
        assert!(
            error.starts_with("PI is ") && !error.contains('\n'),
            "{error}"
        );
    }
    assert!(
        refused(|worker| worker.env("PI", ORIGIN))
            .await
            .contains("origin")
    );
    let long = refused(|worker| worker.env("PI", "A".repeat(100_000))).await;
    assert!(long.len() < 300, "{} bytes", long.len());
}

#[tokio::test]
async fn an_empty_variable_counts_as_absent() {
    let (callback, _) = taken(|worker| {
        worker
            .env("PI", "")
            .env("EXPORT_OPTIONS", "")
            .env("CALLBACK_URL", "")
            .env("EXPORT_FORMAT", "")
            .env("TASK_ID", "")
    })
    .await;
    assert_eq!(callback["metrics"]["entities_exported"], 25);
}

#[tokio::test]
async fn empty_null_and_partial_options_are_accepted() {
    let single = "01KAB3RDR0KQRZEDN60FKJ7T10";
    for options in [
        "{}",
        "null",
        "",
        r#"{"recursive":null}"#,
        r#"{"recursive":false}"#,
    ] {
        let (callback, _) =
            taken(|worker| worker.env("PI", single).env("EXPORT_OPTIONS", options)).await;
        assert_eq!(callback["metrics"]["entities_exported"], 1, "{options}");
    }
    // Given options decide, even where the entity is not named.
    let (callback, _) = taken(|worker| worker.env("EXPORT_OPTIONS", "{}")).await;
    assert_eq!(callback["metrics"]["entities_exported"], 1);
}

#[tokio::test]
async fn flags_win_over_options_and_variables() {
    let (callback, _) = taken(|worker| {
        worker
            .env("EXPORT_OPTIONS", r#"{"recursive":true,"maxDepth":3}"#)
            .arg("--max-depth")
            .arg("0")
    })
    .await;
    assert_eq!(callback["metrics"]["entities_exported"], 1);
    let (callback, _) = taken(|worker| worker.arg("--recursive=false")).await;
    assert_eq!(callback["metrics"]["entities_found"], 1);
    let (callback, _) =
        taken(|worker| worker.env("TASK_ID", "one").arg("--task-id").arg("two")).await;
    assert_eq!(callback["task_id"], "two");
}

#[tokio::test]
async fn ignored_options_are_told_at_the_start_and_the_end_and_in_the_metrics() {
    let (callback, log) = taken(|worker| {
        worker.options(json!({"recursve": true, "colour": "red", "parallelBatchSize": 65}))
    })
    .await;
    assert_eq!(callback["status"], "success");
    assert_eq!(
        callback["metrics"]["options_ignored"],
        json!(["colour", "recursve"])
    );
    let ignored = "; ignored options \"colour\", \"recursve\": did you mean \"recursive\"?";
    assert!(log.trim_end().ends_with(ignored), "{log}");
    assert!(
        log.contains("option \"recursve\" is not known and ignored: did you mean \"recursive\"?"),
        "{log}"
    );
    assert!(log.contains("option \"colour\" is not known"), "{log}");
    assert!(
        log.contains("parallelBatchSize is 65, 64 is the most"),
        "{log}"
    );
}

#[tokio::test]
async fn only_a_malformed_command_line_exits_with_2() {
    let run = Worker::new().arg("--colour").arg("red").run().await;
    run.expect_code(2);
    Worker::new().arg("--max-depth").run().await.expect_code(2);
    Worker::new()
        .arg("--max-depth")
        .arg("x")
        .run()
        .await
        .expect_code(1);
    Worker::new().arg("--help").run().await.expect_code(0);
}

#[tokio::test]
async fn the_help_names_every_setting() {
    let help = Worker::new().arg("--help").run().await.stdout;
    assert!(help.contains("[env: PI]"), "{help}");
    for name in [
        "TASK_ID",
        "DEADLINE_SECONDS",
        "WATCHED",
        "MAX_REQUESTS_IN_FLIGHT",
        "EXPORT_OPTIONS",
        "EXPORT_FORMAT",
        "CALLBACK_URL",
        "BATCH_ID",
        "ARKE_API_URL",
        "IPFS_GATEWAY_URL",
        "IPFS_PUBLIC_URL",
        "ARKE_SITE_URL",
        "EXTRA_CA_FILE",
        "MAX_REQUESTS_PER_SECOND",
        "R2_ACCOUNT_ID",
        "R2_BUCKET",
        "R2_ENDPOINT",
        "R2_ACCESS_KEY_ID",
        "R2_SECRET_ACCESS_KEY",
        "R2_SESSION_TOKEN",
        "CALLBACK_SECRET",
        "--recursive",
        "--max-depth",
        "--parallel-batch-size",
        "--include-ocr",
        "--cheimarros-mode",
        "--fixtures",
        "--output",
    ] {
        assert!(help.contains(name), "{name} is not in\n{help}");
    }
}

#[tokio::test]
async fn one_who_names_no_place_to_write_to_is_asked_for_a_folder_alone() {
    let missing = "--output is missing (name the folder to write to, as in --output out; a bucket needs TASK_ID and the \
                   R2_ settings)";
    let error = async |worker: Worker| {
        let run = worker.run().await;
        run.expect_code(1);
        run.printed_callback()["error"]
            .as_str()
            .expect("an error")
            .to_owned()
    };
    let folder = fixtures();
    let local = Worker::new()
        .arg("--fixtures")
        .arg(folder.to_str().expect("UTF-8"));
    for worker in [Worker::new().arg(pi(1)), local.clone()] {
        assert_eq!(error(worker.clone()).await, missing);
        for (name, value) in [
            ("TASK_ID", "task"),
            ("R2_ACCOUNT_ID", "account"),
            ("R2_SECRET_ACCESS_KEY", "key"),
        ] {
            let error = error(worker.clone().env(name, value)).await;
            assert!(error.contains("R2_ACCESS_KEY_ID is missing"), "{error}");
            assert!(!error.contains("--output is missing"), "{error}");
        }
    }
}

#[tokio::test]
async fn a_folder_that_holds_no_tree_is_told_what_it_should_hold() {
    let folder = fixtures();
    let above = folder.parent().expect("a folder").to_owned();
    let output = tempfile::tempdir().expect("a temporary folder");
    for (source, what) in [
        (above.clone(), "holds no folder \"entities\""),
        (above.join("nope"), "is no folder"),
        (folder.join("entities").join(pi(1)), "is no folder"),
    ] {
        let worker = Worker::local(&source, output.path());
        for worker in [worker.clone(), worker.arg(pi(1))] {
            let run = worker.run().await;
            run.expect_code(1);
            let expected = format!(
                "--fixtures {} {what} (one that holds entities/{{PI}} and ipfs/{{CID}} is expected)",
                source.display()
            );
            assert_eq!(run.printed_callback()["error"], expected);
        }
    }
    let run = Worker::local(&folder, "/proc/x".as_ref()).run().await;
    run.expect_code(1);
    let error = run.printed_callback()["error"].to_string();
    assert!(
        error.contains("--output /proc/x/exports/")
            && error.contains("(name a folder that can be made and written to)"),
        "{error}"
    );
}

#[tokio::test]
async fn a_folder_without_one_root_asks_for_the_entity_by_name() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let entities = folder.path().join("entities");
    fs::create_dir_all(&entities).expect("a new folder");
    let store = |number: u64, children: &[u64], parent: Option<u64>| {
        let children: Vec<String> = children.iter().map(|&child| pi(child)).collect();
        let parent = parent.map_or(ORIGIN.to_owned(), pi);
        let body = json!({"pi": pi(number), "components": {}, "children_pi": children, "parent_pi": parent});
        fs::write(entities.join(pi(number)), body.to_string()).expect("a writable file");
    };
    let output = folder.path().join("out");
    let run = async || Worker::local(folder.path(), &output).run().await;
    store(1, &[], None);
    store(2, &[], None);
    let two = run().await;
    two.expect_code(1);
    assert!(
        two.stdout.contains(&format!("2 of {}", entities.display())),
        "{}",
        two.stdout
    );
    assert!(
        two.stdout.contains(&pi(1)) && two.stdout.contains(&pi(2)),
        "{}",
        two.stdout
    );

    // One is merged into the other, which no list names: it is found by way of the first.
    store(1, &[3], None);
    fs::write(
        entities.join(pi(3)),
        json!({"id": pi(3), "merged": true, "merged_into": pi(2)}).to_string(),
    )
    .expect("a writable file");
    run().await.expect_code(0);
    fs::remove_file(entities.join(pi(3))).expect("a file");

    // Each lists the other: the one without a parent is the root.
    store(1, &[2], None);
    store(2, &[1], Some(1));
    let cycle = run().await;
    cycle.expect_code(0);
    assert!(
        cycle
            .stdout
            .contains(&format!("exports/local-{}/{}-collection.xml", pi(1), pi(1))),
        "{}",
        cycle.stdout
    );
}

#[tokio::test]
async fn an_unusable_certificate_authority_is_reported() {
    let file = tempfile::NamedTempFile::new().expect("a temporary file");
    let pem = "-----BEGIN CERTIFICATE-----\nbm90IGEgY2VydGlmaWNhdGU=\n-----END CERTIFICATE-----\n";
    fs::write(file.path(), pem).expect("a writable file");
    let path = file.path().to_str().expect("UTF-8").to_owned();
    let error = refused(|worker| worker.env("EXTRA_CA_FILE", path.as_str())).await;
    assert!(
        error.starts_with(&format!("EXTRA_CA_FILE {path} cannot be read: ")),
        "{error}"
    );
}

#[tokio::test]
async fn a_base_url_with_a_query_a_fragment_or_a_user_is_refused() {
    for address in [
        "https://example.org/?a=b",
        "https://example.org/#c",
        "https://user@example.org",
    ] {
        let error = refused(|worker| worker.env("IPFS_PUBLIC_URL", address)).await;
        assert!(
            error.starts_with("IPFS_PUBLIC_URL is no address that a path can follow"),
            "{error}"
        );
    }
}
