//! `report.html`: the report for a person, as one file that opens from a disk and can be sent on.
//!
//! The template escapes whatever it is given. There is no script, and the policy in its head lets the browser load and
//! run nothing but the style, which it names by its hash.

use std::borrow::Borrow;

use askama::Template;
use data_encoding::BASE64;
use ring::digest::{SHA256, digest};

use crate::crosswalk::CheimarrosMode;
use crate::job::{ComparedWith, ExportOptions, Metrics};
use crate::words::{count, grouped};

use super::Head;
use super::branches::{Branch, Branches};
use super::problems::Problems;

/// Content type of the page.
pub(crate) const CONTENT_TYPE: &str = "text/html; charset=utf-8";
/// A kind of problem with more rows is shown closed.
const OPEN_MAX: u64 = 25;
const STYLE: &str = include_str!("../../templates/report.css");

/// The page; what it says is in the template.
#[derive(Template)]
#[template(path = "report.html")]
pub(super) struct Page<'p> {
    pub(super) head: &'p Head<'p>,
    pub(super) problems: &'p Problems,
    pub(super) branches: &'p Branches,
}

impl Page<'_> {
    /// Returns the document.
    pub(super) fn document(&self) -> Vec<u8> {
        let document = self.render();
        document.expect("texts can be written to memory").into()
    }

    #[expect(clippy::unused_self, reason = "called by the template")]
    fn style(&self) -> &'static str {
        STYLE
    }

    #[expect(clippy::unused_self, reason = "called by the template")]
    fn style_hash(&self) -> String {
        BASE64.encode(digest(&SHA256, STYLE.as_bytes()).as_ref())
    }

    #[expect(clippy::unused_self, reason = "called by the template")]
    fn number(&self, number: impl Borrow<u64>) -> String {
        grouped(*number.borrow())
    }

    fn title(&self) -> &str {
        let title = self.branches.root().and_then(|root| root.title.as_deref());
        title.unwrap_or(&self.head.pi)
    }

    /// Says when the export started, without the seconds.
    fn started(&self) -> String {
        let (day, time) = self.head.started_at.split_at(10);
        format!("{day}, {} UTC", time.get(1..6).unwrap_or_default())
    }

    fn took(&self) -> String {
        duration(self.head.metrics.total_time_ms)
    }

    fn scope(&self) -> String {
        let ExportOptions {
            recursive,
            max_depth,
            ..
        } = self.head.options;
        if *recursive {
            format!(
                "the whole tree, down to {}",
                count(u64::from(*max_depth), "level", "levels")
            )
        } else {
            "this entity alone".to_owned()
        }
    }

    fn contents(&self) -> String {
        let options = self.head.options.record;
        let text = if options.include_ocr {
            "with"
        } else {
            "without"
        };
        let graph = match options.cheimarros_mode {
            CheimarrosMode::Full => "all of the knowledge graph",
            CheimarrosMode::Minimal => "the least of the knowledge graph",
            CheimarrosMode::Skip => "nothing of the knowledge graph",
        };
        format!("{text} the text of scanned pages, {graph}")
    }

    /// Says whether all is well.
    fn verdict(&self) -> String {
        let Metrics {
            entities_exported: exported,
            entities_found: found,
            ..
        } = *self.head.metrics;
        let is_whole = exported == found && self.problems.iter().next().is_none();
        match (is_whole, exported) {
            (true, 1) => "The record is in the file, and complete.".to_owned(),
            (true, _) => format!(
                "All {} records are in the file, each complete.",
                grouped(exported)
            ),
            (false, _) => {
                let found = count(found, "entity that was found", "entities that were found");
                format!("Of {found}, {} in the file.", count(exported, "is", "are"))
            }
        }
    }

    /// The four numbers: how many, of what, and whether somebody has to do something about it.
    fn numbers(&self) -> [(String, &'static str, bool); 4] {
        let metrics = self.head.metrics;
        let number = |number: u64, one, several, is_bad: bool| {
            let unit = if number == 1 { one } else { several };
            (grouped(number), unit, is_bad && number > 0)
        };
        [
            number(metrics.entities_exported, "record", "records", false),
            number(
                metrics.entities_failed,
                "not in the file",
                "not in the file",
                true,
            ),
            number(
                metrics.entities_incomplete,
                "without metadata",
                "without metadata",
                true,
            ),
            number(metrics.parts_lacking, "part lacking", "parts lacking", true),
        ]
    }

    /// What happened and needs nobody, in words.
    fn settled(&self) -> Option<String> {
        let metrics = self.head.metrics;
        let told = [
            (metrics.entities_deleted, "deleted in the archive"),
            (metrics.entities_merged, "merged into another"),
            (metrics.links_repeated, "listed more than once"),
        ];
        let told = told.into_iter().filter(|(number, _)| *number > 0);
        let told: Vec<String> = told
            .map(|(number, what)| format!("{} {what}", grouped(number)))
            .collect();
        (!told.is_empty()).then(|| told.join(", "))
    }

    fn size(&self) -> String {
        size(self.head.output.size_bytes)
    }

    /// What became of an entity and of all below it, in words.
    #[expect(clippy::unused_self, reason = "called by the template")]
    fn counts(&self, branch: &Branch) -> String {
        let counts = branch.counts;
        let records = (counts.records > 0).then(|| count(counts.records, "record", "records"));
        let failed = (counts.failed, "not in the file");
        let incomplete = (counts.incomplete, "without metadata");
        let told = [failed, incomplete]
            .into_iter()
            .filter(|(number, _)| *number > 0);
        let told = told.map(|(number, what)| format!("{} {what}", grouped(number)));
        let told: Vec<String> = records.into_iter().chain(told).collect();
        told.join(" · ")
    }
}

