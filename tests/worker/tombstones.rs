//! What becomes of entities that are not there, merged, deleted or listed in odd ways.

use serde_json::{Value, json};

use super::support::document::Document;
use super::support::tree::ORIGIN;
use super::support::{Answer, Archive, Bucket, CallbackSink, Tree, Worker, pi};

/// An export over sockets: its exit code, what was called back, and the file if there is one.
struct Ending {
    code: Option<i32>,
    log: String,
    body: Value,
    document: Option<Document>,
    archive: Archive,
}

impl Ending {
    fn metric(&self, name: &str) -> u64 {
        self.body["metrics"][name]
            .as_u64()
            .unwrap_or_else(|| panic!("no {name} in {}", self.body))
    }

    #[track_caller]
    fn expect_pis(&self, expected: &[u64]) {
        let document = self
            .document
            .as_ref()
            .unwrap_or_else(|| panic!("no file, but {}", self.body));
        assert_eq!(
            document.pis(),
            expected
                .iter()
                .map(|&number| pi(number))
                .collect::<Vec<_>>()
        );
    }

    #[track_caller]
    fn expect_error(&self, expected: &str) {
        assert_eq!(
            (self.code, &self.body["error"]),
            (Some(1), &json!(expected))
        );
        assert!(self.document.is_none());
    }
}

async fn export(tree: Tree) -> Ending {
    let archive = Archive::start(tree).await;
    export_from(archive, json!({"recursive": true})).await
}

async fn export_from(archive: Archive, options: Value) -> Ending {
    let (bucket, callback) = (Bucket::start().await, CallbackSink::start().await);
    let run = Worker::with(&pi(0), &archive, &bucket, &callback)
        .options(options)
        .run()
        .await;
    let body = callback.only().body;
    assert_eq!(
        bucket.open_uploads(),
        0,
        "an upload was left open\n{}",
        run.stderr
    );
    let objects = bucket.files();
    assert_eq!(
        objects.len(),
        usize::from(run.code == Some(0)),
        "{objects:?}\n{}",
        run.stderr
    );
    let document = objects
        .first()
        .map(|key| Document::valid(bucket.object(key).expect("the object")));
    Ending {
        code: run.code,
        log: run.stderr,
        body,
        document,
        archive,
    }
}

/// A root with children that are still to be stored.
fn root(children: &[u64]) -> Tree {
    let mut tree = Tree::default();
    let children: Vec<String> = children.iter().map(|&number| pi(number)).collect();
    tree.titled(&pi(0), ORIGIN, &children, "The root");
    tree
}

fn leaf(tree: &mut Tree, number: u64) {
    tree.titled(&pi(number), &pi(0), &[], &format!("Leaf {number}"));
}

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
    export(tree)
        .await
        .expect_error(&format!("Entity {} was deleted", pi(0)));
}

#[tokio::test]
async fn a_merged_root_gives_the_survivors_tree_under_the_name_asked_for() {
    let mut tree = Tree::default();
    merged(&mut tree, 0, 5);
    tree.titled(&pi(5), ORIGIN, &[pi(6)], "The survivor");
    tree.titled(&pi(6), &pi(5), &[], "Its child");
    let ending = export(tree).await;
    ending.expect_pis(&[5, 6]);
    assert_eq!(ending.metric("entities_merged"), 1);
    assert_eq!(
        ending.body["output_file_name"],
        format!("{}-collection.xml", pi(0))
    );
}

#[tokio::test]
async fn a_root_merged_into_itself_is_an_error() {
    let mut tree = Tree::default();
    merged(&mut tree, 0, 1);
    merged(&mut tree, 1, 0);
    let ending = export(tree).await;
    assert_eq!(ending.code, Some(1));
    let error = ending.body["error"].as_str().expect("an error");
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
    let ending = export(tree).await;
    ending.expect_pis(&[0, 8, 2]);
    assert_eq!(
        (
            ending.metric("entities_merged"),
            ending.metric("entities_found")
        ),
        (2, 5)
    );
}

