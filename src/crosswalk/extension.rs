//! What MODS has no element for, in the archive's own namespace, as `extension`.
//!
//! Data goes into attributes: the Library of Congress' stylesheet to MARC prints the text of an extension as a note.

use std::collections::HashMap;

use crate::arke::cheimarros::{Cheimarros, PropertyValue};
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
    let names: HashMap<&str, &'v str> = graph
        .entities
        .iter()
        .map(|entity| (entity.code, entity.name()))
        .collect();
    let name = |code: &'v str| Text::line(names.get(code).copied().unwrap_or(code));
    let mut children = Vec::new();
    for entity in &graph.entities {
        let attributes = [
            ("code", Text::line(entity.code)),
            ("type", Text::line(entity.kind)),
            ("label", entity.label.and_then(Text::line)),
        ];
        children.push(element("arke:entity", present(attributes)));
        for (property, value) in &entity.properties {
            let (value, code) = match value {
                PropertyValue::Text(text) => (Text::block(&**text), None),
                PropertyValue::Reference(code) => (name(code), Text::line(*code)),
            };
            let attributes = [
                ("entity", name(entity.code)),
                ("entityCode", Text::line(entity.code)),
                ("name", Text::line(*property)),
                ("value", value),
                ("valueCode", code),
            ];
            children.push(element("arke:property", present(attributes)));
        }
    }
    for relation in &graph.relations {
        let attributes = [
            ("source", name(relation.source)),
            ("sourceCode", Text::line(relation.source)),
            ("type", Text::line(relation.predicate)),
            ("target", name(relation.target)),
            ("targetCode", Text::line(relation.target)),
        ];
        children.push(element("arke:relation", present(attributes)));
    }
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

fn present<'v, const N: usize>(
    attributes: [(&'static str, Option<Text<'v>>); N],
) -> Vec<(&'static str, Text<'v>)> {
    attributes
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect()
}

fn element<'v>(name: &'static str, attributes: Vec<(&'static str, Text<'v>)>) -> Foreign<'v> {
    Foreign {
        name,
        attributes,
        children: Vec::new(),
    }
}
