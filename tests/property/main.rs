//! Whatever the archive holds, a valid record comes of it, and what it says can be read out of the record again.
//!
//! "Again" is after the rules for text: characters that XML forbids are gone, a form feed or vertical tab and any line
//! end is a line feed; a line has single blanks, running text none at its ends, and only OCR keeps its own.

#[path = "../worker/support/schema.rs"]
mod schema;
#[path = "../worker/support/shared.rs"]
mod shared_folder;

use arke_mods_export_worker::arke::entity::{FetchedComponent, with_entity};
use arke_mods_export_worker::arke::{ManifestReading, Pi, json as arke_json, manifest};
use arke_mods_export_worker::crosswalk::{Context, Diagnostics, Options, Position, crosswalk};
use arke_mods_export_worker::mods::document::{DocumentKind, HostTitle};
use bytes::Bytes;
use proptest::collection::vec;
use proptest::prelude::*;
use roxmltree::{Document, Node};
use serde::de::IgnoredAny;
use serde_json::{Map, Value, json};
use shared_folder::shared;

const PI: &str = "01KAB4TW0000000000000ENTRY";
const PARENT: &str = "01KAB4TW0000000000000PARNT";
/// Stands for any component: its bytes are given, so that nobody asks for them.
const CID: &str = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku";
/// Names that fields have somewhere, so that arbitrary objects have fields that are read.
const NAMES: [&str; 48] = [
    "id",
    "title",
    "type",
    "creator",
    "institution",
    "created",
    "access_url",
    "language",
    "subjects",
    "description",
    "source",
    "rights",
    "place",
    "name",
    "entities",
    "relationships",
    "relations",
    "properties",
    "label",
    "code",
    "full_name",
    "birth",
    "death",
    "subject",
    "predicate",
    "object",
    "target",
    "filename",
    "url",
    "ipfs_cid",
    "size",
    "ocr",
    "nara_objectId",
    "object_type",
    "file_size",
    "s3_url",
    "extracted_text",
    "cdn_url",
    "content_type",
    "original_size",
    "ver",
    "ts",
    "manifest_cid",
    "note",
    "parent_pi",
    "hierarchy_parent",
    "person",
    "date_1885_10_28",
];
/// Values that something is made of.
const VALUES: [&str; 28] = [
    "person",
    "organization",
    "place",
    "date",
    "event",
    "document",
    "file",
    "entity_ref",
    "Text",
    "Collection",
    "Sound",
    "en-AU",
    "zh-Hans",
    "yue",
    "circa 1885",
    "1885-04-25",
    "1920s",
    "188X",
    "n.d.",
    "Unknown",
    "PLACEHOLDER",
    "Austen, Alice",
    "U.S. Coast Survey",
    "http://rightsstatements.org/vocab/InC/1.0/",
    "https://example.org/a b[1]%?q=|#x#y",
    "image/jpeg; q=1",
    "a : b",
    "Harbors--History",
];

/// What makes a JSON document one that a parser refuses: lone surrogates, bytes that are no UTF-8, raw controls.
const FAULTS: [&[u8]; 6] = [b"\\ud800", b"\\udfff", b"\xFF", b"\xC3", b"\0", b"\n"];

/// Any text, and more often than chance has it what XML, JSON or Markdown stumble over.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        any::<char>().prop_map(String::from),
        "[ -~]{1,8}",
        prop::sample::select(
            &[
                "\0",
                "\u{1}",
                "\u{8}",
                "\u{B}",
                "\u{C}",
                "\u{1F}",
                "\u{7F}",
                "\u{85}",
                "\u{A0}",
                "\u{2028}",
                "\u{FEFF}",
                "\u{FFFD}",
                "\u{FFFE}",
                "\u{FFFF}",
                "\u{1FFFE}",
                "\u{10FFFF}",
                "\r\n",
                "\r",
                "\n",
                "\t",
                "  ",
                "]]>",
                "</mods>",
                "<!--",
                "-->",
                "&amp;",
                "&#0;",
                "&",
                "<",
                ">",
                "\"",
                "'",
                "--",
                " : ",
                "\\u0000",
                "📷",
                "é",
            ][..]
        )
        .prop_map(str::to_owned),
    ];
    vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        text().prop_map(Value::from),
        prop::sample::select(&VALUES[..]).prop_map(Value::from),
        prop::sample::select(&NAMES[..]).prop_map(Value::from),
    ];
    let name =
        prop_oneof![4 => prop::sample::select(&NAMES[..]).prop_map(str::to_owned), 1 => text()];
    leaf.prop_recursive(4, 40, 8, move |inner| {
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(Value::from),
            vec((name.clone(), inner), 0..10)
                .prop_map(|members| members.into_iter().collect::<Map<_, _>>().into()),
        ]
    })
}

