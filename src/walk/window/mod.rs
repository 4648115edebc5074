//! The sliding window over the order of the file: what to ask for next, and which entity is ready.
//!
//! The manifests of places are asked for ahead of their turn. When one is here, its entity is admitted to assembly as
//! soon as there is room, at most `parallelBatchSize` at a time, and all its components are asked for; the record is
//! made when the last is here, and waits until all before it are gone. Only what depends on the order waits for it:
//! discovering children, following merges, leaving the window. So there is no barrier between levels, and a slow entity
//! holds its own place only. Nothing is asked for from here: that is the business of [`crate::walk`].
//!
//! Memory is bounded by [`Budgets`], and nothing waits for ever on them: the first place is admitted past each, and so
//! that its room can come, of the entities in assembly one is always [urgent](Window::urgent). Where the records that
//! wait take all their room, nothing is asked for but what these two lack, and what those in assembly add beyond it
//! takes of the room for components.

mod assembly;
mod ordering;

use std::collections::{BTreeSet, VecDeque};

use crate::arke::content::Unavailable;
use crate::arke::{ManifestReading, Pi};
use crate::crosswalk::Context;
use crate::job::ExportOptions;
use crate::mods::document::Host;

use super::discovery::{Discovery, NodeId};
use super::hosts::Hosts;
use super::load::{Budgets, Load};
use super::place::{Assembly, Finished, Place, Stage};
use super::request::{Arrival, Request};
use super::visit::{Failure, Outcome, Visit};

/// A walk's state: the places from the first that is still here to the last whose manifest is asked for.
#[derive(Debug)]
pub(crate) struct Window<'c> {
    options: &'c ExportOptions,
    context: Context<'c>,
    discovery: Discovery,
    load: Load,
    places: VecDeque<Place>,
    /// The number of the first place.
    head: usize,
    /// The number of the first place that is not settled.
    unsettled: usize,
    /// Places that wait for assembly.
    waiting: BTreeSet<NodeId>,
    /// Places in assembly.
    assembling: BTreeSet<NodeId>,
    /// Those of them that only wait.
    held: BTreeSet<NodeId>,
    /// The place in assembly that memory does not hold up, until it is whole.
    urgent: Option<NodeId>,
    /// Bytes of components that are on their way.
    arriving_bytes: usize,
    /// The merges at the first unsettled place, and its survivor if that is to be asked for.
    merged: Vec<(Pi, Pi)>,
    survivor: Option<Pi>,
    /// Components of the entities in assembly that are not asked for yet, each by its index in the manifest's list.
    unasked: BTreeSet<(NodeId, usize)>,
    hosts: Hosts,
}

impl<'c> Window<'c> {
    /// Starts at `root`; records are made in `context`, which has no place yet.
    pub(crate) fn new(
        root: Pi,
        options: &'c ExportOptions,
        context: Context<'c>,
        budgets: Budgets,
    ) -> Self {
        Self {
            options,
            context,
            discovery: Discovery::new(root, options.max_depth),
            load: Load::new(budgets),
            places: VecDeque::new(),
            head: 0,
            unsettled: 0,
            waiting: BTreeSet::new(),
            assembling: BTreeSet::new(),
            held: BTreeSet::new(),
            urgent: None,
            arriving_bytes: 0,
            merged: Vec::new(),
            survivor: None,
            unasked: BTreeSet::new(),
            hosts: Hosts::default(),
        }
    }

    /// Tells whether manifests of known entities are still to come, and more entities may be found.
    pub(crate) fn is_open(&self) -> bool {
        self.unsettled < self.discovery.len()
    }

    /// Returns what is known of the tree.
    pub(crate) fn discovery(&self) -> &Discovery {
        &self.discovery
    }

    /// Returns the places that memory does not hold up: the first, and one in assembly.
    ///
    /// That one stays until all its components are here, and these are asked for before others, which could wait for
    /// memory on all requests there are. So whatever waits, something comes to an end and leaves its request and its
    /// room in assembly to those after it, the first in order first.
    pub(crate) fn urgent(&self) -> [NodeId; 2] {
        let head = NodeId::from(self.head);
        [head, self.urgent.unwrap_or(head)]
    }

    /// Returns the bytes that leave less room for what is on its way.
    pub(crate) fn held_bytes(&self) -> usize {
        self.load.held_bytes()
    }

