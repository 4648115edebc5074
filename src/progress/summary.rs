//! The end of a job for the person who watched it: the files, and what is not as it should be.

use std::fmt::Write as _;
use std::time::Duration;

use crate::job::Metrics;

use super::account::{Account, in_words};
use super::last_line::{UNSEEN, alone, beyond, ignored, since, slowed};
use crate::words::{count, grouped, size, time};

/// A file at the destination.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Delivered {
    /// Its name.
    pub name: String,
    /// How long it is.
    pub size_bytes: u64,
    /// What is in it, in words.
    pub what: &'static str,
}

impl Delivered {
    /// Names a file.
    pub(crate) fn new(name: &str, size_bytes: u64, what: &'static str) -> Self {
        Self {
            name: name.to_owned(),
            size_bytes,
            what,
        }
    }
}

/// Says what was exported into a folder, which files are there, and what needs somebody.
pub(super) fn of_success(
    folder: &str,
    files: &[Delivered],
    metrics: &Metrics,
    account: &Account,
) -> String {
    let mut text = format!(
        "Exported {} of {} in {}, into {folder}\n",
        count(metrics.entities_exported, "record", "records"),
        count(metrics.entities_found, "entity", "entities"),
        time(Duration::from_millis(metrics.total_time_ms)),
    );
    text.push_str(&listed(files));
    let amiss = amiss(metrics, account);
    let remarks: Vec<String> = remarks(metrics, account).into_iter().flatten().collect();
    for part in [amiss.as_str(), &remarks.join("\n")] {
        if !part.is_empty() {
            text = text + "\n" + part.trim_end() + "\n";
        }
    }
    text.trim_end().to_owned()
}

/// Lists files, a line each.
fn listed(files: &[Delivered]) -> String {
    let longest = |texts: &mut dyn Iterator<Item = &str>| {
        let lengths = texts.map(|text| text.chars().count());
        lengths.max().unwrap_or_default()
    };
    let sizes: Vec<String> = files.iter().map(|file| size(file.size_bytes)).collect();
    let names_width = longest(&mut files.iter().map(|file| file.name.as_str()));
    let sizes_width = longest(&mut sizes.iter().map(String::as_str));
    let mut text = String::new();
    for (Delivered { name, what, .. }, size) in files.iter().zip(&sizes) {
        let _ = writeln!(
            text,
            "  {name:names_width$}   {size:>sizes_width$}   {what}"
        );
    }
    text
}

/// Says what is not in the file, a line for each kind.
fn amiss(metrics: &Metrics, account: &Account) -> String {
    let unseen = if account.unseen > 0 { UNSEEN } else { "" };
    let kinds = [
        (
            "Not in the file",
            metrics.entities_failed,
            in_words(&account.failed) + unseen,
        ),
        (
            "No metadata",
            metrics.entities_incomplete,
            in_words(&account.without_metadata),
        ),
        (
            "Lacking a part",
            metrics.parts_lacking,
            account.lacking_in_words(),
        ),
    ];
    let numbers = kinds.iter().map(|(_, number, _)| grouped(*number).len());
    let width = numbers.max().unwrap_or_default();
    let mut text = String::new();
    for (kind, number, reasons) in kinds {
        if number > 0 {
            let _ = writeln!(text, "{kind:15}  {:>width$}   {reasons}", grouped(number));
        }
    }
    text
}

/// Returns what else there is to say, a line each.
fn remarks(metrics: &Metrics, account: &Account) -> [Option<String>; 11] {
    let sentence = |text: String| {
        let mut letters = text.chars();
        let first = letters
            .next()
            .map(|letter| letter.to_uppercase().to_string());
        first.unwrap_or_default() + letters.as_str() + "."
    };
    [
        complete(metrics),
        buried(metrics, account),
        alone(metrics).map(sentence),
        beyond(metrics).map(sentence),
        ignored(metrics).map(sentence),
        slowed(metrics).map(sentence),
        since(account).map(sentence),
        since_remarks(account),
        kept(metrics),
        unfetched(account),
        unknown(account),
    ]
}

/// Says what else there is to say of the earlier export, a sentence a line.
fn since_remarks(account: &Account) -> Option<String> {
    let remarks: Vec<String> = account.compared_with.as_ref()?.remarks().collect();
    (!remarks.is_empty()).then(|| remarks.join("\n"))
}

/// Says how much did not have to be fetched.
fn kept(metrics: &Metrics) -> Option<String> {
    let kept = metrics.components_kept;
    let came = count(kept, "component was", "components were");
    (kept > 0).then(|| format!("{came} taken from the folder of --keep, and not fetched."))
}

fn unfetched(account: &Account) -> Option<String> {
    let things = count(account.unfetched, "thing", "things");
    let it = if account.unfetched == 1 { "it" } else { "them" };
    (account.unfetched > 0).then(|| {
        format!("{things} could not be fetched: the same command asks for {it} again (with --keep DIR, for little else).")
    })
}

