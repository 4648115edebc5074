//! The crosswalk: how an entity of the archive becomes a MODS record.
//!
//! It cannot fail: every entity yields a record, and what is missing is said in it. The elements of a record stand in
//! the order of this table, relatedItem, extension and recordInfo last, so that readers which take the first identifier
//! or address of a record take its own. Each row has a case in `fixtures/crosswalk`, named by its rule.
//!
//! Before any field, every value of the pinax has one reading (`value`, `values`): what says nothing is left out, a
//! list in one text is split, of two values that are the same the first stands, and an address alone is no heading. Of
//! an object in the place of a text the words are read, and an address and roles where the element has them; the report
//! names what else is in it, as it does for the graph. Users, passwords and signatures are taken out of the addresses
//! in all documents before that, and the report names the field.
//!
//! | source | MODS | rule | file | guideline |
//! |---|---|---|---|---|
//! | pinax `title` | `titleInfo[@usage=primary]/title`, `subTitle` | as it stands; split at " : " alone, and not between figures; no `nonSort` | `title_info` | \[DLF\] required |
//! | without it: manifest `label`, title or name of a `catalog_record`, group in the manifest `note`, first heading of `description.md` but for "Overview" and the like, name of the file that the entity is, PI | the same with `supplied="yes"` | the first there is; a `catalog_record` is named in a `note` "Source of title" | `title_info` | \[UG titleInfo\] supplied |
//! | pinax `creator`: text, list, object with `name`, code of the graph | `name[@usage=primary]` (the first), `namePart[@type=date]`, `role` creator in one term | each once; roles in the text, and terms, codes or addresses beside it, are relators, years of a life a date, else from the graph, but not where the text names several; `type` only where something tells, the host's graph included; "attributed to" is the one role | `name` | \[UG name\] |
//! | a creator who is not named ("Unknown photographer", "The Editor", "et al.") | `note` "Creator as given" | "Unknown", "Anonymous", "Various" alone: nothing, but a role beside it stands | `name` | \[DLF\] names |
//! | pinax `type` | `typeOfResource`, `genre` | one of the classic strings, from DCMI, MODS or a common word, in the plural too, or before a bracket; two with a slash between them; a `genre` where it says more; a number or an address alone is neither | `type_of_resource` | \[UG typeOfResource\] |
//! | pinax `created` | `originInfo/dateCreated` | encoded only where the text has one sure reading, and not where an object says more of it than is read; at most one key date | `origin_info` | \[UG originInfo\], \[DLF\] one key date |
//! | its wording, where dates do not say all of it | `note` "Date as given" | in the words of the source | `origin_info` | \[UG note\] |
//! | pinax `language` | `language/languageTerm`, `scriptTerm` | ISO 639-2/B (or 639-3) code, then name; a name, in English or its own, before a code, and a code only as it is written; ISO 15924 | `language` | \[UG language\] |
//! | files: MIME types | `physicalDescription/internetMediaType` | distinct, lower case, without parameters; of a component by its name, but not of `*-ref.json`, which only tells of a file | `physical_description` | \[DLF\] required |
//! | files: number | `physicalDescription/extent` | "2 files": all that the record lists | `physical_description` | \[UG physicalDescription\] |
//! | year before 1950, and files | `physicalDescription/digitalOrigin` | reformatted digital; never guessed otherwise | `physical_description` | \[DLF\] required, but truth first |
//! | pinax `description`, else manifest `description` | `abstract` "Summary" | first, as brief displays take one | `abstract_` | \[UG abstract\] |
//! | `description.md` | `abstract` "Description" | flattened; the original under `altFormat`; without a heading that is the title; not if it adds nothing to the summary but a heading such as "Overview" | `abstract_`, `markdown` | \[UG attributes\] |
//! | pinax `source` | `note` "Source" | not the default "PINAX"; a label stands in the text too, since most readers drop it | `note` | \[UG note\] |
//! | a component that could not be had or read | `note[@type=metadata-status]` | absent, unreachable and unreadable told apart | `note` | \[UG note\] |
//! | pinax `subjects` | `subject/topic`; `geographic`, `temporal` (any date that `origin_info` reads) or `name` where the graph, a creator or the institution is called so | split at "--" and the dashes that stand for it; none is left out because it is the creator; each once over all sources; a code of the graph is what it stands for; an address beside it is `valueURI` | `subject` | \[UG subject\] |
//! | pinax `place` | `subject/geographic`; `cartographics/coordinates` | made there or about it, so no place of origin; coordinates are one value; a number is no place | `subject` | \[UG subject\] |
//! | graph person, organization | `subject/name[@type]`, `namePart[@type=date]` | full name before label; years of a life that are doubtful as they are given; not creators, not the institution, not a place of the pinax | `subject` | \[UG subject\] |
//! | graph place; concept, topic; date | `subject/geographic`; `topic`; `temporal` | a date by its code, encoded if it parses; only if nothing but events refers to it | `subject` | \[UG subject\] |
//! | graph event (mode `full`) | `subject/topic` | documents are in the resource, and no subject | `subject` | \[UG subject\] |
//! | PI; address; pinax `id` | `identifier` of the types arke-pi, uri, local | in this order; not an `id` that is the PI; last the naId of a `catalog_record` | `identifier` | \[DLF\] type required |
//! | pinax `institution` | `location/physicalLocation` | never a `name`: reference managers would make it an author; split only where each part is a body, so that a shelfmark stays with its own | `location` | \[UG location\] |
//! | pinax `access_url` | `location/url[@usage=primary]` | percent-encoded, without password and signature; the entity's page where it is none, leads readers nowhere or to the archive's own site | `location` | \[UG location\] |
//! | a DOI, handle, ARK or URN as `access_url` or `id` | `identifier` of its type | bare, or by the address of a resolver | `identifier` | \[DLF\] type required |
//! | first image in the archive's store | `location/url[@access=preview]` | its small variant | `location` | \[UG location\] |
//! | pinax `rights` | `accessCondition[@type="use and reproduction"]` | standard statements by address, label, or name and version, else as it stands, with the address beside it; none is invented | `access_condition` | \[UG accessCondition\] |
//! | manifest parent, else where the walk came from | `relatedItem[@type=host]` "Part of" | PI of the type local, by which catalogues link; linked, named and called a collection only where its record is in the file | `related_item` | \[UG relatedItem\] |
//! | manifest children | `relatedItem[@type=constituent]` "Contains" | as the manifest lists them, each once, whatever became of them; none that the entity is itself within; PI and address alone | `related_item` | \[DLF\] no deep nesting |
//! | `*.ref.json`, `digital_object_metadata`, file entity (G7) | `relatedItem[@type=constituent]` "Digital object" | title, type, size, OCR as `note[@type=ocr]`, CID, `url[@access="raw object"]` (of the archive's store the original, whatever variant is given), each if known; of several names for a field the first that says something, and what has no place is reported | `related_item` | \[UG location\] |
//! | other components | the same | title is the key, address that of the gateway; machinery is passed over | `related_item` | \[UG relatedItem\] |
//! | manifest `ver`, `manifest_cid`, `ts`, `prev_cid`, `note` | `extension[@type=arke-provenance]` | in attributes | `extension` | \[UG extension\] |
//! | depth, parent, path in a collection | `extension[@type=arke-hierarchy]` | in attributes | `extension` | \[UG extension\] |
//! | graph (mode `full`) | `extension[@type=arke-graph]` | in attributes; codes resolved and kept | `extension` | \[UG extension\] |
//! | `type`, `language`, `created` where the record says them otherwise; an address in the place of a name, institution, subject, place or genre, a number in that of a place | `extension[@type=arke-source]` | as given | `extension` | \[UG extension\] |
//! | pinax `publisher`, `genre`, `contributor` | `originInfo/publisher`, `genre`, `name` with the role contributor, ctb | a genre once, whatever field it is of; `valueURI` of an object; a publisher with its place behind a `;` is one | `origin_info`, `type_of_resource` | \[UG originInfo\], \[UG genre\] |
//! | other fields of the pinax | `extension[@type=arke-source]` | in attributes; what is no text is reported | `extension` | \[UG extension\] |
//! | manifest `ts`, `ver` | `recordInfo/recordCreationDate` or `recordChangeDate` | creation if `ver` is 1; no clock | `record_info` | \[UG recordInfo\] |
//! | PI; the worker | `recordInfo/recordIdentifier`; `recordContentSource`, `recordOrigin`, `languageOfCataloging` | fixed wording, without a version; it says that a language model may have written the description, and that related items may have been deleted | `record_info` | \[UG recordInfo\], \[DLF\] language required |
//!
//! Of the reports that `tests/worker/cases` holds the records against, these are decided otherwise:
//!
//! - `Okafor, Miriam & Ward, Violet` stays one name without a type: `&` is in the names of firms.
//! - "Col de la Seigne Railway" is called corporate: that is so, and only `personal` was false.
//! - "İzmir" and "izmir" both stand: a dot may be another letter, as it is in Turkish. A byte-order mark at the head of
//!   a heading is not compared, and stays in its text.
//! - Tags and references of HTML stand as they are given: what is no tag ("<1885>") would be lost with them.
//! - Documents of the graph, the publications of "drexel-graph" among them, are no subjects: they are what is in the
//!   resource. "Patient 64" is no heading.
//! - Of a `catalog_record` the title and the identifier are read; dates and creators are those of a whole series. The
//!   report names what else is in it.
//! - `catalog_metadata.json` is linked and not read: nothing says that it is the record of this entity.
//! - "n.d." as a title stands: folders of undated letters are called so.
//! - An anchor of HTML as rights, and `InC-OW-EU` with the address of a related resource, stay text: both say more than
//!   the statement.
//! - "Spring 1885" and "Easter 1885" stay words: a season of EDTF has no hemisphere, and "Winter 1885" two years.
//! - `1/6/2004` and `06/01/04` stay as they are, as do figures of other scripts and years of other calendars.
//! - A size of "1.2 MB" is no number of bytes, and is reported.
//!
//! What every entity of the archive has, and no reader wants, is told nowhere: `created_at`, `type` and `source_pi` of
//! a manifest, `parent_pi` of one that has a `hierarchy_parent` (G2), `schema` of a document, `archive_key`,
//! `nara_objectId`, `page_number` and `content_hash` of a file, an `object_type` of the National Archives that is no MIME
//! type, `source`, `metadata` and further identifiers of an entity of the graph, `metadata` of the graph. A manifest's
//! `label` and `description` serve where the pinax has none, and stand nowhere else.
//!
//! \[UG\]: the MODS User Guidelines, page of the element: <https://www.loc.gov/standards/mods/userguide/>. \[DLF\]: the
//! DLF/Aquifer guidelines for shareable MODS records: <https://wiki.dlib.indiana.edu/display/DLFAquifer>.

