//! What becomes of entities that are not there, merged, deleted or listed in odd ways.

use serde_json::json;

use super::support::outcome::{export_by, export_tree};
use super::support::small_trees::{leaf, root};
use super::support::tree::ORIGIN;
use super::support::{Answer, Tree, World, pi};

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
async fn a_merged_root_gives_the_survivors_tree_under_the_name_asked_for() {
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
async fn a_survivor_that_has_a_place_keeps_it() {
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
async fn a_survivor_that_cannot_be_had_fails() {
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
async fn a_manifest_that_names_another_entity_is_asked_for_again_and_then_fails() {
    let mut tree = root(&[1, 2]);
    tree.entity(&pi(1), json!({"pi": pi(2), "components": {}}));
    leaf(&mut tree, 2);
    let outcome = export_tree(tree).await;
    outcome.expect_pis([0, 2]);
    assert_eq!(outcome.metric("entities_failed"), 1);
    assert!(outcome.world.archive.count(&format!("/entities/{}", pi(1))) > 1);
}

#[tokio::test]
async fn the_api_of_2026_is_refused_with_a_clear_message() {
    let mut tree = Tree::default();
    tree.entity(&pi(0), json!({"id": pi(0), "cid": "bafyrei", "relationships": [], "ver": 1, "ts": 1_769_644_800_000_u64}));
    let outcome = export_tree(tree).await;
    let error = outcome.error();
    assert!(
        error.starts_with("Failed to fetch manifest: ") && error.contains("2026"),
        "{error}"
    );
    assert_eq!(
        outcome.world.archive.count(&format!("/entities/{}", pi(0))),
        1,
        "asking again is of no use"
    );
}

#[tokio::test]
async fn the_tree_is_one_record_where_it_is_not_asked_for_whole() {
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

#[tokio::test]
async fn a_name_from_the_data_cannot_write_a_line_of_the_log() {
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

#[tokio::test]
async fn a_component_that_one_address_refuses_is_had_from_the_other() {
    let tree = root(&[]);
    let cid = tree.ipfs.keys().next().expect("a component").clone();
    for refusal in [
        Answer::status(403),
        Answer::status(302).header("location", "https://elsewhere.example.org/"),
    ] {
        let world = World::of(tree.clone()).await;
        let script = world.archive.script();
        script.next(&format!("/ipfs/{cid}"), Answer::status(502));
        script.always(&format!("/cat/{cid}"), refusal);
        let worker = world.worker();
        let outcome = export_by(world, &worker).await;
        assert_eq!(
            (
                outcome.metric("components_failed"),
                outcome.metric("entities_incomplete")
            ),
            (0, 0)
        );
    }
}
