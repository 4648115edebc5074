//! A digitized file: where it is, what it is, and what OCR read on it.

use memchr::memchr3_iter;

use super::fields::{FieldProblem, Fields};
use super::json::Value;
use crate::sanitize::excerpt;

/// What a `*.ref.json` tells of a file. Only the address is promised; even that can be missing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileRef {
    /// Where the file can be had.
    pub url: Option<Box<str>>,
    /// The CID computed when the file was uploaded. The file is not on the gateway: this is never fetched.
    pub cid: Option<Box<str>>,
    /// MIME type, in lower case and without parameters.
    pub media_type: Option<Box<str>>,
    /// Size of the original. The archive takes no empty file, so 0 only says that the size is not known.
    pub size_bytes: Option<u64>,
    /// The original file name.
    pub filename: Option<Box<str>>,
    /// Text that OCR read on the page.
    pub ocr: Option<Box<str>>,
    /// What could not be used, by field.
    pub problems: Vec<FieldProblem>,
    /// Characters of its document that no record can hold.
    pub characters_replaced: usize,
    /// Whether it was [abridged](Self::abridge), and has to be read again for the record.
    pub is_abridged: bool,
}

/// How long the file name of an [abridged](FileRef::abridge) file may be, in bytes; systems have 255 at the most.
const ABRIDGED_NAME_BYTES_MAX: usize = 1024;

/// The names under which the archive's kinds of document, and those who upload files, tell of one.
const URL: [&str; 5] = ["url", "cdn_url", "s3_url", "uri", "href"];
const CID: [&str; 3] = ["ipfs_cid", "original_cid", "cid"];
const MEDIA_TYPE: [&str; 8] = [
    "type",
    "content_type",
    "object_type",
    "mime_type",
    "mimeType",
    "mimetype",
    "media_type",
    "contentType",
];
const SIZE: [&str; 10] = [
    "size",
    "original_size",
    "file_size",
    "size_bytes",
    "bytes",
    "originalSize",
    "fileSize",
    "sizeBytes",
    "contentLength",
    "content_length",
];
const FILENAME: [&str; 5] = ["filename", "original_name", "file_name", "fileName", "name"];
const OCR: [&str; 4] = ["ocr", "extracted_text", "ocr_text", "text"];
/// Fields of every file that the archive or the National Archives stored, which say nothing to a reader of the record.
const BOOKKEEPING: [&str; 5] = [
    "archive_key",
    "schema",
    "nara_objectId",
    "page_number",
    "content_hash",
];

/// How the addresses of files in the archive's own store begin, which serves a smaller variant of an image unless another
/// is asked for.
const STORE: &str = "https://cdn.arke.institute/asset/";
/// How they end: with the name of a variant, or none.
const VARIANTS: [&str; 5] = ["/thumb", "/medium", "/large", "/original", "/"];

impl FileRef {
    /// Reads a parsed document that tells of a file.
    ///
    /// # Errors
    ///
    /// Says in words what the document is, if it is not an object.
    pub fn read(value: &Value<'_>) -> Result<Self, String> {
        let mut fields = Fields::of(value)?;
        let members = value.object()?;
        let find = |names: &'static [&'static str], is_meant: fn(&Value<'_>) -> bool| {
            let is_given = |name: &&str| {
                members
                    .iter()
                    .any(|(given, value)| given == *name && is_meant(value))
            };
            names.iter().copied().find(is_given)
        };
        let named = |names| find(names, |value| !value.is_nothing()).unwrap_or(names[0]);
        let [url, cid, size, filename, ocr] = [&URL[..], &CID, &SIZE, &FILENAME, &OCR].map(named);
        let is_media_type = |value: &Value<'_>| value.as_str().and_then(essence).is_some();
        let media_type = find(&MEDIA_TYPE, is_media_type).unwrap_or_else(|| named(&MEDIA_TYPE));
        let address = fields.text(url);
        let file = Self {
            url: address
                .and_then(|given| fields.address(url, given))
                .map(Into::into),
            cid: fields.cid(cid),
            media_type: read_media_type(media_type, &mut fields),
            filename: fields.text(filename).map(Into::into),
            ocr: fields.pages(ocr).map(Into::into),
            size_bytes: fields.whole_number(size).filter(|&size| size > 0),
            ..Self::default()
        };
        if file == Self::default() {
            fields.add_problem(
                URL[0],
                "nothing in the document is known to tell of a file".to_owned(),
            );
        }
        let read = [url, cid, media_type, size, filename, ocr];
        fields.leave_out_others(|name| read.contains(&name) || BOOKKEEPING.contains(&name));
        Ok(Self {
            problems: fields.into_problems(),
            ..file
        })
    }

    /// Tells whether it is an image by its MIME type.
    pub fn is_image(&self) -> bool {
        let media_type = self.media_type.as_deref();
        media_type.is_some_and(|media_type| media_type.starts_with("image/"))
    }

    /// Returns the address of a variant of it, if it is in the archive's own store, whatever variant its own address names.
    pub fn variant(&self, name: &str) -> Option<String> {
        let file = self.url.as_deref()?.trim().strip_prefix(STORE)?;
        let path = file.split(['?', '#']).next()?;
        let mut named = VARIANTS.iter().filter_map(|end| path.strip_suffix(end));
        let id = named.next().unwrap_or(path);
        let is_id = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
        is_id.then(|| [STORE, id, "/", name].concat())
    }

    /// Returns roughly how many bytes it takes, as it is here or as it is written: of its text, signs that have to be
    /// escaped take five.
    pub fn weight(&self) -> usize {
        let texts = [
            &self.url,
            &self.cid,
            &self.media_type,
            &self.filename,
            &self.ocr,
        ];
        let bytes = |text: &str| {
            let escaped = memchr3_iter(b'&', b'<', b'>', text.as_bytes());
            text.len() + 4 * escaped.count()
        };
        let texts: usize = texts.into_iter().flatten().map(|text| bytes(text)).sum();
        let problems = self.problems.iter().map(|problem| problem.reason.len());
        size_of::<Self>() + texts + problems.sum::<usize>()
    }

    /// Leaves what a record says of all its files together, and whoever makes the record reads this one again.
    pub fn abridge(&mut self) {
        (self.url, self.cid, self.ocr) = (None, None, None);
        self.filename
            .take_if(|name| name.len() > ABRIDGED_NAME_BYTES_MAX);
        self.is_abridged = true;
    }
}

/// Reads a MIME type, in lower case and without parameters.
fn read_media_type(name: &'static str, fields: &mut Fields<'_>) -> Option<Box<str>> {
    let raw = fields.text(name)?;
    let essence = essence(raw);
    // The National Archives write "Image (JPG)" there.
    if essence.is_none() && name != "object_type" {
        fields.add_problem(
            name,
            format!("{:?} is no MIME type; left out", excerpt(raw)),
        );
    }
    Some(essence?.to_ascii_lowercase().into())
}

/// Returns a MIME type without its parameters, if a text is one.
fn essence(text: &str) -> Option<&str> {
    let essence = text.split(';').next()?.trim();
    let is_token = |part: &str| {
        (1..=127).contains(&part.len())
            && part
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte))
    };
    let (kind, sub_kind) = essence.split_once('/')?;
    (is_token(kind) && is_token(sub_kind)).then_some(essence)
}
