//! Comparison with an earlier export: what became of each of its rows.
//!
//! Of a row 39 bytes are kept, and 8 for each part that its record lacked. What became of those that have no place now
//! is known when all is read, and they are read a second time for it: each is gone if all that stood above it was read,
//! and was not seen otherwise.

use foldhash::HashSet;

use crate::arke::Pi;
use crate::job::{Change, ComparedWith, RecordChanges};

use super::former::{
    BLOCKED, BURIED, FAILED, Former, SEEN, TOMBSTONE, UNNAMED, UNREAD, WITHOUT_RECORD, hash_of,
    number_of_lost, part_hash, version_hash,
};
use super::reading::EarlierRow;
use super::row::lost_parts;

/// An entity as it is now.
#[derive(Clone, Copy, Debug)]
pub(super) enum Now<'n> {
    /// It has a record.
    Record {
        /// Its hashes in hexadecimal.
        fingerprint: &'n str,
        source: &'n str,
        /// Number and time of its version, as they stand in its row.
        version: &'n str,
        modified: &'n str,
        /// What it lacks, as it stands in its row.
        lacking: &'n str,
    },
    /// It was found, and has none.
    Failed,
    /// It was deleted or merged.
    Tombstone,
}

/// The rows of an earlier export, and what became of them.
#[derive(Debug, Default)]
pub(super) struct Comparison {
    /// In the order of their PIs once all are here.
    rows: Vec<Former>,
    /// The parts that records lacked, each with its PI.
    lacked: HashSet<u64>,
    /// Entities that failed and had no row.
    failed: HashSet<Pi>,
    /// Entities that were merged into one that has its place elsewhere.
    merged: Vec<(Pi, Pi)>,
    counts: RecordChanges,
    /// The same, but for rows that had no record then and have none now.
    records: RecordChanges,
    /// How many those are.
    without_record: u64,
}

/// A row of the earlier export whose title no row of this one has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Lost {
    /// What became of it.
    pub(super) change: Change,
    /// Whether it has a row now, without a record.
    pub(super) has_row: bool,
}

impl Comparison {
    /// Starts without rows, with room for so many.
    pub(super) fn with_capacity(rows: usize) -> Self {
        Self {
            rows: Vec::with_capacity(rows),
            ..Self::default()
        }
    }

    /// Takes a row of the earlier export. What was gone by then has none.
    pub(super) fn add(&mut self, row: EarlierRow<'_>) {
        if let Some(former) = Former::read(row) {
            if former.flags & WITHOUT_RECORD == 0 {
                let parts = lost_parts(row.get("lacking"));
                self.lacked
                    .extend(parts.map(|part| part_hash(former.pi, part)));
            }
            self.rows.push(former);
        }
    }

    /// Ends the rows of the earlier export.
    pub(super) fn end_rows(&mut self) {
        self.rows.sort_unstable_by_key(|row| row.pi);
    }

    /// Tells what an entity is now. `lists_unread` says that what it lists was not read.
    pub(super) fn classify(&mut self, pi: Pi, now: &Now<'_>, lists_unread: bool) -> Option<Change> {
        let Some(place) = self.place(pi) else {
            if lists_unread && matches!(now, Now::Failed | Now::Tombstone) {
                self.failed.insert(pi);
            }
            let is_record = matches!(now, Now::Record { .. });
            return is_record.then(|| self.count(0, Change::New));
        };
        let row = &mut self.rows[place];
        row.flags |= SEEN | if lists_unread { UNREAD } else { 0 };
        if row.flags & WITHOUT_RECORD == 0 {
            row.flags |= match now {
                Now::Record { .. } => 0,
                Now::Failed => FAILED,
                Now::Tombstone => BURIED,
            };
        }
        let row = *row;
        let change = match now {
            Now::Failed => Change::Unseen,
            Now::Tombstone if row.flags & TOMBSTONE != 0 => Change::Same,
            Now::Tombstone => Change::Gone,
            Now::Record {
                fingerprint,
                version,
                modified,
                ..
            } if row.fingerprint == hash_of(fingerprint) => {
                if row.version == version_hash(version, modified) {
                    Change::Same
                } else {
                    Change::Touched
                }
            }
            Now::Record { lacking, .. } if self.lacks_more(&row, lacking) => Change::Worse,
            Now::Record { source, .. } if row.source == hash_of(source) => Change::Reworked,
            Now::Record { .. } => Change::Changed,
        };
        Some(self.count(row.flags, change))
    }

