//! The screen of a person who watches: lines that scroll, and one below them that is drawn again and again.
//!
//! All of it is written by the thread of the log, so that a terminal that stands still never holds up the job.

use std::fmt;
use std::io::{self, Write};

use console::Term;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

/// Begins a line that is to be drawn at the foot of the screen; no line of the log has it.
pub(super) const STATUS: char = '\0';
/// How often a second the line is drawn at the most.
const DRAWN_PER_SECOND: u8 = 10;

/// Returns how many characters a line holds.
pub(super) fn columns() -> usize {
    let (_, columns) = Term::stderr().size();
    columns.into()
}

/// The terminal, with the line at its foot where there is one.
#[derive(Default)]
pub(super) struct Terminal(Option<ProgressBar>);

impl Write for Terminal {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(line);
        match text.strip_prefix(STATUS) {
            Some(status) => self.draw(status.trim_end()),
            None => self.scroll(&text)?,
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}

impl Terminal {
    fn draw(&mut self, status: &str) {
        if status.is_empty() {
            if let Some(bar) = self.0.take() {
                bar.finish_and_clear();
            }
            return;
        }
        let bar = self.0.get_or_insert_with(|| {
            let target = ProgressDrawTarget::stderr_with_hz(DRAWN_PER_SECOND);
            let style = ProgressStyle::with_template("{msg}");
            ProgressBar::with_draw_target(None, target)
                .with_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()))
        });
        bar.set_message(status.to_owned());
    }

    fn scroll(&self, text: &str) -> io::Result<()> {
        let write = || io::stderr().write_all(text.as_bytes());
        match &self.0 {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }
}

/// An event as a line for a person: what is amiss has a mark before it.
pub(super) struct Line;

impl<S, N> FormatEvent<S, N> for Line
where
    S: Subscriber + for<'s> LookupSpan<'s>,
    N: for<'w> FormatFields<'w> + 'static,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        if *event.metadata().level() <= Level::WARN {
            writer.write_str("! ")?;
        }
        context.format_fields(writer.by_ref(), event)?;
        writeln!(writer)
    }
}
