//! What a job asks for and what is answered: its options and its name, the count of its records, the callback's body.

pub mod callback_body;
pub mod ledger;
pub mod options;
pub mod remarks;
pub mod task_id;

pub use callback_body::{Answer, Delivered, Ending, Metrics};
pub use ledger::Ledger;
pub use options::{CheimarrosMode, ExportOptions};
pub use remarks::Remarks;
pub use task_id::TaskId;
