//! What R2 keeps and does, under the HTTP of [`bucket`](super): objects, multipart uploads,
//! and the rules of joining parts.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use bytes::Bytes;
use futures::stream::StreamExt;
use md5::{Digest, Md5};
use s3s::dto::{
    AbortMultipartUploadInput, AbortMultipartUploadOutput, CompleteMultipartUploadInput,
    CompleteMultipartUploadOutput, CompletedPart, CreateMultipartUploadInput,
    CreateMultipartUploadOutput, ETag, GetObjectInput, GetObjectOutput, HeadObjectInput,
    HeadObjectOutput, PutObjectInput, PutObjectOutput, StreamingBlob, UploadPartInput,
    UploadPartOutput,
};
use s3s::{S3, S3ErrorCode, S3Request, S3Response, S3Result, s3_error};

use super::BUCKET;
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
    e_tag: String,
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

/// The operations of the S3 API on a [`Content`].
#[derive(Debug)]
pub(super) struct Store(pub(super) Arc<Content>);

#[async_trait::async_trait]
impl S3 for Store {
    async fn put_object(
        &self,
        req: S3Request<PutObjectInput>,
    ) -> S3Result<S3Response<PutObjectOutput>> {
        let PutObjectInput {
            bucket,
            key,
            body,
            content_type,
            ..
        } = req.input;
        exists(&bucket)?;
        let e_tag = self.0.put(key, read(body).await?, content_type);
        Ok(S3Response::new(PutObjectOutput {
            e_tag: Some(ETag::Strong(e_tag)),
            ..Default::default()
        }))
    }

    async fn head_object(
        &self,
        req: S3Request<HeadObjectInput>,
    ) -> S3Result<S3Response<HeadObjectOutput>> {
        exists(&req.input.bucket)?;
        let object = self
            .0
            .object(&req.input.key)
            .ok_or_else(|| s3_error!(NoSuchKey))?;
        Ok(S3Response::new(HeadObjectOutput {
            content_length: i64::try_from(object.bytes.len()).ok(),
            content_type: object.content_type,
            e_tag: Some(ETag::Strong(object.e_tag)),
            ..Default::default()
        }))
    }

    async fn get_object(
        &self,
        req: S3Request<GetObjectInput>,
    ) -> S3Result<S3Response<GetObjectOutput>> {
        exists(&req.input.bucket)?;
        let object = self
            .0
            .object(&req.input.key)
            .ok_or_else(|| s3_error!(NoSuchKey))?;
        Ok(S3Response::new(GetObjectOutput {
            content_length: i64::try_from(object.bytes.len()).ok(),
            body: Some(StreamingBlob::from(s3s::Body::from(object.bytes))),
            content_type: object.content_type,
            e_tag: Some(ETag::Strong(object.e_tag)),
            ..Default::default()
        }))
    }

    async fn create_multipart_upload(
        &self,
        req: S3Request<CreateMultipartUploadInput>,
    ) -> S3Result<S3Response<CreateMultipartUploadOutput>> {
        let CreateMultipartUploadInput {
            bucket,
            key,
            content_type,
            ..
        } = req.input;
        exists(&bucket)?;
        let mut uploads = self.0.uploads.lock().expect(UNPOISONED);
        let upload = Upload {
            key: key.clone(),
            content_type,
            parts: BTreeMap::new(),
        };
        // Unlike any other of this bucket, and long and odd as R2's are.
        let id = hex(&Md5::digest(format!("{key} {:?}", Instant::now()))) + "+/=";
        uploads.insert(id.clone(), upload);
        Ok(S3Response::new(CreateMultipartUploadOutput {
            bucket: Some(bucket),
            key: Some(key),
            upload_id: Some(id),
            ..Default::default()
        }))
    }

    async fn upload_part(
        &self,
        req: S3Request<UploadPartInput>,
    ) -> S3Result<S3Response<UploadPartOutput>> {
        let UploadPartInput {
            bucket,
            key,
            upload_id,
            part_number,
            body,
            ..
        } = req.input;
        exists(&bucket)?;
        if !(1..=10_000).contains(&part_number) {
            return Err(s3_error!(
                InvalidArgument,
                "Part number must be an integer between 1 and 10000, inclusive."
            ));
        }
        let bytes = read(body).await?;
        let e_tag = hex(&Md5::digest(&bytes));
        let mut uploads = self.0.uploads.lock().expect(UNPOISONED);
        let upload = uploads
            .get_mut(&upload_id)
            .filter(|upload| upload.key == key)
            .ok_or_else(no_such_upload)?;
        upload.parts.insert(part_number, bytes);
        Ok(S3Response::new(UploadPartOutput {
            e_tag: Some(ETag::Strong(e_tag)),
            ..Default::default()
        }))
    }

    async fn complete_multipart_upload(
        &self,
        req: S3Request<CompleteMultipartUploadInput>,
    ) -> S3Result<S3Response<CompleteMultipartUploadOutput>> {
        let CompleteMultipartUploadInput {
            bucket,
            key,
            upload_id,
            multipart_upload,
            ..
        } = req.input;
        exists(&bucket)?;
        let wanted = multipart_upload
            .and_then(|upload| upload.parts)
            .unwrap_or_default();
        let mut uploads = self.0.uploads.lock().expect(UNPOISONED);
        let upload = uploads
            .get(&upload_id)
            .filter(|upload| upload.key == key)
            .ok_or_else(no_such_upload)?;
        let object = upload.assemble(&wanted)?;
        uploads.remove(&upload_id);
        let e_tag = Some(ETag::Strong(object.e_tag.clone()));
        self.0
            .objects
            .lock()
            .expect(UNPOISONED)
            .insert(key.clone(), object);
        Ok(S3Response::new(CompleteMultipartUploadOutput {
            bucket: Some(bucket),
            key: Some(key),
            e_tag,
            ..Default::default()
        }))
    }

    async fn abort_multipart_upload(
        &self,
        req: S3Request<AbortMultipartUploadInput>,
    ) -> S3Result<S3Response<AbortMultipartUploadOutput>> {
        exists(&req.input.bucket)?;
        self.0
            .uploads
            .lock()
            .expect(UNPOISONED)
            .remove(&req.input.upload_id)
            .ok_or_else(no_such_upload)?;
        Ok(S3Response::new(AbortMultipartUploadOutput::default()))
    }
}

fn exists(bucket: &str) -> S3Result<()> {
    if bucket == BUCKET {
        Ok(())
    } else {
        Err(s3_error!(
            NoSuchBucket,
            "The specified bucket does not exist."
        ))
    }
}

fn no_such_upload() -> s3s::S3Error {
    s3s::S3Error::with_message(
        S3ErrorCode::NoSuchUpload,
        "The specified multipart upload does not exist.",
    )
}

async fn read(body: Option<StreamingBlob>) -> S3Result<Bytes> {
    let Some(body) = body else {
        return Ok(Bytes::new());
    };
    let pieces: Vec<_> = body.collect().await;
    let pieces: Vec<_> = pieces
        .into_iter()
        .collect::<Result<_, _>>()
        .map_err(|_| s3_error!(IncompleteBody))?;
    Ok(pieces.concat().into())
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
