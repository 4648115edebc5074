//! Ledger: the count of what became of every entity.

use crate::crosswalk::Diagnostics;

use super::metrics::Metrics;

/// Counts entities as they take their place in the order of the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Ledger(Metrics);

impl Ledger {
    /// Counts an entity whose record is in the file.
    pub(crate) fn export(&mut self, diagnostics: &Diagnostics) {
        self.0.entities_exported += 1;
        self.0.entities_incomplete += u64::from(diagnostics.incomplete.is_some());
        self.0.components_failed += diagnostics.missing_components.len() as u64;
        self.0.parts_lacking += diagnostics.lacking().count() as u64;
        self.0.characters_replaced += diagnostics.characters_replaced as u64;
    }

    /// Counts an entity that is not in the file although it should be.
    pub(crate) fn fail(&mut self) {
        self.0.entities_failed += 1;
    }

    /// Counts an entity that was deleted.
    pub(crate) fn delete(&mut self) {
        self.0.entities_deleted += 1;
    }

    /// Counts an entity that was merged into another.
    pub(crate) fn merge(&mut self) {
        self.0.entities_merged += 1;
    }

    /// Counts children that were found before.
    pub(crate) fn repeat(&mut self, links: u64) {
        self.0.links_repeated += links;
    }

    /// Counts children that nobody asked for.
    pub(crate) fn leave(&mut self, children: u64) {
        self.0.entities_not_asked_for += children;
    }

    /// Returns how many entities were counted so far: exported, failed, deleted or merged.
    pub(crate) fn counted(&self) -> u64 {
        let Metrics {
            entities_exported,
            entities_failed,
            entities_deleted,
            entities_merged,
            ..
        } = self.0;
        entities_exported + entities_failed + entities_deleted + entities_merged
    }

    /// Checks that every one of the entities `found` was counted.
    ///
    /// # Errors
    ///
    /// Names the numbers if they do not add up, which only a bug of this program can cause.
    pub(crate) fn check(&self, found: u64) -> Result<(), String> {
        if found == self.counted() {
            return Ok(());
        }
        Err(format!(
            "the count does not add up, which is a bug of the worker: {found} entities found, but {} exported, {} \
             failed, {} deleted and {} merged",
            self.0.entities_exported,
            self.0.entities_failed,
            self.0.entities_deleted,
            self.0.entities_merged
        ))
    }

    /// Returns the counts as metrics.
    pub(crate) fn metrics(&self) -> &Metrics {
        &self.0
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
