//! The worker's process: one job, one exit code.

use std::process::ExitCode;

use arke_mods_export_worker::{Cli, log, panics, shutdown};
use dlmalloc::GlobalDlmalloc;
use tokio::time::Instant;

/// The plainest allocator that keeps to the limits of `docs/PERFORMANCE.md`; musl's own does not.
#[global_allocator]
static ALLOCATOR: GlobalDlmalloc = GlobalDlmalloc;

fn main() -> ExitCode {
    let started = Instant::now();
    // Before anything else: a signal that came earlier would end the process without an answer.
    shutdown::hold_signals();
    let cli = Cli::read();
    let _log = log::start();
    panics::log();
    match run(cli, started) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            tracing::error!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Runs on one thread: the work is waiting, and a second thread costs more per request than it brings.
fn run(cli: Cli, started: Instant) -> anyhow::Result<bool> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let is_delivered = runtime.block_on(arke_mods_export_worker::run(cli, started));
    // A name that is being resolved or a file that is being read cannot be given up: nobody waits for it.
    runtime.shutdown_background();
    is_delivered
}
