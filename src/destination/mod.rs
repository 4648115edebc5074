//! Destination of the file: the bucket, or a folder. Nothing appears there unless it is whole.

mod digest;
mod folder;
mod r2;

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result};
use bytes::{Bytes, BytesMut};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::config::DestinationConfig;

use digest::FileDigest;
use folder::NewFile;
use r2::{Bucket, MultipartUpload, Object, PART_BYTES, Payload};

/// The content type of the file, agreed with the orchestrator.
const CONTENT_TYPE: &str = "application/xml";
/// How long the destination may take to give a file up.
const ABORT_TIMEOUT: Duration = Duration::from_secs(15);

/// Where files go.
#[derive(Debug)]
pub(crate) enum Destination<'c> {
    /// A bucket of R2 or of another S3-compatible server.
    Bucket(Bucket),
    /// A folder, with the bucket's keys as paths.
    Folder(&'c Path),
}

impl<'c> Destination<'c> {
    /// Prepares the destination that a configuration names; nothing is sent or written yet.
    pub(crate) fn new(config: &'c DestinationConfig, client: &reqwest::Client) -> Self {
        match config {
            DestinationConfig::Bucket(bucket) => Self::Bucket(Bucket::new(bucket, client)),
            DestinationConfig::Folder(folder) => Self::Folder(folder),
        }
    }

    /// Returns how many requests were sent again.
    pub(crate) fn retries(&self) -> u64 {
        match self {
            Self::Bucket(bucket) => bucket.retries(),
            Self::Folder(_) => 0,
        }
    }

    /// Stores a small file whole, beside others.
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
            Self::Folder(folder) => {
                let mut file = NewFile::create(folder.join(key))?;
                file.write(&body)?;
                file.sync()?;
                file.show()
            }
        }
    }
}

/// The file on its way to its destination.
pub(crate) struct Output {
    state: OutputState,
    buffer: BytesMut,
    size_bytes: u64,
    /// Of what left the buffer.
    hash: FileDigest,
}

#[derive(Debug)]
enum OutputState {
    /// Kept until it is whole, then put; its bytes once they are.
    Put(Object, Payload),
    /// A multipart upload that is not open yet.
    Unopened(Object),
    /// A multipart upload that is being opened; whatever becomes of the job, its answer is wanted.
    Opening(JoinHandle<Result<MultipartUpload>>),
    /// An open multipart upload.
    Multipart(MultipartUpload),
    /// A file beside its place.
    File(NewFile),
    /// A file that is not open yet.
    UnopenedFile(PathBuf),
    /// Delivered or given up.
    Closed,
}

impl Output {
    /// Prepares a file for `key`, in parts if it is `streamed`; nothing is sent or written yet.
    pub(crate) fn new(destination: &Destination<'_>, key: &str, streamed: bool) -> Self {
        let state = match destination {
            Destination::Bucket(bucket) => {
                let object = bucket.object(key, CONTENT_TYPE);
                if streamed {
                    OutputState::Unopened(object)
                } else {
                    OutputState::Put(object, Payload::new(Bytes::new()))
                }
            }
            Destination::Folder(folder) => OutputState::UnopenedFile(folder.join(key)),
        };
        Self {
            state,
            buffer: BytesMut::new(),
            size_bytes: 0,
            hash: FileDigest::default(),
        }
    }

    /// Opens the multipart upload or the temporary file.
    ///
    /// # Errors
    ///
    /// Says why the destination does not take the file.
    pub(crate) async fn open(&mut self) -> Result<()> {
        self.state = match std::mem::replace(&mut self.state, OutputState::Closed) {
            OutputState::Unopened(object) => {
                OutputState::Opening(tokio::spawn(MultipartUpload::create(object)))
            }
            OutputState::UnopenedFile(path) => OutputState::File(NewFile::create(path)?),
            open => open,
        };
        if let OutputState::Opening(opening) = &mut self.state {
            let opened = opening.await.context("opening the upload broke off");
            // Its answer is had: there is nothing left to wait for, whatever it says.
            self.state = OutputState::Closed;
            self.state = OutputState::Multipart(opened??);
        }
        Ok(())
    }

    /// Writes the next bytes of the file.
    ///
    /// # Errors
    ///
    /// Says what the destination answered.
    pub(crate) async fn write(&mut self, mut bytes: &[u8]) -> Result<()> {
        self.size_bytes += bytes.len() as u64;
        while !bytes.is_empty() {
            let room = match self.state {
                OutputState::Put(..) => bytes.len(),
                _ => PART_BYTES - self.buffer.len(),
            };
            // Reserved whole, because growing would copy; memory that is not written to costs nothing.
            self.buffer
                .reserve(PART_BYTES - self.buffer.len().min(PART_BYTES));
            let (now, later) = bytes.split_at(room.min(bytes.len()));
            self.buffer.extend_from_slice(now);
            bytes = later;
            if self.buffer.len() == PART_BYTES {
                self.flush().await?;
            }
        }
        Ok(())
    }

