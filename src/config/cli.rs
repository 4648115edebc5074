//! What can be typed: one flag for each setting, with the environment variable of the same meaning.
//!
//! Everything is taken as it comes; [`crate::config::settings`] checks it, so that all problems of a job are told together.

#![expect(
    clippy::doc_markdown,
    rustdoc::bare_urls,
    reason = "the comments are the help that a person reads at a terminal"
)]

use std::ffi::OsString;

use clap::{Args, Parser};

/// Exports an entity of the Arke archive, or the whole tree under it, as MODS 3.8 XML.
///
/// As a worker it takes its job from the environment, stores the file in Cloudflare R2 and answers CALLBACK_URL. At a
/// terminal, --fixtures reads a tree from files and --output writes to a folder; neither needs an account.
#[derive(Debug, Default, Parser)]
#[command(version, after_help = SECRETS, max_term_width = 110, next_line_help = false)]
pub struct Cli {
    /// Name of the job, and of its folder [default: local-{PI} with --fixtures or --output]
    #[arg(
        long,
        env = "TASK_ID",
        help_heading = "Job",
        value_name = "ID",
        hide_env_values = true
    )]
    pub task_id: Option<OsString>,
    /// The entity to export [default: the root of the tree with --fixtures]
    #[arg(
        long,
        env = "PI",
        help_heading = "Job",
        value_name = "PI",
        hide_env_values = true
    )]
    pub pi: Option<OsString>,
    /// The options below as one JSON object, as in {"recursive":true,"maxDepth":3}
    #[arg(
        long,
        env = "EXPORT_OPTIONS",
        help_heading = "Job",
        value_name = "JSON",
        hide_env_values = true
    )]
    pub export_options: Option<OsString>,
    /// Format of the file; there is only mods [default: mods]
    #[arg(
        long,
        env = "EXPORT_FORMAT",
        help_heading = "Job",
        value_name = "FORMAT",
        hide_env_values = true
    )]
    pub export_format: Option<OsString>,
    /// Where the answer is POSTed; without it, the answer is printed on standard output
    #[arg(
        long,
        env = "CALLBACK_URL",
        help_heading = "Job",
        value_name = "URL",
        hide_env_values = true
    )]
    pub callback_url: Option<OsString>,
    /// Name of the batch, echoed in the answer [default: single]
    #[arg(
        long,
        env = "BATCH_ID",
        help_heading = "Job",
        value_name = "ID",
        hide_env_values = true
    )]
    pub batch_id: Option<OsString>,
    /// End the job with an error after this many seconds [default: off]
    #[arg(
        long,
        env = "DEADLINE_SECONDS",
        help_heading = "Job",
        value_name = "N",
        hide_env_values = true
    )]
    pub deadline_seconds: Option<OsString>,

    /// Export the whole tree under the entity [default: false; true if neither PI nor options are given]
    #[arg(long, help_heading = "Options", value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub recursive: Option<OsString>,
    /// Visit this many levels below the root, 0 to 1000 [default: 10]
    #[arg(long, help_heading = "Options", value_name = "N")]
    pub max_depth: Option<OsString>,
    /// Assemble this many entities at the same time, 1 to 64 [default: 10]
    #[arg(long, help_heading = "Options", value_name = "N")]
    pub parallel_batch_size: Option<OsString>,
    /// Put the OCR text of digitized files into the records [default: true]
    #[arg(long, help_heading = "Options", value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub include_ocr: Option<OsString>,
    /// Put this much of the knowledge graph into the records: full, minimal or skip [default: full]
    #[arg(long, help_heading = "Options", value_name = "MODE")]
    pub cheimarros_mode: Option<OsString>,

    /// Read the tree from this folder: entities/{PI} and ipfs/{CID}
    #[arg(long, help_heading = "Source", value_name = "DIR")]
    pub fixtures: Option<OsString>,
    /// The entity API [default: https://api.arke.institute]
    #[arg(
        long,
        env = "ARKE_API_URL",
        help_heading = "Source",
        value_name = "URL",
        hide_env_values = true
    )]
    pub arke_api_url: Option<OsString>,
    /// The gateway that components are fetched from [default: https://ipfs.arke.institute]
    #[arg(
        long,
        env = "IPFS_GATEWAY_URL",
        help_heading = "Source",
        value_name = "URL",
        hide_env_values = true
    )]
    pub ipfs_gateway_url: Option<OsString>,
    /// The gateway that stands in records [default: https://ipfs.arke.institute]
    #[arg(
        long,
        env = "IPFS_PUBLIC_URL",
        help_heading = "Source",
        value_name = "URL",
        hide_env_values = true
    )]
    pub ipfs_public_url: Option<OsString>,
    /// The site that stands in records [default: https://arke.institute]
    #[arg(
        long,
        env = "ARKE_SITE_URL",
        help_heading = "Source",
        value_name = "URL",
        hide_env_values = true
    )]
    pub arke_site_url: Option<OsString>,
    /// PEM file of certificate authorities trusted besides the built-in ones
    #[arg(
        long,
        env = "EXTRA_CA_FILE",
        help_heading = "Source",
        value_name = "FILE",
        hide_env_values = true
    )]
    pub extra_ca_file: Option<OsString>,
    /// Send at most this many requests a second to the archive [default: off]
    #[arg(
        long,
        env = "MAX_REQUESTS_PER_SECOND",
        help_heading = "Source",
        value_name = "N",
        hide_env_values = true
    )]
    pub max_requests_per_second: Option<OsString>,
    /// Have at most this many requests to the archive in flight, 1 to 100 [default: 64]
    #[arg(
        long,
        env = "MAX_REQUESTS_IN_FLIGHT",
        help_heading = "Source",
        value_name = "N",
        hide_env_values = true
    )]
    pub max_requests_in_flight: Option<OsString>,
    /// How long the archive is waited for.
    #[command(flatten)]
    pub timeouts: TimeoutFlags,

    /// Write to this folder, as exports/{TASK_ID}/..., and not to R2
    #[arg(long, help_heading = "Destination", value_name = "DIR")]
    pub output: Option<OsString>,
    /// The R2 account
    #[arg(
        long,
        env = "R2_ACCOUNT_ID",
        help_heading = "Destination",
        value_name = "ID",
        hide_env_values = true
    )]
    pub r2_account_id: Option<OsString>,
    /// The bucket [default: arke-exports]
    #[arg(
        long,
        env = "R2_BUCKET",
        help_heading = "Destination",
        value_name = "NAME",
        hide_env_values = true
    )]
    pub r2_bucket: Option<OsString>,
    /// Any S3-compatible server [default: https://{R2_ACCOUNT_ID}.r2.cloudflarestorage.com]
    #[arg(
        long,
        env = "R2_ENDPOINT",
        help_heading = "Destination",
        value_name = "URL",
        hide_env_values = true
    )]
    pub r2_endpoint: Option<OsString>,
}

