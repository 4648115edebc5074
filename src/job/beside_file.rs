//! A file that stands beside the delivered one, as the report names it.

use serde::{Deserialize, Serialize};

/// A file that stands beside the delivered one.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub(crate) struct BesideFile {
    /// Its name.
    pub file_name: String,
    /// Exact size in bytes.
    pub size_bytes: u64,
    /// SHA-256 in hexadecimal.
    pub sha256: String,
    /// How many rows or records it has.
    pub records: u64,
}
