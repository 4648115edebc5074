//! Random trees and random faults: whatever fails, every job ends in one callback that adds up.
//!
//! Each run is made from a seed alone, which a failure prints. `RANDOM_RUNS` says how many there are, `RANDOM_SEED`
//! which is the first: thousands by `RANDOM_RUNS=5000 cargo test --test worker random_worlds`, one again by
//! `RANDOM_RUNS=1 RANDOM_SEED=…`.

use std::env;
use std::panic::AssertUnwindSafe;

use futures::{FutureExt as _, StreamExt as _, stream};
use serde_json::{Value, json};

use super::support::archive::gzip;
use super::support::bucket::Call;
use super::support::document::Document;
use super::support::random::Random;
use super::support::report::COUNTED;
use super::support::tree::ORIGIN;
use super::support::worker::{Run, Signal, children_of, send};
use super::support::{Answer, Tree, Worker, World, pi};

const RUNS: u64 = 200;
/// Runs at the same time: most of their time is waiting.
const AT_ONCE: usize = 6;
/// The beginning of CIDs that the bytes of a response cannot be checked against.
const UNVERIFIABLE: &str = "QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWn";

/// A tree in which everything can be odd: what is listed, what is there, what it holds.
fn tree(random: &mut Random) -> Tree {
    let entities = 1 + random.below(24);
    let mut tree = Tree::default();
    for number in 0..entities {
        let kind = if number == 0 { 9 } else { random.below(12) };
        match kind {
            0 => tree.entity(
                &pi(number),
                json!({"merged": true, "merged_into": pi(random.below(entities))}),
            ),
            1 => tree.entity(&pi(number), json!({"status": "deleted"})),
            2 => {}
            3 => tree.entity(&pi(number), json!({"pi": pi(number), "components": 5})),
            _ => entity(&mut tree, random, number, entities),
        }
    }
    tree
}

fn entity(tree: &mut Tree, random: &mut Random, number: u64, entities: u64) {
    let children = (0..random.below(6)).map(|_| match random.below(entities + 4) {
        child if child < entities + 2 => pi(child),
        child if child == entities + 2 => ORIGIN.to_owned(),
        _ => "../not a PI\n".to_owned(),
    });
    let children: Vec<String> = children.collect();
    let mut components = Vec::new();
    for key in [
        "pinax.json",
        "description.md",
        "cheimarros.json",
        "1.jpg.ref.json",
        "2.jpg.ref.json",
        "other.txt",
    ] {
        if !random.happens(70) {
            continue;
        }
        let body = body(random, key, number);
        let cid = if random.happens(10) {
            let cid = format!("{UNVERIFIABLE}{:04}", random.below(10_000));
            tree.ipfs.insert(cid.clone(), body.into());
            cid
        } else {
            tree.component(body)
        };
        components.push((key.to_owned(), cid));
    }
    tree.node(
        &pi(number),
        ORIGIN,
        &children,
        &components.into_iter().collect(),
    );
}

fn body(random: &mut Random, key: &str, number: u64) -> String {
    if random.happens(5) {
        return "{\"title\": \"cut".to_owned();
    }
    let text = ["plain", "a < b & \"c\"", "\u{1}\u{FFFE}", "é 漢字", ""][random.index(5)];
    let value = match key {
        "description.md" => return format!("# {text}\n\n## {number}\n\n- {text}"),
        "pinax.json" => {
            json!({"title": text, "creator": [text, number], "subjects": text, "created": "1885", "language": "en"})
        }
        "cheimarros.json" => json!({
            "entities": {"a": {"type": "person", "label": text}, "b": {"type": "place", "label": text}},
            "relationships": [{"subject": "a", "predicate": "of", "object": "b"}],
        }),
        _ => json!({"filename": key, "type": "image/jpeg", "size": number, "ocr": text}),
    };
    value.to_string()
}

