//! The answer of the entity API: one entity's manifest, in any of the shapes it has had.
//!
//! Generations G0 to G7 (October to December 2025) differ in the name of the identity (`pi`, then `id`) and of the
//! parent (`parent_pi`, for a day `hierarchy_parent`), and in what else they tell. Deleted and merged entities are
//! answered with 200 and a small body. The unrelated API of 2026 (G8) is recognised and refused.

use foldhash::{HashMap, HashMapExt as _};

use super::address;
use super::cid;
use super::component::Component;
use super::fields::{FieldProblem, Fields};
use super::file_ref::FileRef;
use super::json::{self, Member, Value};
use super::pi::Pi;
use crate::sanitize::excerpt;

/// The most children one entity may list: five times what a block of the store can hold.
const CHILDREN_MAX: usize = 200_000;

/// What the API answers for a PI.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ManifestReading {
    /// An entity.
    Entity(Box<Manifest>),
    /// The entity was merged into another.
    Merged {
        /// The survivor.
        into: Pi,
    },
    /// The entity was deleted.
    Deleted,
}

/// The manifest of an entity.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manifest {
    /// Number of this version of the entity, from 1.
    pub version: Option<u64>,
    /// When this version was stored, as the archive wrote it.
    pub timestamp: Option<Box<str>>,
    /// CID of this version of the manifest.
    pub cid: Option<Box<str>>,
    /// CID of the version before.
    pub previous_cid: Option<Box<str>>,
    /// The components, in the order of the document.
    pub components: Vec<Component>,
    /// The children, in the order of the document.
    pub children: Vec<Child>,
    /// The parent in the tree as the manifest names it; [`Pi::ORIGIN`] says that there is none.
    pub parent: Option<Pi>,
    /// What the last writer noted.
    pub note: Option<Box<str>>,
    /// A title (G2 and later).
    pub label: Option<Box<str>>,
    /// A summary (G2 and later).
    pub description: Option<Box<str>>,
    /// The file that this entity is (G7: `type` is `file`).
    pub file: Option<FileRef>,
    /// What could not be used, by field.
    pub problems: Vec<FieldProblem>,
    /// Characters of the body that no record can hold.
    pub characters_replaced: usize,
}

/// An entry of the list of children.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Child {
    /// A PI.
    Entity(Pi),
    /// Something else, as the list has it.
    Malformed(Box<str>),
}

/// Why a body is not the manifest that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ManifestError {
    /// It can never be read; asking again is of no use.
    Unsupported(String),
    /// It is not what the API answers; an error of the transport, perhaps.
    Malformed(String),
}

/// What a child takes: here, and about as much in the tree, where it is kept.
const CHILD_BYTES: usize = 2 * size_of::<Child>();
/// What two texts take that stand apart, beside their length.
const ALLOCATED_BYTES: usize = 48;

/// What a note says of the group of files that an entity was made of.
const GROUP: &str = "Reorganization group:";

impl Manifest {
    /// Returns the name of the group of files that it was made of, as the note has it.
    pub(crate) fn group(&self) -> Option<&str> {
        self.note.as_deref()?.trim().strip_prefix(GROUP)
    }

    /// Returns roughly how many bytes it takes.
    pub fn weight(&self) -> usize {
        let texts = [
            &self.timestamp,
            &self.cid,
            &self.previous_cid,
            &self.note,
            &self.label,
            &self.description,
        ];
        let texts: usize = texts.into_iter().flatten().map(|text| text.len()).sum();
        let malformed = self.children.iter().map(|child| match child {
            Child::Entity(_) => 0,
            Child::Malformed(text) => text.len(),
        });
        let components = self.components.iter().map(|component| {
            size_of::<Component>()
                + component.key.len()
                + component.cid.as_deref().map_or(0, str::len)
                + ALLOCATED_BYTES
        });
        let children = self.children.len() * CHILD_BYTES + malformed.sum::<usize>();
        size_of::<Self>() + texts + children + components.sum::<usize>()
    }
}