    /// Notes that an entity was merged into one that has its place elsewhere.
    pub(super) fn merge(&mut self, merged: Pi, into: Pi) {
        if self.place(merged).is_some() {
            self.merged.push((merged, into));
        }
    }

    /// Ends the rows of this export: what a survivor lists is unread under all that were merged into it.
    pub(super) fn end(&mut self) {
        let mut merged = std::mem::take(&mut self.merged);
        loop {
            let before = merged.len();
            merged.retain(|(merged, into)| {
                let survivor = self.place(*into);
                let is_unread = survivor.map_or(self.failed.contains(into), |place| {
                    self.rows[place].flags & UNREAD != 0
                });
                if let Some(place) = self.place(*merged).filter(|_| is_unread) {
                    self.rows[place].flags |= UNREAD;
                }
                !is_unread
            });
            if merged.len() == before {
                return;
            }
        }
    }

    /// Takes a row of the earlier export again, all above it before it; tells what became of it if it has no row now, or
    /// one without its title.
    pub(super) fn reread(&mut self, row: EarlierRow<'_>) -> Option<Lost> {
        let place = self.place(row.get("pi").parse().ok()?)?;
        let parent = row.get("parent").parse().ok();
        let parent = parent.and_then(|parent| self.place(parent));
        let is_blocked =
            parent.is_some_and(|parent| self.rows[parent].flags & (UNREAD | BLOCKED) != 0);
        let row = &mut self.rows[place];
        if is_blocked {
            row.flags |= BLOCKED;
        }
        let before = row.flags;
        // Once, however often it stands there.
        row.flags = before & !(FAILED | BURIED) | SEEN;
        let lost = |change, has_row| Some(Lost { change, has_row });
        if before & SEEN == 0 {
            let change = if is_blocked {
                Change::Unseen
            } else {
                Change::Gone
            };
            lost(self.count(before, change), false)
        } else if before & FAILED != 0 {
            lost(Change::Unseen, true)
        } else if before & BURIED != 0 {
            lost(Change::Gone, true)
        } else {
            None
        }
    }

    /// Counts all rows of the earlier export of which nothing is known yet as not seen; tells how many they are.
    pub(super) fn give_up(&mut self) -> usize {
        let left = self.rows.iter().map(|row| row.flags);
        let left: Vec<u8> = left.filter(|flags| flags & SEEN == 0).collect();
        for &flags in &left {
            self.count(flags, Change::Unseen);
        }
        left.len()
    }

    /// Tells whether all rows of the earlier export have a row now, and their titles too.
    pub(super) fn is_complete(&self) -> bool {
        let mut flags = self.rows.iter().map(|row| row.flags);
        flags.all(|flags| flags & (SEEN | FAILED | BURIED) == SEEN)
    }

    /// Returns how many of each kind there are.
    pub(super) fn counts(&self) -> RecordChanges {
        self.counts
    }

    /// Adds what it came to to what is said of the earlier export.
    pub(super) fn add_to(&self, compared: &mut ComparedWith) {
        compared.numbers = self.counts;
        compared.records = self.records;
        compared.without_record = self.without_record;
    }

    fn place(&self, pi: Pi) -> Option<usize> {
        self.rows.binary_search_by_key(&pi, |row| row.pi).ok()
    }

    /// Tells whether a record lacks a part now that it did not lack.
    fn lacks_more(&self, row: &Former, lacking: &str) -> bool {
        if row.flags & WITHOUT_RECORD != 0 {
            return false;
        }
        let (lacks, unnamed) = number_of_lost(lacking);
        // What a row has no room for is not known by name.
        if unnamed || row.flags & UNNAMED != 0 {
            return lacks > row.lacked;
        }
        let mut parts = lost_parts(lacking);
        parts.any(|part| !self.lacked.contains(&part_hash(row.pi, part)))
    }

    /// Counts a row by what is known of it in the earlier export.
    fn count(&mut self, flags: u8, change: Change) -> Change {
        self.counts.add(change);
        if flags & WITHOUT_RECORD != 0 && matches!(change, Change::Same | Change::Unseen) {
            self.without_record += 1;
        } else {
            self.records.add(change);
        }
        change
    }
}
