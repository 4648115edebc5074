//! One entity: its manifest and the components that a record wants, parsed.

use bytes::Bytes;

use super::cheimarros::Cheimarros;
use super::component::ComponentRole;
use super::file_ref::{FieldNames, FileRef};
use super::json::{self, Decoded, Parsed, Value};
use super::manifest::Manifest;
use super::nara;
use super::pi::Pi;
use super::pinax::Pinax;

/// Why a listed component is not in the record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lack {
    /// It could not be had.
    Unreachable(String),
    /// It was had, or cannot be asked for, and is not what it should be.
    Unreadable(String),
}

impl Lack {
    /// Says what happened, in words.
    pub fn cause(&self) -> &str {
        match self {
            Self::Unreachable(cause) | Self::Unreadable(cause) => cause,
        }
    }

    /// Names the kind: `unreachable` or `unreadable`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Unreachable(_) => "unreachable",
            Self::Unreadable(_) => "unreadable",
        }
    }

    /// The manifest names the component and holds nothing it could be asked for by.
    pub fn without_cid() -> Self {
        Self::Unreadable("the manifest holds no CID for it".to_owned())
    }
}

/// A component that a manifest may list.
#[derive(Clone, Debug, PartialEq)]
pub enum Part<T> {
    /// The manifest does not list it.
    Absent,
    /// The manifest lists it, but it is not here.
    Lacking(Lack),
    /// Here it is.
    Here(T),
}

/// A component as it was fetched: its place in the manifest's list, and its bytes.
#[derive(Clone, Debug)]
pub struct FetchedComponent {
    /// Index into [`Manifest::components`].
    pub index: usize,
    /// The bytes, or why there are none.
    pub body: Result<Bytes, Lack>,
}

impl FetchedComponent {
    /// Returns how many bytes it has.
    pub fn bytes(&self) -> usize {
        self.body.as_ref().map_or(0, Bytes::len)
    }
}

/// An entity as the crosswalk reads it.
#[derive(Debug)]
pub struct Entity<'v> {
    /// Its PI.
    pub pi: Pi,
    /// Its manifest.
    pub manifest: &'v Manifest,
    /// The descriptive metadata.
    pub pinax: Part<Pinax<'v>>,
    /// The description, in Markdown.
    pub description: Part<&'v str>,
    /// The knowledge graph.
    pub cheimarros: Part<Cheimarros<'v>>,
    /// The digitized files, by the key of the component that tells of them.
    pub file_refs: Vec<(&'v str, Result<FileRef<'v>, Lack>)>,
    /// The title of a catalogue record.
    pub catalog_title: Part<&'v str>,
    /// How long the texts of the components are, together.
    pub text_bytes: usize,
    /// Characters of the bodies that no record can hold.
    pub characters_replaced: usize,
}

impl<T> Part<T> {
    /// Returns the component if it is here.
    pub fn here(&self) -> Option<&T> {
        match self {
            Self::Here(component) => Some(component),
            Self::Absent | Self::Lacking(_) => None,
        }
    }

    /// Returns why the component is not here, if the manifest lists it.
    pub fn lack(&self) -> Option<&Lack> {
        match self {
            Self::Lacking(lack) => Some(lack),
            Self::Absent | Self::Here(_) => None,
        }
    }
}

impl<T> From<Result<T, Lack>> for Part<T> {
    fn from(result: Result<T, Lack>) -> Self {
        result.map_or_else(Self::Lacking, Self::Here)
    }
}

/// A component on its way from bytes to a typed view.
struct Document<'b> {
    key: &'b str,
    role: ComponentRole,
    content: Result<Decoded<'b>, Lack>,
}

