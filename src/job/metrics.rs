//! The metrics of a job, for the callback and the report.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::record_changes::RecordChanges;

/// What was done and what it took. Every number is that of this run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub(crate) struct Metrics {
    /// Time from the start of the process.
    pub total_time_ms: u64,
    /// Records in the file.
    pub entities_exported: u64,
    /// Entities found that are not in the file, neither deleted nor merged.
    pub entities_failed: u64,
    /// Records whose descriptive metadata is absent or could not be used.
    pub entities_incomplete: u64,
    /// Largest resident size of the process in MiB, rounded up.
    pub peak_memory_mb: u64,
    /// Entities found: once the file is delivered, the sum of the exported, failed, deleted and merged ones; in a job
    /// that ended before, also those whose turn had not come.
    pub entities_found: u64,
    /// Entities found that were deleted.
    pub entities_deleted: u64,
    /// Entities found that were merged into others.
    pub entities_merged: u64,
    /// Entities that those at the greatest depth list and that were not found elsewhere.
    pub entities_beyond_max_depth: u64,
    /// Children of an entity that is exported alone.
    pub entities_not_asked_for: u64,
    /// Components that a record wanted and that could not be had or read: metadata, and other parts.
    pub components_failed: u64,
    /// Those of them that are not the metadata, of which [`Self::entities_incomplete`] tells.
    pub parts_lacking: u64,
    /// Children that were found before: duplicates, ancestors, entities of other parents.
    pub links_repeated: u64,
    /// Characters removed or replaced because XML forbids them or they were broken.
    pub characters_replaced: u64,
    /// Requests to the archive, tries again included.
    pub requests_sent: u64,
    /// Bytes of the archive's answers, compressed where they were.
    pub bytes_fetched: u64,
    /// Requests to the archive that were sent again, by the kind of error that went before.
    pub retries: BTreeMap<Cow<'static, str>, u64>,
    /// Requests to the archive that failed because it had too much to do or was down, as far as is known.
    pub requests_refused: u64,
    /// The least number of requests at the same time that a host of the archive was sent; 0 is one with pauses.
    pub window_least: u64,
    /// Time in which a host of the archive was sent less than it could be.
    pub throttled_time_ms: u64,
    /// Components that were taken although their CID does not prove their bytes; one that several entities name counts
    /// for each, whenever it came.
    pub components_unverified: u64,
    /// Components that were taken from the folder of `--keep`, without a request.
    pub components_kept: u64,
    /// Requests to the bucket that were sent again.
    pub upload_retries: u64,
    /// Keys of `EXPORT_OPTIONS` that are not known and were ignored, the first of them.
    pub options_ignored: Vec<String>,
    /// With an earlier export: records of entities that had no row in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub records_new: Option<u64>,
    /// Records that say something else than they did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub records_changed: Option<u64>,
    /// Records that say something else of the same, because the worker or its options changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub records_reworked: Option<u64>,
    /// Records that say the same in another version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub records_touched: Option<u64>,
    /// Records that lack a part which they had.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub records_worse: Option<u64>,
    /// Records that are the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub records_same: Option<u64>,
    /// Entities that are not in the tree any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub records_gone: Option<u64>,
    /// Entities that were there, of which that is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub records_unseen: Option<u64>,
}

impl Metrics {
    /// Takes what a comparison with an earlier export came to.
    pub(crate) fn compare(&mut self, changes: RecordChanges) {
        let RecordChanges {
            new,
            changed,
            reworked,
            touched,
            worse,
            same,
            gone,
            unseen,
        } = changes;
        self.records_new = Some(new);
        self.records_changed = Some(changed);
        self.records_reworked = Some(reworked);
        self.records_touched = Some(touched);
        self.records_worse = Some(worse);
        self.records_same = Some(same);
        self.records_gone = Some(gone);
        self.records_unseen = Some(unseen);
    }
}
