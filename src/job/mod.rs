//! What is agreed with the orchestrator: options and name of a job, the count of its entities, the callback's body.

mod beside_file;
mod callback_body;
mod compared_with;
mod ledger;
mod metrics;
mod options;
mod record_changes;
mod task_id;

pub(crate) use beside_file::BesideFile;
pub(crate) use callback_body::{CallbackBody, JobOutcome, OutputFile};
pub(crate) use compared_with::{ComparedWith, NamedRecord, NamedRecords};
pub(crate) use ledger::Ledger;
pub(crate) use metrics::Metrics;
pub(crate) use options::ExportOptions;
pub(crate) use record_changes::{Change, RecordChanges};
pub(crate) use task_id::{TaskId, is_plain};

/// Name of the report, beside the file.
pub(crate) const REPORT_FILE_NAME: &str = "report.json";
/// Name of the report for a person, beside a file in a folder.
pub(crate) const PAGE_FILE_NAME: &str = "report.html";
/// Name of the inventory, beside the file.
pub(crate) const INVENTORY_FILE_NAME: &str = "records.csv";
