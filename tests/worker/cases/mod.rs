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

/// What is known of a case.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// What is right stands in `fixtures/cases`.
    Decided,
    /// Nobody has decided yet.
    NotYet,
}
use State::{Decided, NotYet};

/// The cases; those that are decided otherwise than they are reported stand in the documentation of the crosswalk.
const CASES: [(&str, State); 30] = [
    ("04-short-range-or-season", NotYet),
    ("06-no-date-in-other-words", Decided),
    ("09-several-names-in-one-text", Decided),
    ("12-body-with-a-title-of-courtesy", Decided),
    ("13-subjects-in-one-text", Decided),
    ("15-composed-and-decomposed", Decided),
    ("17-html-in-metadata", Decided),
    ("18-language-lists", NotYet),
    ("20-language-in-its-own-name", NotYet),
    ("21-rights-by-name-and-version", NotYet),
    ("23-secrets-in-addresses", NotYet),
    ("25-coordinates-as-place", Decided),
    ("26-nara-institution-and-series", Decided),
    ("27-drexel-graph", Decided),
    ("28-real-file-names", NotYet),
    ("29-university-1975", Decided),
    ("30-iiif-item", Decided),
    ("31-dates-of-machines", NotYet),
    ("32-supplied-dates-of-aacr2-and-rad", NotYet),
    ("33-other-calendars", NotYet),
    ("34-dates-in-other-languages", NotYet),
    ("35-types-in-words", NotYet),
    ("36-names-with-roles", Decided),
    ("37-direction-marks", Decided),
    ("39-links-as-components", NotYet),
    ("41-colon-in-a-title", Decided),
    ("44-ranges-that-are-no-ranges", NotYet),
    ("45-file-fields-as-uploaders-write-them", NotYet),
    ("47-own-site-in-another-spelling", NotYet),
    ("49-wrong-person-by-graph", Decided),
];

/// What is seen of the records of a case: by the last digits of the PI, then by the name of a view.
type Views = BTreeMap<String, BTreeMap<String, Vec<String>>>;

#[tokio::test]
async fn every_case_is_read_right() {
    let Some(cases) = shared("ARKE_CASES_DIR", "../shared/cases") else {
        return;
    };
    let mut failures = Vec::new();
    for (name, state) in CASES {
        let output = tempfile::tempdir().expect("a temporary folder");
        let worker = Worker::local(&cases.join(name), output.path());
        worker.run().await.expect_code(0);
        let (_, document) = Document::only_below(output.path());
        if state == Decided {
            failures.extend(compare(name, document.text()));
        }
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
        assert!(
            CASES.iter().any(|(listed, _)| *listed == name),
            "{name} is not listed"
        );
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