/// A JSON document as bytes, sometimes with a lone surrogate, bytes that are no UTF-8, or cut short.
fn any_body() -> impl Strategy<Value = Vec<u8>> {
    let fault = prop_oneof![
        6 => Just(None),
        1 => (any::<prop::sample::Index>(), prop::sample::select(&FAULTS[..]))
            .prop_map(Some),
    ];
    (any_json(), fault, prop::bool::weighted(0.05)).prop_map(|(json, fault, is_cut)| {
        let mut body = json.to_string().into_bytes();
        if let Some((at, bytes)) = fault {
            // After a quotation mark, so that it stands in a text more often than not.
            let quotes: Vec<usize> = (0..body.len()).filter(|&at| body[at] == b'"').collect();
            let at = if quotes.is_empty() {
                0
            } else {
                quotes[at.index(quotes.len())] + 1
            };
            body.splice(at..at, bytes.iter().copied());
        }
        if is_cut {
            body.truncate(body.len() / 2);
        }
        body
    })
}

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
        .filter(|(_, component)| component.role.limit_bytes().is_some())
        .map(|(index, component)| {
            let (_, body) = components
                .iter()
                .rfind(|(key, _)| **key == *component.key)
                .expect("a listed component has a body");
            FetchedComponent {
                index,
                body: Ok(Bytes::copy_from_slice(body)),
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
        document: DocumentKind::Collection,
        position: Some(&position),
    };
    let made = with_entity(pi, &manifest, &fetched, |entity| {
        crosswalk(entity, &context)
    });
    let host = HostTitle {
        title: "a < b & c\u{1}".into(),
        sub_title: Some("]]>\u{FFFF}".into()),
    };
    let record = made.record.pieces(Some(&host)).concat();
    let (head, tail) = (context.document.head(), context.document.tail());
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
    document
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
    fn any_json_is_read_as_another_parser_reads_it(value in any_json(), is_spaced in any::<bool>()) {
        let json = if is_spaced { format!(" {value:#}\n") } else { value.to_string() };
        let mut space = Vec::new();
        let parsed = arke_json::parse(&json, &mut space).expect("JSON");
        prop_assert_eq!(parsed.root().to_string(), value.to_string());
    }

    #[test]
    fn what_another_parser_refuses_is_refused(body in any_body()) {
        let json = arke_json::decode_json(&body).text;
        let expected = serde_json::from_str::<IgnoredAny>(&json).map_err(|error| format!("not JSON: {error}"));
        let mut space = Vec::new();
        let found = arke_json::parse(&json, &mut space);
        prop_assert_eq!(found.map(|_| ()), expected.map(|_| ()), "{}", json);
    }

    #[test]
    fn a_body_is_read_as_its_text_is_or_with_its_controls_escaped(body in any_body()) {
        let arke_json::Decoded { text, replaced } = arke_json::decode_json(&body);
        let escaped: String = text
            .chars()
            .map(|c| if c < ' ' { format!("\\u{:04x}", u32::from(c)) } else { c.into() })
            .collect();
        let expected = [&*text, &escaped].iter().find_map(|json| {
            let mut space = Vec::new();
            let parsed = arke_json::parse(json, &mut space).ok()?;
            Some((parsed.root().to_string(), replaced))
        });
        let mut space = arke_json::Space::default();
        let found = arke_json::read(&body, &mut space).ok();
        let found = found.map(|(parsed, replaced)| (parsed.root().to_string(), replaced));
        prop_assert_eq!(found, expected, "{}", text);
    }

    #[test]
    fn any_text_is_read_back_as_it_was(texts in vec(text(), 24)) {
        let source = Source::of(&texts);
        let (xml, diagnostics) = source.export();
        let document = check(&xml);
        source.compare(document.root_element());
        prop_assert_eq!(diagnostics.characters_replaced, source.unwritable());
        prop_assert_eq!(diagnostics.repairs, vec![]);
    }
}

/// An entity with a text of its own in every field.
///
/// A prefix keeps each text from meaning something: "Unknown" would be no name, and an address a statement of rights.
#[derive(Debug)]
struct Source {
    manifest: Value,
    pinax: Value,
    graph: Value,
    named: Value,
    unnamed: Value,
    key: String,
    linked: String,
}

impl Source {
    fn of(texts: &[String]) -> Self {
        let text = |place: usize, prefix: &str| format!("{prefix}{}", texts[place]);
        // A double hyphen would make two topics of one.
        let topic = |place: usize, prefix: &str| text(place, prefix).replace('-', "\u{2010}");
        Self {
            manifest: json!({"pi": PI, "ver": 2, "note": text(0, ""), "description": "not used"}),
            pinax: json!({
                "id": text(1, ""), "title": text(2, "Log"), "creator": [text(3, "First q"), text(4, "Second q")],
                "type": text(5, "Kind of q"), "institution": text(6, "House of q"), "created": text(7, "Day of q"),
                "language": text(8, "Tongue of q"), "subjects": [topic(9, "Lamps q"), topic(10, "Oil q")],
                "place": [text(11, "Cape q")], "description": text(12, "q"), "source": text(13, "Box q"),
                "rights": text(14, "Ask q"),
            }),
            graph: json!({
                "entities": {
                    "p": {"type": "person", "label": text(15, "Noy q"), "properties": {"said": text(16, ""), "n": 1}},
                    "d": {"type": "document", "label": text(17, "Chart q")},
                },
                "relationships": [{"subject": "p", "predicate": text(18, ""), "object": "nowhere"}],
            }),
            named: json!({"url": "https://example.org/", "filename": text(19, "q"), "ocr": text(20, "")}),
            unnamed: json!({"url": text(21, "not an address: ")}),
            key: text(22, "page q"),
            linked: text(23, "linked q") + ".bin",
        }
    }

    fn components(&self) -> Vec<(String, Vec<u8>)> {
        let body = |json: &Value| json.to_string().into_bytes();
        vec![
            ("pinax.json".to_owned(), body(&self.pinax)),
            ("cheimarros.json".to_owned(), body(&self.graph)),
            ("a.ref.json".to_owned(), body(&self.named)),
            (format!("{}.ref.json", self.key), body(&self.unnamed)),
            (self.linked.clone(), Vec::new()),
        ]
    }

    fn export(&self) -> (String, Diagnostics) {
        export(self.manifest.clone(), &self.components()).expect("an entity")
    }

    /// Counts what no record can hold, once for each place it has in the source.
    fn unwritable(&self) -> usize {
        let documents = [
            &self.manifest,
            &self.pinax,
            &self.graph,
            &self.named,
            &self.unnamed,
        ];
        let keys = [&self.key, &self.linked].map(|key| count(key));
        documents.into_iter().map(count_in).sum::<usize>() + keys.iter().sum::<usize>()
    }

    #[track_caller]
    fn compare(&self, root: Node<'_, '_>) {
        let record = child(root, "mods").expect("a record");
        let title = child(record, "titleInfo").expect("a title");
        let parts: Vec<String> = title
            .children()
            .filter(Node::is_element)
            .map(content)
            .collect();
        assert_eq!(parts.join(" : "), line(&self.pinax["title"]));
        assert_eq!(
            contents(record, &["name", "namePart"]),
            lines(&self.pinax["creator"])
        );
        assert_eq!(contents(record, &["genre"]), [line(&self.pinax["type"])]);
        assert_eq!(
            contents(record, &["originInfo", "dateCreated"]),
            [line(&self.pinax["created"])]
        );
        assert_eq!(
            contents(record, &["language", "languageTerm"]),
            [line(&self.pinax["language"])]
        );
        assert_eq!(
            contents(record, &["abstract"]),
            [block(&self.pinax["description"])]
        );
        assert_eq!(contents(record, &["note"]), [block(&self.pinax["source"])]);
        assert_eq!(
            contents(record, &["subject", "topic"]),
            lines(&self.pinax["subjects"])
        );
        assert_eq!(
            contents(record, &["subject", "geographic"]),
            lines(&self.pinax["place"])
        );
        let entities = &self.graph["entities"];
        assert_eq!(
            contents(record, &["subject", "name", "namePart"]),
            [line(&entities["p"]["label"])]
        );
        assert_eq!(
            contents(record, &["subject", "titleInfo", "title"]),
            [line(&entities["d"]["label"])]
        );
        assert_eq!(
            contents(record, &["location", "physicalLocation"]),
            [line(&self.pinax["institution"])]
        );
        assert_eq!(
            contents(record, &["accessCondition"]),
            [block(&self.pinax["rights"])]
        );
        let id = contents(record, &["identifier"]).remove(0);
        let expected_id = line(&self.pinax["id"]);
        assert_eq!(
            id,
            if expected_id.is_empty() {
                PI.to_owned()
            } else {
                expected_id
            }
        );
        self.compare_files(record);
        self.compare_extensions(record);
    }

    #[track_caller]
    fn compare_files(&self, record: Node<'_, '_>) {
        let titles = contents(record, &["relatedItem", "titleInfo", "title"]);
        let key_line = |key: &str| line(&json!(key));
        // After that of the host.
        let mut expected = [
            line(&self.named["filename"]),
            key_line(&self.key),
            key_line(&self.linked),
        ];
        let mut found = titles[1..].to_vec();
        expected.sort();
        found.sort();
        assert_eq!(found, expected);
        let ocr = written(self.named["ocr"].as_str().unwrap_or_default());
        let expected: Vec<String> = Some(ocr)
            .filter(|ocr| !ocr.trim().is_empty())
            .into_iter()
            .collect();
        assert_eq!(contents(record, &["relatedItem", "note"]), expected);
        let addresses = contents(record, &["relatedItem", "identifier"]);
        assert!(
            addresses.contains(&line(&self.unnamed["url"])),
            "{addresses:?}"
        );
    }

    #[track_caller]
    fn compare_extensions(&self, record: Node<'_, '_>) {
        let attribute = |name: &str, attribute: &str| {
            let mut found = record
                .descendants()
                .filter(|node| node.tag_name().name() == name);
            found
                .find_map(|node| node.attribute(attribute))
                .unwrap_or_default()
                .to_owned()
        };
        assert_eq!(attribute("manifest", "note"), block(&self.manifest["note"]));
        let person = &self.graph["entities"]["p"];
        let graph = record
            .descendants()
            .find(|node| node.tag_name().name() == "graph")
            .expect("a graph");
        let labels: Vec<&str> = graph
            .children()
            .filter_map(|node| node.attribute("label"))
            .collect();
        assert!(labels.contains(&&*line(&person["label"])), "{labels:?}");
        let said = graph
            .children()
            .find(|node| node.attribute("name") == Some("said"))
            .expect("a property");
        assert_eq!(
            said.attribute("value").unwrap_or_default(),
            block(&person["properties"]["said"])
        );
        let relation = &self.graph["relationships"][0];
        assert_eq!(attribute("relation", "type"), line(&relation["predicate"]));
    }
}

fn count(text: &str) -> usize {
    text.chars()
        .filter(|&c| !"\t\n\r".contains(c) && (c < ' ' || matches!(c, '\u{FFFE}' | '\u{FFFF}')))
        .count()
}

fn count_in(value: &Value) -> usize {
    match value {
        Value::String(text) => count(text),
        Value::Array(values) => values.iter().map(count_in).sum(),
        Value::Object(members) => members.values().map(count_in).sum(),
        _ => 0,
    }
}

/// Returns a text as XML can hold it.
fn written(text: &str) -> String {
    let text = text
        .replace("\r\n", "\n")
        .replace(['\r', '\u{B}', '\u{C}'], "\n");
    text.chars()
        .filter(|c| count(c.encode_utf8(&mut [0; 4])) == 0)
        .collect()
}

fn block(value: &Value) -> String {
    written(value.as_str().expect("a text")).trim().to_owned()
}

fn line(value: &Value) -> String {
    let written = written(value.as_str().expect("a text"));
    written.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn lines(values: &Value) -> Vec<String> {
    values
        .as_array()
        .expect("a list")
        .iter()
        .map(line)
        .collect()
}

fn child<'a, 'i>(node: Node<'a, 'i>, name: &str) -> Option<Node<'a, 'i>> {
    node.children()
        .find(|child| child.tag_name().name() == name)
}

/// Returns the contents of the elements at the end of a path.
fn contents(node: Node<'_, '_>, path: &[&str]) -> Vec<String> {
    let Some((name, rest)) = path.split_first() else {
        return vec![content(node)];
    };
    let named = node
        .children()
        .filter(|child| child.tag_name().name() == *name);
    named.flat_map(|child| contents(child, rest)).collect()
}

fn content(node: Node<'_, '_>) -> String {
    node.text().unwrap_or_default().to_owned()
}