mod abstract_;
mod access_condition;
mod context;
mod diagnostics;
mod extension;
mod identifier;
mod language;
mod location;
mod markdown;
mod name;
mod note;
mod origin_info;
mod physical_description;
mod record_info;
mod related_item;
mod subject;
mod table;
mod title_info;
mod type_of_resource;
mod value;
mod values;
mod word_tables;

use std::hash::Hash;

use foldhash::{HashSet, HashSetExt as _};

use crate::arke::content::Unavailable;
use crate::arke::{Entity, Facts, FileRef, Manifest, Pi, Pinax, Term};
use crate::mods::document::{Host, WrittenRecord};
use crate::mods::{Record, Summary, Text};
use crate::sanitize::shortened;

use name::KnownNames;
use origin_info::date;

pub use context::{CheimarrosMode, Context, Options, Position};
pub use diagnostics::{Diagnostics, Incomplete, Repair};

/// The longest title that is repeated in the records of an entity's children, in bytes.
///
/// It is remembered until the last child's record is written; a longer one would cost memory for no reader's good.
const HOST_TITLE_BYTES_MAX: usize = 2048;
/// The longest title that is shown to a person, in characters.
const TITLE_LENGTH_MAX: usize = 255;
/// How many names an entity's children may know the kinds of.
const HOST_NAMES_MAX: usize = 200;

