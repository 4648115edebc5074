//! Row of the inventory: the columns, and what stands in the cells.

use std::borrow::Cow;

use csv::{Writer, WriterBuilder};

use crate::arke::Pi;
use crate::arke::content::Unavailable;
use crate::crosswalk::{Conversion, Incomplete};
use crate::job::{Change, NamedRecord};
use crate::sanitize::{cell, list_cell, shortened};
use crate::walk::{Failure, Visit};

use super::reading::EarlierRow;

/// The columns, in their order.
#[rustfmt::skip]
pub(super) const COLUMNS: [&str; 20] = [
    "pi", "change", "state", "depth", "parent", "title", "creator", "date", "type", "language", "rights", "files",
    "lacking", "version", "modified", "url", "fingerprint", "source", "start", "length",
];

/// The longest title by which a record is named outside of the table, in characters.
const TITLE_LENGTH_MAX: usize = 120;

/// The byte-order mark, by which Excel knows UTF-8.
const BYTE_ORDER_MARK: &str = "\u{FEFF}";

/// What became of an entity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// Its record is in the file, and lacks nothing.
    Ok,
    /// Its record has no metadata.
    Incomplete,
    /// Its record lacks a part.
    Lacking,
    /// It was found, and has no record.
    Failed,
    /// It was deleted.
    Deleted,
    /// It was merged into another.
    Merged,
}

impl State {
    /// Returns the word for it.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Incomplete => "incomplete",
            Self::Lacking => "lacking",
            Self::Failed => "failed",
            Self::Deleted => "deleted",
            Self::Merged => "merged",
        }
    }

    /// Returns what a record lacks.
    pub(super) fn of(conversion: &Conversion) -> Self {
        let diagnostics = &conversion.diagnostics;
        if diagnostics.incomplete.is_some() {
            Self::Incomplete
        } else if diagnostics.missing_components.is_empty() {
            Self::Ok
        } else {
            Self::Lacking
        }
    }
}

/// A record in the file: where it is, and its hashes in hexadecimal.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) fingerprint: String,
    pub(super) source: String,
    pub(super) start: u64,
    pub(super) length: u64,
}

/// A row. Texts are cells already, all but their guard against formulas.
#[derive(Debug)]
pub(super) struct Row<'r> {
    pub(super) pi: Cow<'r, str>,
    pub(super) change: Option<Change>,
    pub(super) state: State,
    pub(super) depth: u32,
    pub(super) parent: Option<Pi>,
    pub(super) lacking: String,
    pub(super) record: Option<(&'r Conversion, Place)>,
}

impl Row<'_> {
    /// Writes the row.
    pub(super) fn write(&self, csv: &mut Writer<Vec<u8>>) {
        let parent = self.parent.map(Pi::text);
        let parent = parent.as_ref().map_or("", |parent| parent.as_str());
        let change = self.change.map_or("", Change::as_str);
        let depth = self.depth.to_string();
        let before = [&*self.pi, change, self.state.as_str(), &depth, parent];
        let Some((conversion, place)) = &self.record else {
            let blank = [""; 7];
            let cells = before.into_iter().chain(blank).chain([&*self.lacking]);
            write(csv, cells.chain(blank));
            return;
        };
        let (said, facts) = (&conversion.summary, &conversion.facts);
        let files = facts.files.to_string();
        let version = facts.version.map(|version| version.to_string());
        let [start, length] = [place.start, place.length].map(|number| number.to_string());
        #[rustfmt::skip]
        let cells = [
            &*said.title, &*said.creators, &*said.dates, &*said.kinds, &*said.languages, &*said.rights, &*files,
            &*self.lacking, version.as_deref().unwrap_or_default(), &*facts.modified, &*facts.url, &*place.fingerprint,
            &*place.source, &*start, &*length,
        ];
        write(csv, before.into_iter().chain(cells));
    }
}

/// Starts a table in memory, with its head if it is the first piece.
pub(super) fn table(is_first: bool) -> Writer<Vec<u8>> {
    let mut bytes = Vec::new();
    if is_first {
        bytes.extend_from_slice(BYTE_ORDER_MARK.as_bytes());
    }
    let mut csv = WriterBuilder::new().from_writer(bytes);
    if is_first {
        write(&mut csv, COLUMNS);
    }
    csv
}

/// Writes the cells of a row; one that a spreadsheet would take for a formula gets an apostrophe before it.
pub(super) fn write<'c>(csv: &mut Writer<Vec<u8>>, cells: impl IntoIterator<Item = &'c str>) {
    let cells = cells.into_iter().map(|cell| {
        if is_formula(cell) {
            Cow::Owned(["'", cell].concat())
        } else {
            Cow::Borrowed(cell)
        }
    });
    for cell in cells {
        csv.write_field(&*cell).expect("memory takes every byte");
    }
    let ended = csv.write_record(None::<&[u8]>);
    ended.expect("each row has the same columns");
}

