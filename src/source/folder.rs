//! A folder of files in place of the archive: `entities/{PI}` and `ipfs/{CID}`.

use std::path::Path;

use bytes::Bytes;

use crate::files;
use crate::http::body_budget::Reservation;
use crate::http::error::{ErrorKind, HttpError};

use super::resource::Resource;

/// What is said of a file that the folder lacks.
pub(crate) const NOT_IN_FOLDER: &str = "not in the folder of --fixtures";

/// Reads a manifest or a component, when there is room for it.
///
/// # Errors
///
/// Names the file; one that is longer than it may be is not read, nor is what is no file.
pub(super) async fn read(
    folder: &Path,
    resource: &Resource,
    reservation: &Reservation,
) -> Result<Bytes, HttpError> {
    let path = folder.join(resource.file());
    let limit_bytes = resource.limit_bytes();
    let error = |error: std::io::Error| {
        let path = path.display();
        let cause = if error.kind() == std::io::ErrorKind::NotFound {
            format!("{path}: {NOT_IN_FOLDER}")
        } else {
            format!("{path}: {error}")
        };
        HttpError::new(ErrorKind::File, cause)
    };
    let metadata = tokio::fs::metadata(&path).await.map_err(error)?;
    files::expect_file(&metadata).map_err(error)?;
    let length = metadata.len();
    if length > limit_bytes as u64 {
        return Err(HttpError::too_large(limit_bytes));
    }
    reservation
        .grow_to(usize::try_from(length).unwrap_or(limit_bytes))
        .await;
    tokio::fs::read(&path).await.map(Bytes::from).map_err(error)
}
