//! A signal at any moment: always one outcome, and nothing left behind.

use serde_json::json;

use crate::support::random::Random;
use crate::support::worker::Signal;
use crate::support::{Tree, World, pi};

/// How many runs there are.
const RUNS: u64 = 60;
/// So many at the same time.
const AT_ONCE: u64 = 4;

/// Exports a tree, sends a signal when a server has seen so many requests, and checks how it ends.
async fn signal_at(seed: u64) -> bool {
    let mut random = Random::new(seed);
    // One in six has a file of three parts.
    let tree = if seed.is_multiple_of(6) {
        Tree::synthetic(3, 2, 1, 7_000_000)
    } else {
        Tree::synthetic(12, 3, 1, 10)
    };
    let requests = tree.entities.len() + tree.ipfs.len();
    let world = World::of(tree).await;
    let recursive = random.below(4) > 0;
    let worker = world.worker().options(json!({"recursive": recursive}));
    // Few at a time, so that the requests do not all come at the same moment.
    let running = worker.env("MAX_REQUESTS_IN_FLIGHT", "3").spawn();
    let signal = [Signal::TERM, Signal::INT][random.index(2)];
    let (server, moment) = match random.below(4) {
        0 | 1 => {
            let limit = if recursive { requests } else { 5 };
            let moment = 1 + random.index(limit);
            world.archive.log().wait_for(moment, |_| true).await;
            ("archive", moment)
        }
        2 => {
            let moment = 1 + random.index(if recursive { 4 } else { 2 });
            world.bucket.log().wait_for(moment, |_| true).await;
            ("bucket", moment)
        }
        _ => {
            world.callback.wait_for(1).await;
            ("callback", 1)
        }
    };
    running.signal(signal);
    let run = running.finish().await;
    let context = format!(
        "seed {seed}: {signal:?} at request {moment} of the {server}\n{}",
        run.stderr
    );
    let callbacks = world.callback.all();
    assert_eq!(callbacks.len(), 1, "{context}");
    assert_eq!(world.bucket.open_uploads(), 0, "{context}");
    let is_success = callbacks[0].body["status"] == "success";
    assert_eq!(run.code, Some(i32::from(!is_success)), "{context}");
    assert_eq!(
        world.bucket.files().len(),
        usize::from(is_success),
        "{context}"
    );
    let reports = world.bucket.objects().len() - world.bucket.files().len();
    assert!(is_success || reports == 0, "{context}");
    if is_success {
        let size = callbacks[0].body["output_file_size"].as_u64();
        assert_eq!(Some(world.file().len() as u64), size, "{context}");
        let text = String::from_utf8(world.file()).expect("UTF-8");
        assert!(text.contains(&pi(0)) && text.ends_with('\n'), "{context}");
    }
    is_success
}

#[tokio::test]
async fn row_37_a_signal_at_any_moment_leads_to_one_outcome() {
    let mut successes = 0;
    for first in (1..=RUNS).step_by(usize::try_from(AT_ONCE).expect("a small number")) {
        let runs = (first..first + AT_ONCE).map(signal_at);
        let ends = futures::future::join_all(runs).await;
        successes += ends.into_iter().filter(|is_success| *is_success).count();
    }
    // Some came too late and some did not, or it shows nothing.
    let runs = usize::try_from(RUNS).expect("a small number");
    assert!(successes > 5 && successes < runs - 20, "{successes}");
}
