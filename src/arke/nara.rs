//! Entities described in the manner of the United States National Archives.
//!
//! They hold a `catalog_record` or a `digital_object_metadata` and nothing else; the title is only in there.

use super::json::{self, Value};

/// How deep a title is looked for in a catalogue record.
const DEPTH_MAX: usize = 4;

/// Returns the title of a parsed `catalog_record`: that of the outermost object which has one.
pub(crate) fn title<'v>(record: &'v Value<'v>) -> Option<&'v str> {
    let mut level = vec![record];
    for _ in 0..DEPTH_MAX {
        if let Some(title) = level.iter().find_map(|object| json::text(object, "title")) {
            return Some(title);
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
