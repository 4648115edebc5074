//! Property tests: any entity becomes a valid record, its texts can be read out of the record again, and what a record
//! says of the encoding of its dates is true.
//!
//! "Again" is after the rules for text: characters that XML forbids are gone, a form feed or vertical tab and any line
//! end is a line feed; a line has single blanks, running text none at its ends, and only OCR keeps its own.

#[path = "../worker/support/dates.rs"]
mod dates;
mod generators;
mod round_trip;
#[path = "../worker/support/schema.rs"]
mod schema;
#[path = "../worker/support/shared.rs"]
mod shared_folder;

use arke_mods_export_worker::arke::content::{Content, FetchedComponent};
use arke_mods_export_worker::arke::entity::with_entity;
use arke_mods_export_worker::arke::{ManifestReading, Pi, json as arke_json, manifest};
use arke_mods_export_worker::crosswalk::{Context, Diagnostics, Options, Position, crosswalk};
use arke_mods_export_worker::mods::document::Host;
use bytes::Bytes;
use generators::{NAMES, any_body, any_json, date, text};
use proptest::collection::vec;
use proptest::prelude::*;
use regex::{Captures, Regex};
use round_trip::Source;
use roxmltree::Document;
use serde::de::IgnoredAny;
use serde_json::{Map, Value, json};
use shared_folder::shared;

const PI: &str = "01KAB4TW0000000000000ENTRY";
const PARENT: &str = "01KAB4TW0000000000000PARNT";
/// Stands for any component: its bytes are given, so that nobody asks for them.
const CID: &str = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku";
/// The namespace of a record.
const MODS: &str = "http://www.loc.gov/mods/v3";
/// An example of each form that the three levels of EDTF have, with one reading each,
/// <https://www.loc.gov/standards/datetime/>.
#[rustfmt::skip]
const FORMS_OF_EDTF: [&str; 47] = [
    "1985", "1985-04", "1985-04-12", "1985-04-12T23:20:30", "1985-04-12T23:20:30Z", "1985-04-12T23:20:30-04",
    "1985-04-12T23:20:30+04:30", "1964/2008", "2004-06/2006-08", "2004-02-01/2005-02-08", "2004-02-01/2005",
    "2005/2006-02", "Y170000002", "Y-170000002", "2024-21", "1984?", "2004-06~", "2004-06-11%", "201X", "20XX",
    "2004-XX", "1985-04-XX", "1985-XX-XX", "1985-04-12/..", "1985-04/..", "../1985", "1985-04-12/", "/1985-04",
    "-0985", "Y-17E7", "1950S2", "Y171010000S3", "Y3388E2S3", "1940-34", "[1667,1668,1670..1672]", "[..1760-12-03]",
    "[1760-01,1760-02,1760-12..]", "[1667,1760-12]", "{1960,1961-12}", "{..1984}", "2004-06~-11", "2004?-06-11",
    "?2004-06-~11", "156X-12-25", "XXXX-12-XX", "1XXX-XX", "2004-06-~01/2004-06-~20",
];

/// Makes the record of an entity in a collection, of a manifest without components and the bodies of these.
fn export(manifest: Value, components: &[(String, Vec<u8>)]) -> Option<(String, Diagnostics)> {
    let mut manifest = manifest;
    let listed: Map<String, Value> = components
        .iter()
        .map(|(key, _)| (key.clone(), json!(CID)))
        .collect();
    manifest["components"] = listed.into();
    let pi: Pi = PI.parse().expect("a PI");
    let Ok(ManifestReading::Entity(manifest)) = manifest::read(manifest.to_string().as_bytes(), pi)
    else {
        return None;
    };
    let fetched: Vec<FetchedComponent> = (0..)
        .zip(&manifest.components)
        .filter(|(_, component)| component.role.is_fetched())
        .map(|(index, component)| {
            let (_, body) = components
                .iter()
                .rfind(|(key, _)| **key == *component.key)
                .expect("a listed component has a body");
            FetchedComponent {
                index,
                content: Content::read(component.role, Bytes::copy_from_slice(body)),
            }
        })
        .collect();
    let position = Position {
        depth: 1,
        parent: PARENT.parse().ok(),
        path: format!("/{PARENT}/{PI}"),
    };
    let context = Context {
        options: Options::default(),
        site_url: "https://arke.institute",
        ipfs_url: "https://ipfs.arke.institute",
        position: Some(&position),
    };
    let made = with_entity(pi, &manifest, &fetched, |entity| {
        crosswalk(entity, &context)
    });
    let host = Host {
        title: Some("a < b & c\u{1}".into()),
        sub_title: Some("]]>\u{FFFF}".into()),
        is_collection: true,
        kinds: Vec::new(),
    };
    let record = made.record.pieces(Some(&host)).concat();
    let (head, tail) = (context.document().head(), context.document().tail());
    // The host has no record here, so the link to it is the one thing that leads nowhere.
    let xml = head + &String::from_utf8(record).expect("XML in UTF-8") + tail;
    Some((xml, made.diagnostics))
}

/// Reads a document with a parser that refuses what is not well-formed, and shows it to the schema.
#[track_caller]
fn check(xml: &str) -> Document<'_> {
    let document = Document::parse(xml).unwrap_or_else(|error| panic!("{error}\n{xml}"));
    let is_written = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{FFFD}' | '\u{10000}'..);
    assert!(xml.chars().all(is_written), "{xml:?}");
    if let Err(reason) = schema::validate(xml.as_bytes()) {
        panic!("not valid: {reason}\n{xml}");
    }
    dates::judge(&document).unwrap_or_else(|reason| panic!("{reason}\n{xml}"));
    document
}

