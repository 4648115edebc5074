//! Which entities a tree has, who lists whom, and what has become of them.
//!
//! One entity, the root, is listed by no other. Whoever lists others can be read, so that they stay listed; only a
//! root is lost now and then with all below it.

use super::random::Random;
use super::words::pick;

const CROCKFORD: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// How far below the root an entity may stand.
const DEPTH_MAX: usize = 2;

/// The entities of a tree, the root first.
#[derive(Clone, Debug)]
pub(crate) struct Shape {
    /// All of them.
    pub(crate) entities: Vec<Planned>,
}

/// An entity to be.
#[derive(Clone, Debug)]
pub(crate) struct Planned {
    /// Its PI.
    pub(crate) pi: String,
    /// The place of the entity that lists it; the root has none.
    pub(crate) parent: Option<usize>,
    /// What has become of it.
    pub(crate) fate: Fate,
    depth: usize,
}

/// What has become of an entity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It can be read.
    Whole,
    /// It was deleted.
    Deleted,
    /// It was merged into another.
    Merged,
    /// It is listed and not there.
    Missing,
    /// What is there cannot be read.
    Broken,
}

impl Shape {
    /// Draws one.
    pub(crate) fn draw(random: &mut Random) -> Self {
        let count = 1 + random.index(8);
        let mut entities: Vec<Planned> = Vec::with_capacity(count);
        for place in 0..count {
            let above = |depth: usize| depth < DEPTH_MAX;
            let parents: Vec<usize> = (0..place)
                .filter(|&parent| above(entities[parent].depth))
                .collect();
            let parent = (place > 0).then(|| pick(random, &parents));
            entities.push(Planned {
                pi: pi(random),
                parent,
                fate: Fate::Whole,
                depth: parent.map_or(0, |parent| entities[parent].depth + 1),
            });
        }
        let mut shape = Self { entities };
        for place in 0..count {
            shape.entities[place].fate = shape.fate(random, place);
        }
        shape
    }

    /// Returns the PIs that an entity lists, in their order.
    pub(crate) fn children(&self, place: usize) -> Vec<&str> {
        let children = self
            .entities
            .iter()
            .filter(|child| child.parent == Some(place));
        children.map(|child| child.pi.as_str()).collect()
    }

    fn fate(&self, random: &mut Random, place: usize) -> Fate {
        let is_root = place == 0;
        if !is_root && !self.children(place).is_empty() {
            return Fate::Whole;
        }
        match random.below(100) {
            _ if is_root && random.happens(85) => Fate::Whole,
            0..9 => Fate::Deleted,
            9..22 => Fate::Merged,
            22..29 => Fate::Missing,
            29..40 => Fate::Broken,
            _ => Fate::Whole,
        }
    }
}

/// Draws a PI; some are of the test network.
pub(crate) fn pi(random: &mut Random) -> String {
    let prefix = pick(
        random,
        &[
            "01K9Z3K4GM",
            "01K9Z3K4GM",
            "01KAB3RDR0",
            "01KC",
            "F",
            "C",
            "7",
            "II",
        ],
    );
    let mut pi = prefix.to_owned();
    while pi.len() < 26 {
        pi.push(char::from(pick(random, CROCKFORD)));
    }
    pi
}
