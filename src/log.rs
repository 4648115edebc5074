//! The log: standard error, an event a line; the platform adds the time.

use std::io::{self, IsTerminal as _, Write};

use tracing::level_filters::LevelFilter;
use tracing_appender::non_blocking::{NonBlocking, NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// How many lines wait for a slow reader. Their places are made at the start: the 128,000 that are usual take 5 MiB.
const LINES_WAITING_MAX: usize = 8192;
/// What ends a line for one program or another.
const LINE_ENDS: [char; 7] = [
    '\n', '\r', '\u{B}', '\u{C}', '\u{85}', '\u{2028}', '\u{2029}',
];

/// Starts the log; what is still to be written is written when the guard goes.
///
/// A reader that is slow or gone loses lines, and never holds up the job.
pub fn start() -> WorkerGuard {
    let (writer, guard) = NonBlockingBuilder::default()
        .buffered_lines_limit(LINES_WAITING_MAX)
        .finish(io::stderr());
    // What a library below has to say comes as an error that one of ours tells; its own words are for its authors.
    let ours = Targets::new().with_target(env!("CARGO_CRATE_NAME"), LevelFilter::INFO);
    tracing_subscriber::fmt()
        .with_writer(move || OneLine(writer.clone()))
        .with_ansi(io::stderr().is_terminal())
        .with_target(false)
        .without_time()
        .log_internal_errors(false)
        .finish()
        .with(ours)
        .init();
    guard
}

/// Writes each event as one line, whoever's text stands in it.
struct OneLine(NonBlocking);

impl Write for OneLine {
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        self.0.write_all(one_line(event).as_bytes())?;
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

fn one_line(event: &[u8]) -> String {
    let text = String::from_utf8_lossy(event);
    text.trim_end_matches('\n').replace(LINE_ENDS, " ") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_a_line() {
        let event = " WARN a\nINFO forged\r\n\u{2028}b\u{1b}[0m\n";
        let line = " WARN a INFO forged   b\u{1b}[0m\n";
        assert_eq!(one_line(event.as_bytes()), line);
    }
}
