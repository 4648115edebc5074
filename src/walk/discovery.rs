//! Which entities there are, each once, in the order of the file.
//!
//! Breadth first, children in the order of their parent's list. Manifests arrive in any order, but are settled in
//! this one, so what is a repetition and which survivor takes whose place never depends on timing. What is kept here
//! grows with the tree: a node of 24 bytes for each place, some 40 in a hash table for each PI that was seen or merged,
//! and 17 for each left beyond the greatest depth.

use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
use std::{iter, mem};

use foldhash::{HashMap, HashMapExt as _, HashSet, HashSetExt as _};

use crate::arke::{Child, Pi};

use super::beyond::Beyond;

/// How many entities may be merged one into the next.
const MERGES_MAX: usize = 10;
/// How many of the children that an entity lists again are named; a list of 200,000 would only repeat itself.
const REPEATED_NAMED_MAX: usize = 1000;
/// How many entities a path names besides the root: the one that it leads to, and its nearest ancestors.
const PATH_NEAREST_MAX: usize = 32;

/// The number of a place in the order of the file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct NodeId(u32);

/// What is kept of a place to the end of the walk.
#[derive(Clone, Copy, Debug)]
struct Node {
    pi: Pi,
    depth: u16,
    parent: NodeId,
}

/// The tree as far as it is known.
#[derive(Debug)]
pub(crate) struct Discovery {
    nodes: Vec<Node>,
    seen: HashSet<Pi>,
    merged_into: HashMap<Pi, Pi>,
    malformed: HashSet<u64>,
    beyond: Beyond,
    max_depth: u32,
    found: u64,
}

/// What a list of children holds: how many entities that were not found before, and what else.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Found {
    /// Entities found there for the first time; each has a place now.
    pub placed: u64,
    /// Children that are no PI; each counts as found and failed.
    pub malformed: Vec<Box<str>>,
    /// Children that were found before.
    pub repeated: u64,
    /// The first of them by name.
    pub repeated_named: Vec<Pi>,
    /// How often the archive's origin is listed; it is not followed.
    pub origins: u64,
    /// Children that the greatest depth keeps from being visited.
    pub beyond_max_depth: u64,
    /// Children of an entity that is exported alone.
    pub not_asked_for: u64,
}

/// What a merge leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Merge {
    /// The survivor takes the place; its manifest is to be asked for.
    Survivor(Pi),
    /// The survivor has its place elsewhere.
    Elsewhere,
    /// There is no survivor to be had; why, in words.
    NoSurvivor(String),
}

impl NodeId {
    /// The root.
    pub(crate) const ROOT: Self = Self(0);

    /// Returns the number, from 0.
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

impl From<usize> for NodeId {
    fn from(index: usize) -> Self {
        // A tree of four thousand million entities is beyond the archive and any memory.
        Self(u32::try_from(index).unwrap_or(u32::MAX))
    }
}

impl Discovery {
    /// Starts at `root`; children are visited down to `max_depth`.
    pub(crate) fn new(root: Pi, max_depth: u32) -> Self {
        Self {
            nodes: vec![Node {
                pi: root,
                depth: 0,
                parent: NodeId::ROOT,
            }],
            seen: [root].into_iter().collect(),
            merged_into: HashMap::new(),
            malformed: HashSet::new(),
            beyond: Beyond::default(),
            max_depth,
            found: 1,
        }
    }

    /// Returns how many places there are; the root has one from the start.
    pub(crate) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Returns how many entities were found: nodes, survivors that took a place, and children that are no PI.
    pub(crate) fn found(&self) -> u64 {
        self.found
    }

    /// Returns how many entities the greatest depth keeps out of the file that have no place elsewhere in it, as far as
    /// they are told apart.
    pub(crate) fn beyond_max_depth(&self) -> u64 {
        self.beyond.count_without(&self.seen) as u64
    }

    /// Returns the entity at a place.
    pub(crate) fn pi(&self, node: NodeId) -> Pi {
        self.nodes[node.index()].pi
    }

    /// Returns how many levels a place is below the root.
    pub(crate) fn depth(&self, node: NodeId) -> u32 {
        self.nodes[node.index()].depth.into()
    }

    /// Returns the place of the entity whose list a place comes from; `None` for the root.
    pub(crate) fn parent(&self, node: NodeId) -> Option<NodeId> {
        (node != NodeId::ROOT).then(|| self.nodes[node.index()].parent)
    }

