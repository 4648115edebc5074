//! A folder of files in place of the archive: `entities/{PI}` and `ipfs/{CID}`.

use std::path::Path;

use bytes::Bytes;

use crate::http::body_budget::Claim;
use crate::http::error::{Class, Fault};

use super::resource::Question;

/// Reads a manifest or a component, when there is room for it.
///
/// # Errors
///
/// Names the file; one that is longer than it may be is not read.
pub(super) async fn read(
    folder: &Path,
    question: &Question,
    claim: &Claim,
) -> Result<Bytes, Fault> {
    let path = folder.join(question.file());
    let limit_bytes = question.limit_bytes();
    let fault =
        |error: std::io::Error| Fault::new(Class::File, format!("{}: {error}", path.display()));
    let length = tokio::fs::metadata(&path).await.map_err(fault)?.len();
    if length > limit_bytes as u64 {
        return Err(Fault::too_large(limit_bytes));
    }
    claim
        .reach(usize::try_from(length).unwrap_or(limit_bytes))
        .await;
    tokio::fs::read(&path).await.map(Bytes::from).map_err(fault)
}
