//! `note`: the source, values in their own words, and what is missing from the record.

use crate::arke::content::Unavailable;
use crate::arke::{ComponentRole, Entity, Part, Pinax};
use crate::mods::{Note, Text};

/// What the archive's metadata program writes where no source is known.
const DEFAULT_SOURCE: &str = "PINAX";

/// Returns the notes: the source, where a title is from, creators without a name and the date in their own words, and
/// what is missing from the record.
pub(super) fn notes<'v>(
    entity: &Entity<'_>,
    pinax: &Pinax<'v>,
    title_source: Option<Text<'v>>,
    creators_as_given: Option<Text<'v>>,
    date_as_given: Option<Text<'v>>,
) -> Vec<Note<'v>> {
    let source = pinax
        .source
        .filter(|source| !source.trim().eq_ignore_ascii_case(DEFAULT_SOURCE))
        .and_then(Text::block);
    let texts = [
        ("Source", source),
        ("Source of title", title_source),
        ("Creator as given", creators_as_given),
        ("Date as given", date_as_given),
    ];
    let notes = texts.into_iter().filter_map(|(display_label, text)| {
        Some(Note {
            kind: None,
            display_label,
            // Most readers drop the label.
            text: Text::made(format!("{display_label}: {}", text?.as_str())),
        })
    });
    let missing = entity.unavailable().map(|(role, why)| {
        let what = match role {
            ComponentRole::Pinax => "Incomplete record: the descriptive metadata (pinax.json)",
            ComponentRole::Description => "The description (description.md)",
            ComponentRole::Cheimarros => "The knowledge graph (cheimarros.json)",
            _ => "The catalogue record (catalog_record)",
        };
        missing_component(why, what)
    });
    let untitled = entity
        .catalog_record
        .present()
        .filter(|catalog| catalog.title.is_none());
    let untitled =
        untitled.map(|_| status("The catalogue record (catalog_record) holds no title."));
    let absent = matches!(entity.pinax, Part::Absent).then(|| {
        status("Incomplete record: this entity holds no descriptive metadata (pinax.json).")
    });
    notes.chain(absent).chain(missing).chain(untitled).collect()
}

/// Returns a note on a component that is listed and not in the record: `what`, and its state in words.
pub(super) fn missing_component<'v>(why: &Unavailable, what: &str) -> Note<'v> {
    let state = match why {
        Unavailable::Unreachable(_) => "is listed but could not be retrieved",
        Unavailable::Unreadable(_) => "could not be read",
    };
    status(format!("{what} {state} for this record."))
}

/// Returns a note on what is missing from a record.
pub(super) fn status<'v>(text: impl Into<String>) -> Note<'v> {
    Note {
        kind: Some("metadata-status"),
        display_label: "Metadata Status",
        text: Text::made(text.into()),
    }
}
