//! `cheimarros.json`: the knowledge graph drawn from an entity's text.
//!
//! Real graphs say `relationships` with subject, predicate and object; an older form says `relations` with source,
//! type and target. References to codes that no entity declares are normal.

use std::borrow::Cow;

use foldhash::HashMap;

use super::fields::FieldProblem;
use super::json::{self, Value, is_blank};

/// The most entities of a graph that are read: twenty-five times those of the largest seen. Each takes some 800 bytes until
/// the record is written, as what it is, what it is called and what is known by that.
const ENTITIES_MAX: usize = 1 << 16;
/// The longest code of an entity, in bytes: the entity's properties repeat it.
const CODE_BYTES_MAX: usize = 1000;
/// The longest name that relations and properties repeat, in bytes; of an entity with a longer one, the code stands.
const REPEATED_NAME_BYTES_MAX: usize = 1000;

/// The member of an entity or an edge that holds what is said of it.
const PROPERTIES: &str = "properties";

/// The knowledge graph of an entity, in the order of the document.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cheimarros<'v> {
    /// What the text speaks of.
    pub entities: Vec<GraphEntity<'v>>,
    /// How these are related.
    pub relations: Vec<Relation<'v>>,
    /// What could not be used, by field.
    pub problems: Vec<FieldProblem>,
    places: HashMap<&'v str, usize>,
}

/// Something the text speaks of.
#[derive(Clone, Debug, PartialEq)]
pub struct GraphEntity<'v> {
    /// Its code within the graph.
    pub code: &'v str,
    /// Its type, an open list: person, place, organization, date, event, document, concept, file and others.
    pub kind: &'v str,
    /// Its name, often only the code in title case.
    pub label: Option<&'v str>,
    /// Name of the component it stands for, if it is a file.
    pub filename: Option<&'v str>,
    /// What is said of it.
    pub properties: Vec<Property<'v>>,
}

/// A property and one of its values; a list of values makes several, `null` none.
pub(crate) type Property<'v> = (&'v str, PropertyValue<'v>);

/// A value of a property.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PropertyValue<'v> {
    /// A text, a number or a truth value.
    Text(Cow<'v, str>),
    /// The code of an entity, declared or not.
    Reference(&'v str),
}

/// An edge of the graph.
#[derive(Clone, Debug, PartialEq)]
pub struct Relation<'v> {
    /// Code of the entity it starts from.
    pub source: &'v str,
    /// What it says.
    pub predicate: Option<&'v str>,
    /// Code of the entity it leads to.
    pub target: &'v str,
    /// What is said of it.
    pub properties: Vec<Property<'v>>,
}

impl<'v> Cheimarros<'v> {
    /// Reads a parsed `cheimarros.json`.
    ///
    /// # Errors
    ///
    /// Says in words what the document is, if it is not an object.
    pub fn read(value: &'v Value<'v>) -> Result<Self, String> {
        value.object()?;
        let mut graph = Self::default();
        graph.read_entities(value);
        graph.read_relations(value, "relationships");
        graph.read_relations(value, "relations");
        graph.note_long_names();
        Ok(graph)
    }

