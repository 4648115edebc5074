//! R2, or another S3-compatible server: a single put, or a multipart upload.
//!
//! R2 differs from S3 in what it wants and what it answers:
//! <https://developers.cloudflare.com/r2/api/s3/api/>, <https://developers.cloudflare.com/r2/objects/multipart-objects/>.
//! No operation on the bucket itself is ever sent, because keys scoped to objects refuse those.

use std::time::Duration;

use anyhow::{Context as _, Result};
use aws_sdk_s3::Client;
use aws_sdk_s3::config::retry::RetryConfig;
use aws_sdk_s3::config::timeout::TimeoutConfig;
use aws_sdk_s3::config::{
    BehaviorVersion, Credentials, Region, RequestChecksumCalculation, ResponseChecksumValidation,
};
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{CompletedMultipartUpload, CompletedPart};
use bytes::Bytes;
use data_encoding::{HEXLOWER, HEXLOWER_PERMISSIVE};
use md5::{Digest as _, Md5};
use tokio::task::JoinSet;

use crate::config::BucketConfig;
use crate::s3_error::explain;
use crate::s3_transport::{S3Transport, Throttling};

/// The size of every part but the last. R2 wants equal parts of 5 MiB at least, and 10,000 at the most: with 8 MiB a
/// file may have 78 GiB.
pub const PART_BYTES: usize = 8 * 1024 * 1024;
/// Parts in flight at the same time. R2 answered five with 500 `InternalError` (litestream, issue 912).
const PARTS_IN_FLIGHT_MAX: usize = 2;
/// How often an operation is tried.
const TRIES: u32 = 5;
/// How long one try may take; a part of 8 MiB needs a minute at 1 Mbit/s.
const TRY_TIMEOUT: Duration = Duration::from_secs(90);
/// The content type of the file, agreed with the orchestrator.
const CONTENT_TYPE: &str = "application/xml";

/// A key in a bucket.
#[derive(Clone, Debug)]
pub struct Object {
    client: Client,
    bucket: String,
    key: String,
}

impl Object {
    /// Names an object; nothing is sent.
    pub fn new(config: &BucketConfig, key: &str, client: &reqwest::Client) -> Self {
        let credentials = Credentials::new(
            config.access_key_id.expose(),
            config.secret_access_key.expose(),
            config
                .session_token
                .as_ref()
                .map(|token| token.expose().to_owned()),
            None,
            "environment",
        );
        let settings = aws_sdk_s3::Config::builder()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .region(Region::new("auto"))
            .endpoint_url(&config.endpoint)
            .force_path_style(true)
            .credentials_provider(credentials)
            .http_client(S3Transport(client.clone()))
            // R2 refuses some checksum headers; the signature covers the body's SHA-256 anyway.
            .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
            .response_checksum_validation(ResponseChecksumValidation::WhenRequired)
            .retry_config(RetryConfig::standard().with_max_attempts(TRIES))
            .retry_classifier(Throttling)
            .timeout_config(
                TimeoutConfig::builder()
                    .operation_attempt_timeout(TRY_TIMEOUT)
                    .build(),
            )
            .build();
        Self {
            client: Client::from_conf(settings),
            bucket: config.bucket.clone(),
            key: key.to_owned(),
        }
    }

    /// Names the object for a person.
    pub fn address(&self) -> String {
        format!("bucket {}, key {}", self.bucket, self.key)
    }

    /// Stores a whole file.
    ///
    /// # Errors
    ///
    /// Says what the server answered.
    pub async fn put(&self, body: Bytes) -> Result<()> {
        let put = self
            .client
            .put_object()
            .bucket(&self.bucket)
            .key(&self.key)
            .content_type(CONTENT_TYPE);
        let sent = put.body(ByteStream::from(body.clone())).send().await;
        let Err(error) = sent else { return Ok(()) };
        // The error is that of the last try; one before it may have been taken and its answer lost.
        if self.holds(&body).await {
            Ok(())
        } else {
            Err(explain(&self.bucket, &error))
        }
    }

    /// Asks whether the bucket holds exactly these bytes under the key.
    pub async fn holds(&self, body: &[u8]) -> bool {
        self.is_stored(body.len() as u64, &HEXLOWER.encode(&Md5::digest(body)))
            .await
    }

    async fn is_stored(&self, size_bytes: u64, e_tag: &str) -> bool {
        let head = self
            .client
            .head_object()
            .bucket(&self.bucket)
            .key(&self.key)
            .send()
            .await;
        head.is_ok_and(|object| {
            let has_size = object
                .content_length
                .is_some_and(|length| u64::try_from(length) == Ok(size_bytes));
            has_size
                && object
                    .e_tag
                    .is_some_and(|found| found.trim_matches('"') == e_tag)
        })
    }

