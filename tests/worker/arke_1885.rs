//! The records of a real tree, the letters of 1885, read as a cataloguer reads them.

use std::collections::HashSet;
use std::fs;
use std::path::Path;

use roxmltree::{Document as Xml, Node};
use serde_json::Value;

use super::support::document::{Document, files_below};
use super::support::{Worker, shared};

const ROOT: &str = "01KC2EAR500DCVVDSFMESYWJPZ";
const INSTITUTION: &str = "Alice Austen House";

#[tokio::test]
async fn the_letters_of_1885_are_catalogued() {
    let Some(letters) = shared("ARKE_1885_DIR", "../shared/arke-1885") else {
        return;
    };
    let output = tempfile::tempdir().expect("a temporary folder");
    let run = Worker::local(&letters, output.path())
        .job("letters", ROOT)
        .env("EXPORT_OPTIONS", r#"{"recursive":true}"#);
    run.run().await.expect_code(0);
    let (_, document) = Document::only_below(output.path());
    let xml = Xml::parse(document.text()).expect("well-formed");
    let records: Vec<Node<'_, '_>> = children(xml.root_element(), "mods").collect();

    titles_are_those_of_the_source(&records);
    creators_are_typed_where_the_graph_knows_them(records[0]);
    no_file_is_a_subject(&records, &letters);
    the_institution_is_nobodys_name(&records);
    circa_is_approximate(records[2]);
}

#[tokio::test]
async fn the_letters_of_1885_are_exported_whole() {
    let Some(letters) = shared("ARKE_1885_DIR", "../shared/arke-1885") else {
        return;
    };
    let output = tempfile::tempdir().expect("a temporary folder");
    let worker = Worker::local(&letters, output.path())
        .job("letters", ROOT)
        .env("EXPORT_OPTIONS", r#"{"recursive":true}"#);
    let run = worker.run().await;
    run.expect_code(0);
    let (_, document) = Document::only_below(output.path());
    assert_eq!(document.pis().len(), 6);
    let callback = run.printed_callback();
    assert_eq!(callback["metrics"]["entities_incomplete"], 2);

    let (mut files, mut texts) = (0, Vec::new());
    for path in files_below(&letters.join("ipfs")) {
        let Ok(file) = serde_json::from_slice::<Value>(&fs::read(path).expect("a readable file"))
        else {
            continue;
        };
        if file.get("url").is_some() {
            files += 1;
            texts.extend(
                file["ocr"]
                    .as_str()
                    .filter(|text| !text.trim().is_empty())
                    .map(str::to_owned),
            );
        }
    }
    let mut exported = document.texts_of("note type=\"ocr\"");
    texts.sort();
    exported.sort();
    assert_eq!(files, 39);
    assert_eq!(
        document
            .text()
            .matches("access=\"raw object\">https://cdn.arke.institute/")
            .count(),
        39
    );
    assert_eq!(exported, texts);

    let output = tempfile::tempdir().expect("a temporary folder");
    Worker::local(&letters, output.path())
        .job("letters", ROOT)
        .run()
        .await
        .expect_code(0);
    let (_, document) = Document::only_below(output.path());
    assert_eq!(
        (document.root().as_str(), document.pis()),
        ("mods", vec![ROOT])
    );
}

fn titles_are_those_of_the_source(records: &[Node<'_, '_>]) {
    let titles: Vec<String> = records
        .iter()
        .flat_map(|record| texts(*record, &["titleInfo", "title"]))
        .collect();
    let expected = [
        "Alice Austen Family Correspondence Collection, 1885",
        "Letters to Alice Austen",
        "Wedding Invitations",
        "Envelopes and Addresses",
        "Photography References",
        "Partial Letter Fragments",
    ];
    assert_eq!(titles, expected);
    let supplied: Vec<bool> = records
        .iter()
        .flat_map(|record| children(*record, "titleInfo"))
        .map(|title| title.attribute("supplied") == Some("yes"))
        .collect();
    assert_eq!(supplied, [false, false, false, false, true, true]);
}

fn creators_are_typed_where_the_graph_knows_them(root: Node<'_, '_>) {
    let (typed, untyped): (Vec<_>, Vec<_>) =
        children(root, "name").partition(|name| name.has_attribute("type"));
    assert!(
        typed
            .iter()
            .all(|name| name.attribute("type") == Some("personal"))
    );
    assert_eq!(typed.len(), 11);
    let untyped: Vec<String> = untyped
        .into_iter()
        .flat_map(|name| texts(name, &["namePart"]))
        .collect();
    assert_eq!(untyped, ["Elizabeth B Strong"]);
}

fn no_file_is_a_subject(records: &[Node<'_, '_>], letters: &Path) {
    let graphs = files_below(&letters.join("ipfs"))
        .into_iter()
        .filter_map(|path| {
            let body = fs::read(path).expect("a readable file");
            serde_json::from_slice::<Value>(&body)
                .ok()?
                .get("entities")
                .cloned()
        });
    let files: HashSet<String> = graphs
        .flat_map(|entities| entities.as_object().cloned().unwrap_or_default())
        .filter(|(_, entity)| entity["type"] == "file")
        .filter_map(|(_, entity)| Some(entity["label"].as_str()?.to_owned()))
        .collect();
    assert_eq!(files.len(), 41);
    for record in records {
        for subject in children(*record, "subject") {
            for term in subject.descendants().filter_map(|node| node.text()) {
                assert!(!files.contains(term), "{term}");
                let term = term.to_lowercase();
                assert!(!term.ends_with("jpg") && !term.ends_with("json"), "{term}");
            }
        }
    }
}

fn the_institution_is_nobodys_name(records: &[Node<'_, '_>]) {
    let mut holdings = 0;
    for record in records {
        let mut names = record.descendants().filter(|node| {
            node.has_tag_name((record.tag_name().namespace().expect("MODS"), "namePart"))
        });
        assert!(names.all(|name| name.text() != Some(INSTITUTION)));
        holdings += texts(*record, &["location", "physicalLocation"])
            .iter()
            .filter(|holding| *holding == INSTITUTION)
            .count();
    }
    assert_eq!(holdings, 4);
}

fn circa_is_approximate(record: Node<'_, '_>) {
    let origin = children(record, "originInfo").next().expect("a date");
    let date = children(origin, "dateCreated").next().expect("a date");
    assert_eq!(date.text(), Some("1885"));
    assert_eq!(date.attribute("qualifier"), Some("approximate"));
    assert_eq!(date.attribute("encoding"), Some("w3cdtf"));
    assert_eq!(texts(record, &["note"]), ["Date as given: circa 1885"]);
}

fn children<'a, 'i>(node: Node<'a, 'i>, name: &str) -> impl Iterator<Item = Node<'a, 'i>> {
    node.children()
        .filter(move |child| child.tag_name().name() == name)
}

/// Returns the texts of the elements at the end of a path.
fn texts(node: Node<'_, '_>, path: &[&str]) -> Vec<String> {
    let Some((name, rest)) = path.split_first() else {
        return vec![node.text().unwrap_or_default().to_owned()];
    };
    children(node, name)
        .flat_map(|child| texts(child, rest))
        .collect()
}
