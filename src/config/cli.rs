//! The command line: one flag for each setting, with the environment variable of the same meaning.
//!
//! Everything is taken as it comes; [`read`](super::read) checks it, so that all problems of a job are reported
//! together.

#![expect(
    clippy::doc_markdown,
    reason = "the comments are the help that a person reads at a terminal"
)]

use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, Args, CommandFactory as _, FromArgMatches as _, Parser};

use crate::{log, version};

use super::setting::Setting;

/// Exports an entity of the Arke archive, or the whole tree under it, as MODS 3.8 XML.
#[derive(Debug, Parser)]
#[command(version = version::text(), before_help = EXAMPLES, after_help = NO_FLAGS, max_term_width = 110)]
#[command(help_template = HELP, next_line_help = false)]
pub struct Cli {
    #[command(flatten)]
    pub(super) person: PersonFlags,
    #[command(flatten)]
    pub(super) options: OptionFlags,
    #[command(flatten)]
    pub(super) source: SourceFlags,
    #[command(flatten)]
    pub(super) destination: DestinationFlags,
    #[command(flatten)]
    pub(super) job: JobFlags,
    #[command(flatten)]
    pub(super) pace: PaceFlags,
    #[command(flatten)]
    pub(super) timeouts: TimeoutFlags,
}

impl Cli {
    /// Reads the command line and the environment; ends the process where the command line is malformed.
    pub fn read() -> Self {
        // The help says which variables there are, and not what stands in them.
        let command = Self::command().mut_args(|argument| argument.hide_env_values(true));
        let matches = command.try_get_matches();
        let cli = matches.and_then(|matches| Self::from_arg_matches(&matches));
        cli.unwrap_or_else(|error| with_tip(error).exit())
    }

    /// Returns what a person is told who has typed nothing and set nothing; `None` where there is a job.
    pub fn missing_job(&self) -> Option<String> {
        let job = &self.job;
        let settings = [
            &job.task_id,
            &job.pi,
            &job.export_options,
            &job.callback_url,
        ];
        let is_set =
            |setting: &&Option<Setting>| setting.as_ref().and_then(Setting::typed).is_some();
        let is_missing = std::env::args_os().len() <= 1 && !settings.iter().any(is_set);
        is_missing.then(|| {
            let about = Self::command().get_about().map(ToString::to_string);
            let about = about.unwrap_or_default();
            let about = log::wrapped(&format!("{}.", about.trim_end_matches('.')));
            format!("{about}\n{EXAMPLES}\n{}", log::wrapped(MISSING))
        })
    }

    /// Tells whether somebody waits for a callback and the job is to be watched for them.
    pub(crate) fn is_watched(&self) -> bool {
        let [url, watched] = [&self.job.callback_url, &self.job.watched]
            .map(|setting| setting.as_ref().and_then(Setting::typed));
        // What is neither true nor false is a problem of the job, and that is watched.
        url.is_some() && watched != Some("false")
    }
}

/// The heading of what a person needs, wherever it belongs; in the order that each says.
const EXPORT: &str = "Export";

