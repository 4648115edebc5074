//! Journal: what the job tells the process that watches it, as it happens.
//!
//! What is begun is written down before anything depends on it, and what is over afterwards, as in the write-ahead log of
//! a database. So the one that reads it can clear away what a job that was killed has left, and answer for it.

mod entry;

use std::io::Write as _;
use std::os::unix::net::UnixStream;
use std::sync::Arc;

pub(crate) use entry::{Asked, Ended, Entry, Leftover};

/// The end of the journal that is written to. The default is read by nobody.
#[derive(Clone, Debug, Default)]
pub struct Journal(Option<Arc<UnixStream>>);

impl Journal {
    /// Begins a journal that is read at the other end of a stream.
    pub(crate) fn new(stream: UnixStream) -> Self {
        Self(Some(Arc::new(stream)))
    }

    /// Tells whether somebody reads it.
    pub(crate) fn is_read(&self) -> bool {
        self.0.is_some()
    }

    /// Writes an entry, which is made only where somebody reads it. When this returns, the system has it, whatever
    /// becomes of the process.
    pub(crate) fn write(&self, entry: impl FnOnce() -> Entry) {
        let Some(stream) = &self.0 else { return };
        // Where the reader is gone, this process is told to end, too.
        let _ = stream.as_ref().write_all(&entry().to_line());
    }
}