fn is_formula(cell: &str) -> bool {
    cell.starts_with(['=', '+', '-', '@', '\t', '\r'])
}

/// Writes a row of an earlier inventory that has no place in this one: what it said, and what became of it.
pub(super) fn write_missing(csv: &mut Writer<Vec<u8>>, earlier: EarlierRow<'_>, change: Change) {
    let cells = COLUMNS.into_iter().zip(earlier.cells());
    let cells = cells.map(|(column, cell)| match column {
        "change" => change.as_str(),
        "state" | "start" | "length" => "",
        _ => cell,
    });
    write(csv, cells);
}

/// Names the record of a row of an earlier inventory.
pub(super) fn named(earlier: EarlierRow<'_>) -> NamedRecord {
    let title = earlier.get("title");
    let title = title
        .strip_prefix('\'')
        .filter(|rest| is_formula(rest))
        .unwrap_or(title);
    name(earlier.get("pi").to_owned(), title)
}

/// Names a record.
pub(super) fn name(pi: String, title: &str) -> NamedRecord {
    let title = shortened(title, TITLE_LENGTH_MAX);
    NamedRecord {
        pi,
        title: Some(title).filter(|title| !title.is_empty()),
    }
}

/// Says what a record lacks, and why.
pub(super) fn lacking(conversion: &Conversion) -> String {
    let diagnostics = &conversion.diagnostics;
    let absent = matches!(diagnostics.incomplete, Some(Incomplete::Absent));
    let absent = absent.then(|| "pinax.json: the entity has none".to_owned());
    let missing = diagnostics.missing_components.iter();
    let missing = missing.map(|(key, why)| format!("{}: {}", cell(key), unavailable(why)));
    list_cell(absent.into_iter().chain(missing), |more| {
        format!("and {more} more")
    })
}

/// Says why an entity has no record.
pub(super) fn failure(failure: &Failure) -> String {
    match failure {
        Failure::Manifest(why) => cell(&format!("manifest: {}", unavailable(why))),
        Failure::Merges(cause) => cell(&format!("no entity survives its merges: {cause}")),
    }
}

fn unavailable(why: &Unavailable) -> String {
    let what = match why {
        Unavailable::Unreachable(_) => "could not be fetched",
        Unavailable::Unreadable(_) => "could not be read",
    };
    format!("{what} ({})", why.cause())
}

/// Passes on the names of the parts that could not be had, of what [`lacking`] says.
pub(super) fn lost_parts(lacking: &str) -> impl Iterator<Item = &str> {
    let items = lacking.split('|').map(|item| item.trim_start_matches('\''));
    items.filter_map(|item| Some(item.split_once(": could not be ")?.0))
}

/// A row of an entity without a record.
pub(super) fn without_record<'r>(visit: &Visit, pi: Pi, state: State, lacking: String) -> Row<'r> {
    Row {
        pi: pi.to_string().into(),
        change: None,
        state,
        depth: visit.depth,
        parent: visit.parent,
        lacking,
        record: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(cells: &[&str; 20]) -> String {
        let mut csv = table(false);
        write(&mut csv, cells.iter().copied());
        let bytes = csv.into_inner().expect("memory");
        String::from_utf8(bytes).expect("UTF-8")
    }

    #[test]
    fn a_cell_is_no_formula_and_a_row_one_line() {
        let mut cells = [""; 20];
        cells[..6].copy_from_slice(&["=1+1", "+1", "-1", "@a", "a,\"b\"", "a=1"]);
        let expected = "'=1+1,'+1,'-1,'@a,\"a,\"\"b\"\"\",a=1,,,,,,,,,,,,,,\n";
        assert_eq!(written(&cells), expected);
    }

    #[test]
    fn a_table_begins_with_its_mark_and_its_columns() {
        let bytes = table(true).into_inner().expect("memory");
        let head = String::from_utf8(bytes).expect("UTF-8");
        assert!(head.starts_with("\u{FEFF}pi,change,state,") && head.ends_with(",length\n"));
    }

    #[test]
    fn lost_parts_are_known_by_their_names() {
        let lacking = "pinax.json: the entity has none|a: b.jpg: could not be fetched (504)|c: could not be read (x)\
                       |and 7 more";
        assert_eq!(lost_parts(lacking).collect::<Vec<_>>(), ["a: b.jpg", "c"]);
    }
}
