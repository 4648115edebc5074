//! `note`: the source, values in their own words, and what is missing from the record.

use crate::arke::entity::Unavailable;
use crate::arke::{Entity, Part};
use crate::mods::{Note, Text};

/// What the archive's metadata program writes where no source is known.
const DEFAULT_SOURCE: &str = "PINAX";

/// Returns the notes: the source, creators without a name and the date in their own words, and what is missing from the
/// record.
pub(super) fn notes<'v>(
    entity: &'v Entity<'v>,
    creators_as_given: Option<Text<'v>>,
    date_as_given: Option<Text<'v>>,
) -> Vec<Note<'v>> {
    let source = entity
        .pinax
        .present()
        .and_then(|pinax| pinax.source.as_deref());
    let source = source
        .filter(|source| !source.trim().eq_ignore_ascii_case(DEFAULT_SOURCE))
        .and_then(Text::block);
    let texts = [
        ("Source", source),
        ("Creator as given", creators_as_given),
        ("Date as given", date_as_given),
    ];
    let notes = texts.into_iter().filter_map(|(display_label, text)| {
        Some(Note {
            kind: None,
            display_label,
            text: text?,
        })
    });
    let statuses = [
        pinax_status(&entity.pinax),
        entity.description.unavailable().map(|why| {
            missing_component(
                why,
                "The description (description.md) is listed but could not be retrieved for this record.",
                "The description (description.md) could not be read for this record.",
            )
        }),
        entity.cheimarros.unavailable().map(|why| {
            missing_component(
                why,
                "The knowledge graph (cheimarros.json) is listed but could not be retrieved for this record.",
                "The knowledge graph (cheimarros.json) could not be read for this record.",
            )
        }),
        entity.catalog_title.unavailable().map(|why| {
            missing_component(
                why,
                "The catalogue record (catalog_record) is listed but could not be retrieved for this record.",
                "The catalogue record (catalog_record) could not be read for this record.",
            )
        }),
    ];
    notes.chain(statuses.into_iter().flatten()).collect()
}

fn pinax_status<'v, T>(pinax: &Part<T>) -> Option<Note<'v>> {
    match pinax {
        Part::Present(_) => None,
        Part::Absent => Some(status(
            "Incomplete record: this entity holds no descriptive metadata (pinax.json).",
        )),
        Part::Unavailable(why) => Some(missing_component(
            why,
            "Incomplete record: the descriptive metadata (pinax.json) is listed but could not be retrieved for this record.",
            "Incomplete record: the descriptive metadata (pinax.json) could not be read for this record.",
        )),
    }
}

/// Returns a note on a component that is listed and not in the record, in the words for its state.
pub(super) fn missing_component<'v>(
    why: &Unavailable,
    unreachable: &'static str,
    unreadable: &'static str,
) -> Note<'v> {
    status(match why {
        Unavailable::Unreachable(_) => unreachable,
        Unavailable::Unreadable(_) => unreadable,
    })
}

/// Returns a note on what is missing from a record.
pub(super) fn status<'v>(text: &'static str) -> Note<'v> {
    Note {
        kind: Some("metadata-status"),
        display_label: "Metadata Status",
        text: Text::fixed(text),
    }
}
