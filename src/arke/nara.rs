//! Entities described in the manner of the United States National Archives.
//!
//! They hold a `catalog_record` or a `digital_object_metadata` and nothing else; the title is only in there.

use super::json::{self, Value};

/// How deep a title is looked for in a catalogue record.
const DEPTH_MAX: usize = 4;

/// What a record wants of a `catalog_record`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CatalogRecord<'v> {
    /// The title of the outermost object that has one; the records of institutions have a name instead.
    pub title: Option<&'v str>,
    /// The identifier in the catalogue of the National Archives.
    pub na_id: Option<&'v str>,
}

impl<'v> CatalogRecord<'v> {
    /// Reads a parsed `catalog_record`.
    ///
    /// # Errors
    ///
    /// Says in words what the document is, if it is not an object.
    pub(super) fn read(value: &'v Value<'v>) -> Result<Self, String> {
        value.object()?;
        Ok(Self {
            title: outermost(value, &["title"]).or_else(|| outermost(value, &["name"])),
            na_id: outermost(value, &["nara_naId", "naId", "na_id"]),
        })
    }
}

/// Returns a text or number under one of these names in the outermost object that has one.
fn outermost<'v>(record: &'v Value<'v>, names: &[&str]) -> Option<&'v str> {
    let mut level = vec![record];
    for _ in 0..DEPTH_MAX {
        let mut members = level
            .iter()
            .flat_map(|object| names.iter().filter_map(|name| json::member(object, name)));
        if let Some(text) = members.find_map(Value::as_figures_or_text) {
            return Some(text);
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
