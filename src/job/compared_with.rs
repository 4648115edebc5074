//! The earlier export that an export is compared with, and what is said of both.

use std::collections::BTreeMap;

use serde::Serialize;

use super::record_changes::{Change, RecordChanges};
use crate::version;
use crate::words::{grouped, moment};

/// How many records of a kind of change are named.
const NAMED_MAX: usize = 50;

/// The earlier export that an export was compared with, as the report names it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct ComparedWith {
    /// Its name.
    pub task_id: String,
    /// Whether it is the one that was replaced.
    #[serde(skip)]
    pub stood_here: bool,
    /// When it was started, if its report says so.
    pub started_at: Option<String>,
    /// The version of its worker.
    pub worker_version: String,
    /// Whether the options that bear on the file were the same.
    pub same_options: bool,
    /// Those that were not, each with what it was and is.
    #[serde(skip)]
    pub other_options: Vec<String>,
    /// What became of its rows.
    pub numbers: RecordChanges,
    /// How many of the rows that are the same or were not seen had no record then, and have none now.
    pub without_record: u64,
    /// The numbers without those.
    #[serde(skip)]
    pub records: RecordChanges,
    /// Records by name.
    #[serde(skip)]
    pub named: NamedRecords,
}

/// The first records of each kind of change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct NamedRecords(BTreeMap<Change, Vec<NamedRecord>>);

/// A record by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NamedRecord {
    /// Its entity.
    pub pi: String,
    /// Its title, now or in the earlier export.
    pub title: Option<String>,
}

impl ComparedWith {
    /// Names the export.
    pub(crate) fn name(&self) -> String {
        let started_at = self.started_at.as_deref().and_then(moment);
        let started_at = started_at.map_or_else(String::new, |at| format!(" of {at}"));
        if self.stood_here {
            format!("the export{started_at} that stood here")
        } else {
            format!("the export {}{started_at}", self.task_id)
        }
    }

    /// Says how many records changed, and how.
    pub(crate) fn told(&self) -> String {
        let changes = self.records.iter().filter(|(_, number)| *number > 0);
        let (same, changes): (Vec<_>, Vec<_>) =
            changes.partition(|(change, _)| *change == Change::Same);
        let nothing = changes.is_empty().then(|| "nothing changed".to_owned());
        let counted = changes.into_iter().chain(same);
        let counted =
            counted.map(|(change, number)| format!("{} {}", grouped(number), change.in_words()));
        let without = (self.without_record > 0).then(|| {
            format!(
                "{} without a record then and now",
                grouped(self.without_record)
            )
        });
        let told: Vec<String> = nothing.into_iter().chain(counted).chain(without).collect();
        told.join(", ")
    }

    /// Says what else than the entities may make a difference, if something may.
    pub(crate) fn made(&self) -> Option<String> {
        let ours = version::text();
        let worker = (self.worker_version != ours)
            .then(|| format!("by worker {} and not {ours}", self.worker_version));
        let options = (!self.same_options)
            .then(|| format!("with other options ({})", self.other_options.join("; ")));
        let made: Vec<String> = worker.into_iter().chain(options).collect();
        (!made.is_empty()).then(|| format!("made {}", made.join(", and ")))
    }

    /// Returns what else there is to say, a sentence each: what else than the entities may make a difference, and what to
    /// do about records that lack what was there.
    pub(crate) fn remarks(&self) -> impl Iterator<Item = String> {
        let made = self.made();
        let made =
            made.map(|made| format!("It was {made}: not all that differs changed in the archive."));
        made.into_iter().chain(self.remedy())
    }

    fn remedy(&self) -> Option<String> {
        let kept = if self.stood_here {
            "That export is replaced: to keep each, give each a --task-id of its own and compare by --since".to_owned()
        } else {
            format!(
                "The records as they were stand in the export {}",
                self.task_id
            )
        };
        (self.numbers.worse > 0)
            .then(|| format!("What is lacking could not be had this time: export again. {kept}."))
    }
}

impl NamedRecords {
    /// Names a record, if it is one of the first of its kind.
    pub(crate) fn push(&mut self, change: Change, record: impl FnOnce() -> NamedRecord) {
        let records = self.0.entry(change).or_default();
        if records.len() < NAMED_MAX {
            records.push(record());
        }
    }

    /// Returns those of a kind.
    pub(crate) fn of(&self, change: Change) -> &[NamedRecord] {
        self.0.get(&change).map_or(&[], Vec::as_slice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compared() -> ComparedWith {
        ComparedWith {
            task_id: "week-47".to_owned(),
            started_at: Some("2026-11-19T06:05:04Z".to_owned()),
            worker_version: version::text().to_owned(),
            same_options: true,
            ..ComparedWith::default()
        }
    }

    #[test]
    fn the_export_is_named_so_that_it_is_not_taken_for_this_one() {
        let export = compared();
        assert_eq!(export.name(), "the export week-47 of 2026-11-19, 06:05 UTC");
        let replaced = ComparedWith {
            stood_here: true,
            ..compared()
        };
        assert_eq!(
            replaced.name(),
            "the export of 2026-11-19, 06:05 UTC that stood here"
        );
        let undated = ComparedWith {
            started_at: Some("last week".to_owned()),
            ..compared()
        };
        assert_eq!(undated.name(), "the export week-47");
    }

    #[test]
    fn what_changed_comes_before_what_did_not() {
        let told = |records: RecordChanges, without_record| {
            let compared = ComparedWith {
                without_record,
                records,
                ..compared()
            };
            compared.told()
        };
        let same = RecordChanges {
            same: 1_025,
            ..RecordChanges::default()
        };
        assert_eq!(told(same, 0), "nothing changed, 1,025 the same");
        let changed = RecordChanges {
            new: 4,
            gone: 1,
            ..same
        };
        assert_eq!(
            told(changed, 6),
            "4 new, 1 gone, 1,025 the same, 6 without a record then and now"
        );
    }

    #[test]
    fn what_else_makes_a_difference_is_told() {
        assert_eq!(compared().made(), None);
        let other = ComparedWith {
            worker_version: "0.0.9".to_owned(),
            same_options: false,
            other_options: vec!["maxDepth 1, now 10".to_owned()],
            ..compared()
        };
        let expected = format!(
            "made by worker 0.0.9 and not {}, and with other options (maxDepth 1, now 10)",
            version::text()
        );
        assert_eq!(other.made(), Some(expected));
    }

    #[test]
    fn nobody_is_told_to_keep_what_was_replaced() {
        assert_eq!(compared().remedy(), None);
        let worse = ComparedWith {
            numbers: RecordChanges {
                worse: 1,
                ..RecordChanges::default()
            },
            ..compared()
        };
        let remedy = worse.remedy().expect("a remedy");
        assert!(remedy.ends_with("The records as they were stand in the export week-47."));
        let replaced = ComparedWith {
            stood_here: true,
            ..worse
        };
        let remedy = replaced.remedy().expect("a remedy");
        assert!(remedy.contains("That export is replaced: ") && !remedy.contains("week-47"));
    }

    #[test]
    fn the_first_records_of_a_kind_are_named() {
        let mut named = NamedRecords::default();
        for number in 0..2 * NAMED_MAX {
            let record = || NamedRecord {
                pi: number.to_string(),
                title: None,
            };
            named.push(Change::New, record);
        }
        let new = named.of(Change::New);
        assert_eq!((new.len(), &*new[49].pi), (NAMED_MAX, "49"));
        assert!(named.of(Change::Gone).is_empty());
    }
}
