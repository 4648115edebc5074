//! The log: standard error, an event a line; the platform adds the time.

use std::io::IsTerminal as _;

use tracing_appender::non_blocking::{NonBlockingBuilder, WorkerGuard};

use crate::sanitize::shortened;

/// How many lines wait for a slow reader. Their places are made at the start: the 128,000 that are usual take 5 MiB.
const LINES_WAITING_MAX: usize = 8192;
/// The longest text of a panic that is logged, in characters.
const PANIC_LENGTH_MAX: usize = 500;

/// Starts the log; what is still to be written is written when the guard goes.
///
/// A reader that is slow or gone loses lines, and never holds up the job.
pub fn start() -> WorkerGuard {
    let (writer, guard) = NonBlockingBuilder::default()
        .buffered_lines_limit(LINES_WAITING_MAX)
        .finish(std::io::stderr());
    tracing_subscriber::fmt()
        .with_writer(writer)
        .with_ansi(std::io::stderr().is_terminal())
        .with_target(false)
        .without_time()
        .log_internal_errors(false)
        .init();
    guard
}

/// Logs a panic as one line; by itself it would be written past the log, and wait for a reader.
pub fn panics() {
    std::panic::set_hook(Box::new(|panic| {
        let text = shortened(&panic.to_string(), PANIC_LENGTH_MAX);
        tracing::error!("internal error of the worker: {text}");
    }));
}
