//! `note`: the source, values in their own words, and what is missing from the record.

use crate::arke::entity::Lack;
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
        .here()
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
        entity.description.lack().map(|lack| {
            lacking(
                lack,
                "The description (description.md) is listed but could not be retrieved for this record.",
                "The description (description.md) could not be read for this record.",
            )
        }),
        entity.cheimarros.lack().map(|lack| {
            lacking(
                lack,
                "The knowledge graph (cheimarros.json) is listed but could not be retrieved for this record.",
                "The knowledge graph (cheimarros.json) could not be read for this record.",
            )
        }),
        entity.catalog_title.lack().map(|lack| {
            lacking(
                lack,
                "The catalogue record (catalog_record) is listed but could not be retrieved for this record.",
                "The catalogue record (catalog_record) could not be read for this record.",
            )
        }),
    ];
    notes.chain(statuses.into_iter().flatten()).collect()
}

fn pinax_status<'v, T>(pinax: &Part<T>) -> Option<Note<'v>> {
    match pinax {
        Part::Here(_) => None,
        Part::Absent => Some(status(
            "Incomplete record: this entity holds no descriptive metadata (pinax.json).",
        )),
        Part::Lacking(lack) => Some(lacking(
            lack,
            "Incomplete record: the descriptive metadata (pinax.json) is listed but could not be retrieved for this record.",
            "Incomplete record: the descriptive metadata (pinax.json) could not be read for this record.",
        )),
    }
}

/// Returns a note on a component that is listed and not in the record, in the words for its lack.
pub(super) fn lacking<'v>(
    lack: &Lack,
    unreachable: &'static str,
    unreadable: &'static str,
) -> Note<'v> {
    status(match lack {
        Lack::Unreachable(_) => unreachable,
        Lack::Unreadable(_) => unreadable,
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
