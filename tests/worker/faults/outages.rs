//! Outages of the archive: never a success that hides one, and no loss where it ends.

use crate::support::outcome::{Outcome, export, manifest_path};
use crate::support::small_trees::family;
use crate::support::{Answer, Tree, World, pi};

/// Exports a family from an archive that gives nothing but this response once the root is known.
async fn dies_with(answer: Answer) -> Outcome {
    let world = World::of(family(30)).await;
    let script = world.archive.script();
    script.next(&manifest_path(0), Answer::usual());
    script.always("/", answer);
    export(world, &[("SILENCE_TIMEOUT_MS", "1000")]).await
}

#[tokio::test]
async fn an_archive_that_dies_ends_the_job_and_says_how_far_it_got() {
    for (answer, failure) in [
        (Answer::reset(), "no connection to 127.0.0.1:"),
        (Answer::status(503), "503 Service Unavailable"),
        (Answer::status(404), "404 Not Found"),
        (Answer::status(403), "403 Forbidden"),
        (
            Answer::status(429).header("retry-after", "1"),
            "429 Too Many Requests",
        ),
        (
            Answer::status(200).body("<html>maintenance</html>"),
            "the answer cannot be read: ",
        ),
    ] {
        let outcome = dies_with(answer).await;
        let error = outcome.error();
        let (start, rest) = error.split_once(", ").expect("how long it is ago");
        let start = start
            .strip_prefix("Archive unreachable: ")
            .unwrap_or_default();
        // The silence of components is found first where it began first.
        let ago = start
            .strip_prefix("last good answer ")
            .and_then(|ago| ago.strip_suffix(" s ago"));
        let since = start
            .strip_prefix("no component within ")
            .and_then(|since| since.strip_suffix(" s"));
        let ago: u32 = ago
            .or(since)
            .and_then(|ago| ago.parse().ok())
            .expect("seconds");
        assert!((1..60).contains(&ago), "{error}");
        // A page in the place of a component has other bytes than its CID says.
        let is_page = since.is_some() && failure == "the answer cannot be read: ";
        let failure = if is_page {
            "the bytes are not those of "
        } else {
            failure
        };
        // Two items are denied for themselves before the third shows that it is the host.
        let exported = rest
            .chars()
            .next()
            .filter(|exported| "01".contains(*exported));
        let expected = format!(" of 31 known entities exported; last failure: {failure}");
        assert!(
            exported.is_some() && rest[1..].starts_with(&expected),
            "{error}"
        );
    }
}

#[tokio::test]
async fn a_temporary_outage_loses_nothing() {
    for pause in [Answer::reset(), Answer::status(404), Answer::status(502)] {
        let world = World::of(family(30)).await;
        let script = world.archive.script();
        script.next(&manifest_path(0), Answer::usual());
        script.always("/", pause);
        let worker = world.collector();
        let running = worker.spawn();
        // Each has used up its tries, and what was answered before has been asked for in vain.
        world.archive.wait_for(&manifest_path(0), 4).await;
        script.always("/", Answer::usual());
        running.finish().await.expect_code(0);
        let metrics = &world.callback.only().body["metrics"];
        assert_eq!(metrics["entities_exported"], 31, "{metrics}");
        assert_eq!(metrics["components_failed"], 0, "{metrics}");
    }
}

#[tokio::test]
async fn an_unavailable_entity_fails_alone_while_the_archive_is_up() {
    let world = World::of(family(1)).await;
    world
        .archive
        .script()
        .always(&manifest_path(1), Answer::reset());
    let outcome = export(world, &[]).await;
    outcome.expect_pis([0]);
    assert_eq!(outcome.metric("entities_failed"), 1);
    assert!(
        outcome.asked_for(0) > 1,
        "asked again for what it had answered"
    );
}

#[tokio::test]
async fn a_dead_gateway_is_replaced_by_the_api() {
    let world = World::of(Tree::synthetic(20, 4, 2, 100)).await;
    world.archive.script().always("/ipfs/", Answer::reset());
    let outcome = export(world, &[("SILENCE_TIMEOUT_MS", "9000")]).await;
    outcome.expect_pis(0..20);
    outcome.expect_whole();
}

#[tokio::test]
async fn a_job_whose_components_are_all_unavailable_is_no_success() {
    for answer in [Answer::status(503), Answer::status(504), Answer::reset()] {
        let world = World::of(family(30)).await;
        for route in ["/ipfs/", "/cat/"] {
            world.archive.script().always(route, answer.clone());
        }
        let outcome = export(world, &[("SILENCE_TIMEOUT_MS", "1000")]).await;
        let error = outcome.error();
        assert!(error.starts_with("Archive unreachable: "), "{error}");
        assert!(error.contains("of 31 known entities exported"), "{error}");
    }
}

#[tokio::test]
async fn records_are_exported_without_a_few_unavailable_components() {
    let world = World::of(family(2)).await;
    for route in ["/ipfs/", "/cat/"] {
        world.archive.script().always(route, Answer::status(503));
    }
    // A busy machine takes its time to give them up, which is not to be taken for silence.
    let outcome = export(world, &[("SILENCE_TIMEOUT_MS", "6000")]).await;
    outcome.expect_pis(0..=2);
    assert_eq!(outcome.metric("entities_incomplete"), 3);
    outcome.expect_logged(&[&pi(2), "unreachable", "503 Service Unavailable"]);
}
