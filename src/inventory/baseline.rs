//! The earlier export that this one is compared with: found, checked, and read twice.

use anyhow::{Context as _, Result, anyhow, bail, ensure};
use bytes::Bytes;
use data_encoding::HEXLOWER;
use ring::digest::{Context as Sha256, SHA256};
use serde::Deserialize;
use serde_json::Value;

use crate::config::{Config, DestinationConfig};
use crate::destination::{Destination, Stored};
use crate::job::{BesideFile, ComparedWith, REPORT_FILE_NAME, TaskId};
use crate::sanitize::{excerpt, one_line};

use super::comparison::Comparison;
use super::reading::{EarlierRow, Rows};

/// The options that bear on what is in the file.
const OPTIONS: [&str; 4] = ["recursive", "maxDepth", "includeOcr", "cheimarrosMode"];
/// What begins the rows of a report, behind its head.
const ROWS: &[u8] = b",\n  \"rows\": [";
/// The shortest row of an inventory, in bytes: what it says of its length is not believed beyond that.
const ROW_BYTES_MIN: u64 = 40;

/// An earlier export.
pub(super) struct Baseline {
    /// What is said of it.
    pub(super) compared: ComparedWith,
    inventory: Stored,
    sha256: String,
}

/// The head of its report, as much as is read of it.
#[derive(Deserialize)]
struct Head {
    pi: String,
    worker_version: String,
    started_at: Option<String>,
    options: Value,
    records_csv: Option<BesideFile>,
}

/// Finds and reads the export to compare with: the one that `since` names, or the one that is about to be replaced in a
/// folder.
///
/// # Errors
///
/// Says why the one that was asked for cannot be compared with.
pub(super) async fn find(
    config: &Config,
    destination: &Destination<'_>,
) -> Result<Option<(Baseline, Comparison)>> {
    let asked_for = config.options.since.as_ref();
    let in_folder = matches!(config.destination, DestinationConfig::Folder(_));
    if asked_for.is_none() && !in_folder {
        return Ok(None);
    }
    let task_id = asked_for.unwrap_or(&config.task_id);
    let address = destination.address(&task_id.key(REPORT_FILE_NAME));
    match (read(config, destination, task_id).await, asked_for) {
        (Ok(None), Some(task_id)) => {
            bail!("there is no export {task_id} (since): nothing is at {address}")
        }
        (Ok(found), _) => Ok(found),
        (Err(error), Some(task_id)) => Err(anyhow!(
            "the export {task_id} (since) cannot be compared with: {error:#}"
        )),
        (Err(error), None) => {
            tracing::warn!(
                "not compared with the export that stands there ({address}): {}",
                one_line(&format!("{error:#}"))
            );
            Ok(None)
        }
    }
}

/// Reads the export of a name, if there is one.
async fn read(
    config: &Config,
    destination: &Destination<'_>,
    task_id: &TaskId,
) -> Result<Option<(Baseline, Comparison)>> {
    let report = destination.open(&task_id.key(REPORT_FILE_NAME)).await?;
    let Some(report) = report else {
        return Ok(None);
    };
    let head = read_head(&report).await?;
    let key = |name: &str| task_id.key(name);
    let (inventory, file) = open_inventory(config, destination, &head, key).await?;
    let other_options = other_options(config, &head.options);
    let compared = ComparedWith {
        task_id: task_id.to_string(),
        stood_here: *task_id == config.task_id,
        started_at: head.started_at,
        worker_version: excerpt(&one_line(&head.worker_version)),
        same_options: other_options.is_empty(),
        other_options,
        ..ComparedWith::default()
    };
    let baseline = Baseline {
        compared,
        inventory,
        sha256: file.sha256,
    };
    let rows_max = baseline.inventory.size_bytes() / ROW_BYTES_MIN;
    let rows = usize::try_from(file.records.min(rows_max)).unwrap_or_default();
    let mut comparison = Comparison::with_capacity(rows);
    baseline.read(|row| comparison.add(row)).await?;
    comparison.end_rows();
    Ok(Some((baseline, comparison)))
}

/// Reads what stands before the rows of a report.
async fn read_head(report: &Stored) -> Result<Head> {
    let start = report.read(0).await?;
    let rows = memchr::memmem::find(&start, ROWS);
    let rows = rows.context("its report.json is damaged: it has no rows")?;
    let head = [&start[..rows], b"}"].concat();
    serde_json::from_slice(&head).context("its report.json is damaged")
}

/// Opens the inventory that a report names.
async fn open_inventory(
    config: &Config,
    destination: &Destination<'_>,
    head: &Head,
    key: impl Fn(&str) -> String,
) -> Result<(Stored, BesideFile)> {
    let kind = |recursive| {
        if recursive {
            "the whole tree"
        } else {
            "the entity alone"
        }
    };
    let recursive = head.options["recursive"].as_bool().unwrap_or_default();
    let root = config.root.to_string();
    ensure!(
        head.pi == root,
        "it is of {}, this one of {root}",
        excerpt(&one_line(&head.pi))
    );
    ensure!(
        recursive == config.options.recursive,
        "it is of {}, this one of {}",
        kind(recursive),
        kind(!recursive)
    );
    let file = head.records_csv.as_ref();
    let file = file.context(
        "its report.json names no records.csv, which it could not store or did not know yet",
    )?;
    let inventory = destination.open(&key(&file.file_name)).await?;
    let inventory = inventory.context("its records.csv is not there")?;
    ensure!(
        inventory.size_bytes() == file.size_bytes,
        "its records.csv is damaged: {} bytes where its report.json says {}",
        inventory.size_bytes(),
        file.size_bytes
    );
    Ok((inventory, file.clone()))
}

/// Names the options that bear on the file and are not what they were.
fn other_options(config: &Config, earlier: &Value) -> Vec<String> {
    let ours = serde_json::to_value(&config.options).unwrap_or_default();
    let said = |value: &Value| match value {
        Value::String(text) => excerpt(&one_line(text)),
        other => excerpt(&other.to_string()),
    };
    let others = OPTIONS
        .iter()
        .filter(|name| ours[**name] != earlier[**name]);
    let others = others.map(|name| {
        format!(
            "{name} {}, now {}",
            said(&earlier[*name]),
            said(&ours[*name])
        )
    });
    others.collect()
}

impl Baseline {
    /// Reads the inventory from its start to its end.
    ///
    /// # Errors
    ///
    /// Says why it cannot be read, or that it is another one than the report names.
    pub(super) async fn read(&self, mut take: impl FnMut(EarlierRow<'_>)) -> Result<()> {
        let mut rows = Rows::new();
        let mut sha256 = Sha256::new(&SHA256);
        let mut at = 0;
        while let Some(bytes) = self.piece(at).await? {
            sha256.update(&bytes);
            let read = rows.read(&bytes, &mut take);
            read.map_err(|problem| anyhow!("its records.csv is damaged: {problem}"))?;
            at += bytes.len() as u64;
        }
        let sha256 = HEXLOWER.encode(sha256.finish().as_ref());
        ensure!(
            sha256 == self.sha256,
            "its records.csv is damaged: it has not the SHA-256 that its report.json names"
        );
        Ok(())
    }

    /// Reads the piece of the inventory that starts at a byte; `None` behind its end.
    ///
    /// # Errors
    ///
    /// Says why it cannot be read.
    pub(super) async fn piece(&self, at: u64) -> Result<Option<Bytes>> {
        let read = self.inventory.read(at).await;
        let bytes = read.context("its records.csv cannot be read")?;
        Ok(Some(bytes).filter(|bytes| !bytes.is_empty()))
    }
}