/// The flags and variables.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Patience with the archive, in milliseconds")]
pub struct TimeoutFlags {
    /// For a connection [default: 5000]
    #[arg(long, env, value_name = "N", hide_env_values = true)]
    pub connect_timeout_ms: Option<OsString>,
    /// For the first byte of an answer of the API [default: 15000]
    #[arg(long, env, value_name = "N", hide_env_values = true)]
    pub api_timeout_ms: Option<OsString>,
    /// For the first byte of an answer of the gateway, which gives up itself after 30 s [default: 35000]
    #[arg(long, env, value_name = "N", hide_env_values = true)]
    pub gateway_timeout_ms: Option<OsString>,
    /// For the next piece of a body [default: 15000]
    #[arg(long, env, value_name = "N", hide_env_values = true)]
    pub idle_timeout_ms: Option<OsString>,
    /// For a whole answer [default: 120000]
    #[arg(long, env, value_name = "N", hide_env_values = true)]
    pub request_timeout_ms: Option<OsString>,
    /// Longest first wait before a request is sent again; later ones double up to a hundredfold [default: 100]
    #[arg(long, env, value_name = "N", hide_env_values = true)]
    pub retry_wait_ms: Option<OsString>,
    /// For any good answer, before the job ends as an error [default: 90000]
    #[arg(long, env, value_name = "N", hide_env_values = true)]
    pub silence_timeout_ms: Option<OsString>,
}

const SECRETS: &str = "\
Secrets come by environment only:
  R2_ACCESS_KEY_ID, R2_SECRET_ACCESS_KEY  keys with \"Object Read & Write\" on the bucket
  R2_SESSION_TOKEN                        for temporary keys
  CALLBACK_SECRET                         signs the callback (Standard Webhooks)

A flag wins over its variable, and the flags of the options win over EXPORT_OPTIONS. An empty variable counts as absent.

Exit code: 0 exported and delivered, 1 anything else, 2 the command line could not be understood.";

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_definition_holds_together() {
        Cli::command().debug_assert();
    }
}
