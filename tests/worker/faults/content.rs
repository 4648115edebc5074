//! Responses with the wrong content: rows 16 to 21.

use serde_json::{Value, json};

use crate::support::archive::gzip;
use crate::support::outcome::{Outcome, export, export_by, export_tree, manifest_path};
use crate::support::small_trees::{family, leaf, root, with_component};
use crate::support::tree::ORIGIN;
use crate::support::{Answer, Archive, Tree, World, pi};

const MEBIBYTE: usize = 1024 * 1024;
const PAGE: &str = "<!DOCTYPE html><html><title>502</title></html>";
/// A CID that the bytes of a response cannot be checked against.
const UNVERIFIABLE: &str = "QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPbdG";

fn page() -> Answer {
    Answer::status(200)
        .header("content-type", "text/html")
        .body(PAGE)
}

/// Gives the same response at both addresses of a component.
fn always(world: &World, cid: &str, answer: &Answer) {
    for route in ["ipfs", "cat"] {
        let path = format!("/{route}/{cid}");
        world.archive.script().always(&path, answer.clone());
    }
}

/// A root with a component of this CID, which is not stored.
fn with_cid(key: &str, cid: &str) -> Tree {
    let mut tree = Tree::default();
    let components = [(key.to_owned(), cid.to_owned())];
    tree.node(&pi(0), ORIGIN, &[], &components.into());
    tree
}

#[tokio::test]
async fn row_16_an_html_page_instead_of_json() {
    let world = World::of(family(2)).await;
    let script = world.archive.script();
    script.next(&manifest_path(1), page());
    script.always(&manifest_path(2), page());
    let outcome = export(world, &[]).await;
    outcome.expect_pis([0, 1]);
    assert!((1 + 4..=12).contains(&outcome.retries("bad_json")));
    outcome.expect_logged(&[&pi(2), "the answer cannot be read", "(bad_json)"]);

    let world = World::of(Tree::default()).await;
    world.archive.script().always("/entities/", page());
    let outcome = export(world, &[]).await;
    let error = outcome.error();
    assert!(
        error.starts_with("Failed to fetch manifest: the answer cannot be read: "),
        "{error}"
    );
}

#[tokio::test]
async fn row_16_an_html_page_instead_of_a_component_with_an_unverifiable_cid() {
    let mut tree = with_cid("pinax.json", UNVERIFIABLE);
    let pinax = json!({"title": "The true title"}).to_string();
    tree.ipfs.insert(UNVERIFIABLE.to_owned(), pinax.into());
    let world = World::of(tree.clone()).await;
    let path = format!("/ipfs/{UNVERIFIABLE}");
    world.archive.script().next(&path, page());
    let outcome = export(world, &[]).await;
    outcome.expect_whole();
    assert_eq!(outcome.metric("components_unverified"), 1);

    let world = World::of(tree).await;
    always(&world, UNVERIFIABLE, &page());
    let outcome = export(world, &[]).await;
    assert_eq!(outcome.metric("entities_incomplete"), 1);
    assert_eq!(outcome.metric("components_unverified"), 0);
    outcome.expect_logged(&["pinax.json", "unreadable", "(bad_json)"]);
}

#[tokio::test]
async fn row_17_wrong_types() {
    let deep = (0..200).fold(Value::Null, |inner, _| json!([inner]));
    let odd = [
        json!({"title": null, "creator": 7, "subjects": {"a": ["b"]}, "language": [[["en"]]], "created": true}),
        json!({"title": ["One", "Two"], "place": deep, "rights": {}, "description": 1e308}),
        json!({"title": {"value": "Nested"}, "creator": [null, {"name": "A"}, [["B"]]], "type": []}),
    ];
    let mut tree = family(0);
    let mut children = Vec::new();
    for (pinax, number) in odd.iter().zip(1..) {
        let cid = tree.component(pinax.to_string());
        let components = [("pinax.json".to_owned(), cid)];
        tree.node(&pi(number), &pi(0), &[], &components.into());
        children.push(pi(number));
    }
    tree.titled(&pi(0), ORIGIN, &children, "The root");
    // A manifest with as little in order as there can be.
    tree.entity(
        &pi(2),
        json!({"pi": pi(2), "components": {}, "children_pi": null, "ver": "x", "ts": [], "parent_pi": 5}),
    );
    let outcome = export(World::of(tree).await, &[]).await;
    outcome.expect_pis(0..=3);
}

#[tokio::test]
async fn row_18_an_unavailable_component() {
    let description = || with_component("description.md", "# A letter\n\nOf Alice");
    // Refused by one address, so fetched from the other.
    let (tree, cid) = description();
    let world = World::of(tree).await;
    world
        .archive
        .script()
        .always(&format!("/ipfs/{cid}"), Answer::status(504));
    let outcome = export(world, &[]).await;
    outcome.expect_whole();
    assert_eq!(outcome.world.archive.count(&format!("/cat/{cid}")), 1);

    let (tree, cid) = description();
    let world = World::of(tree).await;
    always(&world, &cid, &Answer::status(504));
    let outcome = export(world, &[]).await;
    outcome.expect_pis([0]);
    assert_eq!(outcome.metric("components_failed"), 1);
    assert_eq!(outcome.metric("entities_incomplete"), 0);
    let counts = ["ipfs", "cat"].map(|way| outcome.world.archive.count(&format!("/{way}/{cid}")));
    assert!(
        (5..=12).contains(&counts.iter().sum::<usize>()),
        "{counts:?}"
    );
    assert!(counts.iter().all(|count| *count > 0), "{counts:?}");
    outcome.expect_logged(&["description.md", "unreachable", "504 Gateway Timeout"]);

    let tree = family(0);
    let pinax = tree.ipfs.keys().next().expect("a pinax").clone();
    let world = World::of(tree).await;
    always(
        &world,
        &pinax,
        &Answer::status(200).body("{\"title\": \"False\"}"),
    );
    let outcome = export(world, &[]).await;
    outcome.expect_pis([0]);
    assert_eq!(outcome.metric("entities_incomplete"), 1);
    assert_eq!(outcome.retries("wrong_bytes"), 2 + 3);
    outcome.expect_logged(&["pinax.json", "unreadable", "(wrong_bytes)"]);
}