/// What only a person at a terminal types.
#[derive(Debug, Args)]
#[command(next_help_heading = EXPORT)]
pub(super) struct PersonFlags {
    /// The entity to export: its PI, or the address of its page; with --fixtures the one that no other lists
    #[arg(value_name = "PI", display_order = 1)]
    pub(super) entity: Option<Setting>,
    /// Write nothing but errors and the last line
    #[arg(long, short, display_order = 8)]
    pub(super) quiet: bool,
    /// Write the log as text or json, with these levels, or both: json,debug [default: json on Fly; levels: RUST_LOG]
    #[arg(long, value_name = "FORMAT", display_order = 9)]
    pub(super) log: Option<Setting>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Job, as an orchestrator gives it")]
pub(super) struct JobFlags {
    /// Name of the job, and of its folder; with --fixtures or --output local-{PI}, or local-{PI}-single for one entity
    #[arg(long, env, value_name = "ID")]
    pub(super) task_id: Option<Setting>,
    /// The entity to export
    #[arg(long, env, value_name = "PI")]
    pub(super) pi: Option<Setting>,
    /// The options as one JSON object, as in {"recursive":true,"maxDepth":3}
    #[arg(long, env, value_name = "JSON")]
    pub(super) export_options: Option<Setting>,
    /// Format of the file; there is only one
    #[arg(long, env, value_name = "FORMAT", default_value = "mods")]
    pub(super) export_format: Option<Setting>,
    /// Where the callback is POSTed; without it, its body is printed on standard output
    #[arg(long, env, value_name = "URL")]
    pub(super) callback_url: Option<Setting>,
    /// Name of the batch, echoed in the callback
    #[arg(long, env, value_name = "ID", default_value = "single")]
    pub(super) batch_id: Option<Setting>,
    /// Have the job done by a process of its own, and answer for it if it is killed; only with CALLBACK_URL
    #[arg(long, env, value_name = "BOOL", default_value = "true", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub(super) watched: Option<Setting>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "What goes into the records")]
pub(super) struct OptionFlags {
    /// Export the whole tree under the entity [default: false; true if neither PI nor EXPORT_OPTIONS is given]
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true", help_heading = EXPORT, display_order = 2)]
    pub(super) recursive: Option<Setting>,
    /// Visit this many levels below the root, 0 to 1000 [default: 10]
    #[arg(long, value_name = "N", allow_negative_numbers = true, help_heading = EXPORT, display_order = 3)]
    pub(super) max_depth: Option<Setting>,
    /// Put the OCR text of digitized files into the records [default: true]
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub(super) include_ocr: Option<Setting>,
    /// Put this much of the knowledge graph into the records: full, minimal or skip [default: full]
    #[arg(long, value_name = "MODE")]
    pub(super) cheimarros_mode: Option<Setting>,
    /// Compare with this earlier export at the same destination; in a folder, with the one that is replaced
    #[arg(long, value_name = "TASK_ID", help_heading = EXPORT, display_order = 7)]
    pub(super) since: Option<Setting>,
}

#[rustfmt::skip]
#[derive(Debug, Args)]
#[command(next_help_heading = "Archive")]
pub(super) struct SourceFlags {
    /// Read the tree from this folder: entities/{PI} and ipfs/{CID}
    #[arg(long, value_name = "DIR", help_heading = EXPORT, display_order = 5)]
    pub(super) fixtures: Option<Setting>,
    /// Keep what the archive answers in this folder, as --fixtures reads it, and fetch no component twice
    #[arg(long, value_name = "DIR", help_heading = EXPORT, display_order = 6)]
    pub(super) keep: Option<Setting>,
    /// The entity API; /entities and /cat are added to it
    #[arg(long, env, value_name = "URL", default_value = "https://api.arke.institute")]
    pub(super) arke_api_url: Option<Setting>,
    /// The gateway that components are fetched from; /ipfs is added to it
    #[arg(long, env, value_name = "URL", default_value = "https://ipfs.arke.institute")]
    pub(super) ipfs_gateway_url: Option<Setting>,
    /// The gateway that stands in records; /ipfs is added to it
    #[arg(long, env, value_name = "URL", default_value = "https://ipfs.arke.institute")]
    pub(super) ipfs_public_url: Option<Setting>,
    /// The site that stands in records
    #[arg(long, env, value_name = "URL", default_value = "https://arke.institute")]
    pub(super) arke_site_url: Option<Setting>,
    /// PEM file of certificate authorities trusted besides the built-in ones, by every request
    #[arg(long, env, value_name = "FILE")]
    pub(super) extra_ca_file: Option<Setting>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Bucket")]
pub(super) struct DestinationFlags {
    /// Write to this folder, as exports/{TASK_ID}/..., and not to R2
    #[arg(long, value_name = "DIR", help_heading = EXPORT, display_order = 4)]
    pub(super) output: Option<Setting>,
    /// The R2 account
    #[arg(long, env, value_name = "ID")]
    pub(super) r2_account_id: Option<Setting>,
    /// The bucket
    #[arg(long, env, value_name = "NAME", default_value = "arke-exports")]
    pub(super) r2_bucket: Option<Setting>,
    /// Any S3-compatible server, without the bucket; https://{R2_ACCOUNT_ID}.r2.cloudflarestorage.com
    #[arg(long, env, value_name = "URL")]
    pub(super) r2_endpoint: Option<Setting>,
}

/// What keeps a job to a pace; few need it.
#[derive(Debug, Args)]
#[command(next_help_heading = "Pace")]
pub(super) struct PaceFlags {
    /// Assemble this many entities at the same time, 1 to 64 [default: 10]
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub(super) parallel_batch_size: Option<Setting>,
    /// Send at most this many requests a second to the archive; off
    #[arg(long, env, value_name = "N")]
    pub(super) max_requests_per_second: Option<Setting>,
    /// Have at most this many requests to the archive at the same time, all hosts together, 1 to 100
    #[arg(long, env, value_name = "N", default_value = "64")]
    pub(super) max_requests_in_flight: Option<Setting>,
    /// End the job with an error this long after its start; off
    #[arg(long, env, value_name = "N")]
    pub(super) deadline_seconds: Option<Setting>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Timeouts of the archive, in milliseconds")]
pub(super) struct TimeoutFlags {
    /// For a connection
    #[arg(long, env, value_name = "N", default_value = "5000")]
    pub(super) connect_timeout_ms: Option<Setting>,
    /// For the first byte of an answer of the API
    #[arg(long, env, value_name = "N", default_value = "15000")]
    pub(super) api_timeout_ms: Option<Setting>,
    /// For the first byte of an answer of the gateway, which gives up itself after 30 s
    #[arg(long, env, value_name = "N", default_value = "35000")]
    pub(super) gateway_timeout_ms: Option<Setting>,
    /// For the next piece of a body
    #[arg(long, env, value_name = "N", default_value = "15000")]
    pub(super) idle_timeout_ms: Option<Setting>,
    /// For a whole answer
    #[arg(long, env, value_name = "N", default_value = "120000")]
    pub(super) request_timeout_ms: Option<Setting>,
    /// Longest first wait before a request is sent again; all other waits between requests grow with it
    #[arg(long, env, value_name = "N", default_value = "100")]
    pub(super) retry_wait_ms: Option<Setting>,
    /// For any good answer, before the job ends as an error
    #[arg(long, env, value_name = "N", default_value = "90000")]
    pub(super) silence_timeout_ms: Option<Setting>,
}

/// Says how a truth value is given to one who gave it as a word of its own.
fn with_tip(mut error: clap::Error) -> clap::Error {
    let mut words = std::env::args();
    let word = words.find(|word| matches!(word.as_str(), "true" | "false"));
    let is_unexpected = error.kind() == ErrorKind::UnknownArgument;
    let meant = word.filter(|_| is_unexpected);
    if let Some(meant) = meant.and_then(|word| value_of_switch(&word)) {
        let tip = format!("a value stands behind its flag and '=': '{meant}'");
        let tips = vec![StyledStr::from(tip)];
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(tips));
    }
    error
}

/// Returns a word with the flag that it stands behind, where that takes a value behind '=' alone and the word may be one.
pub(super) fn value_of_switch(word: &str) -> Option<String> {
    let words: Vec<_> = std::env::args_os().collect();
    let before = words.windows(2).find(|pair| pair[1] == word)?[0].to_str()?;
    let command = Cli::command();
    let mut switches = command
        .get_arguments()
        .filter(|flag| flag.is_require_equals_set());
    let is_its = |flag: &Arg| flag.get_long() == before.strip_prefix("--");
    let is_short = word.len() <= "false".len();
    (is_short && switches.any(is_its)).then(|| format!("{before}={word}"))
}

/// The order of the help: what to type first.
const HELP: &str = "{about}.\n\n{before-help}{usage-heading} {usage}\n\n{all-args}{after-help}";

/// What to type, for those who begin.
const EXAMPLES: &str = concat!(
    "  try it on files\n",
    "    arke-mods-export-worker --fixtures fixtures/clean --output out\n",
    "  export a collection\n",
    "    arke-mods-export-worker 01K9Z3K4GMDWTT0VQXYSPC9W6S --recursive --output out\n",
);

/// What a job needs.
const MISSING: &str = "Missing for a job: PI, TASK_ID, and where to write (--output DIR, or the R2_ settings). --help lists all.";

/// The settings that have no flag, for the end of the help.
pub(super) const NO_FLAGS: &str = "\
As a worker it takes its job from the environment, stores the file in Cloudflare R2 and POSTs a callback to CALLBACK_URL.
Where there is none, the callback is printed on standard output, if that is no terminal.

Secrets come by environment only:
  R2_ACCESS_KEY_ID, R2_SECRET_ACCESS_KEY  keys with \"Object Read & Write\" on the bucket
  R2_SESSION_TOKEN                        for temporary keys
  CALLBACK_SECRET                         signs the callback (Standard Webhooks)

Proxies too: HTTP_PROXY, HTTPS_PROXY, ALL_PROXY, NO_PROXY, for the archive, the bucket and the callback alike.

A flag wins over its variable, and the flags of the options win over EXPORT_OPTIONS. An empty variable counts as absent.

Exit code: 0 exported and delivered, 1 anything else, 2 the command line could not be understood.";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definition_holds_together() {
        Cli::command().debug_assert();
    }