    /// Opens a multipart upload, which is also the first proof that the keys are good.
    ///
    /// # Errors
    ///
    /// Says what the server answered, and which setting to look at.
    pub async fn create_multipart_upload(self) -> Result<MultipartUpload> {
        let create = self
            .client
            .create_multipart_upload()
            .bucket(&self.bucket)
            .key(&self.key);
        let created = create
            .content_type(CONTENT_TYPE)
            .send()
            .await
            .map_err(|error| explain(&self.bucket, &error))?;
        let upload_id = created
            .upload_id
            .context("the bucket opened an upload without naming it")?;
        Ok(MultipartUpload {
            object: self,
            upload_id,
            sent: 0,
            size_bytes: 0,
            in_flight: JoinSet::new(),
            parts: Vec::new(),
        })
    }
}

/// An open multipart upload. It has to be completed or aborted: the bucket keeps its parts until then.
#[derive(Debug)]
pub struct MultipartUpload {
    object: Object,
    upload_id: String,
    sent: i32,
    size_bytes: u64,
    in_flight: JoinSet<Result<CompletedPart>>,
    parts: Vec<CompletedPart>,
}

impl MultipartUpload {
    /// Names the object to be, for a person.
    pub fn address(&self) -> String {
        self.object.address()
    }

    /// Sends a part, of [`PART_BYTES`] unless it is the last; waits while too many are in flight.
    ///
    /// # Errors
    ///
    /// Returns what became of this part or of one before it.
    pub async fn put_part(&mut self, body: Bytes) -> Result<()> {
        while self.in_flight.len() >= PARTS_IN_FLIGHT_MAX {
            self.take_part().await?;
        }
        self.sent += 1;
        self.size_bytes += body.len() as u64;
        let (object, upload_id, number) = (self.object.clone(), self.upload_id.clone(), self.sent);
        self.in_flight.spawn(async move {
            let upload = object
                .client
                .upload_part()
                .bucket(&object.bucket)
                .key(&object.key)
                .upload_id(upload_id);
            let sent = upload
                .part_number(number)
                .body(ByteStream::from(body))
                .send()
                .await;
            let sent = sent.map_err(|error| explain(&object.bucket, &error))?;
            let e_tag = sent
                .e_tag
                .with_context(|| format!("the bucket took part {number} without an ETag"))?;
            Ok(CompletedPart::builder()
                .part_number(number)
                .e_tag(e_tag)
                .build())
        });
        Ok(())
    }

    /// Waits until all parts are taken.
    ///
    /// # Errors
    ///
    /// Returns what became of one that was not.
    pub async fn finish_parts(&mut self) -> Result<()> {
        while !self.in_flight.is_empty() {
            self.take_part().await?;
        }
        self.parts.sort_unstable_by_key(CompletedPart::part_number);
        Ok(())
    }

    /// Makes the object of its parts, which have to be [finished](Self::finish_parts); it is visible from here on.
    ///
    /// # Errors
    ///
    /// Says what the server answered.
    pub async fn complete(&self) -> Result<()> {
        let parts = CompletedMultipartUpload::builder()
            .set_parts(Some(self.parts.clone()))
            .build();
        let Object {
            client,
            bucket,
            key,
        } = &self.object;
        let complete = client
            .complete_multipart_upload()
            .bucket(bucket)
            .key(key)
            .upload_id(&self.upload_id);
        let Err(error) = complete.multipart_upload(parts).send().await else {
            return Ok(());
        };
        // Where an answer was lost, the next try finds no upload: only the object itself can tell.
        if self.is_stored().await {
            Ok(())
        } else {
            Err(explain(&self.object.bucket, &error))
        }
    }

    /// Asks whether the bucket holds the object made of these parts.
    pub async fn is_stored(&self) -> bool {
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
    pub async fn abort(mut self) -> Result<()> {
        // A part that arrives after the abort would be an error, not an orphan; stopping them saves the time.
        self.in_flight.shutdown().await;
        let Object {
            client,
            bucket,
            key,
        } = &self.object;
        let abort = client
            .abort_multipart_upload()
            .bucket(bucket)
            .key(key)
            .upload_id(&self.upload_id);
        abort
            .send()
            .await
            .map_err(|error| explain(&self.object.bucket, &error))?;
        Ok(())
    }

    async fn take_part(&mut self) -> Result<()> {
        if let Some(part) = self.in_flight.join_next().await {
            self.parts.push(part.context("sending a part broke off")??);
        }
        Ok(())
    }
}
