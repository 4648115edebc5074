//! All that a worker needs around it.

use super::{Archive, Bucket, CallbackSink, Tree};

/// The three servers that a run talks to.
#[derive(Debug)]
pub(crate) struct World {
    /// Where entities come from.
    pub(crate) archive: Archive,
    /// Where the file goes.
    pub(crate) bucket: Bucket,
    /// Where the answer goes.
    pub(crate) callback: CallbackSink,
}

impl World {
    /// Starts the servers, the archive with this content.
    pub(crate) async fn of(tree: Tree) -> Self {
        Self {
            archive: Archive::start(tree).await,
            bucket: Bucket::start().await,
            callback: CallbackSink::start().await,
        }
    }
}
