//! Small trees that many tests begin with.

use serde_json::json;

use super::tree::ORIGIN;
use super::{Tree, pi};

/// A root with children that are still to be stored.
pub(crate) fn root(children: &[u64]) -> Tree {
    let mut tree = Tree::default();
    let children: Vec<String> = children.iter().map(|&number| pi(number)).collect();
    tree.titled(&pi(0), ORIGIN, &children, "The root");
    tree
}

/// Stores a child of the root that has no children itself.
pub(crate) fn leaf(tree: &mut Tree, number: u64) {
    tree.titled(&pi(number), &pi(0), &[], &format!("Child {number}"));
}

/// A root with so many children, each with a title and nothing else.
pub(crate) fn family(children: u64) -> Tree {
    let children: Vec<u64> = (1..=children).collect();
    let mut tree = root(&children);
    for number in children {
        leaf(&mut tree, number);
    }
    tree
}

/// A root with one component; returns its CID.
pub(crate) fn with_component(key: &str, bytes: impl Into<bytes::Bytes>) -> (Tree, String) {
    let mut tree = Tree::default();
    let pinax = tree.component(json!({"title": "The root"}).to_string());
    let cid = tree.component(bytes);
    let components = [("pinax.json", &pinax), (key, &cid)];
    let components = components.map(|(key, cid)| (key.to_owned(), cid.clone()));
    tree.node(&pi(0), ORIGIN, &[], &components.into());
    (tree, cid)
}
