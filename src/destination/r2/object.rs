//! R2, or another S3-compatible server, and a key in it.
//!
//! R2 differs from S3 in what it wants and what it answers:
//! <https://developers.cloudflare.com/r2/api/s3/api/>.
//! No operation on the bucket itself is ever sent, because keys scoped to objects refuse those.

use std::time::Duration;

use anyhow::{Context as _, Result, anyhow};
use aws_sdk_s3::Client;
use aws_sdk_s3::config::retry::RetryConfig;
use aws_sdk_s3::config::timeout::TimeoutConfig;
use aws_sdk_s3::config::{
    BehaviorVersion, Credentials, Region, RequestChecksumCalculation, ResponseChecksumValidation,
};
use aws_sdk_s3::primitives::ByteStream;
use data_encoding::HEXLOWER;
use md5::{Digest as _, Md5};

use crate::config::BucketConfig;
use crate::destination::r2::error::explain;
use crate::destination::r2::multipart::MultipartUpload;
use crate::destination::r2::payload::Payload;
use crate::destination::r2::retry::R2Errors;
use crate::destination::r2::transport::S3Transport;

/// How often an operation is tried.
const TRIES: u32 = 5;
/// How long one try may take; a part of 5 MiB needs half of it at 1 Mbit/s.
const TRY_TIMEOUT: Duration = Duration::from_secs(90);
/// A key in a bucket.
#[derive(Clone, Debug)]
pub struct Object {
    pub(crate) client: Client,
    pub(crate) bucket: String,
    pub(crate) key: String,
    pub(crate) content_type: &'static str,
}

impl Object {
    /// Names an object; nothing is sent.
    pub fn new(
        config: &BucketConfig,
        key: &str,
        content_type: &'static str,
        transport: &S3Transport,
    ) -> Self {
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
            .http_client(transport.clone())
            // R2 refuses some checksum headers; the signature covers the body's SHA-256 anyway.
            .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
            .response_checksum_validation(ResponseChecksumValidation::WhenRequired)
            .retry_config(RetryConfig::standard().with_max_attempts(TRIES))
            .retry_classifier(R2Errors)
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
            content_type,
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
    pub async fn put(&self, body: &Payload) -> Result<()> {
        let put = self
            .client
            .put_object()
            .bucket(&self.bucket)
            .key(&self.key)
            .content_type(self.content_type);
        let sent = put
            .body(ByteStream::from(body.bytes.clone()))
            .customize()
            .interceptor(body.signature())
            .send()
            .await;
        let problem = match sent {
            Ok(taken) if taken.e_tag.is_some() => return Ok(()),
            Ok(_) => anyhow!("bucket {} took the file without an ETag", self.bucket),
            Err(error) => explain(&self.bucket, &error),
        };
        // The problem is that of the last try; one before it may have been taken and its answer lost.
        if self.holds(&body.bytes).await {
            Ok(())
        } else {
            Err(problem)
        }
    }

    /// Asks whether the bucket holds exactly these bytes under the key.
    pub async fn holds(&self, body: &[u8]) -> bool {
        self.is_stored(body.len() as u64, &HEXLOWER.encode(&Md5::digest(body)))
            .await
    }

    pub(crate) async fn is_stored(&self, size_bytes: u64, e_tag: &str) -> bool {
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
            .content_type(self.content_type)
            .send()
            .await
            .map_err(|error| explain(&self.bucket, &error))?;
        let upload_id = created
            .upload_id
            .context("the bucket opened an upload without naming it")?;
        Ok(MultipartUpload::new(self, upload_id))
    }
}
