//! JSON to record to XML: whatever the bytes, a record comes of them, well-formed and valid.
//!
//! The first byte chooses the options; the rest is the parts of an entity with a byte 0xFE between them, which no
//! UTF-8 holds: the manifest, then the components of [`KEYS`]. Without a schema (see the tests) only the XML is checked.
//!
//! The pure folders of the worker are compiled in here, and not the worker: its clients of HTTP and S3 would take many
//! minutes to build with instruments, and have no part in this.

#![no_main]
#![allow(dead_code, unused_imports, reason = "the rest of the worker uses the rest of the folders")]

#[path = "../../src/arke/mod.rs"]
pub mod arke;
#[path = "../../src/crosswalk/mod.rs"]
pub mod crosswalk;
#[path = "../../src/mods/mod.rs"]
pub mod mods;
#[path = "../../src/sanitize.rs"]
pub mod sanitize;
#[path = "../../tests/worker/support/schema.rs"]
mod schema;
#[path = "../../tests/worker/support/shared.rs"]
mod shared_folder;

use std::fmt::Write as _;

use crate::arke::content::{Content, FetchedComponent, Unavailable};
use crate::arke::entity::with_entity;
use crate::arke::{Component, Manifest, ManifestReading, Pi, json, manifest};
use crate::crosswalk::{CheimarrosMode, Context, Options, Position, crosswalk};
use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use shared_folder::shared;

const PI: &str = "01KAB4TW0000000000000ENTRY";
const CID: &str = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku";
const KEYS: [&str; 7] = [
    "pinax.json",
    "cheimarros.json",
    "description.md",
    "page 1.jpg.ref.json",
    "catalog_record",
    "digital_object_metadata",
    "page 2.jpg.ref.json",
];

fuzz_target!(|data: &[u8]| {
    let Some((&choice, rest)) = data.split_first() else {
        return;
    };
    let mut parts = rest.split(|&byte| byte == 0xFE);
    let manifest = manifest_of(parts.next().unwrap_or_default());
    let bodies: Vec<&[u8]> = parts.collect();
    bodies.iter().for_each(|body| check_json(body));
    export(choice, manifest, &bodies);
});

/// Reads a manifest; one that is none becomes an empty one.
fn manifest_of(body: &[u8]) -> Manifest {
    match manifest::read(body, pi()) {
        Ok(ManifestReading::Entity(manifest)) => *manifest,
        _ => Manifest::default(),
    }
}

fn pi() -> Pi {
    PI.parse().expect("a PI")
}

fn export(choice: u8, mut manifest: Manifest, bodies: &[&[u8]]) {
    let linked = manifest.components.iter().map(|component| component.key.clone());
    let linked: Vec<Box<str>> = linked.filter(|key| !KEYS.contains(&&**key)).collect();
    let keys = KEYS.iter().take(bodies.len()).copied();
    let components = keys
        .chain(linked.iter().map(|key| &**key))
        .map(|key| Component::new(key, (choice & 1 == 0).then(|| CID.into())));
    manifest.components = components.collect();
    let fetched = manifest.components.iter().enumerate();
    let fetched = fetched
        .filter(|(_, component)| component.role.is_fetched())
        .map(|(index, component)| FetchedComponent {
            index,
            content: match bodies.get(index) {
                Some(body) => Content::read(component.role, Bytes::copy_from_slice(body)),
                None => Err(Unavailable::Unreachable("nothing there".to_owned())),
            },
        });
    let fetched: Vec<FetchedComponent> = fetched.collect();
    let options = Options {
        include_ocr: choice & 2 == 0,
        cheimarros_mode: if choice & 4 == 0 {
            CheimarrosMode::Full
        } else {
            CheimarrosMode::Minimal
        },
    };
    let position = Position {
        depth: 1,
        parent: manifest.parent,
        path: format!("/{PI}"),
    };
    let context = Context {
        options,
        site_url: "https://arke.institute",
        ipfs_url: "https://ipfs.arke.institute",
        position: (choice & 8 == 0).then_some(&position),
    };
    let made = with_entity(pi(), &manifest, &fetched, |entity| crosswalk(entity, &context));
    let record = made.record.pieces(made.host.as_ref()).concat();
    let mut xml = context.document().head();
    let record = String::from_utf8(record).expect("XML in UTF-8");
    write!(xml, "{record}{}", context.document().tail()).expect("memory takes it");
    check(&xml);
}

/// What is read is read again from what it is written as.
fn check_json(body: &[u8]) {
    if let Ok((value, _)) = json::read(body) {
        let written = value.to_string();
        let again = json::read(written.as_bytes()).map(|(value, _)| value);
        assert_eq!(again, Ok(value), "{written}");
    }
}

fn check(xml: &str) {
    if let Err(error) = roxmltree::Document::parse(xml) {
        panic!("{error}\n{xml}");
    }
    let is_written = |c: char| matches!(c, '\n' | ' '..='\u{FFFD}' | '\u{10000}'.. | '\t');
    assert!(xml.chars().all(is_written), "{xml:?}");
    if let Err(reason) = schema::validate(xml.as_bytes()) {
        panic!("not valid: {reason}\n{xml}");
    }
}
