//! What observes the entities in the order of the file: the ledger, the report, the inventory, the log, the journal.

use std::rc::Rc;

use tokio::sync::watch;

use crate::config::Config;
use crate::inventory::Inventory;
use crate::job::{Ledger, Metrics};
use crate::progress::{self, Account, Counts, EntityLog, Position};
use crate::report::Report;
use crate::walk::{InFile, Outcome, Visit, Walk};

/// What observes the entities in the order of the file: the ledger, the report, the inventory, the log, the journal.
pub(super) struct Observers<'d> {
    config: &'d Config,
    pub(super) ledger: Ledger,
    pub(super) report: Report,
    log: EntityLog,
    pub(super) account: Account,
    pub(super) counts: watch::Sender<Metrics>,
    pub(super) position: Rc<Position>,
    pub(super) inventory: Inventory<'d>,
}

impl<'d> Observers<'d> {
    pub(super) fn new(config: &'d Config, inventory: Inventory<'d>) -> Self {
        Self {
            config,
            ledger: Ledger::default(),
            report: Report::default(),
            log: EntityLog::default(),
            account: Account::default(),
            counts: watch::Sender::default(),
            position: Rc::default(),
            inventory,
        }
    }

    /// Returns what was counted so far, all but what the requests took.
    pub(super) fn metrics(&self, walk: &Walk<'_>) -> Metrics {
        let mut metrics = self.ledger.metrics().clone();
        if let Some(changes) = self.inventory.changes() {
            metrics.compare(changes);
        }
        metrics.entities_found = walk.discovery().found();
        metrics.entities_beyond_max_depth = walk.discovery().beyond_max_depth();
        metrics
            .options_ignored
            .clone_from(&self.config.options.ignored);
        metrics
    }

    pub(super) fn record(&mut self, visit: &Visit, in_file: Option<&InFile>, walk: &Walk<'_>) {
        let found = walk.discovery().found();
        if let (None, Outcome::Exported(conversion)) = (visit.parent, &visit.outcome) {
            progress::head(&conversion.title, self.config);
        }
        self.log.record(visit);
        self.account.record(visit);
        self.report.record(visit);
        self.inventory.record(visit, in_file);
        count(visit, &mut self.ledger);
        let metrics = self.ledger.metrics();
        self.position.set(Counts {
            done: self.ledger.counted(),
            found,
            is_open: walk.is_open(),
            level: visit.depth,
            failed: metrics.entities_failed,
            incomplete: metrics.entities_incomplete,
        });
        self.counts.send_modify(|counts| {
            counts.clone_from(self.ledger.metrics());
            counts.entities_found = found;
        });
    }
}

fn count(visit: &Visit, ledger: &mut Ledger) {
    match &visit.outcome {
        Outcome::Exported(conversion) => ledger.export(&conversion.diagnostics),
        Outcome::Failed(_) => ledger.fail(),
        Outcome::Deleted => ledger.delete(),
        // Counted with the other merges of its place.
        Outcome::Merged | Outcome::Unwritten(_) => {}
    }
    visit.merged.iter().for_each(|_| ledger.merge());
    visit.found.malformed.iter().for_each(|_| ledger.fail());
    ledger.repeat(visit.found.repeated);
    ledger.leave(visit.found.not_asked_for);
}
