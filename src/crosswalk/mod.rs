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
//! | pinax `id`; PI; pinax `access_url` | `identifier` | typed ([DLF] type required) | `identification` |
//! | pinax `institution`, `access_url` | `location` | never a name: reference managers would make it an author | `identification` |
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
mod identification;
mod iso639;
mod language;
mod markdown;
mod name;
mod record_info;
mod related_item;
mod remarks;
mod resource_type;
mod rights;
mod subject;
mod title;

use std::borrow::Cow;
use std::collections::HashSet;
use std::hash::Hash;

use crate::arke::{Entity, Pi, Pinax};
use crate::job::{ExportOptions, Remarks};
use crate::mods::document::{DocumentKind, HostTitle, WrittenRecord};
use crate::mods::{OriginInfo, Record, Text, TitleInfo, Uri};

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
    pub host_title: Option<HostTitle>,
    /// What is missing or was changed.
    pub remarks: Remarks,
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
    let remarks = remarks::remarks(entity, pinax);
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
    known: &'v KnownNames<'v>,
    context: &Context<'_>,
) -> Record<'v> {
    let title_info = title::title_info(entity);
    let creators = name::creators(&pinax.creators, known);
    let kinds: Vec<_> = pinax
        .kinds
        .iter()
        .map(|kind| resource_type::read(kind))
        .collect();
    let created = pinax.created.as_deref().map(date::read).unwrap_or_default();
    let address = identification::access_url(entity, pinax, context);
    let readings: Vec<_> = pinax
        .languages
        .iter()
        .filter_map(|language| language::read(language))
        .collect();
    let changed = ChangedValues {
        kinds: kinds
            .iter()
            .any(|reading| reading.is_changed)
            .then(|| joined(&pinax.kinds))
            .flatten(),
        languages: readings
            .iter()
            .any(|reading| reading.is_changed)
            .then(|| joined(&pinax.languages))
            .flatten(),
        created: pinax
            .created
            .as_deref()
            .and_then(Text::line)
            .filter(|given| !created.is(given)),
    };
    let (types, genres): (Vec<_>, Vec<_>) = kinds
        .into_iter()
        .map(|reading| (reading.kind, reading.genre))
        .unzip();
    Record {
        id: record_id(entity.pi),
        subjects: subject::subjects(
            entity,
            &title_info,
            &creators.names,
            known,
            context.options.cheimarros_mode,
        ),
        title_info,
        names: creators.names,
        types_of_resource: distinct(types.into_iter().flatten()),
        genres: distinct(genres.into_iter().flatten()),
        physical_description: description::physical_description(entity, created.latest_year),
        origin_info: (!created.dates.is_empty()).then_some(OriginInfo {
            event_type: Some("production"),
            dates_created: created.dates,
        }),
        languages: distinct(readings.into_iter().map(|reading| reading.language)),
        abstracts: description::abstracts(entity, context),
        notes: description::notes(entity, creators.unnamed, created.as_given),
        identifiers: identification::identifiers(entity, pinax, &address, context),
        location: identification::location(pinax, address, context),
        access_conditions: distinct(
            pinax
                .rights
                .iter()
                .filter_map(|rights| rights::read(rights)),
        ),
        extensions: extension::extensions(entity, context, changed),
        record_info: record_info::record_info(entity),
    }
}

/// Returns each value once, in the order of the first.
fn distinct<T: Clone + Eq + Hash>(values: impl Iterator<Item = T>) -> Vec<T> {
    let mut seen = HashSet::new();
    values.filter(|value| seen.insert(value.clone())).collect()
}

fn joined<'v>(values: &[Cow<'v, str>]) -> Option<Text<'v>> {
    Text::line(values.join("; "))
}

fn host_title(title_info: &TitleInfo<'_>) -> Option<HostTitle> {
    let title = title_info.title.as_str();
    let sub_title = title_info.sub_title.as_ref().map(Text::as_str);
    let bytes = title.len() + sub_title.map_or(0, str::len);
    (!title_info.supplied && bytes <= HOST_TITLE_BYTES_MAX).then(|| HostTitle {
        title: title.into(),
        sub_title: sub_title.map(Into::into),
    })
}
