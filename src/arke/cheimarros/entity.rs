//! The entities of a graph, and the edges between them.

use std::borrow::Cow;

use crate::arke::json::{self, Value, is_blank};

use super::REPEATED_NAME_BYTES_MAX;

/// The member of an entity or an edge that holds what is said of it.
const PROPERTIES: &str = "properties";

/// The members of an entity that are read, or say something to programs alone: where it was found, and how.
#[rustfmt::skip]
pub(super) const MEMBERS: [&str; 9] = [
    "code", "canonical_id", "id", "label", "type", "filename", PROPERTIES, "source", "metadata",
];
/// The members of an edge that are read.
#[rustfmt::skip]
pub(super) const RELATION_MEMBERS: [&str; 7] = [
    "subject", "source", "predicate", "type", "object", "target", PROPERTIES,
];

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

impl<'v> GraphEntity<'v> {
    /// Tells whether it is of a kind, which is written in either case.
    pub fn is_a(&self, kind: &str) -> bool {
        self.kind.eq_ignore_ascii_case(kind)
    }

    /// Tells whether it is a place.
    pub fn is_place(&self) -> bool {
        self.is_a("place") || self.is_a("location")
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
    pub(super) fn read(declared: Option<&'v str>, value: &'v Value<'v>) -> Option<Self> {
        let [
            code,
            canonical_id,
            id,
            label,
            kind,
            filename,
            properties,
            ..,
        ] = json::members(value, MEMBERS);
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
    pub(super) fn read(value: &'v Value<'v>) -> Option<Self> {
        let [subject, source, predicate, kind, object, target, properties] =
            json::members(value, RELATION_MEMBERS);
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
