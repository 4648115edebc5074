//! What a resource is about, from `pinax.json` and the graph, as `subject`.
//!
//! Each subject stands once, in its first spelling, whichever source names it. Creators and the institution are none
//! because the graph names them, but what the pinax says is one: a letter may be by Alice Austen and about her. Places
//! are subjects and no place of origin, because `place` means "made there or about it".
//!
//! A topic that the pinax names as a place too, or the graph as a place, a person or a body, is that, and one that is
//! the creator or the institution is a name: it stands once, under the heading that says more, since a catalogue would
//! index "Staten Island" as a topic and a place apart. One word alone is no sure sign of a name: "Temperance" and
//! "Rose" stay topics.
//!
//! Of the graph comes what the resource is about: not the documents that are in it, nor the dates of its documents and
//! of persons' lives. Those are in the extension.

mod term;

use foldhash::{HashMap, HashMapExt as _, HashSet, HashSetExt as _};

use super::CheimarrosMode;
use super::name::{self, Agent, Creators, Heading, KnownNames};
use super::value::{self, Kind};
use crate::arke::cheimarros::{Cheimarros, PropertyValue, Relation};
use crate::arke::{Entity, Pinax, Term};
use crate::mods::{Name, Subject, SubjectTerm, Text, Uri};

/// What stands between a heading and what narrows it, in the forms that typesetting has made of "--".
const NARROWING: [&str; 4] = ["--", "—", "―", " – "];

struct Subjects<'v> {
    mode: CheimarrosMode,
    graph: Option<&'v Cheimarros<'v>>,
    known: &'v KnownNames<'v>,
    listed: Vec<Subject<'v>>,
    /// The element and the key of each subject.
    seen: HashSet<(&'static str, String)>,
    /// The names that stand already, creators among them, and when they lived.
    names: HashMap<String, Vec<Option<String>>>,
    /// The codes of those whom the graph knows.
    codes: HashSet<&'v str>,
}

/// Returns the subjects: those of the pinax, then those of the graph, in the order of the documents.
pub(super) fn subjects<'v>(
    entity: &'v Entity<'v>,
    pinax: &Pinax<'v>,
    creators: &Creators<'v>,
    known: &'v KnownNames<'v>,
    mode: CheimarrosMode,
) -> Vec<Subject<'v>> {
    let mut subjects = Subjects {
        mode,
        graph: entity.cheimarros.present(),
        known,
        listed: Vec::new(),
        seen: HashSet::new(),
        names: HashMap::new(),
        codes: creators.codes.clone(),
    };
    for creator in &creators.names {
        subjects.remember(creator);
    }
    for topic in &pinax.subjects {
        subjects.add_topic(&known.called(topic));
    }
    for place in &pinax.places {
        subjects.add_heading(&known.called(place), |_, text| term::place(text));
    }
    if let Some(graph) = subjects.graph {
        subjects.add_graph(graph, pinax);
    }
    subjects.listed
}

impl<'v> Subjects<'v> {
    /// Adds a topic of the pinax, or the person or body that it names.
    fn add_topic(&mut self, topic: &Term<'v>) {
        let Some((term, agent)) = self.named(topic.text) else {
            return self.add_heading(topic, Self::topic);
        };
        self.codes.extend(agent.map(|agent| agent.entity.code));
        self.add(Some(term), topic.uri.and_then(Uri::parse));
    }

