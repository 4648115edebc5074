//! The crosswalk: how an entity of the archive becomes a MODS record.
//!
//! It cannot fail: every entity yields a record, and what is missing is said in it. The elements of a record stand in
//! the order of this table, relatedItem, extension and recordInfo last, so that readers which take the first identifier
//! or address of a record take its own. Each row has a case in `fixtures/crosswalk`, named by its rule.
//!
//! | source | MODS | rule | file | guideline |
//! |---|---|---|---|---|
//! | pinax `title` | `titleInfo[@usage=primary]/title`, `subTitle` | as it stands; split at " : " alone; no `nonSort` | `title_info` | \[DLF\] required |
//! | without it: manifest `label`, title of a `catalog_record`, first heading of `description.md`, name of the file that the entity is, PI | the same with `supplied="yes"` | the first there is | `title_info` | \[UG titleInfo\] supplied |
//! | pinax `creator`: text, list, object with `name`, code of the graph | `name[@usage=primary]` (the first), `role` creator, cre | each once; wording untouched; `type` only where something tells | `name` | \[UG name\] |
//! | a creator who is not named ("Unknown photographer", "Various") | `note` "Creator as given" | "Unknown", "Anonymous", "N/A" alone: nothing | `name` | \[DLF\] names |
//! | pinax `type` | `typeOfResource`, `genre` | one of the classic strings; a `genre` where they cannot tell | `type_of_resource` | \[UG typeOfResource\] |
//! | pinax `created` | `originInfo[@eventType=production]/dateCreated` | encoded only where the text satisfies the encoding; at most one key date | `origin_info` | \[UG originInfo\], \[DLF\] one key date |
//! | its wording, where dates do not say all of it | `note` "Date as given" | in the words of the source | `origin_info` | \[UG note\] |
//! | pinax `language` | `language/languageTerm`, `scriptTerm` | ISO 639-2/B (or 639-3) code, then name; ISO 15924 | `language` | \[UG language\] |
//! | refs: MIME types | `physicalDescription/internetMediaType` | distinct, lower case, without parameters | `physical_description` | \[DLF\] required |
//! | refs: number | `physicalDescription/extent` | "2 files"; a ref that could not be had counts | `physical_description` | \[UG physicalDescription\] |
//! | year before 1950, and files | `physicalDescription/digitalOrigin` | reformatted digital; never guessed otherwise | `physical_description` | \[DLF\] required, but truth first |
//! | pinax `description`, else manifest `description` | `abstract` "Summary" | first, as brief displays take one | `abstract_` | \[UG abstract\] |
//! | `description.md` | `abstract` "Description" | flattened; the original under `altFormat`; not if it repeats the summary | `abstract_`, `markdown` | \[UG attributes\] |
//! | pinax `source` | `note` "Source" | not the default "PINAX" | `note` | \[UG note\] |
//! | a component that could not be had or read | `note[@type=metadata-status]` | absent, unreachable and unreadable told apart | `note` | \[UG note\] |
//! | pinax `subjects` | `subject/topic`; `geographic` or `name` where it is one | split at "--"; each once over all sources, whatever its case | `subject` | \[UG subject\] |
//! | pinax `place` | `subject/geographic` | made there or about it, so no place of origin | `subject` | \[UG subject\] |
//! | graph person, organization | `subject/name[@type]`, `namePart[@type=date]` | full name before label; not creators, not the institution | `subject` | \[UG subject\] |
//! | graph place; concept, topic; date | `subject/geographic`; `topic`; `temporal` | a date by its code, encoded if it parses | `subject` | \[UG subject\] |
//! | graph event; document (mode `full`) | `subject/topic`; `subject/titleInfo` | not what names a component or the record itself | `subject` | \[UG subject\] |
//! | pinax `id`; PI; address | `identifier` of the types local, arke-pi, uri | | `identifier` | \[DLF\] type required |
//! | pinax `institution` | `location/physicalLocation` | never a `name`: reference managers would make it an author | `location` | \[UG location\] |
//! | pinax `access_url` | `location/url[@usage=primary]` | percent-encoded; the entity's page where it is none | `location` | \[UG location\] |
//! | pinax `rights` | `accessCondition[@type="use and reproduction"]` | standard statements by address and label, else as it stands; none is invented | `access_condition` | \[UG accessCondition\] |
//! | manifest parent, else where the walk came from | `relatedItem[@type=host]` | linked and named only where its record is in the file | `related_item` | \[UG relatedItem\] |
//! | manifest children | `relatedItem[@type=constituent]` | in order, each once; PI and address alone | `related_item` | \[DLF\] no deep nesting |
//! | `*.ref.json`, `digital_object_metadata`, file entity (G7) | `relatedItem[@type=constituent]` "Digital object" | title, type, size, OCR as `note[@type=ocr]`, CID, `url[@access="raw object"]`, each if known | `related_item` | \[UG location\] |
//! | other components | the same | title is the key, address that of the gateway; machinery is passed over | `related_item` | \[UG relatedItem\] |
//! | manifest `ver`, `manifest_cid`, `ts`, `prev_cid`, `note` | `extension[@type=arke-provenance]` | in attributes | `extension` | \[UG extension\] |
//! | depth, parent, path in a collection | `extension[@type=arke-hierarchy]` | in attributes | `extension` | \[UG extension\] |
//! | graph (mode `full`) | `extension[@type=arke-graph]` | in attributes; codes resolved and kept | `extension` | \[UG extension\] |
//! | `type`, `language`, `created` where the record says them otherwise | `extension[@type=arke-source]` | as given | `extension` | \[UG extension\] |
//! | manifest `ts`, `ver` | `recordInfo/recordCreationDate` or `recordChangeDate` | creation if `ver` is 1; no clock | `record_info` | \[UG recordInfo\] |
//! | PI; the worker | `recordInfo/recordIdentifier`; `recordContentSource`, `recordOrigin`, `languageOfCataloging` | fixed wording, without a version | `record_info` | \[UG recordInfo\], \[DLF\] language required |
//!
//! \[UG\]: the MODS User Guidelines, page of the element: <https://www.loc.gov/standards/mods/userguide/>. \[DLF\]: the
//! DLF/Aquifer guidelines for shareable MODS records: <https://wiki.dlib.indiana.edu/display/DLFAquifer>.

