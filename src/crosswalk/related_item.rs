//! What the entity is part of, and what is part of it, as `relatedItem`.

use foldhash::HashSet;

use crate::arke::component::{Component, ComponentRole, FILE_REF_SUFFIX};
use crate::arke::entity::Unavailable;
use crate::arke::{Child, Entity, FileRef, Pi};
use crate::mods::{
    Identifier, Location, Note, PhysicalDescription, RelatedItem, RelatedItemKind, RelatedTitle,
    Text, Uri, Url, UrlAccess,
};

use crate::sanitize::is_unseen;

use super::{Context, identifier, location, note, physical_description};

const DIGITAL_OBJECT: &str = "Digital object";

/// Writes the constituents one by one: the children, the digitized files, the other files.
///
/// A file that is abridged is read again, and gone once it is written. Returns those that are lost by now, by key.
pub(super) fn write_constituents(
    entity: &Entity<'_>,
    context: &Context<'_>,
    mut read_again: Option<&mut dyn FnMut() -> Result<FileRef, Unavailable>>,
    write: &mut dyn FnMut(&RelatedItem<'_>),
) -> Vec<(Box<str>, Unavailable)> {
    let mut seen: HashSet<Pi> = [entity.pi, Pi::ORIGIN].into_iter().collect();
    for child in &entity.manifest.children {
        if let Child::Entity(pi) = child
            && seen.insert(*pi)
        {
            write(&RelatedItem {
                display_label: "Contains",
                ..entity_item(RelatedItemKind::Constituent, *pi, "Child PI", context)
            });
        }
    }
    let mut lost = Vec::new();
    for (key, file_ref) in &entity.file_refs {
        match (file_ref, &mut read_again) {
            (Ok(file_ref), Some(read_again)) if file_ref.is_abridged => match read_again() {
                Ok(file_ref) => write(&digital_object(key, &file_ref, context)),
                Err(why) => {
                    write(&unavailable_object(key, &why));
                    lost.push(((*key).into(), why));
                }
            },
            (Ok(file_ref), _) => write(&digital_object(key, file_ref, context)),
            (Err(why), _) => write(&unavailable_object(key, why)),
        }
    }
    for component in linked(entity) {
        write(&linked_file(component, context));
    }
    lost
}

/// Returns the components that are files of their own.
pub(super) fn linked<'v>(entity: &'v Entity<'_>) -> impl Iterator<Item = &'v Component> {
    let components = entity.manifest.components.iter();
    components.filter(|component| component.role == ComponentRole::Linked)
}

/// Returns the host: the parent that the manifest names, else the entity the walk came from.
///
/// The archive's origin as parent says that there is none. Only where the host is the entity the walk came from is its
/// record in this file, to be linked and named.
pub(super) fn host<'v>(entity: &Entity<'_>, context: &Context<'_>) -> Option<RelatedItem<'v>> {
    let walked_from = context.position.and_then(|place| place.parent);
    let host = entity
        .manifest
        .parent
        .or(walked_from)
        .filter(|&host| host != entity.pi && !host.is_origin())?;
    let is_here = walked_from == Some(host);
    Some(RelatedItem {
        display_label: "Part of",
        href: is_here.then(|| ["#", &super::record_id(host)].concat()),
        title: if is_here {
            RelatedTitle::Later
        } else {
            RelatedTitle::Absent
        },
        ..entity_item(RelatedItemKind::Host, host, "Parent PI", context)
    })
}

fn entity_item<'v>(
    kind: RelatedItemKind,
    pi: Pi,
    pi_label: &'static str,
    context: &Context<'_>,
) -> RelatedItem<'v> {
    RelatedItem {
        // Of this type, the Library of Congress' stylesheet makes it the control number that catalogues link by.
        identifiers: vec![Identifier {
            kind: "local",
            ..identifier::pi(pi, pi_label)
        }],
        location: at(Url::new(context.entity_url(pi), UrlAccess::ObjectInContext)),
        ..empty_item(kind)
    }
}

