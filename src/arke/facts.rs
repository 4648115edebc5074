//! Facts of an entity: what a table says of it besides its record, the hash of all that this is made of among them.

use ring::digest::{Context as Sha256, SHA256};

use super::{Child, Component, ComponentRole, Entity, FileRef, Pi};
use crate::sanitize::cell;

/// What a table says of an entity besides its record.
#[derive(Clone, Debug)]
pub struct Facts {
    /// How many files the record lists.
    pub files: usize,
    /// Number of the entity's version.
    pub version: Option<u64>,
    /// When it was stored, as the archive wrote it, in one line.
    pub modified: Box<str>,
    /// Address of the entity's page.
    pub url: Box<str>,
    /// SHA-256 of all that the record was made of, but for options, and for what the host's record says.
    pub hash: [u8; 32],
}

impl Entity<'_> {
    /// Returns what a table says of it; the arguments are its page, and those of its [hash](Self::hash).
    pub(crate) fn facts<'k>(
        &self,
        url: &str,
        missing: impl ExactSizeIterator<Item = &'k str>,
        walked_from: Option<Pi>,
    ) -> Facts {
        let modified = self.manifest.timestamp.as_deref();
        Facts {
            files: self.file_refs.len() + self.linked().count(),
            version: self.manifest.version,
            modified: cell(modified.unwrap_or_default()).into(),
            url: url.into(),
            hash: self.hash(missing, walked_from),
        }
    }

    /// Returns the components that are files of their own.
    pub(crate) fn linked(&self) -> impl Iterator<Item = &Component> {
        let components = self.manifest.components.iter();
        components.filter(|component| component.role == ComponentRole::Linked)
    }

    /// Hashes what its record is made of: the components that the manifest lists and those of them that are `missing`,
    /// what else of the manifest it says, and where the walk came from. Number and time of the version are not among
    /// it, which change where nothing else does.
    fn hash<'k>(
        &self,
        missing: impl ExactSizeIterator<Item = &'k str>,
        walked_from: Option<Pi>,
    ) -> [u8; 32] {
        let manifest = self.manifest;
        let mut source = Parts(Sha256::new(&SHA256));
        let components = manifest.components.iter();
        for component in components.filter(|component| component.role != ComponentRole::Machinery) {
            source.add(component.key.as_bytes());
            source.add(component.cid.as_deref().unwrap_or_default().as_bytes());
        }
        source.end(manifest.components.len());
        let missing_count = missing.len();
        missing.for_each(|key| source.add(key.as_bytes()));
        source.end(missing_count);
        for child in &manifest.children {
            if let Child::Entity(pi) = child {
                source.add(pi.text().as_str().as_bytes());
            }
        }
        source.end(manifest.children.len());
        for parent in [manifest.parent, walked_from] {
            source.add_text(parent.map(|parent| parent.to_string()).as_deref());
        }
        let texts = [&manifest.label, &manifest.description].map(Option::as_deref);
        for text in texts.into_iter().chain([manifest.group()]) {
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
