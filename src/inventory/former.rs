//! A row of an earlier export, as much as is kept of it: 39 bytes.

use std::hash::{BuildHasher as _, BuildHasherDefault, DefaultHasher};

use crate::arke::Pi;
use crate::job::Change;

use super::reading::EarlierRow;
use super::row::lost_parts;

/// A row of an earlier export. Its hashes are cut: two that differ are taken for the same once in 2^64 times.
#[derive(Clone, Copy, Debug)]
pub(super) struct Former {
    pub(super) pi: Pi,
    pub(super) fingerprint: [u8; 8],
    pub(super) source: [u8; 8],
    /// Of number and time of the version.
    pub(super) version: [u8; 4],
    pub(super) flags: u8,
    /// How many parts the record lacked, 255 for more.
    pub(super) lacked: u8,
}

/// It had no record.
pub(super) const WITHOUT_RECORD: u8 = 1;
/// It was deleted or merged.
pub(super) const TOMBSTONE: u8 = 1 << 1;
/// Its record lacked more parts than its row names.
pub(super) const UNNAMED: u8 = 1 << 2;
/// What became of it is known.
pub(super) const SEEN: u8 = 1 << 3;
/// What it lists is not known now.
pub(super) const UNREAD: u8 = 1 << 4;
/// Something above it was not read.
pub(super) const BLOCKED: u8 = 1 << 5;
/// It had a record and failed now: its row has no title.
pub(super) const FAILED: u8 = 1 << 6;
/// It had a record and is deleted or merged now: its row has no title.
pub(super) const BURIED: u8 = 1 << 7;

impl Former {
    /// Reads a row; `None` of what is no PI, and of what was gone by then.
    pub(super) fn read(row: EarlierRow<'_>) -> Option<Self> {
        let state = row.get("state");
        if row.get("change") == Change::Gone.as_str() && state.is_empty() {
            return None;
        }
        let is_tombstone = ["deleted", "merged"].contains(&state);
        let without_record = row.get("fingerprint").is_empty();
        let (lacked, unnamed) = if without_record {
            (0, false)
        } else {
            number_of_lost(row.get("lacking"))
        };
        let flags = [
            (without_record, WITHOUT_RECORD),
            (is_tombstone, TOMBSTONE),
            (unnamed, UNNAMED),
        ];
        let flags = flags.into_iter().filter(|(is_so, _)| *is_so);
        Some(Self {
            pi: row.get("pi").parse().ok()?,
            fingerprint: hash_of(row.get("fingerprint")),
            source: hash_of(row.get("source")),
            version: version_hash(row.get("version"), row.get("modified")),
            flags: flags.fold(0, |flags, (_, flag)| flags | flag),
            lacked,
        })
    }
}

/// Returns the first half of a hash in hexadecimal; zeros where there is none.
pub(super) fn hash_of(hexadecimal: &str) -> [u8; 8] {
    let first = hexadecimal.get(..16);
    let number = first.and_then(|first| u64::from_str_radix(first, 16).ok());
    number.unwrap_or_default().to_le_bytes()
}

/// Returns how many parts a record lacks, 255 for more, and whether its row names some of them not.
pub(super) fn number_of_lost(lacking: &str) -> (u8, bool) {
    let end = lacking.rsplit('|').next().unwrap_or_default();
    let more = end
        .strip_prefix("and ")
        .and_then(|more| more.strip_suffix(" more"));
    let more: Option<usize> = more.and_then(|more| more.parse().ok());
    let lost = lost_parts(lacking).count() + more.unwrap_or_default();
    (u8::try_from(lost).unwrap_or(u8::MAX), more.is_some())
}

/// Hashes number and time of a version.
pub(super) fn version_hash(version: &str, modified: &str) -> [u8; 4] {
    let hash = hasher().hash_one((version, modified.trim_start_matches('\'')));
    let [first, second, third, fourth, ..] = hash.to_le_bytes();
    [first, second, third, fourth]
}

/// Hashes a part that a record lacks.
pub(super) fn part_hash(pi: Pi, part: &str) -> u64 {
    hasher().hash_one((pi, part))
}

fn hasher() -> BuildHasherDefault<DefaultHasher> {
    BuildHasherDefault::default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_small() {
        assert_eq!(size_of::<Former>(), 39);
    }

    #[test]
    fn what_a_row_has_no_room_for_is_counted() {
        let lost = "a: could not be fetched (x)|b: could not be read (y)";
        assert_eq!(number_of_lost(""), (0, false));
        assert_eq!(
            number_of_lost("pinax.json: the entity has none"),
            (0, false)
        );
        assert_eq!(number_of_lost(lost), (2, false));
        assert_eq!(number_of_lost(&format!("{lost}|and 70 more")), (72, true));
        assert_eq!(number_of_lost(&format!("{lost}|and 700 more")), (255, true));
    }
}