    /// Returns the entity of a code, if it is declared.
    pub fn entity(&self, code: &str) -> Option<&GraphEntity<'v>> {
        self.entities.get(self.place(code)?)
    }

    /// Returns the place of the entity of a code among the entities, if it is declared.
    pub fn place(&self, code: &str) -> Option<usize> {
        self.places.get(code).copied()
    }

    fn read_entities(&mut self, value: &'v Value<'v>) {
        const FIELD: &str = "entities";
        let (mut left_out, mut beyond) = (0, 0);
        match json::member(value, FIELD) {
            None => {}
            Some(Value::Array(list)) => {
                for entity in list {
                    match GraphEntity::read(None, entity) {
                        Some(_) if self.entities.len() == ENTITIES_MAX => beyond += 1,
                        Some(entity) => {
                            self.places
                                .entry(entity.code)
                                .or_insert(self.entities.len());
                            self.entities.push(entity);
                        }
                        None => left_out += 1,
                    }
                }
            }
            Some(Value::Object(declared)) => {
                for (code, entity) in declared {
                    let is_read = self.entities.len() < ENTITIES_MAX || self.place(code).is_some();
                    match GraphEntity::read(Some(code), entity) {
                        Some(entity) if is_read => self.declare(entity),
                        Some(_) => beyond += 1,
                        None => {}
                    }
                }
            }
            Some(other) => self.add_problem(
                FIELD,
                format!("{} instead of a list or an object; left out", other.kind()),
            ),
        }
        self.add_left_out(FIELD, left_out, "code");
        if beyond > 0 {
            let reason = format!("{beyond} entries after the first {ENTITIES_MAX} left out");
            self.add_problem(FIELD, reason);
        }
        self.leave_out_long_codes();
    }

    /// Adds an entity; of two with one code the last counts, as JavaScript has it.
    fn declare(&mut self, entity: GraphEntity<'v>) {
        let place = *self
            .places
            .entry(entity.code)
            .or_insert(self.entities.len());
        match self.entities.get_mut(place) {
            Some(declared) => *declared = entity,
            None => self.entities.push(entity),
        }
    }

    fn read_relations(&mut self, value: &'v Value<'v>, field: &'static str) {
        let Some(relations) = json::member(value, field) else {
            return;
        };
        let Value::Array(relations) = relations else {
            self.add_problem(
                field,
                format!("{} instead of a list; left out", relations.kind()),
            );
            return;
        };
        let known = self.relations.len();
        self.relations
            .extend(relations.iter().filter_map(Relation::read));
        self.add_left_out(
            field,
            known + relations.len() - self.relations.len(),
            "code at one end",
        );
    }

    fn note_long_names(&mut self) {
        let entities = self.entities.iter();
        let count = entities
            .filter(|entity| entity.repeated_name().is_none())
            .count();
        if count > 0 {
            let reason = format!(
                "{count} names of more than {REPEATED_NAME_BYTES_MAX} bytes are not repeated where the graph refers to \
                 them; the codes stand there"
            );
            self.add_problem("entities", reason);
        }
    }

    /// Takes out the entities whose code is too long.
    fn leave_out_long_codes(&mut self) {
        let before = self.entities.len();
        self.entities
            .retain(|entity| entity.code.len() <= CODE_BYTES_MAX);
        let count = before - self.entities.len();
        if count > 0 {
            let reason =
                format!("{count} with a code of more than {CODE_BYTES_MAX} bytes left out");
            self.add_problem("entities", reason);
            self.places.clear();
            for (place, entity) in self.entities.iter().enumerate() {
                self.places.entry(entity.code).or_insert(place);
            }
        }
    }

    fn add_left_out(&mut self, field: &'static str, count: usize, what: &str) {
        if count > 0 {
            let entries = if count == 1 { "entry" } else { "entries" };
            self.add_problem(
                field,
                format!("{count} {entries} without a {what} left out"),
            );
        }
    }

    fn add_problem(&mut self, field: &'static str, reason: String) {
        let field = field.into();
        self.problems.push(FieldProblem { field, reason });
    }
}

impl<'v> GraphEntity<'v> {
    /// Tells whether it is of a kind, which is written in either case.
    pub fn is_a(&self, kind: &str) -> bool {
        self.kind.eq_ignore_ascii_case(kind)
    }

    /// Returns the text of a property.
    pub fn property(&self, name: &str) -> Option<&str> {
        self.values(name).find_map(|value| match value {
            PropertyValue::Text(text) if !is_blank(text) => Some(&**text),
            _ => None,
        })
    }

    /// Returns the values of a property.
    pub fn values(&self, name: &str) -> impl Iterator<Item = &PropertyValue<'v>> {
        self.properties
            .iter()
            .filter(move |(key, _)| *key == name)
            .map(|(_, value)| value)
    }

    /// Returns the best name there is: the full name, else the label, else the code.
    pub fn name(&self) -> &str {
        self.property("full_name")
            .or(self.label)
            .unwrap_or(self.code)
    }

    /// Returns its [name](Self::name) where that is short enough to be repeated.
    pub fn repeated_name(&self) -> Option<&str> {
        Some(self.name()).filter(|name| name.len() <= REPEATED_NAME_BYTES_MAX)
    }

    /// Reads an entity under the code it is `declared` by; in a list there is none, and the code is one of its fields.
    fn read(declared: Option<&'v str>, value: &'v Value<'v>) -> Option<Self> {
        let [code, canonical_id, id, label, kind, filename, properties] = json::members(
            value,
            [
                "code",
                "canonical_id",
                "id",
                "label",
                "type",
                "filename",
                PROPERTIES,
            ],
        );
        let own = || {
            let mut names = [code, canonical_id, id, label].into_iter().flatten();
            names.find_map(Value::as_text).or(value.as_str())
        };
        Some(Self {
            code: declared.or_else(own)?,
            kind: kind.and_then(Value::as_text).unwrap_or("unknown"),
            label: label.and_then(Value::as_text).or(value.as_str()),
            filename: filename.and_then(Value::as_text),
            properties: read_properties(properties),
        })
    }
}

