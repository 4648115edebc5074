//! The worker's process: one job, one exit code.

mod allocator;
// A build without optimisation would make calls of these of their own loops.
#[cfg(any(
    test,
    all(target_env = "musl", target_arch = "x86_64", not(debug_assertions))
))]
mod copy;

use std::io::{self, IsTerminal as _, Write as _};
use std::process::ExitCode;

use anyhow::Result;
use arke_mods_export_worker::supervisor::{self, Part};
use arke_mods_export_worker::{Cli, log, panics, run, shutdown};
use tokio::time::Instant;

#[global_allocator]
static ALLOCATOR: allocator::BySize = allocator::BySize;

fn main() -> ExitCode {
    let started = Instant::now();
    // Before anything else: a signal that came earlier would end the process without an answer.
    shutdown::hold_signals();
    let cli = Cli::read();
    if let Some(text) = cli.missing_job().filter(|_| io::stderr().is_terminal()) {
        let _ = io::stderr().write_all(text.as_bytes());
        return ExitCode::FAILURE;
    }
    // The process that watches needs neither log nor runtime until it has to answer.
    let part = supervisor::part(&cli);
    if let Ok(Part::Done { is_delivered }) = part {
        return exit_code(is_delivered);
    }
    let _log = log::start(cli.log());
    panics::log();
    match part.and_then(|part| do_part(part, cli, started)) {
        Ok(is_delivered) => exit_code(is_delivered),
        Err(error) => {
            tracing::error!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Runs on one thread: the work is waiting, and a second thread costs more per request than it brings.
fn do_part(part: Part, cli: Cli, started: Instant) -> Result<bool> {
    allocator::cache_freed_blocks();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let is_delivered = match part {
        Part::Job { journal, warning } => {
            warning.inspect(|warning| tracing::warn!("{warning}"));
            runtime.block_on(run(cli, journal, started))
        }
        Part::Answer(died) => runtime.block_on(supervisor::answer(&cli, *died, started)),
        Part::Done { is_delivered } => Ok(is_delivered),
    };
    // A name that is being resolved or a file that is being read cannot be given up: nobody waits for it.
    runtime.shutdown_background();
    is_delivered
}

fn exit_code(is_delivered: bool) -> ExitCode {
    if is_delivered {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