#[tokio::test]
async fn a_survivor_that_has_a_place_keeps_it() {
    let mut tree = root(&[1, 2]);
    merged(&mut tree, 1, 2);
    leaf(&mut tree, 2);
    let ending = export(tree).await;
    ending.expect_pis(&[0, 2]);
    assert_eq!(
        (
            ending.metric("entities_merged"),
            ending.metric("entities_found")
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
        let ending = export(tree).await;
        ending.expect_pis(&[0, 3]);
        let counts = (
            ending.metric("entities_merged"),
            ending.metric("entities_failed"),
            ending.metric("entities_found"),
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
        let ending = export(tree).await;
        assert_eq!(
            (
                ending.metric("entities_merged"),
                ending.metric("entities_failed")
            ),
            expected
        );
    }
}

#[tokio::test]
async fn a_survivor_that_cannot_be_had_fails() {
    let mut tree = root(&[1]);
    merged(&mut tree, 1, 9);
    let ending = export(tree).await;
    ending.expect_pis(&[0]);
    assert_eq!(
        (
            ending.metric("entities_merged"),
            ending.metric("entities_failed")
        ),
        (1, 1)
    );
}

#[tokio::test]
async fn a_deleted_child_is_counted_and_not_in_the_file() {
    let mut tree = root(&[1, 2]);
    deleted(&mut tree, 1);
    leaf(&mut tree, 2);
    let ending = export(tree).await;
    ending.expect_pis(&[0, 2]);
    assert_eq!(
        (
            ending.metric("entities_deleted"),
            ending.metric("entities_failed")
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
    let ending = export(tree).await;
    ending.expect_pis(&[0, 1]);
    assert_eq!(
        (
            ending.metric("entities_failed"),
            ending.metric("entities_found")
        ),
        (2, 4)
    );
    let manifests = ending
        .archive
        .log()
        .count(|visit| visit.path.starts_with("/entities/"));
    assert_eq!(manifests, 2, "{:?}", ending.archive.log().all());
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
    let ending = export(tree).await;
    ending.expect_pis(&[0, 1, 2]);
    assert_eq!(
        (
            ending.metric("links_repeated"),
            ending.metric("entities_found")
        ),
        (4, 3)
    );
    assert_eq!(ending.archive.count(&format!("/entities/{ORIGIN}")), 0);
}

#[tokio::test]
async fn a_manifest_that_names_another_entity_is_asked_for_again_and_then_fails() {
    let mut tree = root(&[1, 2]);
    tree.entity(&pi(1), json!({"pi": pi(2), "components": {}}));
    leaf(&mut tree, 2);
    let ending = export(tree).await;
    ending.expect_pis(&[0, 2]);
    assert_eq!(ending.metric("entities_failed"), 1);
    assert!(ending.archive.count(&format!("/entities/{}", pi(1))) > 1);
}

#[tokio::test]
async fn the_api_of_2026_is_refused_with_a_clear_message() {
    let mut tree = Tree::default();
    tree.entity(&pi(0), json!({"id": pi(0), "cid": "bafyrei", "relationships": [], "ver": 1, "ts": 1_769_644_800_000_u64}));
    let ending = export(tree).await;
    let error = ending.body["error"].as_str().expect("an error");
    assert!(
        error.starts_with("Failed to fetch manifest: ") && error.contains("2026"),
        "{error}"
    );
    assert_eq!(
        ending.archive.count(&format!("/entities/{}", pi(0))),
        1,
        "asking again is of no use"
    );
}

#[tokio::test]
async fn the_tree_is_one_record_where_it_is_not_asked_for_whole() {
    let mut tree = root(&[1, 2]);
    leaf(&mut tree, 1);
    let ending = export_from(
        Archive::start(tree).await,
        json!({"recursive": false, "maxDepth": 0}),
    )
    .await;
    ending.expect_pis(&[0]);
    assert_eq!(ending.metric("entities_beyond_max_depth"), 0);
    assert_eq!(ending.archive.count(&format!("/entities/{}", pi(1))), 0);
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
    let ending = export_from(
        Archive::start(tree).await,
        json!({"recursive": true, "maxDepth": 1000}),
    )
    .await;
    ending.expect_pis(&(0..=1000).collect::<Vec<_>>());
    let deepest = ending
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
    let ending = export(tree).await;
    ending.expect_pis(&[0]);
    assert_eq!(
        (
            ending.metric("entities_merged"),
            ending.metric("entities_failed")
        ),
        (0, 1)
    );
    assert_eq!(ending.archive.count(&format!("/entities/{ORIGIN}")), 0);
}

#[tokio::test]
async fn a_name_from_the_data_cannot_write_a_line_of_the_log() {
    let mut tree = Tree::default();
    let forged = "x\n INFO exported 7 records";
    tree.titled(&pi(0), ORIGIN, &[pi(1), forged.to_owned()], "The root");
    tree.entity(&pi(1), json!({"pi": forged, "components": {}}));
    let ending = export(tree).await;
    assert_eq!(ending.metric("entities_failed"), 2);
    assert!(
        !ending.log.contains("\n INFO exported 7 records"),
        "{}",
        ending.log
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
        let archive = Archive::start(tree.clone()).await;
        archive
            .script()
            .next(&format!("/ipfs/{cid}"), Answer::status(502));
        archive.script().always(&format!("/cat/{cid}"), refusal);
        let ending = export_from(archive, json!({})).await;
        assert_eq!(
            (
                ending.metric("components_failed"),
                ending.metric("entities_incomplete")
            ),
            (0, 0)
        );
    }
}
