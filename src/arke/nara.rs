//! Entities described in the manner of the United States National Archives.
//!
//! They hold a `catalog_record` or a `digital_object_metadata` and nothing else; the title is only in there.

use serde_json_borrow::Value;

use super::json;

/// How deep a title is looked for in a catalogue record.
const DEPTH_MAX: usize = 4;

/// Returns the title of a parsed `catalog_record`: that of the outermost object which has one.
pub fn title<'v>(record: &'v Value<'_>) -> Option<&'v str> {
    let mut level = vec![record];
    for _ in 0..DEPTH_MAX {
        if let Some(title) = level.iter().find_map(|object| json::text(object, "title")) {
            return Some(title);
        }
        level = level
            .iter()
            .filter_map(|object| object.as_object())
            .flat_map(serde_json_borrow::ObjectAsVec::values)
            .collect();
    }
    None
}