/// Something that goes wrong on the way from the archive.
fn fault(random: &mut Random) -> Answer {
    match random.below(13) {
        0 => Answer::status(500),
        1 => Answer::status(502).body("<html>502</html>"),
        2 => Answer::status(503),
        3 => Answer::status(504),
        4 => Answer::status(404),
        5 => Answer::status(429).header("retry-after", "0"),
        6 => Answer::reset(),
        7 => Answer::usual().lost(),
        8 => Answer::usual().truncated(random.index(60)),
        9 => Answer::status(200).body("<!DOCTYPE html><html></html>"),
        10 => Answer::status(403),
        11 => Answer::usual().stalled(random.index(60)),
        _ => Answer::status(200)
            .header("content-encoding", "gzip")
            .body(gzip(&[b' '; 3000]).expect("memory").slice(..20)),
    }
}

fn disturb_archive(world: &World, tree: &Tree, random: &mut Random) {
    let script = world.archive.script();
    let percent = [0, 15, 40][random.index(3)];
    let manifests = tree.entities.keys().map(|pi| format!("/entities/{pi}"));
    let components = tree.ipfs.keys();
    let components = components.flat_map(|cid| [format!("/ipfs/{cid}"), format!("/cat/{cid}")]);
    for path in manifests.chain(components) {
        if random.happens(percent) {
            for _ in 0..=random.below(2) {
                script.next(&path, fault(random));
            }
        } else if random.happens(percent / 10) {
            script.always(&path, fault(random));
        }
    }
    if random.happens(15) {
        // It dies once the root is known.
        script.next(&format!("/entities/{}", pi(0)), Answer::usual());
        script.always("/", fault(random));
    }
}

fn disturb_bucket(world: &World, random: &mut Random) {
    let script = world.bucket.script();
    if !random.happens(40) {
        return;
    }
    let operations = [
        "CreateMultipartUpload",
        "UploadPart",
        "CompleteMultipartUpload",
        "PutObject",
    ];
    let operation = operations[random.index(4)];
    // An upload whose opening is answered by nobody can be known to nobody.
    let is_open = operation == "CreateMultipartUpload";
    match random.below(6) {
        0 => script.next(
            operation,
            Answer::s3_error(500, "InternalError", "Try again."),
        ),
        1 => script.next(operation, Answer::s3_error(503, "SlowDown", "Slower.")),
        2 => script.next(operation, Answer::reset()),
        3 if !is_open => script.next(operation, Answer::usual().lost()),
        4 => script.always(
            operation,
            Answer::s3_error(403, "AccessDenied", "Access Denied"),
        ),
        _ => script.next(
            operation,
            Answer::s3_error(429, "TooManyRequests", "Slower."),
        ),
    }
}

fn disturb_callback(world: &World, random: &mut Random) {
    let script = world.callback.script();
    if !random.happens(15) {
        return;
    }
    let answer = match random.below(5) {
        0 => Answer::status(500),
        1 => Answer::status(429).header("retry-after", "0"),
        2 => Answer::reset(),
        3 => Answer::usual().lost(),
        _ => {
            script.always("/callback", Answer::status(400));
            return;
        }
    };
    script.next("/callback", answer);
}

/// Runs the worker and kills the job at a random moment, unless it is over by then.
///
/// Its upload is open then, and known to it: one that is killed just before leaves what nobody can name.
async fn run_and_kill(world: &World, worker: &Worker, random: &mut Random) -> Run {
    let (is_late, calls) = (random.happens(30), 1 + random.index(3));
    let running = worker.spawn();
    let id = running.id();
    let moment = async {
        if is_late {
            world.callback.wait_for(1).await;
        } else {
            let is_later = |call: &Call| call.operation != "CreateMultipartUpload";
            world.bucket.log().wait_for(calls, is_later).await;
        }
    };
    let finish = running.finish();
    tokio::pin!(finish);
    tokio::select! {
        run = &mut finish => return run,
        () = moment => {}
    }
    if let [job] = children_of(id)[..] {
        send(job, Signal::KILL);
    }
    finish.await
}

