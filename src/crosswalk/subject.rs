//! What a resource is about, from `pinax.json` and the graph, as `subject`.
//!
//! Each subject stands once, in its first spelling, whichever source names it; creators and the institution are not
//! repeated. Places are subjects and no place of origin, because `place` means "made there or about it".
//!
//! A topic that the pinax names as a place too, or the graph as a place, a person or a body, is that: it stands once,
//! under the heading that says more, since a catalogue would index "Staten Island" as a topic and a place apart.

use foldhash::{HashSet, HashSetExt as _};

use super::name::{self, Agent, KnownNames};
use super::origin_info::date;
use super::{CheimarrosMode, folded, related_item};
use crate::arke::cheimarros::{Cheimarros, GraphEntity, PropertyValue};
use crate::arke::{Entity, Pinax};
use crate::mods::{DateEncoding, Name, Subject, SubjectTerm, Text, TitleInfo};

/// The kinds of subject but names, each with headings of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Heading {
    Topic,
    Geographic,
    Temporal,
    Title,
}

struct Subjects<'v> {
    mode: CheimarrosMode,
    graph: Option<&'v Cheimarros<'v>>,
    known: &'v KnownNames<'v>,
    /// The words of what the pinax or the graph call a place.
    places: HashSet<String>,
    listed: Vec<Subject<'v>>,
    seen: HashSet<(Heading, String)>,
    /// The keys of the creators, and of the names that stand already.
    names: HashSet<String>,
}

/// Returns the subjects: those of the pinax, then those of the graph, in the order of the documents.
pub(super) fn subjects<'v>(
    entity: &'v Entity<'v>,
    title: &TitleInfo<'v>,
    creators: &[Name<'v>],
    known: &'v KnownNames<'v>,
    mode: CheimarrosMode,
) -> Vec<Subject<'v>> {
    let names = creators
        .iter()
        .map(|creator| name::key(creator.name_part.as_str()));
    let pinax = entity.pinax.present();
    let graph = entity.cheimarros.present();
    let pinax_places = pinax.into_iter().flat_map(|pinax| &pinax.places);
    let graph_places = graph
        .into_iter()
        .flat_map(|graph| &graph.entities)
        .filter(|entity| is_place(entity));
    let mut subjects = Subjects {
        mode,
        graph,
        known,
        places: pinax_places
            .map(|place| folded(place))
            .chain(graph_places.map(|place| folded(place.name())))
            .collect(),
        listed: Vec::new(),
        seen: HashSet::new(),
        names: names.collect(),
    };
    if let Some(pinax) = pinax {
        subjects.add_pinax(pinax);
    }
    if let Some(graph) = graph {
        subjects.add_graph(graph, &own_parts(entity, title, graph));
    }
    subjects.listed
}

impl<'v> Subjects<'v> {
    fn add_pinax(&mut self, pinax: &'v Pinax<'v>) {
        for topic in &pinax.subjects {
            // "Harbors--History" is one subject: a topic, and a topic that narrows it.
            let mut parts = topic.split("--").filter(|part| Text::line(*part).is_some());
            match (parts.next(), parts.next()) {
                (Some(only), None) => self.add_topic(only),
                (Some(_), Some(_)) => self.add_narrowed(topic),
                (None, _) => {}
            }
        }
        for place in &pinax.places {
            self.add_place(place);
        }
    }

    fn add_narrowed(&mut self, topic: &'v str) {
        let terms: Vec<Text<'v>> = topic.split("--").filter_map(Text::line).collect();
        let words: Vec<&str> = terms.iter().map(Text::as_str).collect();
        if self.is_new(Heading::Topic, &words.join("--")) {
            let mut topics = terms.into_iter().map(SubjectTerm::Topic);
            self.listed.extend(topics.next().map(|term| Subject {
                term,
                subdivisions: topics.collect(),
            }));
        }
    }

    fn add_graph(&mut self, graph: &'v Cheimarros<'v>, own_parts: &HashSet<String>) {
        let is_full = self.mode == CheimarrosMode::Full;
        for (entity, agent) in graph.entities.iter().zip(self.known.agents()) {
            if let Some(agent) = agent {
                self.add_name(entity.name(), agent.name_key(), agent);
                continue;
            }
            let label = entity.label.unwrap_or(entity.code);
            match entity.kind.to_ascii_lowercase().as_str() {
                _ if is_place(entity) => self.add_place(entity.name()),
                "concept" | "topic" => self.add_topic(label),
                "event" if is_full => self.add_topic(label),
                "document" if is_full && !own_parts.contains(&name::key(label)) => {
                    self.add(Heading::Title, label, |title| {
                        SubjectTerm::Title(TitleInfo::plain(title))
                    });
                }
                "date" => self.add_date(entity),
                _ => {}
            }
        }
    }

