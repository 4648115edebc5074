//! The sliding window over the order of the file: what to ask for next, and what is ready to be handed on.
//!
//! Each place goes through the same stages. Its manifest is asked for ahead of its turn; in its turn the manifest is
//! settled, which discovers children; it is admitted to assembly, at most `parallelBatchSize` at a time, and all its
//! components are asked for; the record is made when the last is here; it waits until all before it are gone. There is
//! no barrier between levels, and a slow entity holds its own place only. Nothing is asked for from here: that is the
//! business of [`crate::walk`].

use std::collections::VecDeque;

use crate::arke::entity::{self, FetchedComponent};
use crate::arke::{ComponentRole, ManifestReading, Pi};
use crate::crosswalk::{self, Context, Crosswalked, Place};
use crate::job::CheimarrosMode;

use super::discovery::{Discovery, Found, NodeId, Settled};
use super::exchange::{Arrival, Request};
use super::host_titles::HostTitles;
use super::stage::{Assembly, End, Finished, Settlement, Stage};
use super::visit::{Outcome, Visit};

/// How many places ahead of assembly manifests are asked for.
const MANIFESTS_AHEAD_MAX: usize = 128;
/// How many children the manifests ahead of assembly may list together; each takes 24 bytes.
const CHILDREN_AHEAD_MAX: usize = 100_000;
/// How many bytes of finished records may wait for their turn before no further entity is admitted.
const WAITING_BYTES_MAX: usize = 32 * 1024 * 1024;

/// A walk's state: the places from the first that is not handed on to the last whose manifest is asked for.
#[derive(Debug)]
pub struct Window<'c> {
    context: Context<'c>,
    discovery: Discovery,
    stages: VecDeque<Stage>,
    /// The place of the first stage.
    head: usize,
    /// The first place that is not settled.
    unsettled: usize,
    /// The first place that is not admitted to assembly.
    unadmitted: usize,
    in_assembly: usize,
    /// Children listed by the manifests that wait for assembly.
    children_ahead: usize,
    /// Bytes of the records that wait for their turn.
    waiting_bytes: usize,
    /// The merges at the first place that is not settled, and its survivor if that is to be asked for.
    merged: Vec<(Pi, Pi)>,
    survivor: Option<Pi>,
    /// Components of the entities in assembly that are not asked for yet.
    unasked: VecDeque<(NodeId, usize, usize)>,
    host_titles: HostTitles,
}

impl<'c> Window<'c> {
    /// Starts at `root`; records are made in `context`, which has no place yet.
    pub fn new(root: Pi, context: Context<'c>) -> Self {
        let max_depth = context
            .options
            .recursive
            .then_some(context.options.max_depth);
        Self {
            context,
            discovery: Discovery::new(root, max_depth),
            stages: VecDeque::new(),
            head: 0,
            unsettled: 0,
            unadmitted: 0,
            in_assembly: 0,
            children_ahead: 0,
            waiting_bytes: 0,
            merged: Vec::new(),
            survivor: None,
            unasked: VecDeque::new(),
            host_titles: HostTitles::default(),
        }
    }

    /// Returns what is known of the tree.
    pub fn discovery(&self) -> &Discovery {
        &self.discovery
    }

    /// Returns what to ask for next: components in the order of the file first, then manifests ahead of them.
    pub fn next_request(&mut self) -> Option<Request> {
        self.settle();
        self.admit();
        if let Some(pi) = self.survivor.take() {
            return Some(Request::Manifest {
                node: NodeId::from(self.unsettled),
                pi,
            });
        }
        while let Some((node, index, limit_bytes)) = self.unasked.pop_front() {
            if let Stage::InAssembly(assembly) = self.stage(node) {
                let cid = assembly.settlement.manifest.components[index].cid.clone();
                return Some(Request::Component {
                    node,
                    index,
                    cid,
                    limit_bytes,
                });
            }
        }
        let next = self.head + self.stages.len();
        let is_near = next - self.unadmitted < MANIFESTS_AHEAD_MAX
            && self.children_ahead < CHILDREN_AHEAD_MAX;
        if next == self.discovery.len() || !(is_near || next == self.head) {
            return None;
        }
        self.stages.push_back(Stage::Asked);
        let node = NodeId::from(next);
        Some(Request::Manifest {
            node,
            pi: self.discovery.pi(node),
        })
    }

    /// Takes what a request brought.
    pub fn accept(&mut self, arrival: Arrival) {
        match arrival {
            Arrival::Manifest { node, reading } => *self.stage(node) = Stage::Arrived(reading),
            Arrival::Component { node, index, body } => {
                let Stage::InAssembly(assembly) = self.stage(node) else {
                    return;
                };
                assembly.components.push(FetchedComponent { index, body });
                assembly.missing -= 1;
                if assembly.missing == 0 {
                    self.finish(node);
                }
            }
        }
    }