/// What the archive does not have, the same command does not get.
fn unknown(account: &Account) -> Option<String> {
    let (things, it) = match account.unknown {
        0 => return None,
        1 => ("1 thing is".to_owned(), "it"),
        many => (format!("{} things are", grouped(many)), "them"),
    };
    Some(format!(
        "{things} not known to the archive: have {it} put there, or taken out of what lists {it}."
    ))
}

fn complete(metrics: &Metrics) -> Option<String> {
    let missing = metrics.entities_failed + metrics.entities_incomplete + metrics.parts_lacking;
    let asked_for = if metrics.entities_beyond_max_depth > 0 {
        " that were asked for"
    } else {
        ""
    };
    (missing == 0).then(|| match metrics.entities_exported {
        1 => "The entity is in the file, complete.".to_owned(),
        exported => format!(
            "All {} entities{asked_for} are in the file, each complete.",
            grouped(exported)
        ),
    })
}

fn buried(metrics: &Metrics, account: &Account) -> Option<String> {
    let told = match (metrics.entities_deleted, metrics.entities_merged) {
        (0, 0) => return None,
        (deleted, 0) => format!("Deleted {}", grouped(deleted)),
        (0, merged) => format!("Merged {}", grouped(merged)),
        (deleted, merged) => format!("Deleted {}, merged {}", grouped(deleted), grouped(merged)),
    };
    let but = match account.merged_in_vain {
        0 => String::new(),
        vain => format!(
            ", but for {} that was merged into what failed",
            grouped(vain)
        ),
    };
    Some(format!("{told}: nothing to do{but}."))
}

#[cfg(test)]
mod tests {
    use super::super::account::same;
    use super::*;

    fn files() -> [Delivered; 2] {
        [
            Delivered {
                name: "01KAB3RDR0KQRZEDN60FKJ7T10-collection.xml".to_owned(),
                size_bytes: 145_931,
                what: "the records",
            },
            Delivered {
                name: "report.json".to_owned(),
                size_bytes: 5_001,
                what: "what is amiss",
            },
        ]
    }

    #[test]
    fn a_summary_lists_the_files_and_says_what_needs_somebody() {
        let metrics = Metrics {
            total_time_ms: 14_000,
            entities_found: 32,
            entities_exported: 25,
            entities_failed: 3,
            entities_deleted: 1,
            entities_merged: 3,
            entities_incomplete: 11,
            parts_lacking: 3,
            throttled_time_ms: 31_000,
            requests_refused: 7,
            components_kept: 140,
            ..Metrics::default()
        };
        let page = ("page", "pages");
        let account = Account {
            failed: [
                (same("not a PI"), 1),
                (same("not known to the archive (404)"), 2),
            ]
            .into(),
            without_metadata: [(same("cannot be read"), 10), (("has none", "have none"), 1)].into(),
            lacking: [
                ((page, same("could not be fetched")), 2),
                ((("graph", "graphs"), same("cannot be read")), 1),
            ]
            .into(),
            unseen: 2,
            merged_in_vain: 1,
            unfetched: 2,
            unknown: 1,
            ..Account::default()
        };
        assert_eq!(
            of_success("out/exports/a/", &files(), &metrics, &account),
            "\
Exported 25 records of 32 entities in 14 s, into out/exports/a/
  01KAB3RDR0KQRZEDN60FKJ7T10-collection.xml   146 kB   the records
  report.json                                   5 kB   what is amiss

Not in the file   3   2 not known to the archive (404), 1 not a PI; what lies under them was not seen
No metadata      11   10 cannot be read, 1 has none
Lacking a part    3   2 pages could not be fetched, 1 graph cannot be read

Deleted 1, merged 3: nothing to do, but for 1 that was merged into what failed.
The archive slowed it down for 31 s.
140 components were taken from the folder of --keep, and not fetched.
2 things could not be fetched: the same command asks for them again (with --keep DIR, for little else).
1 thing is not known to the archive: have it put there, or taken out of what lists it."
        );
    }

    #[test]
    fn a_summary_of_what_is_complete_says_so() {
        let metrics = |entities_exported| Metrics {
            total_time_ms: 400,
            entities_found: entities_exported,
            entities_exported,
            ..Metrics::default()
        };
        let all = of_success("out/", &[], &metrics(25), &Account::default());
        assert_eq!(
            all,
            "Exported 25 records of 25 entities in 0.4 s, into out/\n\nAll 25 entities are in the file, each complete."
        );
        let beyond = Metrics {
            entities_beyond_max_depth: 20,
            ..metrics(4)
        };
        assert!(of_success("out/", &[], &beyond, &Account::default()).ends_with(
            "All 4 entities that were asked for are in the file, each complete.\nAt least 20 entities lie deeper than was \
             asked for and not in the file (raise --max-depth)."
        ));
        let one = Metrics {
            entities_not_asked_for: 5,
            ..metrics(1)
        };
        assert_eq!(
            of_success("out/", &[], &one, &Account::default()),
            "Exported 1 record of 1 entity in 0.4 s, into out/\n\nThe entity is in the file, complete.\nThis entity \
             alone; its 5 children are not in it (add --recursive)."
        );
    }
}