    /// Adds a topic, or the place or name that it is.
    fn add_topic(&mut self, topic: &'v str) {
        let key = name::key(topic);
        if let Some(agent) = self.known.named(&key) {
            self.add_name(topic, &key, agent);
        } else if self.places.contains(&folded(topic)) {
            self.add_place(topic);
        } else if !name::is_nothing(&key) && !self.is_known_name(&key) {
            self.add(Heading::Topic, topic, SubjectTerm::Topic);
        }
    }

    fn add_place(&mut self, place: &'v str) {
        if !name::is_unnamed(&name::key(place)) {
            self.add(Heading::Geographic, place, SubjectTerm::Geographic);
        }
    }

    /// Adds a person or a body of the graph under `name`, one of its own, whose key is `key`, unless it stands already.
    fn add_name(&mut self, name: &'v str, key: &str, agent: &Agent<'v>) {
        debug_assert!(agent.keys().any(|own| own == key));
        if name::is_unnamed(key) || agent.keys().any(|key| self.is_known_name(key)) {
            return;
        }
        let Some(name_part) = Text::line(name) else {
            return;
        };
        self.names.insert(key.to_owned());
        let name = Name {
            kind: Some(agent.kind),
            name_part,
            date: self.life_dates(agent.entity),
            primary: false,
            role: None,
        };
        self.listed.push(Subject::of(SubjectTerm::Name(name)));
    }

    /// Tells whether a key is that of a creator, of the institution or of a name that stands already.
    fn is_known_name(&self, key: &str) -> bool {
        self.known.is_institution(key) || self.names.contains(key)
    }

    fn add_date(&mut self, entity: &'v GraphEntity<'v>) {
        let label = entity.label.unwrap_or(entity.code);
        let Some(date) = date::from_code(entity.code).or_else(|| date::single(label)) else {
            if !date::is_undated(label) {
                self.add(Heading::Temporal, label, |time| {
                    SubjectTerm::Temporal(time, None)
                });
            }
            return;
        };
        if self.is_new(Heading::Temporal, &date) {
            let temporal = SubjectTerm::Temporal(Text::made(date), Some(DateEncoding::W3cdtf));
            self.listed.push(Subject::of(temporal));
        }
    }

    fn add(
        &mut self,
        heading: Heading,
        raw: &'v str,
        term: impl FnOnce(Text<'v>) -> SubjectTerm<'v>,
    ) {
        if let Some(text) = Text::line(raw)
            && self.is_new(heading, raw)
        {
            self.listed.push(Subject::of(term(text)));
        }
    }

    /// Tells whether no subject of this heading had these words before, whatever their case.
    fn is_new(&mut self, heading: Heading, raw: &str) -> bool {
        self.seen.insert((heading, folded(raw)))
    }

    /// Returns "1866-1952" from the dates of birth and death that the graph gives a person.
    fn life_dates(&self, person: &GraphEntity<'_>) -> Option<Text<'v>> {
        let year = |names: [&str; 3]| {
            let mut values = names.into_iter().flat_map(|name| person.values(name));
            values.find_map(|value| self.year(value))
        };
        let birth = year(["birth", "born", "birth_date"]);
        let death = year(["death", "died", "death_date"]);
        (birth.is_some() || death.is_some()).then(|| {
            Text::made(format!(
                "{}-{}",
                birth.unwrap_or_default(),
                death.unwrap_or_default()
            ))
        })
    }

    fn year(&self, value: &PropertyValue<'_>) -> Option<String> {
        let date = match value {
            PropertyValue::Text(text) => date::single(text)?,
            PropertyValue::Reference(code) => {
                date::from_code(code).or_else(|| date::single(self.graph?.entity(code)?.label?))?
            }
        };
        date.get(..4).map(str::to_owned)
    }
}

fn is_place(entity: &GraphEntity<'_>) -> bool {
    let kinds = ["place", "location"];
    kinds
        .iter()
        .any(|kind| entity.kind.eq_ignore_ascii_case(kind))
}

/// Returns the names of the entity itself and of its components, which documents of the graph often are.
fn own_parts(
    entity: &Entity<'_>,
    title: &TitleInfo<'_>,
    graph: &Cheimarros<'_>,
) -> HashSet<String> {
    if !graph
        .entities
        .iter()
        .any(|entity| entity.kind.eq_ignore_ascii_case("document"))
    {
        return HashSet::new();
    }
    let components = entity.manifest.components.iter();
    let stems = components.map(|component| related_item::stem(&component.key));
    let pinax_title = entity.pinax.present().and_then(|pinax| pinax.title);
    stems
        .chain(pinax_title)
        .chain([title.title.as_str()])
        .map(name::key)
        .collect()
}
