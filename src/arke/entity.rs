//! One entity: its manifest and the components that a record wants, parsed.

use super::address;
use super::cheimarros::Cheimarros;
use super::component::{Component, ComponentRole};
use super::content::{Content, FetchedComponent, Unavailable};
use super::fields::FieldProblem;
use super::file_ref::FileRef;
use super::json::{self, Value, text};
use super::manifest::Manifest;
use super::nara::CatalogRecord;
use super::pi::Pi;
use super::pinax::Pinax;

/// A component that a manifest may list.
#[derive(Clone, Debug, PartialEq)]
pub enum Part<T> {
    /// The manifest does not list it.
    Absent,
    /// The manifest lists it, but it is not here.
    Unavailable(Unavailable),
    /// Here it is.
    Present(T),
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
    pub file_refs: Vec<(&'v str, Result<&'v FileRef, &'v Unavailable>)>,
    /// The catalogue record.
    pub catalog_record: Part<CatalogRecord<'v>>,
    /// The fields of its documents that had something in an address that opens a door, by the key of the component.
    pub stripped: Vec<(&'v str, FieldProblem)>,
    /// How long the bodies of its documents and the texts of its files are, together, or will be in the record.
    pub body_bytes: usize,
    /// Characters of the manifest and of the bodies that could be read that no record can hold.
    pub characters_replaced: usize,
}

impl<T> Part<T> {
    /// Returns the component if it is here.
    pub fn present(&self) -> Option<&T> {
        match self {
            Self::Present(component) => Some(component),
            Self::Absent | Self::Unavailable(_) => None,
        }
    }

    /// Returns why the component is not here, if the manifest lists it.
    pub fn unavailable(&self) -> Option<&Unavailable> {
        match self {
            Self::Unavailable(why) => Some(why),
            Self::Absent | Self::Present(_) => None,
        }
    }
}

impl<T> From<Result<T, Unavailable>> for Part<T> {
    fn from(result: Result<T, Unavailable>) -> Self {
        result.map_or_else(Self::Unavailable, Self::Present)
    }
}

/// Parses the components of an entity, which stand in the order of the manifest's list, and passes it to `read`.
///
/// What is borrowed lives no longer than this call.
pub fn with_entity<R>(
    pi: Pi,
    manifest: &Manifest,
    components: &[FetchedComponent],
    read: impl FnOnce(&Entity<'_>) -> R,
) -> R {
    let mut documents = Vec::new();
    let mut entity = Entity {
        pi,
        manifest,
        pinax: Part::Absent,
        description: Part::Absent,
        cheimarros: Part::Absent,
        file_refs: manifest.file.iter().map(|file| ("", Ok(file))).collect(),
        catalog_record: Part::Absent,
        stripped: Vec::new(),
        body_bytes: 0,
        characters_replaced: manifest.characters_replaced,
    };
    for fetched in components {
        let Some(Component { key, role, .. }) = manifest.components.get(fetched.index) else {
            continue;
        };
        let content = match &fetched.content {
            Ok(Content::File(file)) => {
                entity.characters_replaced += file.characters_replaced;
                entity.body_bytes += file.weight();
                entity.file_refs.push((key, Ok(file)));
                continue;
            }
            Err(why) if role.is_file() => {
                entity.file_refs.push((key, Err(why)));
                continue;
            }
            Ok(Content::Document(body)) => {
                entity.body_bytes += body.len();
                read_body(*role, body)
            }
            Err(why) => Err(why.clone()),
        };
        let content = content.map(|(mut value, replaced)| {
            entity.characters_replaced += replaced;
            let stripped = address::strip(&mut value).into_iter();
            entity
                .stripped
                .extend(stripped.map(|problem| (&**key, problem)));
            value
        });
        documents.push((role, content));
    }
    for (role, content) in &documents {
        entity.set(**role, content);
    }
    read(&entity)
}

/// Reads the body of a document; returns it, and how many of its characters no record can hold.
fn read_body(role: ComponentRole, body: &[u8]) -> Result<(Value<'_>, usize), Unavailable> {
    if role != ComponentRole::Description {
        return json::read(body).map_err(Unavailable::Unreadable);
    }
    let (text, runs) = text::decode(body);
    let unwritable = text::count_unwritable(&text);
    Ok((Value::Text(text), runs + unwritable))
}

fn typed<'v, T>(
    content: &'v Result<Value<'v>, Unavailable>,
    read: impl FnOnce(&'v Value<'v>) -> Result<T, String>,
) -> Result<T, Unavailable> {
    let value = content.as_ref().map_err(Unavailable::clone)?;
    read(value).map_err(Unavailable::Unreadable)
}

impl<'v> Entity<'v> {
    /// Returns the file that the entity itself is, if it is one (G7, and those of the National Archives).
    pub fn own_file(&self) -> Option<&FileRef> {
        let mut own = self.file_refs.iter().filter(|(key, _)| {
            // A file that the manifest describes has no component, so no key.
            key.is_empty() || Some(*key) == ComponentRole::DigitalObject.key()
        });
        own.find_map(|(_, file)| file.ok())
    }

    /// Returns why documents that the manifest lists are not here, by their roles.
    pub fn unavailable(&self) -> impl Iterator<Item = (ComponentRole, &Unavailable)> {
        let parts = [
            (ComponentRole::Pinax, self.pinax.unavailable()),
            (ComponentRole::Description, self.description.unavailable()),
            (ComponentRole::Cheimarros, self.cheimarros.unavailable()),
            (
                ComponentRole::CatalogRecord,
                self.catalog_record.unavailable(),
            ),
        ];
        let parts = parts.into_iter();
        parts.filter_map(|(role, why)| Some((role, why?)))
    }

    /// Returns what could not be used in its documents, by the key of the component; the manifest has none.
    pub(crate) fn problems(&self) -> impl Iterator<Item = (Option<&str>, &FieldProblem)> {
        let pinax = self.pinax.present().map(|pinax| &pinax.problems);
        let catalog = self.catalog_record.present().map(|record| &record.problems);
        let graph = self.cheimarros.present().map(|graph| &graph.problems);
        let documents = [
            (ComponentRole::Pinax.key(), pinax),
            (ComponentRole::CatalogRecord.key(), catalog),
            (None, Some(&self.manifest.problems)),
            (ComponentRole::Cheimarros.key(), graph),
        ];
        // A file that the manifest describes has no component, so no key.
        let key = |key: &'v str| Some(key).filter(|key| !key.is_empty());
        let files = self.file_refs.iter();
        let files =
            files.map(move |(name, file)| (key(name), file.ok().map(|file| &file.problems)));
        let read = documents.into_iter().chain(files);
        let read = read.flat_map(|(key, problems)| {
            problems
                .into_iter()
                .flatten()
                .map(move |problem| (key, problem))
        });
        let stripped = self
            .stripped
            .iter()
            .map(|(key, problem)| (Some(*key), problem));
        stripped.chain(read)
    }

    fn set(&mut self, role: ComponentRole, content: &'v Result<Value<'v>, Unavailable>) {
        match role {
            ComponentRole::Pinax => self.pinax = typed(content, Pinax::read).into(),
            ComponentRole::Cheimarros => self.cheimarros = typed(content, Cheimarros::read).into(),
            ComponentRole::CatalogRecord => {
                self.catalog_record = typed(content, CatalogRecord::read).into();
            }
            ComponentRole::Description => {
                let text = |value: &'v Value<'v>| Ok(value.as_str().unwrap_or_default());
                self.description = typed(content, text).into();
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::ManifestReading;
    use super::super::manifest;
    use bytes::Bytes;

    use super::*;

    #[test]
    fn characters_count_where_a_document_could_be_read() {
        let pi: Pi = "01K9Z3K4GMDWTT0VQXYSPC9W6S".parse().expect("a PI");
        let body =
            br#"{"components": {"pinax.json": "bafkreione", "description.md": "bafkreitwo"}}"#;
        let Ok(ManifestReading::Entity(manifest)) = manifest::read(body, pi) else {
            panic!("no entity");
        };
        let replaced = |pinax: &'static [u8]| {
            let fetched = |(index, component): (usize, &Component)| {
                let body = match component.role {
                    ComponentRole::Pinax => pinax,
                    _ => b"caf\xE9 \x01",
                };
                FetchedComponent {
                    index,
                    content: Content::read(component.role, Bytes::from_static(body)),
                }
            };
            let components: Vec<_> = manifest
                .components
                .iter()
                .enumerate()
                .map(fetched)
                .collect();
            with_entity(pi, &manifest, &components, |entity| {
                (
                    entity.pinax.unavailable().is_some(),
                    entity.characters_replaced,
                )
            })
        };
        assert_eq!(replaced(b"{\"title\": \"\xFF\"}"), (false, 3));
        assert_eq!(replaced(b"{\"title\": \"\xFF\""), (true, 2));
    }
}
