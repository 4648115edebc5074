//! Multipart upload: a file goes up in parts while it is still being written.
//!
//! R2's rules: <https://developers.cloudflare.com/r2/objects/multipart-objects/>.

use anyhow::{Context as _, Result};
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{CompletedMultipartUpload, CompletedPart};
use bytes::{Bytes, BytesMut};
use data_encoding::{HEXLOWER, HEXLOWER_PERMISSIVE};
use md5::{Digest as _, Md5};
use tokio::task::JoinSet;

use super::error::explain;
use super::object::Object;
use super::payload::Payload;

/// The size of every part but the last.
///
/// R2 wants equal parts of 5 MiB at least, and 10,000 at the most: a file may have 48 GiB, some 1.5 million records.
/// Larger parts would be memory alone, three of them at a time.
pub(crate) const PART_BYTES: usize = 5 * 1024 * 1024;
/// Parts in flight at the same time. R2 answered five with 500 `InternalError` (litestream, issue 912).
const PARTS_IN_FLIGHT_MAX: usize = 2;

/// An open multipart upload. It has to be completed or aborted: the bucket keeps its parts until then.
#[derive(Debug)]
pub(crate) struct MultipartUpload {
    object: Object,
    upload_id: String,
    sent: i32,
    size_bytes: u64,
    in_flight: JoinSet<Result<(CompletedPart, Bytes)>>,
    parts: Vec<CompletedPart>,
    /// The memory of parts that were taken, for those to come.
    spare: Vec<BytesMut>,
}

impl MultipartUpload {
    /// Opens a multipart upload, which is also the first proof that the keys are good.
    ///
    /// # Errors
    ///
    /// Says what the server answered, and which setting to look at.
    pub(crate) async fn create(object: Object) -> Result<Self> {
        let create = object
            .bucket
            .client
            .create_multipart_upload()
            .bucket(&object.bucket.name)
            .key(&object.key);
        let created = create
            .content_type(object.content_type)
            .send()
            .await
            .map_err(|error| explain(&object.bucket.name, &error))?;
        let upload_id = created
            .upload_id
            .context("the bucket opened an upload without naming it")?;
        Ok(Self {
            object,
            upload_id,
            sent: 0,
            size_bytes: 0,
            in_flight: JoinSet::new(),
            parts: Vec::new(),
            spare: Vec::new(),
        })
    }

    /// Names the object to be, for a person.
    pub(crate) fn address(&self) -> String {
        self.object.address()
    }

    /// Returns an empty buffer for the next part, used before if there is one.
    pub(crate) fn buffer(&mut self) -> BytesMut {
        self.spare.pop().unwrap_or_default()
    }

    /// Sends a part, of [`PART_BYTES`] unless it is the last; waits while too many are in flight.
    ///
    /// # Errors
    ///
    /// Returns what became of this part or of one before it.
    pub(crate) async fn put_part(&mut self, part: Payload) -> Result<()> {
        while self.in_flight.len() >= PARTS_IN_FLIGHT_MAX {
            self.finish_part().await?;
        }
        self.sent += 1;
        self.size_bytes += part.bytes.len() as u64;
        let (object, upload_id, number) = (self.object.clone(), self.upload_id.clone(), self.sent);
        self.in_flight.spawn(async move {
            let bucket = &object.bucket;
            let upload = bucket
                .client
                .upload_part()
                .bucket(&bucket.name)
                .key(&object.key)
                .upload_id(upload_id);
            let sent = upload
                .part_number(number)
                .body(ByteStream::from(part.bytes.clone()))
                .customize()
                .interceptor(part.signature())
                .send()
                .await;
            let sent = sent.map_err(|error| explain(&bucket.name, &error))?;
            let e_tag = sent
                .e_tag
                .with_context(|| format!("the bucket took part {number} without an ETag"))?;
            let completed = CompletedPart::builder().part_number(number).e_tag(e_tag);
            Ok((completed.build(), part.bytes))
        });
        Ok(())
    }

    /// Waits until all parts are taken.
    ///
    /// # Errors
    ///
    /// Returns what became of one that was not.
    pub(crate) async fn finish_parts(&mut self) -> Result<()> {
        while !self.in_flight.is_empty() {
            self.finish_part().await?;
        }
        self.parts.sort_unstable_by_key(CompletedPart::part_number);
        Ok(())
    }

    /// Makes the object of its parts, which have to be [finished](Self::finish_parts); it is visible from here on.
    ///
    /// # Errors
    ///
    /// Says what the server answered.
    pub(crate) async fn complete(&self) -> Result<()> {
        let parts = CompletedMultipartUpload::builder()
            .set_parts(Some(self.parts.clone()))
            .build();
        let Object { bucket, key, .. } = &self.object;
        let complete = bucket
            .client
            .complete_multipart_upload()
            .bucket(&bucket.name)
            .key(key)
            .upload_id(&self.upload_id);
        let Err(error) = complete.multipart_upload(parts).send().await else {
            return Ok(());
        };
        // Where an answer was lost, the next try finds no upload: only the object itself can tell.
        if self.is_stored().await {
            Ok(())
        } else {
            Err(explain(&bucket.name, &error))
        }
    }

    /// Asks whether the bucket holds the object made of these parts.
    pub(crate) async fn is_stored(&self) -> bool {
        self.object.is_stored(self.size_bytes, &self.e_tag()).await
    }

    /// Returns the `ETag` of the object to be: the MD5 of the parts' MD5s, and their number.
    fn e_tag(&self) -> String {
        let mut digests = Md5::new();
        for part in &self.parts {
            let e_tag = part.e_tag().unwrap_or_default().trim_matches('"');
            digests.update(
                HEXLOWER_PERMISSIVE
                    .decode(e_tag.as_bytes())
                    .unwrap_or_default(),
            );
        }
        format!(
            "{}-{}",
            HEXLOWER.encode(&digests.finalize()),
            self.parts.len()
        )
    }

    /// Gives the upload up, so that nothing of it stays in the bucket.
    ///
    /// # Errors
    ///
    /// Says what the server answered; the bucket's own rule then removes the parts after seven days.
    pub(crate) async fn abort(&mut self) -> Result<()> {
        // A part that arrives after the abort would be an error, not an orphan; stopping them saves the time.
        self.in_flight.shutdown().await;
        let Object { bucket, key, .. } = &self.object;
        let abort = bucket
            .client
            .abort_multipart_upload()
            .bucket(&bucket.name)
            .key(key)
            .upload_id(&self.upload_id);
        abort
            .send()
            .await
            .map_err(|error| explain(&bucket.name, &error))?;
        Ok(())
    }

    async fn finish_part(&mut self) -> Result<()> {
        if let Some(part) = self.in_flight.join_next().await {
            let (part, body) = part.context("sending a part broke off")??;
            self.parts.push(part);
            // Whoever sent it may hold on to it; then there is a new buffer.
            if let Ok(mut buffer) = body.try_into_mut() {
                buffer.clear();
                self.spare.push(buffer);
            }
        }
        Ok(())
    }
}
