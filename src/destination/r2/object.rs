//! Object: a key in the bucket, put whole or asked for.

use anyhow::{Result, anyhow};
use aws_sdk_s3::primitives::ByteStream;
use data_encoding::HEXLOWER;
use md5::{Digest as _, Md5};

use super::Bucket;
use super::error::explain;
use super::payload::Payload;

/// A key in a bucket.
#[derive(Clone, Debug)]
pub(crate) struct Object {
    pub(super) bucket: Bucket,
    pub(super) key: String,
    pub(super) content_type: &'static str,
}

impl Object {
    /// Stores a whole file.
    ///
    /// # Errors
    ///
    /// Says what the server answered.
    pub(crate) async fn put(&self, body: &Payload) -> Result<()> {
        let put = self
            .bucket
            .client
            .put_object()
            .bucket(&self.bucket.name)
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
            Ok(_) => anyhow!("bucket {} took the file without an ETag", self.bucket.name),
            Err(error) => explain(&self.bucket.name, &error),
        };
        // The problem is that of the last try; one before it may have been taken and its answer lost.
        if self.holds(&body.bytes).await {
            Ok(())
        } else {
            Err(problem)
        }
    }

    /// Asks whether the bucket holds exactly these bytes under the key.
    pub(crate) async fn holds(&self, body: &[u8]) -> bool {
        self.is_stored(body.len() as u64, &HEXLOWER.encode(&Md5::digest(body)))
            .await
    }

    /// Asks whether the bucket holds an object of this size and `ETag` under the key.
    pub(crate) async fn is_stored(&self, size_bytes: u64, e_tag: &str) -> bool {
        let head = self
            .bucket
            .client
            .head_object()
            .bucket(&self.bucket.name)
            .key(&self.key)
            .send()
            .await;
        head.is_ok_and(|found| {
            let found_e_tag = found.e_tag().map(|e_tag| e_tag.trim_matches('"'));
            found.content_length == size_bytes.try_into().ok() && found_e_tag == Some(e_tag)
        })
    }
}
