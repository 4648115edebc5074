//! The crosswalk: how an entity of the archive becomes a MODS record.
//!
//! It cannot fail: every entity yields a record, and what is missing is said in it. Where to read on: [UG] the MODS
//! User Guidelines, <https://www.loc.gov/standards/mods/userguide/>; [DLF] the DLF/Aquifer guidelines for shareable
//! MODS records, <https://wiki.dlib.indiana.edu/display/DLFAquifer>.
//!
//! | source | MODS | rule | file |
//! |---|---|---|---|
//! | pinax `title` | `titleInfo` | as it stands; split at " : " only; supplied from elsewhere where blank ([DLF] required) | `title` |
//! | pinax `creator` | `name` with the relator creator | typed only where something tells ([UG] name) | `name` |
//! | pinax `type` | `typeOfResource`, `genre` | the classic strings; genre where they cannot tell ([UG] typeOfResource) | `resource_type` |
//! | pinax `created` | `originInfo/dateCreated`, `note` | encoded only where the text satisfies the encoding ([DLF] one key date) | `date` |
//! | pinax `language` | `language` | ISO 639-2/B code, then name ([UG] language) | `language` |
//! | refs: MIME types, number | `physicalDescription` | distinct types; number of files ([DLF] required) | `description` |
//! | pinax `description`, manifest `description` | `abstract` "Summary" | first, as brief displays take one | `description` |
//! | `description.md` | `abstract` "Description" | flattened; the original under `altFormat` ([UG] attributes) | `markdown` |
//! | pinax `source` | `note` "Source" | not the default "PINAX" | `description` |
//! | pinax `subjects`, `place`; graph | `subject` | once each, over all sources ([UG] subject) | `subject` |
//! | pinax `id`; PI; pinax `access_url` | `identifier` | typed ([DLF] type required) | here |
//! | pinax `institution`, `access_url` | `location` | never a name: reference managers would make it an author | here |
//! | pinax `rights` | `accessCondition` | standard statements by address and label, else as it stands | `rights` |
//! | parent, children, refs, other components | `relatedItem` | host, constituents; never nested deeper ([DLF]) | `related_item` |
//! | manifest version, CID, note; depth, path; graph; changed values | `extension` | data in attributes | `extension` |
//! | manifest `ts`, `ver`; PI | `recordInfo` | no clock | `record_info` |
//!
//! [UG]: https://www.loc.gov/standards/mods/userguide/
//! [DLF]: https://wiki.dlib.indiana.edu/display/DLFAquifer

mod date;
mod description;
mod extension;
mod iso639;
mod language;
mod markdown;
mod name;
mod record_info;
mod related_item;
mod resource_type;
mod rights;
mod subject;
mod title;

use std::borrow::Cow;

use crate::arke::entity::Lack;
use crate::arke::{Entity, Part, Pi, Pinax};
use crate::job::ExportOptions;
use crate::mods::document::{DocumentKind, WrittenRecord};
use crate::mods::{Identifier, Location, OriginInfo, Record, Text, TitleInfo, Uri, Url};

use extension::ChangedValues;
use name::KnownNames;

/// The longest title that is repeated in the records of an entity's children, in bytes.
///
/// It is remembered until the last child's record is written; a longer one would cost memory for no reader's good.
const HOST_TITLE_BYTES_MAX: usize = 2048;

/// What a record depends on besides its entity.
#[derive(Clone, Copy, Debug)]
pub struct Context<'c> {
    /// The options of the job.
    pub options: &'c ExportOptions,
    /// Public address of the archive's site, without a slash at its end.
    pub site_url: &'c str,
    /// Public address of the archive's gateway, without a slash at its end.
    pub ipfs_url: &'c str,
    /// What the document's root is.
    pub document: DocumentKind,
    /// The entity's place in the exported tree; `None` where a single entity is exported.
    pub place: Option<&'c Place>,
}

/// The place of an entity in the exported tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Levels below the root.
    pub depth: u32,
    /// The entity that the walk came from; `None` for the root.
    pub parent: Option<Pi>,
    /// The way from the root, each PI behind a slash; bounded by who makes it.
    pub path: String,
}

/// A record, and what is to be told of it.
#[derive(Clone, Debug)]
pub struct Crosswalked {
    /// The record.
    pub record: WrittenRecord,
    /// The title that the records of its children may show.
    pub host_title: Option<Box<str>>,
    /// What is missing or was changed.
    pub remarks: Remarks,
}

/// What a librarian would want to know of a record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Remarks {
    /// Why the descriptive metadata is not in the record: not listed (`None` inside), or listed and lacking.
    pub incomplete: Option<Option<Lack>>,
    /// Components that the record wanted and does not have, by key.
    pub lacking: Vec<(Box<str>, Lack)>,
    /// Fields of the descriptive metadata that could not be used as they stand.
    pub repaired: Vec<(&'static str, String)>,
    /// Characters that were removed or replaced.
    pub characters_replaced: usize,
}

impl Context<'_> {
    fn entity_url(&self, pi: Pi) -> Uri {
        Uri::made(format!("{}/{pi}", self.site_url))
    }

    fn component_url(&self, cid: &str) -> Uri {
        Uri::made(format!("{}/ipfs/{cid}", self.ipfs_url))
    }
}

/// Makes the record of an entity.
pub fn crosswalk(entity: &Entity<'_>, context: &Context<'_>) -> Crosswalked {
    let none = Pinax::default();
    let pinax = entity.pinax.here().unwrap_or(&none);
    let known = KnownNames::new(entity.cheimarros.here(), &pinax.institutions);
    let record = record(entity, pinax, &known, context);
    let host_title = host_title(&record.title_info);
    let record = record.write(
        context.document,
        related_item::related_items(entity, context),
    );
    let remarks = remarks(entity, pinax, record.characters_replaced);
    Crosswalked {
        record,
        host_title,
        remarks,
    }
}

