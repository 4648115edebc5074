//! Hash of an entity: of all that its record is made of.

use ring::digest::{Context as Sha256, SHA256};

use super::{Child, ComponentRole, Entity, FileRef, Pi};

impl Entity<'_> {
    /// Hashes what its record is made of: the components that the manifest lists and those of them that are `missing`,
    /// what else of the manifest it says, and where the walk came from. Number and time of the version are not among
    /// it, which change where nothing else does.
    pub(crate) fn hash<'k>(
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
