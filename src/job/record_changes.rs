//! Changes since an earlier export: their kinds, and how many there are of each.

use serde::{Deserialize, Serialize};

/// What an entity is, held against an earlier export.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Change {
    /// It had no row.
    New,
    /// Its record says something else.
    Changed,
    /// Its record says something else of the same: the worker or its options changed.
    Reworked,
    /// Its record says the same in another version.
    Touched,
    /// Its record lacks what it had.
    Worse,
    /// Its record is the same.
    Same,
    /// It is not in the tree any more.
    Gone,
    /// Whether it still is in the tree is not known.
    Unseen,
}

impl Change {
    /// All of them.
    #[rustfmt::skip]
    pub(crate) const ALL: [Self; 8] = [
        Self::New, Self::Changed, Self::Reworked, Self::Touched, Self::Worse, Self::Gone, Self::Unseen, Self::Same,
    ];

    /// Returns the word for it in a table.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Changed => "changed",
            Self::Reworked => "reworked",
            Self::Touched => "touched",
            Self::Worse => "worse",
            Self::Same => "same",
            Self::Gone => "gone",
            Self::Unseen => "unseen",
        }
    }

    /// Says it of records, for a person.
    pub(crate) fn in_words(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Changed => "changed",
            Self::Reworked => "written anew by another worker or other options",
            Self::Touched => "in a new version that says the same",
            Self::Worse => "lacking what was there",
            Self::Same => "the same",
            Self::Gone => "gone",
            Self::Unseen => "not seen this time",
        }
    }
}

/// What became of the rows of two exports: each that stood in the earlier one, and each record of this one, is counted
/// once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub(crate) struct RecordChanges {
    /// Records of entities that had no row.
    pub new: u64,
    /// Records that say something else.
    pub changed: u64,
    /// Records that say something else of the same: the worker or its options changed.
    pub reworked: u64,
    /// Records that say the same in another version.
    pub touched: u64,
    /// Records that lack what they had.
    pub worse: u64,
    /// Records that are the same.
    pub same: u64,
    /// Entities that are not in the tree any more.
    pub gone: u64,
    /// Entities of which that is not known.
    pub unseen: u64,
}

impl RecordChanges {
    /// Counts a row.
    pub(crate) fn add(&mut self, change: Change) {
        *self.number(change) += 1;
    }

    /// Returns how many there are of each kind.
    pub(crate) fn iter(mut self) -> impl Iterator<Item = (Change, u64)> {
        Change::ALL
            .map(|change| (change, *self.number(change)))
            .into_iter()
    }

    fn number(&mut self, change: Change) -> &mut u64 {
        match change {
            Change::New => &mut self.new,
            Change::Changed => &mut self.changed,
            Change::Reworked => &mut self.reworked,
            Change::Touched => &mut self.touched,
            Change::Worse => &mut self.worse,
            Change::Same => &mut self.same,
            Change::Gone => &mut self.gone,
            Change::Unseen => &mut self.unseen,
        }
    }
}