/// Makes the record of an entity that was created then.
fn created(date: &str) -> String {
    let pinax = json!({"title": "Log", "created": date}).to_string();
    let components = [("pinax.json".to_owned(), pinax.into_bytes())];
    let (xml, _) = export(json!({"pi": PI}), &components).expect("an entity");
    xml
}

#[test]
fn each_form_of_the_standard_has_its_encoding() {
    for date in FORMS_OF_EDTF {
        let xml = created(date);
        let document = check(&xml);
        let mut dates = document
            .descendants()
            .filter(|node| node.has_tag_name((MODS, "dateCreated")));
        assert!(
            dates.all(|date| date.has_attribute("encoding")),
            "{date}\n{xml}"
        );
    }
}

/// Writes JSON with `\ufffd` for each lone surrogate in a string, and an escape for each control character.
fn with_strings_repaired(json: &str) -> String {
    let strings = Regex::new(r#"(?s)"(?:[^"\\]|\\.)*""#).expect("an expression");
    let parts = r"(?s)(\\u[dD][89abAB]..\\u[dD][c-fC-F]..)|(\\u[dD][89a-fA-F]..)|\\([^\x00-\x1F])|\\?([\x00-\x1F])";
    let parts = Regex::new(parts).expect("an expression");
    let repaired = strings.replace_all(json, |string: &Captures<'_>| {
        let repaired = parts.replace_all(&string[0], |part: &Captures<'_>| {
            let control = part.get(4).map(|control| control.as_str().as_bytes()[0]);
            match control {
                Some(control) if part[0].len() == 1 => format!("\\u{control:04x}"),
                Some(control) => format!("\\\\\\u{control:04x}"),
                None if part.get(2).is_some() => "\\ufffd".to_owned(),
                None => part[0].to_owned(),
            }
        });
        repaired.into_owned()
    });
    repaired.into_owned()
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        // A failure is to become a test with a name, not a file.
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config(1500))]

    #[test]
    fn an_encoding_is_claimed_of_those_dates_alone_that_follow_it(date in date()) {
        let xml = created(&date);
        let document = Document::parse(&xml).expect("XML");
        prop_assert_eq!(dates::judge(&document), Ok(()), "{}", date);
    }
}

proptest! {
    #![proptest_config(config(160))]

    #[test]
    fn any_components_make_a_valid_record(
        pinax in any_body(),
        graph in any_body(),
        description in prop_oneof![text().prop_map(String::into_bytes), vec(any::<u8>(), 0..40)],
        files in vec((text(), any_body()), 0..3),
        nara in prop::option::of((any_body(), any_body())),
    ) {
        let mut components = vec![
            ("pinax.json".to_owned(), pinax),
            ("cheimarros.json".to_owned(), graph),
            ("description.md".to_owned(), description),
        ];
        for (key, body) in files {
            components.push((key.clone(), Vec::new()));
            components.push((key + ".ref.json", body));
        }
        if let Some((catalog, object)) = nara {
            components.push(("catalog_record".to_owned(), catalog));
            components.push(("digital_object_metadata".to_owned(), object));
        }
        let (xml, _) = export(json!({"pi": PI}), &components).expect("an entity");
        check(&xml);
    }

    #[test]
    fn any_manifest_makes_a_valid_record_or_is_refused(
        fields in vec((prop::sample::select(&NAMES[..]), any_json()), 0..12),
        children in vec(any_json(), 0..4),
        is_list in any::<bool>(),
    ) {
        let mut manifest: Map<String, Value> = fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        manifest.insert("id".to_owned(), json!(PI));
        if is_list {
            manifest.insert("children_pi".to_owned(), children.into());
        }
        let (xml, _) = export(manifest.into(), &[]).expect("an entity");
        check(&xml);
    }

    #[test]
    fn any_json_is_read_as_it_was_written(value in any_json(), is_spaced in any::<bool>()) {
        let json = if is_spaced { format!(" {value:#}\n") } else { value.to_string() };
        let (read, _) = arke_json::read(json.as_bytes()).expect("JSON");
        prop_assert_eq!(read.to_string(), value.to_string());
    }

    #[test]
    fn a_body_is_read_as_it_is_with_its_strings_repaired(body in any_body()) {
        let repaired = with_strings_repaired(&String::from_utf8_lossy(&body));
        let is_json = serde_json::from_str::<IgnoredAny>(&repaired).is_ok();
        let read = |body| {
            let (value, _) = arke_json::read(body).ok()?;
            // A run of bytes that are no UTF-8 is one character to us, and one or more to the standard library.
            Some(Regex::new("\u{FFFD}+").expect("an expression").replace_all(&value.to_string(), "?").into_owned())
        };
        let found = read(&body);
        prop_assert_eq!(found.is_some(), is_json, "{}", repaired);
        prop_assert_eq!(found, read(repaired.as_bytes()), "{}", repaired);
    }

    #[test]
    fn any_text_is_read_back_as_it_was(texts in vec(text(), 24)) {
        let source = Source::of(&texts);
        let (xml, diagnostics) = export(source.manifest.clone(), &source.components()).expect("an entity");
        let document = check(&xml);
        source.compare(document.root_element());
        prop_assert_eq!(diagnostics.characters_replaced, source.unwritable());
        prop_assert_eq!(diagnostics.repairs, vec![]);
    }
}
