//! What a resource is about, from `pinax.json` and the graph, as `subject`.
//!
//! Each subject stands once, in its first spelling, whichever source names it; creators and the institution are not
//! repeated. Places are subjects and no place of origin, because `place` means "made there or about it".

use std::collections::HashSet;

use super::date;
use super::name::{self, KnownNames};
use crate::arke::cheimarros::{Cheimarros, GraphEntity, PropertyValue};
use crate::arke::{Entity, Pinax};
use crate::job::CheimarrosMode;
use crate::mods::{DateEncoding, Name, NameKind, Subject, SubjectTerm, Text, TitleInfo};

/// The kinds of subject, each with headings of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Heading {
    Topic,
    Geographic,
    Temporal,
    Name,
    Title,
}

struct Subjects<'v> {
    subjects: Vec<Subject<'v>>,
    seen: HashSet<(Heading, String)>,
}

/// Returns the subjects: those of the pinax, then those of the graph, in the order of the documents.
pub(super) fn subjects<'v>(
    entity: &'v Entity<'v>,
    mode: CheimarrosMode,
    creators: &[Name<'v>],
    known: &KnownNames<'v>,
) -> Vec<Subject<'v>> {
    let mut subjects = Subjects {
        subjects: Vec::new(),
        seen: HashSet::new(),
    };
    for creator in creators {
        subjects
            .seen
            .insert((Heading::Name, name::key(creator.name_part.as_str())));
    }
    if let Some(pinax) = entity.pinax.here() {
        subjects.add_pinax(pinax);
    }
    if let Some(graph) = entity.cheimarros.here() {
        for graph_entity in &graph.entities {
            subjects.add_graph_entity(graph_entity, entity, graph, mode, known);
        }
    }
    subjects.subjects
}

impl<'v> Subjects<'v> {
    fn add_pinax(&mut self, pinax: &'v Pinax<'v>) {
        for topic in &pinax.subjects {
            // "Harbors--History" is one subject: a topic, and a topic that narrows it.
            let terms: Vec<SubjectTerm<'v>> = topic
                .split("--")
                .filter_map(Text::line)
                .map(SubjectTerm::Topic)
                .collect();
            if !terms.is_empty() && self.is_new(Heading::Topic, topic) {
                self.subjects.push(Subject { terms });
            }
        }
        for place in &pinax.places {
            self.add(Heading::Geographic, place, SubjectTerm::Geographic);
        }
    }

    fn add_graph_entity(
        &mut self,
        graph_entity: &'v GraphEntity<'v>,
        entity: &Entity<'v>,
        graph: &'v Cheimarros<'v>,
        mode: CheimarrosMode,
        known: &KnownNames<'v>,
    ) {
        if let Some(kind) = name::graph_kind(graph_entity) {
            self.add_name(graph_entity, kind, graph, known);
            return;
        }
        let label = graph_entity.label.unwrap_or(graph_entity.code);
        match graph_entity.kind.to_ascii_lowercase().as_str() {
            "place" | "location" => self.add(
                Heading::Geographic,
                graph_entity.name(),
                SubjectTerm::Geographic,
            ),
            "concept" | "topic" => self.add(Heading::Topic, label, SubjectTerm::Topic),
            "event" if mode == CheimarrosMode::Full => {
                self.add(Heading::Topic, label, SubjectTerm::Topic);
            }
            "document" if mode == CheimarrosMode::Full && !names_own_parts(label, entity) => {
                self.add(Heading::Title, label, |title| {
                    SubjectTerm::Title(TitleInfo::plain(title))
                });
            }
            "date" => self.add_date(graph_entity),
            _ => {}
        }
    }

    fn add_name(
        &mut self,
        graph_entity: &'v GraphEntity<'v>,
        kind: NameKind,
        graph: &'v Cheimarros<'v>,
        known: &KnownNames<'v>,
    ) {
        let name = graph_entity.name();
        if known.is_institution(name) {
            return;
        }
        let is_known = [Some(name), graph_entity.label, Some(graph_entity.code)]
            .into_iter()
            .flatten()
            .any(|spelling| self.seen.contains(&(Heading::Name, name::key(spelling))));
        let Some(name_part) = Text::line(name).filter(|_| !is_known) else {
            return;
        };
        self.seen.insert((Heading::Name, name::key(name)));
        let date = life_dates(graph_entity, graph);
        let name = Name {
            kind: Some(kind),
            name_part,
            date,
            primary: false,
            role: None,
        };
        self.subjects.push(Subject::of(SubjectTerm::Name(name)));
    }

    fn add_date(&mut self, graph_entity: &'v GraphEntity<'v>) {
        let label = graph_entity.label.unwrap_or(graph_entity.code);
        match date::from_code(graph_entity.code)
            .or_else(|| date::w3cdtf(label).map(|date| date.as_str().to_owned()))
        {
            Some(date) => {
                if self.is_new(Heading::Temporal, &date) {
                    let temporal =
                        SubjectTerm::Temporal(Text::made(date), Some(DateEncoding::W3cdtf));
                    self.subjects.push(Subject::of(temporal));
                }
            }
            None => self.add(Heading::Temporal, label, |time| {
                SubjectTerm::Temporal(time, None)
            }),
        }
    }

    fn add(
        &mut self,
        heading: Heading,
        raw: &'v str,
        term: impl FnOnce(Text<'v>) -> SubjectTerm<'v>,
    ) {
        if let Some(text) = Text::line(raw)
            && !name::is_no_name(raw)
            && self.is_new(heading, raw)
        {
            self.subjects.push(Subject::of(term(text)));
        }
    }

    /// Tells whether no subject of this heading had these words before, whatever their case.
    fn is_new(&mut self, heading: Heading, raw: &str) -> bool {
        let words: Vec<String> = raw.split_whitespace().map(str::to_lowercase).collect();
        self.seen.insert((heading, words.join(" ")))
    }
}

/// Tells whether a document of the graph is a component of the entity or the entity itself.
fn names_own_parts(label: &str, entity: &Entity<'_>) -> bool {
    let label = name::key(label);
    let stem = |key: &str| name::key(key.trim_end_matches(".ref.json"));
    let title = entity.pinax.here().and_then(|pinax| pinax.title.as_deref());
    title.is_some_and(|title| name::key(title) == label)
        || entity
            .manifest
            .components
            .iter()
            .any(|component| stem(&component.key) == label)
}

/// Returns "1866-1952" from the dates of birth and death that the graph gives a person.
fn life_dates<'v>(person: &GraphEntity<'v>, graph: &Cheimarros<'v>) -> Option<Text<'v>> {
    let year = |names: [&str; 3]| {
        names
            .into_iter()
            .find_map(|name| person.values(name).find_map(|value| year(value, graph)))
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

fn year(value: &PropertyValue<'_>, graph: &Cheimarros<'_>) -> Option<String> {
    let date = match value {
        PropertyValue::Text(text) => date::w3cdtf(text)?.as_str().to_owned(),
        PropertyValue::Reference(code) => date::from_code(code).or_else(|| {
            let label = graph.entity(code)?.label?;
            date::w3cdtf(label).map(|date| date.as_str().to_owned())
        })?,
    };
    date.get(..4).map(str::to_owned)
}
