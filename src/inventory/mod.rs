//! Inventory: `records.csv`, a row for each entity found, held against an earlier export where there is one.
//!
//! It is written beside the file, in the same order and as it grows, so it takes a small buffer whatever its length. No
//! fault of it is a fault of the job.

mod baseline;
mod beside;
mod changes;
mod comparison;
mod reading;
mod row;

use std::mem;

use anyhow::{Context as _, Result};
use csv::Writer;
use data_encoding::HEXLOWER;
use ring::digest::{Context as Sha256, Digest, SHA256};

use crate::arke::Pi;
use crate::config::Config;
use crate::crosswalk::Conversion;
use crate::destination::{Destination, Output, Written};
use crate::job::{BesideFile, ComparedWith, INVENTORY_FILE_NAME, RecordChanges};
use crate::sanitize::{cell, one_line};
use crate::shutdown::Shutdown;
use crate::walk::{InFile, Outcome, Visit};

use baseline::Baseline;
use beside::Beside;
use changes::Ranges;
use comparison::{Change, Comparison, Now};
use row::{Place, Row, State};

/// Content type of the inventory.
const CONTENT_TYPE: &str = "text/csv; charset=utf-8";
/// Content type of the changes.
const CHANGES_CONTENT_TYPE: &str = "application/xml";
/// How many bytes of rows wait to be written.
const BUFFER_BYTES: usize = 64 * 1024;
/// How long a fingerprint is, in bytes.
const FINGERPRINT_BYTES: usize = 16;

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
        if let Some(words) = compared
            .as_ref()
            .and_then(|(baseline, _)| baseline.differs_by())
        {
            tracing::info!("{words}");
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
        })
    }

    /// Takes an entity in its turn, and its place in the file if it has one.
    pub(crate) fn record(&mut self, visit: &Visit, in_file: Option<&InFile>) {
        self.record_merged(visit);
        match (&visit.outcome, in_file) {
            (Outcome::Exported(conversion), Some(in_file)) => {
                self.record_record(visit, conversion, in_file);
            }
            (Outcome::Failed(failure), _) => {
                let lacking = row::failure(failure);
                self.without_record(visit, visit.pi, State::Failed, lacking, true);
            }
            (Outcome::Deleted, _) => {
                self.without_record(visit, visit.pi, State::Deleted, String::new(), false);
            }
            // Its row is that of its merge.
            (Outcome::Merged | Outcome::Unwritten(_) | Outcome::Exported(_), _) => {}
        }
        for child in &visit.found.malformed {
            self.push(&Row {
                pi: cell(child).into(),
                change: None,
                state: State::Failed,
                depth: visit.depth + 1,
                parent: Some(visit.pi),
                lacking: "it is no PI".to_owned(),
                record: None,
            });
        }
    }

    fn record_merged(&mut self, visit: &Visit) {
        let is_unread = matches!(visit.outcome, Outcome::Failed(_));
        for &(merged, into) in &visit.merged {
            let words = format!("merged into {into}");
            self.without_record(visit, merged, State::Merged, words, is_unread);
        }
        if let (Outcome::Merged, Some((_, comparison))) = (&visit.outcome, &mut self.compared)
            && let Some((_, into)) = visit.merged.last()
        {
            for (merged, _) in &visit.merged {
                comparison.merge(*merged, *into);
            }
        }
    }

    /// Takes an entity without a record; `lists_unread` says that what it lists is not known.
    fn without_record(
        &mut self,
        visit: &Visit,
        pi: Pi,
        state: State,
        lacking: String,
        lists_unread: bool,
    ) {
        let now = if state == State::Failed {
            Now::Failed
        } else {
            Now::Tombstone
        };
        let change = self.classify(pi, &now, lists_unread);
        self.push(&Row {
            change,
            ..row::without_record(visit, pi, state, lacking)
        });
    }

    fn record_record(&mut self, visit: &Visit, conversion: &Conversion, in_file: &InFile) {
        let start = self.position;
        self.position += in_file.length;
        let fingerprint = hexadecimal(&in_file.fingerprint);
        let source = hexadecimal(&source_of(conversion, in_file));
        let lacking = row::lacking(conversion);
        let mut change = None;
        if self.compared.is_some() {
            let said = &conversion.summary;
            let now = Now::Record {
                fingerprint: &fingerprint,
                source: &source,
                version: &said
                    .version
                    .map(|version| version.to_string())
                    .unwrap_or_default(),
                modified: &said.modified,
                lacking: &lacking,
            };
            change = self.classify(visit.pi, &now, visit.depth >= self.max_depth);
            if matches!(change, Some(Change::New | Change::Changed)) {
                self.changes.add(start, self.position);
            }
        }
        let place = Place {
            fingerprint,
            source,
            // Without the line feed before it.
            start: start + 1,
            length: in_file.length - 1,
        };
        self.push(&Row {
            pi: visit.pi.to_string().into(),
            change,
            state: State::of(conversion),
            depth: visit.depth,
            parent: visit.parent,
            lacking,
            record: Some((conversion, place)),
        });
    }

    fn classify(&mut self, pi: Pi, now: &Now<'_>, lists_unread: bool) -> Option<Change> {
        let (_, comparison) = self.compared.as_mut()?;
        comparison.classify(pi, now, lists_unread)
    }

    fn push(&mut self, row: &Row<'_>) {
        self.rows += 1;
        row.write(&mut self.csv);
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
        if let Some((baseline, mut comparison)) = self.compared.take() {
            comparison.end();
            if !comparison.is_complete() {
                let read = self.add_missing(&baseline, &mut comparison).await;
                if let Err(error) = read {
                    tracing::warn!(
                        "what is no longer there cannot be told from what was not seen, and has no rows in {}: {}",
                        INVENTORY_FILE_NAME,
                        one_line(&format!("{error:#}"))
                    );
                    comparison.give_up();
                }
            }
            self.compared = Some((baseline, comparison));
        }
        self.flush().await;
        self.written = self.output.finish().await;
    }

    /// Adds the rows of the earlier inventory that have no place in this one.
    async fn add_missing(
        &mut self,
        baseline: &Baseline,
        comparison: &mut Comparison,
    ) -> Result<()> {
        let mut at = 0;
        let mut rows = reading::Rows::new();
        while let Some(bytes) = baseline.piece(at).await? {
            let read = rows.read(&bytes, |earlier| {
                if let Some(change) = comparison.reread(earlier) {
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
        let (baseline, comparison) = self.compared.as_ref()?;
        Some(ComparedWith {
            task_id: baseline.task_id.clone(),
            started_at: baseline.started_at.clone(),
            worker_version: baseline.worker_version.clone(),
            same_options: baseline.same_options,
            numbers: comparison.counts(),
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
            let written = beside::within(changes.bytes(), shutdown, copy).await;
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

/// Returns the hash of all that a record was made of.
fn source_of(conversion: &Conversion, in_file: &InFile) -> Digest {
    let mut source = Sha256::new(&SHA256);
    source.update(&conversion.summary.source);
    if let Some(said) = &in_file.said_by_host {
        source.update(said.as_ref());
    }
    source.finish()
}

/// Returns as much of a hash as a row has of it.
fn hexadecimal(hash: &Digest) -> String {
    HEXLOWER.encode(&hash.as_ref()[..FINGERPRINT_BYTES])
}
