//! Source of the entities: the archive, or a folder.

mod archive;
mod folder;
mod resource;

use std::cell::Cell;
use std::path::Path;
use std::rc::Rc;

use bytes::Bytes;

use crate::arke::entity::Unavailable;
use crate::arke::{ComponentRole, ManifestReading, Pi};
use crate::config::SourceConfig;
use crate::http::body_budget::Reservation;
use crate::http::error::HttpError;
use crate::job::Metrics;

use archive::{Archive, Item};
use resource::{Resource, read_manifest};

pub(crate) use archive::Outage;

/// Where entities come from.
#[derive(Debug)]
pub(crate) struct Source<'c> {
    kind: SourceKind<'c>,
    /// Components that came whose CID does not prove their bytes.
    unverified: Cell<u64>,
}

#[derive(Debug)]
enum SourceKind<'c> {
    Archive(Box<Archive<'c>>),
    /// A folder with `entities/{PI}` and `ipfs/{CID}`.
    Folder(&'c Path),
}

impl<'c> Source<'c> {
    /// Returns the source that a configuration names.
    pub(crate) fn new(config: &'c SourceConfig, client: &'c reqwest::Client) -> Self {
        let kind = match config {
            SourceConfig::Archive(config) => {
                SourceKind::Archive(Box::new(Archive::new(config, client)))
            }
            SourceConfig::Folder(folder) => SourceKind::Folder(folder),
        };
        Self {
            kind,
            unverified: Cell::new(0),
        }
    }

    /// Watches over the source beside the requests, until it is given up, and says why; for ever while it answers.
    pub(crate) async fn watch(&self) -> Outage {
        match &self.kind {
            SourceKind::Archive(archive) => archive.watch().await,
            SourceKind::Folder(_) => std::future::pending().await,
        }
    }

    /// Adds the requests, and what they took, to the metrics of a job.
    pub(crate) fn measure(&self, metrics: &mut Metrics) {
        metrics.components_unverified = self.unverified.get();
        if let SourceKind::Archive(archive) = &self.kind {
            archive.measure(metrics);
        }
    }

    /// Returns the manifest of an entity. `waits` is told whether the request only waits.
    ///
    /// # Errors
    ///
    /// Returns why it could not be had or read.
    pub(crate) async fn manifest(
        &self,
        pi: Pi,
        waits: &dyn Fn(bool),
    ) -> Result<ManifestReading, Unavailable> {
        let resource = Resource::Manifest(pi);
        let reservation = Reservation::uncounted();
        let reading = self.ask(&resource, &reservation, waits, |body| {
            read_manifest(pi, &body)
        });
        reading.await.map_err(unavailable)
    }

    /// Returns the bytes of a component, of which the manifest holds this CID, when there is room for them.
    /// `waits` is told whether the request only waits.
    ///
    /// # Errors
    ///
    /// Returns why they could not be had or may not be read.
    pub(crate) async fn component(
        &self,
        cid: Option<Rc<str>>,
        role: ComponentRole,
        reservation: Reservation,
        waits: &dyn Fn(bool),
    ) -> Result<Bytes, Unavailable> {
        let Some(cid) = cid else {
            return Err(Unavailable::without_cid());
        };
        let resource = Resource::component(cid, role);
        let body = self
            .ask(&resource, &reservation, waits, |body| {
                resource.check(&body).map(|()| body)
            })
            .await;
        if body.is_ok() && !resource.is_verifiable() {
            self.unverified.set(self.unverified.get() + 1);
        }
        body.map_err(unavailable)
    }

    async fn ask<T>(
        &self,
        resource: &Resource,
        reservation: &Reservation,
        waits: &dyn Fn(bool),
        read: impl Fn(Bytes) -> Result<T, HttpError>,
    ) -> Result<T, HttpError> {
        match &self.kind {
            SourceKind::Archive(archive) => {
                let item = Item {
                    resource,
                    reservation,
                    waits,
                };
                archive.ask(item, read).await
            }
            SourceKind::Folder(folder) => {
                let body = folder::read(folder, resource, reservation).await;
                body.and_then(read)
            }
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
