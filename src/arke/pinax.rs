//! `pinax.json`: the descriptive metadata of an entity.
//!
//! Written by a language model and stored unchecked, so every field is read on its own: one of the wrong type is
//! told in [`Pinax::problems`] and spoils nothing else.

use std::borrow::Cow;

use serde_json_borrow::Value;

use super::json;

/// The fields of `pinax.json`, blank ones absent. A field that may hold several values is a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pinax<'v> {
    /// An identifier of the metadata; not the PI.
    pub id: Option<Cow<'v, str>>,
    /// Title.
    pub title: Option<Cow<'v, str>>,
    /// DCMI type, or what else was found fit.
    pub kinds: Vec<Cow<'v, str>>,
    /// Who made the resource.
    pub creators: Vec<Cow<'v, str>>,
    /// Who holds it.
    pub institutions: Vec<Cow<'v, str>>,
    /// When it was made, in any wording.
    pub created: Option<Cow<'v, str>>,
    /// Where it is shown.
    pub access_url: Option<Cow<'v, str>>,
    /// Languages, as codes or names.
    pub languages: Vec<Cow<'v, str>>,
    /// Topics.
    pub subjects: Vec<Cow<'v, str>>,
    /// Summary.
    pub description: Option<Cow<'v, str>>,
    /// Where the resource came from.
    pub source: Option<Cow<'v, str>>,
    /// Rights, as a statement's address or in words.
    pub rights: Vec<Cow<'v, str>>,
    /// Places the resource was made in or is about.
    pub places: Vec<Cow<'v, str>>,
    /// What could not be used, by field.
    pub problems: Vec<FieldProblem>,
}

/// A field that could not be used as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldProblem {
    /// The field.
    pub field: &'static str,
    /// What was found in it and what became of it.
    pub reason: String,
}

impl<'v> Pinax<'v> {
    /// Reads a parsed `pinax.json`.
    ///
    /// # Errors
    ///
    /// Says in words what the document is, if it is not an object.
    pub fn read(value: &'v Value<'_>) -> Result<Self, String> {
        json::object(value)?;
        let mut fields = Fields {
            object: value,
            problems: Vec::new(),
        };
        Ok(Self {
            id: fields.one("id"),
            title: fields.one("title"),
            kinds: fields.many("type"),
            creators: fields.many("creator"),
            institutions: fields.many("institution"),
            created: fields.one("created"),
            access_url: fields.one("access_url"),
            languages: fields.many("language"),
            subjects: fields.many("subjects"),
            description: fields.one("description"),
            source: fields.one("source"),
            rights: fields.many("rights"),
            places: fields.many("place"),
            problems: fields.problems,
        })
    }
}

struct Fields<'v, 'a> {
    object: &'v Value<'a>,
    problems: Vec<FieldProblem>,
}

impl<'v> Fields<'v, '_> {
    /// Reads a field that holds one value; of a list the first.
    fn one(&mut self, field: &'static str) -> Option<Cow<'v, str>> {
        let mut values = self.many(field).into_iter();
        let first = values.next();
        let dropped = values.len();
        if dropped > 0 {
            self.problems.push(FieldProblem {
                field,
                reason: format!("a list; {dropped} after the first left out"),
            });
        }
        first
    }

    /// Reads a field that holds a value or a list of them.
    fn many(&mut self, field: &'static str) -> Vec<Cow<'v, str>> {
        let Some(value) = json::member(self.object, field) else {
            return Vec::new();
        };
        let values = value.as_array().unwrap_or(std::slice::from_ref(value));
        let mut texts = Vec::with_capacity(values.len());
        for value in values.iter().filter(|value| !value.is_null()) {
            match json::scalar(value).or_else(|| json::text(value, "name").map(Cow::Borrowed)) {
                Some(text) if text.trim().is_empty() => {}
                Some(text) => texts.push(text),
                None => self.problems.push(FieldProblem {
                    field,
                    reason: format!("{} where a text is expected; left out", json::kind(value)),
                }),
            }
        }
        texts
    }
}