/// Reads the body of an answer to a request for `asked`.
///
/// # Errors
///
/// Returns why the body is no manifest of that entity.
pub fn read(body: &[u8], asked: Pi) -> Result<ManifestReading, ManifestError> {
    let (mut document, characters_replaced) = json::read(body).map_err(ManifestError::Malformed)?;
    let stripped = address::strip(&mut document);
    let object = &document;
    object.object().map_err(ManifestError::Malformed)?;
    check_identity(object, asked)?;
    if let Some(components) = json::member(object, "components") {
        let mut manifest = read_entity(object, components)?;
        manifest.problems.extend(stripped);
        manifest.characters_replaced = characters_replaced;
        return Ok(ManifestReading::Entity(Box::new(manifest)));
    }
    read_tombstone(object)
}

fn check_identity(object: &Value<'_>, asked: Pi) -> Result<(), ManifestError> {
    let named = ["id", "pi", "entity_id"]
        .into_iter()
        .find_map(|name| json::text(object, name));
    match named {
        // Entities that were never migrated are answered without any identity (G5 and later).
        None => Ok(()),
        Some(named) if named.parse() == Ok(asked) => Ok(()),
        Some(named) => Err(ManifestError::Malformed(format!(
            "the manifest is that of {:?}",
            excerpt(named)
        ))),
    }
}

fn read_tombstone(object: &Value<'_>) -> Result<ManifestReading, ManifestError> {
    let status = json::text(object, "status");
    let merged = json::member(object, "merged") == Some(&Value::Bool(true));
    if merged || status == Some("merged") {
        let into = json::text(object, "merged_into").unwrap_or_default();
        return match into.parse() {
            Ok(into) => Ok(ManifestReading::Merged { into }),
            Err(_) => Err(ManifestError::Malformed(format!(
                "merged into {:?}, which is no PI",
                excerpt(into)
            ))),
        };
    }
    if status == Some("deleted") {
        return Ok(ManifestReading::Deleted);
    }
    // G8 counts milliseconds where the others write a date, and keeps content outside the entity.
    let is_g8 = ["cid", "relationships", "edited_by"]
        .into_iter()
        .any(|name| json::member(object, name).is_some());
    Err(if is_g8 {
        ManifestError::Unsupported(
            "the API answers in its form of 2026 (relationships instead of components), which this version does not \
             read"
            .to_owned(),
        )
    } else {
        ManifestError::Malformed("the body names no components and is no tombstone".to_owned())
    })
}

fn read_entity(object: &Value<'_>, components: &Value<'_>) -> Result<Manifest, ManifestError> {
    let Value::Object(components) = components else {
        return Err(ManifestError::Malformed(format!(
            "components is {}, not an object",
            components.kind()
        )));
    };
    let mut fields = Fields::of(object).map_err(ManifestError::Malformed)?;
    let mut boxed = |name| fields.text(name).map(Into::into);
    let manifest = Manifest {
        timestamp: boxed("ts"),
        note: boxed("note"),
        label: boxed("label"),
        description: boxed("description"),
        cid: fields.cid("manifest_cid"),
        previous_cid: fields.cid("prev_cid"),
        version: fields.whole_number("ver"),
        components: read_components(components, &mut fields),
        children: read_children(object)?,
        parent: read_parent(&mut fields),
        file: read_file(&mut fields),
        problems: Vec::new(),
        characters_replaced: 0,
    };
    Ok(Manifest {
        problems: fields.into_problems(),
        ..manifest
    })
}

/// Reads the parent in the tree; beside `hierarchy_parent` (G2) `parent_pi` means something else.
fn read_parent(fields: &mut Fields<'_>) -> Option<Pi> {
    let names = ["hierarchy_parent", "parent_pi"];
    let (name, parent) = names
        .into_iter()
        .find_map(|name| Some((name, fields.text(name)?)))?;
    let pi = parent.parse().ok();
    if pi.is_none() {
        fields.add_problem(name, format!("{:?} is no PI; left out", excerpt(parent)));
    }
    pi
}

