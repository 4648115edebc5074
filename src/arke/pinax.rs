//! `pinax.json`: the descriptive metadata of an entity.
//!
//! Written by a language model and stored unchecked, so every field is read on its own: one of the wrong type is
//! noted in [`Pinax::problems`] and spoils nothing else.

use super::fields::{FieldProblem, Fields};
use super::json::Value;
use super::term::{Beside, Term};

/// The fields that a record has a place for.
#[rustfmt::skip]
const NAMES: [&str; 16] = [
    "id", "title", "type", "creator", "institution", "created", "access_url", "language", "subjects", "description",
    "source", "rights", "place", "publisher", "genre", "contributor",
];

/// The fields of `pinax.json`, blank ones absent. A field that may hold several values is a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pinax<'v> {
    /// An identifier of the metadata; not the PI.
    pub id: Option<&'v str>,
    /// Title.
    pub title: Option<&'v str>,
    /// DCMI type, or what else was found fit.
    pub kinds: Vec<Term<'v>>,
    /// Who made the resource.
    pub creators: Vec<Term<'v>>,
    /// Who holds it.
    pub institutions: Vec<Term<'v>>,
    /// When it was made, in any wording.
    pub created: Option<Term<'v>>,
    /// Where it is shown.
    pub access_url: Option<&'v str>,
    /// Languages, as codes or names.
    pub languages: Vec<Term<'v>>,
    /// Topics.
    pub subjects: Vec<Term<'v>>,
    /// Summary.
    pub description: Option<&'v str>,
    /// Where the resource came from.
    pub source: Option<&'v str>,
    /// Rights, as a statement's address or in words.
    pub rights: Vec<Term<'v>>,
    /// Places the resource was made in or is about.
    pub places: Vec<Term<'v>>,
    /// Who published it.
    pub publishers: Vec<Term<'v>>,
    /// What kind of work it is.
    pub genres: Vec<Term<'v>>,
    /// Who else had a part in it.
    pub contributors: Vec<Term<'v>>,
    /// Further fields, each with its values.
    pub further: Vec<(&'v str, Vec<Term<'v>>)>,
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
        let mut fields = Fields::of(value)?;
        Ok(Self {
            id: fields.one("id"),
            title: fields.one("title"),
            kinds: fields.many("type", Beside::Address),
            creators: fields.many("creator", Beside::AddressAndRoles),
            institutions: fields.many("institution", Beside::Nothing),
            created: fields.first("created"),
            access_url: fields
                .one("access_url")
                .and_then(|given| fields.address("access_url", given)),
            languages: fields.many("language", Beside::Nothing),
            subjects: fields.many("subjects", Beside::Address),
            description: fields.one("description"),
            source: fields.one("source"),
            rights: fields.many("rights", Beside::Address),
            places: fields.many("place", Beside::Address),
            publishers: fields.many("publisher", Beside::Nothing),
            genres: fields.many("genre", Beside::Address),
            contributors: fields.many("contributor", Beside::AddressAndRoles),
            further: fields.further(&NAMES),
            problems: fields.into_problems(),
        })
    }
}
