//! `physicalDescription`: the files, taken together.

use crate::arke::{Entity, FileRef};
use crate::mods::{PhysicalDescription, Text};

use super::distinct;
use super::related_item::linked;

/// The last year in which nothing was made by a computer.
const LAST_ANALOG_YEAR: i32 = 1949;

/// What files of their own are, by the end of their name.
#[rustfmt::skip]
const MEDIA_TYPES: [(&str, &str); 14] = [
    (".csv", "text/csv"), (".htm", "text/html"), (".html", "text/html"), (".jpeg", "image/jpeg"), (".jpg", "image/jpeg"),
    (".json", "application/json"), (".md", "text/markdown"), (".mp3", "audio/mpeg"), (".pdf", "application/pdf"),
    (".png", "image/png"), (".svg", "image/svg+xml"), (".tif", "image/tiff"), (".txt", "text/plain"),
    (".xml", "application/xml"),
];

/// Returns what the files of the record are, taken together.
pub(super) fn physical_description<'v>(
    entity: &'v Entity<'v>,
    year: Option<i32>,
) -> PhysicalDescription<'v> {
    let refs = &entity.file_refs;
    let of_refs = refs
        .iter()
        .filter_map(|(_, file_ref)| media_type(file_ref.ok()?));
    let of_linked = linked(entity).filter_map(|component| media_type_of(&component.key));
    let internet_media_types = distinct(of_refs.chain(of_linked));
    let count = refs.len() + linked(entity).count();
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

/// Returns the MIME type of a file of its own, as far as its name tells.
pub(super) fn media_type_of(key: &str) -> Option<Text<'static>> {
    let key = key.to_ascii_lowercase();
    let (_, media_type) = MEDIA_TYPES.iter().find(|(end, _)| key.ends_with(end))?;
    Some(Text::fixed(media_type))
}
