//! What stands beside the file: the inventory, the records that changed, the report, and its page for a person.

use std::time::{SystemTime, UNIX_EPOCH};

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use tokio::time::Instant;

use crate::config::Config;
use crate::destination::{Beside, Destination, Output};
use crate::inventory::{self, Inventory};
use crate::job::{Metrics, OutputFile, PAGE_FILE_NAME, REPORT_FILE_NAME};
use crate::panics::guard;
use crate::progress::Delivered;
use crate::report::{self, Head, Report};
use crate::shutdown::Shutdown;

/// What was gathered while the file was written, and where it goes.
pub(crate) struct Companions<'e> {
    /// What was asked for.
    pub config: &'e Config,
    /// Where the file is.
    pub destination: &'e Destination<'e>,
    /// What cuts the wait for them short.
    pub shutdown: &'e Shutdown,
    /// The rows of the inventory.
    pub inventory: Inventory<'e>,
    /// The rows of the report.
    pub report: Report,
}

/// What became of them.
pub(crate) struct Stored {
    /// What stands beside the file.
    pub files: Vec<Delivered>,
    /// What is still to be aborted.
    pub undelivered: Vec<Output>,
}

impl Companions<'_> {
    /// Stores them beside a delivered file, in this order, since the report names the others.
    pub(crate) async fn store(
        self,
        file: &OutputFile,
        sha256: String,
        metrics: &Metrics,
        started: Instant,
    ) -> Stored {
        let Self {
            config,
            destination,
            shutdown,
            inventory,
            mut report,
        } = self;
        let compared_with = inventory.compared_with();
        let inventory::Delivered {
            records,
            changes,
            undelivered,
        } = guard(inventory.deliver(shutdown)).await.unwrap_or_default();
        let started_at = started_at(started);
        let head = Head::new(config, &started_at, file, sha256, metrics);
        let head = head.with_inventory(records.as_ref(), changes.as_ref(), compared_with);
        let page = report.take_page();
        let beside = Beside {
            destination,
            task_id: &config.task_id,
            shutdown,
        };
        let document = || report.into_document(&head);
        let store = beside.store(REPORT_FILE_NAME, report::CONTENT_TYPE, document);
        let report = guard(store).await.ok().flatten();
        let html = match page {
            Some(page) => {
                let document = || page.into_document(&head);
                let store = beside.store(PAGE_FILE_NAME, report::PAGE_CONTENT_TYPE, document);
                guard(store).await.ok().flatten()
            }
            None => None,
        };
        let listed = [
            (records.as_ref(), "a row for each, for a spreadsheet"),
            (changes.as_ref(), "the new and changed records"),
        ];
        let listed = listed.into_iter().filter_map(|(file, what)| {
            file.map(|file| Delivered::new(&file.file_name, file.size_bytes, what))
        });
        let reports = [
            (
                html,
                PAGE_FILE_NAME,
                "what needs somebody: to read, to send on",
            ),
            (
                report,
                REPORT_FILE_NAME,
                "what happened to each, for a program",
            ),
        ];
        let reports = reports.into_iter().filter_map(|(size_bytes, name, what)| {
            size_bytes.map(|size_bytes| Delivered::new(name, size_bytes, what))
        });
        Stored {
            files: listed.chain(reports).collect(),
            undelivered,
        }
    }
}

/// Returns when the process started, by RFC 3339 in UTC.
fn started_at(started: Instant) -> String {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH);
    let seconds = since_1970
        .unwrap_or_default()
        .saturating_sub(started.elapsed());
    let seconds = seconds.as_secs().try_into().unwrap_or_default();
    // No year of ours is outside of what it can write.
    let written = DateTime::from_secs(seconds).fmt(Format::DateTime);
    written.unwrap_or_default()
}
