//! The sliding window over the order of the file: what to ask for next, and what is ready to be handed on.
//!
//! The manifests of places are asked for ahead of their turn. When one is here, its entity is admitted to assembly as
//! soon as there is room, at most `parallelBatchSize` at a time, and all its components are asked for; the record is
//! made when the last is here, and waits until all before it are gone. Only what depends on the order waits for it:
//! discovering children, following merges, being handed on. So there is no barrier between levels, and a slow entity
//! holds its own place only. Nothing is asked for from here: that is the business of [`crate::walk`].

use std::collections::{BTreeSet, VecDeque};

use crate::arke::entity::{FetchedComponent, Lack};
use crate::arke::{Child, Manifest, ManifestReading, Pi};
use crate::crosswalk::{Context, Crosswalked, Place};

use super::budgets::{Budgets, Load};
use super::discovery::{Discovery, NodeId, Settled};
use super::exchange::{Arrival, Request};
use super::host_titles::HostTitles;
use super::stage::{Assembly, End, Finished, PlaceInOrder, Stage};
use super::visit::{Failure, Outcome, Visit};

/// A walk's state: the places from the first that is not handed on to the last whose manifest is asked for.
#[derive(Debug)]
pub struct Window<'c> {
    context: Context<'c>,
    discovery: Discovery,
    load: Load,
    places: VecDeque<PlaceInOrder>,
    /// The first place.
    head: usize,
    /// The first place whose turn to be settled has not come.
    unsettled: usize,
    /// Places that wait for assembly.
    waiting: BTreeSet<NodeId>,
    /// The merges at the first unsettled place, and its survivor if that is to be asked for.
    merged: Vec<(Pi, Pi)>,
    survivor: Option<Pi>,
    /// Components of the entities in assembly that are not asked for yet.
    unasked: BTreeSet<(NodeId, usize)>,
    host_titles: HostTitles,
}

impl<'c> Window<'c> {
    /// Starts at `root`; records are made in `context`, which has no place yet.
    pub fn new(root: Pi, context: Context<'c>, budgets: Budgets) -> Self {
        let max_depth = context
            .options
            .recursive
            .then_some(context.options.max_depth);
        Self {
            context,
            discovery: Discovery::new(root, max_depth),
            load: Load::new(budgets),
            places: VecDeque::new(),
            head: 0,
            unsettled: 0,
            waiting: BTreeSet::new(),
            merged: Vec::new(),
            survivor: None,
            unasked: BTreeSet::new(),
            host_titles: HostTitles::default(),
        }
    }

    /// Returns what is known of the tree.
    pub fn discovery(&self) -> &Discovery {
        &self.discovery
    }

    /// Returns what to ask for next: components in the order of the file first, then manifests ahead of them.
    pub fn next_request(&mut self) -> Option<Request> {
        self.advance();
        if let Some(pi) = self.survivor.take() {
            return Some(Request::Manifest {
                node: NodeId::from(self.unsettled),
                pi,
            });
        }
        if let Some(request) = self.next_component() {
            return Some(request);
        }
        let next = self.head + self.places.len();
        if next == self.discovery.len() || !(self.load.has_room_ahead() || next == self.head) {
            return None;
        }
        self.places.push_back(PlaceInOrder::asked());
        self.load.ask_manifest();
        let node = NodeId::from(next);
        Some(Request::Manifest {
            node,
            pi: self.discovery.pi(node),
        })
    }

    fn next_component(&mut self) -> Option<Request> {
        let &(node, index) = self.unasked.first()?;
        if !self.load.has_room_for_component() && node.index() != self.head {
            return None;
        }
        self.unasked.pop_first();
        let Stage::InAssembly(assembly) = &self.place(node).stage else {
            return None;
        };
        let component = &assembly.manifest.components[index];
        let (cid, role) = (component.cid.clone(), component.role());
        self.load.ask_component();
        Some(Request::Component {
            node,
            index,
            cid,
            role,
        })
    }

    /// Takes what a request brought.
    pub fn accept(&mut self, arrival: Arrival) {
        match arrival {
            Arrival::Manifest { node, reading } => self.accept_manifest(node, reading),
            Arrival::Component { node, component } => self.accept_component(node, component),
        }
    }

