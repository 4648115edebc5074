//! Entities described in the manner of the United States National Archives.
//!
//! They hold a `catalog_record` or a `digital_object_metadata` and nothing else; the title is only in there.

use std::borrow::Cow;

use serde_json_borrow::Value;

use super::file_ref::FileRef;
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

/// Reads the file that a parsed `digital_object_metadata` describes.
///
/// # Errors
///
/// Says in words what the document is, if it is not an object.
pub fn digital_object<'v>(value: &'v Value<'_>) -> Result<FileRef<'v>, String> {
    if !value.is_object() {
        return Err(format!("{} instead of an object", json::kind(value)));
    }
    let text = |name| json::text(value, name).map(Cow::Borrowed);
    Ok(FileRef {
        url: text("s3_url"),
        cid: None,
        // `object_type` is "Image (JPG)" and the like here; a MIME type only where it has that form.
        media_type: text("object_type"),
        size_bytes: json::member(value, "file_size")
            .and_then(Value::as_u64)
            .filter(|&size| size > 0),
        filename: text("filename"),
        ocr: text("extracted_text"),
    })
}
