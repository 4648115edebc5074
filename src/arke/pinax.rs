//! `pinax.json`: the descriptive metadata of an entity.
//!
//! Written by a language model and stored unchecked, so every field is read on its own: one of the wrong type is
//! noted in [`Pinax::problems`] and spoils nothing else.

use super::fields::{FieldProblem, Fields, Numbers};
use super::json::Value;

/// The fields of `pinax.json`, blank ones absent. A field that may hold several values is a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pinax<'v> {
    /// An identifier of the metadata; not the PI.
    pub id: Option<&'v str>,
    /// Title.
    pub title: Option<&'v str>,
    /// DCMI type, or what else was found fit.
    pub kinds: Vec<&'v str>,
    /// Who made the resource.
    pub creators: Vec<&'v str>,
    /// Who holds it.
    pub institutions: Vec<&'v str>,
    /// When it was made, in any wording.
    pub created: Option<&'v str>,
    /// Where it is shown.
    pub access_url: Option<&'v str>,
    /// Languages, as codes or names.
    pub languages: Vec<&'v str>,
    /// Topics.
    pub subjects: Vec<&'v str>,
    /// Summary.
    pub description: Option<&'v str>,
    /// Where the resource came from.
    pub source: Option<&'v str>,
    /// Rights, as a statement's address or in words.
    pub rights: Vec<&'v str>,
    /// Places the resource was made in or is about.
    pub places: Vec<&'v str>,
    /// What could not be used, by field.
    pub problems: Vec<FieldProblem>,
}

impl<'v> Pinax<'v> {
    /// Reads a parsed `pinax.json`.
    ///
    /// # Errors
    ///
    /// Says in words what the document is, if it is not an object.
    pub fn read(value: &'v Value<'v>) -> Result<Self, String> {
        use Numbers::{LeftOut, Taken};
        let mut fields = Fields::of(value)?;
        Ok(Self {
            id: fields.one("id", Taken),
            title: fields.one("title", Taken),
            kinds: fields.many("type", LeftOut),
            creators: fields.many("creator", LeftOut),
            institutions: fields.many("institution", LeftOut),
            created: fields.one("created", Taken),
            access_url: fields.one("access_url", LeftOut),
            languages: fields.many("language", LeftOut),
            subjects: fields.many("subjects", Taken),
            description: fields.one("description", LeftOut),
            source: fields.one("source", LeftOut),
            rights: fields.many("rights", LeftOut),
            places: fields.many("place", LeftOut),
            problems: fields.into_problems(),
        })
    }
}
