//! Tombstones: what becomes of entities that are merged or deleted.

use serde_json::json;

use super::support::outcome::export_tree;
use super::support::small_trees::{leaf, root};
use super::support::tree::ORIGIN;
use super::support::{Tree, pi};

fn merged(tree: &mut Tree, number: u64, into: u64) {
    tree.entity(
        &pi(number),
        json!({"id": pi(number), "merged": true, "merged_into": pi(into)}),
    );
}

fn deleted(tree: &mut Tree, number: u64) {
    tree.entity(&pi(number), json!({"id": pi(number), "status": "deleted"}));
}

#[tokio::test]
async fn a_deleted_root_is_an_error_that_says_so() {
    let mut tree = Tree::default();
    deleted(&mut tree, 0);
    export_tree(tree)
        .await
        .expect_error(&format!("Entity {} was deleted", pi(0)));
}

#[tokio::test]
async fn a_merged_root_exports_the_survivors_tree_under_the_requested_pi() {
    let mut tree = Tree::default();
    merged(&mut tree, 0, 5);
    tree.titled(&pi(5), ORIGIN, &[pi(6)], "The survivor");
    tree.titled(&pi(6), &pi(5), &[], "Its child");
    let outcome = export_tree(tree).await;
    outcome.expect_pis([5, 6]);
    assert_eq!(outcome.metric("entities_merged"), 1);
    assert_eq!(
        outcome.body["output_file_name"],
        format!("{}-collection.xml", pi(0))
    );
}

#[tokio::test]
async fn a_root_merged_into_itself_is_an_error() {
    let mut tree = Tree::default();
    merged(&mut tree, 0, 1);
    merged(&mut tree, 1, 0);
    let outcome = export_tree(tree).await;
    let error = outcome.error();
    assert!(
        error.starts_with("Failed to fetch manifest: ") && error.contains("merged into itself"),
        "{error}"
    );
}

#[tokio::test]
async fn a_survivor_takes_the_place_of_the_merged() {
    let mut tree = root(&[1, 2]);
    merged(&mut tree, 1, 7);
    merged(&mut tree, 7, 8);
    leaf(&mut tree, 8);
    leaf(&mut tree, 2);
    let outcome = export_tree(tree).await;
    outcome.expect_pis([0, 8, 2]);
    assert_eq!(
        (
            outcome.metric("entities_merged"),
            outcome.metric("entities_found")
        ),
        (2, 5)
    );
}

#[tokio::test]
async fn a_survivor_that_is_listed_itself_keeps_its_place() {
    let mut tree = root(&[1, 2]);
    merged(&mut tree, 1, 2);
    leaf(&mut tree, 2);
    let outcome = export_tree(tree).await;
    outcome.expect_pis([0, 2]);
    assert_eq!(
        (
            outcome.metric("entities_merged"),
            outcome.metric("entities_found")
        ),
        (1, 3)
    );
}

#[tokio::test]
async fn in_a_cycle_of_merges_the_last_one_reached_fails() {
    for children in [&[1, 3][..], &[1, 2, 3]] {
        let mut tree = root(children);
        merged(&mut tree, 1, 2);
        merged(&mut tree, 2, 1);
        leaf(&mut tree, 3);
        let outcome = export_tree(tree).await;
        outcome.expect_pis([0, 3]);
        let counts = (
            outcome.metric("entities_merged"),
            outcome.metric("entities_failed"),
            outcome.metric("entities_found"),
        );
        assert_eq!(counts, (1, 1, 4), "listed {children:?}");
    }
}

#[tokio::test]
async fn ten_merges_are_followed_and_the_eleventh_fails() {
    for (merges, expected) in [(10, (10, 0)), (11, (10, 1))] {
        let mut tree = root(&[1]);
        (1..=merges).for_each(|number| merged(&mut tree, number, number + 1));
        leaf(&mut tree, merges + 1);
        let outcome = export_tree(tree).await;
        assert_eq!(
            (
                outcome.metric("entities_merged"),
                outcome.metric("entities_failed")
            ),
            expected
        );
    }
}

#[tokio::test]
async fn a_survivor_that_cannot_be_fetched_fails() {
    let mut tree = root(&[1]);
    merged(&mut tree, 1, 9);
    let outcome = export_tree(tree).await;
    outcome.expect_pis([0]);
    assert_eq!(
        (
            outcome.metric("entities_merged"),
            outcome.metric("entities_failed")
        ),
        (1, 1)
    );
}

#[tokio::test]
async fn a_deleted_child_is_counted_and_not_in_the_file() {
    let mut tree = root(&[1, 2]);
    deleted(&mut tree, 1);
    leaf(&mut tree, 2);
    let outcome = export_tree(tree).await;
    outcome.expect_pis([0, 2]);
    assert_eq!(
        (
            outcome.metric("entities_deleted"),
            outcome.metric("entities_failed")
        ),
        (1, 0)
    );
}

#[tokio::test]
async fn a_merge_into_the_origin_fails_without_a_request() {
    let mut tree = root(&[1]);
    tree.entity(
        &pi(1),
        json!({"id": pi(1), "merged": true, "merged_into": ORIGIN}),
    );
    let outcome = export_tree(tree).await;
    outcome.expect_pis([0]);
    assert_eq!(
        (
            outcome.metric("entities_merged"),
            outcome.metric("entities_failed")
        ),
        (0, 1)
    );
    assert_eq!(
        outcome.world.archive.count(&format!("/entities/{ORIGIN}")),
        0
    );
}
