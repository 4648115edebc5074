//! Destination of the file: the bucket, or a folder. Nothing appears there unless it is whole.

mod beside;
mod claim;
mod digest;
mod folder;
mod leftover;
mod output;
mod r2;
mod stored;

use std::io::ErrorKind;
use std::path::Path;

use anyhow::{Context as _, Result};

use crate::config::DestinationConfig;
use crate::journal::Journal;

use folder::NewFile;
use r2::{Bucket, Payload};

pub(crate) use beside::{Beside, tell_not_stored, within};
pub(crate) use claim::Claim;
pub(crate) use digest::Written;
pub(crate) use output::{Output, Settled};
pub(crate) use stored::{READ_BYTES_MAX, Stored};

/// The content type of the file, agreed with the orchestrator.
const CONTENT_TYPE: &str = "application/xml";

/// Where files go.
#[derive(Debug)]
pub(crate) enum Destination<'c> {
    /// A bucket of R2 or of another S3-compatible server.
    Bucket(Bucket),
    /// A folder, with the bucket's keys as paths.
    Folder(&'c Path, Journal),
}

impl<'c> Destination<'c> {
    /// Prepares the destination that a configuration names; nothing is sent or written yet. What is begun in it stands
    /// in the journal.
    pub(crate) fn new(
        config: &'c DestinationConfig,
        client: &reqwest::Client,
        journal: &Journal,
    ) -> Self {
        let journal = journal.clone();
        match config {
            DestinationConfig::Bucket(bucket) => Self::Bucket(Bucket::new(bucket, client, journal)),
            DestinationConfig::Folder(folder) => Self::Folder(folder, journal),
        }
    }

    /// Says where the file of a key is, for a person.
    pub(crate) fn address(&self, key: &str) -> String {
        match self {
            Self::Bucket(bucket) => bucket.address(key),
            Self::Folder(folder, _) => folder.join(key).display().to_string(),
        }
    }

    /// Returns how many requests were sent again.
    pub(crate) fn retries(&self) -> u64 {
        match self {
            Self::Bucket(bucket) => bucket.retries(),
            Self::Folder(..) => 0,
        }
    }

    /// Removes a file of an earlier run that is not to stand beside those of this one. In a bucket nothing is ever deleted.
    ///
    /// # Errors
    ///
    /// Names the file.
    pub(crate) fn remove(&self, key: &str) -> Result<()> {
        let Self::Folder(folder, _) = self else {
            return Ok(());
        };
        let path = folder.join(key);
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                Err(error).with_context(|| format!("failed to remove {}", path.display()))
            }
            _ => Ok(()),
        }
    }

    /// Claims the folder of a job for this process, and clears away what one that was killed has left there. The bucket
    /// needs no claim: what is uploaded by several at the same time is whole all the same.
    ///
    /// # Errors
    ///
    /// Says that another process writes there now.
    pub(crate) fn claim(&self, folder_key: &str) -> Result<Option<Claim>> {
        match self {
            Self::Bucket(_) => Ok(None),
            Self::Folder(folder, _) => Claim::of(&folder.join(folder_key)).map(Some),
        }
    }

    /// Stores a small file whole, beside others, and makes sure of it.
    ///
    /// # Errors
    ///
    /// Says why the destination does not take it.
    pub(crate) async fn store(
        &self,
        key: &str,
        content_type: &'static str,
        body: Vec<u8>,
    ) -> Result<()> {
        match self {
            Self::Bucket(bucket) => {
                let object = bucket.object(key, content_type);
                object.put(&Payload::new(body.into())).await
            }
            Self::Folder(folder, journal) => {
                let mut file = NewFile::create(folder.join(key), journal)?;
                file.write(&body)?;
                file.finish().await?;
                file.show()
            }
        }
    }
}
