//! A digitized file: where it is, what it is, and what OCR read on it.

use super::fields::{FieldProblem, Fields};
use super::json::Value;

/// What a `*.ref.json` tells of a file. Only the address is promised; even that can be missing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileRef {
    /// Where the file can be had.
    pub url: Option<Box<str>>,
    /// The CID computed when the file was uploaded. The file is not on the gateway: this is never fetched.
    pub cid: Option<Box<str>>,
    /// MIME type.
    pub media_type: Option<Box<str>>,
    /// Size of the original. The archive takes no empty file, so 0 only says that the size is not known.
    pub size_bytes: Option<u64>,
    /// The original file name.
    pub filename: Option<Box<str>>,
    /// Text that OCR read on the page.
    pub ocr: Option<Box<str>>,
    /// What could not be used, by field.
    pub problems: Vec<FieldProblem>,
}

/// The names under which the archive's kinds of document tell of a file.
#[derive(Clone, Copy, Debug)]
pub struct FieldNames {
    url: &'static str,
    cid: Option<&'static str>,
    media_type: &'static str,
    size_bytes: &'static str,
    filename: &'static str,
    ocr: Option<&'static str>,
}

impl FieldNames {
    /// Those of a `*.ref.json`.
    pub const REF: Self = Self {
        url: "url",
        cid: Some("ipfs_cid"),
        media_type: "type",
        size_bytes: "size",
        filename: "filename",
        ocr: Some("ocr"),
    };
    /// Those of the `properties` of an entity that is a file (G7).
    pub const FILE_ENTITY: Self = Self {
        url: "cdn_url",
        cid: Some("original_cid"),
        media_type: "content_type",
        size_bytes: "original_size",
        filename: "filename",
        ocr: None,
    };
    /// Those of a `digital_object_metadata`, whose `object_type` is "Image (JPG)" and the like.
    pub const DIGITAL_OBJECT: Self = Self {
        url: "s3_url",
        cid: None,
        media_type: "object_type",
        size_bytes: "file_size",
        filename: "filename",
        ocr: Some("extracted_text"),
    };
}

impl FileRef {
    /// Reads a parsed document that tells of a file under these names.
    ///
    /// # Errors
    ///
    /// Says in words what the document is, if it is not an object.
    pub fn read_as(value: &Value<'_>, names: &FieldNames) -> Result<Self, String> {
        let mut fields = Fields::of(value)?;
        let mut text = |name| fields.text(name).map(Into::into);
        Ok(Self {
            url: text(names.url),
            cid: names.cid.and_then(&mut text),
            media_type: text(names.media_type),
            filename: text(names.filename),
            ocr: names.ocr.and_then(&mut text),
            size_bytes: fields
                .whole_number(names.size_bytes)
                .filter(|&size| size > 0),
            problems: fields.into_problems(),
        })
    }
}
