//! Summary of a record: what a table of the export says of it, and the hash of what it was made of.

use ring::digest::{Context as Sha256, SHA256};

use crate::arke::{Child, ComponentRole, Entity, FileRef};
use crate::mods::{AccessCondition, Date, DatePoint, Language, Name, Record};
use crate::sanitize::{cell, list_cell};

use super::{Context, Diagnostics, related_item, title_info};

/// What a table of the export says of a record; each text is one line, with strokes between the items of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// The title.
    pub title: Box<str>,
    /// The creators.
    pub creators: Box<str>,
    /// The dates of creation, ranges with a slash.
    pub dates: Box<str>,
    /// The types of the resource.
    pub kinds: Box<str>,
    /// The codes of the languages.
    pub languages: Box<str>,
    /// The rights: the addresses of standard statements, or words.
    pub rights: Box<str>,
    /// How many files the record lists.
    pub files: usize,
    /// Number of the entity's version.
    pub version: Option<u64>,
    /// When it was stored, as the archive wrote it.
    pub modified: Box<str>,
    /// Address of the entity's page.
    pub url: Box<str>,
    /// SHA-256 of all that the record was made of, but for options, and for what the host's record says.
    pub source: [u8; 32],
}

impl Summary {
    /// Takes what is said of the record of an entity, which lacks what the diagnostics tell.
    pub(super) fn new(
        record: &Record<'_>,
        entity: &Entity<'_>,
        context: &Context<'_>,
        diagnostics: &Diagnostics,
    ) -> Self {
        let title = &record.title_info;
        let title = match &title.sub_title {
            Some(sub_title) => format!("{} : {}", title.title.as_str(), sub_title.as_str()),
            None => title.title.as_str().to_owned(),
        };
        let modified = entity.manifest.timestamp.as_deref();
        let dates = record.origin_info.as_ref();
        let dates = dates.map_or(&[][..], |origin| &origin.dates_created);
        Self {
            title: cell(&title).into(),
            creators: list(record.names.iter().filter_map(creator)),
            dates: list(ranges(dates)),
            kinds: list(record.types_of_resource.iter().map(|kind| kind.term)),
            languages: list(record.languages.iter().filter_map(language)),
            rights: list(record.access_conditions.iter().map(right)),
            files: entity.file_refs.len() + related_item::linked(entity).count(),
            version: entity.manifest.version,
            modified: cell(modified.unwrap_or_default()).into(),
            url: context.entity_url(entity.pi).as_str().into(),
            source: source(entity, context, diagnostics),
        }
    }

    /// Returns roughly how many bytes its texts take.
    pub(crate) fn weight(&self) -> usize {
        #[rustfmt::skip]
        let texts = [
            &self.title, &self.creators, &self.dates, &self.kinds, &self.languages, &self.rights, &self.modified,
            &self.url,
        ];
        texts.into_iter().map(|text| text.len()).sum()
    }
}

fn list<I: AsRef<str>>(items: impl IntoIterator<Item = I>) -> Box<str> {
    list_cell(items, |_| "…".to_owned()).into()
}

fn creator<'r>(name: &'r Name<'_>) -> Option<&'r str> {
    let is_creator = name.roles.iter().any(|role| role.term == "creator");
    is_creator.then(|| name.name_part.as_str())
}

/// Returns the dates, the two ends of a range as one.
fn ranges(dates: &[Date<'_>]) -> Vec<String> {
    let mut ranges: Vec<String> = Vec::new();
    for date in dates {
        match ranges.last_mut() {
            Some(start) if date.point == Some(DatePoint::End) => {
                start.push('/');
                start.push_str(date.text.as_str());
            }
            _ => ranges.push(date.text.as_str().to_owned()),
        }
    }
    ranges
}

fn language<'r>(language: &'r Language<'_>) -> Option<&'r str> {
    let mut terms = language.terms.iter();
    let code = terms.find(|term| term.is_code);
    code.or(language.terms.first())
        .map(|term| term.term.as_str())
}

fn right<'r>(condition: &'r AccessCondition<'_>) -> &'r str {
    condition.uri.as_deref().unwrap_or(condition.text.as_str())
}

/// Hashes what a record is made of: the components that the manifest lists and that could be had, and what else of the
/// manifest it says. Number and time of the version are not among it, which change where nothing else does.
fn source(entity: &Entity<'_>, context: &Context<'_>, diagnostics: &Diagnostics) -> [u8; 32] {
    let manifest = entity.manifest;
    let mut source = Parts(Sha256::new(&SHA256));
    let components = manifest.components.iter();
    for component in components.filter(|component| component.role != ComponentRole::Machinery) {
        source.add(component.key.as_bytes());
        source.add(component.cid.as_deref().unwrap_or_default().as_bytes());
    }
    source.end(manifest.components.len());
    for (key, _) in &diagnostics.missing_components {
        source.add(key.as_bytes());
    }
    source.end(diagnostics.missing_components.len());
    for child in &manifest.children {
        if let Child::Entity(pi) = child {
            source.add(pi.text().as_str().as_bytes());
        }
    }
    source.end(manifest.children.len());
    let walked_from = context.position.and_then(|place| place.parent);
    for parent in [manifest.parent, walked_from] {
        source.add_text(parent.map(|parent| parent.to_string()).as_deref());
    }
    let group = manifest.note.as_deref().and_then(title_info::group);
    let group = group.as_ref().map(crate::mods::Text::as_str);
    for text in [
        manifest.label.as_deref(),
        manifest.description.as_deref(),
        group,
    ] {
        source.add_text(text);
    }
    if let Some(FileRef {
        url,
        cid,
        media_type,
        size_bytes,
        filename,
        ocr,
        ..
    }) = &manifest.file
    {
        for text in [url, cid, media_type, filename, ocr] {
            source.add_text(text.as_deref());
        }
        source.end(size_bytes.map_or(0, |size| usize::try_from(size).unwrap_or_default()));
    }
    let mut sha256 = [0; 32];
    sha256.copy_from_slice(source.0.finish().as_ref());
    sha256
}

/// The hash of parts, none of which runs into the next.
struct Parts(Sha256);

impl Parts {
    fn add(&mut self, part: &[u8]) {
        self.end(part.len());
        self.0.update(part);
    }

    fn add_text(&mut self, text: Option<&str>) {
        self.add(text.unwrap_or("\0").as_bytes());
    }

    fn end(&mut self, number: usize) {
        self.0.update(&(number as u64).to_le_bytes());
    }
}
