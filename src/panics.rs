//! Panics: each is a line of the log, and an error of the part of the job that it ends.

use std::panic::AssertUnwindSafe;

use anyhow::{Result, anyhow};
use futures::{FutureExt as _, TryFutureExt as _};

use crate::sanitize::shortened;

/// The longest text of a panic that is logged, in characters.
const TEXT_LENGTH_MAX: usize = 500;

/// Has each panic logged as one line; by itself it would be written past the log, and wait for a reader.
pub fn log() {
    std::panic::set_hook(Box::new(|panic| {
        let text = shortened(&panic.to_string(), TEXT_LENGTH_MAX);
        tracing::error!("internal error of the worker: {text}");
    }));
}

/// Runs a part of the job. A panic is a bug, but it must not keep an upload open or the orchestrator waiting.
///
/// # Errors
///
/// Fails only where the part panics. What it had borrowed is as the panic left it.
pub(crate) fn guard<T>(part: impl Future<Output = T>) -> impl Future<Output = Result<T>> {
    AssertUnwindSafe(Box::pin(part))
        .catch_unwind()
        .map_err(|_| anyhow!("internal error of the worker; its log says where"))
}
