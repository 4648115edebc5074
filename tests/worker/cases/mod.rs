//! Reports of those who do this job elsewhere, each with the value that is right.
//!
//! A case is a tree in `$ARKE_CASES_DIR`. What is right of it stands in `fixtures/cases`, by the end of an entity's PI and
//! by what is looked at: the forms are those of [`view`]. With `UPDATE_FIXTURES=1` what is looked at is written anew, to
//! be read before it is believed.

mod view;

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::Path;

use roxmltree::Document as Xml;

use super::support::document::Document;
use super::support::{Worker, shared};
use view::view;

/// The cases; those that are decided otherwise than they are reported stand in the documentation of the crosswalk.
const CASES: [&str; 30] = [
    "04-short-range-or-season",
    "06-no-date-in-other-words",
    "09-several-names-in-one-text",
    "12-body-with-a-title-of-courtesy",
    "13-subjects-in-one-text",
    "15-composed-and-decomposed",
    "17-html-in-metadata",
    "18-language-lists",
    "20-language-in-its-own-name",
    "21-rights-by-name-and-version",
    "23-secrets-in-addresses",
    "25-coordinates-as-place",
    "26-nara-institution-and-series",
    "27-drexel-graph",
    "28-real-file-names",
    "29-university-1975",
    "30-iiif-item",
    "31-dates-of-machines",
    "32-supplied-dates-of-aacr2-and-rad",
    "33-other-calendars",
    "34-dates-in-other-languages",
    "35-types-in-words",
    "36-names-with-roles",
    "37-direction-marks",
    "39-links-as-components",
    "41-colon-in-a-title",
    "44-ranges-that-are-no-ranges",
    "45-file-fields-as-uploaders-write-them",
    "47-own-site-in-another-spelling",
    "49-wrong-person-by-graph",
];

/// What is seen of the records of a case: by the last digits of the PI, then by the name of a view.
type Views = BTreeMap<String, BTreeMap<String, Vec<String>>>;

#[tokio::test]
async fn every_case_is_read_right() {
    let Some(cases) = shared("ARKE_CASES_DIR", "../shared/cases") else {
        return;
    };
    let mut failures = Vec::new();
    for name in CASES {
        let output = tempfile::tempdir().expect("a temporary folder");
        let worker = Worker::local(&cases.join(name), output.path());
        worker.run().await.expect_code(0);
        let (_, document) = Document::only_below(output.path());
        failures.extend(compare(name, document.text()));
    }
    assert!(failures.is_empty(), "\n{}\n", failures.join("\n"));
}

#[test]
fn every_case_is_listed() {
    let Some(cases) = shared("ARKE_CASES_DIR", "../shared/cases") else {
        return;
    };
    let folders = fs::read_dir(cases)
        .expect("the cases")
        .map(|entry| entry.expect("an entry"));
    for folder in folders.filter(|entry| entry.path().is_dir()) {
        let name = folder.file_name().into_string().expect("a name in UTF-8");
        assert!(CASES.contains(&&*name), "{name} is not listed");
    }
}

fn compare(name: &str, text: &str) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("fixtures/cases/{name}.json"));
    let json =
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let expected: Views =
        serde_json::from_str(&json).unwrap_or_else(|error| panic!("{name}: {error}"));
    let xml = Xml::parse(text).expect("well-formed");
    let records = xml
        .root_element()
        .children()
        .filter(|node| node.has_tag_name((view::MODS, "mods")));
    let records: Vec<_> = records.collect();
    let mut seen = Views::new();
    for (digits, views) in &expected {
        let ends = |id: &str| id.ends_with(digits.as_str());
        let record = records
            .iter()
            .find(|record| record.attribute("ID").is_some_and(ends));
        let record = record.unwrap_or_else(|| panic!("{name}: no record of {digits}"));
        let views = views.keys().map(|kind| (kind.clone(), view(*record, kind)));
        seen.insert(digits.clone(), views.collect());
    }
    if env::var_os("UPDATE_FIXTURES").is_some_and(|value| value == "1") {
        let json = serde_json::to_string_pretty(&seen).expect("JSON");
        fs::write(&path, json + "\n").expect("a writable file");
    }
    let pairs = expected
        .iter()
        .zip(&seen)
        .filter(|(expected, seen)| expected != seen);
    pairs
        .map(|((digits, expected), (_, seen))| {
            format!("{name} {digits}\n  right: {expected:?}\n  came:  {seen:?}")
        })
        .collect()
}