    /// Returns the context in which records are made, without a place.
    pub(crate) fn context(&self) -> &Context<'c> {
        &self.context
    }

    /// Returns what to ask for next, while so many bytes of components are on their way: what the first place needs,
    /// enough manifests to fill the window, components in the order of the file but for those of the urgent place, then
    /// manifests ahead of them.
    pub(crate) fn next_request(&mut self, arriving_bytes: usize) -> Option<Request> {
        self.arriving_bytes = arriving_bytes;
        self.advance();
        if let Some(pi) = self.survivor.take() {
            return Some(Request::Manifest {
                node: NodeId::from(self.unsettled),
                pi,
            });
        }
        let is_first = |&(node, _): &(NodeId, usize)| node.index() == self.head;
        let is_short = self.load.is_short_ahead(self.width());
        if is_short && !self.unasked.first().is_some_and(is_first) {
            self.next_manifest().or_else(|| self.next_component())
        } else {
            self.next_component().or_else(|| self.next_manifest())
        }
    }

    fn next_manifest(&mut self) -> Option<Request> {
        let next = self.head + self.places.len();
        if next == self.discovery.len() || !(next == self.head || self.load.has_room_ahead()) {
            return None;
        }
        self.places.push_back(Place::asked());
        self.load.ask_manifest();
        let node = NodeId::from(next);
        Some(Request::Manifest {
            node,
            pi: self.discovery.pi(node),
        })
    }

    fn next_component(&mut self) -> Option<Request> {
        let of = |node| self.unasked.range((node, 0)..=(node, usize::MAX)).next();
        let urgent = self.urgent().into_iter().find_map(of);
        let in_order = || self.unasked.first().filter(|_| !self.load.is_full());
        let (node, index) = *urgent.or_else(in_order)?;
        self.unasked.remove(&(node, index));
        let Stage::Assembly(assembly) = &self.place(node).stage else {
            return None;
        };
        let component = &assembly.manifest.components[index];
        Some(Request::Component {
            node,
            index,
            cid: component.cid.clone(),
            role: component.role,
        })
    }

    /// Takes what a request brought.
    pub(crate) fn accept(&mut self, arrival: Arrival) {
        match arrival {
            Arrival::Manifest { node, reading } => self.accept_manifest(node, reading),
            Arrival::Component {
                node,
                component,
                sha256,
            } => self.receive_component(node, component, sha256),
        }
    }

    /// Returns the first place if it is ready, and moves on.
    pub(crate) fn pop_ready(&mut self) -> Option<Visit> {
        self.advance();
        let is_next =
            |place: &mut Place| matches!(place.stage, Stage::Finished(_)) && place.found.is_some();
        let Place {
            stage: Stage::Finished(mut finished),
            merged,
            found: Some(found),
        } = self.places.pop_front_if(is_next)?
        else {
            return None;
        };
        self.load.end_waiting(finished.weight);
        let node = NodeId::from(self.head);
        self.head += 1;
        let parent = self.discovery.parent(node);
        let host = parent.and_then(|parent| self.hosts.of(parent));
        if let Outcome::Exported(conversion) = &mut finished.outcome
            && found.placed > 0
        {
            let host = conversion.host.take();
            self.remember_host(host);
        }
        Some(Visit {
            pi: self.discovery.pi(node),
            parent: parent.map(|parent| self.discovery.pi(parent)),
            depth: self.discovery.depth(node),
            merged,
            outcome: finished.outcome,
            found,
            host,
        })
    }

    /// Keeps what the record of the place that was returned last says of it, for the records of its children.
    pub(crate) fn remember_host(&mut self, host: Option<Host>) {
        self.hosts.remember(NodeId::from(self.head - 1), host);
    }

    fn place(&mut self, node: NodeId) -> &mut Place {
        &mut self.places[node.index() - self.head]
    }

    fn width(&self) -> usize {
        self.options.parallel_batch_size
    }

    /// Does what arrivals have made possible: settles places, admits to assembly.
    fn advance(&mut self) {
        self.settle();
        self.admit();
        if self.urgent.is_none() && !self.load.is_full() {
            self.urgent = self.assembling.first().copied();
        }
    }

    fn accept_manifest(&mut self, node: NodeId, reading: Result<ManifestReading, Unavailable>) {
        let stage = match reading {
            // Still to be followed, and its survivor asked for, in its turn.
            Ok(ManifestReading::Merged { into }) => {
                self.place(node).stage = Stage::Merged(into);
                return;
            }
            Ok(ManifestReading::Entity(manifest)) => {
                self.load.keep_manifest(manifest.weight());
                self.waiting.insert(node);
                Stage::Assembly(Assembly::new(manifest))
            }
            Ok(ManifestReading::Deleted) => self.unexported(Outcome::Deleted),
            Err(why) => self.unexported(Outcome::Failed(Failure::Manifest(why))),
        };
        self.load.receive_manifest();
        self.place(node).stage = stage;
    }

    /// Returns the stage of a place that has come to its end.
    fn finished(&mut self, finished: Finished) -> Stage {
        self.load.keep_waiting(finished.weight);
        Stage::Finished(finished)
    }
}

#[cfg(test)]
mod tests;
