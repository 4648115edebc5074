//! A worker at a terminal: a pseudo-terminal of some columns, and what is drawn on it.

use std::fs::File;
use std::io::Read as _;
use std::os::fd::OwnedFd;
use std::process::Stdio;
use std::time::Duration;

use nix::pty::{Winsize, openpty};
use regex::Regex;
use tokio::process::Child;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::time::timeout;

use super::Worker;
use super::worker::read;

/// How long anything may take; far more than it should.
const LIMIT: Duration = Duration::from_mins(2);

/// A worker whose standard error is a terminal.
#[derive(Debug)]
pub(crate) struct Screen {
    child: Child,
    drawn: UnboundedReceiver<String>,
    text: String,
}

/// What a worker at a terminal came to.
#[derive(Debug)]
pub(crate) struct Shown {
    pub(crate) code: Option<i32>,
    /// Standard output, where that is no terminal.
    pub(crate) stdout: String,
    /// All that was drawn, with what moves the cursor.
    pub(crate) raw: String,
}

impl Screen {
    /// Starts a worker at a terminal of so many columns; its standard output is a pipe.
    pub(crate) fn start(worker: &Worker, columns: u16) -> Self {
        Self::open(worker, columns, false)
    }

    /// Starts a worker at a terminal of so many columns, its standard output too.
    pub(crate) fn start_alone(worker: &Worker, columns: u16) -> Self {
        Self::open(worker, columns, true)
    }

    fn open(worker: &Worker, columns: u16, is_alone: bool) -> Self {
        let size = Winsize {
            ws_row: 24,
            ws_col: columns,
            ws_xpixel: 0,
            ws_ypixel: 0,
        };
        let terminal = openpty(Some(&size), None).expect("a pseudo-terminal");
        let slave = || Stdio::from(terminal.slave.try_clone().expect("one more of it"));
        let worker = worker.clone().env("TERM", "xterm");
        let mut command = worker.command();
        command.stdin(Stdio::null()).stderr(slave());
        command.stdout(if is_alone { slave() } else { Stdio::piped() });
        let child = command.spawn().expect("the worker's binary can be started");
        // The terminal ends with the last that has it open.
        drop((command, terminal.slave));
        let (sender, drawn) = unbounded_channel();
        std::thread::spawn(move || pass_on(terminal.master, |text| sender.send(text).is_ok()));
        Self {
            child,
            drawn,
            text: String::new(),
        }
    }

    /// Waits until something is drawn.
    pub(crate) async fn wait_for(&mut self, text: &str) {
        let waiting = async {
            while !self.text.contains(text) {
                let Some(more) = self.drawn.recv().await else {
                    break;
                };
                self.text.push_str(&more);
            }
        };
        let is_over = timeout(LIMIT, waiting).await.is_err();
        assert!(
            !is_over && self.text.contains(text),
            "{text:?} is not in\n{}",
            self.text
        );
    }

    /// The process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id().expect("a worker that runs")
    }

    /// Waits for the end.
    pub(crate) async fn finish(mut self) -> Shown {
        let ending = async {
            while let Some(more) = self.drawn.recv().await {
                self.text.push_str(&more);
            }
            let stdout = match self.child.stdout.take() {
                Some(pipe) => read(pipe).await,
                None => String::new(),
            };
            (self.child.wait().await.expect("an own child"), stdout)
        };
        let (status, stdout) = timeout(LIMIT, ending).await.expect("an end");
        Shown {
            code: status.code(),
            stdout,
            raw: self.text,
        }
    }
}

impl Shown {
    /// What was drawn on one line again and again, each as it was.
    pub(crate) fn statuses(&self) -> Vec<String> {
        let pieces = self.raw.split(['\r', '\n']).map(without_escapes);
        let status =
            Regex::new(r"^[\d,]+ of [\d,]+\+? records|^(the archive has been )?silent for")
                .expect("a pattern");
        pieces.filter(|piece| status.is_match(piece)).collect()
    }

    /// What stands there at the end: each line as it was drawn last.
    pub(crate) fn text(&self) -> String {
        let lines = self.raw.split("\r\n").map(|line| {
            let last = line
                .rsplit('\r')
                .find(|piece| !without_escapes(piece).is_empty());
            without_escapes(last.unwrap_or_default())
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    /// The same in one line, wherever lines were wrapped.
    pub(crate) fn sentences(&self) -> String {
        let text = self.text();
        let words: Vec<&str> = text.split_whitespace().collect();
        words.join(" ")
    }
}

fn without_escapes(text: &str) -> String {
    let escape = Regex::new("\u{1b}\\[[0-9;?]*[A-Za-z]").expect("a pattern");
    escape.replace_all(text, "").into_owned()
}

/// Passes on what is drawn, until nobody draws any more.
fn pass_on(terminal: OwnedFd, mut send: impl FnMut(String) -> bool) {
    let mut terminal = File::from(terminal);
    let mut buffer = [0; 4096];
    // Characters of several bytes may come in two pieces.
    let mut unsent = Vec::new();
    // Its end is an error of the terminal.
    while let Ok(length @ 1..) = terminal.read(&mut buffer) {
        unsent.extend_from_slice(&buffer[..length]);
        if let Ok(text) = str::from_utf8(&unsent) {
            if !send(text.to_owned()) {
                break;
            }
            unsent.clear();
        }
    }
}
