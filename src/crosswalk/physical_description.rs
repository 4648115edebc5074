//! `physicalDescription`: the files, taken together.

use crate::arke::component::Component;
use crate::arke::{Entity, FileRef};
use crate::mods::{PhysicalDescription, Text};

use super::distinct;

/// The last year in which nothing was made by a computer.
const LAST_ANALOG_YEAR: i32 = 1949;

/// Returns what the files of the record are, taken together.
pub(super) fn physical_description<'v>(
    entity: &'v Entity<'v>,
    year: Option<i32>,
) -> PhysicalDescription<'v> {
    let refs = &entity.file_refs;
    let of_refs = refs.iter().filter_map(|(_, file)| file.ok());
    let of_refs = of_refs.filter_map(|file| file.media_type.as_deref());
    let of_linked = entity.linked().filter_map(Component::media_type);
    let internet_media_types = distinct(of_refs.chain(of_linked).filter_map(Text::line));
    let count = refs.len() + entity.linked().count();
    let noun = if count == 1 { "file" } else { "files" };
    PhysicalDescription {
        internet_media_types,
        extent: (count > 0).then(|| Text::made(format!("{count} {noun}"))),
        // Whether a file was born digital cannot be told from the data; that a page of 1885 was not, can.
        digital_origin: (!refs.is_empty() && year.is_some_and(|year| year <= LAST_ANALOG_YEAR))
            .then_some("reformatted digital"),
    }
}

/// Returns the MIME type of a file.
pub(super) fn media_type(file_ref: &FileRef) -> Option<Text<'_>> {
    Text::line(file_ref.media_type.as_deref()?)
}
