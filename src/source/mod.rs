//! Where entities come from: the archive, or a folder.

mod archive;
mod folder;
mod resource;

use std::cell::Cell;
use std::path::Path;
use std::rc::Rc;

use bytes::Bytes;

use crate::arke::entity::Lack;
use crate::arke::{ComponentRole, ManifestReading, Pi};
use crate::config::SourceConfig;
use crate::http::body_budget::Claim;
use crate::http::error::Fault;
use crate::job::Metrics;

use archive::Archive;
use resource::{Question, read_manifest};

pub(crate) use archive::Outage;

/// Where entities come from.
#[derive(Debug)]
pub(crate) struct Source<'c> {
    place: Place<'c>,
    /// Components that came whose CID does not prove their bytes.
    unverified: Cell<u64>,
}

#[derive(Debug)]
enum Place<'c> {
    Archive(Box<Archive<'c>>),
    /// A folder with `entities/{PI}` and `ipfs/{CID}`.
    Folder(&'c Path),
}

impl<'c> Source<'c> {
    /// Returns the source that a configuration names.
    pub(crate) fn new(config: &'c SourceConfig, client: &'c reqwest::Client) -> Self {
        let place = match config {
            SourceConfig::Archive(config) => Place::Archive(Box::new(Archive::new(config, client))),
            SourceConfig::Folder(folder) => Place::Folder(folder),
        };
        Self {
            place,
            unverified: Cell::new(0),
        }
    }

    /// Waits until the source is given up, and says why; for ever while it answers.
    pub(crate) async fn given_up(&self) -> Outage {
        match &self.place {
            Place::Archive(archive) => archive.given_up().await,
            Place::Folder(_) => std::future::pending().await,
        }
    }

    /// Adds what was asked for to the metrics of a job.
    pub(crate) fn measure(&self, metrics: &mut Metrics) {
        metrics.components_unverified = self.unverified.get();
        if let Place::Archive(archive) = &self.place {
            archive.measure(metrics);
        }
    }

    /// Returns the manifest of an entity.
    ///
    /// # Errors
    ///
    /// Returns why it could not be had or read.
    pub(crate) async fn manifest(&self, pi: Pi) -> Result<ManifestReading, Lack> {
        let question = Question::Manifest(pi);
        let claim = Claim::uncounted();
        let reading = self.ask(&question, &claim, |body| read_manifest(pi, &body));
        reading.await.map_err(lack)
    }

    /// Returns the bytes of a component, of which the manifest holds this CID, when there is room for them.
    ///
    /// # Errors
    ///
    /// Returns why they could not be had or may not be read.
    pub(crate) async fn component(
        &self,
        cid: Option<Rc<str>>,
        role: ComponentRole,
        claim: Claim,
    ) -> Result<Bytes, Lack> {
        let Some(cid) = cid else {
            return Err(Lack::without_cid());
        };
        let question = Question::component(cid, role);
        let body = self
            .ask(&question, &claim, |body| {
                question.check(&body).map(|()| body)
            })
            .await;
        if body.is_ok() && !question.is_verifiable() {
            self.unverified.set(self.unverified.get() + 1);
        }
        body.map_err(lack)
    }

    async fn ask<T>(
        &self,
        question: &Question,
        claim: &Claim,
        read: impl Fn(Bytes) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        match &self.place {
            Place::Archive(archive) => archive.ask(question, claim, read).await,
            Place::Folder(folder) => {
                let body = folder::read(folder, question, claim).await;
                body.and_then(read)
            }
        }
    }
}

/// Tells what could not be had from what was had and cannot be read.
#[expect(
    clippy::needless_pass_by_value,
    reason = "nobody sees the fault after it"
)]
fn lack(fault: Fault) -> Lack {
    if fault.class.is_of_content() {
        Lack::Unreadable(fault.to_string())
    } else {
        Lack::Unreachable(fault.to_string())
    }
}
