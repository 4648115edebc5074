//! Bytes on their way to the bucket, with the SHA-256 that the signature of their request holds.

use aws_runtime::auth::PayloadSigningOverride;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::BeforeTransmitInterceptorContextMut;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;
use bytes::Bytes;
use data_encoding::HEXLOWER;
use ring::digest::{Context, Digest, SHA256, digest};

/// How many bytes both hashes of a payload take by turns: two blocks of SHA-256. The steps of a block wait for each
/// other, and the processor fills the waiting of one hash with those of the other: both by turns take 1.4 times as long
/// as one, and 2 times one after the other, or with longer turns (AMD EPYC, SHA extensions).
const TURN_BYTES: usize = 128;

/// Bytes for the bucket, and their hash.
#[derive(Clone, Debug)]
pub struct Payload {
    /// The bytes.
    pub bytes: Bytes,
    sha256: Digest,
}

/// The SHA-256 of a file that goes out in pieces; at first that of an empty one.
pub struct FileHash(Context);

impl Payload {
    /// Takes bytes that are no piece of a file.
    pub fn new(bytes: Bytes) -> Self {
        Self {
            sha256: digest(&SHA256, &bytes),
            bytes,
        }
    }

    /// Returns what makes the SDK sign the hash that is known, where it would hash the bytes itself.
    pub(crate) fn signature(&self) -> SignedPayload {
        SignedPayload(HEXLOWER.encode(self.sha256.as_ref()))
    }
}

impl Default for FileHash {
    fn default() -> Self {
        Self(Context::new(&SHA256))
    }
}

impl FileHash {
    /// Takes the next bytes of the file.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// Takes the next bytes of the file, which are a payload of their own.
    pub fn payload(&mut self, bytes: Bytes) -> Payload {
        let mut own = Context::new(&SHA256);
        for turn in bytes.chunks(TURN_BYTES) {
            self.0.update(turn);
            own.update(turn);
        }
        Payload {
            bytes,
            sha256: own.finish(),
        }
    }

    /// Returns the hash of what was taken, in hexadecimal.
    pub fn hex(&self) -> String {
        HEXLOWER.encode(self.0.clone().finish().as_ref())
    }
}

impl std::fmt::Debug for FileHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("FileHash").field(&self.hex()).finish()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_and_payloads_have_the_hashes_of_their_own_bytes() {
        let file: Vec<u8> = (0..1000_u32).flat_map(u32::to_le_bytes).collect();
        let hex = |bytes: &[u8]| HEXLOWER.encode(digest(&SHA256, bytes).as_ref());
        // Whole blocks, the rest of one, nothing.
        for ends in [&[1024, 2048][..], &[1, 63, 64, 100, 1000], &[0, 4000], &[]] {
            let mut hash = FileHash::default();
            let mut from = 0;
            for &end in ends.iter().chain(&[file.len()]) {
                let piece = &file[from..end];
                let payload = hash.payload(Bytes::copy_from_slice(piece));
                assert_eq!(payload.signature().0, hex(piece), "{from}..{end}");
                from = end;
            }
            assert_eq!(hash.hex(), hex(&file), "{ends:?}");
        }
    }
}
