//! What is to be told of a record besides the record itself.

use crate::arke::entity::Lack;

/// What a librarian would want to know of a record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Remarks {
    /// Why the descriptive metadata is not in the record.
    pub incomplete: Option<Incomplete>,
    /// Components that the record wanted and does not have, by key.
    pub lacking: Vec<(Box<str>, Lack)>,
    /// Fields that could not be used as they stand.
    pub repaired: Vec<Repair>,
    /// Characters that were removed or replaced.
    pub characters_replaced: usize,
}

/// A field that could not be used as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repair {
    /// The key of the component that it is in; `None` for the manifest.
    pub component: Option<Box<str>>,
    /// The field.
    pub field: &'static str,
    /// What was found in it and what became of it.
    pub reason: String,
}

/// Why a record is without descriptive metadata.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Incomplete {
    /// The manifest lists none.
    Absent,
    /// The manifest lists it, but it is not here.
    Lacking(Lack),
}
