//! What the API answers for an entity, and the components that this lists.

use super::damage::{document, for_good, token};
use super::files::{DIGITAL_OBJECT, REF, catalog_record, file};
use super::graph::graph;
use super::json::{Json, Style};
use super::manifest::manifest;
use super::markdown::description;
use super::pinax::{pinax, wrong};
use super::random::Random;
use super::samples::{FILES, OTHER_KEYS};
use super::shape::{Fate, Shape, pi};
use super::tree::{Tree, manifest_cid};
use super::words::{NAMES, odd, pick, text};

/// Draws what the API answers for an entity, and stores its components; nothing for one that is not there.
pub(crate) fn body(
    random: &mut Random,
    tree: &mut Tree,
    shape: &Shape,
    place: usize,
) -> Option<Vec<u8>> {
    let style = Style::draw(random);
    let body = match shape.entities[place].fate {
        Fate::Missing => return None,
        Fate::Deleted => deleted(random, &shape.entities[place].pi).write(style),
        Fate::Merged => merged(random, shape, place).write(style),
        Fate::Broken => broken(random, tree, shape, place, style),
        Fate::Whole => {
            let mut bytes = Json::Object(manifest(random, tree, shape, place)).write(style);
            if random.happens(5) {
                bytes.splice(0..0, *b"\xEF\xBB\xBF");
            }
            bytes
        }
    };
    Some(body)
}

fn deleted(random: &mut Random, pi: &str) -> Json {
    let name = pick(random, &["pi", "id", "entity_id", "unnamed"]);
    Json::object([
        (name, pi.into()),
        ("status", "deleted".into()),
        ("deleted_at", "2025-12-14T00:00:00.000Z".into()),
        ("note", text(random).into()),
    ])
}

/// Merged into an entity below the root, which may be merged too, or into one that nobody knows.
fn merged(random: &mut Random, shape: &Shape, place: usize) -> Json {
    let into = match random.below(10) {
        0 => odd(random).into(),
        1 => Json::null(),
        2 => pi(random).into(),
        _ if shape.entities.len() == 1 => pi(random).into(),
        _ => shape.entities[1 + random.index(shape.entities.len() - 1)]
            .pi
            .as_str()
            .into(),
    };
    let sign = pick(
        random,
        &[
            ("merged", "true"),
            ("merged", "true"),
            ("status", "\"merged\""),
            ("merged", "\"true\""),
        ],
    );
    Json::object([
        (
            pick(random, &["pi", "id"]),
            shape.entities[place].pi.as_str().into(),
        ),
        (sign.0, Json::raw(sign.1)),
        ("merged_into", into),
        ("merged_at", "2025-12-14T00:00:00.000Z".into()),
    ])
}

fn broken(
    random: &mut Random,
    tree: &mut Tree,
    shape: &Shape,
    place: usize,
    style: Style,
) -> Vec<u8> {
    let mut members = manifest(random, tree, shape, place);
    match random.below(8) {
        0 => set(&mut members, "components", wrong(random, &NAMES)),
        1 => set(&mut members, "children_pi", wrong(random, &NAMES)),
        2 => {
            members.insert(0, ("id".into(), pi(random).into()));
        }
        3 => {
            members = Json::object([
                ("id", shape.entities[place].pi.as_str().into()),
                ("cid", manifest_cid("2026").into()),
                ("relationships", Json::List(Vec::new())),
                ("ts", 1_769_644_800_000.into()),
            ])
            .into_members();
        }
        _ => {
            let mut bytes = Json::Object(members).write(style);
            for_good(random, &mut bytes);
            return bytes;
        }
    }
    Json::Object(members).write(style)
}

fn set(members: &mut Vec<(Json, Json)>, name: &str, value: Json) {
    members.retain(|(known, _)| !matches!(known, Json::Text(known) if known == name));
    members.push((name.into(), value));
}

/// Draws the components, stores them, and returns what the manifest lists.
pub(crate) fn components(random: &mut Random, tree: &mut Tree) -> Json {
    let mut keys: Vec<String> = Vec::new();
    for (key, in_hundred) in [
        ("pinax.json", 80),
        ("description.md", 60),
        ("cheimarros.json", 55),
        ("catalog_record", 12),
        ("digital_object_metadata", 10),
    ] {
        if random.happens(in_hundred) {
            keys.push(key.to_owned());
        }
    }
    for _ in 0..random.below(4) {
        keys.push(format!("{}.ref.json", pick(random, &FILES)));
    }
    for _ in 0..random.below(4).saturating_sub(1) {
        keys.push(pick(random, &OTHER_KEYS).to_owned());
    }
    if random.happens(5) {
        keys.push(format!("{}.ref.json", odd(random)));
    }
    if random.happens(70) {
        keys.sort_unstable();
    }
    let listed = keys.into_iter().map(|key| {
        let bytes = component(random, &key);
        let cid = tree.component(random, bytes);
        let key = token(random, &key, 3);
        (key, cid)
    });
    Json::Object(listed.collect())
}

fn component(random: &mut Random, key: &str) -> Vec<u8> {
    let json = match key {
        "pinax.json" => pinax(random),
        "description.md" => return description(random),
        "cheimarros.json" => graph(random),
        "catalog_record" => catalog_record(random),
        "digital_object_metadata" => file(random, DIGITAL_OBJECT),
        _ if key.ends_with(".ref.json") => file(random, REF),
        _ => return text(random).into_bytes(),
    };
    document(random, json)
}
