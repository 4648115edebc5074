//! A digitized file: where it is, what it is, and what OCR read on it.

use std::borrow::Cow;

use serde_json_borrow::Value;

use super::json;

/// What a `*.ref.json` tells of a file. Only the address is promised; even that can be missing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileRef<'v> {
    /// Where the file can be had.
    pub url: Option<Cow<'v, str>>,
    /// The CID computed when the file was uploaded. The file is not on the gateway: this is never fetched.
    pub cid: Option<Cow<'v, str>>,
    /// MIME type.
    pub media_type: Option<Cow<'v, str>>,
    /// Size of the original.
    pub size_bytes: Option<u64>,
    /// The original file name.
    pub filename: Option<Cow<'v, str>>,
    /// Text that OCR read on the page.
    pub ocr: Option<Cow<'v, str>>,
}

impl<'v> FileRef<'v> {
    /// Reads a parsed `*.ref.json`.
    ///
    /// # Errors
    ///
    /// Says in words what the document is, if it is not an object.
    pub fn read(value: &'v Value<'_>) -> Result<Self, String> {
        if !value.is_object() {
            return Err(format!("{} instead of an object", json::kind(value)));
        }
        let text = |name| json::text(value, name).map(Cow::Borrowed);
        Ok(Self {
            url: text("url"),
            cid: text("ipfs_cid"),
            media_type: text("type"),
            size_bytes: json::member(value, "size")
                .and_then(Value::as_u64)
                .filter(|&size| size > 0),
            filename: text("filename"),
            ocr: text("ocr"),
        })
    }
}