#[tokio::test]
async fn row_19_an_oversized_body() {
    let (tree, cid) = with_component("letter.jpg.ref.json", vec![b' '; 33 * MEBIBYTE]);
    for (answer, name) in [
        (Answer::usual(), "with a length"),
        (Answer::usual().chunked(), "without one"),
    ] {
        let world = World::of(tree.clone()).await;
        always(&world, &cid, &answer);
        let outcome = export(world, &[]).await;
        outcome.expect_pis([0]);
        assert_eq!(outcome.metric("components_failed"), 1, "{name}");
        outcome.expect_logged(&["letter.jpg.ref.json", "unreadable", "(too_large)"]);
    }
}

#[tokio::test]
async fn row_20_a_gzip_bomb() {
    // Within the cap, so that the ratio alone tells.
    let bomb = gzip(&vec![b' '; 31 * MEBIBYTE]).expect("memory");
    let packed = Answer::status(200)
        .header("content-encoding", "gzip")
        .body(bomb);
    let mut tree = family(0);
    let refs = (0..40).map(|number| {
        let cid = tree.component(format!("{{\"filename\": \"{number}.jpg\"}}"));
        (format!("{number}.jpg.ref.json"), cid)
    });
    let refs: Vec<(String, String)> = refs.collect();
    let components = refs.iter().cloned().collect();
    tree.node(&pi(0), ORIGIN, &[], &components);
    let world = World::of(tree).await;
    for (_, cid) in &refs {
        always(&world, cid, &packed);
    }
    let outcome = export(world, &[("FLY_VM_MEMORY_MB", "256")]).await;
    outcome.expect_pis([0]);
    assert_eq!(outcome.metric("components_failed"), 40);
    outcome.expect_logged(&["0.jpg.ref.json", "more than 200 times", "(too_large)"]);
    let peak = outcome.metric("peak_memory_mb");
    assert!(peak < 150, "{peak} MiB");
}

#[tokio::test]
async fn row_20_documents_of_very_many_values() {
    let values = |values: usize| format!("{{\"a\": [{}0]}}", "0,".repeat(values));
    let mut tree = family(0);
    let mut components: Vec<(String, String)> = (0..6)
        .map(|number| {
            let cid = tree.component(values(1_000_000 + number));
            (format!("{number}.jpg.ref.json"), cid)
        })
        .collect();
    let cid = tree.component(values(7_000_000));
    components.push(("cheimarros.json".to_owned(), cid));
    tree.node(&pi(0), ORIGIN, &[], &components.into_iter().collect());
    let outcome = export(World::of(tree).await, &[("FLY_VM_MEMORY_MB", "256")]).await;
    outcome.expect_pis([0]);
    assert_eq!(outcome.metric("components_failed"), 1);
    outcome.expect_logged(&["cheimarros.json", "too many values"]);
    let peak = outcome.metric("peak_memory_mb");
    assert!(peak < 200, "{peak} MiB");
}

/// Exports where the manifest of the second child is somewhere else; returns what was asked of that place too.
async fn redirected(location: &str, elsewhere: &Archive) -> (Outcome, usize) {
    let world = World::of(family(2)).await;
    let redirect = Answer::status(302).header("location", location);
    world.archive.script().always(&manifest_path(2), redirect);
    let outcome = export(world, &[]).await;
    let asked = elsewhere.log().all().len();
    (outcome, asked)
}

#[tokio::test]
async fn row_21_redirects() {
    let elsewhere = Archive::start(family(2)).await;
    let other_host = elsewhere.url() + &manifest_path(2);
    let other_scheme = other_host.replace("http:", "https:");
    for location in [
        &other_host[..],
        &other_scheme,
        "http://169.254.169.254/latest/meta-data",
        "http://[fdaa::3]/",
        "unix:/.fly/api",
        "file:///etc/passwd",
        "//example.org/",
    ] {
        let (outcome, asked) = redirected(location, &elsewhere).await;
        outcome.expect_pis([0, 1]);
        assert_eq!(asked, 0, "{location}");
        assert_eq!(outcome.asked_for(2), 1, "{location}: never as it is");
        outcome.expect_logged(&[&pi(2), "(redirect)"]);
    }
    let (outcome, _) = redirected(&manifest_path(2), &elsewhere).await;
    outcome.expect_pis([0, 1]);
    assert_eq!(outcome.asked_for(2), 4, "three redirects, in a circle");
    outcome.expect_logged(&[&pi(2), "redirected more than 3 times", "(redirect)"]);

    let (outcome, _) = redirected("/entities/moved", &elsewhere).await;
    assert!(
        outcome.world.archive.count("/entities/moved") >= 5,
        "404 there"
    );
}

#[tokio::test]
async fn a_manifest_of_another_entity_is_requested_again_and_then_fails() {
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
async fn row_18_a_component_that_one_address_refuses_is_fetched_from_the_other() {
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
