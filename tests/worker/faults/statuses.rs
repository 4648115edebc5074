//! Responses with another status than 200: rows 8 to 12.

use std::time::{Duration, SystemTime};

use crate::support::archive::Visit;
use crate::support::outcome::{export, manifest_path};
use crate::support::small_trees::family;
use crate::support::{Answer, Gate, World, pi};

#[tokio::test]
async fn row_08_throttling() {
    let world = World::of(family(3)).await;
    let script = world.archive.script();
    // More often than a request is tried.
    for status in [429, 503].repeat(10) {
        let answer = Answer::status(status).header("retry-after", "0");
        script.next(&manifest_path(1), answer);
    }
    let in_a_second = Answer::status(429).header("retry-after", "1");
    script.next(&manifest_path(2), in_a_second);
    let date = httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(3));
    let at_a_date = Answer::status(503).header("retry-after", &date);
    script.next(&manifest_path(3), at_a_date);
    let outcome = export(world, &[("RETRY_WAIT_MS", "1")]).await;
    outcome.expect_pis(0..=3);
    outcome.expect_whole();
    assert_eq!(outcome.retries("throttled"), 22);
    assert!(outcome.metric("throttled_time_ms") >= 1000);
    outcome.expect_logged(&["the archive refuses requests (", "more slowly for a while"]);
    let visits = outcome.world.archive.log().all();
    let second = visits.iter().filter(|visit| visit.path == manifest_path(2));
    let times: Vec<Duration> = second.map(|visit| visit.at).collect();
    assert!(times[1] >= times[0] + Duration::from_secs(1), "{times:?}");
}

#[tokio::test]
async fn row_08_fewer_requests_go_to_a_host_that_has_too_many() {
    let world = World::of(family(24)).await;
    let (first, second) = (Gate::new(), Gate::new());
    let archive = &world.archive;
    for number in 1..=24 {
        if number <= 16 {
            let throttled = Answer::status(429).header("retry-after", "0");
            archive
                .script()
                .next(&manifest_path(number), throttled.held(&first));
        }
        archive
            .script()
            .next(&manifest_path(number), Answer::usual().held(&second));
    }
    let worker = world.collector().env("MAX_REQUESTS_IN_FLIGHT", "16");
    let running = worker.spawn();
    let root = manifest_path(0);
    let is_child = |visit: &Visit| visit.path.starts_with("/entities/") && visit.path != root;
    archive.log().wait_for(16, is_child).await;
    first.open();
    archive.log().wait_for(16 + 8, is_child).await;
    archive.count_requests_anew();
    second.open();
    running.finish().await.expect_code(0);
    // Eight, and by four more with each eight good answers.
    let most = archive.most_requests();
    assert!((2..16).contains(&most), "{most}");
}

#[tokio::test]
async fn row_08_throttling_without_end_ends_the_job_and_loses_nothing_in_silence() {
    let world = World::of(family(2)).await;
    let always = Answer::status(429).header("retry-after", "1");
    world.archive.script().always(&manifest_path(1), always);
    let outcome = export(world, &[("SILENCE_TIMEOUT_MS", "3000")]).await;
    let error = outcome.error();
    assert!(
        error.starts_with("Archive unreachable: last good answer "),
        "{error}"
    );
    assert!(
        error.ends_with("last failure: 429 Too Many Requests"),
        "{error}"
    );
}

#[tokio::test]
async fn a_lower_pace_is_told_by_what_was_seen() {
    for (answer, seen) in [
        (Answer::status(404), "answers 404 Not Found again and again"),
        (
            Answer::status(503),
            "answers 503 Service Unavailable again and again",
        ),
        (Answer::reset(), "does not answer requests ("),
    ] {
        let world = World::of(family(40)).await;
        for number in 11..=40 {
            world
                .archive
                .script()
                .always(&manifest_path(number), answer.clone());
        }
        let outcome = export(world, &[]).await;
        outcome.expect_pis(0..=10);
        outcome.expect_logged(&["WARN the archive ", seen, ": requests are sent more slowly"]);
        let refused = outcome.metric("requests_refused") > 0;
        let told = outcome.run.stderr.contains("the archive slowed it down");
        assert!(refused || !told, "{}", outcome.run.stderr);
    }
}

#[tokio::test]
async fn row_09_server_errors() {
    let statuses = [
        500, 502, 503, 504, 520, 521, 522, 523, 524, 525, 526, 527, 530,
    ];
    let count = statuses.len() as u64;
    let world = World::of(family(count + 1)).await;
    for (status, number) in statuses.into_iter().zip(1..) {
        for _ in 0..2 {
            let answer = Answer::status(status).body("<html>error</html>");
            world.archive.script().next(&manifest_path(number), answer);
        }
    }
    let always = Answer::status(502);
    world
        .archive
        .script()
        .always(&manifest_path(count + 1), always);
    let outcome = export(world, &[]).await;
    outcome.expect_pis(0..=count);
    assert!((5..=12).contains(&outcome.asked_for(count + 1)));
    outcome.expect_logged(&[&pi(count + 1), "502 Bad Gateway"]);
}

#[tokio::test]
async fn row_10_denial() {
    let page = "<html><head><title>Attention Required! | Cloudflare</title></head></html>";
    for (status, error) in [(401, "401 Unauthorized"), (403, "403 Forbidden")] {
        let world = World::of(family(1)).await;
        world
            .archive
            .script()
            .always("/entities/", Answer::status(status).body(page));
        let outcome = export(world, &[]).await;
        assert_eq!(
            outcome.error(),
            format!("Failed to fetch manifest: {error}")
        );
        outcome.expect_logged(&["refuses a request", error, "Attention Required!"]);
        assert_eq!(outcome.asked_for(0), 2, "once more, and no hammering");
    }
    let world = World::of(family(2)).await;
    world
        .archive
        .script()
        .always(&manifest_path(1), Answer::status(403));
    let outcome = export(world, &[]).await;
    outcome.expect_pis([0, 2]);
    outcome.expect_logged(&[&pi(1), "403 Forbidden"]);
}

#[tokio::test]
async fn row_11_a_child_that_is_not_found() {
    let mut tree = family(3);
    tree.entities.remove(&pi(1));
    let world = World::of(tree).await;
    let script = world.archive.script();
    script.always(&manifest_path(2), Answer::status(410));
    script.next(&manifest_path(3), Answer::status(404));
    let outcome = export(world, &[]).await;
    outcome.expect_pis([0, 3]);
    for dead in [1, 2] {
        assert!((5..=12).contains(&outcome.asked_for(dead)));
    }
    assert_eq!(outcome.metric("entities_failed"), 2);
    outcome.expect_logged(&[&pi(1), &pi(0), "404 Not Found"]);
    outcome.expect_logged(&[&pi(2), &pi(0), "410 Gone"]);
}

#[tokio::test]
async fn row_12_a_root_that_is_not_found() {
    let world = World::of(crate::support::Tree::default()).await;
    let outcome = export(world, &[]).await;
    assert_eq!(outcome.error(), "Failed to fetch manifest: 404 Not Found");
    // Six times over ten seconds, of which this is a tenth: it can hide that the archive has too much to do.
    assert!((6..=12).contains(&outcome.asked_for(0)));
    let mut keys: Vec<&String> = outcome
        .body
        .as_object()
        .expect("an object")
        .keys()
        .collect();
    keys.sort();
    assert_eq!(keys, ["batch_id", "error", "metrics", "status", "task_id"]);
}
