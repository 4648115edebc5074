//! Entities described in the manner of the United States National Archives.
//!
//! They hold a `catalog_record` or a `digital_object_metadata` and nothing else; the title is only in there.

use super::fields::{FieldProblem, Fields};
use super::json::{self, Value};

/// How deep a title is looked for in a catalogue record.
const DEPTH_MAX: usize = 4;

/// The names under which a catalogue record holds its identifier.
const NA_ID: [&str; 3] = ["nara_naId", "naId", "na_id"];

/// What a record wants of a `catalog_record`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CatalogRecord<'v> {
    /// The title of the outermost object that has one; the records of institutions have a name instead.
    pub title: Option<&'v str>,
    /// The identifier in the catalogue of the National Archives.
    pub na_id: Option<&'v str>,
    /// What else is in that object.
    pub problems: Vec<FieldProblem>,
}

impl<'v> CatalogRecord<'v> {
    /// Reads a parsed `catalog_record`.
    ///
    /// # Errors
    ///
    /// Says in words what the document is, if it is not an object.
    pub(super) fn read(value: &'v Value<'v>) -> Result<Self, String> {
        value.object()?;
        let title = outermost(value, &["title"]).or_else(|| outermost(value, &["name"]));
        let mut fields = Fields::of(title.map_or(value, |(object, _)| object))?;
        let [naid, short, snake] = NA_ID;
        let read = ["schema", "title", "name", naid, short, snake];
        fields.leave_out_others(|name| read.contains(&name));
        Ok(Self {
            title: title.map(|(_, title)| title),
            na_id: outermost(value, &NA_ID).map(|(_, na_id)| na_id),
            problems: fields.into_problems(),
        })
    }
}

/// Returns the outermost object that has a text or number under one of these names, and that.
fn outermost<'v>(record: &'v Value<'v>, names: &[&str]) -> Option<(&'v Value<'v>, &'v str)> {
    let mut level = vec![record];
    for _ in 0..DEPTH_MAX {
        let mut members = level.iter().flat_map(|&object| {
            let members = names.iter().filter_map(|name| json::member(object, name));
            members.map(move |member| (object, member))
        });
        let found =
            members.find_map(|(object, member)| Some((object, member.as_figures_or_text()?)));
        if found.is_some() {
            return found;
        }
        level = level
            .iter()
            .filter_map(|value| value.object().ok())
            .flatten()
            .map(|(_, value)| value)
            .collect();
    }
    None
}