    /// Adds a heading of the pinax: "Harbors--History" is one subject, a topic and a topic that narrows it.
    fn add_heading(
        &mut self,
        heading: &Term<'v>,
        term: impl Fn(&Self, &'v str) -> Option<SubjectTerm<'v>>,
    ) {
        // "E 72°--E 148°" narrows nothing.
        let is_whole = value::is_coordinates(heading.text);
        let narrowing = NARROWING.iter().filter(|_| !is_whole);
        let parts = narrowing.fold(vec![heading.text], |parts, sign| {
            parts.iter().flat_map(|part| part.split(sign)).collect()
        });
        let said = parts
            .iter()
            .filter(|part| !value::is_nothing(part, Kind::Other));
        let mut terms: Vec<_> = said.filter_map(|part| term(self, part)).collect();
        let value_uri = heading.uri.and_then(Uri::parse);
        if terms.len() == 1 {
            self.add(terms.pop(), value_uri);
            return;
        }
        let keys: Vec<String> = parts.iter().map(|part| value::key(part)).collect();
        let mut terms = terms.into_iter();
        let Some(first) = terms.next() else { return };
        if self.seen.insert(("subject", keys.join("--"))) {
            self.listed.push(Subject {
                term: first,
                subdivisions: terms.collect(),
                value_uri,
            });
        }
    }

    fn add_graph(&mut self, graph: &'v Cheimarros<'v>, pinax: &Pinax<'v>) {
        let is_full = self.mode == CheimarrosMode::Full;
        let own_dates = own_dates(graph);
        let place = |place: &Term<'_>| value::key(place.text);
        let places: HashSet<String> = pinax.places.iter().map(place).collect();
        for (entity, agent) in graph.entities.iter().zip(self.known.agents()) {
            if let Some(agent) = agent {
                if !places.contains(&value::key(&agent.heading.name)) {
                    self.add_agent(agent);
                }
                continue;
            }
            let label = || entity.label.unwrap_or(entity.code);
            let term = match entity.kind.to_ascii_lowercase().as_str() {
                _ if entity.is_place() => term::place(entity.name()),
                "concept" | "topic" => self.topic(label()),
                "event" if is_full => self.topic(label()),
                "date" if !own_dates.contains(entity.code) => term::date(entity),
                _ => None,
            };
            self.add(term, None);
        }
    }

    /// Returns a topic, or the place, the time or the name that it is.
    fn topic(&self, text: &'v str) -> Option<SubjectTerm<'v>> {
        if self.known.is_place(text) {
            return term::place(text);
        }
        let named = || self.named(text).map(|(name, _)| name);
        let topic = || Text::line(term::words(text)).map(SubjectTerm::Topic);
        let term = term::time(text).or_else(named).or_else(topic);
        term.filter(|_| !value::is_nothing(text, Kind::Other) && !value::is_address(text))
    }

    /// Returns the name that a topic is, and whose of the graph: it is no place and more than one word, and the graph,
    /// a creator or the institution is called so.
    fn named(&self, text: &'v str) -> Option<(SubjectTerm<'v>, Option<&'v Agent<'v>>)> {
        if !text.trim().contains([' ', ',']) || self.known.is_place(text) {
            return None;
        }
        let heading = Heading::read(text);
        let agent = self.known.find(&heading);
        let is_known = agent.is_some()
            || self.names.contains_key(&name::same_key(&heading.name))
            || self.known.is_institution(&name::key(&heading.name));
        if !is_known || value::is_unnamed(&heading.name, Kind::Name) {
            return None;
        }
        let name = name::name(heading, agent, self.known)?;
        Some((SubjectTerm::Name(name), agent))
    }

    /// Adds a person or a body of the graph, unless it made or holds the resource, or may stand already.
    fn add_agent(&mut self, agent: &'v Agent<'v>) {
        let is_institution = agent.keys().any(|key| self.known.is_institution(key));
        let is_unnamed = value::is_unnamed(&agent.heading.name, Kind::Name);
        if is_institution || is_unnamed || self.codes.contains(agent.entity.code) {
            return;
        }
        let Some(name) = name::name(agent.heading.clone(), Some(agent), self.known) else {
            return;
        };
        let (key, life) = identity(&name);
        let mut namesakes = self.names.get(&key).into_iter().flatten();
        if namesakes.all(|other| life.is_some() && other.is_some() && *other != life) {
            self.add(Some(SubjectTerm::Name(name)), None);
        }
    }

    /// Remembers a name that stands, and when it lived; returns both as one key.
    fn remember(&mut self, name: &Name<'_>) -> String {
        let (key, life) = identity(name);
        let whole = format!("{key} {life:?}");
        self.names.entry(key).or_default().push(life);
        whole
    }

    fn add(&mut self, term: Option<SubjectTerm<'v>>, value_uri: Option<Uri>) {
        let Some(term) = term else { return };
        let key = |text: &Text<'_>| value::key(text.as_str());
        let seen = match &term {
            SubjectTerm::Name(name) => ("name", self.remember(name)),
            SubjectTerm::Topic(text) => ("topic", key(text)),
            SubjectTerm::Geographic(text) => ("geographic", key(text)),
            SubjectTerm::Coordinates(text) => ("coordinates", key(text)),
            SubjectTerm::Temporal(text, _) => ("temporal", key(text)),
        };
        if self.seen.insert(seen) {
            self.listed.push(Subject {
                value_uri,
                ..Subject::of(term)
            });
        }
    }
}

/// Returns the form in which a name is the same as another, and when it lived.
fn identity(name: &Name<'_>) -> (String, Option<String>) {
    let life = name.date.as_ref().map(|date| value::words(date.as_str()));
    (name::same_key(name.name_part.as_str()), life)
}

/// Returns the codes of the dates that belong to something the resource is not about: all that anything but an event
/// refers to.
fn own_dates<'v>(graph: &'v Cheimarros<'v>) -> HashSet<&'v str> {
    if !graph.entities.iter().any(|entity| entity.is_a("date")) {
        return HashSet::new();
    }
    let properties = graph.entities.iter().filter(|entity| !entity.is_a("event"));
    let properties = properties.flat_map(|entity| &entity.properties);
    let referred = properties.filter_map(|(_, value)| match value {
        PropertyValue::Reference(code) => Some(*code),
        PropertyValue::Text(_) => None,
    });
    let ends = graph.relations.iter().flat_map(|relation| {
        let Relation { source, target, .. } = relation;
        [(source, target), (target, source)]
    });
    let is_of_event = |code: &str| graph.entity(code).is_none_or(|entity| entity.is_a("event"));
    let related = ends
        .filter(|(other, _)| !is_of_event(other))
        .map(|(_, code)| *code);
    referred.chain(related).collect()
}