fn digital_object<'v>(
    key: &'v str,
    file_ref: &'v FileRef,
    context: &Context<'_>,
) -> RelatedItem<'v> {
    let title = file_ref
        .filename
        .as_deref()
        .and_then(Text::name)
        .or_else(|| Text::name(stem(key)));
    let ocr = file_ref
        .ocr
        .as_deref()
        .filter(|_| context.options.include_ocr)
        .filter(|ocr| {
            !ocr.chars()
                .all(|sign| sign.is_whitespace() || is_unseen(sign))
        })
        .and_then(Text::verbatim);
    let cid = file_ref.cid.as_deref().and_then(ipfs_cid);
    let url = file_ref.url.as_deref();
    let uri = url.and_then(Uri::parse);
    // What is no web address may still tell someone where the file is.
    let address = url.filter(|_| uri.is_none()).and_then(Text::line);
    let identifiers = [
        cid,
        address.map(|value| Identifier {
            kind: "local",
            display_label: "File address",
            value,
        }),
    ];
    RelatedItem {
        title: title.map_or(RelatedTitle::Absent, RelatedTitle::Known),
        physical_description: PhysicalDescription {
            internet_media_types: physical_description::media_type(file_ref)
                .into_iter()
                .collect(),
            extent: file_ref
                .size_bytes
                .map(|size| Text::made(format!("{size} bytes"))),
            digital_origin: None,
        },
        notes: ocr
            .map(|text| Note {
                kind: Some("ocr"),
                display_label: "OCR Text",
                text,
            })
            .into_iter()
            .collect(),
        identifiers: identifiers.into_iter().flatten().collect(),
        location: uri
            .map(|uri| {
                let original = location::variant(uri.as_str(), "original");
                at(Url::new(original.unwrap_or(uri), UrlAccess::RawObject))
            })
            .unwrap_or_default(),
        ..empty_item(RelatedItemKind::Constituent)
    }
}

/// Returns the place of a digitized file whose metadata could not be had: no page vanishes from a record.
fn unavailable_object<'v>(key: &'v str, why: &Unavailable) -> RelatedItem<'v> {
    let note = note::missing_component(why, "The metadata of this file");
    RelatedItem {
        title: Text::name(stem(key)).map_or(RelatedTitle::Absent, RelatedTitle::Known),
        notes: vec![note],
        ..empty_item(RelatedItemKind::Constituent)
    }
}

fn linked_file<'v>(component: &'v Component, context: &Context<'_>) -> RelatedItem<'v> {
    let cid = component.cid.as_deref();
    let media_type = physical_description::media_type_of(&component.key);
    RelatedItem {
        physical_description: PhysicalDescription {
            internet_media_types: media_type.into_iter().collect(),
            ..PhysicalDescription::default()
        },
        title: Text::name(&component.key).map_or(RelatedTitle::Absent, RelatedTitle::Known),
        notes: if cid.is_none() {
            let status = "The address of this file could not be read for this record.";
            vec![note::status(status.to_owned())]
        } else {
            Vec::new()
        },
        identifiers: cid.and_then(ipfs_cid).into_iter().collect(),
        location: cid
            .map(|cid| at(Url::new(context.component_url(cid), UrlAccess::RawObject)))
            .unwrap_or_default(),
        ..empty_item(RelatedItemKind::Constituent)
    }
}

fn ipfs_cid(cid: &str) -> Option<Identifier<'_>> {
    Some(Identifier {
        kind: "ipfs-cid",
        display_label: "IPFS CID",
        value: Text::line(cid)?,
    })
}

/// Returns the name of the file that a component tells of, or is.
pub(super) fn stem(key: &str) -> &str {
    key.strip_suffix(FILE_REF_SUFFIX).unwrap_or(key)
}

fn at<'v>(url: Url) -> Location<'v> {
    Location {
        physical_locations: Vec::new(),
        urls: vec![url],
    }
}

fn empty_item<'v>(kind: RelatedItemKind) -> RelatedItem<'v> {
    RelatedItem {
        kind,
        display_label: DIGITAL_OBJECT,
        href: None,
        title: RelatedTitle::Absent,
        physical_description: PhysicalDescription::default(),
        notes: Vec::new(),
        identifiers: Vec::new(),
        location: Location::default(),
    }
}
