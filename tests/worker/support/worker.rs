//! The worker itself: the real binary as a child process, with nothing in its environment but what
//! a test put there.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};
use std::{env, io};

use rustix::io::Errno;
use rustix::process::{Pid, kill_process};
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::{Child, Command};
use tokio::task::JoinHandle;
use tokio::time;

pub(crate) use rustix::process::Signal;

use super::archive::Archive;
use super::bucket::{self, Bucket};
use super::callback::CallbackSink;

/// How long a run may take; far more than any should need.
const LIMIT: Duration = Duration::from_mins(2);

/// What a pipe of Linux holds before it has to be read.
const PIPE_BYTES: usize = 64 * 1024;

/// A run of the worker to be.
#[derive(Clone, Debug)]
pub(crate) struct Worker {
    binary: PathBuf,
    /// A program and its arguments that starts the worker.
    starter: Vec<String>,
    args: Vec<String>,
    env: BTreeMap<String, String>,
    output: Output,
}

/// What becomes of the worker's standard output and standard error.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Output {
    /// They are read.
    Read,
    /// They are pipes whose other end is closed.
    Closed,
    /// They are pipes that nobody reads, until the run is over.
    Unread,
    /// They are pipes that are full, and that nobody reads.
    Full,
}

impl Worker {
    /// A worker without arguments and settings.
    pub(crate) fn new() -> Self {
        Self::of(Path::new(env!("CARGO_BIN_EXE_arke-mods-export-worker")))
    }

    /// A worker that reads the archive in one folder and writes to another.
    pub(crate) fn local(source: &Path, output: &Path) -> Self {
        let text = |path: &Path| path.to_str().expect("a path in UTF-8").to_owned();
        Self::new()
            .arg("--fixtures")
            .arg(text(source))
            .arg("--output")
            .arg(text(output))
    }

    /// The worker that this file holds, without arguments and settings.
    pub(crate) fn of(binary: &Path) -> Self {
        // The only variable passed on: where coverage data goes when it is measured.
        let coverage = env::var("LLVM_PROFILE_FILE")
            .ok()
            .map(|file| ("LLVM_PROFILE_FILE".to_owned(), file));
        Self {
            binary: binary.to_owned(),
            starter: Vec::new(),
            args: Vec::new(),
            env: coverage.into_iter().collect(),
            output: Output::Read,
        }
    }

    /// A worker with a job, and everything it needs to do it.
    pub(crate) fn with(
        pi: &str,
        archive: &Archive,
        bucket: &Bucket,
        callback: &CallbackSink,
    ) -> Self {
        Self::new()
            .job("task-1", pi)
            .archive(archive)
            .bucket(bucket)
            .callback(callback)
    }

    /// Runs the worker that this file holds.
    pub(crate) fn binary(self, binary: &Path) -> Self {
        Self {
            binary: binary.to_owned(),
            ..self
        }
    }

    /// Has the worker panic at the first line of the log that begins so.
    ///
    /// Cargo builds the program for it, `panicking_worker.rs`, with all the tests, and not with some of them.
    pub(crate) fn panicking_at(self, line: &str) -> Self {
        let folder = self.binary.parent().expect("a folder");
        let binary = folder.join("examples").join("panicking-worker");
        assert!(
            binary.exists(),
            "build it first: cargo build --example panicking-worker"
        );
        Self { binary, ..self }.env("PANIC_AT", line)
    }

    /// Has the worker started by a program, which gets these arguments and then the worker's command line.
    pub(crate) fn started_by(self, starter: &[&str]) -> Self {
        let starter = starter.iter().map(|&word| word.to_owned()).collect();
        Self { starter, ..self }
    }

    /// Sets a variable.
    pub(crate) fn env(mut self, name: &str, value: impl Into<String>) -> Self {
        self.env.insert(name.to_owned(), value.into());
        self
    }

    /// Removes a variable that was set before.
    pub(crate) fn without(mut self, name: &str) -> Self {
        self.env.remove(name);
        self
    }

    /// Adds an argument.
    pub(crate) fn arg(mut self, arg: impl Into<String>) -> Self {
        self.args.push(arg.into());
        self
    }

