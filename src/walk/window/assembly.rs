//! The part of the window in which entities are assembled: who is admitted, and when a record is made.

use std::mem;

use crate::arke::content::FetchedComponent;
use crate::crosswalk::{Context, Position};

use super::super::discovery::NodeId;
use super::super::place::{Finished, Stage};
use super::super::visit::{LargeEntity, Outcome};
use super::super::waiting::Change;
use super::Window;

/// How many entities that wait hold no place in the window.
const HELD_MAX: usize = 128;

impl Window<'_> {
    /// Admits places to assembly, the first in order first, while there is room; the head even where memory is short.
    pub(super) fn admit(&mut self) {
        while let Some(&node) = self.waiting.first() {
            let has_memory = || self.load.has_room_in_assembly(self.arriving_bytes);
            let is_head = node.index() == self.head;
            let held = self.held.len().min(HELD_MAX);
            if self.assembling.len() - held >= self.width() || !(is_head || has_memory()) {
                return;
            }
            self.waiting.pop_first();
            self.assemble(node);
        }
    }

    fn assemble(&mut self, node: NodeId) {
        let mode = self.context.options.cheimarros_mode;
        let Stage::Assembly(assembly) = &mut self.place(node).stage else {
            return;
        };
        let wanted = assembly.want(mode);
        let weight = assembly.weight;
        self.load.start_assembly(weight);
        self.assembling.insert(node);
        if wanted.is_empty() {
            self.finish(node);
        }
        let wanted = wanted.into_iter().map(|index| (node, index));
        self.unasked.extend(wanted);
    }

    /// Takes a component of an entity in assembly.
    pub(super) fn receive_component(
        &mut self,
        node: NodeId,
        component: FetchedComponent,
        sha256: Option<[u8; 32]>,
    ) {
        let share = self.load.share_bytes();
        let Stage::Assembly(assembly) = &mut self.place(node).stage else {
            return;
        };
        let weight = assembly.push(component, sha256, share);
        let is_whole = assembly.is_whole();
        self.load.receive_component(weight);
        self.update_held(node);
        if is_whole {
            self.finish(node);
        }
    }

    /// A request for a place begins or ends to wait. What waits for a manifest has no place in the window yet.
    pub(in crate::walk) fn record_wait(&mut self, Change { node, waits }: Change) {
        if let Stage::Assembly(assembly) = &mut self.place(node).stage {
            assembly.record_wait(waits);
            self.update_held(node);
        }
    }

    /// An entity that only waits leaves its place in the window to another until it goes on.
    fn update_held(&mut self, node: NodeId) {
        if let Stage::Assembly(assembly) = &self.place(node).stage
            && assembly.is_held()
        {
            self.held.insert(node);
        } else {
            self.held.remove(&node);
        }
    }

    /// Makes the record of an entity whose components are all here, which leaves its room in assembly to another. A long
    /// record, and one that there is no room for, is made while it is written.
    fn finish(&mut self, node: NodeId) {
        self.assembling.remove(&node);
        self.urgent.take_if(|urgent| *urgent == node);
        let pi = self.discovery.pi(node);
        let parent = self.discovery.parent(node);
        let position = self.options.recursive.then(|| Position {
            depth: self.discovery.depth(node),
            parent: parent.map(|parent| self.discovery.pi(parent)),
            path: self.discovery.path(node),
        });
        let context = Context {
            position: position.as_ref(),
            ..self.context
        };
        let is_full = self.load.is_full();
        let place = self.place(node);
        let Stage::Assembly(assembly) = &mut place.stage else {
            return;
        };
        let weight = assembly.weight;
        let finished = if assembly.order() && !is_full {
            let conversion = assembly.crosswalk(pi, &context);
            let mut finished = Finished::new(Outcome::Exported(Box::new(conversion)));
            if place.found.is_none() {
                finished.keep_children(&mut assembly.manifest.children);
            }
            finished
        } else {
            let assembly = mem::take(assembly);
            let entity = LargeEntity { position, assembly };
            Finished::new(Outcome::Unwritten(Box::new(entity)))
        };
        self.load.end_assembly(weight);
        self.place(node).stage = self.finished(finished);
    }
}
