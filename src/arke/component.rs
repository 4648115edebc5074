//! The components of an entity: which are read, which are linked, which are machinery.

use std::sync::Arc;

use crate::sanitize::shortened;

/// A component that a manifest lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Component {
    /// Name within the entity, most often that of a file.
    pub key: Box<str>,
    /// Content identifier; `None` where the manifest holds no usable one. Shared by the requests for it.
    pub cid: Option<Arc<str>>,
    /// What it is to the record, by its name.
    pub role: ComponentRole,
}

/// What a component is to the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ComponentRole {
    /// `pinax.json`: the descriptive metadata.
    Pinax,
    /// `description.md`: a description in Markdown.
    Description,
    /// `cheimarros.json`: the knowledge graph.
    Cheimarros,
    /// `*.ref.json`: a digitized file and its OCR.
    FileRef,
    /// `catalog_record`: a description in the manner of the National Archives.
    CatalogRecord,
    /// `digital_object_metadata`: a digitized file in the manner of the National Archives.
    DigitalObject,
    /// A file of its own, which the record links to.
    Linked,
    /// What programs leave behind, which the record passes over.
    Machinery,
}

/// How the keys of digitized files end.
pub(crate) const FILE_REF_SUFFIX: &str = ".ref.json";

const MEBIBYTE: usize = 1024 * 1024;

#[rustfmt::skip]
const MACHINERY: [&str; 9] = [
    ".DS_Store", "Thumbs.db", "chunks.json", "files.json", "metadata", "properties", "relationships",
    "reorganization-description.txt", "cheimarros-raw.txt",
];

/// What files are, by the end of their name; what only tells of a file is not of its type.
#[rustfmt::skip]
const MEDIA_TYPES: [(&str, &str); 15] = [
    ("-ref.json", ""), (".csv", "text/csv"), (".htm", "text/html"), (".html", "text/html"), (".jpeg", "image/jpeg"),
    (".jpg", "image/jpeg"), (".json", "application/json"), (".md", "text/markdown"), (".mp3", "audio/mpeg"),
    (".pdf", "application/pdf"), (".png", "image/png"), (".svg", "image/svg+xml"), (".tif", "image/tiff"),
    (".txt", "text/plain"), (".xml", "application/xml"),
];

impl Component {
    /// Takes a component from the manifest's list.
    pub fn new(key: &str, cid: Option<Arc<str>>) -> Self {
        Self {
            key: key.into(),
            cid,
            role: ComponentRole::of(key),
        }
    }

    /// Returns its MIME type, as far as its name tells.
    pub fn media_type(&self) -> Option<&str> {
        let key = self.key.to_ascii_lowercase();
        let (_, media_type) = MEDIA_TYPES.iter().find(|(end, _)| key.ends_with(end))?;
        Some(*media_type).filter(|media_type| !media_type.is_empty())
    }
}

impl ComponentRole {
    fn of(key: &str) -> Self {
        let named = [
            Self::Pinax,
            Self::Description,
            Self::Cheimarros,
            Self::CatalogRecord,
            Self::DigitalObject,
        ];
        match named.into_iter().find(|role| role.key() == Some(key)) {
            Some(role) => role,
            None if key.ends_with(FILE_REF_SUFFIX) => Self::FileRef,
            None if MACHINERY.contains(&key) || key.starts_with("cheimarros") => Self::Machinery,
            None => Self::Linked,
        }
    }

    /// Returns the key of the component of this role, or `None` if several can have it.
    pub fn key(self) -> Option<&'static str> {
        match self {
            Self::Pinax => Some("pinax.json"),
            Self::Description => Some("description.md"),
            Self::Cheimarros => Some("cheimarros.json"),
            Self::CatalogRecord => Some("catalog_record"),
            Self::DigitalObject => Some("digital_object_metadata"),
            Self::FileRef | Self::Linked | Self::Machinery => None,
        }
    }

    /// Tells whether a component of this role tells of a digitized file.
    pub fn is_file(self) -> bool {
        matches!(self, Self::FileRef | Self::DigitalObject)
    }

    /// Tells whether a component of this role is fetched.
    pub fn is_fetched(self) -> bool {
        self.limit_bytes().is_some()
    }

    /// Returns how many bytes a component of this role may have, or `None` if it is never fetched.
    ///
    /// The largest seen are far below: 1.3 kB of pinax, 2.6 kB of description, a graph of 2,576 entities (about
    /// 1 MB), and 32 kB of OCR in a ref, which other uploaders do not limit.
    pub fn limit_bytes(self) -> Option<usize> {
        match self {
            Self::Pinax => Some(MEBIBYTE),
            Self::Description | Self::CatalogRecord | Self::DigitalObject => Some(4 * MEBIBYTE),
            Self::Cheimarros => Some(16 * MEBIBYTE),
            Self::FileRef => Some(32 * MEBIBYTE),
            Self::Linked | Self::Machinery => None,
        }
    }
}

/// What a component is called, as one and as many.
pub(crate) type Noun = (&'static str, &'static str);

/// Returns what a component is called, by its key.
pub(crate) fn noun(key: &str) -> Noun {
    match ComponentRole::of(key) {
        ComponentRole::Pinax => ("metadata", "metadata"),
        ComponentRole::Description => ("description", "descriptions"),
        ComponentRole::Cheimarros => ("graph", "graphs"),
        ComponentRole::CatalogRecord => ("catalogue record", "catalogue records"),
        ComponentRole::FileRef | ComponentRole::DigitalObject => ("page", "pages"),
        ComponentRole::Linked | ComponentRole::Machinery => ("file", "files"),
    }
}

/// Names a component for a person, as precisely as its key helps, of which it repeats so many characters.
pub(crate) fn named(key: &str, length: usize) -> String {
    let (noun, _) = noun(key);
    match key.strip_suffix(FILE_REF_SUFFIX) {
        Some(name) => format!("{noun} \"{}\"", shortened(name, length)),
        None if noun == "file" => format!("file \"{}\"", shortened(key, length)),
        None => format!("its {noun}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_component_is_named_by_what_it_is_to_a_person() {
        for (key, name) in [
            ("pinax.json", "its metadata"),
            ("cheimarros.json", "its graph"),
            ("Lily\npond.jpg.ref.json", "page \"Lily pond.jpg\""),
            ("plan.tif", "file \"plan.tif\""),
        ] {
            assert_eq!(named(key, 64), name);
        }
    }
}
