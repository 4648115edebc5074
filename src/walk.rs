//! The walk: entities fetched ahead in a sliding window, handed on in the order of the file.
//!
//! One task drives everything. Each place in the order goes through the same stages: its manifest is asked for ahead
//! of its turn; in its turn the manifest is settled, which discovers children; it is admitted to assembly, at most
//! `parallelBatchSize` at a time, and all its components are asked for; the record is made when the last is here; it
//! waits until all before it are gone. There is no barrier between levels, and a slow entity holds its own place only.

use std::collections::VecDeque;
use std::pin::pin;
use std::rc::Rc;

use bytes::Bytes;
use futures::future::{Either, LocalBoxFuture, select};
use futures::stream::{FuturesUnordered, StreamExt};

use crate::arke::entity::{self, FetchedComponent, Lack};
use crate::arke::{Manifest, ManifestReading, Pi};
use crate::config::Config;
use crate::crosswalk::{self, Context, Crosswalked, Place};
use crate::http::Fault;
use crate::job::CheimarrosMode;
use crate::mods::document::DocumentKind;
use crate::source::{self, Source};
use crate::tree::{Discovery, Found, NodeId, Outcome, Settled, Visit};

/// How many places ahead of the window manifests are asked for.
const MANIFESTS_AHEAD_MAX: usize = 128;
/// How many children the manifests ahead of the window may list together; each takes 24 bytes.
const CHILDREN_AHEAD_MAX: usize = 100_000;
/// How many bytes of finished records may wait for their turn before the window stops.
const WAITING_BYTES_MAX: usize = 32 * 1024 * 1024;

/// Walks a tree and makes its records.
pub struct Walk<'c> {
    config: &'c Config,
    source: &'c Source<'c>,
    document: DocumentKind,
    discovery: Discovery,
    /// The places from the first that is not handed on to the last whose manifest is asked for.
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
    /// Components of the entities in assembly that are not asked for yet.
    unasked: VecDeque<(NodeId, usize, usize)>,
    in_flight: FuturesUnordered<LocalBoxFuture<'c, Arrival>>,
    /// The merges at the first place that is not settled.
    merged: Vec<(Pi, Pi)>,
    /// The titles of places whose children are not all handed on, in order.
    host_titles: VecDeque<(NodeId, Rc<str>)>,
}

/// How far a place has come.
enum Stage {
    /// Its manifest is asked for.
    Asked,
    /// Its manifest is here; its turn to be settled has not come.
    Arrived(Result<ManifestReading, Fault>),
    /// It is settled and waits for assembly.
    Settled(Box<Settlement>),
    /// Its components are asked for.
    InAssembly(Box<Assembly>),
    /// It waits for its turn to be handed on.
    Finished(Box<Finished>),
}

/// A manifest, and what settling it told.
struct Settlement {
    manifest: Box<Manifest>,
    merged: Vec<(Pi, Pi)>,
    found: Found,
}

struct Assembly {
    settlement: Settlement,
    components: Vec<FetchedComponent>,
    missing: usize,
}

struct Finished {
    merged: Vec<(Pi, Pi)>,
    found: Found,
    end: End,
}

enum End {
    Exported(Box<Crosswalked>),
    Failed(String),
    Deleted,
    Merged,
}

/// What a request brought.
enum Arrival {
    Manifest {
        node: NodeId,
        reading: Result<ManifestReading, Fault>,
    },
    Component {
        node: NodeId,
        index: usize,
        body: Result<Bytes, Lack>,
    },
}