    /// Says what becomes of the output.
    pub(crate) fn output(self, output: Output) -> Self {
        Self { output, ..self }
    }

    /// Sets the task and the entity to export.
    pub(crate) fn job(self, task_id: &str, pi: &str) -> Self {
        self.env("TASK_ID", task_id).env("PI", pi)
    }

    /// Sets `EXPORT_OPTIONS`.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "tests write the options in place"
    )]
    pub(crate) fn options(self, options: Value) -> Self {
        self.env("EXPORT_OPTIONS", options.to_string())
    }

    /// Reads from this archive, and trusts its certificate where it has one.
    pub(crate) fn archive(self, archive: &Archive) -> Self {
        let worker = self
            .env("ARKE_API_URL", archive.url())
            .env("IPFS_GATEWAY_URL", archive.url())
            // A tenth of the usual, so that tests need not wait.
            .env("RETRY_WAIT_MS", "10");
        match archive.authority() {
            Some(file) => worker.env("EXTRA_CA_FILE", file.to_str().expect("a path in UTF-8")),
            None => worker,
        }
    }

    /// Writes to this bucket.
    pub(crate) fn bucket(self, bucket: &Bucket) -> Self {
        self.env("R2_ENDPOINT", bucket.url())
            .env("R2_ACCOUNT_ID", bucket::ACCOUNT_ID)
            .env("R2_ACCESS_KEY_ID", bucket::ACCESS_KEY_ID)
            .env("R2_SECRET_ACCESS_KEY", bucket::SECRET_ACCESS_KEY)
    }

    /// Reports here.
    pub(crate) fn callback(self, callback: &CallbackSink) -> Self {
        self.env("CALLBACK_URL", callback.url())
    }

    /// Starts the worker.
    pub(crate) fn spawn(&self) -> Running {
        self.spawn_with(Stdio::null())
    }

    /// The command that starts the worker; where its output goes is still to be said.
    pub(super) fn command(&self) -> Command {
        let mut command = match &self.starter[..] {
            [] => Command::new(&self.binary),
            [program, words @ ..] => {
                let mut command = Command::new(program);
                command.args(words).arg(&self.binary);
                command
            }
        };
        command
            .args(&self.args)
            .env_clear()
            .envs(&self.env)
            .kill_on_drop(true);
        command
    }

    /// Starts the worker with this standard input.
    pub(crate) fn spawn_with(&self, stdin: Stdio) -> Running {
        let mut command = self.command();
        command
            .stdin(stdin)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut unread = Vec::new();
        match self.output {
            Output::Read | Output::Unread => {}
            Output::Closed => {
                command.stdout(closed()).stderr(closed());
            }
            Output::Full => {
                let (stdout, stderr) = (full(), full());
                unread.extend([stdout.0, stderr.0]);
                command.stdout(stdout.1).stderr(stderr.1);
            }
        }
        let started = Instant::now();
        let mut child = command.spawn().expect("the worker's binary can be started");
        let (mut stdout, mut stderr) = (None, None);
        if self.output == Output::Read {
            stdout = child.stdout.take().map(|pipe| tokio::spawn(read(pipe)));
            stderr = child.stderr.take().map(|pipe| tokio::spawn(read(pipe)));
        }
        Running {
            child,
            started,
            stdout,
            stderr,
            _unread: unread,
        }
    }

    /// Runs the worker to its end.
    pub(crate) async fn run(&self) -> Run {
        self.spawn().finish().await
    }
}

/// A worker that runs; dropping it kills it.
#[derive(Debug)]
pub(crate) struct Running {
    child: Child,
    started: Instant,
    stdout: Option<JoinHandle<String>>,
    stderr: Option<JoinHandle<String>>,
    /// Ends of pipes that are open and not read.
    _unread: Vec<io::PipeReader>,
}

