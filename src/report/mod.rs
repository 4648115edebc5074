//! `report.json`: what a librarian wants to know of an export besides the file.
//!
//! One row for each thing that happened to an entity, in the order of the file. It is filled while the file is
//! written, so its size is bounded: each kind of row has a limit of its own, beyond which only the count goes on, and
//! no text from the data enters a row at full length.

mod event;
mod row;
mod rows;

use serde::Serialize;

use crate::config::Config;
use crate::job::{ExportOptions, Metrics, OutputFile};
use crate::walk::Visit;

pub(crate) use event::Event;

use event::{Tallies, Tally};
use row::Row;
use rows::Rows;

/// Content type of the report.
pub(crate) const CONTENT_TYPE: &str = "application/json";

/// The rows of a report as they come.
#[derive(Debug, Default)]
pub(crate) struct Report {
    tallies: Tallies,
    rows: Rows,
}

/// What stands before the rows; its keys, where the callback has the same, are those of the callback.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Head<'r> {
    /// Name of the job.
    task_id: &'r str,
    /// The entity that was asked for.
    pi: String,
    /// Version of the worker.
    worker_version: &'static str,
    /// The options in force.
    options: &'r ExportOptions,
    /// The file.
    #[serde(flatten)]
    output: &'r OutputFile,
    /// SHA-256 of the file, in hexadecimal.
    output_sha256: String,
    /// The same numbers as in the callback.
    metrics: &'r Metrics,
}

impl<'r> Head<'r> {
    /// Takes what is known of a job when its file is delivered.
    pub(crate) fn new(
        config: &'r Config,
        output: &'r OutputFile,
        output_sha256: String,
        metrics: &'r Metrics,
    ) -> Self {
        Self {
            task_id: config.task_id.as_str(),
            pi: config.root.to_string(),
            worker_version: env!("CARGO_PKG_VERSION"),
            options: &config.options,
            output,
            output_sha256,
            metrics,
        }
    }
}

impl Report {
    /// Takes an entity in its turn.
    pub(crate) fn record(&mut self, visit: &Visit) {
        let Self { tallies, rows } = self;
        row::rows_of(visit, &mut |row: &Row<'_>| {
            if tallies.admit(row.event) {
                rows.push(row);
            }
        });
        let unnamed = visit.found.repeated - visit.found.repeated_named.len() as u64;
        tallies.add(Event::Repeated, unnamed);
    }

    /// Returns the whole document; the rows are given up as they are copied, so they are held once.
    pub(crate) fn into_document(self, head: &Head<'_>) -> Vec<u8> {
        let head =
            serde_json::to_string_pretty(head).expect("a struct of texts and numbers is JSON");
        let mut document = head.trim_end_matches("\n}").as_bytes().to_vec();
        let counts: Vec<String> = self
            .tallies
            .iter()
            .map(|(event, tally)| {
                let (name, Tally { events, rows }) = (serde_json::json!(event), tally);
                format!("    {name}: {{\"events\": {events}, \"rows\": {rows}}}")
            })
            .collect();
        let counts = counts.join(",\n");
        let summary = format!(",\n  \"summary\": {{\n{counts}\n  }},\n  \"rows\": [");
        document.extend_from_slice(summary.as_bytes());
        self.rows.append_to(&mut document);
        document.extend_from_slice(b"\n  ]\n}\n");
        document
    }
}
