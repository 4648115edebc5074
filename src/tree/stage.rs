//! How far an entity has come on its way into the file.

use crate::arke::entity::FetchedComponent;
use crate::arke::{Manifest, ManifestReading, Pi};
use crate::crosswalk::Crosswalked;

use super::discovery::Found;

/// How far a place has come.
#[derive(Debug)]
pub(super) enum Stage {
    /// Its manifest is asked for.
    Asked,
    /// Its manifest is here, or will not come; its turn to be settled has not come.
    Arrived(Result<ManifestReading, String>),
    /// It is settled and waits for assembly.
    Settled(Box<Settlement>),
    /// Its components are asked for.
    InAssembly(Box<Assembly>),
    /// It waits for its turn to be handed on.
    Finished(Box<Finished>),
}

/// A manifest, and what settling it told.
#[derive(Debug)]
pub(super) struct Settlement {
    pub(super) manifest: Box<Manifest>,
    pub(super) merged: Vec<(Pi, Pi)>,
    pub(super) found: Found,
}

/// The components of an entity as they come.
#[derive(Debug)]
pub(super) struct Assembly {
    pub(super) settlement: Settlement,
    pub(super) components: Vec<FetchedComponent>,
    /// Components that are not here yet.
    pub(super) missing: usize,
}

/// What became of an entity.
#[derive(Debug)]
pub(super) struct Finished {
    pub(super) merged: Vec<(Pi, Pi)>,
    pub(super) found: Found,
    pub(super) end: End,
}

/// What became of an entity, before its place in the file is known to be next.
#[derive(Debug)]
pub(super) enum End {
    Exported(Box<Crosswalked>),
    Failed(String),
    Deleted,
    Merged,
}

impl Finished {
    /// Returns the bytes that wait with it, roughly.
    pub(super) fn weight(&self) -> usize {
        size_of::<Self>()
            + match &self.end {
                End::Exported(crosswalked) => crosswalked.record.xml.len(),
                End::Failed(reason) => reason.len(),
                End::Deleted | End::Merged => 0,
            }
    }
}