impl Running {
    /// The process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id().expect("a worker that runs")
    }

    /// Sends the worker a signal.
    pub(crate) fn signal(&self, signal: Signal) {
        send(self.id(), signal);
    }

    /// The processes that the process has started and that run.
    pub(crate) fn children(&self) -> Vec<u32> {
        children_of(self.id())
    }

    /// The one process that the process has started: the job, where the worker watches it, or the worker, where another
    /// program started it and waits for it.
    #[track_caller]
    pub(crate) fn child(&self) -> u32 {
        let children = self.children();
        let [child] = &children[..] else {
            panic!("not one child but {children:?}")
        };
        *child
    }

    /// Sends a signal to [the child](Self::child).
    #[track_caller]
    pub(crate) fn signal_child(&self, signal: Signal) {
        send(self.child(), signal);
    }

    /// Waits for the end; panics with what the worker said if it does not come.
    pub(crate) async fn finish(self) -> Run {
        self.finish_within(LIMIT).await
    }

    /// Waits for an end that may take so long.
    pub(crate) async fn finish_within(mut self, limit: Duration) -> Run {
        let ended = time::timeout(limit, self.child.wait()).await;
        let elapsed = self.started.elapsed();
        if ended.is_err() {
            self.child.kill().await.expect("an own child can be killed");
        }
        let stdout = text(self.stdout).await;
        let stderr = text(self.stderr).await;
        let Ok(status) = ended else {
            panic!("the worker did not end within {limit:?}\nstdout:\n{stdout}\nstderr:\n{stderr}");
        };
        let code = status.expect("a child that was waited for once").code();
        Run {
            code,
            stdout,
            stderr,
            elapsed,
        }
    }
}

/// The processes that a process has started or that are left to it, and that have not been let go; none of one that is
/// over.
pub(crate) fn children_of(id: u32) -> Vec<u32> {
    let children = std::fs::read_to_string(format!("/proc/{id}/task/{id}/children"));
    let children = children.unwrap_or_default();
    let ids = children.split_whitespace();
    ids.map(|id| id.parse().expect("a process id")).collect()
}

/// Sends a process a signal, if it still runs.
pub(crate) fn send(id: u32, signal: Signal) {
    let pid = i32::try_from(id).ok().and_then(Pid::from_raw);
    let sent = kill_process(pid.expect("a valid process id"), signal);
    assert!(matches!(sent, Ok(()) | Err(Errno::SRCH)), "{sent:?}");
}

/// A run of the worker that is over.
#[derive(Clone, Debug)]
pub(crate) struct Run {
    /// The exit code; none where a signal ended the worker.
    pub(crate) code: Option<i32>,
    /// Standard output.
    pub(crate) stdout: String,
    /// Standard error.
    pub(crate) stderr: String,
    /// How long it took, from before the start of the process.
    pub(crate) elapsed: Duration,
}

impl Run {
    /// What a worker without `CALLBACK_URL` prints in place of the callback.
    #[track_caller]
    pub(crate) fn printed_callback(&self) -> Value {
        serde_json::from_str(&self.stdout).expect("one line of JSON")
    }

    /// Panics with what the worker said unless it ended with this exit code.
    #[track_caller]
    pub(crate) fn expect_code(&self, code: i32) {
        let Self { stdout, stderr, .. } = self;
        assert_eq!(
            self.code,
            Some(code),
            "exit code\nstdout:\n{stdout}\nstderr:\n{stderr}"
        );
    }
}

/// The end for writing of a pipe that nobody can read.
fn closed() -> Stdio {
    let (_, writer) = io::pipe().expect("a pipe");
    writer.into()
}

/// A pipe that holds all it can: its end that is open and not read, and its end for writing.
fn full() -> (io::PipeReader, Stdio) {
    let (reader, mut writer) = io::pipe().expect("a pipe");
    let filling = vec![b'.'; PIPE_BYTES];
    writer.write_all(&filling).expect("room for it");
    (reader, writer.into())
}

pub(super) async fn read(mut pipe: impl AsyncRead + Unpin) -> String {
    let mut bytes = Vec::new();
    pipe.read_to_end(&mut bytes).await.expect("a readable pipe");
    String::from_utf8_lossy(&bytes).into_owned()
}

async fn text(reading: Option<JoinHandle<String>>) -> String {
    match reading {
        Some(reading) => reading.await.expect("reading does not panic"),
        None => String::new(),
    }
}
