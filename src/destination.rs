//! Where the file goes: the bucket, or a folder. Nothing appears there unless it is whole.

use std::fs::Permissions;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result};
use bytes::{Bytes, BytesMut};
use tempfile::NamedTempFile;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::bucket::Object;
use crate::config::DestinationConfig;
use crate::mods::document::DocumentKind;
use crate::multipart::{MultipartUpload, PART_BYTES};

/// How long the destination may take to give a file up.
const ABORT_TIMEOUT: Duration = Duration::from_secs(15);

/// The file on its way to its destination.
#[derive(Debug)]
pub struct Output {
    way: Way,
    buffer: BytesMut,
    size_bytes: u64,
}

#[derive(Debug)]
enum Way {
    /// Kept until it is whole, then put; its bytes once they are.
    Put(Object, Bytes),
    /// A multipart upload that is not open yet.
    Unopened(Object),
    /// A multipart upload that is being opened; whatever becomes of the job, its answer is wanted.
    Opening(JoinHandle<Result<MultipartUpload>>),
    /// An open multipart upload.
    Multipart(MultipartUpload),
    /// A temporary file in the folder of the file, and the file's name.
    File(NamedTempFile, PathBuf),
    /// A file that is not open yet.
    UnopenedFile(PathBuf),
    /// Delivered or given up.
    Closed,
}

impl Output {
    /// Prepares the way of a file to `key`, a collection in parts; nothing is sent or written yet.
    pub fn new(
        config: &DestinationConfig,
        key: &str,
        document: DocumentKind,
        client: &reqwest::Client,
    ) -> Self {
        let streamed = document == DocumentKind::Collection;
        let way = match config {
            DestinationConfig::Bucket(bucket) if streamed => {
                Way::Unopened(Object::new(bucket, key, client))
            }
            DestinationConfig::Bucket(bucket) => {
                Way::Put(Object::new(bucket, key, client), Bytes::new())
            }
            DestinationConfig::Folder(folder) => Way::UnopenedFile(folder.join(key)),
        };
        Self {
            way,
            buffer: BytesMut::new(),
            size_bytes: 0,
        }
    }

    /// Opens the way: a multipart upload or a temporary file.
    ///
    /// # Errors
    ///
    /// Says why the destination does not take the file.
    pub async fn open(&mut self) -> Result<()> {
        self.way = match std::mem::replace(&mut self.way, Way::Closed) {
            Way::Unopened(object) => Way::Opening(tokio::spawn(object.create_multipart_upload())),
            Way::UnopenedFile(path) => Way::File(temporary_file(&path)?, path),
            open => open,
        };
        if let Way::Opening(opening) = &mut self.way {
            let opened = opening.await.context("opening the upload broke off");
            // Its answer is had: there is nothing left to wait for, whatever it says.
            self.way = Way::Closed;
            self.way = Way::Multipart(opened??);
        }
        Ok(())
    }

    /// Writes the next bytes of the file.
    ///
    /// # Errors
    ///
    /// Says what the destination answered.
    pub async fn write(&mut self, mut bytes: &[u8]) -> Result<()> {
        self.size_bytes += bytes.len() as u64;
        while !bytes.is_empty() {
            let room = match self.way {
                Way::Put(..) => bytes.len(),
                _ => PART_BYTES - self.buffer.len(),
            };
            if self.buffer.capacity() == 0 {
                // Reserved whole, because growing would copy; memory that is not written to costs nothing.
                self.buffer.reserve(PART_BYTES);
            }
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
    pub fn address(&self) -> String {
        match &self.way {
            Way::Put(object, _) | Way::Unopened(object) => object.address(),
            Way::Multipart(upload) => upload.address(),
            Way::File(_, path) | Way::UnopenedFile(path) => path.display().to_string(),
            Way::Opening(_) | Way::Closed => String::new(),
        }
    }

    /// Returns the size of what was written.
    pub fn size_bytes(&self) -> u64 {
        self.size_bytes
    }

    /// Sends what is still kept and waits until all of it is taken, so that nothing but the last word is left to say.
    ///
    /// # Errors
    ///
    /// Says what the destination answered.
    pub async fn flush_all(&mut self) -> Result<()> {
        if let Way::Put(_, body) = &mut self.way {
            *body = self.buffer.split().freeze();
        } else if !self.buffer.is_empty() {
            self.flush().await?;
        }
        match &mut self.way {
            Way::Multipart(upload) => upload.finish_parts().await,
            Way::File(file, path) => file
                .as_file()
                .sync_all()
                .with_context(|| format!("failed to write {}", path.display())),
            _ => Ok(()),
        }
    }

    /// Makes the file visible; returns its exact size in bytes.
    ///
    /// # Errors
    ///
    /// Says what the destination answered.
    pub async fn commit(&mut self) -> Result<u64> {
        match &self.way {
            Way::Put(object, body) => object.put(body.clone()).await?,
            Way::Multipart(upload) => upload.complete().await?,
            _ => {}
        }
        if let Way::File(..) = &self.way
            && let Way::File(file, path) = std::mem::replace(&mut self.way, Way::Closed)
        {
            file.persist(&path)
                .with_context(|| format!("failed to write {}", path.display()))?;
        }
        Ok(self.size_bytes)
    }

    /// Asks whether the destination has the file after all.
    pub async fn is_stored(&self) -> bool {
        match &self.way {
            Way::Put(object, body) => object.holds(body).await,
            Way::Multipart(upload) => upload.is_stored().await,
            _ => false,
        }
    }

    /// Gives the file up and leaves nothing of it behind, if the destination answers in time.
    pub async fn abort(&mut self) {
        let way = std::mem::replace(&mut self.way, Way::Closed);
        let abort = async {
            match way {
                Way::Multipart(upload) => upload.abort().await,
                Way::Opening(opening) => match opening.await {
                    Ok(Ok(upload)) => upload.abort().await,
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
        match &mut self.way {
            Way::Multipart(upload) => {
                let part = self.buffer.split().freeze();
                upload.put_part(part).await?;
            }
            Way::File(file, path) => {
                file.write_all(&self.buffer)
                    .with_context(|| format!("failed to write {}", path.display()))?;
                self.buffer.clear();
            }
            Way::Put(..)
            | Way::Unopened(_)
            | Way::Opening(_)
            | Way::UnopenedFile(_)
            | Way::Closed => {}
        }
        Ok(())
    }
}

fn temporary_file(path: &Path) -> Result<NamedTempFile> {
    let folder = path.parent().unwrap_or(Path::new("."));
    // Without this the file would be its owner's alone; the process' mask still applies.
    let everyone = Permissions::from_mode(0o666);
    let create = || {
        tempfile::Builder::new()
            .prefix(".export-")
            .permissions(everyone)
            .tempfile_in(folder)
    };
    let made = std::fs::create_dir_all(folder).and_then(|()| create());
    made.with_context(|| format!("--output {} cannot be written to", folder.display()))
}
