//! The body of the callback.
//!
//! The orchestrator stores `metrics` whole and drops every other field it does not know, so what is added goes there.

use serde::{Deserialize, Serialize};

use super::metrics::Metrics;

/// The body of the callback: how a job ended, and what was done.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct CallbackBody {
    /// Name of the job, as it was given.
    pub task_id: String,
    /// Name of the batch.
    pub batch_id: String,
    /// `success` and the file, or `error` and why there is none.
    #[serde(flatten)]
    pub outcome: JobOutcome,
    /// What was done.
    pub metrics: Metrics,
}

/// How a job ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub(crate) enum JobOutcome {
    /// The file is delivered.
    Success(OutputFile),
    /// There is no file.
    Error {
        /// One line: what failed, on what, why.
        error: String,
    },
}

/// A file at its destination.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub(crate) struct OutputFile {
    /// Key of the file in the bucket.
    #[serde(rename = "output_r2_key")]
    pub key: String,
    /// Last part of the key.
    #[serde(rename = "output_file_name")]
    pub file_name: String,
    /// Exact size of the file in bytes; the download names it as its length.
    #[serde(rename = "output_file_size")]
    pub size_bytes: u64,
}
