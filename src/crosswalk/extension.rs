//! What MODS has no element for, in the archive's own namespace, as `extension`.
//!
//! Data goes into attributes: the Library of Congress' stylesheet to MARC prints the text of an extension as a note.
//! The graph is here whole, in the order of its document, what became a subject included: it is data, and half of it
//! would be none. A code stands beside the name that it resolves to; one that no entity declares stands for itself.

use std::iter;

use crate::arke::cheimarros::{Cheimarros, Property, PropertyValue};
use crate::arke::{Entity, Manifest, Pinax};
use crate::mods::xml::{Attribute, Xml};
use crate::mods::{Extension, Text};

use super::{CheimarrosMode, Context};

/// The namespace of the elements inside `extension`.
const NAMESPACE: &str = "https://arke.institute/ns/mods-extension/1";

/// An attribute with a value of the source, or without one.
pub(super) type SourceAttribute<'a> = (&'static str, Option<Text<'a>>);

/// Returns the extensions of a record; `changed` are the values of the pinax that it expresses in other words.
pub(super) fn extensions<'v>(
    entity: &'v Entity<'v>,
    pinax: &Pinax<'v>,
    context: &Context<'_>,
    changed: [SourceAttribute<'v>; 3],
) -> Vec<Extension<'v>> {
    let graph = entity
        .cheimarros
        .present()
        .filter(|_| context.options.cheimarros_mode == CheimarrosMode::Full);
    [
        provenance(entity.manifest),
        hierarchy(context),
        graph.and_then(graph_extension),
        source(changed, pinax),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn provenance(manifest: &Manifest) -> Option<Extension<'_>> {
    let version = manifest.version.map(|version| version.to_string());
    let lines = [&manifest.cid, &manifest.timestamp, &manifest.previous_cid];
    let [cid, timestamp, previous] = lines.map(|line| line.as_deref().and_then(Text::line));
    let attributes = [
        ("version", version.map(Text::made)),
        ("cid", cid),
        ("timestamp", timestamp),
        ("previous", previous),
        ("note", manifest.note.as_deref().and_then(Text::block)),
    ];
    extension(
        "arke-provenance",
        "Arke manifest",
        "arke:manifest",
        attributes,
    )
}

fn hierarchy<'v>(context: &Context<'_>) -> Option<Extension<'v>> {
    let place = context.position?;
    let attributes = [
        ("depth", Some(Text::made(place.depth.to_string()))),
        (
            "parent",
            place.parent.map(|parent| Text::made(parent.to_string())),
        ),
        ("path", Some(Text::made(place.path.clone()))),
    ];
    extension(
        "arke-hierarchy",
        "Position in the exported tree",
        "arke:position",
        attributes,
    )
}

/// Returns values that the record says otherwise, and fields that it has no element for.
fn source<'v>(changed: [SourceAttribute<'v>; 3], pinax: &Pinax<'v>) -> Option<Extension<'v>> {
    let further = pinax.further.iter().flat_map(|(name, values)| {
        values.iter().map(|value| {
            let text = Text::block(value.text);
            [
                ("name", Text::line(*name)),
                ("value", text),
                ("valueURI", value.uri.and_then(Text::line)),
            ]
        })
    });
    let further: Vec<_> = further.collect();
    let has_value = !further.is_empty() || changed.iter().any(|(_, value)| value.is_some());
    has_value.then(|| Extension {
        kind: "arke-source",
        display_label: "Values as found in the source",
        is_apart: false,
        content: Box::new(move |xml| {
            let attributes = iter::once(declaration()).chain(texts(&changed));
            if further.is_empty() {
                xml.empty("arke:source", attributes);
                return;
            }
            xml.element("arke:source", attributes, |xml| {
                for field in &further {
                    xml.empty("arke:field", texts(field));
                }
            });
        }),
    })
}