    /// Returns the way from the root: each PI behind a slash, an ellipsis for what lies above the nearest 32.
    pub(crate) fn path(&self, node: NodeId) -> String {
        let upwards = iter::successors(Some(node), |&node| self.parent(node));
        let nearest = upwards.take(PATH_NEAREST_MAX);
        let mut names: Vec<String> = nearest.map(|node| self.pi(node).to_string()).collect();
        let above = self.depth(node) as usize + 1 - names.len();
        if above > 1 {
            names.push("…".to_owned());
        }
        if above > 0 {
            names.push(self.pi(NodeId::ROOT).to_string());
        }
        names
            .iter()
            .rev()
            .flat_map(|name| ["/", name.as_str()])
            .collect()
    }

    /// Takes the children of the entity at `parent`, whose turn it is.
    pub(crate) fn add_children(&mut self, parent: NodeId, children: &[Child]) -> Found {
        let mut found = Found::default();
        let depth = self.depth(parent) + 1;
        for child in children {
            match child {
                // What is no PI is found where its siblings are.
                Child::Malformed(_) if depth > self.max_depth => {}
                Child::Malformed(text) => {
                    if self
                        .malformed
                        .insert(BuildHasherDefault::<DefaultHasher>::default().hash_one(text))
                    {
                        self.found += 1;
                        found.malformed.push(text.clone());
                    }
                }
                Child::Entity(pi) if pi.is_origin() => found.origins += 1,
                Child::Entity(pi) if depth > self.max_depth => {
                    let is_new = !self.seen.contains(pi) && self.beyond.insert(*pi);
                    found.beyond_max_depth += u64::from(is_new);
                }
                Child::Entity(pi) if self.seen.insert(*pi) => {
                    self.found += 1;
                    let depth = u16::try_from(depth).unwrap_or(u16::MAX);
                    found.placed += 1;
                    self.nodes.push(Node {
                        pi: *pi,
                        depth,
                        parent,
                    });
                }
                Child::Entity(pi) => {
                    found.repeated += 1;
                    if found.repeated_named.len() < REPEATED_NAMED_MAX {
                        found.repeated_named.push(*pi);
                    }
                }
            }
        }
        found
    }

    /// Counts the children of the root, which is exported alone.
    pub(crate) fn leave_children(&self, children: &[Child]) -> Found {
        let entities = children.iter().filter_map(|child| match child {
            Child::Entity(pi) if !pi.is_origin() && !self.seen.contains(pi) => Some(pi),
            Child::Entity(_) | Child::Malformed(_) => None,
        });
        let distinct: HashSet<&Pi> = entities.collect();
        Found {
            not_asked_for: distinct.len() as u64,
            ..Found::default()
        }
    }

    /// Returns the entity that survives of one: a survivor that was merged itself leads on. All on the way lead there at
    /// once from then on, so that a long chain is walked once.
    fn survivor(&mut self, mut pi: Pi) -> Pi {
        let mut last = pi;
        while let Some(into) = self.merged_into.get(&last) {
            last = *into;
        }
        while let Some(into) = self.merged_into.get_mut(&pi) {
            pi = mem::replace(into, last);
        }
        last
    }

