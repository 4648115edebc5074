//! The child's end: the journal goes to its supervisor, and it ends when that is gone.

use std::io::Read as _;
use std::os::fd::AsFd as _;
use std::os::unix::net::UnixStream;
use std::os::unix::process::parent_id;
use std::time::Duration;

use nix::sys::prctl;
use nix::sys::signal::{SigSet, Signal, kill};
use nix::unistd::Pid;

use anyhow::{Context as _, Result, anyhow};

use crate::journal::Journal;

/// The variable that tells the child which process watches it. Its standard input is then the stream between them.
pub(super) const SUPERVISOR_PID: &str = "ARKE_SUPERVISOR_PID";

/// How long the child goes on without its supervisor: as long as the job takes to end after a signal.
const ORPHANED_FOR: Duration = Duration::from_secs(5);

/// What makes the kernel choose a process before all others, see `proc_pid_oom_score_adj(5)`.
const OOM_FIRST: &str = "1000";

/// Returns the journal, where this process is the child of a supervisor.
///
/// # Errors
///
/// Fails where the supervisor is gone, or where somebody else set the variable.
pub(super) fn journal() -> Option<Result<Journal>> {
    let supervisor = std::env::var_os(SUPERVISOR_PID)?;
    if supervisor.to_str() != Some(&parent_id().to_string()) {
        return Some(Err(anyhow!(
            "{SUPERVISOR_PID} does not name the process that started this one: leave it to the worker"
        )));
    }
    Some(attach().context("the process that watches the job cannot be reached"))
}

fn attach() -> Result<Journal> {
    let stream = UnixStream::from(std::io::stdin().as_fd().try_clone_to_owned()?);
    let reader = stream.try_clone()?;
    // The name of the file that was started, `exe`, says nothing to whoever lists the processes.
    let _ = prctl::set_name(c"arke-export-job");
    // Where memory runs out, the kernel is to end the job, and not the process that answers for it.
    let _ = std::fs::write("/proc/self/oom_score_adj", OOM_FIRST);
    // A terminal would stop a background group that writes to it, if it is told to.
    let _ = SigSet::from(Signal::SIGTTOU).thread_block();
    // Two ways to the same end; the second works where a sandbox forbids the first.
    let _ = prctl::set_pdeathsig(Signal::SIGTERM);
    std::thread::Builder::new()
        .name("supervisor".to_owned())
        .spawn(move || end_with(reader))?;
    Ok(Journal::new(stream))
}

/// Waits until the supervisor is gone, then ends the job as a signal would, and at last the process.
fn end_with(mut stream: UnixStream) {
    // Nothing is ever written to it.
    let _ = stream.read(&mut [0]);
    let _ = kill(Pid::this(), Signal::SIGTERM);
    std::thread::sleep(ORPHANED_FOR);
    std::process::abort();
}