/// Parses the components of an entity and passes it to `read`.
///
/// The views borrow from the bodies, so they live no longer than this call.
pub fn with_entity<R>(
    pi: Pi,
    manifest: &Manifest,
    components: &[FetchedComponent],
    read: impl FnOnce(&Entity<'_>) -> R,
) -> R {
    let documents: Vec<Document<'_>> = components
        .iter()
        .filter_map(|component| Document::decode(manifest, component))
        .collect();
    // Twice, because a document that has to be repaired is parsed again.
    let mut spaces = vec![[Vec::new(), Vec::new()]; documents.len()];
    let parsed: Vec<Result<Option<Parsed<'_>>, Lack>> = documents
        .iter()
        .zip(&mut spaces)
        .map(|(document, [space, second])| document.parse(space, second))
        .collect();
    read(&Entity::read(pi, manifest, &documents, &parsed))
}

impl<'b> Document<'b> {
    fn decode(manifest: &'b Manifest, fetched: &'b FetchedComponent) -> Option<Self> {
        let component = manifest.components.get(fetched.index)?;
        let role = component.role;
        let content = match (&fetched.body, role) {
            (Err(lack), _) => Err(lack.clone()),
            (Ok(body), ComponentRole::Description) => Ok(json::decode_text(body)),
            (Ok(body), _) => Ok(json::decode_json(body)),
        };
        Some(Self {
            key: &component.key,
            role,
            content,
        })
    }

    /// Parses the document, if it is JSON; one that cannot be parsed once more, if something in it can be repaired.
    fn parse<'s>(
        &self,
        space: &'s mut Vec<u8>,
        second: &'s mut Vec<u8>,
    ) -> Result<Option<Parsed<'s>>, Lack> {
        let text = match &self.content {
            Err(lack) => return Err(lack.clone()),
            Ok(_) if self.role == ComponentRole::Description => return Ok(None),
            Ok(decoded) => &decoded.text,
        };
        let parsed = json::parse(text, space).or_else(|problem| {
            let repaired = json::with_escaped_controls(text);
            let repaired = repaired.and_then(|text| json::parse(&text, second).ok());
            repaired.ok_or(problem)
        });
        parsed.map(Some).map_err(Lack::Unreadable)
    }
}

impl<'v> Entity<'v> {
    /// Returns the file that the entity itself is, if it is one (G7, and those of the National Archives).
    pub fn own_file(&self) -> Option<&FileRef<'v>> {
        let mut own = self.file_refs.iter().filter(|(key, _)| {
            // A file told of by the manifest has no component, so no key.
            key.is_empty() || *key == "digital_object_metadata"
        });
        own.find_map(|(_, file)| file.as_ref().ok())
    }

    fn read(
        pi: Pi,
        manifest: &'v Manifest,
        documents: &'v [Document<'v>],
        parsed: &'v [Result<Option<Parsed<'v>>, Lack>],
    ) -> Self {
        let mut entity = Self {
            pi,
            manifest,
            pinax: Part::Absent,
            description: Part::Absent,
            cheimarros: Part::Absent,
            file_refs: Vec::new(),
            catalog_title: Part::Absent,
            text_bytes: 0,
            characters_replaced: manifest.characters_replaced,
        };
        entity
            .file_refs
            .extend(manifest.file.iter().map(|file| ("", Ok(file.clone()))));
        for (document, parsed) in documents.iter().zip(parsed) {
            if let Ok(decoded) = &document.content {
                entity.text_bytes += decoded.text.len();
                entity.characters_replaced += decoded.replaced;
            }
            let value = parsed
                .as_ref()
                .map(|json| json.as_ref().map_or(Value::Null, Parsed::root));
            entity.take(document, value);
        }
        entity
    }

    fn take_file(
        &mut self,
        document: &'v Document<'v>,
        value: Result<Value<'v>, &Lack>,
        names: &FieldNames,
    ) {
        let file_ref = typed(value, |value| FileRef::read_as(value, names));
        self.file_refs.push((document.key, file_ref));
    }

    fn take(&mut self, document: &'v Document<'v>, value: Result<Value<'v>, &Lack>) {
        match document.role {
            ComponentRole::Pinax => self.pinax = typed(value, Pinax::read).into(),
            ComponentRole::Cheimarros => self.cheimarros = typed(value, Cheimarros::read).into(),
            ComponentRole::FileRef => self.take_file(document, value, &FieldNames::REF),
            ComponentRole::DigitalObject => {
                self.take_file(document, value, &FieldNames::DIGITAL_OBJECT);
            }
            ComponentRole::CatalogRecord => {
                let title = |value| nara::title(value).ok_or_else(|| "no title in it".to_owned());
                self.catalog_title = typed(value, title).into();
            }
            ComponentRole::Description => {
                self.description = match &document.content {
                    Ok(decoded) => Part::Here(&*decoded.text),
                    Err(lack) => Part::Lacking(lack.clone()),
                };
            }
            ComponentRole::Linked | ComponentRole::Machinery => {}
        }
    }
}

fn typed<'v, T>(
    value: Result<Value<'v>, &Lack>,
    read: impl FnOnce(Value<'v>) -> Result<T, String>,
) -> Result<T, Lack> {
    value
        .map_err(Lack::clone)
        .and_then(|value| read(value).map_err(Lack::Unreadable))
}
