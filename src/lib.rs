//! Exports an entity of the Arke archive, or the whole tree under it, as MODS 3.8 XML.
//!
//! ```text
//! config -> source -> walk -> crosswalk -> mods -> destination -> report -> callback
//! ```
//!
//! A room (a folder or a file directly under `src`) is one stage of a job, or one vocabulary. Each line may use the
//! lines below it, never a neighbour or a line above; `tests/layers.rs` holds the code to that, and keeps the pure
//! rooms (*) free of clocks, files, the environment and the network.
//!
//! | | |
//! |---|---|
//! | [`run`] | the job from its settings to its callback |
//! | [`export`] | the job in one loop: walk, write, deliver, report |
//! | [`callback`]; [`report`]*; [`progress`] | the POST to the orchestrator; `report.json`; what the log says of a running job |
//! | [`walk`] (* but for its first file) | which entity comes next, and what is fetched ahead |
//! | [`source`]; [`destination`] | where entities come from; where the file goes |
//! | [`config`]; [`http`] | what was typed and what it means; what every exchange needs |
//! | [`job`]* | what is agreed with the orchestrator: options, name, count, body of the callback |
//! | [`crosswalk`]* | how an entity becomes a record |
//! | [`arke`]*; [`mods`]* | the archive's data as it arrives; the record and its XML |
//! | [`shutdown`]; [`log`]; [`memory`] | signals and the deadline; how the log is written; the peak of the process |
//! | [`sanitize`] | other people's text in a line of ours |
//!
//! What always holds:
//!
//! 1. `arke` and `mods` do not know each other; `crosswalk` turns the one into the other, and cannot fail.
//! 2. The same tree gives the same bytes: the order is that of the tree, never of arrival, and no clock is read.
//! 3. Every entity found becomes exactly one of exported, failed, deleted or merged, checked before success is said.
//! 4. Nothing appears at the destination unless it is whole; every upload opened is completed or aborted.
//! 5. Every run that can know its callback ends in one outcome, bad settings, signals and panics included.
//! 6. Memory is bounded by what is in flight. With the tree grow 24 bytes a place, some 40 a PI seen, merged or left
//!    beyond the greatest depth, and the titles of the entities whose children are still to come.

pub mod arke;
mod callback;
mod config;
pub mod crosswalk;
mod destination;
mod export;
pub mod http;
mod job;
pub mod log;
pub mod memory;
pub mod mods;
mod progress;
mod report;
mod sanitize;
mod shutdown;
mod source;
mod walk;

pub use config::Cli;

use std::cell::Cell;
use std::panic::AssertUnwindSafe;
use std::pin::pin;

use anyhow::{Result, anyhow};
use futures::FutureExt as _;
use futures::future::{Either, join, select};
use tokio::time::Instant;

use config::{CallbackConfig, Config, SourceConfig};
use export::Exported;
use http::Clients;
use job::{CallbackBody, JobOutcome, PANICKED};
use sanitize::shortened;
use shutdown::Shutdown;

/// The longest error in a callback, in characters: all problems of the settings stand in one, and the orchestrator
/// wants less than 20 kB.
const ERROR_LENGTH_MAX: usize = 4000;

/// Runs a job from its settings to its callback; tells whether the file is delivered.
///
/// `started` is when the process did.
///
/// # Errors
///
/// Fails only where no callback can be sent at all, because the system gives no signals or no TLS.
pub async fn run(cli: Cli, started: Instant) -> Result<bool> {
    let shutdown = Shutdown::listen()?;
    let (callback_config, config) = config::read(&cli);
    let clients = clients(&callback_config, config.as_ref().ok())?;
    let is_delivered = Cell::new(false);
    let job = export_and_call_back(
        config,
        &callback_config,
        &clients,
        &shutdown,
        started,
        &is_delivered,
    );
    match select(pin!(job), pin!(shutdown.requested_again())).await {
        Either::Left(_) => {}
        Either::Right(_) => tracing::warn!("told to stop again: quitting at once"),
    }
    Ok(is_delivered.get())
}

/// Exports, then calls back. Whatever panics on the way, there is a callback.
async fn export_and_call_back(
    config: Result<Config, Vec<String>>,
    callback_config: &CallbackConfig,
    clients: &Clients,
    shutdown: &Shutdown,
    started: Instant,
    is_delivered: &Cell<bool>,
) {
    let export = async {
        match &config {
            Ok(config) => {
                progress::start(config);
                let deadline = config.deadline.map(|after| started + after);
                let shutdown = shutdown.clone().with_deadline(deadline);
                export::export(config, clients, &shutdown, started).await
            }
            Err(problems) => Exported::failed(anyhow!(problems.join("; ")), started),
        }
    };
    let Exported {
        delivered,
        address,
        undelivered,
        metrics,
    } = AssertUnwindSafe(export)
        .catch_unwind()
        .await
        .unwrap_or_else(|_| Exported::failed(anyhow!(PANICKED), started));
    is_delivered.set(delivered.is_ok());
    let outcome = match delivered {
        Ok(delivered) => JobOutcome::Success(delivered),
        Err(error) => JobOutcome::Error {
            error: shortened(&format!("{error:#}"), ERROR_LENGTH_MAX),
        },
    };
    let log_end = || progress::end(&outcome, &address, &metrics, config.as_ref().ok());
    // The log has what can be said of a panic; the callback goes out all the same.
    let _ = std::panic::catch_unwind(AssertUnwindSafe(log_end));
    let task_id = callback_config.task_id.clone();
    let task_id = config.map_or(task_id, |config| config.task_id.to_string());
    let callback_body =
        CallbackBody::new(task_id, callback_config.batch_id.clone(), outcome, metrics);
    let abort = async {
        if let Some(mut output) = undelivered {
            let abort = pin!(output.abort());
            let grace_period = pin!(shutdown.grace_period_over());
            select(abort, grace_period).await;
        }
    };
    let deliver = async || {
        let deliver = callback::deliver(
            &callback_body,
            callback_config,
            &clients.plain,
            started,
            shutdown,
        );
        AssertUnwindSafe(deliver).catch_unwind().await.is_ok()
    };
    // The same callback may come twice, and must come once.
    let deliver_surely = async { deliver().await || deliver().await };
    let _ = join(AssertUnwindSafe(abort).catch_unwind(), deliver_surely).await;
}

fn clients(callback_config: &CallbackConfig, config: Option<&Config>) -> Result<Clients> {
    let archive_connect = match config.map(|config| &config.source) {
        Some(SourceConfig::Archive(archive)) => archive.timeouts.connect,
        _ => http::CONNECT_TIMEOUT,
    };
    http::clients(&callback_config.extra_roots, archive_connect)
}
