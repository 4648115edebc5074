//! Reads the settings, once: everything is checked before any request is made.

use std::path::Path;
use std::time::Duration;

use anyhow::anyhow;
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use serde_json::Value;

use crate::arke::Pi;
use crate::files;
use crate::job::{ExportOptions, TaskId};
use crate::panics::guard;
use crate::sanitize::{excerpt, one_line};

use super::cli::Cli;
use super::entity::Given;
use super::root::sole_root;
use super::setting::{Reader, Setting};
use super::{ArchiveConfig, CallbackConfig, Config, DestinationConfig, SourceConfig, Timeouts};

/// The most that is read of `EXTRA_CA_FILE`; all the authorities that browsers trust take 250 kB.
const PEM_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Reads the command line and the environment.
///
/// Returns where to call back, and the job, or all its problems in words. A signal is one of them, for a folder can be
/// long to read.
pub(crate) async fn read(
    cli: &Cli,
    stop: impl Future<Output = &'static str>,
) -> (CallbackConfig, Result<Config, Vec<String>>) {
    let mut reader = Reader::default();
    let callback = reader.callback(cli);
    // From here on it is known where to call back, and a bug is to be reported there, too.
    let job = tokio::select! {
        job = guard(reader.job(cli, callback.url.is_some())) => job,
        by = stop => Err(anyhow!("Cancelled by {by} while the settings were read")),
    };
    let job = job.unwrap_or_else(|error| {
        reader.problems.push(error.to_string());
        None
    });
    let config = match job {
        Some(config) if reader.problems.is_empty() => Ok(Config {
            warnings: reader.warnings,
            ..config
        }),
        _ => Err(reader.problems),
    };
    (callback, config)
}

impl Reader {
    fn callback(&mut self, cli: &Cli) -> CallbackConfig {
        let url = self.text(cli.job.callback_url.as_ref());
        CallbackConfig {
            // Echoed even where it is refused.
            task_id: self
                .lossy_text(cli.job.task_id.as_ref())
                .unwrap_or_default(),
            batch_id: self.text(cli.job.batch_id.as_ref()).unwrap_or_default(),
            url: url.and_then(|url| self.web_address("CALLBACK_URL", &url)),
            secret: self.secret("CALLBACK_SECRET"),
            extra_roots: self.extra_roots(cli.source.extra_ca_file.as_ref()),
            on_fly: self.variable("FLY_MACHINE_ID").is_some(),
        }
    }

    async fn job(&mut self, cli: &Cli, has_callback: bool) -> Option<Config> {
        let job = &cli.job;
        let format = self.text(job.export_format.as_ref());
        if let Some(format) = format.filter(|format| format != "mods") {
            let problem = format!("is {:?} (\"mods\" is expected)", excerpt(&format));
            self.problem("EXPORT_FORMAT", &problem);
        }
        let fixtures = self.path(cli.source.fixtures.as_ref());
        let output = self.path(cli.destination.output.as_ref());
        let pi = self.entity(cli);
        let whole_tree = fixtures.is_some() && pi.is_none();
        self.check_log(cli.person.log.as_ref());
        let is_nowhere = self.is_nowhere(cli);
        let is_local = fixtures.is_some() || output.is_some() || is_nowhere;
        if let Some(folder) = &fixtures {
            self.check_tree(folder).await;
        }
        let needs_network = fixtures.is_none() || output.is_none() || has_callback;
        let root = self.root(pi, fixtures.as_deref()).await;
        let options = self.options(cli, whole_tree);
        let local = is_local.then_some(if options.recursive { "" } else { "-single" });
        let task_id = self.task_id(job.task_id.as_ref(), root, local);
        let ipfs_public_url = self.base_address(cli.source.ipfs_public_url.as_ref(), &["ipfs"]);
        let site_url = self.base_address(cli.source.arke_site_url.as_ref(), &[]);
        let deadline = self.number(cli.pace.deadline_seconds.as_ref(), 1..=u32::MAX);
        self.switch(job.watched.as_ref());
        let in_flight = self.number(cli.pace.max_requests_in_flight.as_ref(), 1..=100);
        if needs_network {
            self.check_proxies();
        }
        let (machine, memory_mib) = self.machine();
        let timeouts = self.timeouts(&cli.timeouts);
        let archive = self.archive(cli, in_flight, timeouts);
        let source = match fixtures {
            Some(_) if cli.source.keep.is_some() => {
                let problem = "keeps what the archive answers, and with --fixtures none is asked (leave one of them out)";
                self.problem("--keep", problem);
                None
            }
            Some(folder) => Some(SourceConfig::Folder(folder)),
            None => archive.map(|archive| SourceConfig::Archive(Box::new(archive))),
        };
        let destination = match output {
            Some(folder) => Some(DestinationConfig::Folder(folder)),
            None if is_nowhere => None,
            None => self.bucket(&cli.destination).map(DestinationConfig::Bucket),
        };
        Some(Config {
            task_id: task_id?,
            root: root?,
            options,
            source: source?,
            destination: destination?,
            ipfs_public_url: ipfs_public_url?,
            site_url: site_url?,
            deadline: deadline.map(|seconds| Duration::from_secs(seconds.into())),
            requests_in_flight_max: in_flight?,
            memory_mib,
            machine,
            warnings: Vec::new(),
        })
    }

