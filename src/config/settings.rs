//! Reads the command line and the environment, once, and checks everything before any request is made.

use std::ffi::{OsStr, OsString};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use serde_json::Value;

use super::cli::Cli;
use super::setting::Reader;
use crate::arke::Pi;
use crate::config::{CallbackConfig, Config};
use crate::job::{ExportOptions, PANICKED, TaskId};

use super::root::sole_root;
use crate::sanitize::{excerpt, one_line};

/// Requests to the archive in flight at the same time, unless it is set.
const IN_FLIGHT_DEFAULT: u32 = 64;

/// Reads the command line and the environment.
///
/// Returns where to answer, and the job, or all its problems in words.
pub(crate) fn read(cli: Cli) -> (CallbackConfig, Result<Config, Vec<String>>) {
    let mut reader = Reader::default();
    let answer = reader.answer(&cli);
    // Where to answer is known from here on, and has to be told of a bug, too.
    let config = catch_unwind(AssertUnwindSafe(|| reader.job(cli))).unwrap_or_else(|_| {
        reader.problems.push(PANICKED.to_owned());
        None
    });
    let config = match config {
        Some(config) if reader.problems.is_empty() => Ok(Config {
            warnings: reader.warnings,
            ..config
        }),
        _ => Err(reader.problems),
    };
    (answer, config)
}

impl Reader {
    fn answer(&mut self, cli: &Cli) -> CallbackConfig {
        let url = self.text("CALLBACK_URL", cli.callback_url.clone());
        CallbackConfig {
            // Echoed even where it is refused.
            task_id: lossy(cli.task_id.as_deref()).unwrap_or_default(),
            batch_id: self
                .text("BATCH_ID", cli.batch_id.clone())
                .unwrap_or_else(|| "single".to_owned()),
            url: url.and_then(|url| self.web_address("CALLBACK_URL", &url)),
            secret: self.secret("CALLBACK_SECRET"),
            extra_roots: self.extra_roots(cli.extra_ca_file.clone()),
            on_fly: self.variable("FLY_MACHINE_ID").is_some(),
        }
    }

    fn job(&mut self, cli: Cli) -> Option<Config> {
        if let Some(format) = self.text("EXPORT_FORMAT", cli.export_format.clone())
            && format != "mods"
        {
            self.problems.push(format!(
                "EXPORT_FORMAT is {:?} (\"mods\" is expected)",
                excerpt(&format)
            ));
        }
        let fixtures = self.path("--fixtures", cli.fixtures.clone());
        let output = self.path("--output", cli.output.clone());
        let given_pi = lossy(cli.pi.as_deref());
        let root = self.root(given_pi.as_deref(), fixtures.as_ref());
        let task_id = lossy(cli.task_id.as_deref());
        let task_id = self.task_id(task_id, root, fixtures.is_some() || output.is_some());
        let whole_tree = fixtures.is_some() && given_pi.is_none();
        let options = self.options(&cli, whole_tree);
        let ipfs_public_url = self.address(
            "IPFS_PUBLIC_URL",
            cli.ipfs_public_url.clone(),
            "https://ipfs.arke.institute",
        );
        let site_url = self.address(
            "ARKE_SITE_URL",
            cli.arke_site_url.clone(),
            "https://arke.institute",
        );
        let deadline = self.number(
            "DEADLINE_SECONDS",
            cli.deadline_seconds.clone(),
            1..=u32::MAX,
        );
        let in_flight = self.number(
            "MAX_REQUESTS_IN_FLIGHT",
            cli.max_requests_in_flight.clone(),
            1..=100,
        );
        let in_flight = in_flight.unwrap_or(IN_FLIGHT_DEFAULT);
        let (machine, memory_mib) = self.machine();
        let source = self.source(&cli, fixtures, in_flight);
        let destination = self.destination(cli, output);
        Some(Config {
            task_id: task_id?,
            root: root?,
            options,
            source: source?,
            destination: destination?,
            ipfs_public_url: ipfs_public_url?,
            site_url: site_url?,
            deadline: deadline.map(|seconds| Duration::from_secs(seconds.into())),
            requests_in_flight_max: in_flight as usize,
            memory_mib,
            machine,
            warnings: Vec::new(),
        })
    }

