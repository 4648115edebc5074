//! What MODS has no element for, in the archive's own namespace, as `extension`.
//!
//! Data goes into attributes: the Library of Congress' stylesheet to MARC prints the text of an extension as a note.
//! The graph is here whole, in the order of its document, what became a subject included: it is data, and half of it
//! would be none. A code stands beside the name that it resolves to; one that no entity declares stands for itself.

use crate::arke::cheimarros::{Cheimarros, Property, PropertyValue};
use crate::arke::{Entity, Manifest};
use crate::job::CheimarrosMode;
use crate::mods::xml::Foreign;
use crate::mods::{Extension, Text};

use super::Context;

/// The namespace of the elements inside `extension`.
const NAMESPACE: &str = "https://arke.institute/ns/mods-extension/1";

/// Values of the pinax that the record expresses in other words.
#[derive(Debug, Default)]
pub(super) struct ChangedValues<'v> {
    pub(super) kinds: Option<Text<'v>>,
    pub(super) languages: Option<Text<'v>>,
    pub(super) created: Option<Text<'v>>,
}

/// Returns the extensions of a record.
pub(super) fn extensions<'v>(
    entity: &'v Entity<'v>,
    context: &Context<'_>,
    changed: ChangedValues<'v>,
) -> Vec<Extension<'v>> {
    let graph = entity
        .cheimarros
        .here()
        .filter(|_| context.options.cheimarros_mode == CheimarrosMode::Full);
    [
        provenance(entity.manifest),
        hierarchy(context),
        graph.and_then(graph_extension),
        source(changed),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn provenance(manifest: &Manifest) -> Option<Extension<'_>> {
    let attributes = [
        (
            "version",
            manifest
                .version
                .map(|version| Text::made(version.to_string())),
        ),
        ("cid", manifest.cid.as_deref().and_then(Text::line)),
        (
            "timestamp",
            manifest.timestamp.as_deref().and_then(Text::line),
        ),
        (
            "previous",
            manifest.previous_cid.as_deref().and_then(Text::line),
        ),
        ("note", manifest.note.as_deref().and_then(Text::block)),
    ];
    extension(
        "arke-provenance",
        "Arke manifest",
        "arke:manifest",
        present(attributes),
    )
}

fn hierarchy<'v>(context: &Context<'_>) -> Option<Extension<'v>> {
    let place = context.place?;
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
        present(attributes),
    )
}

fn source(changed: ChangedValues<'_>) -> Option<Extension<'_>> {
    let attributes = [
        ("type", changed.kinds),
        ("language", changed.languages),
        ("created", changed.created),
    ];
    extension(
        "arke-source",
        "Values as found in the source",
        "arke:source",
        present(attributes),
    )
}

fn graph_extension<'v>(graph: &'v Cheimarros<'v>) -> Option<Extension<'v>> {
    let mut children = Vec::with_capacity(2 * graph.entities.len() + graph.relations.len());
    for entity in &graph.entities {
        let attributes = [
            ("code", Text::line(entity.code)),
            ("type", Text::line(entity.kind)),
            ("label", entity.label.and_then(Text::line)),
            ("filename", entity.filename.and_then(Text::line)),
        ];
        children.push(element("arke:entity", present(attributes)));
        children.extend(entity.properties.iter().map(|property| {
            let owner = [
                ("entity", Text::line(entity.name())),
                ("entityCode", Text::line(entity.code)),
            ];
            property_element(graph, owner, property)
        }));
    }
    children.extend(graph.relations.iter().map(|relation| {
        let attributes = [
            ("source", name_of(graph, relation.source)),
            ("sourceCode", Text::line(relation.source)),
            ("type", relation.predicate.and_then(Text::line)),
            ("target", name_of(graph, relation.target)),
            ("targetCode", Text::line(relation.target)),
        ];
        let properties = relation.properties.iter();
        Foreign {
            children: properties
                .map(|property| property_element(graph, [], property))
                .collect(),
            ..element("arke:relation", present(attributes))
        }
    }));
    if children.is_empty() {
        return None;
    }
    let content = Foreign {
        children,
        ..element("arke:graph", vec![declaration()])
    };
    Some(Extension {
        kind: "arke-graph",
        display_label: "Knowledge graph",
        content,
    })
}

/// Returns a property, after what says whose it is; that of a relation stands inside it.
fn property_element<'v, const N: usize>(
    graph: &'v Cheimarros<'v>,
    owner: [(&'static str, Option<Text<'v>>); N],
    (name, value): &'v Property<'v>,
) -> Foreign<'v> {
    let (value, code) = match value {
        PropertyValue::Text(text) => (Text::block(&**text), None),
        PropertyValue::Reference(code) => (name_of(graph, code), Text::line(*code)),
    };
    let own = [
        ("name", Text::line(*name)),
        ("value", value),
        ("valueCode", code),
    ];
    element("arke:property", present(owner.into_iter().chain(own)))
}

/// Returns what a code of the graph stands for, by its best name; the code itself if nothing declares it.
fn name_of<'v>(graph: &'v Cheimarros<'v>, code: &'v str) -> Option<Text<'v>> {
    Text::line(graph.entity(code).map_or(code, |entity| entity.name()))
}

/// Returns an extension of one element, if there is anything to tell.
fn extension<'v>(
    kind: &'static str,
    display_label: &'static str,
    name: &'static str,
    attributes: Vec<(&'static str, Text<'v>)>,
) -> Option<Extension<'v>> {
    if attributes.is_empty() {
        return None;
    }
    let attributes = std::iter::once(declaration()).chain(attributes).collect();
    Some(Extension {
        kind,
        display_label,
        content: element(name, attributes),
    })
}

fn declaration<'v>() -> (&'static str, Text<'v>) {
    ("xmlns:arke", Text::fixed(NAMESPACE))
}

fn present<'v>(
    attributes: impl IntoIterator<Item = (&'static str, Option<Text<'v>>)>,
) -> Vec<(&'static str, Text<'v>)> {
    let attributes = attributes.into_iter();
    // Most are present, and a list that grows by steps would be copied.
    let mut present = Vec::with_capacity(attributes.size_hint().1.unwrap_or_default());
    present.extend(attributes.filter_map(|(name, value)| Some((name, value?))));
    present
}

fn element<'v>(name: &'static str, attributes: Vec<(&'static str, Text<'v>)>) -> Foreign<'v> {
    Foreign {
        name,
        attributes,
        children: Vec::new(),
    }
}