    /// Returns the machine for the log, and its memory, as Fly names them.
    fn machine(&mut self) -> (String, Option<usize>) {
        let names = ["FLY_MACHINE_ID", "FLY_REGION", "FLY_VM_MEMORY_MB"];
        let [machine, region, memory] = names.map(|name| self.variable(name));
        // What is no number bounds nothing.
        let memory_mib = memory.as_deref().and_then(|memory| memory.parse().ok());
        let shown =
            |value: Option<String>| excerpt(&one_line(&value.unwrap_or_else(|| "-".to_owned())));
        let [machine, region, memory] = [machine, region, memory].map(shown);
        let machine = format!("machine={machine} region={region} memory_mb={memory}");
        (machine, memory_mib)
    }

    async fn root(&mut self, given: Option<Given>, fixtures: Option<&Path>) -> Option<Pi> {
        let root = match (given, fixtures) {
            (Some(given), _) => given.read().map_err(|problem| ("PI", problem)),
            (None, Some(folder)) => sole_root(folder).await,
            (None, None) => Err(("PI", "is missing (name the entity to export)".to_owned())),
        };
        match root {
            Ok(root) if root.is_origin() => {
                self.problem("PI", &format!("is {root}, the origin of the whole archive"));
            }
            Ok(root) => return Some(root),
            Err((name, problem)) => self.problem(name, &problem),
        }
        None
    }

    /// Returns the name of the job; one that stays here is called after its root, with the suffix of `local`.
    fn task_id(
        &mut self,
        given: Option<&Setting>,
        root: Option<Pi>,
        local: Option<&str>,
    ) -> Option<TaskId> {
        let made = || Some(format!("local-{}{}", root?, local?));
        let Some(given) = self.lossy_text(given).or_else(made) else {
            if local.is_none() {
                self.problem("TASK_ID", "is missing (name the job)");
            }
            return None;
        };
        let task_id = TaskId::parse(&given);
        if let Err(expected) = task_id {
            let problem = format!("is {:?}: {expected}", excerpt(&given));
            self.problem("TASK_ID", &problem);
        }
        task_id.ok()
    }

    fn options(&mut self, cli: &Cli, whole_tree: bool) -> ExportOptions {
        let flags = &cli.options;
        let json = self.text(cli.job.export_options.as_ref());
        let mut options = match &json {
            Some(json) => ExportOptions::read(json, &mut self.warnings, &mut self.problems),
            None => ExportOptions {
                recursive: whole_tree,
                ..ExportOptions::default()
            },
        };
        let flags = [
            ("recursive", &flags.recursive),
            ("maxDepth", &flags.max_depth),
            ("parallelBatchSize", &cli.pace.parallel_batch_size),
            ("includeOcr", &flags.include_ocr),
            ("cheimarrosMode", &flags.cheimarros_mode),
            ("since", &flags.since),
        ];
        for (key, flag) in flags {
            let Some(text) = self.text(flag.as_ref()) else {
                continue;
            };
            // A flag is a word: a number or a truth value where it reads as one, and the option can be one.
            let value = serde_json::from_str(&text).ok();
            let value = value.filter(|value: &Value| !value.is_null() && key != "since");
            let value = value.unwrap_or(Value::String(text));
            options
                .set(key, &value, &mut self.warnings)
                .unwrap_or_else(|problem| self.problems.push(problem));
        }
        options
    }

    fn archive(
        &mut self,
        cli: &Cli,
        requests_in_flight_max: Option<u32>,
        timeouts: Timeouts,
    ) -> Option<ArchiveConfig> {
        let flags = &cli.source;
        let api_url = self.base_url(flags.arke_api_url.as_ref(), &["entities", "cat"]);
        let gateway_url = self.base_url(flags.ipfs_gateway_url.as_ref(), &["ipfs"]);
        let rate = self.number(cli.pace.max_requests_per_second.as_ref(), 1..=1_000_000);
        let keep = self.path(flags.keep.as_ref());
        Some(ArchiveConfig {
            api_url: api_url?,
            gateway_url: gateway_url?,
            keep,
            requests_per_second_max: rate,
            requests_in_flight_max: requests_in_flight_max?,
            timeouts,
        })
    }

    fn extra_roots(&mut self, file: Option<&Setting>) -> RootCertStore {
        let Some(file) = self.path(file) else {
            return RootCertStore::empty();
        };
        let problem = match read_roots(&file) {
            Ok(roots) if roots.is_empty() => "holds no certificate in PEM".to_owned(),
            Ok(roots) => return roots,
            Err(error) => format!("cannot be read: {error:#}"),
        };
        let name = format!("EXTRA_CA_FILE {}", file.display());
        self.problem(&name, &problem);
        RootCertStore::empty()
    }
}

/// Reads certificates and makes sure that each can be trusted.
fn read_roots(file: &Path) -> anyhow::Result<RootCertStore> {
    let mut roots = RootCertStore::empty();
    let pem = files::read(file, PEM_BYTES_MAX)?;
    for root in CertificateDer::pem_slice_iter(&pem) {
        roots.add(root?)?;
    }
    Ok(roots)
}