impl<'c> Walk<'c> {
    /// Starts a walk at the root that the configuration names.
    pub fn new(config: &'c Config, source: &'c Source<'c>) -> Self {
        let options = &config.options;
        Self {
            config,
            source,
            document: if options.recursive {
                DocumentKind::Collection
            } else {
                DocumentKind::Record
            },
            discovery: Discovery::new(config.root, options.recursive.then_some(options.max_depth)),
            stages: VecDeque::new(),
            head: 0,
            unsettled: 0,
            unadmitted: 0,
            in_assembly: 0,
            children_ahead: 0,
            waiting_bytes: 0,
            unasked: VecDeque::new(),
            in_flight: FuturesUnordered::new(),
            merged: Vec::new(),
            host_titles: VecDeque::new(),
        }
    }

    /// Returns which kind of document the records are made for.
    pub fn document(&self) -> DocumentKind {
        self.document
    }

    /// Returns what is known of the tree.
    pub fn discovery(&self) -> &Discovery {
        &self.discovery
    }

    /// Returns the next entity in the order of the file, or `None` after the last.
    pub async fn next(&mut self) -> Option<Visit> {
        loop {
            self.advance();
            if let Some(visit) = self.hand_on() {
                return Some(visit);
            }
            let arrival = self.in_flight.next().await?;
            self.accept(arrival);
        }
    }

    /// Waits for something else while the walk goes on.
    pub async fn while_walking<T>(&mut self, other: impl Future<Output = T>) -> T {
        let mut other = pin!(other);
        loop {
            self.advance();
            if self.in_flight.is_empty() {
                return other.await;
            }
            match select(other.as_mut(), self.in_flight.next()).await {
                Either::Left((output, _)) => return output,
                Either::Right((Some(arrival), _)) => self.accept(arrival),
                Either::Right((None, _)) => {}
            }
        }
    }

    fn advance(&mut self) {
        self.settle();
        self.admit();
        self.ask();
    }

    fn accept(&mut self, arrival: Arrival) {
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

    fn stage(&mut self, node: NodeId) -> &mut Stage {
        &mut self.stages[node.index() - self.head]
    }

    /// Settles the manifests whose turn it is.
    fn settle(&mut self) {
        while self.unsettled < self.head + self.stages.len() {
            let node = NodeId::from(self.unsettled);
            let stage = self.stage(node);
            let Stage::Arrived(reading) = std::mem::replace(stage, Stage::Asked) else {
                return;
            };
            let settled = match reading {
                Ok(ManifestReading::Merged { into }) => {
                    let merged = self.discovery.pi(node);
                    match self.discovery.merge(node, into, self.merged.len()) {
                        Settled::Survivor(survivor) => {
                            self.merged.push((merged, into));
                            self.ask_manifest(node, survivor);
                            return;
                        }
                        Settled::Elsewhere => {
                            self.merged.push((merged, into));
                            self.finished(End::Merged)
                        }
                        Settled::Endless(reason) => self.finished(End::Failed(reason)),
                    }
                }
                Ok(ManifestReading::Deleted) => self.finished(End::Deleted),
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
                Err(fault) => self.finished(End::Failed(fault.to_string())),
            };
            *self.stage(node) = settled;
            self.unsettled += 1;
        }
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
            let has_room = self.in_assembly < self.config.options.parallel_batch_size
                && self.waiting_bytes < WAITING_BYTES_MAX;
            if !has_room && self.unadmitted != self.head {
                return;
            }
            let node = NodeId::from(self.unadmitted);
            self.unadmitted += 1;
            let stage = self.stage(node);
            match std::mem::replace(stage, Stage::Asked) {
                Stage::Settled(settlement) => self.assemble(node, *settlement),
                other => *self.stage(node) = other,
            }
        }
    }