fn graph_extension<'v>(graph: &'v Cheimarros<'v>) -> Option<Extension<'v>> {
    if graph.entities.is_empty() && graph.relations.is_empty() {
        return None;
    }
    Some(Extension {
        kind: "arke-graph",
        display_label: "Knowledge graph",
        is_apart: false,
        content: Box::new(|xml| {
            xml.element("arke:graph", [declaration()], |xml| {
                write_graph(graph, xml);
            });
        }),
    })
}

/// Writes the entities, each with its properties behind it, and the relations with theirs inside.
fn write_graph(graph: &Cheimarros<'_>, xml: &mut Xml<'_>) {
    let names = Names::of(graph);
    for (entity, name) in graph.entities.iter().zip(&names.texts) {
        let code = Text::line(entity.code);
        let attributes = [
            ("code", code.clone()),
            ("type", Text::line(entity.kind)),
            ("label", entity.label.and_then(Text::line)),
            ("filename", entity.filename.and_then(Text::line)),
        ];
        xml.empty("arke:entity", texts(&attributes));
        for property in &entity.properties {
            let owner = [("entity", name.clone()), ("entityCode", code.clone())];
            let own = property_attributes(&names, property);
            xml.empty("arke:property", texts(owner.iter().chain(&own)));
        }
    }
    for relation in &graph.relations {
        let attributes = [
            ("source", names.name(relation.source)),
            ("sourceCode", Text::line(relation.source)),
            ("type", relation.predicate.and_then(Text::line)),
            ("target", names.name(relation.target)),
            ("targetCode", Text::line(relation.target)),
        ];
        if relation.properties.is_empty() {
            xml.empty("arke:relation", texts(&attributes));
            continue;
        }
        xml.element("arke:relation", texts(&attributes), |xml| {
            for property in &relation.properties {
                xml.empty(
                    "arke:property",
                    texts(&property_attributes(&names, property)),
                );
            }
        });
    }
}

/// Returns what a property says, without whose it is.
fn property_attributes<'v>(
    names: &Names<'v>,
    (name, value): &'v Property<'v>,
) -> [SourceAttribute<'v>; 3] {
    let (value, code) = match value {
        PropertyValue::Text(text) => (Text::block(&**text), None),
        PropertyValue::Reference(code) => (names.name(code), Text::line(*code)),
    };
    [
        ("name", Text::line(*name)),
        ("value", value),
        ("valueCode", code),
    ]
}

/// What the entities of a graph are called, which their properties and relations repeat.
struct Names<'v> {
    graph: &'v Cheimarros<'v>,
    texts: Vec<Option<Text<'v>>>,
}

impl<'v> Names<'v> {
    fn of(graph: &'v Cheimarros<'v>) -> Self {
        let entities = graph.entities.iter();
        Self {
            graph,
            texts: entities
                .map(|entity| Text::line(entity.repeated_name()?))
                .collect(),
        }
    }

    /// Returns what a code of the graph stands for, by its best name if it is not too long; the code itself if nothing
    /// declares it.
    fn name(&self, code: &'v str) -> Option<Text<'v>> {
        let declared = self.graph.place(code);
        match declared.and_then(|place| self.texts.get(place)) {
            Some(name) => name.clone(),
            None => Text::line(code),
        }
    }
}

/// Returns an extension about the record, of one element, if any of its attributes has a value.
fn extension<'v, const N: usize>(
    kind: &'static str,
    display_label: &'static str,
    name: &'static str,
    attributes: [SourceAttribute<'v>; N],
) -> Option<Extension<'v>> {
    let has_value = attributes.iter().any(|(_, value)| value.is_some());
    has_value.then(|| Extension {
        kind,
        display_label,
        is_apart: true,
        content: Box::new(move |xml| {
            xml.empty(name, iter::once(declaration()).chain(texts(&attributes)));
        }),
    })
}

fn declaration() -> Attribute<'static> {
    ("xmlns:arke", Some(NAMESPACE))
}

fn texts<'a>(
    attributes: impl IntoIterator<Item = &'a SourceAttribute<'a>>,
) -> impl Iterator<Item = Attribute<'a>> {
    let attributes = attributes.into_iter();
    attributes.map(|(name, value)| (*name, value.as_ref().map(Text::as_str)))
}
