//! The log: standard error, an event a line; the platform adds the time.

use std::io::IsTerminal as _;

use tracing_appender::non_blocking::{NonBlockingBuilder, WorkerGuard};

/// How many lines wait for a slow reader. Their places are made at the start: the 128,000 that are usual take 5 MiB.
const LINES_WAITING_MAX: usize = 8192;

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
