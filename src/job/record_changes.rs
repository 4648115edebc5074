//! Comparison with an earlier export: how many records changed, and since which.

use serde::{Deserialize, Serialize};

/// What an entity is, held against an earlier export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
    /// Returns the word for it.
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
        *match change {
            Change::New => &mut self.new,
            Change::Changed => &mut self.changed,
            Change::Reworked => &mut self.reworked,
            Change::Touched => &mut self.touched,
            Change::Worse => &mut self.worse,
            Change::Same => &mut self.same,
            Change::Gone => &mut self.gone,
            Change::Unseen => &mut self.unseen,
        } += 1;
    }

    /// Says them in words, those that are none apart.
    pub(crate) fn told(self) -> String {
        let parts = [
            (self.new, "new"),
            (self.changed, "changed"),
            (self.reworked, "reworked"),
            (self.touched, "touched"),
            (self.worse, "worse than before"),
            (self.gone, "gone"),
            (self.unseen, "not seen"),
        ];
        let parts = parts.iter().filter(|(number, _)| *number > 0);
        let parts: Vec<String> = parts
            .map(|(number, what)| format!("{number} {what}"))
            .collect();
        let what = if parts.is_empty() {
            "nothing changed".to_owned()
        } else {
            parts.join(", ")
        };
        format!("{what}, {} the same", self.same)
    }
}

/// The earlier export that an export was compared with, as the report names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct ComparedWith {
    /// Its name.
    pub task_id: String,
    /// When it was started, if its report says so.
    pub started_at: Option<String>,
    /// The version of its worker.
    pub worker_version: String,
    /// Whether the options that bear on the file were the same.
    pub same_options: bool,
    /// What became of its rows.
    pub numbers: RecordChanges,
}
