//! `creator` and the persons and bodies of the graph, as `name`.
//!
//! Roles and the years of a life leave the text of a name (`heading`): reference managers would make a forename of them.
//!
//! A name is called personal or corporate only where something says so: the graph, the name of the institution, a
//! word that only bodies have in their names, the form "Last, First", or a title of courtesy (`kind`). A wrong `personal`
//! makes reference managers print "Office, Harbour"; no type at all does no harm.
//!
//! "Unknown photographer" and "Various" are no names, and a heading under them brings together what does not belong
//! together ([DLF] names); what they do say is kept in a note.
//!
//! [DLF]: https://wiki.dlib.indiana.edu/display/DLFAquifer

mod agent;
mod heading;
mod key;
mod kind;
mod role;

use std::collections::hash_map::Entry;
use std::ptr;

use foldhash::{HashMap, HashMapExt as _, HashSet};

use super::value::{self, Kind};
use crate::arke::cheimarros::{Cheimarros, GraphEntity};
use crate::arke::{Pinax, Term};
use crate::mods::{Name, NameKind, Role, Text, Uri};
use crate::sanitize::excerpt;

pub(super) use agent::{Agent, agents};
pub(super) use heading::Heading;
pub(super) use key::{is_code, key};

const CREATOR: Role = Role {
    term: "creator",
    code: "cre",
};
const CONTRIBUTOR: Role = Role {
    term: "contributor",
    code: "ctb",
};

