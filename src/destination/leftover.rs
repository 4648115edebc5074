//! What a process that was killed left at the destination: cleared away, and whether the file is there after all.

use std::fs;
use std::io::ErrorKind;
use std::time::Duration;

use anyhow::{Context as _, Result};
use futures::future::join_all;
use tokio::time::sleep;

use crate::job::OutputFile;
use crate::journal::{Asked, Leftover};

use super::r2::Expected;
use super::{CONTENT_TYPE, Destination, Settled};

/// How long a bucket that may still be storing the file is left alone before it is asked again.
const ASK_AGAIN_AFTER: Duration = Duration::from_millis(500);

impl Destination<'_> {
    /// Clears what was left; tells whether something of it was still there.
    ///
    /// # Errors
    ///
    /// Says what is left all the same, and why.
    pub(crate) async fn clear(&self, leftovers: &[Leftover]) -> Result<bool> {
        let cleared = join_all(leftovers.iter().map(|leftover| self.clear_one(leftover))).await;
        cleared
            .into_iter()
            .try_fold(false, |any, one| Ok(any | one?))
    }

    async fn clear_one(&self, leftover: &Leftover) -> Result<bool> {
        match (self, leftover) {
            (Self::Bucket(bucket), Leftover::Upload { key, id }) => bucket.abort(key, id).await,
            (Self::Folder(..), Leftover::Upload { .. }) => Ok(false),
            (_, Leftover::File(path)) => match fs::remove_file(path) {
                Ok(()) => Ok(true),
                Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
                Err(error) => {
                    Err(error).with_context(|| format!("failed to remove {}", path.display()))
                }
            },
        }
    }

    /// Finds out what became of the file, once what was left of it is [cleared](Self::clear); `was_left` tells whether
    /// there was something. A bucket that may still be storing the file is asked again and again.
    ///
    /// # Errors
    ///
    /// Says why the destination does not tell.
    pub(crate) async fn settled(&self, asked: &Asked, was_left: bool) -> Result<Settled> {
        loop {
            match self.has(asked, was_left).await? {
                Some(true) => return Ok(Settled::Delivered),
                Some(false) if was_left => return Ok(Settled::Withdrawn),
                Some(false) => sleep(ASK_AGAIN_AFTER).await,
                None => return Ok(Settled::Unknown),
            }
        }
    }

    async fn has(&self, asked: &Asked, was_left: bool) -> Result<Option<bool>> {
        let OutputFile {
            key, size_bytes, ..
        } = &asked.file;
        match self {
            Self::Bucket(bucket) => {
                let expected = Expected {
                    size_bytes: *size_bytes,
                    e_tag: asked.e_tag.clone().unwrap_or_default(),
                };
                let object = bucket.object(key, CONTENT_TYPE);
                Ok(object.find(&expected).await?)
            }
            // It is renamed, or it is not.
            Self::Folder(folder, _) => {
                let found = fs::metadata(folder.join(key));
                let is_it = found.is_ok_and(|found| found.len() == *size_bytes);
                Ok(Some(!was_left && is_it))
            }
        }
    }
}