    fn assemble(&mut self, node: NodeId, settlement: Settlement) {
        self.children_ahead -= settlement.manifest.children.len();
        self.in_assembly += 1;
        let with_graph = self.config.options.cheimarros_mode != CheimarrosMode::Skip;
        let unasked = self.unasked.len();
        let wanted = source::wanted(&settlement.manifest.components, with_graph);
        self.unasked
            .extend(wanted.map(|(index, limit_bytes)| (node, index, limit_bytes)));
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

    /// Sends requests while there is room: components in the order of the file first, then manifests ahead.
    fn ask(&mut self) {
        while self.in_flight.len() < self.config.requests_in_flight_max {
            if let Some((node, index, limit_bytes)) = self.unasked.pop_front() {
                self.ask_component(node, index, limit_bytes);
                continue;
            }
            let next = self.head + self.stages.len();
            let is_near = next - self.unadmitted < MANIFESTS_AHEAD_MAX
                && self.children_ahead < CHILDREN_AHEAD_MAX;
            if next == self.discovery.len() || !(is_near || next == self.head) {
                return;
            }
            let node = NodeId::from(next);
            self.stages.push_back(Stage::Asked);
            self.ask_manifest(node, self.discovery.pi(node));
        }
    }

    fn ask_manifest(&self, node: NodeId, pi: Pi) {
        let source = self.source;
        self.in_flight.push(Box::pin(async move {
            Arrival::Manifest {
                node,
                reading: source.manifest(pi).await,
            }
        }));
    }

    fn ask_component(&mut self, node: NodeId, index: usize, limit_bytes: usize) {
        let source = self.source;
        let Stage::InAssembly(assembly) = self.stage(node) else {
            return;
        };
        let cid = assembly.settlement.manifest.components[index].cid.clone();
        self.in_flight.push(Box::pin(async move {
            Arrival::Component {
                node,
                index,
                body: source.component(cid.as_deref(), limit_bytes).await,
            }
        }));
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
        let place = self.config.options.recursive.then(|| Place {
            depth: self.discovery.depth(node),
            parent: self
                .discovery
                .parent(node)
                .map(|parent| self.discovery.pi(parent)),
            path: self.discovery.path(node),
        });
        let context = Context {
            options: &self.config.options,
            site_url: &self.config.site_url,
            ipfs_url: &self.config.ipfs_public_url,
            document: self.document,
            place: place.as_ref(),
        };
        let mut crosswalked =
            entity::with_entity(self.discovery.pi(node), &manifest, &components, |entity| {
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

    /// Hands on the first place if it is finished.
    fn hand_on(&mut self) -> Option<Visit> {
        let is_finished = matches!(self.stages.front(), Some(Stage::Finished(_)));
        let Some(Stage::Finished(finished)) = is_finished.then(|| self.stages.pop_front())? else {
            return None;
        };
        self.waiting_bytes -= finished.weight();
        let node = NodeId::from(self.head);
        self.head += 1;
        self.unadmitted = self.unadmitted.max(self.head);
        let parent = self.discovery.parent(node);
        let host_title = parent.and_then(|parent| self.host_title(parent));
        let outcome = match finished.end {
            End::Exported(crosswalked) => {
                let Crosswalked {
                    record,
                    host_title: own_title,
                    remarks,
                } = *crosswalked;
                self.host_titles
                    .extend(own_title.map(|title| (node, title.into())));
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

    /// Returns the title of a place, and forgets those of the places before it: their children are all handed on.
    fn host_title(&mut self, host: NodeId) -> Option<Rc<str>> {
        while self
            .host_titles
            .front()
            .is_some_and(|(node, _)| *node < host)
        {
            self.host_titles.pop_front();
        }
        self.host_titles
            .front()
            .filter(|(node, _)| *node == host)
            .map(|(_, title)| Rc::clone(title))
    }
}

impl Finished {
    /// Returns the bytes that wait with it, roughly.
    fn weight(&self) -> usize {
        size_of::<Self>()
            + match &self.end {
                End::Exported(crosswalked) => crosswalked.record.xml.len(),
                End::Failed(reason) => reason.len(),
                End::Deleted | End::Merged => 0,
            }
    }
}

impl std::fmt::Debug for Walk<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Walk")
            .field("head", &self.head)
            .field("in_assembly", &self.in_assembly)
            .finish_non_exhaustive()
    }
}
