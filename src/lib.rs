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
//! | [`supervisor`] | the process that answers for a job that is killed |
//! | [`export`]; [`finish`] | the job in one loop: walk, write, deliver, report; how its end is told |
//! | [`callback`]; [`inventory`]*; [`report`]*; [`progress`] | the POST to the orchestrator; `records.csv`, and what changed since an earlier export; `report.json`; what the log says of a running job |
//! | [`walk`] (* but for its first file) | which entity comes next, and what is fetched ahead |
//! | [`source`]; [`destination`] | where entities come from; where the file goes |
//! | [`config`]; [`http`]; [`journal`] | what was typed and what it means; what every exchange needs; what the job tells its supervisor |
//! | [`job`]* | what is agreed with the orchestrator: options, name, count, body of the callback |
//! | [`crosswalk`]* | how an entity becomes a record |
//! | [`arke`]*; [`mods`]* | the archive's data as it arrives; the record and its XML |
//! | [`shutdown`]; [`panics`]; [`log`]; [`memory`]; [`files`] | signals and deadline; bugs; the log; the peak of the process; what is a file |
//! | [`sanitize`]; [`suggest`]; [`version`] | other people's text in a line of ours; what was meant by a word that is not known; the version |
//!
//! What always holds:
//!
//! 1. `arke` and `mods` do not know each other; `crosswalk` turns the one into the other, and cannot fail.
//! 2. The same tree gives the same bytes: the order is that of the tree, never of arrival, and no clock is read.
//! 3. Every entity found becomes exactly one of exported, failed, deleted or merged, checked before success is said.
//! 4. Nothing appears at the destination unless it is whole; every upload opened is completed or aborted.
//! 5. Every run that can know its callback ends in one outcome, bad settings, signals, panics and SIGKILL included.
//! 6. Memory is bounded by what is in flight. With the tree grow 24 bytes a place, some 40 a PI seen or merged, 17 a PI
//!    beyond the greatest depth, and title, kind and 200 names of the entities whose children are still to come.

#![forbid(unsafe_code)]

pub mod arke;
mod callback;
mod config;
pub mod crosswalk;
mod destination;
mod export;
mod files;
mod finish;
pub mod http;
mod inventory;
mod job;
pub mod journal;
pub mod log;
mod memory;
pub mod mods;
pub mod panics;
mod progress;
mod report;
mod sanitize;
pub mod shutdown;
mod source;
mod suggest;
pub mod supervisor;
mod version;
mod walk;
mod words;

pub use config::Cli;

use anyhow::{Result, anyhow};
use futures::future::join_all;
use tokio::time::Instant;

use config::{CallbackConfig, Config, SourceConfig};
use destination::Output;
use export::Exported;
use finish::{Conclusion, Finish};
use http::Clients;
use job::JobOutcome;
use journal::{Entry, Journal};
use panics::guard;
use sanitize::shortened;
use shutdown::{Requests, Shutdown};

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
pub async fn run(cli: Cli, journal: Journal, started: Instant) -> Result<bool> {
    let run = guard(export_and_finish(&cli, &journal, started));
    let is_delivered = run.await.flatten();
    journal.write(|| Entry::Answered {
        is_delivered: *is_delivered.as_ref().unwrap_or(&false),
    });
    is_delivered
}

/// The two phases of a job. A second signal ends either of them at once, and the first decides the exit code.
async fn export_and_finish(cli: &Cli, journal: &Journal, started: Instant) -> Result<bool> {
    let shutdown = Shutdown::listen(Requests::default())?;
    journal.write(|| Entry::Listening);
    let settings = config::read(cli, shutdown.requested());
    let Some((callback_config, config)) = shutdown.unless_requested_again(settings).await else {
        return Ok(false);
    };
    let task_id = config.as_ref().map(|config| config.task_id.as_str());
    log::set_task_id(task_id.unwrap_or(&callback_config.task_id));
    let clients = clients(&callback_config, config.as_ref().ok())?;
    let export = async {
        match &config {
            Ok(config) => {
                guard(export::export(
                    config, &clients, &shutdown, journal, started,
                ))
                .await
            }
            Err(problems) => Err(anyhow!(problems.join("; "))),
        }
    };
    let Some(exported) = shutdown.unless_requested_again(export).await else {
        return Ok(false);
    };
    let exported = exported.unwrap_or_else(|error| Exported::failed(error, started));
    let is_delivered = exported.delivered.is_ok();
    let finish = Finish {
        config: config.as_ref().ok(),
        callback_config: &callback_config,
        client: &clients.plain,
        shutdown: &shutdown,
        journal,
        started,
    };
    let conclude = Box::pin(conclude(exported, &finish));
    shutdown.unless_requested_again(conclude).await;
    Ok(is_delivered)
}

/// Says how the job ended, while an output without a file is aborted.
async fn conclude(exported: Exported, finish: &Finish<'_>) {
    let Exported {
        delivered,
        address,
        folder,
        files,
        undelivered,
        claim,
        metrics,
        account,
    } = exported;
    let outcome = match delivered {
        Ok(delivered) => JobOutcome::Success(delivered),
        Err(error) => JobOutcome::Error {
            error: shortened(&format!("{error:#}"), ERROR_LENGTH_MAX),
        },
    };
    let conclusion = Conclusion {
        outcome,
        address,
        folder,
        files,
        metrics,
        account,
    };
    let abort = async {
        join_all(undelivered.into_iter().map(Output::abort)).await;
        drop(claim);
    };
    finish.conclude(conclusion, abort).await;
}

fn clients(callback_config: &CallbackConfig, config: Option<&Config>) -> Result<Clients> {
    let archive_connect = match config.map(|config| &config.source) {
        Some(SourceConfig::Archive(archive)) => archive.timeouts.connect,
        _ => http::CONNECT_TIMEOUT,
    };
    http::clients(&callback_config.extra_roots, archive_connect)
}
