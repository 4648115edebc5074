//! `cheimarros.json`: the knowledge graph drawn from an entity's text.
//!
//! Real graphs say `relationships` with subject, predicate and object; an older form says `relations` with source,
//! type and target. References to codes that no entity declares are normal.

use std::borrow::Cow;

use serde_json_borrow::Value;

use super::json;

/// The knowledge graph of an entity, in the order of the document.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cheimarros<'v> {
    /// What the text speaks of.
    pub entities: Vec<GraphEntity<'v>>,
    /// How these are related.
    pub relations: Vec<Relation<'v>>,
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
    /// What is said of it, values flattened.
    pub properties: Vec<(&'v str, PropertyValue<'v>)>,
}

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
    pub predicate: &'v str,
    /// Code of the entity it leads to.
    pub target: &'v str,
}

impl<'v> Cheimarros<'v> {
    /// Reads a parsed `cheimarros.json`.
    ///
    /// # Errors
    ///
    /// Says in words what the document is, if it is not an object.
    pub fn read(value: &'v Value<'_>) -> Result<Self, String> {
        json::object(value)?;
        let relations = ["relationships", "relations"]
            .into_iter()
            .filter_map(|name| json::member(value, name));
        Ok(Self {
            entities: json::member(value, "entities")
                .map(read_entities)
                .unwrap_or_default(),
            relations: relations.flat_map(read_relations).collect(),
        })
    }
}

impl<'v> GraphEntity<'v> {
    /// Returns the text of a property.
    pub fn property(&self, name: &str) -> Option<&str> {
        self.values(name).find_map(|value| match value {
            PropertyValue::Text(text) if !text.trim().is_empty() => Some(&**text),
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

    fn read(code: Option<&'v str>, value: &'v Value<'_>) -> Option<Self> {
        let mut properties = Vec::new();
        if let Some(object) = json::member(value, "properties").and_then(Value::as_object) {
            for (name, value) in object.iter() {
                flatten(name, value, &mut properties);
            }
        }
        Some(Self {
            code: code.or_else(|| json::text(value, "code"))?,
            kind: json::text(value, "type").unwrap_or("unknown"),
            label: json::text(value, "label"),
            properties,
        })
    }
}

fn read_entities<'v>(entities: &'v Value<'_>) -> Vec<GraphEntity<'v>> {
    if let Some(list) = entities.as_array() {
        return list
            .iter()
            .filter_map(|entity| GraphEntity::read(None, entity))
            .collect();
    }
    let declared = entities
        .as_object()
        .into_iter()
        .flat_map(serde_json_borrow::ObjectAsVec::iter);
    declared
        .filter_map(|(code, entity)| GraphEntity::read(Some(code), entity))
        .collect()
}

fn read_relations<'v>(relations: &'v Value<'_>) -> impl Iterator<Item = Relation<'v>> {
    relations
        .as_array()
        .unwrap_or_default()
        .iter()
        .filter_map(|relation| {
            let either =
                |name, older| json::text(relation, name).or_else(|| json::text(relation, older));
            Some(Relation {
                source: either("subject", "source")?,
                predicate: either("predicate", "type")?,
                target: either("object", "target")?,
            })
        })
}

/// Adds a property's values one by one: a list gives several, `null` none.
fn flatten<'v>(
    name: &'v str,
    value: &'v Value<'_>,
    properties: &mut Vec<(&'v str, PropertyValue<'v>)>,
) {
    match value {
        Value::Null => {}
        Value::Array(values) => values
            .iter()
            .for_each(|value| flatten(name, value, properties)),
        Value::Object(_) => properties.push((
            name,
            match json::text(value, "code") {
                Some(code) => PropertyValue::Reference(code),
                None => PropertyValue::Text(Cow::Owned(value.to_string())),
            },
        )),
        Value::Str(_) | Value::Number(_) | Value::Bool(_) => {
            properties.extend(json::scalar(value).map(|text| (name, PropertyValue::Text(text))));
        }
    }
}
