//! Visit: what became of an entity, in its turn in the order of the file.

use std::fmt;
use std::rc::Rc;

use crate::arke::Pi;
use crate::arke::content::Unavailable;
use crate::crosswalk::{Conversion, Position};
use crate::mods::document::Host;

use super::place::Assembly;

/// An entity in its turn, and what became of it.
#[derive(Debug)]
pub(crate) struct Visit {
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
    /// What its list of children holds.
    pub found: super::Found,
    /// What it says of its host, if the host's record is in the file.
    pub host: Option<Rc<Host>>,
}

impl Visit {
    /// Returns the title of its record, if it has one.
    pub(crate) fn title(&self) -> Option<&str> {
        match &self.outcome {
            Outcome::Exported(conversion) => Some(&conversion.title),
            _ => None,
        }
    }

    /// Returns the title of the entity whose list it was found in, as far as it is remembered.
    pub(crate) fn parent_title(&self) -> Option<&str> {
        self.host.as_ref()?.title.as_deref()
    }
}

/// What became of an entity.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// Its record is in the file.
    Exported(Box<Conversion>),
    /// Its record is made while it is written, because it is large.
    Unwritten(Box<LargeEntity>),
    /// It was found, and is not in the file.
    Failed(Failure),
    /// It was deleted.
    Deleted,
    /// It was merged into an entity that has its place elsewhere in the file.
    Merged,
}

/// An entity whose record is made while it is written.
#[derive(Debug, Default)]
pub(crate) struct LargeEntity {
    pub(super) position: Option<Position>,
    pub(super) assembly: Assembly,
}

/// Why an entity that was found is not in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// Its manifest could not be had or read.
    Manifest(Unavailable),
    /// It was merged, and nothing survives of it; why, in words.
    Merges(String),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Manifest(why) => f.write_str(why.cause()),
            Self::Merges(cause) => f.write_str(cause),
        }
    }
}