    /// Hands on the first place if it is finished.
    pub fn hand_on(&mut self) -> Option<Visit> {
        self.advance();
        let is_next = |place: &mut PlaceInOrder| {
            matches!(place.stage, Stage::Finished(_)) && place.found.is_some()
        };
        let PlaceInOrder {
            stage: Stage::Finished(finished),
            merged,
            found: Some(found),
        } = self.places.pop_front_if(is_next)?
        else {
            return None;
        };
        self.load.hand_on(finished.weight);
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
                self.host_titles
                    .remember(node, own_title.filter(|_| found.placed > 0));
                Outcome::Exported {
                    record,
                    host_title,
                    remarks,
                }
            }
            End::Failed(failure) => Outcome::Failed(failure),
            End::Deleted => Outcome::Deleted,
            End::Merged => Outcome::Merged,
        };
        Some(Visit {
            pi: self.discovery.pi(node),
            parent: parent.map(|parent| self.discovery.pi(parent)),
            depth: self.discovery.depth(node),
            merged,
            outcome,
            found,
        })
    }

    fn place(&mut self, node: NodeId) -> &mut PlaceInOrder {
        &mut self.places[node.index() - self.head]
    }

    fn advance(&mut self) {
        self.settle();
        self.admit();
    }

    fn accept_manifest(&mut self, node: NodeId, reading: Result<ManifestReading, Lack>) {
        let stage = match reading {
            Ok(ManifestReading::Entity(manifest)) => {
                self.load.keep_manifest(manifest.weight());
                self.waiting.insert(node);
                Stage::Waiting(manifest)
            }
            Ok(ManifestReading::Merged { into }) => Stage::Merged(into),
            Ok(ManifestReading::Deleted) => self.finished(End::Deleted, Vec::new()),
            Err(lack) => self.finished(End::Failed(Failure::Manifest(lack)), Vec::new()),
        };
        self.load.take_manifest();
        self.place(node).stage = stage;
    }

    fn accept_component(&mut self, node: NodeId, component: FetchedComponent) {
        self.load.take_component(component.bytes());
        let Stage::InAssembly(assembly) = &mut self.place(node).stage else {
            return;
        };
        if assembly.take(component) {
            self.finish(node);
        }
    }

    /// Settles the places whose turn it is: discovers their children, follows their merges.
    fn settle(&mut self) {
        while let Some(place) = self.places.get_mut(self.unsettled - self.head) {
            let node = NodeId::from(self.unsettled);
            let children: &[Child] = match &place.stage {
                Stage::Asked => return,
                Stage::Waiting(manifest) => &manifest.children,
                Stage::InAssembly(assembly) => &assembly.manifest.children,
                Stage::Finished(finished) => &finished.children,
                Stage::Merged(into) => {
                    let into = *into;
                    self.follow(node, into);
                    continue;
                }
            };
            place.found = Some(self.discovery.add_children(node, children));
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
        let settled = self.discovery.merge(node, into, self.merged.len());
        if !matches!(settled, Settled::Endless(_)) {
            self.merged.push((merged, into));
        }
        self.place(node).stage = match settled {
            Settled::Survivor(survivor) => {
                self.survivor = Some(survivor);
                self.load.ask_manifest();
                Stage::Asked
            }
            Settled::Elsewhere => self.finished(End::Merged, Vec::new()),
            Settled::Endless(reason) => {
                self.finished(End::Failed(Failure::Merges(reason)), Vec::new())
            }
        };
    }

    fn finished(&mut self, end: End, children: Vec<Child>) -> Stage {
        let finished = Finished::new(end, children);
        self.load.keep_waiting(finished.weight);
        Stage::Finished(finished)
    }

    /// Admits places to assembly, the first in order first, while there is room; the head even where memory is short.
    fn admit(&mut self) {
        while let Some(&node) = self.waiting.first() {
            let width = self.context.options.parallel_batch_size;
            if !self
                .load
                .has_room_in_assembly(width, node.index() == self.head)
            {
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
        let is_whole = wanted.is_empty();
        self.unasked
            .extend(wanted.into_iter().map(|index| (node, index)));
        self.place(node).stage = Stage::InAssembly(assembly);
        if is_whole {
            self.finish(node);
        }
    }

    /// Makes the record of an entity whose components are all here.
    fn finish(&mut self, node: NodeId) {
        let place = self.place(node);
        let is_settled = place.found.is_some();
        let Stage::InAssembly(mut assembly) = std::mem::replace(&mut place.stage, Stage::Asked)
        else {
            return;
        };
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
        let crosswalked = assembly.crosswalk(self.discovery.pi(node), &context);
        self.load.end_assembly(assembly.weight());
        let children = if is_settled {
            Vec::new()
        } else {
            std::mem::take(&mut assembly.manifest.children)
        };
        let stage = self.finished(End::Exported(Box::new(crosswalked)), children);
        self.place(node).stage = stage;
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

    const ENTITIES: u64 = 50;

    /// Numbers that look random, the same for the same seed.
    struct Random(u64);

    impl Random {
        fn below(&mut self, limit: u64) -> u64 {
            self.0 = self
                .0
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 33) % limit
        }

        fn index(&mut self, limit: usize) -> usize {
            usize::try_from(self.below(limit as u64)).unwrap_or_default()
        }
    }

    fn pi(number: u64) -> Pi {
        format!("{:026}", number + 1).parse().expect("a PI")
    }

    /// Makes the bodies of a tree: entities with a few components or none, some merged, deleted, missing, listed twice,
    /// listed by their own descendants, or no PI at all.
    fn tree(random: &mut Random) -> HashMap<Pi, String> {
        let mut bodies = HashMap::new();
        for number in 0..ENTITIES {
            let kind = if number == 0 { 9 } else { random.below(10) };
            let body = match kind {
                0 => json!({"merged": true, "merged_into": pi(random.below(ENTITIES)).to_string()}),
                1 => json!({"status": "deleted"}),
                2 => continue,
                _ => {
                    let children = (0..random.below(6)).map(|_| match random.below(ENTITIES + 2) {
                        child if child > ENTITIES => "not a PI".to_owned(),
                        child => pi(child).to_string(),
                    });
                    let children: Vec<String> = children.collect();
                    let components = (0..random.below(4))
                        .map(|number| (format!("{number}.ref.json"), json!("a")));
                    json!({"components": components.collect::<serde_json::Map<_, _>>(), "children_pi": children})
                }
            };
            bodies.insert(pi(number), body.to_string());
        }
        bodies
    }

    fn answer(request: &Request, bodies: &HashMap<Pi, String>) -> Arrival {
        match *request {
            Request::Manifest { node, pi } => {
                let missing = || Lack::Unreachable("404 Not Found".to_owned());
                let body = bodies.get(&pi).ok_or_else(missing);
                let reading = body.and_then(|body| {
                    manifest::read(body.as_bytes(), pi)
                        .map_err(|error| Lack::Unreadable(format!("{error:?}")))
                });
                Arrival::Manifest { node, reading }
            }
            Request::Component { node, index, .. } => Arrival::Component {
                node,
                component: FetchedComponent {
                    index,
                    body: Ok("{}".into()),
                },
            },
        }
    }

    fn window(options: &ExportOptions, budgets: Budgets) -> Window<'_> {
        let document = DocumentKind::Collection;
        let context = Context {
            options,
            site_url: "https://a",
            ipfs_url: "https://b",
            document,
            place: None,
        };
        Window::new(pi(0), context, budgets)
    }

    /// Walks a tree; `next` chooses which of the requests on their way is answered. Returns each visit in words.
    fn walk(
        bodies: &HashMap<Pi, String>,
        width: usize,
        budgets: Budgets,
        mut next: impl FnMut(usize) -> usize,
    ) -> Vec<String> {
        let options = ExportOptions {
            recursive: true,
            parallel_batch_size: width,
            ..ExportOptions::default()
        };
        let mut window = window(&options, budgets);
        let (mut asked, mut visits) = (Vec::new(), Vec::new());
        loop {
            while let Some(visit) = window.hand_on() {
                visits.push(format!("{visit:?}"));
            }
            asked.extend(std::iter::from_fn(|| window.next_request()));
            assert!(window.load.in_assembly() <= width);
            if asked.is_empty() {
                break;
            }
            let chosen = next(asked.len());
            window.accept(answer(&asked.swap_remove(chosen), bodies));
        }
        assert!(window.load.is_empty(), "{:?}", window.load);
        assert_eq!(
            visits.len(),
            window.discovery().len(),
            "every place is handed on"
        );
        visits
    }

    #[test]
    fn what_is_told_and_in_which_order_never_depends_on_when_answers_come() {
        let plenty = Budgets::for_memory(None);
        let none = Budgets {
            ahead_bytes: 1,
            assembly_bytes: 1,
            waiting_bytes: 1,
        };
        for seed in 0..200 {
            let mut random = Random(seed);
            let bodies = tree(&mut random);
            let expected = walk(&bodies, 1, plenty, |_| 0);
            for (width, budgets) in [(1, none), (3, plenty), (10, none), (64, plenty)] {
                let visits = walk(&bodies, width, budgets, |asked| random.index(asked));
                assert_eq!(visits, expected, "seed {seed}, width {width}, {budgets:?}");
            }
        }
    }

    #[test]
    fn components_go_before_manifests_ahead_and_the_next_level_is_read_before_this_one_is_done() {
        let children: Vec<String> = (1..5).map(|number| pi(number).to_string()).collect();
        let components = json!({"pinax.json": "a", "b.ref.json": "b", "c.ref.json": "c"});
        let body = json!({"components": components, "children_pi": children}).to_string();
        let bodies = HashMap::from([(pi(0), body)]);
        let options = ExportOptions {
            recursive: true,
            ..ExportOptions::default()
        };
        let mut window = window(&options, Budgets::for_memory(None));
        let root = window.next_request().expect("the root");
        assert_eq!(window.next_request(), None);
        window.accept(answer(&root, &bodies));
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
