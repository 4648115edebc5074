//! Multipart upload: a file goes up in parts while it is still being written.
//!
//! R2's rules: <https://developers.cloudflare.com/r2/objects/multipart-objects/>.

use std::time::Duration;

use anyhow::{Context as _, Result};
use aws_sdk_s3::operation::abort_multipart_upload::AbortMultipartUploadError;
use aws_sdk_s3::types::{CompletedMultipartUpload, CompletedPart};
use bytes::{Bytes, BytesMut};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::timeout;

use crate::destination::Settled;
use crate::destination::digest::{FileDigest, Written};
use crate::journal::{Entry, Leftover};

use super::e_tag;
use super::error::explain;
use super::object::{Answer, Expected, Object};
use super::part;
use super::payload::Payload;

/// The size of every part but the last.
///
/// R2 wants equal parts of 5 MiB at least, and 10,000 at the most: a file may have 48 GiB, some 1.5 million records.
/// Larger parts would be memory alone, three of them at a time.
const PART_BYTES: usize = 5 * 1024 * 1024;
/// Parts in flight at the same time. R2 answered five with 500 `InternalError` (litestream, issue 912).
const PARTS_IN_FLIGHT_MAX: usize = 2;

/// How long the bucket may take to give an upload up.
const ABORT_TIMEOUT: Duration = Duration::from_secs(15);

/// A file that goes up in parts. It has to be completed or aborted: the bucket keeps its parts until then.
pub(crate) struct MultipartUpload {
    object: Object,
    /// The request that opens it, until its answer is had. That is wanted whatever becomes of the job.
    opening: Option<JoinHandle<Result<String>>>,
    /// The upload's id, from when it is open until it is aborted.
    id: Option<String>,
    /// The next part, so far.
    buffer: BytesMut,
    /// The MD5s of the parts that were sent, in their order.
    sent: Vec<[u8; 16]>,
    in_flight: JoinSet<Result<(CompletedPart, Bytes)>>,
    parts: Vec<CompletedPart>,
    /// The memory of parts that were taken, for those to come.
    spare: Vec<BytesMut>,
    /// Of the parts that were sent.
    file: FileDigest,
    /// Whether the bucket answered that it has the file.
    is_answered: bool,
}

impl MultipartUpload {
    /// Sends the request that opens the upload.
    pub(crate) fn open(object: Object) -> Self {
        Self {
            opening: Some(tokio::spawn(create(object.clone()))),
            object,
            id: None,
            buffer: BytesMut::new(),
            sent: Vec::new(),
            in_flight: JoinSet::new(),
            parts: Vec::new(),
            spare: Vec::new(),
            file: FileDigest::default(),
            is_answered: false,
        }
    }

    /// Waits until the upload is open, which is also the first proof that the keys are good.
    ///
    /// # Errors
    ///
    /// Says what the server answered, and which setting to look at.
    pub(crate) async fn opened(&mut self) -> Result<()> {
        if let Some(opening) = &mut self.opening {
            let opened = opening.await.context("opening the upload broke off");
            self.opening = None;
            self.id = Some(opened??);
        }
        Ok(())
    }

    /// Names the upload in the journal, if it is open.
    pub(crate) fn leftover(&self) -> Option<Leftover> {
        self.id.as_deref().map(|id| leftover(&self.object.key, id))
    }

    /// From here on the bucket keeps no parts of it.
    fn note_closed(&mut self) {
        if let Some(id) = self.id.take() {
            let Object { bucket, key, .. } = &self.object;
            bucket.journal.write(|| Entry::Over(leftover(key, &id)));
        }
    }

    /// Takes the next bytes of the file, and sends each part that is full.
    ///
    /// # Errors
    ///
    /// Returns what became of a part.
    pub(crate) async fn write(&mut self, mut bytes: &[u8]) -> Result<()> {
        while !bytes.is_empty() {
            let room = PART_BYTES - self.buffer.len();
            // Reserved whole, because growing would copy; memory that is not written to costs nothing.
            self.buffer.reserve(room);
            let (now, later) = bytes.split_at(room.min(bytes.len()));
            self.buffer.extend_from_slice(now);
            bytes = later;
            if self.buffer.len() == PART_BYTES {
                self.put_part().await?;
            }
        }
        Ok(())
    }

    /// Sends the last part and waits until all are taken; returns what was written.
    ///
    /// # Errors
    ///
    /// Returns what became of a part.
    pub(crate) async fn finish(&mut self) -> Result<Written> {
        if !self.buffer.is_empty() {
            self.put_part().await?;
        }
        self.wait_for_parts(0).await?;
        self.parts.sort_unstable_by_key(CompletedPart::part_number);
        Ok(self.file.written())
    }

    /// Makes the object of its parts, which have to be [finished](Self::finish), and makes sure of it.
    ///
    /// # Errors
    ///
    /// Says what the server answered.
    pub(crate) async fn complete(&mut self) -> Result<()> {
        let expected = self.expected();
        let answer = self.ask_to_complete().await;
        self.is_answered = expected.is_named_by(&answer);
        self.object.prove(&expected, answer).await?;
        if self.is_answered {
            self.note_closed();
        } else {
            // The object may be that of an earlier run with the same bytes, and this upload still open.
            self.abort().await;
        }
        Ok(())
    }