/// Reads the list of components; of two with one name the last counts, as JavaScript has it.
fn read_components(object: &[Member<'_>], fields: &mut Fields<'_>) -> Vec<Component> {
    let mut components: Vec<Component> = Vec::with_capacity(object.len());
    let mut places: HashMap<&str, usize> = HashMap::with_capacity(object.len());
    for (key, cid) in object {
        let read = cid::read(cid).map(Into::into);
        if read.is_none() && !matches!(cid, Value::Null) {
            let reason = format!(
                "{} of {} is no CID",
                excerpt(&cid.to_string()),
                excerpt(key)
            );
            fields.add_problem("components", reason);
        }
        let place = *places.entry(key).or_insert(components.len());
        match components.get_mut(place) {
            Some(component) => component.cid = read,
            None => components.push(Component::new(key, read)),
        }
    }
    components
}

fn read_children(object: &Value<'_>) -> Result<Vec<Child>, ManifestError> {
    let children = match json::member(object, "children_pi") {
        None => return Ok(Vec::new()),
        Some(Value::Array(children)) => children,
        Some(other) => {
            let kind = other.kind();
            let problem = format!("children_pi is {kind}, not a list");
            return Err(ManifestError::Malformed(problem));
        }
    };
    if children.len() > CHILDREN_MAX {
        return Err(ManifestError::Unsupported(format!(
            "it lists {} children; at most {CHILDREN_MAX} are read",
            children.len()
        )));
    }
    let read = |child: &Value<'_>| match child.as_str().map(str::parse) {
        Some(Ok(pi)) => Child::Entity(pi),
        Some(Err(_)) => Child::Malformed(child.as_str().unwrap_or_default().into()),
        None => Child::Malformed(child.to_string().into()),
    };
    Ok(children.iter().map(read).collect())
}

