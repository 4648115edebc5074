//! `report.json`, and what a test reads out of it.

use serde_json::Value;

/// The events that a metric of the callback counts too, and that metric.
pub(crate) const COUNTED: [(&str, &str); 6] = [
    ("failed", "entities_failed"),
    ("incomplete", "entities_incomplete"),
    ("component_failed", "parts_lacking"),
    ("deleted", "entities_deleted"),
    ("merged", "entities_merged"),
    ("repeated", "links_repeated"),
];

/// The rows of an event.
pub(crate) fn rows<'r>(report: &'r Value, event: &str) -> Vec<&'r Value> {
    let rows = report["rows"].as_array().expect("rows");
    rows.iter().filter(|row| row["event"] == event).collect()
}

/// A column of these rows; an empty text where a row has none.
pub(crate) fn texts<'r>(rows: &[&'r Value], key: &str) -> Vec<&'r str> {
    rows.iter()
        .map(|row| row[key].as_str().unwrap_or_default())
        .collect()
}
