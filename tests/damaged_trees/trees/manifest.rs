//! The manifest of an entity, in each of the forms the API has had.

use super::damage::token;
use super::entity::components;
use super::files::{FILE_ENTITY, file};
use super::json::Json;
use super::pinax::wrong;
use super::random::Random;
use super::shape::{Shape, pi};
use super::tree::{Tree, manifest_cid};
use super::words::{NAMES, pick, sentence, text};

/// The PI that stands for "no parent".
const ORIGIN: &str = "00000000000000000000000000";
/// When versions were stored.
const TIMES: [&str; 8] = [
    "2025-11-13T17:05:11.207Z",
    "2025-11-13T17:05:11.207Z",
    "2025-12-02T21:56:48.355Z",
    "2025-11-13T17:05:11Z",
    "2025-11-13",
    "2025-02-30T24:61:00Z",
    "yesterday & before",
    "",
];
/// What stands among children and is no PI.
const NO_PIS: [&str; 13] = [
    "\"not-a-pi\"",
    "\"\"",
    "\" \"",
    "\"../up\"",
    "\"01k9z3k4gmdwtt0vqxyspc9w6s\"",
    "\"01K9Z3K4GMDWTT0VQXYSPC9W6U\"",
    "\"01K9Z3K4GM]]><DWTT\\u0000\\ud800\"",
    "7",
    "-0.0",
    "null",
    "true",
    "{\"pi\": \"01K9Z3K4GMDWTT0VQXYSPC9W6S\", \"a\\\"b\": [1e5]}",
    "[]",
];

/// Draws a manifest of one of the generations G0 to G7.
pub(crate) fn manifest(
    random: &mut Random,
    tree: &mut Tree,
    shape: &Shape,
    place: usize,
) -> Vec<(Json, Json)> {
    let generation = pick(random, &[0, 1, 1, 1, 2, 3, 4, 5, 6, 7, 7]);
    let pi = shape.entities[place].pi.as_str();
    let mut members: Vec<(&str, Json)> = Vec::new();
    if !random.happens(4) {
        members.extend((generation >= 2).then(|| ("id", pi.into())));
        members.extend((generation <= 4).then(|| ("pi", pi.into())));
    }
    if generation >= 2 {
        described(random, generation, &mut members);
    }
    versions(random, pi, &mut members);
    for (_, value) in &mut members[1..] {
        if random.happens(3) {
            *value = wrong(random, &NAMES);
        }
    }
    members.push(("components", components(random, tree)));
    let children = children(random, shape, place);
    if !children.is_empty() || random.happens(30) {
        members.push(("children_pi", Json::List(children)));
    }
    parents(random, shape, place, generation, &mut members);
    let mut members = Json::object(members).into_members();
    if random.happens(10) {
        let again = pick(random, &["note", "label", "ts", "ver"]);
        members.insert(0, (again.into(), wrong(random, &NAMES)));
    }
    members
}

/// Which version of the entity it is.
fn versions(random: &mut Random, pi: &str, members: &mut Vec<(&str, Json)>) {
    let version = pick(random, &[1, 1, 2, 4, 4, 10]);
    let previous = if random.happens(40) {
        Json::null()
    } else {
        manifest_cid("the one before").into()
    };
    let note = sentence(random);
    members.extend([
        ("ver", version.into()),
        ("ts", pick(random, &TIMES).into()),
        ("manifest_cid", manifest_cid(pi).into()),
        ("prev_cid", previous),
        ("note", token(random, &note, 10)),
    ]);
}

/// What G2 and later tell of an entity itself, and G7 of one that is a file.
fn described(random: &mut Random, generation: u64, members: &mut Vec<(&str, Json)>) {
    let is_file = generation == 7 && random.happens(50);
    members.push(("type", if is_file { "file" } else { "collection" }.into()));
    if generation >= 4 {
        members.push(("created_at", "2025-11-13T17:05:11.207Z".into()));
    }
    for name in ["label", "description"] {
        if random.happens(50) {
            let text = text(random);
            members.push((name, token(random, &text, 15)));
        }
    }
    if generation == 7 {
        let properties = if random.happens(10) {
            wrong(random, &NAMES)
        } else {
            file(random, FILE_ENTITY)
        };
        members.push(("properties", properties));
    }
}

/// The parent and, under the names of the day, where the entity came from.
fn parents(
    random: &mut Random,
    shape: &Shape,
    place: usize,
    generation: u64,
    members: &mut Vec<(&str, Json)>,
) {
    let parent = match shape.entities[place].parent {
        Some(parent) => shape.entities[parent].pi.as_str(),
        None => ORIGIN,
    };
    let parent = match random.below(20) {
        0 => Json::null(),
        1 => wrong(random, &NAMES),
        2 => pi(random).into(),
        _ => parent.into(),
    };
    match generation {
        0 => {}
        2 => members.extend([
            ("hierarchy_parent", parent),
            ("parent_pi", pi(random).into()),
        ]),
        _ => members.push(("parent_pi", parent)),
    }
    if generation >= 3 && random.happens(40) {
        members.push(("source_pi", Json::null()));
    }
}

/// The children, and what else stands among them.
fn children(random: &mut Random, shape: &Shape, place: usize) -> Vec<Json> {
    let mut children: Vec<Json> = shape.children(place).into_iter().map(Into::into).collect();
    if random.happens(75) {
        return children;
    }
    for _ in 0..=random.below(3) {
        let child = match random.below(10) {
            0 | 1 => ORIGIN.into(),
            2 | 3 => Json::raw(pick(random, &NO_PIS)),
            4 => pi(random).into(),
            5 => shape.entities[place].pi.as_str().into(),
            // A brother, an elder, or a child once more; never the root, which no other lists.
            _ if shape.entities.len() > 1 => {
                let other = 1 + random.index(shape.entities.len() - 1);
                shape.entities[other].pi.as_str().into()
            }
            _ => ORIGIN.into(),
        };
        children.insert(random.index(children.len() + 1), child);
    }
    children
}
