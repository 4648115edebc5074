//! How far an entity has come on its way into the file.

use crate::arke::entity::FetchedComponent;
use crate::arke::{Child, Manifest, Pi};
use crate::crosswalk::Crosswalked;

use super::discovery::Found;

/// A place in the order of the file.
#[derive(Debug)]
pub(super) struct PlaceInOrder {
    pub(super) stage: Stage,
    /// The entities that were merged, one into the next, before the one that has the place.
    pub(super) merged: Vec<(Pi, Pi)>,
    /// What its list of children told when its turn came.
    pub(super) found: Option<Found>,
}

/// How far a place has come.
#[derive(Debug)]
pub(super) enum Stage {
    /// Its manifest is asked for.
    Asked,
    /// Its entity was merged; its turn to be followed has not come.
    Merged(Pi),
    /// Its manifest is here and waits for assembly.
    Waiting(Box<Manifest>),
    /// Its components are asked for.
    InAssembly(Box<Assembly>),
    /// It waits for its turn to be handed on.
    Finished(Finished),
}

/// The components of an entity as they come.
#[derive(Debug)]
pub(super) struct Assembly {
    pub(super) manifest: Box<Manifest>,
    pub(super) components: Vec<FetchedComponent>,
    /// Components that are not here yet.
    pub(super) missing: usize,
    /// Bytes of those that are.
    pub(super) bytes: usize,
}

/// What became of an entity.
#[derive(Debug)]
pub(super) struct Finished {
    pub(super) end: End,
    /// The children, until their turn to be discovered has come.
    pub(super) children: Vec<Child>,
    /// The bytes that wait with it, roughly.
    pub(super) weight: usize,
}

/// What became of an entity, before its place in the file is known to be next.
#[derive(Debug)]
pub(super) enum End {
    Exported(Box<Crosswalked>),
    Failed(String),
    Deleted,
    Merged,
}

impl PlaceInOrder {
    pub(super) fn asked() -> Self {
        Self {
            stage: Stage::Asked,
            merged: Vec::new(),
            found: None,
        }
    }
}

impl Finished {
    pub(super) fn new(end: End, children: Vec<Child>) -> Self {
        let content = match &end {
            End::Exported(crosswalked) => crosswalked.record.xml.capacity(),
            End::Failed(reason) => reason.len(),
            End::Deleted | End::Merged => 0,
        };
        let weight = size_of::<PlaceInOrder>() + content + children.len() * size_of::<Child>();
        Self {
            end,
            children,
            weight,
        }
    }
}
