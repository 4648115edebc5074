//! The round trip: a text in every field of an entity, and the same texts read out of its record.

use roxmltree::Node;
use serde_json::{Value, json};

use super::PI;

/// What separates the values of a list, and what stands around or between the parts of a heading.
const SEPARATORS: [char; 19] = [
    ';', '|', '\n', '\r', '\u{B}', '\u{C}', '\u{85}', '\u{2028}', '\u{2029}', '；', '؛', '、', '-',
    '–', '—', '―', ':', ')', ']',
];

/// An entity with a text of its own in every field.
///
/// A prefix keeps each text from meaning something: "Unknown" would be no name, and an address a statement of rights.
#[derive(Debug)]
pub(crate) struct Source {
    /// The manifest, without its components.
    pub(crate) manifest: Value,
    pinax: Value,
    graph: Value,
    named: Value,
    unnamed: Value,
    key: String,
    linked: String,
}

impl Source {
    /// Puts each of these texts into a field.
    pub(crate) fn of(texts: &[String]) -> Self {
        let text = |place: usize, prefix: &str| format!("{prefix}{}", texts[place]);
        // What separates the values of a list, what narrows a heading and what tells a role would take a text apart.
        let listed = |place: usize, prefix: &str| text(place, prefix).replace(SEPARATORS, "q");
        // "Ward,ed" is Ward, who edited.
        let name = |place: usize, prefix: &str| listed(place, prefix).replace(',', "q");
        Self {
            manifest: json!({"pi": PI, "ver": 2, "note": text(0, ""), "description": "not used"}),
            pinax: json!({
                "id": text(1, "q"), "title": text(2, "Log") + "q", "creator": [name(3, "First q"), name(4, "Second q")],
                "type": listed(5, "Kind of q"), "institution": listed(6, "House of q"), "created": text(7, "Day of q"),
                "language": listed(8, "Tongue of q"), "subjects": [listed(9, "Lamps q"), listed(10, "Oil q")],
                "place": [listed(11, "Cape q")], "description": text(12, "q"), "source": text(13, "Box q"),
                "rights": text(14, "Ask q"),
            }),
            graph: json!({
                "entities": {
                    "p": {"type": "person", "label": name(15, "Noy q"), "properties": {"said": text(16, ""), "n": 1}},
                    "d": {"type": "document", "label": text(17, "Chart q")},
                },
                "relationships": [{"subject": "p", "predicate": text(18, ""), "object": "nowhere"}],
            }),
            named: json!({"url": "https://example.org/", "filename": text(19, "q"), "ocr": text(20, "") + "q"}),
            unnamed: json!({"url": text(21, "not an address: ")}),
            key: text(22, "page q"),
            linked: text(23, "linked q") + ".bin",
        }
    }

    /// The bodies of the components, by key.
    pub(crate) fn components(&self) -> Vec<(String, Vec<u8>)> {
        let body = |json: &Value| json.to_string().into_bytes();
        vec![
            ("pinax.json".to_owned(), body(&self.pinax)),
            ("cheimarros.json".to_owned(), body(&self.graph)),
            ("a.ref.json".to_owned(), body(&self.named)),
            (format!("{}.ref.json", self.key), body(&self.unnamed)),
            (self.linked.clone(), Vec::new()),
        ]
    }

    /// Counts what no record can hold, once for each place it has in the source.
    pub(crate) fn unwritable(&self) -> usize {
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

    /// Checks that each text is in the record where it belongs.
    #[track_caller]
    pub(crate) fn compare(&self, root: Node<'_, '_>) {
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
        let source = format!("Source: {}", block(&self.pinax["source"]));
        assert_eq!(contents(record, &["note"]), [source]);
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
            contents(record, &["location", "physicalLocation"]),
            [line(&self.pinax["institution"])]
        );
        assert_eq!(
            contents(record, &["accessCondition"]),
            [block(&self.pinax["rights"])]
        );
        assert_eq!(
            contents(record, &["identifier"])[2],
            line(&self.pinax["id"])
        );
        self.compare_files(record);
        self.compare_extensions(record);
    }

    #[track_caller]
    fn compare_files(&self, record: Node<'_, '_>) {
        let titles = contents(record, &["relatedItem", "titleInfo", "title"]);
        let key_name = |key: &str| name(&json!(key));
        // After that of the host.
        let mut expected = [
            name(&self.named["filename"]),
            key_name(&self.key),
            key_name(&self.linked),
        ];
        let mut found = titles[1..].to_vec();
        expected.sort();
        found.sort();
        assert_eq!(found, expected);
        let ocr = written(self.named["ocr"].as_str().expect("a text"));
        assert_eq!(contents(record, &["relatedItem", "note"]), [ocr]);
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

/// Returns the name of a file as a record has it: every blank counts, and what breaks the line is one.
fn name(value: &Value) -> String {
    let breaks = |sign: char| sign.is_control() || matches!(sign, '\u{2028}' | '\u{2029}');
    block(value).replace(breaks, " ")
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