mod abstract_;
mod access_condition;
mod diagnostics;
mod extension;
mod identifier;
mod language;
mod location;
mod markdown;
mod name;
mod note;
mod options;
mod origin_info;
mod physical_description;
mod record_info;
mod related_item;
mod subject;
mod title_info;
mod type_of_resource;

use std::hash::Hash;

use foldhash::{HashSet, HashSetExt as _};

use crate::arke::{Entity, Pi, Pinax};
use crate::mods::document::{DocumentKind, HostTitle, WrittenRecord};
use crate::mods::{Record, Text, TitleInfo, Uri};

use extension::ChangedValues;
use name::KnownNames;
use origin_info::date;

pub use diagnostics::{Diagnostics, Incomplete, Repair};
pub use options::{CheimarrosMode, Options};

/// The longest title that is repeated in the records of an entity's children, in bytes.
///
/// It is remembered until the last child's record is written; a longer one would cost memory for no reader's good.
const HOST_TITLE_BYTES_MAX: usize = 2048;

/// What a record depends on besides its entity.
#[derive(Clone, Copy, Debug)]
pub struct Context<'c> {
    /// What of the entity goes into the record.
    pub options: Options,
    /// Public address of the archive's site, without a slash at its end.
    pub site_url: &'c str,
    /// Public address of the archive's gateway, without a slash at its end.
    pub ipfs_url: &'c str,
    /// The entity's place in the exported tree; `None` where it is exported alone, as a document of its own.
    pub position: Option<&'c Position>,
}

/// The place of an entity in the exported tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position {
    /// Levels below the root.
    pub depth: u32,
    /// The entity that the walk came from; `None` for the root.
    pub parent: Option<Pi>,
    /// The way from the root, each PI behind a slash; bounded by who makes it.
    pub path: String,
}

/// What an entity is converted to: a record, and diagnostics.
#[derive(Clone, Debug)]
pub struct Conversion {
    /// The record.
    pub record: WrittenRecord,
    /// The title that the records of its children may show.
    pub host_title: Option<HostTitle>,
    /// What is missing or was changed.
    pub diagnostics: Diagnostics,
}

