//! `report.json`, and `report.html` for a person: what a librarian wants to know of an export besides the file.
//!
//! One row for each thing that happened to an entity, in the order of the file. It is filled while the file is
//! written, so its size is bounded: each kind of row has a limit of its own, beyond which only the count goes on, and
//! no text from the data enters a row at full length.

mod branches;
mod event;
mod page;
mod problems;
mod row;
mod rows;

use serde::Serialize;

use crate::config::Config;
use crate::job::{BesideFile, ComparedWith, ExportOptions, Metrics, OutputFile};
use crate::version;
use crate::walk::Visit;

pub(crate) use event::Event;

pub(crate) use page::CONTENT_TYPE as PAGE_CONTENT_TYPE;

use branches::Branches;
use event::{Tallies, Tally};
use page::Page;
use problems::Problems;
use row::Row;
use rows::Rows;

/// Content type of the report.
pub(crate) const CONTENT_TYPE: &str = "application/json";

/// The rows of a report as they come.
#[derive(Debug, Default)]
pub(crate) struct Report {
    tallies: Tallies,
    rows: Rows,
    page: Option<PageContent>,
}

/// What the page shows besides what stands in the head.
#[derive(Debug, Default)]
pub(crate) struct PageContent {
    problems: Problems,
    branches: Branches,
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
    /// When it started, by RFC 3339 in UTC.
    started_at: &'r str,
    /// The options in force.
    options: &'r ExportOptions,
    /// The file.
    #[serde(flatten)]
    output: &'r OutputFile,
    /// SHA-256 of the file, in hexadecimal.
    output_sha256: String,
    /// The inventory, unless it could not be stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    records_csv: Option<&'r BesideFile>,
    /// The new and changed records, if there are any.
    #[serde(skip_serializing_if = "Option::is_none")]
    changes: Option<&'r BesideFile>,
    /// The export that this one was compared with.
    #[serde(skip_serializing_if = "Option::is_none")]
    compared_with: Option<ComparedWith>,
    /// The same numbers as in the callback.
    metrics: &'r Metrics,
    /// Address of the site that shows entities, without a slash at its end.
    #[serde(skip)]
    site_url: &'r str,
}

impl<'r> Head<'r> {
    /// Takes what is known of a job when its file is delivered.
    pub(crate) fn new(
        config: &'r Config,
        started_at: &'r str,
        output: &'r OutputFile,
        output_sha256: String,
        metrics: &'r Metrics,
    ) -> Self {
        Self {
            task_id: config.task_id.as_str(),
            pi: config.root.to_string(),
            worker_version: version::text(),
            started_at,
            options: &config.options,
            output,
            output_sha256,
            records_csv: None,
            changes: None,
            compared_with: None,
            metrics,
            site_url: &config.site_url,
        }
    }

    /// Adds what stands beside the file, and what it was compared with.
    pub(crate) fn with_inventory(
        self,
        records_csv: Option<&'r BesideFile>,
        changes: Option<&'r BesideFile>,
        compared_with: Option<ComparedWith>,
    ) -> Self {
        Self {
            records_csv,
            changes,
            compared_with,
            ..self
        }
    }
}

impl PageContent {
    /// Returns the whole page.
    pub(crate) fn into_document(self, head: &Head<'_>) -> Vec<u8> {
        let page = Page {
            head,
            problems: &self.problems,
            branches: &self.branches,
        };
        page.document()
    }
}

impl Report {
    /// Makes a report that has a page.
    pub(crate) fn with_page() -> Self {
        Self {
            page: Some(PageContent::default()),
            ..Self::default()
        }
    }

    /// Returns what the page shows, if there is one.
    pub(crate) fn take_page(&mut self) -> Option<PageContent> {
        self.page.take()
    }

    /// Takes an entity in its turn.
    pub(crate) fn record(&mut self, visit: &Visit) {
        let Self {
            tallies,
            rows,
            page,
        } = self;
        if let Some(page) = page {
            page.branches.record(visit);
        }
        row::rows_of(visit, &mut |row: &Row<'_>| {
            if let Some(page) = page {
                page.problems.push(row);
            }
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
