//! Ledger: the count of what became of every entity.

use crate::crosswalk::Diagnostics;

use super::metrics::Metrics;

/// Counts entities as they take their place in the order of the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Ledger {
    exported: u64,
    failed: u64,
    deleted: u64,
    merged: u64,
    incomplete: u64,
    components_failed: u64,
    links_repeated: u64,
    characters_replaced: u64,
}

impl Ledger {
    /// Counts an entity whose record is in the file.
    pub(crate) fn export(&mut self, diagnostics: &Diagnostics) {
        self.exported += 1;
        self.incomplete += u64::from(diagnostics.incomplete.is_some());
        self.components_failed += diagnostics.missing_components.len() as u64;
        self.characters_replaced += diagnostics.characters_replaced as u64;
    }

    /// Counts an entity that is not in the file although it should be.
    pub(crate) fn fail(&mut self) {
        self.failed += 1;
    }

    /// Counts an entity that was deleted.
    pub(crate) fn delete(&mut self) {
        self.deleted += 1;
    }

    /// Counts an entity that was merged into another.
    pub(crate) fn merge(&mut self) {
        self.merged += 1;
    }

    /// Counts children that were found before.
    pub(crate) fn repeat(&mut self, links: u64) {
        self.links_repeated += links;
    }

    /// Returns how many entities were counted so far: exported, failed, deleted or merged.
    pub(crate) fn counted(&self) -> u64 {
        self.exported + self.failed + self.deleted + self.merged
    }

    /// Checks that every one of the entities `found` was counted.
    ///
    /// # Errors
    ///
    /// Names the numbers if they do not add up, which only a bug of this program can cause.
    pub(crate) fn check(&self, found: u64) -> Result<(), String> {
        let Self {
            exported,
            failed,
            deleted,
            merged,
            ..
        } = self;
        if found == self.counted() {
            return Ok(());
        }
        Err(format!(
            "the count does not add up, which is a bug of the worker: {found} entities found, but {exported} exported, \
             {failed} failed, {deleted} deleted and {merged} merged"
        ))
    }

    /// Returns the counts as metrics.
    pub(crate) fn metrics(&self) -> Metrics {
        Metrics {
            entities_exported: self.exported,
            entities_failed: self.failed,
            entities_deleted: self.deleted,
            entities_merged: self.merged,
            entities_incomplete: self.incomplete,
            components_failed: self.components_failed,
            links_repeated: self.links_repeated,
            characters_replaced: self.characters_replaced,
            ..Metrics::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_that_does_not_add_up_is_an_error() {
        let mut ledger = Ledger::default();
        ledger.export(&Diagnostics::default());
        ledger.merge();
        assert!(
            ledger
                .check(3)
                .expect_err("one is missing")
                .contains("3 entities found, but 1 exported")
        );
        ledger.fail();
        assert_eq!(ledger.check(3), Ok(()));
    }
}