    /// Says where the file is, for a person.
    pub(crate) fn address(&self) -> String {
        match &self.state {
            OutputState::Put(object, _) | OutputState::Unopened(object) => object.address(),
            OutputState::Multipart(upload) => upload.address(),
            OutputState::File(file) => file.path().display().to_string(),
            OutputState::UnopenedFile(path) => path.display().to_string(),
            OutputState::Opening(_) | OutputState::Closed => String::new(),
        }
    }

    /// Returns the size of what was written.
    pub(crate) fn size_bytes(&self) -> u64 {
        self.size_bytes
    }

    /// Returns the SHA-256 of what was written and [flushed](Self::flush_all), in hexadecimal.
    pub(crate) fn sha256(&self) -> String {
        self.hash.hex()
    }

    /// Sends what is still kept and waits until all of it is taken, so that only [`Self::commit`] is left to do.
    ///
    /// # Errors
    ///
    /// Says what the destination answered.
    pub(crate) async fn flush_all(&mut self) -> Result<()> {
        if let OutputState::Put(_, body) = &mut self.state {
            *body = Payload::piece(self.buffer.split().freeze(), &mut self.hash);
        } else if !self.buffer.is_empty() {
            self.flush().await?;
        }
        match &mut self.state {
            OutputState::Multipart(upload) => upload.finish_parts().await,
            OutputState::File(file) => file.sync(),
            _ => Ok(()),
        }
    }

    /// Makes the file visible; returns its exact size in bytes.
    ///
    /// # Errors
    ///
    /// Says what the destination answered.
    pub(crate) async fn commit(&mut self) -> Result<u64> {
        match &self.state {
            OutputState::Put(object, body) => object.put(body).await?,
            OutputState::Multipart(upload) => upload.complete().await?,
            _ => {}
        }
        if let OutputState::File(_) = &self.state
            && let OutputState::File(file) = std::mem::replace(&mut self.state, OutputState::Closed)
        {
            file.show()?;
        }
        Ok(self.size_bytes)
    }

    /// Gives the file up where it can still be given up, and asks whether the destination has it after all.
    ///
    /// Asked before it is given up, the file could still appear after it was said to be missing.
    pub(crate) async fn settle(&mut self) -> bool {
        match &mut self.state {
            OutputState::Put(object, body) => object.holds(&body.bytes).await,
            OutputState::Multipart(upload) => {
                // What could not be aborted now is tried once more with the callback.
                let aborted = upload.abort().await;
                let is_stored = upload.is_stored().await;
                if is_stored || aborted.is_ok() {
                    self.state = OutputState::Closed;
                }
                is_stored
            }
            _ => false,
        }
    }

    /// Gives the file up and leaves nothing of it behind, if the destination answers in time.
    pub(crate) async fn abort(&mut self) {
        let state = std::mem::replace(&mut self.state, OutputState::Closed);
        let abort = async {
            match state {
                OutputState::Multipart(mut upload) => upload.abort().await,
                OutputState::Opening(opening) => match opening.await {
                    Ok(Ok(mut upload)) => upload.abort().await,
                    _ => Ok(()),
                },
                _ => Ok(()),
            }
        };
        match timeout(ABORT_TIMEOUT, abort).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                tracing::warn!(
                    "the upload could not be aborted, its parts are removed after seven days: {error:#}"
                );
            }
            Err(_) => tracing::warn!(
                "the upload could not be aborted in time, its parts are removed after seven days"
            ),
        }
    }

    async fn flush(&mut self) -> Result<()> {
        match &mut self.state {
            OutputState::Multipart(upload) => {
                let part = std::mem::take(&mut self.buffer).freeze();
                upload
                    .put_part(Payload::piece(part, &mut self.hash))
                    .await?;
                self.buffer = upload.buffer();
            }
            OutputState::File(file) => {
                self.hash.update(&self.buffer);
                file.write(&self.buffer)?;
                self.buffer.clear();
            }
            OutputState::Put(..)
            | OutputState::Unopened(_)
            | OutputState::Opening(_)
            | OutputState::UnopenedFile(_)
            | OutputState::Closed => {}
        }
        Ok(())
    }
}
