//! The content of the bucket: objects, multipart uploads, and the rules of R2 for joining their parts.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Mutex;
use std::time::Instant;

use bytes::Bytes;
use md5::{Digest, Md5};
use s3s::dto::{CompletedPart, ETag};
use s3s::{S3ErrorCode, S3Result, s3_error};

use crate::support::script::UNPOISONED;

/// The least size of a part that is not the last.
const MIN_PART: usize = 5 * 1024 * 1024;

/// What is in the bucket.
#[derive(Debug, Default)]
pub(super) struct Content {
    objects: Mutex<BTreeMap<String, Object>>,
    uploads: Mutex<BTreeMap<String, Upload>>,
}

/// An object of the bucket.
#[derive(Clone, Debug)]
pub(super) struct Object {
    /// Its content.
    pub(super) bytes: Bytes,
    /// Its content type, where one was given.
    pub(super) content_type: Option<String>,
    /// Its entity tag.
    pub(super) e_tag: String,
}

/// A multipart upload that is open.
#[derive(Clone, Debug)]
struct Upload {
    key: String,
    content_type: Option<String>,
    parts: BTreeMap<i32, Bytes>,
}

impl Content {
    /// An object, by its key.
    pub(super) fn object(&self, key: &str) -> Option<Object> {
        self.objects.lock().expect(UNPOISONED).get(key).cloned()
    }

    /// The keys of all objects, sorted.
    pub(super) fn keys(&self) -> Vec<String> {
        self.objects
            .lock()
            .expect(UNPOISONED)
            .keys()
            .cloned()
            .collect()
    }

    /// Stores an object, and returns its entity tag.
    pub(super) fn put(&self, key: String, bytes: Bytes, content_type: Option<String>) -> String {
        let e_tag = hex(&Md5::digest(&bytes));
        let object = Object {
            bytes,
            content_type,
            e_tag: e_tag.clone(),
        };
        self.objects.lock().expect(UNPOISONED).insert(key, object);
        e_tag
    }

    /// The number of uploads neither completed nor aborted.
    pub(super) fn open_uploads(&self) -> usize {
        self.uploads.lock().expect(UNPOISONED).len()
    }

    /// Opens an upload, and returns its id.
    pub(super) fn open_upload(&self, key: &str, content_type: Option<String>) -> String {
        let mut uploads = self.uploads.lock().expect(UNPOISONED);
        let upload = Upload {
            key: key.to_owned(),
            content_type,
            parts: BTreeMap::new(),
        };
        // Unlike any other of this bucket, and long and odd as R2's are.
        let id = hex(&Md5::digest(format!("{key} {:?}", Instant::now()))) + "+/=";
        uploads.insert(id.clone(), upload);
        id
    }

    /// Stores a part of an open upload, and returns its entity tag.
    pub(super) fn put_part(
        &self,
        upload_id: &str,
        key: &str,
        number: i32,
        bytes: Bytes,
    ) -> S3Result<String> {
        let e_tag = hex(&Md5::digest(&bytes));
        let mut uploads = self.uploads.lock().expect(UNPOISONED);
        let upload = uploads
            .get_mut(upload_id)
            .filter(|upload| upload.key == key)
            .ok_or_else(no_such_upload)?;
        upload.parts.insert(number, bytes);
        Ok(e_tag)
    }

    /// Makes an object of the named parts of an upload, and returns its entity tag.
    pub(super) fn complete(
        &self,
        upload_id: &str,
        key: &str,
        wanted: &[CompletedPart],
    ) -> S3Result<String> {
        let mut uploads = self.uploads.lock().expect(UNPOISONED);
        let upload = uploads
            .get(upload_id)
            .filter(|upload| upload.key == key)
            .ok_or_else(no_such_upload)?;
        let object = upload.assemble(wanted)?;
        uploads.remove(upload_id);
        let e_tag = object.e_tag.clone();
        self.objects
            .lock()
            .expect(UNPOISONED)
            .insert(key.to_owned(), object);
        Ok(e_tag)
    }

