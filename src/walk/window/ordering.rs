//! The part of the window that depends on the order of the file: children are discovered, and merges followed.

use crate::arke::{Child, Pi};

use super::super::discovery::{Merge, NodeId};
use super::super::place::{Finished, Stage};
use super::super::visit::{Failure, Outcome};
use super::Window;

impl Window<'_> {
    /// Settles the places whose turn it is: discovers their children, follows their merges.
    pub(super) fn settle(&mut self) {
        while let Some(place) = self.places.get_mut(self.unsettled - self.head) {
            let node = NodeId::from(self.unsettled);
            let children: &[Child] = match &place.stage {
                Stage::Asked => return,
                Stage::Assembly(assembly) => &assembly.manifest.children,
                Stage::Finished(finished) => finished.children(),
                Stage::Merged(into) => {
                    let into = *into;
                    self.follow(node, into);
                    continue;
                }
            };
            // Alone, an entity is exported without its children.
            place.found = Some(if self.options.recursive {
                self.discovery.add_children(node, children)
            } else {
                self.discovery.leave_children(children)
            });
            place.merged = std::mem::take(&mut self.merged);
            if let Stage::Finished(finished) = &mut place.stage {
                finished.children = Vec::new();
            }
            self.unsettled += 1;
        }
    }

    /// Follows a merge: the survivor takes the place, or the place ends.
    fn follow(&mut self, node: NodeId, into: Pi) {
        let merged = self.discovery.pi(node);
        let merge = self.discovery.merge(node, into, self.merged.len());
        if !matches!(merge, Merge::NoSurvivor(_)) {
            self.merged.push((merged, into));
        }
        let outcome = match merge {
            Merge::Survivor(survivor) => {
                self.survivor = Some(survivor);
                self.place(node).stage = Stage::Asked;
                return;
            }
            Merge::Elsewhere => Outcome::Merged,
            Merge::NoSurvivor(reason) => Outcome::Failed(Failure::Merges(reason)),
        };
        self.load.receive_manifest();
        self.place(node).stage = self.unexported(outcome);
    }

    /// Ends a place without a record.
    pub(super) fn unexported(&mut self, outcome: Outcome) -> Stage {
        self.finished(Finished::new(outcome))
    }
}
