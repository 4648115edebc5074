//! What a job asks for and what is answered: its options and its name, the count of its records, the callback's body.

pub mod answer;
pub mod ledger;
pub mod options;
pub mod task_id;

pub use answer::{Answer, Delivered, Ending, Metrics};
pub use ledger::Ledger;
pub use options::{CheimarrosMode, ExportOptions};
pub use task_id::TaskId;

/// Shortens a text from outside for a message.
pub fn excerpt(text: &str) -> String {
    const LENGTH: usize = 64;
    match text.char_indices().nth(LENGTH) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
