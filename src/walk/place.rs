//! A place in the order of the file, and the stages its entity goes through.

use crate::arke::content::{Content, FetchedComponent};
use crate::arke::entity;
use crate::arke::{Child, ComponentRole, Manifest, Pi};
use crate::crosswalk::{self, CheimarrosMode, Context, Conversion};

use super::discovery::Found;
use super::visit::Outcome;

/// A place in the order of the file.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) stage: Stage,
    /// The entities that were merged, one into the next, before the one that has the place.
    pub(super) merged: Vec<(Pi, Pi)>,
    /// What its list of children held when its turn came.
    pub(super) found: Option<Found>,
}

/// How far a place has come.
#[derive(Debug)]
pub(super) enum Stage {
    /// Its manifest is asked for.
    Asked,
    /// Its entity was merged; its turn to be followed has not come.
    Merged(Pi),
    /// Its manifest is here; it waits for assembly or is in it, as the sets of the window say.
    Assembly(Assembly),
    /// It waits for its turn in the file.
    Finished(Finished),
}

/// The longest record that is made at once, in bytes, which takes some ten milliseconds.
const AT_ONCE_BYTES_MAX: usize = 1024 * 1024;

/// An entity without its record: its manifest, and its components as they come.
#[derive(Debug, Default)]
pub(super) struct Assembly {
    pub(super) manifest: Box<Manifest>,
    pub(super) components: Vec<FetchedComponent>,
    /// The files that are abridged, by their place in the manifest's list, and the SHA-256 of each.
    pub(super) abridged: Vec<(usize, [u8; 32])>,
    /// Components that are not here yet.
    missing: usize,
    /// Those of them whose requests wait.
    waiting: usize,
    /// Bytes that the manifest and the components that are here take until they are in the record, roughly.
    pub(super) weight: usize,
}

/// A place whose entity has come to its end, and what waits with it.
#[derive(Debug)]
pub(super) struct Finished {
    pub(super) outcome: Outcome,
    /// The children, until their turn to be discovered has come.
    pub(super) children: Vec<Child>,
    /// The bytes that wait with it, roughly.
    pub(super) weight: usize,
}

impl Assembly {
    /// Starts with nothing but the manifest.
    pub(super) fn new(manifest: Box<Manifest>) -> Self {
        Self {
            weight: manifest.weight(),
            manifest,
            ..Self::default()
        }
    }

    /// Returns the components that a record wants, by their place in the manifest's list, and waits for them.
    pub(super) fn want(&mut self, mode: CheimarrosMode) -> Vec<usize> {
        let is_wanted = |role: ComponentRole| {
            role.is_fetched() && (mode != CheimarrosMode::Skip || role != ComponentRole::Cheimarros)
        };
        let components = self.manifest.components.iter().enumerate();
        let wanted: Vec<usize> = components
            .filter(|(_, component)| is_wanted(component.role))
            .map(|(index, _)| index)
            .collect();
        self.missing = wanted.len();
        wanted
    }

    /// Takes a component, whose bytes have this SHA-256; of a file all where its entity weighs less than `share` with it,
    /// else what the record says of all files together. Returns what it weighs.
    pub(super) fn push(
        &mut self,
        mut component: FetchedComponent,
        sha256: Option<[u8; 32]>,
        share: usize,
    ) -> usize {
        if let Ok(Content::File(file)) = &mut component.content
            && let Some(sha256) = sha256
            && self.weight + file.weight() > share
        {
            file.abridge();
            self.abridged.push((component.index, sha256));
        }
        let weight = component.content.as_ref().map_or(0, Content::weight);
        self.weight += weight;
        self.components.push(component);
        self.missing -= 1;
        weight
    }

    /// A request for a component begins or ends to wait.
    pub(super) fn record_wait(&mut self, waits: bool) {
        if waits {
            self.waiting += 1;
        } else {
            self.waiting -= 1;
        }
    }

    /// Tells whether nothing is to be done for it but to wait.
    pub(super) fn is_held(&self) -> bool {
        self.missing > 0 && self.waiting == self.missing
    }

    /// Tells whether all components are here.
    pub(super) fn is_whole(&self) -> bool {
        self.missing == 0
    }

    /// Brings the components into the order of the manifest's list; tells whether the record can be made at once.
    pub(super) fn order(&mut self) -> bool {
        self.components
            .sort_unstable_by_key(|component| component.index);
        self.abridged.sort_unstable();
        let bytes = crosswalk::expected_bytes(&self.manifest, self.weight);
        bytes <= AT_ONCE_BYTES_MAX && self.abridged.is_empty()
    }

    /// Makes the record.
    pub(super) fn crosswalk(&self, pi: Pi, context: &Context<'_>) -> Conversion {
        entity::with_entity(pi, &self.manifest, &self.components, |entity| {
            crosswalk::crosswalk(entity, context)
        })
    }
}

impl Place {
    /// Starts a place whose manifest is asked for.
    pub(super) fn asked() -> Self {
        Self {
            stage: Stage::Asked,
            merged: Vec::new(),
            found: None,
        }
    }
}

impl Finished {
    /// Takes what became of an entity, and weighs it.
    pub(super) fn new(outcome: Outcome) -> Self {
        let content = match &outcome {
            Outcome::Exported(conversion) => {
                conversion.record.xml.capacity() + conversion.summary.weight()
            }
            Outcome::Unwritten(entity) => entity.assembly.weight,
            Outcome::Failed(_) | Outcome::Deleted | Outcome::Merged => 0,
        };
        Self {
            outcome,
            children: Vec::new(),
            weight: size_of::<Place>() + content,
        }
    }

    /// Returns the children that are still to be discovered.
    pub(super) fn children(&self) -> &[Child] {
        match &self.outcome {
            Outcome::Unwritten(entity) => &entity.assembly.manifest.children,
            _ => &self.children,
        }
    }

    /// Takes the children over, which are still to be discovered.
    pub(super) fn keep_children(&mut self, children: &mut Vec<Child>) {
        self.children = std::mem::take(children);
        self.weight += self.children.len() * size_of::<Child>();
    }
}
