//! The screen of a person who watches: lines that scroll, and one below them that is drawn again and again.
//!
//! All of it is written by the thread of the log, so that a terminal that stands still never holds up the job.

use std::fmt;
use std::io::{self, Write};

use console::Term;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use textwrap::{Options, WordSplitter};
use tokio::sync::Notify;
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

/// Begins a line that is to be drawn at the foot of the screen; no line of the log has it.
pub(super) const STATUS: char = '\0';
/// A line of the log that is not shown: all before it is.
pub(super) const ALL_SHOWN: char = '\u{1}';
/// How often a second the line is drawn at the most.
const DRAWN_PER_SECOND: u8 = 10;
/// What stands between two columns of a line.
const GAP: &str = "   ";
/// How many characters the last column has at the least where it goes on below itself.
const LAST_COLUMN_MIN: usize = 20;

/// Tells that all lines before [`ALL_SHOWN`] are shown.
pub(super) static SHOWN: Notify = Notify::const_new();

/// Returns how many characters a line holds.
pub(super) fn columns() -> usize {
    let (_, columns) = Term::stderr().size();
    columns.into()
}

/// Wraps each line of a text between words, so that it fits so many columns. What is wrapped goes on below the last column
/// of its line, if it has some and there is room for that; a word that is longer, as an address may be, stays whole.
pub(super) fn wrapped(text: &str, columns: usize) -> String {
    let wrap = |line: &str| {
        let before = line.rfind(GAP).map(|at| line[..at].chars().count());
        let indent = match before.map(|before| before + GAP.len()) {
            Some(column) if column + LAST_COLUMN_MIN <= columns => column,
            Some(_) => 4,
            None => 2,
        };
        let indent = " ".repeat(indent);
        let words = line.trim_start();
        let options = Options::new(columns)
            .initial_indent(&line[..line.len() - words.len()])
            .subsequent_indent(&indent)
            .break_words(false)
            .word_splitter(WordSplitter::NoHyphenation);
        textwrap::fill(words, options) + "\n"
    };
    text.lines().map(wrap).collect()
}

/// The terminal, with the line at its foot where there is one.
#[derive(Default)]
pub(super) struct Terminal(Option<ProgressBar>);

impl Write for Terminal {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(line);
        if let Some(status) = text.strip_prefix(STATUS) {
            self.draw(status.trim_end())?;
        } else if text.starts_with(ALL_SHOWN) {
            SHOWN.notify_one();
        } else {
            self.scroll(&wrapped(&text, columns()))?;
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}

impl Terminal {
    fn draw(&mut self, status: &str) -> io::Result<()> {
        if status.is_empty() {
            if let Some(bar) = self.0.take() {
                bar.finish_and_clear();
            }
            return Ok(());
        }
        let bar = self.0.get_or_insert_with(|| {
            let target = ProgressDrawTarget::stderr_with_hz(DRAWN_PER_SECOND);
            let style = ProgressStyle::with_template("{msg}");
            ProgressBar::with_draw_target(None, target)
                .with_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()))
        });
        bar.set_message(status.to_owned());
        to_beginning()
    }

    fn scroll(&self, text: &str) -> io::Result<()> {
        let write = || io::stderr().write_all(text.as_bytes());
        match &self.0 {
            Some(bar) => {
                bar.suspend(write)?;
                to_beginning()
            }
            None => write(),
        }
    }
}

/// Moves the cursor to the beginning of the line that was drawn. What the terminal echoes, as ^C, then stands in that line
/// and goes with it; at its end it would begin another, and the line stay.
fn to_beginning() -> io::Result<()> {
    io::stderr().write_all(b"\r")
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_wrapped_between_words_and_below_its_last_column() {
        let text = "\
! Album of the glasshouses: page \"Lily%20pond.jpg\" cannot be read (not JSON)
  A-collection.xml   146 kB   the records
  records.csv          6 kB   a row for each, for a spreadsheet
into out/exports/local-01KAB3RDR0KQRZEDN60FKJ7T10-single/
";
        let wide = "\
! Album of the glasshouses: page \"Lily%20pond.jpg\"
  cannot be read (not JSON)
  A-collection.xml   146 kB   the records
  records.csv          6 kB   a row for each, for a
                              spreadsheet
into
  out/exports/local-01KAB3RDR0KQRZEDN60FKJ7T10-single/
";
        assert_eq!(wrapped(text, 54), wide);
        let narrow = wrapped(text, 40);
        let row = "  records.csv          6 kB   a row for\n    each, for a spreadsheet\n";
        assert!(narrow.contains(row), "{narrow}");
        let long = "  01KAB3RDR0KQRZEDN60FKJ7T10-collection.xml   146 kB   the records";
        let below = "  01KAB3RDR0KQRZEDN60FKJ7T10-collection.xml\n    146 kB   the records\n";
        assert_eq!(wrapped(long, 40), below);
        assert!(narrow.ends_with("  out/exports/local-01KAB3RDR0KQRZEDN60FKJ7T10-single/\n"));
        assert_eq!(wrapped(text, 100), text);
    }
}
