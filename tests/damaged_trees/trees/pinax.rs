//! `pinax.json` and its fields: as they should be, and of every wrong type and shape.

use super::faults::NUMBERS;
use super::json::Json;
use super::random::Random;
use super::samples::FIELDS;
use super::words::{NAMES, odd, pages, pick, sentence, text};

/// Draws the descriptive metadata of an entity.
pub(crate) fn pinax(random: &mut Random) -> Json {
    let wrong_in_hundred = pick(random, &[0, 5, 15, 50]);
    let absent_in_hundred = pick(random, &[0, 10, 30, 80]);
    let mut members = Vec::new();
    for (name, samples) in FIELDS {
        if random.happens(absent_in_hundred) {
            continue;
        }
        let value = if random.happens(wrong_in_hundred) {
            wrong(random, samples)
        } else {
            right(random, name, samples)
        };
        members.push((name.into(), value));
    }
    if random.happens(15) {
        members.push((odd(random).into(), wrong(random, &NAMES)));
    }
    if random.happens(10) {
        members.reverse();
    }
    Json::Object(members)
}

/// A value as the field should have it.
fn right(random: &mut Random, name: &str, samples: &[&str]) -> Json {
    let is_list = match name {
        "subjects" => random.happens(90),
        "creator" | "place" => random.happens(50),
        "language" | "rights" | "institution" | "type" => random.happens(10),
        _ => false,
    };
    if is_list {
        let count = random.below(6);
        return Json::list((0..count).map(|_| worded(random, samples)));
    }
    worded(random, samples).into()
}

/// A text of these, or another one in their place.
fn worded(random: &mut Random, samples: &[&str]) -> String {
    match random.below(20) {
        0 => text(random),
        1 => odd(random),
        2 => format!("{} {}", pick(random, samples), sentence(random)),
        _ => pick(random, samples).to_owned(),
    }
}

/// A value of another type or shape.
pub(crate) fn wrong(random: &mut Random, samples: &[&str]) -> Json {
    match random.below(13) {
        0 => Json::null(),
        1 => "".into(),
        2 => pick(
            random,
            &[" ", "\n", "\u{A0}\u{3000}", "\t \r\n", "\u{200B}"],
        )
        .into(),
        3 => Json::raw(pick(random, &["true", "false"])),
        4 | 5 => Json::raw(pick(random, &NUMBERS)),
        6 => Json::List(Vec::new()),
        7 => Json::Object(Vec::new()),
        8 => {
            let name = pick(random, &["name", "Name", "value", "code", "@id"]);
            let value = worded(random, samples);
            Json::object([(name, value.into()), ("role", "maker".into())])
        }
        9 => {
            let values: Vec<Json> = (0..random.below(5))
                .map(|_| wrong(random, samples))
                .collect();
            Json::List(values)
        }
        10 => Json::list((0..random.below(4)).map(|_| worded(random, samples))),
        11 if random.happens(20) => {
            let bytes = random.index(100_000);
            pages(random, bytes).into()
        }
        _ => odd(random).into(),
    }
}
