//! The log as text and as JSON, for those who read it with a program or at night.

use serde_json::Value;

use super::support::document::{clean_fixtures, fixtures};
use super::support::screen::Screen;
use super::support::small_trees::family;
use super::support::worker::{Signal, send};
use super::support::{Answer, Gate, Worker, World, pi};

/// The lines of a log of JSON; each has what every line has.
#[track_caller]
fn lines(log: &str, task_id: &str) -> Vec<Value> {
    let lines = log.lines().map(|line| {
        let line: Value =
            serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        for name in ["timestamp", "level", "event", "message"] {
            assert!(line[name].is_string(), "{name}: {line}");
        }
        assert_eq!(line["task_id"], task_id, "{line}");
        line
    });
    lines.collect()
}

fn events(lines: &[Value]) -> Vec<&str> {
    lines
        .iter()
        .filter_map(|line| line["event"].as_str())
        .collect()
}

#[tokio::test]
async fn a_log_of_json_ends_with_all_numbers() {
    let output = tempfile::tempdir().expect("a temporary folder");
    let local = || Worker::local(&fixtures(), output.path()).env("TASK_ID", "task");
    for worker in [
        local().arg("--log").arg("json"),
        local().env("FLY_MACHINE_ID", "machine"),
    ] {
        let run = worker.run().await;
        run.expect_code(0);
        let lines = lines(&run.stderr, "task");
        assert_eq!(lines[0]["event"], "start");
        let last = lines.last().expect("a last line");
        assert_eq!(
            (last["event"].as_str(), last["level"].as_str()),
            (Some("end"), Some("INFO"))
        );
        assert_eq!(last["metrics"], run.printed_callback()["metrics"]);
        let message = last["message"].as_str().expect("a text");
        assert!(message.contains("exported 25 records in "), "{message}");
        assert!(events(&lines).contains(&"entity"), "{lines:#?}");
    }
    let text = local()
        .env("FLY_MACHINE_ID", "machine")
        .arg("--log")
        .arg("text");
    let run = text.run().await;
    assert!(!run.stderr.contains('{'), "{}", run.stderr);
}

#[tokio::test]
async fn a_job_that_is_interrupted_ends_with_its_numbers_and_its_callback_after_them() {
    let world = World::small().await;
    let never = Answer::usual().held(&Gate::new());
    world
        .archive
        .script()
        .always(&format!("/entities/{}", pi(1)), never);
    let first = Answer::status(500);
    world.callback.script().next("/callback", first);
    let worker = world.collector().arg("--log").arg("json");
    // A terminal, because what is written to it can be waited for.
    let mut log = Screen::start(&worker, 300);
    log.wait_for("the archive has been silent for 5 s").await;
    send(log.id(), Signal::TERM);
    let shown = log.finish().await;
    assert_eq!(shown.code, Some(1));
    let lines = lines(&shown.raw, "task-1");
    let events = events(&lines);
    assert!(events.contains(&"silent"), "{events:?}");
    let end = events
        .iter()
        .position(|event| *event == "end")
        .expect("an end");
    let (level, metrics) = (&lines[end]["level"], &lines[end]["metrics"]);
    assert_eq!(level, "ERROR");
    assert_eq!(
        (&metrics["entities_exported"], &metrics["entities_found"]),
        (&1.into(), &3.into())
    );
    assert!(lines[end]["reasons"].is_string(), "{}", lines[end]);
    // The callback that was refused once, and nothing else.
    assert_eq!(events[end + 1..], ["callback"]);
}

#[tokio::test]
async fn an_error_names_its_most_frequent_reasons() {
    let world = World::of(family(4)).await;
    for number in 1..5 {
        let status = if number == 4 { 403 } else { 404 };
        let refused = Answer::status(status);
        world
            .archive
            .script()
            .always(&format!("/entities/{}", pi(number)), refused);
    }
    // Nothing is delivered, so that the end is an error.
    world.bucket.script().always(
        "CompleteMultipartUpload",
        Answer::s3_error(403, "AccessDenied", "no"),
    );
    let run = world.collector().arg("--log").arg("json").run().await;
    run.expect_code(1);
    let lines = lines(&run.stderr, "task-1");
    let end = lines
        .iter()
        .find(|line| line["event"] == "end")
        .expect("an end");
    let reasons = end["reasons"].as_str().expect("a text");
    assert!(reasons.contains("404 Not Found: 3"), "{reasons}");
    assert!(reasons.split("; ").count() <= 3, "{reasons}");
}

#[tokio::test]
async fn a_line_of_text_has_its_time_and_level() {
    let output = tempfile::tempdir().expect("a temporary folder");
    let run = Worker::local(&clean_fixtures(), output.path()).run().await;
    run.expect_code(0);
    let line =
        regex::Regex::new(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z  INFO [a-z]").expect("a pattern");
    for text in run.stderr.lines() {
        assert!(line.is_match(text), "{text}");
    }
    // The fields of an event are for programs.
    assert!(!run.stderr.contains("event="), "{}", run.stderr);
}

#[tokio::test]
async fn levels_can_be_asked_for_and_one_line_is_told_of_each_request() {
    let world = World::small().await;
    let worker = world.collector();
    for worker in [
        worker.clone().env("RUST_LOG", "debug"),
        worker.clone().arg("--log").arg("text,debug"),
    ] {
        let before = world.archive.log().all().len();
        let run = worker.run().await;
        run.expect_code(0);
        let requests = world.archive.log().all().len() - before;
        assert!(requests > 3);
        assert_eq!(
            run.stderr.matches(" DEBUG GET http").count(),
            requests,
            "{}",
            run.stderr
        );
    }
    let run = worker.env("RUST_LOG", "error").run().await;
    assert_eq!(run.stderr, "");
}