    async fn ask_to_complete(&self) -> Answer {
        let parts = CompletedMultipartUpload::builder()
            .set_parts(Some(self.parts.clone()))
            .build();
        let Object { bucket, key, .. } = &self.object;
        let complete = bucket
            .client
            .complete_multipart_upload()
            .bucket(&bucket.name)
            .key(key)
            .set_upload_id(self.id.clone());
        match complete.multipart_upload(parts).send().await {
            Ok(completed) => Ok(completed.e_tag),
            Err(error) => Err(explain(bucket, &error)),
        }
    }

    /// Tells whether the bucket answered that it has the file.
    pub(crate) fn is_answered(&self) -> bool {
        self.is_answered
    }

    /// Returns the `ETag` of the object to be.
    pub(crate) fn e_tag(&self) -> String {
        self.expected().e_tag
    }

    /// Returns what the object has to be.
    fn expected(&self) -> Expected {
        Expected {
            size_bytes: self.file.size_bytes(),
            e_tag: e_tag::of_parts(&self.sent),
        }
    }

    /// Gives the upload up, then asks whether the bucket holds the file after all.
    ///
    /// Asked before it is given up, the file could still appear after it was said to be missing.
    pub(crate) async fn settle(&mut self) -> Settled {
        // What cannot be aborted now is tried once more with the callback.
        let aborted = self.try_abort().await;
        match (self.object.holds(&self.expected()).await, aborted) {
            (Some(true), _) => Settled::Delivered,
            (_, Ok(true)) => Settled::Withdrawn,
            _ => Settled::Unknown,
        }
    }

    /// Gives the upload up and leaves nothing of it behind, if the bucket answers in time.
    pub(crate) async fn abort(&mut self) {
        match timeout(ABORT_TIMEOUT, self.try_abort()).await {
            Ok(Ok(_)) => {}
            Ok(Err(error)) => tracing::warn!(
                "the upload could not be aborted, its parts are removed after seven days: {error:#}"
            ),
            Err(_) => tracing::warn!(
                "the upload could not be aborted in time, its parts are removed after seven days"
            ),
        }
    }

    /// Gives the upload up; tells whether it was there until then.
    async fn try_abort(&mut self) -> Result<bool> {
        // One that could not be opened leaves nothing, and why it could not is known.
        let _ = self.opened().await;
        let Some(id) = &self.id else {
            return Ok(false);
        };
        // A part that arrives after the abort would be an error, not an orphan; stopping them saves the time.
        self.in_flight.shutdown().await;
        let was_there = abort(&self.object, id).await?;
        self.note_closed();
        Ok(was_there)
    }

    /// Sends what is in the buffer as a part; waits while too many are in flight.
    async fn put_part(&mut self) -> Result<()> {
        self.wait_for_parts(PARTS_IN_FLIGHT_MAX - 1).await?;
        let spare = self.spare.pop().unwrap_or_default();
        let bytes = std::mem::replace(&mut self.buffer, spare).freeze();
        let payload = Payload::piece(bytes, &mut self.file);
        self.sent.push(payload.md5);
        let number = self.sent.len().try_into().context("too many parts")?;
        let (object, id) = (self.object.clone(), self.id.clone());
        self.in_flight
            .spawn(part::send(object, id, number, payload));
        Ok(())
    }

    /// Waits until at most so many parts are in flight.
    async fn wait_for_parts(&mut self, in_flight_max: usize) -> Result<()> {
        while self.in_flight.len() > in_flight_max
            && let Some(part) = self.in_flight.join_next().await
        {
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

/// Opens a multipart upload; returns its id.
async fn create(object: Object) -> Result<String> {
    let Object {
        bucket,
        key,
        content_type,
    } = object;
    let create = bucket
        .client
        .create_multipart_upload()
        .bucket(&bucket.name)
        .key(&key)
        .content_type(content_type);
    let created = create.send().await;
    let created = created.map_err(|error| explain(&bucket, &error))?;
    let unnamed = || format!("bucket {} opened an upload without naming it", bucket.name);
    let id = created.upload_id.with_context(unnamed)?;
    bucket.journal.write(|| Entry::Begun(leftover(&key, &id)));
    Ok(id)
}

/// Names an upload in the journal.
fn leftover(key: &str, id: &str) -> Leftover {
    let (key, id) = (key.to_owned(), id.to_owned());
    Leftover::Upload { key, id }
}

/// Gives an upload up; tells whether it was there until then.
///
/// # Errors
///
/// Says what the server answered.
pub(super) async fn abort(object: &Object, id: &str) -> Result<bool> {
    let Object { bucket, key, .. } = object;
    let abort = bucket
        .client
        .abort_multipart_upload()
        .bucket(&bucket.name)
        .key(key)
        .upload_id(id);
    match abort.send().await {
        Ok(_) => Ok(true),
        Err(error)
            if error
                .as_service_error()
                .is_some_and(AbortMultipartUploadError::is_no_such_upload) =>
        {
            Ok(false)
        }
        Err(error) => Err(explain(bucket, &error).into()),
    }
}