/// Returns the value of `ID` in the record of an entity; a PI alone can start with a digit, which `xs:ID` cannot.
fn record_id(pi: Pi) -> String {
    format!("entity-{pi}")
}

fn record<'v>(
    entity: &'v Entity<'v>,
    pinax: &'v Pinax<'v>,
    known: &KnownNames<'v>,
    context: &Context<'_>,
) -> Record<'v> {
    let names = name::creators(&pinax.creators, known);
    let (types, genres): (Vec<_>, Vec<_>) = pinax
        .kinds
        .iter()
        .map(|kind| resource_type::read(kind))
        .unzip();
    let created = pinax.created.as_deref().map(date::read).unwrap_or_default();
    let languages: Vec<_> = pinax
        .languages
        .iter()
        .filter_map(|language| language::read(language))
        .collect();
    let changed = ChangedValues {
        languages: languages
            .iter()
            .any(|language| language.is_shortened)
            .then(|| joined(&pinax.languages))
            .flatten(),
        created: created.as_given.clone(),
        kinds: None,
    };
    Record {
        id: record_id(entity.pi),
        title_info: title::title_info(entity),
        subjects: subject::subjects(entity, context.options.cheimarros_mode, &names, known),
        names,
        type_of_resource: types.into_iter().flatten().next(),
        genres: genres.into_iter().flatten().collect(),
        physical_description: description::physical_description(entity, created.latest_year),
        origin_info: (!created.dates.is_empty()).then_some(OriginInfo {
            event_type: Some("production"),
            dates_created: created.dates,
        }),
        languages: languages
            .into_iter()
            .map(|language| language.language)
            .collect(),
        abstracts: description::abstracts(entity, context),
        notes: description::notes(entity, created.as_given),
        identifiers: identifiers(entity, pinax, context),
        location: location(entity, pinax, context),
        access_conditions: pinax
            .rights
            .iter()
            .filter_map(|rights| rights::read(rights))
            .collect(),
        extensions: extension::extensions(entity, context, changed),
        record_info: record_info::record_info(entity),
    }
}

fn joined<'v>(values: &[Cow<'v, str>]) -> Option<Text<'v>> {
    Text::line(values.join("; "))
}

/// Returns the address at which the entity is shown: that of the pinax if it is one, else that of the site.
fn access_url(entity: &Entity<'_>, pinax: &Pinax<'_>, context: &Context<'_>) -> Uri {
    pinax
        .access_url
        .as_deref()
        .and_then(Uri::parse)
        .unwrap_or_else(|| context.entity_url(entity.pi))
}

fn identifiers<'v>(
    entity: &Entity<'_>,
    pinax: &'v Pinax<'v>,
    context: &Context<'_>,
) -> Vec<Identifier<'v>> {
    let pinax_id = pinax.id.as_deref().and_then(Text::line);
    let pinax_id = pinax_id.map(|value| Identifier {
        kind: "local",
        display_label: "PINAX ID",
        value,
    });
    let pi = Identifier {
        kind: "arke-pi",
        display_label: "Arke Persistent Identifier",
        value: Text::made(entity.pi.to_string()),
    };
    let uri = Identifier {
        kind: "uri",
        display_label: "Arke URI",
        value: Text::made(access_url(entity, pinax, context).to_string()),
    };
    pinax_id.into_iter().chain([pi, uri]).collect()
}

fn location<'v>(entity: &Entity<'_>, pinax: &'v Pinax<'v>, context: &Context<'_>) -> Location<'v> {
    let institutions = pinax
        .institutions
        .iter()
        .filter(|institution| !name::is_no_name(institution));
    Location {
        physical_locations: institutions
            .filter_map(|institution| Text::line(&**institution))
            .collect(),
        url: Some(Url {
            primary: true,
            display_label: Some("View in Arke"),
            ..Url::in_context(access_url(entity, pinax, context))
        }),
    }
}

fn host_title(title_info: &TitleInfo<'_>) -> Option<Box<str>> {
    let title = title_info.title.as_str();
    (!title_info.supplied && title.len() <= HOST_TITLE_BYTES_MAX).then(|| title.into())
}

fn remarks(entity: &Entity<'_>, pinax: &Pinax<'_>, characters_replaced: usize) -> Remarks {
    let named = [
        ("pinax.json", entity.pinax.lack()),
        ("description.md", entity.description.lack()),
        ("cheimarros.json", entity.cheimarros.lack()),
        ("catalog_record", entity.catalog_title.lack()),
    ];
    let named = named
        .into_iter()
        .filter_map(|(key, lack)| Some((key.into(), lack?.clone())));
    let refs = entity
        .file_refs
        .iter()
        .filter_map(|(key, file_ref)| Some(((*key).into(), file_ref.as_ref().err()?.clone())));
    let no_cid = || Lack::Unreadable("the manifest holds no CID for it".to_owned());
    let linked = entity.manifest.components.iter().filter(|component| {
        component.cid.is_none() && component.role() == crate::arke::ComponentRole::Linked
    });
    Remarks {
        incomplete: match &entity.pinax {
            Part::Here(_) => None,
            Part::Absent => Some(None),
            Part::Lacking(lack) => Some(Some(lack.clone())),
        },
        lacking: named
            .chain(refs)
            .chain(linked.map(|component| (component.key.clone(), no_cid())))
            .collect(),
        repaired: pinax
            .problems
            .iter()
            .map(|problem| (problem.field, problem.reason.clone()))
            .collect(),
        characters_replaced: characters_replaced + entity.characters_replaced,
    }
}
