//! Small files beside the file, such as the report.

use std::time::Duration;

use tokio::time::timeout;

use super::Destination;
use crate::job::TaskId;
use crate::sanitize::one_line;
use crate::shutdown::Shutdown;

/// How long one may keep the callback of a delivered file back.
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
        let problem = tokio::select! {
            stored = timeout(STORE_TIMEOUT, store) => match stored {
                Ok(Ok(size_bytes)) => return Some(size_bytes),
                Ok(Err(error)) => format!("{error:#}"),
                Err(_) => format!("not stored within {} s", STORE_TIMEOUT.as_secs()),
            },
            () = self.shutdown.after_signal(STORE_TIMEOUT_STOPPED) => "stopped by a signal".to_owned(),
        };
        tracing::warn!(
            "the file is delivered, but its {name} could not be stored, and one of an earlier run may still be there: {}",
            one_line(&problem)
        );
        None
    }
}
