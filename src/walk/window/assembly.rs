//! The part of the window in which entities are assembled: who is admitted, and when a record is made.

use crate::arke::Manifest;
use crate::arke::entity::FetchedComponent;
use crate::crosswalk::{Context, Position};

use super::super::discovery::NodeId;
use super::super::place::{Assembly, End, Finished, Stage};
use super::Window;

impl Window<'_> {
    /// Admits places to assembly, the first in order first, while there is room; the head even where memory is short.
    pub(super) fn admit(&mut self) {
        while let Some(&node) = self.waiting.first() {
            let has_memory = || self.load.has_room_in_assembly(self.arriving_bytes);
            let is_head = node.index() == self.head;
            if self.load.in_assembly() == self.width() || !(is_head || has_memory()) {
                return;
            }
            self.waiting.pop_first();
            if let Stage::Waiting(manifest) =
                std::mem::replace(&mut self.place(node).stage, Stage::Asked)
            {
                self.assemble(node, manifest);
            }
        }
    }

    fn assemble(&mut self, node: NodeId, manifest: Box<Manifest>) {
        self.load.start_assembly(manifest.weight());
        let mut assembly = Box::new(Assembly::new(manifest));
        let wanted = assembly.want(self.context.options.cheimarros_mode);
        self.unasked
            .extend(wanted.into_iter().map(|index| (node, index)));
        let is_whole = assembly.is_whole();
        self.assembling.insert(node);
        self.place(node).stage = Stage::InAssembly(assembly);
        if is_whole {
            self.end_assembly(node);
        }
    }

    /// All components of an entity are here.
    fn end_assembly(&mut self, node: NodeId) {
        self.assembling.remove(&node);
        self.urgent.take_if(|urgent| *urgent == node);
        self.load.end_assembly();
        let place = self.place(node);
        if let Stage::InAssembly(assembly) = std::mem::replace(&mut place.stage, Stage::Asked) {
            self.finish(node, *assembly);
        }
    }

    /// Makes the record of an entity whose components are all here.
    fn finish(&mut self, node: NodeId, mut assembly: Assembly) {
        let is_settled = self.place(node).found.is_some();
        let position = self.options.recursive.then(|| Position {
            depth: self.discovery.depth(node),
            parent: self
                .discovery
                .parent(node)
                .map(|parent| self.discovery.pi(parent)),
            path: self.discovery.path(node),
        });
        let context = Context {
            position: position.as_ref(),
            ..self.context
        };
        let conversion = assembly.crosswalk(self.discovery.pi(node), &context);
        let mut finished = Finished::new(End::Exported(Box::new(conversion)));
        if !is_settled {
            finished.keep_children(&mut assembly.manifest.children);
        }
        self.load.drop_components(assembly.weight);
        self.place(node).stage = self.finished(finished);
    }

    /// Takes a component of an entity in assembly.
    pub(super) fn receive_component(&mut self, node: NodeId, component: FetchedComponent) {
        let Stage::InAssembly(assembly) = &mut self.place(node).stage else {
            return;
        };
        let bytes = component.bytes();
        assembly.push(component);
        let is_whole = assembly.is_whole();
        self.load.receive_component(bytes);
        if is_whole {
            self.end_assembly(node);
        }
    }
}