/// What an entity is converted to: a record, and diagnostics.
#[derive(Clone, Debug)]
pub struct Conversion {
    /// The record.
    pub record: WrittenRecord,
    /// Its title as one line, shortened, for a person.
    pub title: Box<str>,
    /// What the records of its children say of it, if it has any.
    pub host: Option<Host>,
    /// What is missing or was changed.
    pub diagnostics: Diagnostics,
    /// What a table says of the record.
    pub summary: Summary,
    /// What a table says of the entity.
    pub facts: Facts,
}

/// Where the record of an entity goes that is not made at once.
pub(crate) struct Pieces<'p> {
    /// Reads the next file again that was abridged.
    pub read_again: &'p mut dyn FnMut() -> Result<FileRef, Unavailable>,
    /// Takes the next piece of the record.
    pub pass_on: &'p mut dyn FnMut(WrittenRecord),
}

/// Makes the record of an entity, none of whose files is abridged.
pub fn crosswalk(entity: &Entity<'_>, context: &Context<'_>) -> Conversion {
    convert(entity, context, None)
}

/// Makes the record of an entity piece by piece, and reads the files again that are abridged; returns the last piece.
pub(crate) fn crosswalk_in_pieces(
    entity: &Entity<'_>,
    context: &Context<'_>,
    pieces: Pieces<'_>,
) -> Conversion {
    convert(entity, context, Some(pieces))
}

