//! What the entity is part of, and what is part of it, as `relatedItem`.
//!
//! "Contains" says what the manifest says. A child that was deleted or merged since, or that nobody knows, is read later
//! than its parent is written, and stands in it all the same: `recordOrigin` says so, and the report tells what became of
//! it. What lists an entity that it is itself within does not contain it, whatever its manifest says.

use foldhash::HashSet;

use crate::arke::component::{Component, FILE_REF_SUFFIX};
use crate::arke::content::Unavailable;
use crate::arke::{Child, Entity, FileRef, Pi};
use crate::mods::{
    Identifier, Location, Note, PhysicalDescription, RelatedItem, RelatedItemKind, RelatedTitle,
    Text, Uri, Url, UrlAccess,
};

use super::{Context, identifier, note, physical_description, value};

/// Writes the constituents one by one: the children but for [hosts](listed_hosts), the digitized files, the other files.
///
/// A file that is abridged is read again, and gone once it is written. Returns those that are lost by now, by key.
pub(super) fn write_constituents(
    entity: &Entity<'_>,
    context: &Context<'_>,
    hosts: &[Pi],
    mut read_again: Option<&mut dyn FnMut() -> Result<FileRef, Unavailable>>,
    write: &mut dyn FnMut(&RelatedItem<'_>),
) -> Vec<(Box<str>, Unavailable)> {
    let none = [entity.pi, Pi::ORIGIN].into_iter();
    let mut seen: HashSet<Pi> = none.chain(hosts.iter().copied()).collect();
    for pi in children(entity).filter(|pi| seen.insert(*pi)) {
        write(&entity_item("Contains", pi, "Child PI", context));
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
    for component in entity.linked() {
        write(&linked_file(component, context));
    }
    lost
}

fn children(entity: &Entity<'_>) -> impl Iterator<Item = Pi> {
    let children = entity.manifest.children.iter();
    children.filter_map(|child| match child {
        Child::Entity(pi) => Some(*pi),
        Child::Malformed(_) => None,
    })
}

/// Returns the entities that one lists as its children and is itself within: its parent, and those that the walk came by
/// as far as the path names them.
pub(super) fn listed_hosts(entity: &Entity<'_>, context: &Context<'_>) -> Vec<Pi> {
    if entity.manifest.children.is_empty() {
        return Vec::new();
    }
    let path = context.position.map_or("", |place| &*place.path);
    let walked_by = path.split('/').filter_map(|pi| pi.parse().ok());
    let mut hosts: HashSet<Pi> = walked_by.chain(entity.manifest.parent).collect();
    for none in [entity.pi, Pi::ORIGIN] {
        hosts.remove(&none);
    }
    children(entity).filter(|pi| hosts.remove(pi)).collect()
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
        kind: RelatedItemKind::Host,
        href: is_here.then(|| ["#", &super::record_id(host)].concat()),
        title: if is_here {
            RelatedTitle::Later
        } else {
            RelatedTitle::Absent
        },
        ..entity_item("Part of", host, "Parent PI", context)
    })
}

fn entity_item<'v>(
    display_label: &'static str,
    pi: Pi,
    pi_label: &'static str,
    context: &Context<'_>,
) -> RelatedItem<'v> {
    let url = Url::new(context.entity_url(pi), UrlAccess::ObjectInContext);
    // Of this type, the Library of Congress' stylesheet makes it the control number that catalogues link by.
    let pi = identifier::of("local", pi_label, Text::made(pi.to_string()));
    RelatedItem {
        display_label,
        identifiers: vec![pi],
        location: at(Some(url)),
        ..constituent(None)
    }
}

fn digital_object<'v>(
    key: &'v str,
    file_ref: &'v FileRef,
    context: &Context<'_>,
) -> RelatedItem<'v> {
    let filename = file_ref.filename.as_deref().and_then(Text::name);
    let ocr = file_ref
        .ocr
        .as_deref()
        .filter(|_| context.options.include_ocr);
    let ocr = ocr
        .filter(|ocr| !value::is_blank(ocr))
        .and_then(Text::verbatim);
    let url = file_ref.url.as_deref();
    let url = url.filter(|url| !value::is_nothing(url, value::Kind::Other));
    let uri = url.and_then(Uri::parse);
    // What is no web address may still tell someone where the file is.
    let address = url.filter(|_| uri.is_none()).and_then(Text::line);
    let address = address.map(|value| identifier::of("local", "File address", value));
    let original = file_ref.variant("original").map(Uri::made).or(uri);
    let size = file_ref.size_bytes;
    RelatedItem {
        physical_description: PhysicalDescription {
            extent: size.map(|size| Text::made(format!("{size} bytes"))),
            ..of_type(physical_description::media_type(file_ref))
        },
        notes: Vec::from_iter(ocr.map(|text| Note {
            kind: Some("ocr"),
            display_label: "OCR Text",
            text,
        })),
        identifiers: ipfs_cid(file_ref.cid.as_deref())
            .into_iter()
            .chain(address)
            .collect(),
        location: at(original.map(|uri| Url::new(uri, UrlAccess::RawObject))),
        ..constituent(filename.or_else(|| Text::name(stem(key))))
    }
}

/// Returns the place of a digitized file whose metadata could not be had: no page vanishes from a record.
fn unavailable_object<'v>(key: &'v str, why: &Unavailable) -> RelatedItem<'v> {
    RelatedItem {
        notes: vec![note::missing_component(why, "The metadata of this file")],
        ..constituent(Text::name(stem(key)))
    }
}

fn linked_file<'v>(component: &'v Component, context: &Context<'_>) -> RelatedItem<'v> {
    let cid = component.cid.as_deref();
    let url = cid.map(|cid| Url::new(context.component_url(cid), UrlAccess::RawObject));
    let status = "The address of this file could not be read for this record.";
    RelatedItem {
        physical_description: of_type(component.media_type().and_then(Text::line)),
        notes: Vec::from_iter(cid.is_none().then(|| note::status(status))),
        identifiers: Vec::from_iter(ipfs_cid(cid)),
        location: at(url),
        ..constituent(Text::name(&component.key))
    }
}

fn ipfs_cid(cid: Option<&str>) -> Option<Identifier<'_>> {
    Some(identifier::of("ipfs-cid", "IPFS CID", Text::line(cid?)?))
}

/// Returns the name of the file that a component tells of, or is.
pub(super) fn stem(key: &str) -> &str {
    key.strip_suffix(FILE_REF_SUFFIX).unwrap_or(key)
}

fn at<'v>(url: Option<Url>) -> Location<'v> {
    Location {
        physical_locations: Vec::new(),
        urls: Vec::from_iter(url),
    }
}

fn of_type(media_type: Option<Text<'_>>) -> PhysicalDescription<'_> {
    PhysicalDescription {
        internet_media_types: Vec::from_iter(media_type),
        ..PhysicalDescription::default()
    }
}

/// Returns a constituent, a file unless another label says otherwise, of which nothing but its title is known.
fn constituent(title: Option<Text<'_>>) -> RelatedItem<'_> {
    RelatedItem {
        kind: RelatedItemKind::Constituent,
        display_label: "Digital object",
        href: None,
        title: title.map_or(RelatedTitle::Absent, RelatedTitle::Known),
        physical_description: PhysicalDescription::default(),
        notes: Vec::new(),
        identifiers: Vec::new(),
        location: Location::default(),
    }
}
