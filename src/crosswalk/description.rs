//! What describes the resource in words and numbers: `abstract`, `note`, `physicalDescription`.

use std::borrow::Cow;

use crate::arke::entity::Lack;
use crate::arke::{Entity, FileRef, Part};
use crate::mods::{Note, PhysicalDescription, Summary, Text};

use super::{Context, distinct, markdown};

/// What the archive's metadata program writes where no source is known.
const DEFAULT_SOURCE: &str = "PINAX";

/// The last year in which nothing was made by a computer.
const LAST_ANALOG_YEAR: i32 = 1949;

/// Returns the abstracts: the summary first, because brief displays take one.
pub(super) fn abstracts<'v>(entity: &'v Entity<'v>, context: &Context<'_>) -> Vec<Summary<'v>> {
    let pinax_summary = entity
        .pinax
        .here()
        .and_then(|pinax| pinax.description.as_deref());
    let summary = pinax_summary
        .or(entity.manifest.description.as_deref())
        .and_then(Text::block);
    let description = entity
        .description
        .here()
        .and_then(|markdown| Text::block(markdown::flatten(markdown)));
    let description = description.filter(|description| summary.as_ref() != Some(description));
    let cid = entity
        .manifest
        .components
        .iter()
        .find(|component| &*component.key == "description.md");
    let address = cid
        .and_then(|component| component.cid.as_deref())
        .map(|cid| context.component_url(cid));
    let summary = summary.map(|text| Summary {
        display_label: "Summary",
        text,
        alternative: None,
    });
    let description = description.map(|text| Summary {
        display_label: "Description",
        text,
        alternative: address.map(|address| (address, "text/markdown")),
    });
    summary.into_iter().chain(description).collect()
}

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

/// Returns what the digitized files are, taken together.
pub(super) fn physical_description<'v>(
    entity: &'v Entity<'v>,
    year: Option<i32>,
) -> PhysicalDescription<'v> {
    let refs = entity
        .file_refs
        .iter()
        .filter_map(|(_, file_ref)| file_ref.as_ref().ok());
    let media_types = refs.filter_map(|file_ref| media_type(file_ref));
    let internet_media_types = distinct(media_types.filter_map(Text::line));
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

/// Returns a MIME type in lower case and without parameters, if the text has the form of one.
pub(super) fn media_type<'f>(file_ref: &'f FileRef<'_>) -> Option<Cow<'f, str>> {
    let raw = file_ref.media_type.as_deref()?;
    let essence = raw.split(';').next().unwrap_or_default().trim();
    let is_token = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte))
    };
    let (kind, sub_kind) = essence.split_once('/')?;
    if !is_token(kind) || !is_token(sub_kind) {
        return None;
    }
    let is_lower = !essence.bytes().any(|byte| byte.is_ascii_uppercase());
    Some(if is_lower {
        Cow::Borrowed(essence)
    } else {
        Cow::Owned(essence.to_ascii_lowercase())
    })
}
