//! Inventory: `records.csv`, a row for each entity found, held against an earlier export where there is one.
//!
//! It is written beside the file, in the same order and as it grows, so it takes a small buffer whatever its length. No
//! fault of it is a fault of the job.

mod baseline;
mod beside;
mod changes;
mod comparison;
mod former;
mod reading;
mod recording;
mod row;

use std::mem;

use anyhow::{Context as _, Result};
use csv::Writer;

use crate::config::Config;
use crate::destination::{Destination, Output, Written, within};
use crate::job::{BesideFile, ComparedWith, INVENTORY_FILE_NAME, NamedRecords, RecordChanges};
use crate::sanitize::one_line;
use crate::shutdown::Shutdown;

use baseline::Baseline;
use beside::Beside;
use changes::Ranges;
use comparison::{Comparison, Lost};

/// Content type of the inventory.
const CONTENT_TYPE: &str = "text/csv; charset=utf-8";
/// Content type of the changes.
const CHANGES_CONTENT_TYPE: &str = "application/xml";
/// How many bytes of rows wait to be written.
const BUFFER_BYTES: usize = 64 * 1024;

/// The inventory of an export on its way.
pub(crate) struct Inventory<'d> {
    destination: &'d Destination<'d>,
    /// The key of the file whose records it lists, and that of those which changed.
    key: String,
    changes_key: String,
    changes_name: String,
    output: Beside,
    csv: Writer<Vec<u8>>,
    rows: u64,
    written: Option<Written>,
    /// How long the file is so far.
    position: u64,
    max_depth: u32,
    compared: Option<(Baseline, Comparison)>,
    changes: Ranges,
    named: NamedRecords,
}

/// What stands beside the delivered file.
#[derive(Default)]
pub(crate) struct Delivered {
    /// The inventory, if it could be stored.
    pub records: Option<BesideFile>,
    /// The new and changed records, if there are any and they could be stored.
    pub changes: Option<BesideFile>,
    /// What is still to be aborted.
    pub undelivered: Vec<Output>,
}

impl<'d> Inventory<'d> {
    /// Begins the inventory of the file that goes to `key` and begins with so many bytes before its first record. Reads
    /// the export that it is held against.
    ///
    /// # Errors
    ///
    /// Says why the export that `since` names cannot be compared with.
    pub(crate) async fn begin(
        config: &Config,
        destination: &'d Destination<'d>,
        key: &str,
        head_bytes: usize,
    ) -> Result<Self> {
        let compared = baseline::find(config, destination).await?;
        if let Some((Baseline { compared, .. }, _)) = &compared
            && let Some(made) = compared.made()
        {
            let task_id = &compared.task_id;
            tracing::info!(
                "the export {task_id} was {made}: records that differ for that alone are called reworked"
            );
        }
        let changes_name = format!("{}-changes.xml", config.root);
        let inventory_key = config.task_id.key(INVENTORY_FILE_NAME);
        let output = Beside::begin(
            destination,
            INVENTORY_FILE_NAME,
            &inventory_key,
            CONTENT_TYPE,
        );
        Ok(Self {
            destination,
            key: key.to_owned(),
            changes_key: config.task_id.key(&changes_name),
            changes_name,
            output,
            csv: row::table(true),
            rows: 0,
            written: None,
            position: head_bytes as u64,
            max_depth: config.options.max_depth,
            compared,
            changes: Ranges::default(),
            named: NamedRecords::default(),
        })
    }

    /// Tells whether there are rows enough to be written.
    pub(crate) fn is_due(&self) -> bool {
        self.csv.get_ref().len() >= BUFFER_BYTES
    }

    /// Writes the rows that wait.
    pub(crate) async fn flush(&mut self) {
        let csv = mem::replace(&mut self.csv, row::table(false));
        let rows = csv.into_inner().expect("memory takes every byte");
        self.output.write(&rows).await;
    }

    /// Ends the inventory: with the rows that are no longer there, where it is held against an earlier one.
    pub(crate) async fn finish(&mut self) {
        if let Some((mut baseline, mut comparison)) = self.compared.take() {
            comparison.end();
            if !comparison.is_complete() {
                let read = self.add_missing(&baseline, &mut comparison).await;
                if let Err(error) = read
                    && comparison.give_up() > 0
                {
                    tracing::warn!(
                        "what is no longer there cannot be told from what was not seen, and has no rows in {}: {}",
                        INVENTORY_FILE_NAME,
                        one_line(&format!("{error:#}"))
                    );
                }
            }
            let compared = &mut baseline.compared;
            comparison.add_to(compared);
            tracing::info!(
                "compared with the export {}: {}",
                compared.task_id,
                compared.told()
            );
            self.compared = Some((baseline, comparison));
        }
        self.flush().await;
        self.written = self.output.finish().await;
    }

    /// Adds the rows of the earlier inventory that have no place in this one, and names what was lost.
    async fn add_missing(
        &mut self,
        baseline: &Baseline,
        comparison: &mut Comparison,
    ) -> Result<()> {
        let mut at = 0;
        let mut rows = reading::Rows::new();
        while let Some(bytes) = baseline.piece(at).await? {
            let read = rows.read(&bytes, |earlier| {
                let Some(Lost { change, has_row }) = comparison.reread(earlier) else {
                    return;
                };
                self.named.push(change, || row::named(earlier));
                if !has_row {
                    self.rows += 1;
                    row::write_missing(&mut self.csv, earlier, change);
                }
            });
            read.map_err(anyhow::Error::msg)?;
            self.flush().await;
            at += bytes.len() as u64;
        }
        Ok(())
    }

    /// Returns what the comparison came to, if there is one.
    pub(crate) fn changes(&self) -> Option<RecordChanges> {
        self.compared
            .as_ref()
            .map(|(_, comparison)| comparison.counts())
    }

    /// Returns the export that this one was compared with, if there is one.
    pub(crate) fn compared_with(&self) -> Option<ComparedWith> {
        let (baseline, _) = self.compared.as_ref()?;
        Some(ComparedWith {
            named: self.named.clone(),
            ..baseline.compared.clone()
        })
    }

    /// Stores the files beside the delivered one: first what changed, then the inventory.
    pub(crate) async fn deliver(self, shutdown: &Shutdown) -> Delivered {
        let Self {
            destination,
            key,
            changes,
            changes_name,
            changes_key,
            output,
            written,
            rows,
            ..
        } = self;
        let mut delivered = Delivered::default();
        if changes.records() > 0 {
            let mut file = Beside::begin(
                destination,
                &changes_name,
                &changes_key,
                CHANGES_CONTENT_TYPE,
            );
            let copy = changes.copy(destination, &key, &mut file);
            let written = within(changes.bytes(), shutdown, copy).await;
            delivered.changes = file
                .deliver(
                    written,
                    changes.records(),
                    shutdown,
                    &mut delivered.undelivered,
                )
                .await;
        }
        // One of an earlier run would pass for one of this.
        if delivered.changes.is_none()
            && let Err(error) = destination.remove(&changes_key)
        {
            tracing::warn!("{error:#}");
        }
        let written = written.context("it could not be written");
        delivered.records = output
            .deliver(written, rows, shutdown, &mut delivered.undelivered)
            .await;
        delivered
    }

    /// Returns what is to be aborted where the job came to nothing.
    pub(crate) fn into_output(self) -> Option<Output> {
        self.output.into_output()
    }
}
