//! The items of a tree: which there are, which of them a job meets, and what it then has to say.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::support::random::Random;
use crate::support::tree::{Tree, pi};

use super::rules::Bad;

/// A manifest or a component.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Item {
    /// `entities/{PI}` or `ipfs/{CID}`.
    pub(crate) key: String,
    /// The number of the entity.
    pub(crate) entity: usize,
    /// The name of the component; none for the manifest.
    pub(crate) component: Option<String>,
}

/// The items of a tree, in the order of the entities' PIs.
#[derive(Clone, Debug)]
pub(crate) struct Items {
    items: Vec<Item>,
    /// Where the manifest of each entity stands among them.
    manifests: BTreeMap<String, usize>,
    /// The children of each entity.
    children: BTreeMap<String, Vec<String>>,
}

/// What a job has to come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Expected {
    /// Items that it has to ask for and that can be had.
    pub(crate) useful: usize,
    /// The bad items that it meets, and has to name.
    pub(crate) missing: BTreeSet<String>,
    /// Entities that it finds.
    pub(crate) entities: usize,
}

impl Items {
    /// Those of a tree whose components are all fetched.
    pub(crate) fn of(tree: &Tree) -> Self {
        let mut items = Vec::new();
        let (mut manifests, mut children) = (BTreeMap::new(), BTreeMap::new());
        for (entity, (pi, body)) in tree.entities.iter().enumerate() {
            let manifest: Value = serde_json::from_str(body).expect("a manifest");
            let text = |value: &Value| value.as_str().expect("a text").to_owned();
            manifests.insert(pi.clone(), items.len());
            items.push(Item {
                key: format!("entities/{pi}"),
                entity,
                component: None,
            });
            let components = manifest["components"].as_object().expect("components");
            items.extend(components.iter().map(|(name, cid)| Item {
                key: format!("ipfs/{}", text(cid)),
                entity,
                component: Some(name.clone()),
            }));
            let listed = manifest["children_pi"].as_array().expect("children");
            children.insert(pi.clone(), listed.iter().map(text).collect());
        }
        Self {
            items,
            manifests,
            children,
        }
    }

    /// The keys of the items that are so; never that of the root.
    pub(crate) fn keys(&self, mut is_so: impl FnMut(&Item) -> bool) -> Vec<String> {
        let items = self.items[1..].iter().filter(|item| is_so(item));
        items.map(|item| item.key.clone()).collect()
    }

    /// The keys of so many of a thousand items, drawn by this seed.
    pub(crate) fn share(&self, seed: u64, per_thousand: u64) -> Vec<String> {
        let mut random = Random::new(seed);
        self.keys(|_| random.below(1000) < per_thousand)
    }

    /// The key of an item by the names that a report gives it.
    pub(crate) fn key(&self, pi: &str, component: Option<&str>) -> Option<String> {
        let mut items = self.of_entity(pi);
        let item = items.find(|item| item.component.as_deref() == component);
        item.map(|item| item.key.clone())
    }

    /// The number of the entity, and the name of the component, of an item.
    pub(crate) fn name(&self, key: &str) -> Option<String> {
        let item = self.items.iter().find(|item| item.key == key)?;
        Some(match &item.component {
            Some(component) => format!("{} {component}", item.entity),
            None => item.entity.to_string(),
        })
    }

    /// What an export of the root, or of the whole tree under it, comes to where these items are bad.
    pub(crate) fn expected(&self, bad: &BTreeMap<String, Bad>, is_recursive: bool) -> Expected {
        self.expected_of(&pi(0), bad, is_recursive)
    }

    /// How many items that could be had are lost with this one: a component is one, and with a manifest all is lost
    /// that is under it.
    pub(super) fn useful_of(&self, key: &str, bad: &BTreeMap<String, Bad>) -> usize {
        key.strip_prefix("entities/")
            .map_or(1, |pi| self.expected_of(pi, bad, true).useful)
    }

    fn expected_of(&self, pi: &str, bad: &BTreeMap<String, Bad>, is_recursive: bool) -> Expected {
        let (mut useful, mut missing, mut entities) = (0, BTreeSet::new(), 0);
        let mut open = vec![pi];
        while let Some(pi) = open.pop() {
            entities += 1;
            for item in self.of_entity(pi) {
                if bad.contains_key(&item.key) {
                    missing.insert(item.key.clone());
                    if item.component.is_none() {
                        break;
                    }
                } else {
                    useful += 1;
                }
            }
            if is_recursive && !missing.contains(&format!("entities/{pi}")) {
                open.extend(self.children[pi].iter().map(String::as_str));
            }
        }
        Expected {
            useful,
            missing,
            entities,
        }
    }

    /// The manifest of an entity, then its components.
    fn of_entity(&self, pi: &str) -> impl Iterator<Item = &Item> {
        let from = self.manifests.get(pi).copied().unwrap_or(self.items.len());
        let entity = self.items.get(from).map(|item| item.entity);
        let items = self.items[from..].iter();
        items.take_while(move |item| Some(item.entity) == entity)
    }
}
