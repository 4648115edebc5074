//! The supervisor's process: starts the child, passes signals on, reads the journal, and waits.

use std::io::{self, Read as _};
use std::os::fd::{AsFd as _, OwnedFd};
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt as _;
use std::process::{Command, Stdio};

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::signal::{Signal, kill};
use nix::sys::signalfd::{SfdFlags, SignalFd};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;
use tokio::time::Instant;

use crate::shutdown::{self, Requests};

use super::child::SUPERVISOR_PID;
use super::state::{Death, Known};

/// The program of this process, whatever became of its file.
const THIS_PROGRAM: &str = "/proc/self/exe";

/// The child at work.
#[derive(Debug)]
pub(super) struct Process {
    child: Pid,
    stream: UnixStream,
    signals: SignalFd,
    requests: Requests,
    /// Signals that are to be passed on once the child listens for them.
    held: Vec<Signal>,
    known: Known,
    death: Option<Death>,
}

/// How the child ended.
#[derive(Debug)]
pub(super) enum Exit {
    /// The job was answered for.
    Answered {
        /// Whether its file is delivered.
        is_delivered: bool,
    },
    /// It was not.
    Died(Box<Died>),
}

/// A child that ended without an answer.
#[derive(Debug)]
pub struct Died {
    pub(super) death: Death,
    pub(super) known: Known,
    pub(super) requests: Requests,
    /// Largest resident size of the child in MiB, rounded up.
    pub(super) peak_mib: u64,
}

impl Process {
    /// Starts this program once more, with the same command line and environment.
    pub(super) fn start() -> io::Result<Self> {
        let mut mask = shutdown::signals();
        mask.add(Signal::SIGCHLD);
        mask.thread_block()?;
        let signals = SignalFd::with_flags(&mask, SfdFlags::SFD_CLOEXEC | SfdFlags::SFD_NONBLOCK)?;
        let (stream, theirs) = UnixStream::pair()?;
        let mut arguments = std::env::args_os();
        let mut command = Command::new(THIS_PROGRAM);
        if let Some(name) = arguments.next() {
            command.arg0(name);
        }
        let child = command
            .args(arguments)
            .env(SUPERVISOR_PID, std::process::id().to_string())
            .stdin(Stdio::from(OwnedFd::from(theirs)))
            .process_group(0)
            .spawn()?;
        Ok(Self {
            child: Pid::from_raw(child.id().cast_signed()),
            stream,
            signals,
            requests: Requests::default(),
            held: Vec::new(),
            known: Known::default(),
            death: None,
        })
    }

    /// Waits until the child has ended.
    ///
    /// # Errors
    ///
    /// Fails where the system does not let it wait.
    pub(super) fn wait(mut self) -> io::Result<Exit> {
        let mut unread = Vec::new();
        loop {
            let events = PollFlags::POLLIN;
            let (signals, stream) = (self.signals.as_fd(), self.stream.as_fd());
            let mut sources = [PollFd::new(signals, events), PollFd::new(stream, events)];
            match poll(&mut sources, PollTimeout::NONE) {
                Err(Errno::EINTR) => continue,
                polled => polled?,
            };
            let [_, stream] = sources.map(|source| source.any().unwrap_or_default());
            // The journal first: a signal is passed on to a child that listens.
            let is_over = stream && !self.read(&mut unread)?;
            self.take_signals()?;
            self.pass_signals_on();
            if is_over {
                break;
            }
        }
        // The journal ends with the process, so this does not wait for long.
        if self.death.is_none() {
            self.death = waitpid(self.child, None).ok().and_then(Death::of);
        }
        Ok(self.exit())
    }

    /// Reads what is there of the journal; tells whether there may be more.
    fn read(&mut self, unread: &mut Vec<u8>) -> io::Result<bool> {
        let mut buffer = [0; 4096];
        let length = match self.stream.read(&mut buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => return Ok(true),
            // Whatever the child had not read is gone with it.
            Err(error) if error.kind() == io::ErrorKind::ConnectionReset => 0,
            read => read?,
        };
        unread.extend_from_slice(&buffer[..length]);
        while let Some(end) = unread.iter().position(|&byte| byte == b'\n') {
            let line: Vec<u8> = unread.drain(..=end).collect();
            self.known.read(&line);
        }
        Ok(length > 0)
    }

    fn take_signals(&mut self) -> io::Result<()> {
        while let Some(taken) = self.signals.read_signal()? {
            match Signal::try_from(taken.ssi_signo.cast_signed())? {
                Signal::SIGCHLD => self.reap(),
                signal => {
                    self.requests.add(signal, Instant::now());
                    self.held.push(signal);
                }
            }
        }
        Ok(())
    }

    /// Lets ended processes go: the child, and as process 1 of a container whatever is left to that.
    fn reap(&mut self) {
        while let Ok(status) = waitpid(None, Some(WaitPidFlag::WNOHANG)) {
            match status.pid() {
                None => break,
                Some(pid) if pid == self.child => self.death = Death::of(status),
                Some(_) => {}
            }
        }
    }

    fn pass_signals_on(&mut self) {
        if self.known.is_listening && self.death.is_none() {
            for signal in self.held.drain(..) {
                let _ = kill(self.child, signal);
            }
        }
    }

    fn exit(self) -> Exit {
        match self.known.answered {
            Some(is_delivered) => Exit::Answered { is_delivered },
            None => Exit::Died(Box::new(Died {
                death: self.death.unwrap_or(Death::Unknown),
                known: self.known,
                requests: self.requests,
                peak_mib: peak_mib(),
            })),
        }
    }
}

/// Returns the largest resident size of the child that was let go.
fn peak_mib() -> u64 {
    let kib = getrusage(UsageWho::RUSAGE_CHILDREN).map_or(0, |usage| usage.max_rss());
    u64::try_from(kib).unwrap_or_default().div_ceil(1024)
}

impl Death {
    fn of(status: WaitStatus) -> Option<Self> {
        match status {
            WaitStatus::Exited(_, code) => Some(Self::Code(code)),
            WaitStatus::Signaled(_, signal, _) => Some(Self::Signal(signal.as_str())),
            _ => None,
        }
    }
}
