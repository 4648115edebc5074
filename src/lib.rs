//! Exports an entity of the Arke archive, or the whole tree under it, as MODS 3.8 XML.
//!
//! ```text
//! Config -> Walk (manifests, components) -> Entity -> crosswalk -> Record -> bytes -> Output -> Answer -> callback
//! ```
//!
//! The folders are pure: nothing in them is async, reads a clock, the environment or a file, or knows the network.
//! The files at the root touch the world. To be read in this order:
//!
//! - [`cli`], [`settings`], [`config`]: what was typed and what it means
//! - [`job`]: options, name, count and answer of a job
//! - [`export`]: the job itself, in one loop
//! - [`walk`], with [`tree`]: entities fetched ahead in a window, handed on in the order of the file
//! - [`source`], with [`http`] and [`fault`]: where entities come from
//! - [`arke`]: the archive's data as it arrives
//! - [`crosswalk`]: how an entity becomes a record
//! - [`mods`]: the record and its XML
//! - [`destination`], with [`bucket`] and [`s3_transport`]: where the file goes
//! - [`callback`], [`stop`], [`memory`]: the answer, the signals, the peak
//!
//! What always holds:
//!
//! 1. `arke` and `mods` do not know each other; only `crosswalk` knows both, and it cannot fail.
//! 2. The same tree gives the same bytes: the order is that of the tree, never of arrival, and no clock is read.
//! 3. Every entity found becomes exactly one of exported, failed, deleted or merged, checked before success is said.
//! 4. Nothing appears at the destination unless it is whole; every upload opened is completed or aborted.
//! 5. Every run that can know where to answer ends in one outcome, bad settings, signals and panics included.
//! 6. Memory is bounded by what is in flight; with the tree grow only 24 bytes a place and 17 a PI.

pub mod arke;
pub mod bucket;
pub mod callback;
pub mod cli;
pub mod config;
pub mod crosswalk;
pub mod destination;
pub mod export;
pub mod fault;
pub mod http;
pub mod job;
pub mod memory;
pub mod mods;
pub mod s3_transport;
pub mod settings;
pub mod source;
pub mod stop;
pub mod tree;
mod variables;
pub mod walk;

use anyhow::{Result, anyhow};
use tokio::time::Instant;

use cli::Cli;
use config::{Config, SourceConfig};
use export::Exported;
use http::Clients;
use job::{Answer, Delivered, Ending, Metrics};
use stop::Stop;

/// Runs a job from its settings to its answer; tells whether the file is delivered.
///
/// `started` is when the process did.
///
/// # Errors
///
/// Fails only where nothing can be answered at all, because the system gives no signals or no TLS.
pub async fn run(cli: Cli, started: Instant) -> Result<bool> {
    let mut stop = Stop::listen()?;
    let (answer_config, config) = settings::read(cli);
    let (config, exported, clients) = match config {
        Ok(config) => {
            let clients = clients(Some(&config))?;
            tell_start(&config);
            stop.set_deadline(config.deadline);
            let exported = Box::pin(export::export(&config, &clients, &mut stop)).await;
            (Some(config), exported, clients)
        }
        Err(problems) => (None, refused(&problems), clients(None)?),
    };
    let Exported {
        delivered,
        address,
        metrics,
    } = exported;
    let metrics = Metrics {
        total_time_ms: started.elapsed().as_millis().try_into().unwrap_or(u64::MAX),
        peak_memory_mb: memory::peak_mib(),
        ..metrics
    };
    tell_end(&delivered, &address, &metrics, config.as_ref());
    let is_delivered = delivered.is_ok();
    let ending = match delivered {
        Ok(delivered) => Ending::Success(delivered),
        Err(error) => Ending::Error {
            error: one_line(&error),
        },
    };
    let task_id = config.as_ref().map_or_else(
        || answer_config.task_id.clone(),
        |config| config.task_id.to_string(),
    );
    let answer = Answer::new(task_id, answer_config.batch_id.clone(), ending, metrics);
    let signalled = stop.signalled();
    tokio::select! {
        () = callback::deliver(&answer, &answer_config, &clients.plain, started, signalled) => {}
        () = stop.signalled_again() => tracing::warn!("told to stop again: quitting at once"),
    }
    Ok(is_delivered)
}

fn clients(config: Option<&Config>) -> Result<Clients> {
    let rate = config.and_then(|config| match config.source {
        SourceConfig::Archive {
            requests_per_second_max,
            ..
        } => requests_per_second_max,
        SourceConfig::Folder(_) => None,
    });
    http::clients(config.map_or(&[], |config| &config.extra_roots), rate)
}

fn refused(problems: &[String]) -> Exported {
    Exported {
        delivered: Err(anyhow!(problems.join("; "))),
        address: String::new(),
        metrics: Metrics::default(),
    }
}

/// Returns an error with its causes in one line.
fn one_line(error: &anyhow::Error) -> String {
    format!("{error:#}")
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

fn tell_start(config: &Config) {
    let machine = |name: &str| std::env::var(name).unwrap_or_else(|_| "-".to_owned());
    tracing::info!(
        "exporting {} as job {}, recursive={} max_depth={} machine={} region={} memory_mb={}",
        config.root,
        config.task_id,
        config.options.recursive,
        config.options.max_depth,
        machine("FLY_MACHINE_ID"),
        machine("FLY_REGION"),
        machine("FLY_VM_MEMORY_MB"),
    );
    config
        .warnings
        .iter()
        .for_each(|warning| tracing::warn!("{warning}"));
}

/// Says how it ended, where the file is and what is missing from it.
fn tell_end(
    delivered: &Result<Delivered>,
    address: &str,
    metrics: &Metrics,
    config: Option<&Config>,
) {
    let seconds = std::time::Duration::from_millis(metrics.total_time_ms).as_secs_f64();
    match delivered {
        Ok(Delivered { size_bytes, .. }) => tracing::info!(
            "exported {} in {seconds:.1} s: {address} ({size_bytes} bytes); {}",
            count(metrics.entities_exported, "record", "records"),
            missing(metrics)
        ),
        Err(error) => {
            let root = config
                .map(|config| format!(" {}", config.root))
                .unwrap_or_default();
            tracing::error!("not exported{root}: {}", one_line(error));
        }
    }
}

fn missing(metrics: &Metrics) -> String {
    let parts = [
        (metrics.entities_failed, "entity failed", "entities failed"),
        (
            metrics.entities_incomplete,
            "record is incomplete",
            "records are incomplete",
        ),
        (
            metrics.components_failed,
            "component is lacking",
            "components are lacking",
        ),
        (
            metrics.entities_deleted,
            "entity was deleted",
            "entities were deleted",
        ),
        (
            metrics.entities_merged,
            "entity was merged",
            "entities were merged",
        ),
        (
            metrics.entities_beyond_max_depth,
            "entity lies below maxDepth",
            "entities lie below maxDepth",
        ),
    ];
    let parts: Vec<String> = parts
        .into_iter()
        .filter(|(number, ..)| *number > 0)
        .map(|(number, one, many)| count(number, one, many))
        .collect();
    if parts.is_empty() {
        "nothing is missing".to_owned()
    } else {
        parts.join(", ")
    }
}

fn count(number: u64, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}