impl Context<'_> {
    /// Returns what the root of the record's document is.
    pub fn document(&self) -> DocumentKind {
        match self.position {
            Some(_) => DocumentKind::Collection,
            None => DocumentKind::Record,
        }
    }

    fn entity_url(&self, pi: Pi) -> Uri {
        Uri::made([self.site_url, "/", pi.text().as_str()].concat())
    }

    fn component_url(&self, cid: &str) -> Uri {
        Uri::made([self.ipfs_url, "/ipfs/", cid].concat())
    }
}

/// Makes the record of an entity.
pub fn crosswalk(entity: &Entity<'_>, context: &Context<'_>) -> Conversion {
    let none = Pinax::default();
    let pinax = entity.pinax.present().unwrap_or(&none);
    let graph = entity.cheimarros.present();
    let agents = name::agents(graph);
    let known = KnownNames::new(graph, &agents, &pinax.institutions);
    let record = record(entity, pinax, &known, context);
    let host_title = host_title(&record.title_info);
    let record = record.write(
        context.document(),
        related_item::related_items(entity, context),
        expected_bytes(entity),
    );
    let diagnostics = diagnostics::diagnostics(entity, pinax);
    Conversion {
        record,
        host_title,
        diagnostics,
    }
}

/// Returns how many bytes the record of an entity will hardly exceed: growing would copy what is written.
fn expected_bytes(entity: &Entity<'_>) -> usize {
    /// The marks around what the bodies say, and around a child.
    const MARKUP_BYTES: usize = 16 * 1024;
    const CHILD_BYTES: usize = 400;
    let children = entity.manifest.children.len();
    entity.body_bytes + MARKUP_BYTES + CHILD_BYTES * children
}

/// Returns the value of `ID` in the record of an entity; a PI alone can start with a digit, which `xs:ID` cannot.
fn record_id(pi: Pi) -> String {
    ["entity-", pi.text().as_str()].concat()
}

fn record<'v>(
    entity: &'v Entity<'v>,
    pinax: &'v Pinax<'v>,
    known: &'v KnownNames<'v>,
    context: &Context<'_>,
) -> Record<'v> {
    let title_info = title_info::title_info(entity);
    let creators = name::creators(&pinax.creators, known);
    let kinds = type_of_resource::kinds(&pinax.kinds);
    let languages = language::languages(&pinax.languages);
    let raw_date = pinax.created;
    let created = raw_date.map(date::read).unwrap_or_default();
    let address = location::access_url(entity, pinax, context);
    let changed = ChangedValues {
        kinds: kinds.changed,
        languages: languages.changed,
        created: created.changed(raw_date),
    };
    let mode = context.options.cheimarros_mode;
    let subjects = subject::subjects(entity, &title_info, &creators.names, known, mode);
    let rights = pinax.rights.iter();
    Record {
        id: record_id(entity.pi),
        title_info,
        names: creators.names,
        types_of_resource: kinds.types,
        genres: kinds.genres,
        physical_description: physical_description::physical_description(
            entity,
            created.latest_year,
        ),
        origin_info: origin_info::origin_info(created.dates),
        languages: languages.languages,
        abstracts: abstract_::abstracts(entity, context),
        notes: note::notes(entity, creators.unnamed, created.as_given),
        subjects,
        identifiers: identifier::identifiers(entity, pinax, &address, context),
        location: location::location(pinax, address, context),
        access_conditions: distinct(rights.filter_map(|rights| access_condition::read(rights))),
        extensions: extension::extensions(entity, context, changed),
        record_info: record_info::record_info(entity),
    }
}

/// Returns each value once, in the order of the first.
fn distinct<T: Clone + Eq + Hash>(values: impl Iterator<Item = T>) -> Vec<T> {
    let mut seen = HashSet::new();
    values.filter(|value| seen.insert(value.clone())).collect()
}

/// Returns the words of a text in lower case, with single blanks between them.
fn folded(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").to_lowercase()
}

fn joined<'v>(values: &[&'v str]) -> Option<Text<'v>> {
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
