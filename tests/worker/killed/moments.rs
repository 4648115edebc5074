//! Killed at any moment: one answer, and it is true.

use super::{on_256_mb, start, status};
use crate::support::callback::Delivery;
use crate::support::random::Random;
use crate::support::worker::{Signal, send};
use crate::support::{Tree, World};

/// Kills a job when a server has seen so many requests, and checks that there is one true answer.
async fn kill_at(seed: u64) -> bool {
    let mut random = Random::new(seed);
    let tree = Tree::synthetic(12, 3, 1, 10);
    let requests = tree.entities.len() + tree.ipfs.len();
    let world = World::of(tree).await;
    let running = start(
        &world,
        &on_256_mb(&world).env("MAX_REQUESTS_IN_FLIGHT", "3"),
    )
    .await;
    match random.below(3) {
        0 => {
            let moment = 2 + random.index(requests - 2);
            world.archive.log().wait_for(moment, |_| true).await;
        }
        1 => {
            let moment = 2 + random.index(3);
            world.bucket.log().wait_for(moment, |_| true).await;
        }
        _ => {
            world.callback.wait_for(1).await;
        }
    }
    // It may have ended just now.
    if let [child] = running.children()[..] {
        send(child, Signal::KILL);
    }
    let run = running.finish().await;
    let context = format!("seed {seed}\n{}", run.stderr);
    let callbacks = world.callback.all();
    let first = callbacks.first().expect("an answer");
    let is_same = |callback: &Delivery| callback.bytes == first.bytes;
    assert!(callbacks.iter().all(is_same), "{callbacks:#?}\n{context}");
    assert_eq!(world.bucket.open_uploads(), 0, "{context}");
    let is_success = status(&first.body) == "success";
    assert_eq!(run.code, Some(i32::from(!is_success)), "{context}");
    let files = world.bucket.files();
    assert_eq!(files.len(), usize::from(is_success), "{context}");
    if is_success {
        assert_eq!(
            first.body["output_file_size"],
            world.file().len(),
            "{context}"
        );
        assert_eq!(first.body["metrics"]["entities_exported"], 12, "{context}");
    } else {
        let error = first.body["error"].as_str().expect("an error");
        assert!(
            error.starts_with("The worker was killed"),
            "{error}\n{context}"
        );
    }
    is_success
}

#[tokio::test]
async fn killed_at_a_random_moment_there_is_one_true_answer() {
    let mut successes = 0;
    for seed in 1..=20 {
        successes += usize::from(kill_at(seed).await);
    }
    // Some came too late and some did not, or it shows nothing.
    assert!((2..19).contains(&successes), "{successes} successes");
}
