//! Small files beside the file, such as the report.

use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use tokio::time::timeout;

use super::Destination;
use crate::job::TaskId;
use crate::sanitize::one_line;
use crate::shutdown::Shutdown;

/// How long what stands beside the delivered file may keep its callback back, besides a second for each MiB of it.
const STORE_TIMEOUT: Duration = Duration::from_secs(30);
/// How long it may do so after a signal.
const STORE_TIMEOUT_STOPPED: Duration = Duration::from_millis(500);

/// Where a small file goes that stands beside the file. Without it the export is delivered all the same.
pub(crate) struct Beside<'e> {
    /// Where the file is.
    pub destination: &'e Destination<'e>,
    /// The job that it is of.
    pub task_id: &'e TaskId,
    /// What cuts the wait for it short.
    pub shutdown: &'e Shutdown,
}

impl Beside<'_> {
    /// Stores a document under its name; returns its size if it did.
    pub(crate) async fn store(
        &self,
        name: &str,
        content_type: &'static str,
        document: impl FnOnce() -> Vec<u8>,
    ) -> Option<u64> {
        let key = self.task_id.key(name);
        let store = async {
            let document = document();
            let size_bytes = document.len() as u64;
            let stored = self.destination.store(&key, content_type, document).await;
            stored.map(|()| size_bytes)
        };
        let stored = within(0, self.shutdown, store).await;
        stored
            .inspect_err(|error| tell_not_stored(name, &format!("{error:#}")))
            .ok()
    }
}

/// Waits for what is stored beside the delivered file, whose callback waits too: 30 s, and a second for each MiB.
///
/// # Errors
///
/// Says that it took too long, or was stopped.
pub(crate) async fn within<T>(
    bytes: u64,
    shutdown: &Shutdown,
    store: impl Future<Output = Result<T>>,
) -> Result<T> {
    let limit = STORE_TIMEOUT + Duration::from_secs(bytes / (1024 * 1024));
    tokio::select! {
        stored = timeout(limit, store) => {
            stored.with_context(|| format!("not stored within {} s", limit.as_secs()))?
        }
        () = shutdown.after_signal(STORE_TIMEOUT_STOPPED) => bail!("stopped by a signal"),
    }
}

/// Tells why something is not beside the delivered file.
pub(crate) fn tell_not_stored(name: &str, problem: &str) {
    tracing::warn!(
        "the file is delivered, but its {name} could not be stored, and one of an earlier run may still be there: {}",
        one_line(problem)
    );
}
