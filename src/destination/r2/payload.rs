//! Payload of a request to the bucket, with the SHA-256 that its signature holds and the MD5 that the bucket answers.

use aws_runtime::auth::PayloadSigningOverride;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::BeforeTransmitInterceptorContextMut;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;
use bytes::Bytes;
use data_encoding::HEXLOWER;
use md5::{Digest as _, Md5};
use ring::digest::{Digest, SHA256, digest};

use crate::destination::digest::{FileDigest, Written};

use super::e_tag;
use super::object::Expected;

/// Bytes for the bucket, and their hashes.
#[derive(Clone, Debug)]
pub(crate) struct Payload {
    /// The bytes.
    pub bytes: Bytes,
    /// Their `ETag`.
    pub md5: [u8; 16],
    sha256: Digest,
}

impl Payload {
    /// Takes the bytes of a whole file.
    pub(crate) fn new(bytes: Bytes) -> Self {
        Self {
            sha256: digest(&SHA256, &bytes),
            md5: Md5::digest(&bytes).into(),
            bytes,
        }
    }

    /// Takes the next bytes of a file.
    pub(crate) fn piece(bytes: Bytes, file: &mut FileDigest) -> Self {
        Self {
            sha256: file.update_with_own(&bytes),
            md5: Md5::digest(&bytes).into(),
            bytes,
        }
    }

    /// Returns what is written where this is a whole file.
    pub(crate) fn written(&self) -> Written {
        Written {
            size_bytes: self.bytes.len() as u64,
            sha256: HEXLOWER.encode(self.sha256.as_ref()),
        }
    }

    /// Returns what the bucket has where this is a whole file.
    pub(super) fn expected(&self) -> Expected {
        Expected {
            size_bytes: self.bytes.len() as u64,
            e_tag: e_tag::of_whole(self.md5),
        }
    }

    /// Returns what makes the SDK sign the hash that is known, where it would hash the bytes itself.
    pub(crate) fn signature(&self) -> SignedPayload {
        SignedPayload(HEXLOWER.encode(self.sha256.as_ref()))
    }
}

/// Gives the SDK the hash of the body of one request, for its signature.
#[derive(Debug)]
pub(crate) struct SignedPayload(String);

impl Intercept for SignedPayload {
    fn name(&self) -> &'static str {
        "SignedPayload"
    }

    fn modify_before_signing(
        &self,
        _: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let hash = PayloadSigningOverride::Precomputed(self.0.clone());
        config.interceptor_state().store_put(hash);
        Ok(())
    }
}
