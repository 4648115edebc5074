//! The first two levels of the tree, and what became of all that lies under each of their entities.

use std::collections::VecDeque;

use crate::arke::Pi;
use crate::sanitize::shortened;
use crate::walk::{Outcome, Visit};

/// How many levels are shown below the root.
const LEVELS: u32 = 2;
/// How many children of an entity are shown, by its level.
const CHILDREN_MAX: [usize; LEVELS as usize] = [100, 25];
/// How many entities are shown in all.
const SHOWN_MAX: usize = 600;
/// The longest title that is shown, in characters.
const TITLE_LENGTH_MAX: usize = 120;

/// The entities that are shown, in the order of the file.
#[derive(Debug, Default)]
pub(super) struct Branches {
    shown: Vec<Branch>,
    /// The entities whose children are still to come, in the order of the file, and the branch that each is in: the
    /// children of one come after those of the entities before it.
    parents: VecDeque<(Pi, usize)>,
}

/// An entity that is shown.
#[derive(Debug)]
pub(super) struct Branch {
    /// It.
    pub(super) pi: Pi,
    /// The title of its record, if it has one.
    pub(super) title: Option<String>,
    /// What became of it, and of all below it.
    pub(super) counts: Counts,
    /// How many of its children are not shown.
    pub(super) further: u64,
    level: u32,
    parent: Option<usize>,
    children: usize,
}

/// What became of entities.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    /// Records in the file.
    pub(super) records: u64,
    /// Entities that are not in it, neither deleted nor merged.
    pub(super) failed: u64,
    /// Records without metadata.
    pub(super) incomplete: u64,
    /// Parts that records lack besides.
    pub(super) lacking: u64,
}

impl Branches {
    /// Takes an entity in its turn.
    pub(super) fn record(&mut self, visit: &Visit) {
        let branch = match visit.parent {
            Some(parent) => self.branch_below(parent, visit),
            None => self.show(None, visit),
        };
        let counts = Counts::of(visit);
        let mut above = Some(branch);
        while let Some(branch) = above.and_then(|above| self.shown.get_mut(above)) {
            branch.counts.add(counts);
            above = branch.parent;
        }
        if visit.found.placed > 0 {
            self.parents.push_back((visit.pi, branch));
        }
    }

    /// Shows as many entities as there may be, all with this title.
    #[cfg(test)]
    pub(super) fn filled(pi: Pi, title: &str) -> Self {
        let branch = |index: usize| Branch {
            pi,
            title: Some(shortened(title, TITLE_LENGTH_MAX)),
            counts: Counts::default(),
            further: u64::MAX,
            level: 0,
            parent: index.checked_sub(1).map(|before| before / CHILDREN_MAX[1]),
            children: 0,
        };
        Self {
            shown: (0..SHOWN_MAX).map(branch).collect(),
            parents: VecDeque::new(),
        }
    }

    /// Returns the root, once it was recorded.
    pub(super) fn root(&self) -> Option<&Branch> {
        self.shown.first()
    }

    /// Returns the entities that are shown below the root, each with those below it.
    pub(super) fn levels(&self) -> impl Iterator<Item = (&Branch, Vec<&Branch>)> {
        let below = |parent: usize| {
            let shown = self.shown.iter().enumerate();
            shown.filter(move |(_, branch)| branch.parent == Some(parent))
        };
        below(0).map(move |(index, branch)| {
            let children = below(index).map(|(_, branch)| branch);
            (branch, children.collect())
        })
    }

    /// Returns the branch that a child is in: one of its own, if it is shown, or that of the entity that lists it.
    fn branch_below(&mut self, parent: Pi, visit: &Visit) -> usize {
        while self.parents.pop_front_if(|(pi, _)| *pi != parent).is_some() {}
        let above = self.parents.front().map_or(0, |(_, branch)| *branch);
        let is_full = self.shown.len() == SHOWN_MAX;
        let Some(branch) = self.shown.get_mut(above) else {
            return above;
        };
        // What was deleted or merged has no place.
        let is_gone = matches!(visit.outcome, Outcome::Deleted | Outcome::Merged);
        let is_below = branch.level + 1 == visit.depth && !is_gone;
        match CHILDREN_MAX.get(branch.level as usize) {
            Some(&children_max) if is_below => {
                if is_full || branch.children == children_max {
                    branch.further += 1;
                    return above;
                }
                branch.children += 1;
                self.show(Some(above), visit)
            }
            _ => above,
        }
    }

    fn show(&mut self, parent: Option<usize>, visit: &Visit) -> usize {
        self.shown.push(Branch {
            pi: visit.pi,
            title: visit
                .title()
                .map(|title| shortened(title, TITLE_LENGTH_MAX)),
            counts: Counts::default(),
            further: 0,
            level: visit.depth,
            parent,
            children: 0,
        });
        self.shown.len() - 1
    }
}

impl Counts {
    fn of(visit: &Visit) -> Self {
        let mut counts = Self {
            failed: visit.found.malformed.len() as u64,
            ..Self::default()
        };
        match &visit.outcome {
            Outcome::Exported(conversion) => {
                counts.records = 1;
                counts.incomplete = conversion.diagnostics.incomplete.is_some().into();
                counts.lacking = conversion.diagnostics.lacking().count() as u64;
            }
            Outcome::Failed(_) => counts.failed += 1,
            Outcome::Deleted | Outcome::Merged | Outcome::Unwritten(_) => {}
        }
        counts
    }

    fn add(&mut self, other: Self) {
        self.records += other.records;
        self.failed += other.failed;
        self.incomplete += other.incomplete;
        self.lacking += other.lacking;
    }
}
