//! `physicalDescription`: the digitized files, taken together.

use crate::arke::{Entity, FileRef};
use crate::mods::{PhysicalDescription, Text};

use super::distinct;

/// The last year in which nothing was made by a computer.
const LAST_ANALOG_YEAR: i32 = 1949;

/// Returns what the digitized files are, taken together.
pub(super) fn physical_description<'v>(
    entity: &'v Entity<'v>,
    year: Option<i32>,
) -> PhysicalDescription<'v> {
    let refs = entity
        .file_refs
        .iter()
        .filter_map(|(_, file_ref)| file_ref.as_ref().ok());
    let media_types = refs.filter_map(media_type);
    let internet_media_types = distinct(media_types);
    let count = entity.file_refs.len();
    PhysicalDescription {
        internet_media_types,
        extent: (count > 0).then(|| {
            Text::made(format!(
                "{count} {}",
                if count == 1 { "file" } else { "files" }
            ))
        }),
        // Whether a file was born digital cannot be told from the data; that a page of 1885 was not, can.
        digital_origin: (count > 0 && year.is_some_and(|year| year <= LAST_ANALOG_YEAR))
            .then_some("reformatted digital"),
    }
}

/// Returns the MIME type of a file.
pub(super) fn media_type(file_ref: &FileRef) -> Option<Text<'_>> {
    Text::line(file_ref.media_type.as_deref()?)
}
