//! Documents that tell of digitized files, and those in the manner of the National Archives.

use super::faults::NUMBERS;
use super::json::Json;
use super::pinax::wrong;
use super::random::Random;
use super::samples::{FILE_ADDRESSES, FILES, MEDIA_TYPES};
use super::words::{NAMES, odd, pages, pick, sentence, text};

/// The names under which a `*.ref.json` tells of a file.
pub(crate) const REF: [&str; 6] = ["url", "ipfs_cid", "type", "size", "filename", "ocr"];
/// Those of a `digital_object_metadata`.
pub(crate) const DIGITAL_OBJECT: [&str; 6] = [
    "s3_url",
    "content_hash",
    "object_type",
    "file_size",
    "filename",
    "extracted_text",
];
/// Those of the `properties` of an entity that is a file.
pub(crate) const FILE_ENTITY: [&str; 6] = [
    "cdn_url",
    "original_cid",
    "content_type",
    "original_size",
    "filename",
    "archive_key",
];

/// CIDs of originals, which nobody asks for.
const FILE_CIDS: [&str; 3] = [
    "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku",
    "QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPbdG",
    "not a CID",
];

/// Draws what is told of a file, under these names for address, CID, type, size, name and text.
pub(crate) fn file(random: &mut Random, names: [&str; 6]) -> Json {
    let wrong_in_hundred = pick(random, &[0, 0, 10, 40]);
    let absent_in_hundred = pick(random, &[5, 20, 60]);
    let mut members: Vec<(Json, Json)> = Vec::new();
    for (place, name) in names.into_iter().enumerate() {
        if random.happens(absent_in_hundred) {
            continue;
        }
        let value = if random.happens(wrong_in_hundred) {
            wrong(random, &NAMES)
        } else {
            right(random, place)
        };
        members.push((name.into(), value));
    }
    if random.happens(10) {
        members.push((odd(random).into(), wrong(random, &NAMES)));
    }
    Json::Object(members)
}

fn right(random: &mut Random, place: usize) -> Json {
    match place {
        0 => pick(random, &FILE_ADDRESSES).into(),
        1 => pick(random, &FILE_CIDS).into(),
        2 => pick(random, &MEDIA_TYPES).into(),
        3 if random.happens(80) => random.below(1_000_000).into(),
        3 if random.happens(30) => {
            pick(random, &["12", " 12 ", "12.0", "-1", "1e3", "12 kB"]).into()
        }
        3 => Json::raw(pick(random, &NUMBERS)),
        4 => pick(random, &FILES).into(),
        _ => recognised(random).into(),
    }
}

/// The text that OCR read on a page; now and then that of a book.
fn recognised(random: &mut Random) -> String {
    let limit = match random.below(100) {
        0 => 100_000,
        1..7 => 12_000,
        7..30 => 0,
        _ => 900,
    };
    let bytes = random.index(limit + 1);
    pages(random, bytes)
}

/// Draws a catalogue record, whose title stands somewhere in it.
pub(crate) fn catalog_record(random: &mut Random) -> Json {
    let mut record = match random.below(6) {
        0 => wrong(random, &NAMES),
        1 => Json::object([("title", wrong(random, &NAMES))]),
        _ => Json::object([
            ("title", text(random).into()),
            ("naId", random.below(90_000_000).into()),
        ]),
    };
    for _ in 0..random.below(6) {
        record = match random.below(5) {
            0 => Json::List(vec![record]),
            1 => Json::object([("title", Json::null()), ("record", record)]),
            _ => Json::object([
                ("schema", "nara-fileunit@v1".into()),
                (pick(random, &["record", "fileUnit", "a \"b\""]), record),
                ("scope", sentence(random).into()),
            ]),
        };
    }
    record
}
