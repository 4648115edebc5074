//! The SHA-256 and the size of the file, which goes out in pieces.

use data_encoding::HEXLOWER;
use ring::digest::{Context, Digest, SHA256};

/// How many bytes the hash of the file and that of a piece take by turns: two blocks of SHA-256. The steps of a block
/// wait for each other, and the processor fills the waiting of one hash with those of the other: both by turns take 1.4
/// times as long as one, and 2 times one after the other, or with longer turns (AMD EPYC, SHA extensions).
const TURN_BYTES: usize = 128;

/// What was written as a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Written {
    /// Exact size in bytes.
    pub size_bytes: u64,
    /// SHA-256 in hexadecimal.
    pub sha256: String,
}

/// The SHA-256 and the size of a file so far; at first those of an empty one.
pub(crate) struct FileDigest {
    sha256: Context,
    size_bytes: u64,
}

impl Default for FileDigest {
    fn default() -> Self {
        Self {
            sha256: Context::new(&SHA256),
            size_bytes: 0,
        }
    }
}

impl FileDigest {
    /// Takes the next bytes of the file.
    pub(crate) fn update(&mut self, bytes: &[u8]) {
        self.size_bytes += bytes.len() as u64;
        self.sha256.update(bytes);
    }

    /// Takes the next bytes of the file; returns their own SHA-256.
    pub(crate) fn update_with_own(&mut self, bytes: &[u8]) -> Digest {
        self.size_bytes += bytes.len() as u64;
        let mut own = Context::new(&SHA256);
        for turn in bytes.chunks(TURN_BYTES) {
            self.sha256.update(turn);
            own.update(turn);
        }
        own.finish()
    }

    /// Returns the size of what was taken so far.
    pub(crate) fn size_bytes(&self) -> u64 {
        self.size_bytes
    }

    /// Returns what was taken so far.
    pub(crate) fn written(&self) -> Written {
        Written {
            size_bytes: self.size_bytes,
            sha256: HEXLOWER.encode(self.sha256.clone().finish().as_ref()),
        }
    }
}

#[cfg(test)]
mod tests {
    use ring::digest::digest;

    use super::*;

    #[test]
    fn file_and_pieces_have_the_hashes_of_their_own_bytes() {
        let file: Vec<u8> = (0..1000_u32).flat_map(u32::to_le_bytes).collect();
        let hex = |bytes: &[u8]| HEXLOWER.encode(digest(&SHA256, bytes).as_ref());
        // Whole blocks, the rest of one, nothing.
        for ends in [&[1024, 2048][..], &[1, 63, 64, 100, 1000], &[0, 4000], &[]] {
            let mut hash = FileDigest::default();
            let mut from = 0;
            for &end in ends.iter().chain(&[file.len()]) {
                let piece = &file[from..end];
                let own = hash.update_with_own(piece);
                assert_eq!(HEXLOWER.encode(own.as_ref()), hex(piece), "{from}..{end}");
                from = end;
            }
            let written = Written {
                size_bytes: 4000,
                sha256: hex(&file),
            };
            assert_eq!(hash.written(), written, "{ends:?}");
        }
    }
}
