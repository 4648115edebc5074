//! `records.csv`, and what a test reads out of it.

use std::collections::BTreeMap;

use serde_json::Value;

use super::schema;

/// An inventory: its rows, each by its columns.
#[derive(Clone, Debug)]
pub(crate) struct Inventory {
    pub(crate) rows: Vec<BTreeMap<String, String>>,
}

/// The changes, each with its metric.
pub(crate) const CHANGES: [&str; 8] = [
    "new", "changed", "reworked", "touched", "worse", "same", "gone", "unseen",
];

impl Inventory {
    /// Reads an inventory, a row a line behind a byte-order mark.
    #[track_caller]
    pub(crate) fn read(bytes: &[u8]) -> Self {
        let bytes = bytes
            .strip_prefix("\u{FEFF}".as_bytes())
            .expect("a byte-order mark");
        let mut reader = csv::Reader::from_reader(bytes);
        let rows: Result<Vec<_>, _> = reader.deserialize().collect();
        let rows: Vec<BTreeMap<String, String>> = rows.expect("rows of equal length");
        let lines = str::from_utf8(bytes).expect("UTF-8").lines().count();
        assert_eq!(lines, rows.len() + 1, "a line a row");
        Self { rows }
    }

    /// The row of an entity.
    #[track_caller]
    pub(crate) fn row(&self, pi: &str) -> &BTreeMap<String, String> {
        let mut rows = self.rows.iter().filter(|row| row["pi"] == pi);
        let row = rows.next().unwrap_or_else(|| panic!("no row of {pi}"));
        assert!(rows.next().is_none(), "two rows of {pi}");
        row
    }

    /// A column.
    pub(crate) fn column(&self, name: &str) -> Vec<&str> {
        self.rows.iter().map(|row| &*row[name]).collect()
    }

    /// How many rows have this value in a column.
    pub(crate) fn count(&self, name: &str, value: &str) -> u64 {
        self.rows.iter().filter(|row| row[name] == value).count() as u64
    }

    /// The entities with this value in a column.
    pub(crate) fn pis_with(&self, name: &str, value: &str) -> Vec<&str> {
        let rows = self.rows.iter().filter(|row| row[name] == value);
        rows.map(|row| &*row["pi"]).collect()
    }

    /// Checks that the rows say what the metrics say.
    #[track_caller]
    pub(crate) fn expect_counted(&self, metrics: &Value) {
        let states = |states: &[&str]| -> u64 {
            let counts = states.iter().map(|state| self.count("state", state));
            counts.sum()
        };
        for (metric, of) in [
            ("entities_exported", &["ok", "incomplete", "lacking"][..]),
            ("entities_incomplete", &["incomplete"]),
            ("entities_failed", &["failed"]),
            ("entities_deleted", &["deleted"]),
            ("entities_merged", &["merged"]),
        ] {
            assert_eq!(metrics[metric], states(of), "{metric}");
        }
        for change in CHANGES {
            let metric = &metrics[format!("records_{change}")];
            let counted = metric.as_u64().unwrap_or_default();
            assert_eq!(counted, self.count("change", change), "{change}");
        }
    }

    /// Cuts each record out of its file, and checks that it is the one and valid by itself.
    #[track_caller]
    pub(crate) fn expect_cuts(&self, file: &[u8]) {
        let mut end = 0;
        for row in self.rows.iter().filter(|row| !row["length"].is_empty()) {
            let number = |name: &str| -> usize { row[name].parse().expect("a number") };
            let (start, length) = (number("start"), number("length"));
            let record = &file[start..start + length];
            assert!(start > end && record.starts_with(b"<mods ") && record.ends_with(b"</mods>"));
            let id = format!(" ID=\"entity-{}\"", row["pi"]);
            let head = String::from_utf8_lossy(&record[..record.len().min(1000)]).into_owned();
            assert!(head.contains(&id), "{id} in {head}");
            if let Err(reason) = schema::validate(record) {
                panic!("{}: {reason}", row["pi"]);
            }
            end = start + length;
        }
        let records = String::from_utf8_lossy(file).matches("</mods>").count();
        assert_eq!(
            records,
            self.rows
                .iter()
                .filter(|row| !row["length"].is_empty())
                .count()
        );
    }
}