    /// Hands on the first place if it is finished.
    pub fn hand_on(&mut self) -> Option<Visit> {
        self.settle();
        self.admit();
        let is_finished = matches!(self.stages.front(), Some(Stage::Finished(_)));
        let Some(Stage::Finished(finished)) = is_finished.then(|| self.stages.pop_front())? else {
            return None;
        };
        self.waiting_bytes -= finished.weight();
        let node = NodeId::from(self.head);
        self.head += 1;
        let parent = self.discovery.parent(node);
        let host_title = parent.and_then(|parent| self.host_titles.of(parent));
        let outcome = match finished.end {
            End::Exported(crosswalked) => {
                let Crosswalked {
                    record,
                    host_title: own_title,
                    remarks,
                } = *crosswalked;
                self.host_titles.remember(node, own_title);
                Outcome::Exported {
                    record,
                    host_title,
                    remarks,
                }
            }
            End::Failed(reason) => Outcome::Failed(reason),
            End::Deleted => Outcome::Deleted,
            End::Merged => Outcome::Merged,
        };
        Some(Visit {
            pi: self.discovery.pi(node),
            parent: parent.map(|parent| self.discovery.pi(parent)),
            depth: self.discovery.depth(node),
            merged: finished.merged,
            outcome,
            found: finished.found,
        })
    }

    fn stage(&mut self, node: NodeId) -> &mut Stage {
        &mut self.stages[node.index() - self.head]
    }

    /// Settles the manifests whose turn it is.
    fn settle(&mut self) {
        while self.unsettled < self.head + self.stages.len() {
            let node = NodeId::from(self.unsettled);
            let Stage::Arrived(reading) = std::mem::replace(self.stage(node), Stage::Asked) else {
                return;
            };
            let settled = match reading {
                Ok(ManifestReading::Entity(manifest)) => {
                    let found = self.discovery.add_children(node, &manifest.children);
                    self.children_ahead += manifest.children.len();
                    let merged = std::mem::take(&mut self.merged);
                    Stage::Settled(Box::new(Settlement {
                        manifest,
                        merged,
                        found,
                    }))
                }
                Ok(ManifestReading::Merged { into }) => match self.follow(node, into) {
                    Some(end) => self.finished(end),
                    // The place stays where it is until the survivor's manifest comes.
                    None => return,
                },
                Ok(ManifestReading::Deleted) => self.finished(End::Deleted),
                Err(reason) => self.finished(End::Failed(reason)),
            };
            *self.stage(node) = settled;
            self.unsettled += 1;
        }
    }

    /// Follows a merge; returns how the place ends, unless a survivor takes it.
    fn follow(&mut self, node: NodeId, into: Pi) -> Option<End> {
        let merged = self.discovery.pi(node);
        let settled = self.discovery.merge(node, into, self.merged.len());
        if let Settled::Endless(reason) = settled {
            return Some(End::Failed(reason));
        }
        self.merged.push((merged, into));
        if let Settled::Survivor(survivor) = settled {
            self.survivor = Some(survivor);
            return None;
        }
        Some(End::Merged)
    }

    fn finished(&mut self, end: End) -> Stage {
        let merged = std::mem::take(&mut self.merged);
        let finished = Box::new(Finished {
            merged,
            found: Found::default(),
            end,
        });
        self.waiting_bytes += finished.weight();
        Stage::Finished(finished)
    }

    /// Admits settled places to assembly, in order, while there is room; the head always.
    fn admit(&mut self) {
        while self.unadmitted < self.unsettled {
            let has_room = self.in_assembly < self.context.options.parallel_batch_size
                && self.waiting_bytes < WAITING_BYTES_MAX;
            if !has_room && self.unadmitted != self.head {
                return;
            }
            let node = NodeId::from(self.unadmitted);
            self.unadmitted += 1;
            match std::mem::replace(self.stage(node), Stage::Asked) {
                Stage::Settled(settlement) => self.assemble(node, *settlement),
                finished => *self.stage(node) = finished,
            }
        }
    }

    fn assemble(&mut self, node: NodeId, settlement: Settlement) {
        self.children_ahead -= settlement.manifest.children.len();
        self.in_assembly += 1;
        let with_graph = self.context.options.cheimarros_mode != CheimarrosMode::Skip;
        let wanted = settlement
            .manifest
            .components
            .iter()
            .enumerate()
            .filter_map(|(index, component)| {
                let role = component.role();
                let is_wanted = with_graph || role != ComponentRole::Cheimarros;
                role.limit_bytes()
                    .filter(|_| is_wanted)
                    .map(|limit_bytes| (node, index, limit_bytes))
            });
        let unasked = self.unasked.len();
        self.unasked.extend(wanted);
        let missing = self.unasked.len() - unasked;
        let components = Vec::with_capacity(missing);
        *self.stage(node) = Stage::InAssembly(Box::new(Assembly {
            settlement,
            components,
            missing,
        }));
        if missing == 0 {
            self.finish(node);
        }
    }

