//! A file on its way to its destination.

use std::time::Duration;

use anyhow::Result;
use tokio::time::timeout;

use super::folder::NewFile;
use super::r2::{MultipartUpload, SinglePut};
use super::{CONTENT_TYPE, Destination, Written};
use crate::journal::Leftover;

/// The longest file that is kept until it is whole, then put, in bytes; one that becomes longer goes up in parts, because it
/// would take too much memory.
const PUT_BYTES_MAX: usize = 32 * 1024 * 1024;
/// The same for a file that is written beside another one: no more than a part of it takes.
const PUT_BESIDE_BYTES_MAX: usize = 5 * 1024 * 1024;

/// What became of a file whose delivery was given up while it was under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Settled {
    /// The destination has it.
    Delivered,
    /// The destination does not have it, and never will.
    Withdrawn,
    /// It may be there or still come.
    Unknown,
}

/// The file on its way to its destination.
pub(crate) enum Output {
    /// For the bucket, kept until it is whole, or until it is too long for that.
    Put(SinglePut),
    /// For the bucket, in parts while it is written.
    Multipart(Box<MultipartUpload>),
    /// For a folder, beside its place.
    Folder(NewFile),
}

impl Output {
    /// Begins a file for `key`, in parts if it is `streamed`.
    ///
    /// # Errors
    ///
    /// Names the folder that cannot be written to.
    pub(crate) fn begin(destination: &Destination<'_>, key: &str, streamed: bool) -> Result<Self> {
        Ok(match destination {
            Destination::Bucket(bucket) => {
                let object = bucket.object(key, CONTENT_TYPE);
                if streamed {
                    Self::Multipart(Box::new(MultipartUpload::open(object)))
                } else {
                    Self::Put(SinglePut::new(object, PUT_BYTES_MAX))
                }
            }
            Destination::Folder(folder, journal) => {
                Self::Folder(NewFile::create(folder.join(key), journal)?)
            }
        })
    }

    /// Begins a file that is written beside another one, in little memory; nothing is sent yet.
    ///
    /// # Errors
    ///
    /// Names the folder that cannot be written to.
    pub(crate) fn begin_beside(
        destination: &Destination<'_>,
        key: &str,
        content_type: &'static str,
    ) -> Result<Self> {
        Ok(match destination {
            Destination::Bucket(bucket) => {
                let object = bucket.object(key, content_type);
                Self::Put(SinglePut::new(object, PUT_BESIDE_BYTES_MAX))
            }
            Destination::Folder(folder, journal) => {
                Self::Folder(NewFile::create(folder.join(key), journal)?)
            }
        })
    }

    /// Returns what of the file would be left behind.
    pub(crate) fn leftover(&self) -> Option<Leftover> {
        match self {
            Self::Put(_) => None,
            Self::Multipart(upload) => upload.leftover(),
            Self::Folder(file) => Some(file.leftover()),
        }
    }

    /// Waits until the destination is known to take the file, as far as that can be known before it is whole.
    ///
    /// # Errors
    ///
    /// Says what the destination answered.
    pub(crate) async fn opened(&mut self) -> Result<()> {
        match self {
            Self::Multipart(upload) => upload.opened().await,
            Self::Put(_) | Self::Folder(_) => Ok(()),
        }
    }

    /// Writes the next bytes of the file.
    ///
    /// # Errors
    ///
    /// Says what the destination answered.
    pub(crate) async fn write(&mut self, bytes: &[u8]) -> Result<()> {
        if let Self::Put(file) = self
            && file.is_too_long_with(bytes.len())
        {
            let (object, written) = file.hand_over();
            let mut upload = Box::new(MultipartUpload::open(object));
            let opened = upload.opened().await;
            let begun = match opened {
                Ok(()) => upload.write(&written).await,
                Err(error) => Err(error),
            };
            // Whatever came of it, it is there to be aborted.
            *self = Self::Multipart(upload);
            begun?;
        }
        match self {
            Self::Put(file) => file.write(bytes),
            Self::Multipart(upload) => upload.write(bytes).await?,
            Self::Folder(file) => file.write(bytes)?,
        }
        Ok(())
    }

    /// Waits until all of the file is taken, so that only [`Self::commit`] is left to do; returns what was written.
    ///
    /// # Errors
    ///
    /// Says what the destination answered.
    pub(crate) async fn finish(&mut self) -> Result<Written> {
        match self {
            Self::Put(file) => Ok(file.finish()),
            Self::Multipart(upload) => upload.finish().await,
            Self::Folder(file) => file.finish().await,
        }
    }

    /// Returns the `ETag` that the file has in the bucket when it is visible; it has to be [finished](Self::finish).
    pub(crate) fn e_tag(&self) -> Option<String> {
        match self {
            Self::Put(file) => Some(file.e_tag()),
            Self::Multipart(upload) => Some(upload.e_tag()),
            Self::Folder(_) => None,
        }
    }

    /// Makes the file visible, and makes sure that it is. Here and nowhere else the destination is asked for its last
    /// word: from here on the file may be there, whatever becomes of the job.
    ///
    /// # Errors
    ///
    /// Says what the destination answered.
    pub(crate) async fn commit(&mut self) -> Result<()> {
        match self {
            Self::Put(file) => file.commit().await,
            Self::Multipart(upload) => upload.complete().await,
            Self::Folder(file) => file.show(),
        }
    }

    /// Gives the file up where it can still be given up, then asks whether the destination has it after all. Where that
    /// is not to be learned in this time, what it answered before counts.
    pub(crate) async fn settle(&mut self, time: Duration) -> Settled {
        let settling = async {
            match self {
                Self::Put(file) => file.settle().await,
                Self::Multipart(upload) => upload.settle().await,
                Self::Folder(_) => Settled::Withdrawn,
            }
        };
        let settled = timeout(time, settling).await.unwrap_or(Settled::Unknown);
        let is_answered = match self {
            Self::Put(file) => file.is_answered(),
            Self::Multipart(upload) => upload.is_answered(),
            Self::Folder(_) => false,
        };
        if settled == Settled::Unknown && is_answered {
            tracing::warn!(
                "the bucket says that it has the file, and could not be asked for it in time"
            );
            return Settled::Delivered;
        }
        settled
    }

    /// Gives the file up and leaves nothing of it behind, if the destination answers in time.
    pub(crate) async fn abort(self) {
        if let Self::Multipart(mut upload) = self {
            upload.abort().await;
        }
    }
}
