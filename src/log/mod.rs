//! The log: standard error, an event a line, as text or as JSON. At a terminal it is a [screen](terminal): what goes
//! wrong, above one line that says how far the job is.

mod json;
mod terminal;

use std::io::{self, IsTerminal as _, Write};
use std::sync::atomic::AtomicBool;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

use tokio::time::timeout;
use tracing::level_filters::LevelFilter;
use tracing_appender::non_blocking::{NonBlocking, NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::format::{JsonFields, debug_fn};
use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{Registry, fmt};

use terminal::Terminal;

/// The target of our events; those of the libraries below have theirs.
pub(crate) const OURS: &str = env!("CARGO_CRATE_NAME");
/// The target of the last line of a job, which stands in the quietest log.
pub(crate) const LAST_LINE: &str = concat!(env!("CARGO_CRATE_NAME"), "::last_line");

/// How many lines wait for a slow reader. Their places are made at the start: the 128,000 that are usual take 5 MiB.
const LINES_WAITING_MAX: usize = 8192;
/// How long a terminal is waited for.
const SHOWN_TIMEOUT: Duration = Duration::from_millis(500);
/// What ends a line for one program or another.
const LINE_ENDS: [char; 7] = [
    '\n', '\r', '\u{B}', '\u{C}', '\u{85}', '\u{2028}', '\u{2029}',
];

/// How the log is written.
#[derive(Clone, Debug)]
pub struct Settings {
    pub(crate) format: Format,
    /// What is written; what a library below has to say comes as an error that one of ours tells, if nobody asks for it.
    pub(crate) filter: Targets,
    /// Whether nothing is written but errors and the last line.
    pub(crate) is_quiet: bool,
    /// Name of the job as it was given.
    pub(crate) task_id: String,
}

/// What a line looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// Time, level, message.
    Text,
    /// An object with `timestamp`, `level`, `event`, `task_id`, `message`, and the numbers of the event.
    Json,
    /// For a person who watches: the message, and below all the line that [`show_status`] draws.
    Screen,
}

/// The log of this process, once it is started.
static LOG: OnceLock<Log> = OnceLock::new();

struct Log {
    lines: NonBlocking,
    settings: Settings,
    task_id: Mutex<String>,
    /// Whether the last line of the job is written.
    is_over: AtomicBool,
}

/// Starts the log; what is still to be written is written when the guard goes.
///
/// A reader that is slow or gone loses lines, and never holds up the job.
pub fn start(settings: Settings) -> WorkerGuard {
    let builder = NonBlockingBuilder::default().buffered_lines_limit(LINES_WAITING_MAX);
    let (lines, guard) = match settings.format {
        Format::Screen => builder.finish(Terminal::default()),
        Format::Text | Format::Json => builder.finish(io::stderr()),
    };
    let writer = lines.clone();
    let layer = fmt::layer::<Registry>()
        .with_writer(move || OneLine(writer.clone()))
        .with_ansi(settings.format == Format::Text && io::stderr().is_terminal())
        .with_target(false)
        .log_internal_errors(false);
    // The fields of an event are for programs.
    let message = || {
        debug_fn(|writer, field, value| match field.name() {
            "message" => write!(writer, "{value:?}"),
            _ => Ok(()),
        })
    };
    let layer = match settings.format {
        Format::Text => layer.fmt_fields(message()).boxed(),
        Format::Screen => layer
            .event_format(terminal::Line)
            .fmt_fields(message())
            .boxed(),
        Format::Json => layer
            .event_format(json::Line::default())
            .fmt_fields(JsonFields::new())
            .boxed(),
    };
    tracing_subscriber::registry()
        .with(layer)
        .with(settings.filter.clone())
        .init();
    let task_id = Mutex::new(settings.task_id.clone());
    // It is started once.
    let _ = LOG.set(Log {
        lines,
        settings,
        task_id,
        is_over: AtomicBool::new(false),
    });
    guard
}

/// Returns what is written of our own events and, of the libraries below, nothing.
pub(crate) fn of_level(level: LevelFilter) -> Targets {
    Targets::new().with_target(OURS, level)
}

/// Says which job it is, once that is known.
pub(crate) fn set_task_id(task_id: &str) {
    if let Some(log) = LOG.get() {
        task_id.clone_into(&mut log.task_id.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

/// Tells whether a person watches.
pub(crate) fn is_screen() -> bool {
    let watches = |log: &Log| log.settings.format == Format::Screen && !log.settings.is_quiet;
    LOG.get().is_some_and(watches)
}

/// Returns how many characters a line of the screen holds.
pub(crate) fn columns() -> usize {
    terminal::columns()
}

/// Wraps a text for the terminal.
pub(crate) fn wrapped(text: &str) -> String {
    terminal::wrapped(text, columns())
}

/// Writes a text, where a person watches.
pub(crate) fn print(text: &str) {
    if is_screen() {
        write_line(text);
    }
}

/// Draws the line at the foot of the screen; an empty one takes it away.
pub(crate) fn show_status(line: &str) {
    if is_screen() {
        write_line(&format!("{}{line}", terminal::STATUS));
    }
}

/// Waits until all that was written so far is shown, where a person watches; not for long, because a terminal may stand
/// still.
pub(crate) async fn shown() {
    if is_screen() {
        write_line(&terminal::ALL_SHOWN.to_string());
        // What is shown later is as true then.
        let _ = timeout(SHOWN_TIMEOUT, terminal::SHOWN.notified()).await;
    }
}

fn write_line(text: &str) {
    if let Some(log) = LOG.get() {
        // A terminal that is gone loses it, as it does a line of the log.
        let _ = log.lines.clone().write_all(format!("{text}\n").as_bytes());
    }
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
