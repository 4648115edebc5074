//! Names that are known: those of the graph, of the institutions and of the places.

use std::borrow::Cow;
use std::collections::hash_map::Entry;
use std::ptr;

use foldhash::{HashMap, HashMapExt as _, HashSet};

use crate::arke::cheimarros::{Cheimarros, GraphEntity};
use crate::arke::{Pinax, Term};
use crate::crosswalk::value;
use crate::mods::NameKind;

use super::agent::Agent;
use super::heading::Heading;
use super::key::{is_code, key};
use super::kind;

/// What separates the parts of a place.
const PARTS: &str = ", ";

/// What the persons, bodies and places of the entity are called, and who holds the resource.
#[derive(Debug)]
pub(in crate::crosswalk) struct KnownNames<'v> {
    graph: Option<&'v Cheimarros<'v>>,
    /// For each entity of the graph, if it is a person or a body.
    agents: &'v [Option<Agent<'v>>],
    /// By the keys of all they are called; nobody where several have one key.
    named: HashMap<&'v str, Option<&'v Agent<'v>>>,
    institutions: HashSet<String>,
    /// What the pinax or the graph call a place.
    places: HashSet<String>,
}

impl<'v> KnownNames<'v> {
    pub(in crate::crosswalk) fn new(
        graph: Option<&'v Cheimarros<'v>>,
        agents: &'v [Option<Agent<'v>>],
        pinax: &Pinax<'_>,
    ) -> Self {
        let mut named: HashMap<&str, Option<&Agent<'_>>> = HashMap::with_capacity(agents.len());
        for agent in agents.iter().flatten() {
            for key in agent.keys() {
                match named.entry(key) {
                    Entry::Vacant(free) => drop(free.insert(Some(agent))),
                    Entry::Occupied(own) if own.get().is_some_and(|own| ptr::eq(own, agent)) => {}
                    Entry::Occupied(mut tie) => drop(tie.insert(None)),
                }
            }
        }
        let institutions = pinax.institutions.iter();
        Self {
            graph,
            agents,
            named,
            institutions: institutions
                .map(|institution| key(institution.text))
                .collect(),
            places: places(pinax, graph).collect(),
        }
    }

    /// Tells whether the [`key()`] of a name is that of an institution which holds the resource.
    pub(in crate::crosswalk) fn is_institution(&self, key: &str) -> bool {
        self.institutions.contains(key)
    }

    /// Tells whether the pinax or the graph call this a place.
    pub(in crate::crosswalk) fn is_place(&self, name: &str) -> bool {
        self.places.contains(&value::key(name))
    }

    /// Returns for each entity of the graph the person or body that it is, if it is one.
    pub(in crate::crosswalk) fn agents(&self) -> &'v [Option<Agent<'v>>] {
        self.agents
    }

    /// Returns the one person or body of the graph that has this name, unless it lived at another time.
    pub(in crate::crosswalk) fn find(&self, heading: &Heading<'_>) -> Option<&'v Agent<'v>> {
        let agent = self.named.get(&*key(&heading.name)).copied()??;
        let Some(life) = heading.life.map(years).filter(|years| !years.is_empty()) else {
            return Some(agent);
        };
        let other = self.life(agent).map(|other| years(&other));
        let is_same = other.is_none_or(|other| other.iter().any(|year| life.contains(year)));
        is_same.then_some(agent)
    }

    /// Returns the years of the life of a person of the graph.
    pub(in crate::crosswalk) fn life(&self, agent: &Agent<'v>) -> Option<Cow<'v, str>> {
        agent.life(self.graph)
    }

    /// Returns the names of the graph and what they are those of, by their keys.
    pub(in crate::crosswalk) fn kinds(&self) -> impl Iterator<Item = (Box<str>, NameKind)> {
        let agents = self.agents.iter().flatten();
        let keys = agents.flat_map(|agent| agent.keys().map(|key| (key, agent.kind)));
        keys.filter(|(key, _)| self.named.get(key).is_some_and(Option::is_some))
            .map(|(key, kind)| (key.into(), kind))
    }

    /// Returns a value, in the place of a code of the graph what that stands for.
    pub(in crate::crosswalk) fn called(&self, value: &Term<'v>) -> Term<'v> {
        let graph = self.graph.filter(|_| is_code(value.text));
        let entity = graph.and_then(|graph| graph.entity(value.text));
        let text = entity.map_or(value.text, GraphEntity::name);
        Term { text, ..*value }
    }

    /// Says what a name that the graph does not know is that of, if something does; `key` is its [`key()`].
    pub(super) fn kind(&self, name: &str, key: &str) -> Option<NameKind> {
        if self.is_institution(key) {
            return Some(NameKind::Corporate);
        }
        kind::by_form(name, |place| self.is_place(place))
    }
}

/// Returns the years that a text names.
fn years(text: &str) -> Vec<String> {
    let figures = text.split(|c: char| !c.is_ascii_digit());
    figures
        .filter(|figure| figure.len() == 4)
        .map(str::to_owned)
        .collect()
}

/// Returns the keys of all that the pinax or the graph call a place.
fn places<'p>(
    pinax: &'p Pinax<'_>,
    graph: Option<&'p Cheimarros<'_>>,
) -> impl Iterator<Item = String> {
    let entities = graph.into_iter().flat_map(|graph| &graph.entities);
    let in_graph = entities
        .filter(|entity| entity.is_place())
        .map(GraphEntity::name);
    // Of "Port Amory, Amory Islands" each is a place, and so are both together.
    let in_pinax = pinax.places.iter().flat_map(|place| {
        let both = place.text.contains(PARTS).then_some(place.text);
        place.text.split(PARTS).chain(both)
    });
    in_pinax.chain(in_graph).map(value::key)
}
