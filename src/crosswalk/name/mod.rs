//! `creator` and the persons and bodies of the graph, as `name`.
//!
//! Roles and the years of a life leave the text of a name (`heading`): reference managers would make a forename of them.
//! A text that names several keeps them, since nothing says whose they are: "Ann Hale (author), Tom Pike (editor)".
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
mod known;
mod role;

use foldhash::{HashMap, HashMapExt as _, HashSet};

use super::value::{self, Kind};
use crate::arke::Pinax;
use crate::mods::{Name, Role, Text, Uri};
use crate::sanitize::excerpt;

pub(super) use agent::{Agent, agents};
pub(super) use heading::Heading;
pub(super) use key::{is_code, key, same_key};
pub(super) use known::KnownNames;

const CREATOR: Role = Role {
    term: "creator",
    code: "cre",
};
const CONTRIBUTOR: Role = Role {
    term: "contributor",
    code: "ctb",
};

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
    let mut unnamed: Vec<String> = Vec::new();
    let creators = pinax.creators.iter().map(|name| (name, CREATOR));
    let contributors = pinax.contributors.iter().map(|name| (name, CONTRIBUTOR));
    for (creator, role) in creators.chain(contributors) {
        // A creator can be a code of the graph; the entity's full name is meant then.
        let text = known.called(creator).text;
        let heading = Heading::read(text);
        if value::is_unnamed(&heading.name, Kind::Name) {
            let role = creator.role.map(|role| format!(" ({role})"));
            unnamed.push([text, &role.unwrap_or_default()].concat());
            continue;
        }
        let mut roles = heading.roles.clone();
        roles.extend(creator.role.map(role::given).unwrap_or_default());
        // It is not sure that somebody made what is attributed to them.
        if role == CONTRIBUTOR || !roles.iter().any(|role| role.code == "att") {
            roles.insert(0, role);
        }
        let place = *places.entry(heading.identity()).or_insert(read.names.len());
        if let Some(name) = read.names.get_mut(place) {
            name.roles.extend(roles);
        } else {
            let agent = known.find(&heading);
            read.codes.extend(agent.map(|agent| agent.entity.code));
            let name = name(heading, agent, known);
            read.names.extend(name.map(|name| Name {
                value_uri: creator.uri.and_then(Uri::parse),
                roles,
                ..name
            }));
        }
    }
    for (place, name) in read.names.iter_mut().enumerate() {
        name.primary = place == 0 && name.roles.first() != Some(&CONTRIBUTOR);
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
        let role = name.role.filter(|role| role::given(role).is_empty())?;
        let [name, role] = [name.text, role].map(excerpt);
        Some((
            field,
            format!("the role {role:?} of {name:?} is no relator; left out"),
        ))
    })
}

/// Returns a name of somebody, whom the graph may know, without what they did.
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
        roles: Vec::new(),
    })
}
