//! Discovery: which children are followed, and how deep.

use serde_json::json;

use super::support::outcome::{export_by, export_tree};
use super::support::small_trees::{leaf, root};
use super::support::tree::ORIGIN;
use super::support::{Tree, World, pi};

#[tokio::test]
async fn a_child_that_is_no_pi_fails_without_a_request() {
    let mut tree = Tree::default();
    let children = [
        "../../etc/passwd".to_owned(),
        pi(1),
        "not-a-pi".to_owned(),
        "not-a-pi".to_owned(),
    ];
    tree.titled(&pi(0), ORIGIN, &children, "The root");
    leaf(&mut tree, 1);
    let outcome = export_tree(tree).await;
    outcome.expect_pis([0, 1]);
    assert_eq!(
        (
            outcome.metric("entities_failed"),
            outcome.metric("entities_found")
        ),
        (2, 4)
    );
    let manifests = outcome
        .world
        .archive
        .log()
        .count(|visit| visit.path.starts_with("/entities/"));
    assert_eq!(manifests, 2, "{:?}", outcome.world.archive.log().all());
}

#[tokio::test]
async fn repeated_children_and_the_origin_are_not_followed() {
    let mut tree = Tree::default();
    let children = [pi(1), pi(1), pi(0), ORIGIN.to_owned(), pi(2)];
    tree.titled(&pi(0), ORIGIN, &children, "The root");
    tree.titled(
        &pi(1),
        &pi(0),
        &[pi(0), pi(2)],
        "A child that lists its parent and its sibling",
    );
    leaf(&mut tree, 2);
    let outcome = export_tree(tree).await;
    outcome.expect_pis([0, 1, 2]);
    assert_eq!(
        (
            outcome.metric("links_repeated"),
            outcome.metric("entities_found")
        ),
        (4, 3)
    );
    assert_eq!(
        outcome.world.archive.count(&format!("/entities/{ORIGIN}")),
        0
    );
}

#[tokio::test]
async fn a_job_that_is_not_recursive_exports_one_record() {
    let mut tree = root(&[1, 2]);
    leaf(&mut tree, 1);
    let world = World::of(tree).await;
    let worker = world
        .worker()
        .options(json!({"recursive": false, "maxDepth": 0}));
    let outcome = export_by(world, &worker).await;
    outcome.expect_pis([0]);
    assert_eq!(outcome.metric("entities_beyond_max_depth"), 0);
    assert_eq!(
        outcome.world.archive.count(&format!("/entities/{}", pi(1))),
        0
    );
}

#[tokio::test]
async fn a_chain_of_a_thousand_is_exported_to_its_end() {
    let mut tree = Tree::default();
    for number in 0..=1000 {
        let parent = if number == 0 {
            ORIGIN.to_owned()
        } else {
            pi(number - 1)
        };
        let children = if number < 1000 {
            vec![pi(number + 1)]
        } else {
            Vec::new()
        };
        tree.titled(&pi(number), &parent, &children, "A link of the chain");
    }
    let world = World::of(tree).await;
    let worker = world
        .worker()
        .options(json!({"recursive": true, "maxDepth": 1000}));
    let outcome = export_by(world, &worker).await;
    outcome.expect_pis(0..=1000);
    let deepest = outcome
        .document
        .as_ref()
        .expect("a file")
        .record(&pi(1000))
        .to_owned();
    assert!(
        deepest.contains("depth=\"1000\"") && deepest.contains("/…/"),
        "{deepest}"
    );
}
