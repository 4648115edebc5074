//! The three servers of one run, and checks of what it left in them.

use serde_json::json;

use super::worker::Run;
use super::{Archive, Bucket, CallbackSink, Tree, Worker, pi};

/// The three servers that a run talks to.
#[derive(Debug)]
pub(crate) struct World {
    /// Where entities come from.
    pub(crate) archive: Archive,
    /// Where the file goes.
    pub(crate) bucket: Bucket,
    /// Where the callback goes.
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

    /// Starts the servers, the archive with [`Tree::small`].
    pub(crate) async fn small() -> Self {
        Self::of(Tree::small()).await
    }

    /// A worker that exports [`pi`]`(0)` alone.
    pub(crate) fn worker(&self) -> Worker {
        self.worker_for(&pi(0))
    }

    /// A worker that exports this entity alone.
    pub(crate) fn worker_for(&self, pi: &str) -> Worker {
        Worker::with(pi, &self.archive, &self.bucket, &self.callback)
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

    /// Checks that a job failed and left no upload open; returns its error.
    #[track_caller]
    pub(crate) fn expect_failed(&self, run: &Run) -> String {
        run.expect_code(1);
        assert_eq!(self.bucket.open_uploads(), 0, "{}", run.stderr);
        let body = self.callback.only().body;
        assert_eq!(body["status"], "error");
        body["error"].as_str().expect("an error").to_owned()
    }

    /// Checks that a job failed and left nothing in the bucket; returns its error.
    #[track_caller]
    pub(crate) fn expect_failed_and_empty(&self, run: &Run) -> String {
        assert!(self.bucket.objects().is_empty(), "{}", run.stderr);
        self.expect_failed(run)
    }
}