/// What the persons, bodies and places of the entity are called, and who holds the resource.
#[derive(Debug)]
pub(super) struct KnownNames<'v> {
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
    pub(super) fn new(
        graph: Option<&'v Cheimarros<'v>>,
        agents: &'v [Option<Agent<'v>>],
        institutions: &[Term<'_>],
        places: impl Iterator<Item = String>,
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
        Self {
            graph,
            agents,
            named,
            institutions: institutions
                .iter()
                .map(|institution| key(institution.text))
                .collect(),
            places: places.collect(),
        }
    }

    /// Tells whether the [`key()`] of a name is that of an institution which holds the resource.
    pub(super) fn is_institution(&self, key: &str) -> bool {
        self.institutions.contains(key)
    }

    /// Tells whether the pinax or the graph call this a place.
    pub(super) fn is_place(&self, name: &str) -> bool {
        self.places.contains(&value::key(name))
    }

    /// Returns for each entity of the graph the person or body that it is, if it is one.
    pub(super) fn agents(&self) -> &'v [Option<Agent<'v>>] {
        self.agents
    }

    /// Returns the one person or body of the graph that has this name, unless it lived at another time.
    pub(super) fn find(&self, heading: &Heading<'_>) -> Option<&'v Agent<'v>> {
        let agent = self.named.get(&*key(&heading.name)).copied()??;
        let Some(life) = heading.life.map(years).filter(|years| !years.is_empty()) else {
            return Some(agent);
        };
        let other = self.life(agent).map(|other| years(&other));
        let is_same = other.is_none_or(|other| other.iter().any(|year| life.contains(year)));
        is_same.then_some(agent)
    }

    /// Returns the years of the life of a person of the graph.
    pub(super) fn life(&self, agent: &Agent<'v>) -> Option<std::borrow::Cow<'v, str>> {
        agent.life(self.graph)
    }

    /// Returns the names of the graph and what they are those of, by their keys.
    pub(super) fn kinds(&self) -> impl Iterator<Item = (Box<str>, NameKind)> {
        let agents = self.agents.iter().flatten();
        let keys = agents.flat_map(|agent| agent.keys().map(|key| (key, agent.kind)));
        keys.filter(|(key, _)| self.named.get(key).is_some_and(Option::is_some))
            .map(|(key, kind)| (key.into(), kind))
    }

    /// Returns the person or body that a code of the graph stands for.
    fn coded(&self, code: &str) -> Option<&'v GraphEntity<'v>> {
        let entity = self.graph.filter(|_| is_code(code))?.entity(code)?;
        agent::kind(entity).map(|_| entity)
    }

    /// Says what a name that the graph does not know is that of, if something does; `key` is its [`key()`].
    fn kind(&self, name: &str, key: &str) -> Option<NameKind> {
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

/// The creators and contributors, and what is said of those that are not named.
#[derive(Debug, Default)]
pub(super) struct Creators<'v> {
    /// Each once, the first as the name the record is filed under.
    pub(super) names: Vec<Name<'v>>,
    /// Those whom the graph knows, by their codes.
    pub(super) codes: HashSet<&'v str>,
    /// "Unknown photographer" and the like: no name, but more than nothing.
    pub(super) unnamed: Option<Text<'v>>,
}

/// Reads the creators and contributors of a pinax.
pub(super) fn creators<'v>(pinax: &Pinax<'v>, known: &KnownNames<'v>) -> Creators<'v> {
    let mut places = HashMap::new();
    let mut read = Creators::default();
    let mut unnamed: Vec<&str> = Vec::new();
    let creators = pinax.creators.iter().map(|creator| (creator, CREATOR));
    let contributors = pinax
        .contributors
        .iter()
        .map(|contributor| (contributor, CONTRIBUTOR));
    for (creator, role) in creators.chain(contributors) {
        // A creator can be a code of the graph; the entity's full name is meant then.
        let text = known
            .coded(creator.text)
            .map_or(creator.text, GraphEntity::name);
        if value::is_unnamed(text, Kind::Name) {
            unnamed.push(text);
            continue;
        }
        let mut heading = Heading::read(text);
        heading.roles.insert(0, role);
        heading
            .roles
            .extend(creator.role.map(role::roles).unwrap_or_default());
        let place = *places.entry(heading.identity()).or_insert(read.names.len());
        if let Some(name) = read.names.get_mut(place) {
            name.roles.extend(&heading.roles);
        } else {
            let agent = known.find(&heading);
            read.codes.extend(agent.map(|agent| agent.entity.code));
            let name = name(heading, agent, known);
            read.names.extend(name.map(|name| Name {
                value_uri: creator.uri.and_then(Uri::parse),
                ..name
            }));
        }
    }
    for (place, name) in read.names.iter_mut().enumerate() {
        name.primary = place == 0 && name.roles.contains(&CREATOR);
        name.roles = super::distinct(name.roles.drain(..));
    }
    read.unnamed = Text::line(unnamed.join("; "));
    read
}

/// Returns the roles that are given beside names and are no relators, by field, and what became of them.
pub(super) fn unknown_roles(pinax: &Pinax<'_>) -> impl Iterator<Item = (&'static str, String)> {
    let creators = pinax.creators.iter().map(|name| ("creator", name));
    let contributors = pinax.contributors.iter().map(|name| ("contributor", name));
    creators.chain(contributors).filter_map(|(field, name)| {
        let role = name.role.filter(|role| role::roles(role).is_empty())?;
        let [name, role] = [name.text, role].map(excerpt);
        Some((
            field,
            format!("the role {role:?} of {name:?} is no relator; left out"),
        ))
    })
}

/// Returns a name of somebody, whom the graph may know.
pub(super) fn name<'v>(
    heading: Heading<'v>,
    agent: Option<&Agent<'v>>,
    known: &KnownNames<'v>,
) -> Option<Name<'v>> {
    let key = agent.is_none().then(|| key(&heading.name));
    let kind = agent.map(|agent| agent.kind);
    let kind = kind.or_else(|| known.kind(&heading.name, key.as_deref()?));
    let life = heading.life.map(Into::into).or_else(|| known.life(agent?));
    Some(Name {
        kind,
        key: key.filter(|_| kind.is_none()).map(Into::into),
        name_part: Text::line(heading.name)?,
        date: life.and_then(Text::line),
        value_uri: None,
        primary: false,
        roles: heading.roles,
    })
}
