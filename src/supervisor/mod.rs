//! Supervisor: the process that stays behind where somebody waits for the answer, and answers for a job that is killed.
//!
//! The process starts itself once more. The child does the job and keeps a [journal](crate::journal) of it; this one
//! passes signals on, and is otherwise asleep, with the few MiB of a process that has read its command line. It has a
//! use only when the child ends without an answer: then it [clears away](answer()) what is left and sends the callback
//! itself, by the code that the job would have used.
//!
//! The child is in a process group of its own, so that ^C at a terminal reaches it once, and it does not outlive its
//! [supervisor](child).

mod answer;
mod child;
mod process;
mod state;

use anyhow::{Context as _, Result};

use crate::config::Cli;
use crate::journal::Journal;

use process::{Exit, Process};

pub use answer::answer;
pub use process::Died;

/// What is left to do for this process.
#[derive(Debug)]
pub enum Part {
    /// The job.
    Job {
        /// What is told of it to the process that watches.
        journal: Journal,
        /// Why nobody watches, where somebody should.
        warning: Option<String>,
    },
    /// To answer for the process that did the job.
    Answer(Box<Died>),
    /// Nothing: the process that did the job has answered.
    Done {
        /// Whether the file is delivered.
        is_delivered: bool,
    },
}

/// Finds out what this process has to do. Where it is to watch, it starts the process that does the job, and waits here
/// until that has ended.
///
/// # Errors
///
/// Fails in a process that was not started by the one that is to watch it, and where the system does not let it wait.
pub fn part(cli: &Cli) -> Result<Part> {
    let job = |journal, warning| Ok(Part::Job { journal, warning });
    if let Some(journal) = child::journal() {
        return job(journal?, None);
    }
    if !cli.is_watched() {
        return job(Journal::default(), None);
    }
    let process = match Process::start() {
        Ok(process) => process,
        Err(error) => {
            let warning = format!(
                "nobody watches the job, because the worker cannot start itself ({error}): if it is killed, there is no \
                 callback"
            );
            return job(Journal::default(), Some(warning));
        }
    };
    let exit = process.wait();
    Ok(match exit.context("failed to wait for the job")? {
        Exit::Answered { is_delivered } => Part::Done { is_delivered },
        Exit::Died(died) => Part::Answer(died),
    })
}