    /// Forgets an open upload and its parts.
    pub(super) fn abort(&self, upload_id: &str) -> S3Result<()> {
        let aborted = self.uploads.lock().expect(UNPOISONED).remove(upload_id);
        aborted.map(|_| ()).ok_or_else(no_such_upload)
    }
}

impl Upload {
    /// Puts the named parts together, if R2 would.
    fn assemble(&self, wanted: &[CompletedPart]) -> S3Result<Object> {
        let numbers: Vec<_> = wanted.iter().filter_map(|part| part.part_number).collect();
        if numbers.is_empty() || !numbers.is_sorted_by(|one, next| one < next) {
            return Err(s3_error!(
                InvalidPartOrder,
                "The list of parts was not in ascending order."
            ));
        }
        let (mut parts, mut e_tags) = (Vec::new(), Md5::new());
        for part in wanted {
            let bytes = part.part_number.and_then(|number| self.parts.get(&number));
            let given = part.e_tag.as_ref().map(ETag::value);
            let Some(bytes) =
                bytes.filter(|bytes| given == Some(hex(&Md5::digest(bytes)).as_str()))
            else {
                return Err(s3_error!(
                    InvalidPart,
                    "One or more of the specified parts could not be found."
                ));
            };
            e_tags.update(Md5::digest(bytes));
            parts.push(bytes.clone());
        }
        let (last, others) = parts.split_last().expect("at least one part");
        let size = others.first().map_or(usize::MAX, Bytes::len);
        if size < MIN_PART {
            return Err(s3_error!(
                EntityTooSmall,
                "Your proposed upload is smaller than the minimum allowed object size."
            ));
        }
        if others.iter().any(|part| part.len() != size) || last.len() > size {
            return Err(s3_error!(
                InvalidPart,
                "All non-trailing parts must have the same length."
            ));
        }
        let e_tag = format!("{}-{}", hex(&e_tags.finalize()), parts.len());
        Ok(Object {
            bytes: parts.concat().into(),
            content_type: self.content_type.clone(),
            e_tag,
        })
    }
}

fn no_such_upload() -> s3s::S3Error {
    s3s::S3Error::with_message(
        S3ErrorCode::NoSuchUpload,
        "The specified multipart upload does not exist.",
    )
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Completes an upload of parts of these sizes.
    fn complete(sizes: &[usize]) -> Result<usize, String> {
        let parts: BTreeMap<_, _> = (1..)
            .zip(sizes.iter().map(|&size| Bytes::from(vec![b' '; size])))
            .collect();
        let named: Vec<_> = parts
            .iter()
            .map(|(&number, bytes)| CompletedPart {
                part_number: Some(number),
                e_tag: Some(ETag::Strong(hex(&Md5::digest(bytes)))),
                ..Default::default()
            })
            .collect();
        let object = Upload {
            key: String::new(),
            content_type: None,
            parts,
        }
        .assemble(&named);
        object
            .map(|object| object.bytes.len())
            .map_err(|error| error.message().unwrap_or("").to_owned())
    }

    #[test]
    fn parts_are_joined_by_the_rules_of_r2() {
        assert_eq!(complete(&[7]), Ok(7));
        assert_eq!(complete(&[MIN_PART, MIN_PART, 7]), Ok(2 * MIN_PART + 7));
        assert_eq!(complete(&[MIN_PART, MIN_PART]), Ok(2 * MIN_PART));
        for unequal in [&[MIN_PART, MIN_PART + 1, 7][..], &[MIN_PART, MIN_PART + 1]] {
            assert_eq!(
                complete(unequal),
                Err("All non-trailing parts must have the same length.".to_owned())
            );
        }
        assert!(
            complete(&[MIN_PART - 1, 7])
                .expect_err("a small part")
                .contains("smaller than the minimum")
        );
        assert!(complete(&[]).is_err());
    }
}
