//! The operations of the S3 API that the worker may use, on what is in the bucket.

use std::sync::Arc;

use bytes::Bytes;
use futures::stream::StreamExt;
use s3s::dto::{
    AbortMultipartUploadInput, AbortMultipartUploadOutput, CompleteMultipartUploadInput,
    CompleteMultipartUploadOutput, CreateMultipartUploadInput, CreateMultipartUploadOutput, ETag,
    GetObjectInput, GetObjectOutput, HeadObjectInput, HeadObjectOutput, PutObjectInput,
    PutObjectOutput, StreamingBlob, UploadPartInput, UploadPartOutput,
};
use s3s::{S3, S3Request, S3Response, S3Result, s3_error};

use super::BUCKET;
use super::content::Content;

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
        let GetObjectInput {
            bucket,
            key,
            range,
            if_match,
            ..
        } = req.input;
        exists(&bucket)?;
        let object = self.0.object(&key).ok_or_else(|| s3_error!(NoSuchKey))?;
        let e_tag = if_match.as_ref().and_then(|condition| condition.as_etag());
        if e_tag.is_some_and(|e_tag| e_tag.value() != object.e_tag) {
            return Err(s3_error!(PreconditionFailed));
        }
        let length = object.bytes.len() as u64;
        let range = match range {
            Some(range) => range.check(length)?,
            None => 0..length,
        };
        let content_range = format!("bytes {}-{}/{length}", range.start, range.end - 1);
        let place = |at: u64| usize::try_from(at).expect("a place in memory");
        let bytes = object.bytes.slice(place(range.start)..place(range.end));
        Ok(S3Response::new(GetObjectOutput {
            content_length: i64::try_from(bytes.len()).ok(),
            content_range: Some(content_range),
            body: Some(StreamingBlob::from(s3s::Body::from(bytes))),
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
        let id = self.0.open_upload(&key, content_type);
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
        let e_tag = self.0.put_part(&upload_id, &key, part_number, bytes)?;
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
        let e_tag = self.0.complete(&upload_id, &key, &wanted)?;
        Ok(S3Response::new(CompleteMultipartUploadOutput {
            bucket: Some(bucket),
            key: Some(key),
            e_tag: Some(ETag::Strong(e_tag)),
            ..Default::default()
        }))
    }

    async fn abort_multipart_upload(
        &self,
        req: S3Request<AbortMultipartUploadInput>,
    ) -> S3Result<S3Response<AbortMultipartUploadOutput>> {
        exists(&req.input.bucket)?;
        self.0.abort(&req.input.upload_id)?;
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
