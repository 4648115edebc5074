//! A file that stands at the destination, read in pieces.

use std::fs::{self, File};
use std::io::ErrorKind;
use std::os::unix::fs::FileExt as _;

use anyhow::{Context as _, Result, ensure};
use bytes::Bytes;

use crate::files;

use super::Destination;
use super::r2::{Expected, Object};

/// The longest piece that is read at once, in bytes.
pub(crate) const READ_BYTES_MAX: usize = 1024 * 1024;

/// A file that stands at the destination. What takes its place meanwhile is not mixed with it.
#[derive(Debug)]
pub(crate) struct Stored {
    size_bytes: u64,
    place: Place,
}

#[derive(Debug)]
enum Place {
    File(File),
    Object { object: Object, e_tag: String },
}

impl Destination<'_> {
    /// Opens the file of a key; `None` if there is none.
    ///
    /// # Errors
    ///
    /// Says why it cannot be read.
    pub(crate) async fn open(&self, key: &str) -> Result<Option<Stored>> {
        match self {
            Self::Bucket(bucket) => {
                let object = bucket.object(key, "");
                let found = object.look_up().await?;
                Ok(found.map(|Expected { size_bytes, e_tag }| Stored {
                    size_bytes,
                    place: Place::Object { object, e_tag },
                }))
            }
            Self::Folder(folder, _) => {
                let path = folder.join(key);
                let read = || format!("{} cannot be read", path.display());
                let metadata = match fs::metadata(&path) {
                    Ok(metadata) => metadata,
                    Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
                    Err(error) => return Err(error).with_context(read),
                };
                files::expect_file(&metadata).with_context(read)?;
                let file = File::open(&path).with_context(read)?;
                Ok(Some(Stored {
                    size_bytes: metadata.len(),
                    place: Place::File(file),
                }))
            }
        }
    }
}

impl Stored {
    /// Returns how many bytes it has.
    pub(crate) fn size_bytes(&self) -> u64 {
        self.size_bytes
    }

    /// Reads the piece that starts at a byte: [`READ_BYTES_MAX`] bytes, or as many as there are.
    ///
    /// # Errors
    ///
    /// Says why it cannot be read.
    pub(crate) async fn read(&self, at: u64) -> Result<Bytes> {
        let left = usize::try_from(self.size_bytes.saturating_sub(at));
        let length = left.map_or(READ_BYTES_MAX, |left| left.min(READ_BYTES_MAX));
        if length == 0 {
            return Ok(Bytes::new());
        }
        let bytes = match &self.place {
            Place::File(file) => {
                let mut bytes = vec![0; length];
                file.read_exact_at(&mut bytes, at)?;
                bytes.into()
            }
            Place::Object { object, e_tag } => object.read(e_tag, at, length).await?,
        };
        ensure!(
            bytes.len() == length,
            "{} bytes came where {length} were asked for",
            bytes.len()
        );
        Ok(bytes)
    }
}