impl<'v> Relation<'v> {
    fn read(value: &'v Value<'v>) -> Option<Self> {
        let [subject, source, predicate, kind, object, target, properties] = json::members(
            value,
            [
                "subject",
                "source",
                "predicate",
                "type",
                "object",
                "target",
                PROPERTIES,
            ],
        );
        let end = |member: Option<&'v Value<'v>>| {
            let end = member?;
            end.as_str().or_else(|| json::text(end, "code"))
        };
        Some(Self {
            source: end(subject).or_else(|| end(source))?,
            predicate: [predicate, kind]
                .into_iter()
                .flatten()
                .find_map(Value::as_text),
            target: end(object).or_else(|| end(target))?,
            properties: read_properties(properties),
        })
    }
}

fn read_properties<'v>(value: Option<&'v Value<'v>>) -> Vec<Property<'v>> {
    let mut properties = Vec::new();
    match value {
        None => {}
        Some(Value::Object(named)) => named
            .iter()
            .for_each(|(name, value)| flatten(name, value, &mut properties)),
        Some(unnamed) => flatten(PROPERTIES, unnamed, &mut properties),
    }
    properties
}

/// Adds a property's values one by one.
fn flatten<'v>(name: &'v str, value: &'v Value<'v>, properties: &mut Vec<Property<'v>>) {
    let value = match value {
        Value::Null => return,
        Value::Array(values) => {
            return values
                .iter()
                .for_each(|value| flatten(name, value, properties));
        }
        Value::Text(text) => PropertyValue::Text(Cow::Borrowed(text)),
        other => match json::text(other, "code") {
            Some(code) => PropertyValue::Reference(code),
            None => PropertyValue::Text(Cow::Owned(other.to_string())),
        },
    };
    properties.push((name, value));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn problems(json: &str) -> Vec<String> {
        let (value, _) = json::read(json.as_bytes()).expect("JSON");
        let graph = Cheimarros::read(&value).expect("an object");
        let problems = graph.problems.iter();
        problems
            .map(|problem| format!("{}: {}", problem.field, problem.reason))
            .collect()
    }

    #[test]
    fn what_is_left_out_is_noted() {
        assert_eq!(
            problems(r#"{"entities": "none", "relationships": {}}"#),
            [
                "entities: a text instead of a list or an object; left out",
                "relationships: an object instead of a list; left out"
            ]
        );
        assert_eq!(
            problems(
                r#"{"entities": [{"type": "person"}, 5, "a"], "relations": [{"source": "a"}, null, {"source": "a", "target": "b"}]}"#
            ),
            [
                "entities: 2 entries without a code left out",
                "relations: 2 entries without a code at one end left out"
            ]
        );
        assert!(problems(r#"{"entities": null, "relationships": []}"#).is_empty());
        assert!(problems("{}").is_empty());
    }

    #[test]
    fn what_there_is_too_much_of_is_left_out_by_number() {
        let entities: Vec<String> = (0..ENTITIES_MAX + 3).map(|n| format!("\"{n}\"")).collect();
        assert_eq!(
            problems(&format!("{{\"entities\": [{}]}}", entities.join(","))),
            ["entities: 3 entries after the first 65536 left out"]
        );
        let long = "x".repeat(CODE_BYTES_MAX + 1);
        assert_eq!(
            problems(&format!(
                "{{\"entities\": [\"{long}\", {{\"code\": \"a\", \"label\": \"{long}\"}}]}}"
            )),
            [
                "entities: 1 with a code of more than 1000 bytes left out",
                "entities: 1 names of more than 1000 bytes are not repeated where the graph refers to them; the codes \
                 stand there"
            ]
        );
    }

    #[test]
    fn of_two_entities_with_one_code_the_last_counts() {
        let json = r#"{"entities": {"a": {"label": "first"}, "b": null, "a": {"label": "last"}}}"#;
        let (value, _) = json::read(json.as_bytes()).expect("JSON");
        let graph = Cheimarros::read(&value).expect("an object");
        let codes: Vec<&str> = graph.entities.iter().map(|entity| entity.code).collect();
        assert_eq!(codes, ["a", "b"]);
        assert_eq!(
            graph.entity("a").and_then(|entity| entity.label),
            Some("last")
        );
    }
}