    /// Notes that the entity at `node`, whose turn it is, was merged; after `hops` merges at its place.
    pub(crate) fn merge(&mut self, node: NodeId, into: Pi, hops: usize) -> Merge {
        let merged = self.pi(node);
        if into.is_origin() {
            return Merge::NoSurvivor(format!("{merged} is merged into the archive's origin"));
        }
        // Back to the start, and nobody survives.
        if self.survivor(into) == merged {
            return Merge::NoSurvivor(format!("{merged} is merged into itself, by way of {into}"));
        }
        if hops >= MERGES_MAX {
            return Merge::NoSurvivor(format!(
                "more than {MERGES_MAX} entities are merged one into the next"
            ));
        }
        self.merged_into.insert(merged, into);
        if self.seen.insert(into) {
            self.found += 1;
            self.nodes[node.index()].pi = into;
            return Merge::Survivor(into);
        }
        Merge::Elsewhere
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pi(number: u64) -> Pi {
        format!("{number:026}").parse().expect("a PI")
    }

    fn children(numbers: &[u64]) -> Vec<Child> {
        numbers
            .iter()
            .map(|&number| Child::Entity(pi(number)))
            .collect()
    }

    #[test]
    fn each_entity_has_one_place_at_its_least_depth() {
        let mut tree = Discovery::new(pi(1), 10);
        let found = tree.add_children(NodeId::ROOT, &children(&[2, 3, 2, 1, 0]));
        assert_eq!((found.repeated, found.origins), (2, 1));
        assert_eq!(found.repeated_named, [pi(2), pi(1)]);
        tree.add_children(NodeId::from(1), &children(&[3, 4]));
        let places: Vec<_> = (0..tree.len())
            .map(|node| (tree.pi(node.into()), tree.depth(node.into())))
            .collect();
        assert_eq!(places, [(pi(1), 0), (pi(2), 1), (pi(3), 1), (pi(4), 2)]);
        assert_eq!(tree.found(), 4);
    }

    #[test]
    fn children_beyond_the_greatest_depth_count_once_and_only_if_they_have_no_place() {
        let mut tree = Discovery::new(pi(1), 1);
        tree.add_children(NodeId::ROOT, &children(&[2, 3]));
        assert_eq!(
            tree.add_children(NodeId::from(1), &children(&[4, 5, 3]))
                .beyond_max_depth,
            2
        );
        assert_eq!(
            tree.add_children(NodeId::from(2), &children(&[5, 6]))
                .beyond_max_depth,
            1
        );
        assert_eq!((tree.len(), tree.beyond_max_depth()), (3, 3));
    }

    #[test]
    fn of_a_root_alone_the_children_are_counted_each_once() {
        let mut listed = children(&[2, 3, 2, 1, 0]);
        listed.push(Child::Malformed("no PI".into()));
        let tree = Discovery::new(pi(1), 10);
        assert_eq!(tree.leave_children(&listed).not_asked_for, 2);
        assert_eq!((tree.len(), tree.found()), (1, 1));
    }

    #[test]
    fn a_survivor_takes_the_place_unless_it_has_one() {
        let mut tree = Discovery::new(pi(1), 10);
        tree.add_children(NodeId::ROOT, &children(&[2, 3]));
        assert_eq!(tree.merge(NodeId::from(1), pi(3), 0), Merge::Elsewhere);
        assert_eq!(
            tree.merge(NodeId::from(2), pi(9), 0),
            Merge::Survivor(pi(9))
        );
        assert_eq!((tree.pi(NodeId::from(2)), tree.found()), (pi(9), 4));
    }

    #[test]
    fn a_cycle_of_merges_is_found_whatever_the_way_into_it() {
        let mut tree = Discovery::new(pi(1), 10);
        tree.add_children(NodeId::ROOT, &children(&[2, 3, 4]));
        assert_eq!(tree.merge(NodeId::from(1), pi(3), 0), Merge::Elsewhere);
        assert!(matches!(
            tree.merge(NodeId::from(2), pi(2), 0),
            Merge::NoSurvivor(_)
        ));
        assert!(matches!(
            tree.merge(NodeId::from(3), pi(4), 0),
            Merge::NoSurvivor(_)
        ));
    }

    #[test]
    fn ten_merges_are_followed_and_no_more() {
        let mut tree = Discovery::new(pi(1), 10);
        for merges in 0..10 {
            let into = pi(2 + merges as u64);
            assert_eq!(
                tree.merge(NodeId::ROOT, into, merges),
                Merge::Survivor(into)
            );
        }
        assert!(matches!(
            tree.merge(NodeId::ROOT, pi(12), 10),
            Merge::NoSurvivor(_)
        ));
    }

    #[test]
    fn a_path_names_the_root_and_the_nearest_ancestors() {
        let mut tree = Discovery::new(pi(1), 1000);
        for number in 0..100 {
            tree.add_children(NodeId::from(number), &children(&[number as u64 + 2]));
        }
        assert_eq!(tree.path(NodeId::ROOT), format!("/{}", pi(1)));
        assert_eq!(
            tree.path(NodeId::from(2)),
            format!("/{}/{}/{}", pi(1), pi(2), pi(3))
        );
        assert_eq!(tree.path(NodeId::from(32)).matches('/').count(), 33);
        assert!(!tree.path(NodeId::from(32)).contains('…'));
        let path = tree.path(NodeId::from(100));
        assert!(
            path.starts_with(&format!("/{}/…/{}/", pi(1), pi(70))),
            "{path}"
        );
        assert_eq!(path.matches('/').count(), 34);
    }

    #[test]
    fn a_node_is_small() {
        assert_eq!(size_of::<Node>(), 24);
    }
}