fn convert(entity: &Entity<'_>, context: &Context<'_>, pieces: Option<Pieces<'_>>) -> Conversion {
    let pieces = pieces.map(|pieces| (pieces.read_again, pieces.pass_on));
    let (read_again, pass_on) = pieces.unzip();
    let pinax = &entity.pinax.present().map(values::read).unwrap_or_default();
    let graph = entity.cheimarros.present();
    let agents = name::agents(graph);
    let known = KnownNames::new(graph, &agents, pinax);
    let record = record(entity, pinax, &known, context);
    let has_children = !entity.manifest.children.is_empty();
    let host = has_children.then(|| host(&record, &known));
    let title = shortened(record.title_info.title.as_str(), TITLE_LENGTH_MAX);
    let hosts = related_item::listed_hosts(entity, context);
    let mut lost = Vec::new();
    let (written, left_out) = record.write(
        context.document(),
        related_item::host(entity, context),
        |write| lost = related_item::write_constituents(entity, context, &hosts, read_again, write),
        if pass_on.is_some() {
            0
        } else {
            expected_bytes(entity.manifest, entity.body_bytes)
        },
        pass_on,
    );
    let diagnostics = diagnostics::diagnostics(entity, &hosts, lost, &left_out);
    let missing = diagnostics.missing_components.iter().map(|(key, _)| &**key);
    let walked_from = context.position.and_then(|place| place.parent);
    Conversion {
        summary: Summary::of(&record),
        facts: entity.facts(context.entity_url(entity.pi).as_str(), missing, walked_from),
        record: written,
        title: title.into(),
        host,
        diagnostics,
    }
}

/// Returns how many bytes a record will hardly exceed that is made of a manifest and components of this weight.
pub fn expected_bytes(manifest: &Manifest, component_bytes: usize) -> usize {
    /// The marks around what the components say, and around a child and another file.
    const MARKUP_BYTES: usize = 16 * 1024;
    const CHILD_BYTES: usize = 400;
    const LINKED_BYTES: usize = 600;
    let children = CHILD_BYTES * manifest.children.len();
    let linked = LINKED_BYTES * manifest.components.len();
    MARKUP_BYTES + component_bytes + children + linked
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
    let title = title_info::title_info(entity, pinax);
    let creators = name::creators(pinax, known);
    let kinds = type_of_resource::kinds(&pinax.kinds, &pinax.genres);
    let languages = language::languages(&pinax.languages);
    let raw_date = pinax.created.map(|date| date.text);
    let created = pinax.created.map(date::read).unwrap_or_default();
    let address = location::access_url(entity, pinax, context);
    let changed = [
        ("type", kinds.changed),
        ("language", languages.changed),
        ("created", created.changed(raw_date)),
    ];
    let mode = context.options.cheimarros_mode;
    let subjects = subject::subjects(entity, pinax, &creators, known, mode);
    let rights = pinax.rights.iter();
    Record {
        id: record_id(entity.pi),
        abstracts: abstract_::abstracts(entity, pinax, &title.title_info, context),
        title_info: title.title_info,
        names: creators.names,
        types_of_resource: kinds.types,
        genres: kinds.genres,
        physical_description: physical_description::physical_description(
            entity,
            created.latest_year,
        ),
        origin_info: origin_info::origin_info(&pinax.publishers, created.dates),
        languages: languages.languages,
        notes: note::notes(
            entity,
            pinax,
            title.source,
            creators.unnamed,
            created.as_given,
        ),
        subjects,
        identifiers: identifier::identifiers(entity, pinax, &address, context),
        location: location::location(entity, pinax, address, context),
        access_conditions: distinct(rights.flat_map(access_condition::read)),
        extensions: extension::extensions(entity, pinax, context, changed),
        record_info: record_info::record_info(entity),
    }
}

/// Returns each value once, in the order of the first.
fn distinct<T: Clone + Eq + Hash>(values: impl Iterator<Item = T>) -> Vec<T> {
    let mut seen = HashSet::new();
    values.filter(|value| seen.insert(value.clone())).collect()
}

fn joined<'v>(values: &[Term<'v>]) -> Option<Text<'v>> {
    let texts: Vec<&str> = values.iter().map(|value| value.text).collect();
    Text::line(texts.join("; "))
}

fn host(record: &Record<'_>, known: &KnownNames<'_>) -> Host {
    let title = record.title_info.title.as_str();
    let sub_title = record.title_info.sub_title.as_ref().map(Text::as_str);
    let bytes = title.len() + sub_title.map_or(0, str::len);
    let is_shown = !record.title_info.supplied && bytes <= HOST_TITLE_BYTES_MAX;
    Host {
        title: is_shown.then(|| title.into()),
        sub_title: sub_title.filter(|_| is_shown).map(Into::into),
        is_collection: record.types_of_resource.iter().any(|kind| kind.collection),
        kinds: known.kinds().take(HOST_NAMES_MAX).collect(),
    }
}
