//! A large entity: its record is made beside the walk and written as it is made, and the files that were abridged are read
//! again for it, each when it is its turn.

use std::panic::resume_unwind;
use std::rc::Rc;
use std::sync::Arc;

use anyhow::Result;
use futures::future::try_join;
use futures::stream::{self, FuturesUnordered, StreamExt as _};
use tokio::sync::{mpsc, oneshot};
use tokio::task::spawn_blocking;

use crate::arke::content::{Content, Unavailable};
use crate::arke::entity;
use crate::arke::{ComponentRole, FileRef, Pi};
use crate::crosswalk::{self, Context, Conversion, Pieces};
use crate::http::body_budget::BodyBudget;
use crate::mods::document::{Host, WrittenRecord};
use crate::source::Source;

use super::in_file::Writing;
use super::visit::LargeEntity;

/// How many files are asked for ahead of their turn.
const AHEAD_MAX: usize = 16;
/// How many pieces of a record wait to be written.
const PIECES_MAX: usize = 4;

/// A file that was read again, if it is still the same; it takes its room until what stands beside it is dropped.
type Reread = (Result<FileRef, Unavailable>, oneshot::Sender<()>);

/// How files are read again.
#[derive(Clone, Copy)]
pub(super) struct Rereading<'s> {
    /// From where.
    pub(super) source: &'s Source<'s>,
    /// How many at the same time.
    pub(super) requests: usize,
    /// What they may take while they come.
    pub(super) budget: &'s Rc<BodyBudget>,
}

/// A file to be read again.
struct Page {
    cid: Arc<str>,
    role: ComponentRole,
    sha256: [u8; 32],
}

impl LargeEntity {
    /// Returns how many files are read again at the same time, of at most so many.
    pub(super) fn rereads(&self, requests_max: usize) -> usize {
        self.assembly
            .abridged
            .len()
            .min(AHEAD_MAX)
            .min(requests_max)
    }

    /// Makes the record and writes it.
    ///
    /// # Errors
    ///
    /// Says what the destination answered.
    pub(super) async fn write(
        self,
        pi: Pi,
        context: Context<'_>,
        rereading: Rereading<'_>,
        host: Option<&Host>,
        writing: &mut Writing<'_>,
    ) -> Result<Conversion> {
        let pages = self.pages();
        let (send_page, read_again) = mpsc::channel(1);
        let (pass_on, mut pieces) = mpsc::channel::<WrittenRecord>(PIECES_MAX);
        let (site_url, ipfs_url) = (context.site_url.to_owned(), context.ipfs_url.to_owned());
        let options = context.options;
        let conversion = spawn_blocking(move || {
            let context = Context {
                options,
                site_url: &site_url,
                ipfs_url: &ipfs_url,
                position: self.position.as_ref(),
            };
            self.convert(pi, &context, read_again, &pass_on)
        });
        // Both ends go where it fails, so that nobody waits for them.
        let write = async move {
            while let Some(piece) = pieces.recv().await {
                writing.write(&piece, host).await?;
            }
            Ok(writing)
        };
        let read = async {
            read_pages(rereading, pages, send_page).await;
            anyhow::Ok(())
        };
        let (writing, ()) = try_join(write, read).await?;
        let conversion = conversion.await;
        let conversion = conversion.unwrap_or_else(|error| resume_unwind(error.into_panic()));
        writing.write(&conversion.record, None).await?;
        Ok(conversion)
    }

    /// Returns the files that are to be read again, in the order of the record.
    fn pages(&self) -> Vec<Page> {
        let listed = &self.assembly.manifest.components;
        let pages = self.assembly.abridged.iter().filter_map(|(index, sha256)| {
            let component = listed.get(*index)?;
            Some(Page {
                cid: component.cid.clone()?,
                role: component.role,
                sha256: *sha256,
            })
        });
        pages.collect()
    }

    fn convert(
        &self,
        pi: Pi,
        context: &Context<'_>,
        mut pages: mpsc::Receiver<Reread>,
        pass_on: &mpsc::Sender<WrittenRecord>,
    ) -> Conversion {
        let gone = || Unavailable::Unreachable("the export was broken off".to_owned());
        let mut last = None;
        let pieces = Pieces {
            read_again: &mut || {
                // It is written by now.
                drop(last.take());
                let (file, in_use) = pages.blocking_recv().ok_or_else(gone)?;
                last = Some(in_use);
                file
            },
            // Where nobody takes it, the export was broken off.
            pass_on: &mut |piece| drop(pass_on.blocking_send(piece)),
        };
        let assembly = &self.assembly;
        entity::with_entity(pi, &assembly.manifest, &assembly.components, |entity| {
            crosswalk::crosswalk_in_pieces(entity, context, pieces)
        })
    }
}

/// Reads files again, some ahead of their turn, and hands them on in their order.
async fn read_pages(rereading: Rereading<'_>, pages: Vec<Page>, send_page: mpsc::Sender<Reread>) {
    let budget = rereading.budget;
    let reading = pages.into_iter().enumerate().map(|(number, page)| {
        let reservation = budget.reservation(number);
        async move {
            let Page { cid, role, sha256 } = page;
            let read = rereading
                .source
                .component_again(cid, role, sha256, &reservation)
                .await;
            let file = read.and_then(|content| match content {
                Content::File(file) => Ok(*file),
                Content::Document(_) => Err(Unavailable::Unreadable("it is no file".to_owned())),
            });
            (file, reservation)
        }
    });
    let mut reading = stream::iter(reading)
        .buffered(rereading.requests.max(1))
        .enumerate();
    let mut written = FuturesUnordered::new();
    loop {
        let (number, (file, reservation)) = tokio::select! {
            read = reading.next() => match read {
                Some(read) => read,
                None => break,
            },
            Some(()) = written.next() => continue,
        };
        budget.update(0, [number + 1; 2]);
        let (in_use, used) = oneshot::channel();
        if send_page.send((file, in_use)).await.is_err() {
            return;
        }
        written.push(async move {
            let _ = used.await;
            drop(reservation);
        });
    }
    while written.next().await.is_some() {}
}
