//! What a resource is about, from `pinax.json` and the graph, as `subject`.
//!
//! Each subject stands once, in its first spelling, whichever source names it; creators and the institution are not
//! repeated. Places are subjects and no place of origin, because `place` means "made there or about it".

use std::collections::{HashMap, HashSet};

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
    mode: CheimarrosMode,
    known: &'v KnownNames<'v>,
    listed: Vec<Subject<'v>>,
    seen: HashSet<(Heading, String)>,
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
        .map(|creator| (Heading::Name, name::key(creator.name_part.as_str())));
    let mut subjects = Subjects {
        mode,
        known,
        listed: Vec::new(),
        seen: names.collect(),
    };
    if let Some(pinax) = entity.pinax.here() {
        subjects.add_pinax(pinax);
    }
    if let Some(graph) = entity.cheimarros.here() {
        subjects.add_graph(graph, &own_parts(entity, title, graph));
    }
    subjects.listed
}

impl<'v> Subjects<'v> {
    fn add_pinax(&mut self, pinax: &'v Pinax<'v>) {
        for topic in pinax
            .subjects
            .iter()
            .filter(|topic| !name::is_no_name(topic))
        {
            // "Harbors--History" is one subject: a topic, and a topic that narrows it.
            let terms: Vec<Text<'v>> = topic.split("--").filter_map(Text::line).collect();
            let words = terms
                .iter()
                .map(Text::as_str)
                .collect::<Vec<_>>()
                .join("--");
            if !terms.is_empty() && self.is_new(Heading::Topic, &words) {
                self.listed.push(Subject {
                    terms: terms.into_iter().map(SubjectTerm::Topic).collect(),
                });
            }
        }
        for place in &pinax.places {
            self.add(Heading::Geographic, place, SubjectTerm::Geographic);
        }
    }

    fn add_graph(&mut self, graph: &'v Cheimarros<'v>, own_parts: &HashSet<String>) {
        let by_code: HashMap<&str, &GraphEntity<'v>> = graph
            .entities
            .iter()
            .map(|entity| (entity.code, entity))
            .collect();
        let is_full = self.mode == CheimarrosMode::Full;
        for entity in &graph.entities {
            if let Some(kind) = name::graph_kind(entity) {
                self.add_name(entity, kind, &by_code);
                continue;
            }
            let label = entity.label.unwrap_or(entity.code);
            match entity.kind.to_ascii_lowercase().as_str() {
                "place" | "location" => {
                    self.add(Heading::Geographic, entity.name(), SubjectTerm::Geographic);
                }
                "concept" | "topic" => self.add(Heading::Topic, label, SubjectTerm::Topic),
                "event" if is_full => self.add(Heading::Topic, label, SubjectTerm::Topic),
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

    fn add_name(
        &mut self,
        entity: &'v GraphEntity<'v>,
        kind: NameKind,
        by_code: &HashMap<&str, &GraphEntity<'v>>,
    ) {
        let name = entity.name();
        let own_key = name::key(name);
        let other_keys = [entity.label, Some(entity.code)];
        let mut keys =
            std::iter::once(own_key.clone()).chain(other_keys.into_iter().flatten().map(name::key));
        let is_known = keys.any(|key| {
            self.known.is_institution(&key) || self.seen.contains(&(Heading::Name, key))
        });
        if is_known || name::is_no_name(name) {
            return;
        }
        let Some(name_part) = Text::line(name) else {
            return;
        };
        self.seen.insert((Heading::Name, own_key));
        let date = life_dates(entity, by_code);
        let name = Name {
            kind: Some(kind),
            name_part,
            date,
            primary: false,
            role: None,
        };
        self.listed.push(Subject::of(SubjectTerm::Name(name)));
    }

    fn add_date(&mut self, entity: &'v GraphEntity<'v>) {
        let label = entity.label.unwrap_or(entity.code);
        let Some(date) = date::from_code(entity.code).or_else(|| date::single(label)) else {
            self.add(Heading::Temporal, label, |time| {
                SubjectTerm::Temporal(time, None)
            });
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
            && !name::is_no_name(raw)
            && self.is_new(heading, raw)
        {
            self.listed.push(Subject::of(term(text)));
        }
    }

    /// Tells whether no subject of this heading had these words before, whatever their case.
    fn is_new(&mut self, heading: Heading, raw: &str) -> bool {
        let words: Vec<String> = raw.split_whitespace().map(str::to_lowercase).collect();
        self.seen.insert((heading, words.join(" ")))
    }
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
    let stems = components.map(|component| {
        component
            .key
            .strip_suffix(".ref.json")
            .unwrap_or(&component.key)
    });
    let pinax_title = entity.pinax.here().and_then(|pinax| pinax.title.as_deref());
    stems
        .chain(pinax_title)
        .chain([title.title.as_str()])
        .map(name::key)
        .collect()
}

/// Returns "1866-1952" from the dates of birth and death that the graph gives a person.
fn life_dates<'v>(
    person: &GraphEntity<'v>,
    by_code: &HashMap<&str, &GraphEntity<'v>>,
) -> Option<Text<'v>> {
    let year = |names: [&str; 3]| {
        names
            .into_iter()
            .find_map(|name| person.values(name).find_map(|value| year(value, by_code)))
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

fn year(value: &PropertyValue<'_>, by_code: &HashMap<&str, &GraphEntity<'_>>) -> Option<String> {
    let date = match value {
        PropertyValue::Text(text) => date::single(text)?,
        PropertyValue::Reference(code) => {
            date::from_code(code).or_else(|| date::single(by_code.get(code)?.label?))?
        }
    };
    date.get(..4).map(str::to_owned)
}
