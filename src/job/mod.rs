//! What a job asks for and what is answered: its options and its name, the count of its records, the callback's body.

pub mod callback_body;
pub mod ledger;
pub mod options;
pub mod task_id;

pub use callback_body::{Answer, Delivered, Ending, Metrics};
pub use ledger::Ledger;
pub use options::ExportOptions;
pub use task_id::TaskId;

/// Name of the report, beside the file.
pub const REPORT_FILE_NAME: &str = "report.json";

/// What is said of a panic where it cannot be said better.
pub(crate) const PANICKED: &str = "internal error of the worker; its log says where";