/// One run from its seed; returns whether it was a success.
async fn run(seed: u64) -> bool {
    let mut random = Random::new(seed);
    let tree = tree(&mut random);
    let world = World::of(tree.clone()).await;
    disturb_archive(&world, &tree, &mut random);
    disturb_bucket(&world, &mut random);
    disturb_callback(&world, &mut random);
    let options = json!({
        "recursive": random.happens(75),
        "maxDepth": random.below(5),
        "parallelBatchSize": 1 + random.below(10),
    });
    let is_recursive = options["recursive"] == true;
    let worker = world
        .worker()
        .options(options)
        .env("RETRY_WAIT_MS", "2")
        .env("IDLE_TIMEOUT_MS", "300")
        .env("SILENCE_TIMEOUT_MS", "1500");
    let run = if random.happens(20) {
        run_and_kill(&world, &worker, &mut random).await
    } else {
        worker.run().await
    };
    let log = &run.stderr;

    let deliveries = world.callback.all();
    let body = &deliveries.first().expect("a callback").body;
    assert!(
        deliveries.iter().all(|delivery| delivery.body == *body),
        "more than one outcome: {deliveries:?}\n{log}"
    );
    assert_eq!(world.bucket.open_uploads(), 0, "an open upload\n{log}");
    let is_success = body["status"] == "success";
    assert_eq!(run.code, Some(i32::from(!is_success)), "{body}\n{log}");
    if is_success {
        check_success(&world, body, is_recursive, log);
    } else {
        let error = body["error"].as_str().expect("an error");
        assert!(!error.is_empty() && !error.contains('\n'), "{error:?}");
        let objects = world.bucket.objects();
        assert!(objects.is_empty(), "{objects:?}\n{log}");
    }
    is_success
}

/// Checks that the file, its report and the callback say the same.
fn check_success(world: &World, body: &Value, is_recursive: bool, log: &str) {
    let number = |name: &str| body["metrics"][name].as_u64().expect("a number");
    let outcomes = ["exported", "failed", "deleted", "merged"];
    let sum: u64 = outcomes
        .iter()
        .map(|outcome| number(&format!("entities_{outcome}")))
        .sum();
    assert_eq!(sum, number("entities_found"), "{body}\n{log}");

    let bytes = world.file();
    assert_eq!(body["output_file_size"], bytes.len(), "{log}");
    let document = Document::valid(bytes);
    let mut pis = document.pis();
    assert_eq!(pis.len() as u64, number("entities_exported"), "{log}");
    let root = if is_recursive {
        "modsCollection"
    } else {
        "mods"
    };
    assert_eq!(document.root(), root);
    pis.sort_unstable();
    pis.dedup();
    assert_eq!(pis.len() as u64, number("entities_exported"), "one each");

    // A report that the bucket does not take, or a job that is killed, leaves the export delivered, and a warning.
    let objects = world.bucket.objects();
    let is_reported = objects.iter().any(|key| key.ends_with("/report.json"));
    if !is_reported {
        let warnings = [
            "its report.json could not be stored",
            "a report may be lacking",
        ];
        assert!(
            warnings.iter().any(|warning| log.contains(warning)),
            "{log}"
        );
        return;
    }
    assert!(
        !log.contains("its report.json could not be stored"),
        "{log}"
    );
    let report = world.bucket.report();
    assert_eq!(report["metrics"], body["metrics"], "{log}");
    for (event, metric) in COUNTED {
        let reported = &report["summary"][event]["events"];
        assert_eq!(*reported, number(metric), "{event}\n{report}\n{log}");
    }
}

fn from_environment(name: &str, default: u64) -> u64 {
    env::var(name).map_or(default, |value| value.parse().expect("a number"))
}

#[tokio::test]
async fn whatever_fails_a_job_ends_in_one_callback_that_adds_up() {
    let (first, runs) = (
        from_environment("RANDOM_SEED", 1),
        from_environment("RANDOM_RUNS", RUNS),
    );
    let outcomes = stream::iter(first..first + runs).map(|seed| async move {
        let outcome = AssertUnwindSafe(run(seed)).catch_unwind().await;
        outcome.unwrap_or_else(|_| panic!("see above; again by RANDOM_RUNS=1 RANDOM_SEED={seed}"))
    });
    let outcomes: Vec<bool> = outcomes.buffer_unordered(AT_ONCE).collect().await;
    let successes = outcomes.iter().filter(|&&success| success).count();
    // Both happen, or the test would not show much.
    let is_mixed = (outcomes.len() / 4..outcomes.len() * 19 / 20).contains(&successes);
    assert!(is_mixed || runs < RUNS, "{successes} successes of {runs}");
}
