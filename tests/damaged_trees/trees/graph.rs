//! `cheimarros.json`: the knowledge graph, in its newer and its older form, and in wrong ones.

use super::faults::NUMBERS;
use super::json::Json;
use super::pinax::wrong;
use super::random::Random;
use super::samples::{CODES, FILES, GRAPH_TYPES, PREDICATES, PROPERTIES};
use super::words::{NAMES, odd, pick, text};

/// The names under which an edge tells what it is between, and of which kind.
const ENDS: [[&str; 3]; 3] = [
    ["subject", "predicate", "object"],
    ["source", "type", "target"],
    ["source", "predicate", "object"],
];

/// Draws the knowledge graph of an entity.
pub(crate) fn graph(random: &mut Random) -> Json {
    let size = if random.happens(4) {
        400
    } else {
        random.below(14)
    };
    let mut members: Vec<(Json, Json)> = vec![("entities".into(), entities(random, size))];
    let form = random.index(ENDS.len());
    let name = match form {
        0 => "relationships",
        _ => "relations",
    };
    members.push((name.into(), edges(random, size, form)));
    if random.happens(8) {
        let other = if form == 0 {
            "relations"
        } else {
            "relationships"
        };
        members.push((other.into(), edges(random, 3, 1 - form.min(1))));
    }
    if random.happens(70) {
        let metadata = Json::object([("model", "a model".into()), ("entity_count", size.into())]);
        members.push(("metadata".into(), metadata));
    }
    if random.happens(8) {
        members.remove(random.index(members.len()));
    }
    Json::Object(members)
}

fn entities(random: &mut Random, count: u64) -> Json {
    match random.below(20) {
        0 => wrong(random, &CODES),
        1..4 => {
            let listed = (0..count).map(|_| {
                let mut entity = entity(random);
                if random.happens(85)
                    && let Json::Object(members) = &mut entity
                {
                    let name = pick(random, &["code", "canonical_id", "id"]);
                    members.push((name.into(), code(random).into()));
                }
                entity
            });
            Json::List(listed.collect())
        }
        _ => {
            let declared = (0..count).map(|_| (code(random).into(), entity(random)));
            Json::Object(declared.collect())
        }
    }
}

fn code(random: &mut Random) -> String {
    match random.below(12) {
        0 => format!("friend_{}", random.below(300)),
        1 => odd(random),
        2 => format!("date_{}_{}", 1800 + random.below(150), random.below(14)),
        _ => pick(random, &CODES).to_owned(),
    }
}

fn entity(random: &mut Random) -> Json {
    if random.happens(5) {
        return wrong(random, &NAMES);
    }
    let mut members: Vec<(Json, Json)> = Vec::new();
    if random.happens(95) {
        members.push(("type".into(), pick(random, &GRAPH_TYPES).into()));
    }
    match random.below(20) {
        0 => {}
        1 => members.push(("label".into(), wrong(random, &NAMES))),
        _ => members.push(("label".into(), text(random).into())),
    }
    members.push(("source".into(), pick(random, &["inline", "auto"]).into()));
    if random.happens(15) {
        members.push(("filename".into(), pick(random, &FILES).into()));
    }
    if random.happens(60) {
        members.push(("properties".into(), properties(random)));
    }
    Json::Object(members)
}

fn properties(random: &mut Random) -> Json {
    if random.happens(6) {
        return wrong(random, &NAMES);
    }
    let count = random.below(5);
    let named = (0..count).map(|_| {
        let name = pick(random, &PROPERTIES);
        (name.into(), value(random, 2))
    });
    Json::Object(named.collect())
}

/// A value of a property, which may hold others.
fn value(random: &mut Random, depth: u64) -> Json {
    match random.below(14) {
        0..6 => text(random).into(),
        6..8 => Json::object([("type", "entity_ref".into()), ("code", code(random).into())]),
        8 => Json::raw(pick(random, &NUMBERS)),
        9 => Json::raw(pick(random, &["true", "false", "null"])),
        10 => pick(random, &["1851", "c. 1851", "1851-03-04", "unknown", ""]).into(),
        11 if depth > 0 => Json::object([
            (
                pick(random, &["a", "name", "é", "\"q\""]),
                value(random, depth - 1),
            ),
            ("b", value(random, depth - 1)),
        ]),
        12 if depth > 0 => {
            let values: Vec<Json> = (0..random.below(4))
                .map(|_| value(random, depth - 1))
                .collect();
            Json::List(values)
        }
        _ => wrong(random, &NAMES),
    }
}

fn edges(random: &mut Random, count: u64, form: usize) -> Json {
    if random.happens(5) {
        return wrong(random, &CODES);
    }
    let edges: Vec<Json> = (0..count).map(|_| edge(random, form)).collect();
    Json::List(edges)
}

fn edge(random: &mut Random, form: usize) -> Json {
    if random.happens(3) {
        return wrong(random, &CODES);
    }
    let [from, kind, to] = ENDS[form];
    let mut members: Vec<(Json, Json)> = vec![
        (from.into(), end(random)),
        (kind.into(), pick(random, &PREDICATES).into()),
        (to.into(), end(random)),
    ];
    if random.happens(6) {
        members.remove(random.index(members.len()));
    }
    if random.happens(30) {
        members.push(("properties".into(), properties(random)));
    }
    Json::Object(members)
}

fn end(random: &mut Random) -> Json {
    match random.below(20) {
        0 => Json::object([("code", code(random).into())]),
        1 => wrong(random, &CODES),
        _ => code(random).into(),
    }
}
