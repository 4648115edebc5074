//! Source of the entities: the archive, with what is kept of its answers, or a folder.

mod archive;
mod folder;
mod kept;
mod resource;

use std::cell::Cell;
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::Mutex;

use crate::arke::content::{Content, Unavailable};
use crate::arke::{ComponentRole, ManifestReading, Pi};
use crate::config::SourceConfig;
use crate::http::body_budget::Reservation;
use crate::http::error::HttpError;
use crate::job::Metrics;

use archive::{Archive, Item};
use kept::Kept;
use resource::{Resource, check_again, read_manifest};

pub(crate) use archive::{Outage, SilenceNow};
pub(crate) use folder::NOT_IN_FOLDER;

/// How long a body is at the most that is read at once, which takes some milliseconds.
const AT_ONCE_BYTES_MAX: usize = 256 * 1024;

/// Where entities come from.
#[derive(Debug)]
pub(crate) struct Source<'c> {
    kind: SourceKind<'c>,
    /// Components that came whose CID does not prove their bytes.
    unverified: Cell<u64>,
    /// Whose turn it is to read what takes long.
    turn: Mutex<()>,
}

#[derive(Debug)]
enum SourceKind<'c> {
    /// The archive, and the folder of `--keep`.
    Archive(Box<Archive<'c>>, Option<Kept<'c>>),
    /// A folder with `entities/{PI}` and `ipfs/{CID}`.
    Folder(&'c Path),
}

impl<'c> Source<'c> {
    /// Returns the source that a configuration names.
    pub(crate) fn new(config: &'c SourceConfig, client: &'c reqwest::Client) -> Self {
        let kind = match config {
            SourceConfig::Archive(config) => {
                let kept = config.keep.as_deref().map(Kept::open);
                SourceKind::Archive(Box::new(Archive::new(config, client)), kept)
            }
            SourceConfig::Folder(folder) => SourceKind::Folder(folder),
        };
        Self {
            kind,
            unverified: Cell::new(0),
            turn: Mutex::new(()),
        }
    }

    /// Watches over the source beside the requests, until it is given up, and says why; for ever while it answers.
    pub(crate) async fn watch(&self) -> Outage {
        match &self.kind {
            SourceKind::Archive(archive, _) => archive.watch().await,
            SourceKind::Folder(_) => std::future::pending().await,
        }
    }

    /// Returns the time for which nothing has been answered, although it was asked for.
    pub(crate) fn silence(&self) -> Option<SilenceNow> {
        match &self.kind {
            SourceKind::Archive(archive, _) => archive.silence(),
            SourceKind::Folder(_) => None,
        }
    }

    /// Tells whether the source is asked less than it could be, because it has too much to do.
    pub(crate) fn is_slowed(&self) -> bool {
        match &self.kind {
            SourceKind::Archive(archive, _) => archive.is_slowed(),
            SourceKind::Folder(_) => false,
        }
    }

    /// Adds the requests, and what they took, to the metrics of a job.
    pub(crate) fn measure(&self, metrics: &mut Metrics) {
        metrics.components_unverified = self.unverified.get();
        if let SourceKind::Archive(archive, kept) = &self.kind {
            archive.measure(metrics);
            metrics.components_kept = kept.as_ref().map_or(0, Kept::used);
        }
    }

    /// Returns the manifest of an entity, when there is room for it. `waits` is told whether the request only waits.
    ///
    /// # Errors
    ///
    /// Returns why it could not be had or read.
    pub(crate) async fn manifest(
        &self,
        pi: Pi,
        reservation: Reservation,
        waits: &dyn Fn(bool),
    ) -> Result<ManifestReading, Unavailable> {
        let resource = Resource::Manifest(pi);
        let read = async |body: Bytes| read_manifest(pi, &body);
        self.ask(&resource, &reservation, waits, read).await
    }

    /// Returns a component, of which the manifest holds this CID, when there is room for it, and the SHA-256 of its
    /// bytes. `waits` is told whether the request only waits.
    ///
    /// # Errors
    ///
    /// Returns why it could not be had or may not be read.
    pub(crate) async fn component(
        &self,
        cid: Option<Arc<str>>,
        role: ComponentRole,
        reservation: Reservation,
        waits: &dyn Fn(bool),
    ) -> Result<(Content, [u8; 32]), Unavailable> {
        let Some(cid) = cid else {
            return Err(Unavailable::without_cid());
        };
        let resource = Resource::component(cid, role);
        let check = async |body: Bytes| {
            let (resource, bytes) = (resource.clone(), body.len());
            let check = move || resource.check(&body).map(|()| body);
            self.beside(bytes, check).await
        };
        let body = self.ask(&resource, &reservation, waits, check).await?;
        if !resource.is_verifiable() {
            self.unverified.set(self.unverified.get() + 1);
        }
        let bytes = body.len();
        let read = move || {
            let sha256 = resource.sha256_of(&body);
            Ok((Content::read(role, body)?, sha256))
        };
        self.beside(bytes, read).await
    }

    /// Returns a component again that was read before, if its bytes are the same.
    ///
    /// # Errors
    ///
    /// Returns why it could not be had, or is another one.
    pub(crate) async fn component_again(
        &self,
        cid: Arc<str>,
        role: ComponentRole,
        sha256: [u8; 32],
        reservation: &Reservation,
    ) -> Result<Content, Unavailable> {
        let resource = Resource::component(cid, role);
        let check = async |body: Bytes| check_again(&sha256, &body).map(|()| body);
        let body = self.ask(&resource, reservation, &|_| {}, check).await?;
        self.beside(body.len(), move || Content::read(role, body))
            .await
    }

    async fn ask<T>(
        &self,
        resource: &Resource,
        reservation: &Reservation,
        waits: &dyn Fn(bool),
        read: impl AsyncFn(Bytes) -> Result<T, HttpError>,
    ) -> Result<T, Unavailable> {
        let read = async |body| {
            let read = read(body).await;
            if read.is_err() {
                reservation.reset();
            }
            read
        };
        let asked = match &self.kind {
            SourceKind::Archive(archive, kept) => {
                let item = Item {
                    resource,
                    reservation,
                    waits,
                };
                match kept {
                    Some(kept) => kept.ask(archive, item, read).await,
                    None => archive.ask(item, read).await,
                }
            }
            SourceKind::Folder(folder) => match folder::read(folder, resource, reservation).await {
                Ok(body) => read(body).await,
                Err(error) => Err(error),
            },
        };
        asked.map_err(unavailable)
    }

    /// Reads a body: one that takes long beside everything else, so that signals are heard, and one such at a time.
    async fn beside<T: Send + 'static>(
        &self,
        bytes: usize,
        read: impl FnOnce() -> T + Send + 'static,
    ) -> T {
        if bytes <= AT_ONCE_BYTES_MAX {
            return read();
        }
        let _turn = self.turn.lock().await;
        match tokio::task::spawn_blocking(read).await {
            Ok(read) => read,
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
    }
}

/// Returns why a resource is unavailable: it could not be had, or it was had and cannot be read.
#[expect(
    clippy::needless_pass_by_value,
    reason = "nobody sees the error after it"
)]
fn unavailable(error: HttpError) -> Unavailable {
    if error.kind.is_of_content() {
        Unavailable::Unreadable(error.to_string())
    } else {
        Unavailable::Unreachable(error.to_string())
    }
}