    /// Makes the record of an entity whose components are all here.
    fn finish(&mut self, node: NodeId) {
        let Stage::InAssembly(assembly) = std::mem::replace(self.stage(node), Stage::Asked) else {
            return;
        };
        let Assembly {
            settlement:
                Settlement {
                    manifest,
                    merged,
                    found,
                },
            mut components,
            ..
        } = *assembly;
        components.sort_unstable_by_key(|component| component.index);
        let place = self.context.options.recursive.then(|| Place {
            depth: self.discovery.depth(node),
            parent: self
                .discovery
                .parent(node)
                .map(|parent| self.discovery.pi(parent)),
            path: self.discovery.path(node),
        });
        let context = Context {
            place: place.as_ref(),
            ..self.context
        };
        let pi = self.discovery.pi(node);
        let mut crosswalked = entity::with_entity(pi, &manifest, &components, |entity| {
            crosswalk::crosswalk(entity, &context)
        });
        if manifest.children.is_empty() {
            crosswalked.host_title = None;
        }
        let finished = Box::new(Finished {
            merged,
            found,
            end: End::Exported(Box::new(crosswalked)),
        });
        self.in_assembly -= 1;
        self.waiting_bytes += finished.weight();
        *self.stage(node) = Stage::Finished(finished);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use serde_json::json;

    use super::*;
    use crate::arke::manifest;
    use crate::job::ExportOptions;
    use crate::mods::document::DocumentKind;

    /// A tree in which the children of `n` are `n * FAN_OUT + 1` and those after it, three components each.
    const ENTITIES: u64 = 60;
    const FAN_OUT: u64 = 4;

    fn pi(number: u64) -> Pi {
        format!("{:026}", number + 1).parse().expect("a PI")
    }

    fn manifests() -> HashMap<Pi, String> {
        let body = |number: u64| {
            let children = number * FAN_OUT + 1..=(number + 1) * FAN_OUT;
            let children: Vec<String> = children
                .filter(|&child| child < ENTITIES)
                .map(|child| pi(child).to_string())
                .collect();
            json!({"components": {"pinax.json": "a", "b.ref.json": "b", "c.ref.json": "c"}, "children_pi": children})
        };
        (0..ENTITIES)
            .map(|number| (pi(number), body(number).to_string()))
            .collect()
    }

    fn options(parallel_batch_size: usize) -> ExportOptions {
        ExportOptions {
            recursive: true,
            parallel_batch_size,
            ..ExportOptions::default()
        }
    }

    fn window(options: &ExportOptions) -> Window<'_> {
        let document = DocumentKind::Collection;
        let context = Context {
            options,
            site_url: "https://a",
            ipfs_url: "https://b",
            document,
            place: None,
        };
        Window::new(pi(0), context)
    }

    fn answer(request: &Request, manifests: &HashMap<Pi, String>) -> Arrival {
        match *request {
            Request::Manifest { node, pi } => {
                let reading = manifest::read(manifests[&pi].as_bytes(), pi)
                    .map_err(|error| format!("{error:?}"));
                Arrival::Manifest { node, reading }
            }
            Request::Component { node, index, .. } => Arrival::Component {
                node,
                index,
                body: Ok("{}".into()),
            },
        }
    }

    #[test]
    fn the_order_and_the_width_hold_however_answers_arrive() {
        let manifests = manifests();
        for (seed, width) in [(1_u64, 1), (2, 3), (3, 10), (4, 64), (5, 10), (6, 10)] {
            let options = options(width);
            let mut window = window(&options);
            let (mut asked, mut order, mut random) = (Vec::new(), Vec::new(), seed);
            loop {
                asked.extend(std::iter::from_fn(|| window.next_request()));
                assert!(window.in_assembly <= width);
                while let Some(visit) = window.hand_on() {
                    order.push(visit.pi);
                }
                asked.extend(std::iter::from_fn(|| window.next_request()));
                if asked.is_empty() {
                    break;
                }
                random = random
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1);
                let next = usize::try_from(random >> 33).unwrap_or_default() % asked.len();
                window.accept(answer(&asked.swap_remove(next), &manifests));
            }
            assert_eq!(
                order,
                (0..ENTITIES).map(pi).collect::<Vec<_>>(),
                "seed {seed}"
            );
            assert_eq!(
                (
                    window.waiting_bytes,
                    window.in_assembly,
                    window.children_ahead
                ),
                (0, 0, 0)
            );
        }
    }

    #[test]
    fn components_go_before_manifests_ahead_and_the_next_level_is_read_before_this_one_is_done() {
        let manifests = manifests();
        let options = options(2);
        let mut window = window(&options);
        let root = window.next_request().expect("the root");
        assert_eq!(window.next_request(), None);
        window.accept(answer(&root, &manifests));
        let requests: Vec<Request> = std::iter::from_fn(|| window.next_request()).collect();
        let is_component = |request: &Request| matches!(request, Request::Component { .. });
        assert!(requests[..3].iter().all(is_component), "{requests:?}");
        let manifests_ahead = requests[3..]
            .iter()
            .filter(|request| !is_component(request))
            .count();
        assert_eq!(
            manifests_ahead, 4,
            "the children's manifests while the root is being assembled"
        );
    }
}