    /// Returns the machine for the log, and its memory, as Fly names them.
    fn machine(&mut self) -> (String, Option<usize>) {
        let [machine, region, memory] =
            ["FLY_MACHINE_ID", "FLY_REGION", "FLY_VM_MEMORY_MB"].map(|name| self.variable(name));
        // What is no number bounds nothing.
        let memory_mib = memory.as_deref().and_then(|memory| memory.parse().ok());
        let shown = |value: Option<String>| {
            value.map_or_else(|| "-".to_owned(), |value| excerpt(&one_line(&value)))
        };
        let machine = format!(
            "machine={} region={} memory_mb={}",
            shown(machine),
            shown(region),
            shown(memory)
        );
        (machine, memory_mib)
    }

    fn root(&mut self, given: Option<&str>, fixtures: Option<&PathBuf>) -> Option<Pi> {
        let root = match (given, fixtures) {
            (Some(given), _) => given
                .parse()
                .map_err(|error| format!("PI is {:?}: {error}", excerpt(given))),
            (None, Some(folder)) => sole_root(folder),
            (None, None) => Err("PI is missing (name the entity to export)".to_owned()),
        };
        let root = root.and_then(|root: Pi| {
            if root.is_origin() {
                Err(format!("PI is {root}, the origin of the whole archive"))
            } else {
                Ok(root)
            }
        });
        root.map_err(|problem| self.problems.push(problem)).ok()
    }

    fn task_id(&mut self, given: Option<String>, root: Option<Pi>, local: bool) -> Option<TaskId> {
        let Some(given) =
            given.or_else(|| root.filter(|_| local).map(|root| format!("local-{root}")))
        else {
            if !local {
                self.problems
                    .push("TASK_ID is missing (name the job)".to_owned());
            }
            return None;
        };
        let task_id = TaskId::from_str(&given);
        task_id
            .map_err(|error| {
                self.problems
                    .push(format!("TASK_ID is {:?}: {error}", excerpt(&given)));
            })
            .ok()
    }

    fn options(&mut self, cli: &Cli, whole_tree: bool) -> ExportOptions {
        let json = self.text("EXPORT_OPTIONS", cli.export_options.clone());
        let mut options = match &json {
            Some(json) => ExportOptions::read(json, &mut self.warnings, &mut self.problems),
            None => ExportOptions {
                recursive: whole_tree,
                ..ExportOptions::default()
            },
        };
        let flags = [
            ("recursive", &cli.recursive),
            ("maxDepth", &cli.max_depth),
            ("parallelBatchSize", &cli.parallel_batch_size),
            ("includeOcr", &cli.include_ocr),
            ("cheimarrosMode", &cli.cheimarros_mode),
        ];
        for (key, flag) in flags {
            let Some(text) = self.text(key, flag.clone()) else {
                continue;
            };
            // A flag is a word: a number or a truth value where it reads as one.
            let value = serde_json::from_str(&text)
                .ok()
                .filter(|value: &Value| !value.is_null());
            let value = value.unwrap_or(Value::String(text));
            options
                .set(key, &value, &mut self.warnings)
                .unwrap_or_else(|problem| self.problems.push(problem));
        }
        options
    }

    fn extra_roots(&mut self, file: Option<OsString>) -> RootCertStore {
        let Some(file) = self.path("EXTRA_CA_FILE", file) else {
            return RootCertStore::empty();
        };
        let problem = match read_roots(&file) {
            Ok(roots) if roots.is_empty() => "holds no certificate in PEM".to_owned(),
            Ok(roots) => return roots,
            Err(error) => format!("cannot be read: {error:#}"),
        };
        self.problems
            .push(format!("EXTRA_CA_FILE {} {problem}", file.display()));
        RootCertStore::empty()
    }
}

/// Reads certificates and makes sure that each can be trusted.
fn read_roots(file: &Path) -> anyhow::Result<RootCertStore> {
    let mut roots = RootCertStore::empty();
    for root in CertificateDer::pem_file_iter(file)? {
        roots.add(root?)?;
    }
    Ok(roots)
}

/// Returns a setting that is checked by its form anyway, so that invalid UTF-8 is one problem and not two.
fn lossy(value: Option<&OsStr>) -> Option<String> {
    value
        .filter(|value| !value.is_empty())
        .map(|value| value.to_string_lossy().into_owned())
}
