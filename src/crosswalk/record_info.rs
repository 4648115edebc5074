//! About the record: where it comes from and since when, as `recordInfo`.

use crate::arke::{Entity, Part};
use crate::mods::{Authority, Language, LanguageTerm, RecordInfo, Text};

use super::origin_info::date;

/// The institution responsible for the metadata.
const CONTENT_SOURCE: &str = "Arke Institute";

/// Returns the `recordInfo` of an entity's record.
///
/// The date is that of the manifest's version: a creation if it is the first, a change otherwise. No clock is read,
/// so the same entity gives the same record.
pub(super) fn record_info<'v>(entity: &'v Entity<'v>) -> RecordInfo<'v> {
    let manifest = entity.manifest;
    let date = manifest.timestamp.as_deref().and_then(date::w3cdtf);
    let (creation_date, change_date) = if manifest.version == Some(1) {
        (date, None)
    } else {
        (None, date)
    };
    RecordInfo {
        content_source: CONTENT_SOURCE,
        creation_date,
        change_date,
        identifier: (Text::made(entity.pi.to_string()), "arke-pi"),
        origin: match entity.pinax {
            Part::Present(_) => {
                "Converted by arke-mods-export-worker from the entity's PINAX metadata, its components and its Arke manifest. The description may have been written by a language model. Related items are those that the archive lists; some may have been deleted since."
            }
            Part::Absent | Part::Unavailable(_) => {
                "Converted by arke-mods-export-worker from the entity's Arke manifest and components, without PINAX metadata. A description may have been written by a language model. Related items are those that the archive lists; some may have been deleted since."
            }
        },
        language_of_cataloging: Language {
            terms: vec![LanguageTerm::code(
                Text::fixed("eng"),
                Authority::code("iso639-2b"),
            )],
            scripts: Vec::new(),
        },
    }
}
