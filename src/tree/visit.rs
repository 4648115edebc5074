//! What became of an entity, told when it takes its place in the order of the file.

use std::rc::Rc;

use crate::arke::Pi;
use crate::job::Remarks;
use crate::mods::document::{HostTitle, WrittenRecord};

/// An entity in its place.
#[derive(Debug)]
pub struct Visit {
    /// The entity.
    pub pi: Pi,
    /// The entity whose list it was found in; `None` for the root.
    pub parent: Option<Pi>,
    /// Levels below the root.
    pub depth: u32,
    /// The entities that were merged, one into the next, before this one.
    pub merged: Vec<(Pi, Pi)>,
    /// What became of it.
    pub outcome: Outcome,
    /// What its list of children holds besides entities that were found there.
    pub found: super::Found,
}

/// What became of an entity.
#[derive(Debug)]
pub enum Outcome {
    /// Its record is in the file.
    Exported {
        /// The record.
        record: WrittenRecord,
        /// The title of its host, if the host's record is in the file and has one of its own.
        host_title: Option<Rc<HostTitle>>,
        /// What is missing in it or was changed.
        remarks: Remarks,
    },
    /// It could not be had or read, for this reason.
    Failed(String),
    /// It was deleted.
    Deleted,
    /// It was merged into an entity that has its place elsewhere in the file.
    Merged,
}
