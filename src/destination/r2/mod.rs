//! R2, or another S3-compatible server: the bucket that the file goes to.
//!
//! R2 differs from S3 in what it wants and what it answers: <https://developers.cloudflare.com/r2/api/s3/api/>.
//! No operation on the bucket itself is ever sent, because keys scoped to objects refuse those.

mod e_tag;
mod error;
mod multipart;
mod object;
mod part;
mod payload;
mod put;
mod retry;
mod transport;

use std::time::Duration;

use anyhow::Result;
use aws_sdk_s3::Client;
use aws_sdk_s3::config::retry::{ReconnectMode, RetryConfig};
use aws_sdk_s3::config::timeout::TimeoutConfig;
use aws_sdk_s3::config::{
    BehaviorVersion, Credentials, Region, RequestChecksumCalculation, ResponseChecksumValidation,
};
use secrecy::ExposeSecret as _;

use crate::config::BucketConfig;
use crate::http::authority;
use crate::http::retry_after::RETRY_AFTER_MAX;
use crate::journal::Journal;

use retry::R2Errors;
use transport::S3Transport;

pub(super) use multipart::MultipartUpload;
pub(super) use object::{Expected, Object};
pub(super) use payload::Payload;
pub(super) use put::SinglePut;

/// How often an operation is tried.
const TRIES: u32 = 5;
/// How long one try may take; a part of 5 MiB needs half of it at 1 Mbit/s.
const TRY_TIMEOUT: Duration = Duration::from_secs(90);

/// A bucket, and the client that writes to it.
#[derive(Clone, Debug)]
pub(crate) struct Bucket {
    client: Client,
    name: String,
    /// Of its server, with the port.
    host: String,
    transport: S3Transport,
    journal: Journal,
}

impl Bucket {
    /// Makes the SDK's client of a bucket, which sends through `client`; nothing is sent yet.
    pub(crate) fn new(config: &BucketConfig, client: &reqwest::Client, journal: Journal) -> Self {
        let transport = S3Transport::new(client.clone());
        let credentials = Credentials::new(
            config.access_key_id.expose_secret(),
            config.secret_access_key.expose_secret(),
            config
                .session_token
                .as_ref()
                .map(|token| token.expose_secret().to_owned()),
            None,
            "environment",
        );
        let retries = RetryConfig::standard()
            .with_max_attempts(TRIES)
            // What R2 asks for is not cut to the 20 s of the SDK; no wait of its own is as long.
            .with_max_backoff(RETRY_AFTER_MAX)
            // Connections are reqwest's, which drops those that broke; the SDK would look for one to close in vain.
            .with_reconnect_mode(ReconnectMode::ReuseAllConnections);
        let settings = aws_sdk_s3::Config::builder()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .region(Region::new("auto"))
            .endpoint_url(config.endpoint.as_str())
            .force_path_style(true)
            .credentials_provider(credentials)
            .http_client(transport.clone())
            // R2 refuses some checksum headers; the signature covers the body's SHA-256 anyway.
            .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
            .response_checksum_validation(ResponseChecksumValidation::WhenRequired)
            .retry_config(retries)
            .retry_classifier(R2Errors)
            .timeout_config(
                TimeoutConfig::builder()
                    .operation_attempt_timeout(TRY_TIMEOUT)
                    .build(),
            )
            .build();
        Self {
            client: Client::from_conf(settings),
            name: config.bucket.clone(),
            host: authority(&config.endpoint),
            transport,
            journal,
        }
    }

    /// Names an object in the bucket.
    pub(crate) fn object(&self, key: &str, content_type: &'static str) -> Object {
        Object {
            bucket: self.clone(),
            key: key.to_owned(),
            content_type,
        }
    }

    /// Gives an upload up that another process opened; tells whether it was still open.
    ///
    /// # Errors
    ///
    /// Says what the server answered.
    pub(crate) async fn abort(&self, key: &str, id: &str) -> Result<bool> {
        multipart::abort(&self.object(key, ""), id).await
    }

    /// Names an object for a person.
    pub(crate) fn address(&self, key: &str) -> String {
        format!("bucket {}, key {key}", self.name)
    }

    /// Returns how many requests were sent again.
    pub(crate) fn retries(&self) -> u64 {
        self.transport.retries()
    }
}