/// Names the earlier export, by its day if that is known.
fn earlier(compared: &ComparedWith) -> String {
    let day = compared.started_at.as_deref().and_then(|at| at.get(..10));
    let day = day.map_or_else(String::new, |day| format!(" of {day}"));
    format!("the export {}{day}", compared.task_id)
}

/// Says what became of the rows of both exports, and of how many.
fn changes(compared: &ComparedWith) -> Vec<(&'static str, u64)> {
    let numbers = &compared.numbers;
    let all = [
        ("new", numbers.new),
        ("changed", numbers.changed),
        (
            "the same entity, written otherwise by another worker or other options",
            numbers.reworked,
        ),
        ("another version that says the same", numbers.touched),
        (
            "lacking what was there: keep the earlier record, export again",
            numbers.worse,
        ),
        ("the same", numbers.same),
        ("gone", numbers.gone),
        ("not seen this time", numbers.unseen),
    ];
    all.into_iter().filter(|(_, number)| *number > 0).collect()
}

/// Writes a number of bytes to two digits or three, in units of a thousand.
fn size(bytes: u64) -> String {
    let mut unit = 1;
    for name in ["bytes", "kB", "MB"] {
        if bytes < 1000 * unit {
            return format!("{} {name}", bytes.div_ceil(unit));
        }
        unit *= 1000;
    }
    format!("{} GB", grouped(bytes.div_ceil(unit)))
}

fn duration(milliseconds: u64) -> String {
    let seconds = milliseconds.div_ceil(1000);
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, seconds) => format!("{seconds} s"),
        (0, minutes, seconds) => format!("{minutes} min {seconds} s"),
        (hours, minutes, _) => format!("{hours} h {minutes} min"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::problems::Problem;
    use super::*;
    use crate::job::{BesideFile, OutputFile, RecordChanges};

    /// Makes a page of as much as there may be of all, of names that are as long as they may be.
    fn longest(sign: &str, compared_with: Option<ComparedWith>) -> String {
        let pi = "01K9Z3K4GMDWTT0VQXYSPC9W6S";
        let name = sign.repeat(255);
        let problem = Problem {
            pi: pi.to_owned(),
            is_entity: true,
            title: Some(name.clone()),
            parent: Some(pi.to_owned()),
            parent_title: Some(name.clone()),
            reason: sign.repeat(400),
        };
        let output = OutputFile {
            key: String::new(),
            file_name: "file.xml".to_owned(),
            size_bytes: 1,
        };
        let changes = BesideFile {
            file_name: "A-changes.xml".to_owned(),
            size_bytes: 1,
            sha256: String::new(),
            records: 1,
        };
        let head = Head {
            records_csv: None,
            changes: compared_with.as_ref().map(|_| &changes),
            compared_with,
            task_id: "task-1",
            pi: pi.to_owned(),
            worker_version: "1",
            started_at: "2026-11-26T12:00:00Z",
            options: &ExportOptions::default(),
            output: &output,
            output_sha256: String::new(),
            metrics: &Metrics::default(),
            site_url: "https://arke.institute",
        };
        let page = Page {
            head: &head,
            problems: &Problems::filled(&problem),
            branches: &Branches::filled(pi.parse().expect("a PI"), &name),
        };
        String::from_utf8(page.document()).expect("UTF-8")
    }

    #[test]
    fn a_page_stays_below_two_megabytes_whatever_stands_in_it() {
        for sign in ["&", "\u{10FFFD}", "a", "\""] {
            let page = longest(sign, None);
            assert!(
                page.contains(" more, in <code>records.csv</code>"),
                "{sign}"
            );
            assert!(page.len() < 2_000_000, "{} bytes of {sign}", page.len());
        }
        assert!(
            longest("a", None).len() > 1_000_000,
            "of no use if it is far below"
        );
    }

    #[test]
    fn changes_are_shown_where_there_are_any() {
        let compared_with = ComparedWith {
            task_id: "task-0".to_owned(),
            started_at: Some("2026-11-02T09:00:00Z".to_owned()),
            worker_version: "1".to_owned(),
            same_options: true,
            numbers: RecordChanges {
                new: 4,
                changed: 1100,
                ..RecordChanges::default()
            },
        };
        let page = longest("a", Some(compared_with));
        for text in [
            "Since the export task-0 of 2026-11-02",
            "<dt>changed</dt><dd>1,100</dd>",
            "<code>A-changes.xml</code>",
        ] {
            assert!(page.contains(text), "{text}");
        }
        assert!(!longest("a", None).contains("Since"));
    }

    #[test]
    fn numbers_are_for_people() {
        for (number, expected) in [
            (0, "0"),
            (999, "999"),
            (1000, "1,000"),
            (1_234_567, "1,234,567"),
        ] {
            assert_eq!(grouped(number), expected);
        }
        for (bytes, expected) in [
            (1, "1 bytes"),
            (999, "999 bytes"),
            (146_001, "147 kB"),
            (7_000_000_000, "7 GB"),
        ] {
            assert_eq!(size(bytes), expected);
        }
        for (milliseconds, expected) in
            [(1, "1 s"), (61_000, "1 min 1 s"), (7_260_000, "2 h 1 min")]
        {
            assert_eq!(duration(milliseconds), expected);
        }
    }
}