    /// Returns the cells of the README's tables, but for their heads.
    fn readme_rows() -> Vec<Vec<String>> {
        let readme = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
        let readme = std::fs::read_to_string(readme).expect("the README");
        let rows = readme
            .lines()
            .filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |"));
        rows.map(|row| row.split(" | ").map(str::to_owned).collect())
            .collect()
    }

    #[test]
    fn the_readme_says_of_each_setting_what_the_command_line_says() {
        let rows = readme_rows();
        let command = Cli::command();
        let settings = command
            .get_arguments()
            .filter(|argument| argument.get_id() != "help");
        for argument in settings.filter(|argument| argument.get_id() != "version") {
            let name = match argument.get_env() {
                Some(variable) => format!("`{}`", variable.to_string_lossy()),
                None => format!("--{}", argument.get_long().unwrap_or_default()),
            };
            let row = rows
                .iter()
                .find(|row| row.iter().any(|cell| cell.contains(&name)));
            let row = row.unwrap_or_else(|| panic!("{name} is not in the README"));
            let default_cell = row.last().map_or("", String::as_str);
            for default in argument.get_default_values() {
                let default = format!("`{}`", default.to_string_lossy());
                assert!(
                    default_cell.contains(&default),
                    "{name}: {default} is not in {row:?}"
                );
            }
        }
    }

    #[test]
    fn the_readme_names_no_variable_that_there_is_not() {
        let help = Cli::command().render_long_help().to_string();
        let is_variable = |name: &&str| {
            let is_allowed = |byte: u8| byte.is_ascii_uppercase() || byte == b'_' || byte == b'2';
            name.bytes().all(is_allowed)
        };
        let rows = readme_rows();
        let cells = rows.iter().filter_map(|row| row.first());
        let names = cells.flat_map(|cell| cell.split('`').skip(1).step_by(2));
        let names: Vec<&str> = names.filter(is_variable).collect();
        assert!(names.len() > 20, "{names:?}");
        for name in names.iter().filter(|name| !name.starts_with("FLY_")) {
            assert!(help.contains(*name), "{name} is not in the help");
        }
    }
}
