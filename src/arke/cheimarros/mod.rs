//! `cheimarros.json`: the knowledge graph drawn from an entity's text.
//!
//! Real graphs say `relationships` with subject, predicate and object; an older form says `relations` with source,
//! type and target. References to codes that no entity declares are normal.

mod entity;

use foldhash::HashMap;

use super::fields::{FieldProblem, Fields};
use super::json::{self, Value};
use super::term::LeftOut;

pub(crate) use entity::{GraphEntity, Property, PropertyValue, Relation};

/// The most entities of a graph that are read: twenty-five times those of the largest seen. Each takes some 800 bytes until
/// the record is written, as what it is, what it is called and what is known by that.
const ENTITIES_MAX: usize = 1 << 16;
/// The longest code of an entity, in bytes: the entity's properties repeat it.
const CODE_BYTES_MAX: usize = 1000;
/// The longest name that relations and properties repeat, in bytes; of an entity with a longer one, the code stands.
const REPEATED_NAME_BYTES_MAX: usize = 1000;

/// What the document holds; its metadata tell of the model that drew it.
const DOCUMENT: [&str; 4] = ["entities", "relationships", "relations", "metadata"];

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

impl<'v> Cheimarros<'v> {
    /// Reads a parsed `cheimarros.json`.
    ///
    /// # Errors
    ///
    /// Says in words what the document is, if it is not an object.
    pub fn read(value: &'v Value<'v>) -> Result<Self, String> {
        let mut fields = Fields::of(value)?;
        let mut graph = Self::default();
        graph.read_entities(value);
        graph.read_relations(value, "relationships");
        graph.read_relations(value, "relations");
        graph.note_long_names();
        fields.leave_out_others(|name| DOCUMENT.contains(&name));
        graph.problems.extend(fields.into_problems());
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
        match json::member(value, FIELD) {
            Some(Value::Object(declared)) => {
                self.note_members(
                    FIELD,
                    declared.iter().map(|(_, entity)| entity),
                    &entity::MEMBERS,
                );
            }
            Some(list) => self.note_members(FIELD, list.values(), &entity::MEMBERS),
            None => {}
        }
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
        self.note_members(field, &**relations, &entity::RELATION_MEMBERS);
    }

    /// Notes what else is in objects, because a record has no place for it.
    fn note_members(
        &mut self,
        field: &'static str,
        objects: impl IntoIterator<Item = &'v Value<'v>>,
        known: &[&str],
    ) {
        let mut left_out = LeftOut::default();
        for object in objects {
            if let Value::Object(members) = object {
                left_out.add(members, |name, _| known.contains(&name));
            }
        }
        self.problems.extend(left_out.problem(field));
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
