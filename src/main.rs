//! The worker's process: one job, one exit code.

use std::io::IsTerminal as _;
use std::process::ExitCode;

use arke_mods_export_worker::cli::Cli;
use clap::Parser as _;
use tokio::time::Instant;
use tracing_appender::non_blocking::WorkerGuard;

fn main() -> ExitCode {
    let started = Instant::now();
    let cli = Cli::parse();
    // Kept to the end: what is still to be written is written when it goes.
    let _log = start_log();
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
    runtime.block_on(arke_mods_export_worker::run(cli, started))
}

/// Logs to standard error, an event a line; the platform adds the time. A reader that is slow or gone loses lines, and
/// never holds up the job.
fn start_log() -> WorkerGuard {
    let (writer, guard) = tracing_appender::non_blocking(std::io::stderr());
    tracing_subscriber::fmt()
        .with_writer(writer)
        .with_ansi(std::io::stderr().is_terminal())
        .with_target(false)
        .without_time()
        .log_internal_errors(false)
        .init();
    guard
}
