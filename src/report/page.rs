//! `report.html`: the report for a person, as one file that opens from a disk and can be sent on.
//!
//! The template escapes whatever it is given. There is no script, and the policy in its head lets the browser load and
//! run nothing but the style, which it names by its hash.

use std::borrow::Borrow;
use std::time::Duration;

use askama::Template;
use data_encoding::BASE64;
use ring::digest::{SHA256, digest};

use crate::crosswalk::CheimarrosMode;
use crate::job::{Change, ComparedWith, ExportOptions, Metrics, NamedRecord};
use crate::words::{count, grouped, moment, size, time};

use super::Head;
use super::branches::{Branch, Branches};
use super::problems::Problems;

/// Content type of the page.
pub(crate) const CONTENT_TYPE: &str = "text/html; charset=utf-8";
/// A kind of problem with more rows is shown closed.
const OPEN_MAX: u64 = 25;
/// The changes whose records are named.
#[rustfmt::skip]
const NAMED: [Change; 5] = [Change::New, Change::Changed, Change::Worse, Change::Gone, Change::Unseen];
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
        moment(self.head.started_at).unwrap_or_default()
    }

    fn took(&self) -> String {
        time(Duration::from_millis(self.head.metrics.total_time_ms))
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
            (true, 1) => "The entity is in the file, complete.".to_owned(),
            (true, _) => format!(
                "All {} entities are in the file, each complete.",
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

    /// Returns the title of an entity: that of its record, or that which an earlier export knows.
    fn title_of<'t>(&'t self, pi: &impl ToString, title: Option<&'t str>) -> Option<&'t str> {
        let earlier = || {
            let compared = self.head.compared_with.as_ref()?;
            let pi = pi.to_string();
            let mut lost = compared.named.of(Change::Unseen).iter();
            lost.find(|record| record.pi == pi)?.title.as_deref()
        };
        title.or_else(earlier)
    }

    /// Returns the name of the file without what tells its format.
    fn stem(&self) -> &str {
        self.head.output.file_name.trim_end_matches(".xml")
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
        let lacking = if counts.lacking == 1 {
            (1, "part lacking")
        } else {
            (counts.lacking, "parts lacking")
        };
        let told = [failed, incomplete, lacking]
            .into_iter()
            .filter(|(number, _)| *number > 0);
        let told = told.map(|(number, what)| format!("{} {what}", grouped(number)));
        let told: Vec<String> = records.into_iter().chain(told).collect();
        told.join(" · ")
    }
}

/// A kind of change, and its first records.
struct Changed<'c> {
    change: Change,
    count: u64,
    records: &'c [NamedRecord],
}

impl Changed<'_> {
    /// Returns how many records are not named.
    fn further(&self) -> u64 {
        self.count - self.records.len() as u64
    }
}

/// Returns the changes whose records are named.
fn changes(compared: &ComparedWith) -> impl Iterator<Item = Changed<'_>> {
    let numbers = compared.records.iter();
    let numbers = numbers.filter(|(change, number)| NAMED.contains(change) && *number > 0);
    numbers.map(|(change, count)| Changed {
        change,
        count,
        records: compared.named.of(change),
    })
}

#[cfg(test)]
mod tests {
    use super::super::problems::Problem;
    use super::*;
    use crate::job::{BesideFile, NamedRecords, OutputFile, RecordChanges};

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
            options: &ExportOptions {
                recursive: true,
                ..ExportOptions::default()
            },
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

    fn compared_with(records: RecordChanges) -> ComparedWith {
        let mut named = NamedRecords::default();
        for (change, number) in records.iter() {
            for _ in 0..number {
                let record = || NamedRecord {
                    pi: "01K9Z3K4GMDWTT0VQXYSPC9W6S".to_owned(),
                    title: Some("&".repeat(120)),
                };
                named.push(change, record);
            }
        }
        ComparedWith {
            task_id: "task-0".to_owned(),
            started_at: Some("2026-11-02T09:00:00Z".to_owned()),
            worker_version: "0.0.9".to_owned(),
            numbers: records,
            records,
            named,
            ..ComparedWith::default()
        }
    }

    #[test]
    fn changes_are_shown_where_there_are_any() {
        let compared_with = compared_with(RecordChanges {
            new: 4,
            changed: 1100,
            worse: 1,
            same: 7,
            ..RecordChanges::default()
        });
        let page = longest("a", Some(compared_with));
        for text in [
            "Since the export task-0 of 2026-11-02, 09:00 UTC",
            "4 new, 1,100 changed, 1 lacking what was there, 7 the same.",
            "made by worker 0.0.9 and not ",
            "The records as they were stand in the export task-0.",
            "And 1,050 more: <code>records.csv</code>, column <code>change</code>.",
            "<code>A-changes.xml</code>",
        ] {
            assert!(page.contains(text), "{text}");
        }
        assert!(!longest("a", None).contains("Since"));
    }

    #[test]
    fn a_hundred_thousand_changes_stay_a_page() {
        let many = RecordChanges {
            new: 100_000,
            changed: 100_000,
            worse: 100_000,
            gone: 100_000,
            unseen: 100_000,
            ..RecordChanges::default()
        };
        let page = longest("&", Some(compared_with(many)));
        assert_eq!(page.matches("And 99,950 more").count(), NAMED.len());
        assert!(page.len() < 2_000_000, "{} bytes", page.len());
    }

    #[test]
    fn the_commands_are_those_of_the_readme() {
        let page = longest("a", None);
        let (_, loading) = page.split_once("How to load it").expect("how to load it");
        let (loading, _) = loading.split_once("</dl>").expect("an end");
        let texts = loading.split("<pre>").skip(1);
        let commands: Vec<String> = texts
            .filter_map(|text| text.split_once("</pre>"))
            .flat_map(|(text, _)| text.lines())
            .map(|line| line.replace("&lt;", "<").replace("&gt;", ">"))
            .map(|line| line.replace("&amp;", "&"))
            .collect();
        assert!(commands.len() > 5, "{commands:?}");
        assert!(loading.contains("<code>F=file</code>"), "{loading}");
        let readme = include_str!("../../README.md");
        for command in commands {
            assert!(readme.contains(&format!("    {command}\n")), "{command}");
        }
    }
}
