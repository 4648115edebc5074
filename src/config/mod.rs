//! Configuration of a job: its settings, read from the command line and the environment, and checked.

mod address;
mod bucket;
mod cli;
mod entity;
mod load;
mod logging;
mod root;
mod setting;
mod timeouts;

use std::path::PathBuf;
use std::time::Duration;

use rustls::RootCertStore;
use secrecy::SecretString;
use url::Url;

use crate::arke::Pi;
use crate::job::{ExportOptions, TaskId};

pub use cli::Cli;
pub(crate) use load::read;
pub(crate) use timeouts::Timeouts;

/// The settings of a job, checked.
#[derive(Debug)]
pub(crate) struct Config {
    /// Name of the job.
    pub task_id: TaskId,
    /// The entity to export.
    pub root: Pi,
    /// What to export of it.
    pub options: ExportOptions,
    /// Where entities come from.
    pub source: SourceConfig,
    /// Where the file goes.
    pub destination: DestinationConfig,
    /// Address of the gateway in records, without a slash at its end.
    pub ipfs_public_url: String,
    /// Address of the site in records, without a slash at its end.
    pub site_url: String,
    /// How long the job may take.
    pub deadline: Option<Duration>,
    /// Requests to the archive at the same time, all hosts together.
    pub requests_in_flight_max: u32,
    /// Memory of the machine in MiB, if it is known.
    pub memory_mib: Option<usize>,
    /// The machine, for the log, as Fly names it.
    pub machine: String,
    /// What was ignored, in words.
    pub warnings: Vec<String>,
}

/// Where entities come from.
#[derive(Debug)]
pub(crate) enum SourceConfig {
    /// The entity API and the gateway.
    Archive(Box<ArchiveConfig>),
    /// A folder with `entities/{PI}` and `ipfs/{CID}`.
    Folder(PathBuf),
}

/// The archive, and how it is to be asked.
#[derive(Debug)]
pub(crate) struct ArchiveConfig {
    /// Address of the API, with a slash at its end.
    pub api_url: Url,
    /// Address of the gateway, with a slash at its end.
    pub gateway_url: Url,
    /// The folder that answers are kept in, if there is one.
    pub keep: Option<PathBuf>,
    /// Requests a second, at the most.
    pub requests_per_second_max: Option<u32>,
    /// Requests to one host at the same time: [`Config::requests_in_flight_max`] again, because no host can get more
    /// than all together. The gateway allows 100 connections an address.
    pub requests_in_flight_max: u32,
    /// How long the archive is waited for.
    pub timeouts: Timeouts,
}

/// Where the file goes.
#[derive(Debug)]
pub(crate) enum DestinationConfig {
    /// A bucket of R2 or of another S3-compatible server.
    Bucket(BucketConfig),
    /// A folder, with the bucket's keys as paths.
    Folder(PathBuf),
}

/// A bucket and the right to write to it.
#[derive(Clone, Debug)]
pub(crate) struct BucketConfig {
    /// Address of the server, with a slash at its end: the SDK puts the bucket behind it.
    pub endpoint: Url,
    /// Name of the bucket.
    pub bucket: String,
    /// `R2_ACCESS_KEY_ID`.
    pub access_key_id: SecretString,
    /// `R2_SECRET_ACCESS_KEY`.
    pub secret_access_key: SecretString,
    /// `R2_SESSION_TOKEN`.
    pub session_token: Option<SecretString>,
}

/// Where and as whom to call back. Known even where the rest of the job is not.
#[derive(Debug)]
pub(crate) struct CallbackConfig {
    /// `TASK_ID` as it was given.
    pub task_id: String,
    /// Name of the batch.
    pub batch_id: String,
    /// Where to POST; `None`: print.
    pub url: Option<Url>,
    /// Signs the request.
    pub secret: Option<SecretString>,
    /// Certificate authorities trusted besides the built-in ones, for this and all other requests.
    pub extra_roots: RootCertStore,
    /// Whether this is a Fly machine.
    pub on_fly: bool,
}