/// Reads the file that an entity of the type `file` describes in its `properties`.
fn read_file(fields: &mut Fields<'_>) -> Option<FileRef> {
    let is_file = fields.value("type").and_then(Value::as_str) == Some("file");
    let properties = fields
        .value("properties")
        .filter(|value| !value.is_nothing())?;
    if !is_file {
        fields.add_problem("properties", "no place in a record; left out".to_owned());
        return None;
    }
    match FileRef::read(properties) {
        Ok(file) => Some(file),
        Err(reason) => {
            fields.add_problem("properties", format!("{reason}; left out"));
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const PI: &str = "01K9Z3K4GMDWTT0VQXYSPC9W6S";
    const PARENT: &str = "01K75HQQXNTDG7BBP7PS9AWYAN";
    const CHILD: &str = "01K75HQQZKGZY0ZGEHFWJVY4H5";
    const CID: &str = "bafkreidf4hey3mlier32gckzq7h3ioyrsuwg37t6he63w6xkc2n6j2qrmm";

    fn pi(text: &str) -> Pi {
        text.parse().expect("a PI")
    }

    #[track_caller]
    fn entity(body: &serde_json::Value) -> Manifest {
        match read(body.to_string().as_bytes(), pi(PI)) {
            Ok(ManifestReading::Entity(manifest)) => *manifest,
            other => panic!("{other:?} from {body}"),
        }
    }

    #[track_caller]
    fn malformed(body: &serde_json::Value) -> String {
        match read(body.to_string().as_bytes(), pi(PI)) {
            Err(ManifestError::Malformed(reason)) => reason,
            other => panic!("{other:?} from {body}"),
        }
    }

    fn g1() -> serde_json::Value {
        json!({
            "pi": PI, "ver": 6, "ts": "2025-11-12T08:00:00.000Z", "manifest_cid": "bafyreimanifest", "prev_cid": null,
            "components": {"pinax.json": CID}, "children_pi": [CHILD], "parent_pi": PARENT, "note": "Set parent"
        })
    }

    #[test]
    fn a_raw_control_character_does_not_lose_the_entity() {
        let body = g1().to_string().replace("Set parent", "Set\tparent\u{1}");
        let Ok(ManifestReading::Entity(manifest)) = read(body.as_bytes(), pi(PI)) else {
            panic!("no entity");
        };
        assert_eq!(manifest.note.as_deref(), Some("Set\tparent\u{1}"));
        assert_eq!(manifest.characters_replaced, 1);
    }

    #[test]
    fn g1_is_read_whole() {
        let manifest = entity(&g1());
        let expected = Manifest {
            version: Some(6),
            timestamp: Some("2025-11-12T08:00:00.000Z".into()),
            cid: Some("bafyreimanifest".into()),
            components: vec![Component::new("pinax.json", Some(CID.into()))],
            children: vec![Child::Entity(pi(CHILD))],
            parent: Some(pi(PARENT)),
            note: Some("Set parent".into()),
            ..Manifest::default()
        };
        assert_eq!(manifest, expected);
    }

    #[test]
    fn g0_has_no_parent() {
        let mut body = g1();
        body.as_object_mut().expect("an object").remove("parent_pi");
        assert_eq!(entity(&body).parent, None);
    }

    #[test]
    fn g2_names_the_parent_in_the_tree_apart_from_the_provenance() {
        let body = json!({
            "id": PI, "pi": PI, "type": "PI", "label": "Letters", "description": "Of 1885", "components": {},
            "hierarchy_parent": PARENT, "parent_pi": CHILD, "merged_entities": []
        });
        let manifest = entity(&body);
        assert_eq!(manifest.parent, Some(pi(PARENT)));
        assert_eq!(
            (manifest.label.as_deref(), manifest.description.as_deref()),
            (Some("Letters"), Some("Of 1885"))
        );
    }

    #[test]
    fn g3_and_g4_may_hold_nulls() {
        let body = json!({
            "id": PI, "pi": PI, "created_at": "2025-12-14T00:00:00.000Z", "components": {}, "children_pi": null,
            "parent_pi": null, "source_pi": null, "label": null, "note": null
        });
        assert_eq!(entity(&body), Manifest::default());
    }

    #[test]
    fn g5_has_the_identity_in_id_alone_and_what_was_not_migrated_has_none() {
        entity(&json!({"id": PI, "components": {}}));
        entity(&json!({"components": {}}));
    }

    #[test]
    fn g7_describes_a_file_in_its_properties() {
        let body = json!({
            "id": PI, "type": "file", "components": {}, "source_pi": PARENT,
            "properties": {"filename": "a.jpg", "content_type": "image/jpeg", "cdn_url": "https://cdn.example.org/a",
                           "original_size": 12, "original_cid": CID}
        });
        let expected = FileRef {
            url: Some("https://cdn.example.org/a".into()),
            cid: Some(CID.into()),
            media_type: Some("image/jpeg".into()),
            size_bytes: Some(12),
            filename: Some("a.jpg".into()),
            ocr: None,
            ..FileRef::default()
        };
        assert_eq!(entity(&body).file, Some(expected));
    }

    #[test]
    fn g8_is_refused_for_good_with_a_reason() {
        let body = json!({
            "id": PI, "cid": "bafyrei", "type": "file", "properties": {}, "relationships": [], "ver": 1,
            "ts": 1_769_644_800_000_u64, "edited_by": {"user_id": "u", "method": "m"}
        });
        match read(body.to_string().as_bytes(), pi(PI)) {
            Err(ManifestError::Unsupported(reason)) => assert!(reason.contains("2026"), "{reason}"),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn tombstones_of_every_generation_are_told_apart() {
        let reading = |body: serde_json::Value| read(body.to_string().as_bytes(), pi(PI));
        let merged = Ok(ManifestReading::Merged { into: pi(CHILD) });
        assert_eq!(
            reading(json!({"pi": PI, "id": PI, "merged": true, "merged_into": CHILD})),
            merged
        );
        assert_eq!(
            reading(json!({"id": PI, "source_pi": PARENT, "merged": true, "merged_into": CHILD})),
            merged
        );
        assert_eq!(
            reading(json!({"entity_id": PI, "status": "merged", "merged_into": CHILD})),
            merged
        );
        let deleted = Ok(ManifestReading::Deleted);
        assert_eq!(
            reading(
                json!({"id": PI, "status": "deleted", "deleted_at": "2025-12-14T00:00:00.000Z"})
            ),
            deleted
        );
        assert_eq!(
            reading(json!({"entity_id": PI, "status": "deleted"})),
            deleted
        );
    }

    #[test]
    fn the_manifest_of_another_entity_is_not_taken() {
        let mut body = g1();
        body["pi"] = json!(CHILD);
        assert_eq!(
            malformed(&body),
            format!("the manifest is that of {CHILD:?}")
        );
    }

    #[test]
    fn what_is_no_manifest_is_an_error() {
        assert!(malformed(&json!([])).contains("a list instead of an object"));
        assert!(malformed(&json!({"pi": PI})).contains("no components"));
        assert!(malformed(&json!({"pi": PI, "components": []})).contains("components is a list"));
        assert!(
            malformed(&json!({"pi": PI, "components": {}, "children_pi": "x"}))
                .contains("children_pi is a text")
        );
        assert!(
            malformed(&json!({"pi": PI, "merged": true, "merged_into": "x"})).contains("no PI")
        );
        assert!(matches!(
            read(b"<html>", pi(PI)),
            Err(ManifestError::Malformed(_))
        ));
    }

    #[test]
    fn children_that_are_no_pi_are_kept_as_they_are() {
        let body = json!({"pi": PI, "components": {}, "children_pi": [CHILD, "not-a-pi", 7, null, {"a": 1}]});
        let expected = [
            Child::Entity(pi(CHILD)),
            Child::Malformed("not-a-pi".into()),
            Child::Malformed("7".into()),
            Child::Malformed("null".into()),
            Child::Malformed("{\"a\":1}".into()),
        ];
        assert_eq!(entity(&body).children, expected);
    }

    #[test]
    fn more_children_than_are_read_are_refused_for_good() {
        for (child, children) in [(CHILD, CHILDREN_MAX + 1), ("a", 1_048_500)] {
            let body = json!({"pi": PI, "components": {}, "children_pi": vec![child; children]});
            let read = read(body.to_string().as_bytes(), pi(PI));
            let expected = format!("it lists {children} children; at most 200000 are read");
            assert_eq!(read, Err(ManifestError::Unsupported(expected)));
        }
    }

    #[test]
    fn a_field_of_the_wrong_type_spoils_itself_alone_and_is_noted() {
        let body = json!({
            "pi": PI, "ver": "4", "ts": 1_769_644_800, "note": ["a"], "label": {"a": 1}, "components": {},
            "parent_pi": "nobody", "children_pi": [CHILD], "type": "file", "properties": "none"
        });
        let manifest = entity(&body);
        let problems: Vec<String> = manifest
            .problems
            .iter()
            .map(|problem| format!("{}: {}", problem.field, problem.reason))
            .collect();
        let expected = [
            "ts: a number where a text is expected; left out",
            "note: a list where a text is expected; left out",
            "label: an object where a text is expected; left out",
            "parent_pi: \"nobody\" is no PI; left out",
            "properties: a text instead of an object; left out",
        ];
        assert_eq!(problems, expected);
        assert_eq!((manifest.version, manifest.children.len()), (Some(4), 1));
    }

    #[test]
    fn a_component_without_a_usable_cid_is_kept_without_one() {
        let body = json!({"pi": PI, "components": {"a": 7, "b": "../../etc/passwd", "c": CID}});
        let cids: Vec<_> = entity(&body)
            .components
            .into_iter()
            .map(|component| component.cid)
            .collect();
        assert_eq!(cids, [None, None, Some(CID.into())]);
    }
}
