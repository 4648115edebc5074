//! All that a worker needs around it.

use serde_json::json;

use super::{Archive, Bucket, CallbackSink, Tree, Worker, pi};

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

    /// A worker that exports [`pi`]`(0)` alone.
    pub(crate) fn worker(&self) -> Worker {
        Worker::with(&pi(0), &self.archive, &self.bucket, &self.callback)
    }

    /// A worker that exports the whole tree under [`pi`]`(0)`.
    pub(crate) fn collector(&self) -> Worker {
        self.worker().options(json!({"recursive": true}))
    }

    /// The one file in the bucket.
    #[track_caller]
    pub(crate) fn file(&self) -> Vec<u8> {
        let objects = self.bucket.files();
        let [key] = &objects[..] else {
            panic!("not one file but {objects:?}")
        };
        self.bucket.object(key).expect("a listed object")
    }
}
