//! Statistics of the archive: requests, bytes, retries, and what was refused.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use crate::http::error::ErrorKind;
use crate::http::get::Traffic;
use crate::job::Metrics;

/// What was asked for, and what it took to get it.
#[derive(Debug, Default)]
pub(crate) struct Stats {
    /// Requests that were sent.
    pub(crate) requests: Cell<u64>,
    /// Bodies that came.
    pub(crate) traffic: Traffic,
    /// Requests that failed by the host's fault, as far as is known.
    refused: Cell<u64>,
    retries: RefCell<BTreeMap<Cow<'static, str>, u64>>,
}

impl Stats {
    /// Counts a request that is sent again after an error of this kind.
    pub(crate) fn retry(&self, kind: ErrorKind) {
        let kind = Cow::Borrowed(kind.as_str());
        *self.retries.borrow_mut().entry(kind).or_default() += 1;
    }

    /// Counts a request that failed by what may be the host's fault.
    pub(crate) fn refuse(&self) {
        self.refused.set(self.refused.get() + 1);
    }

    /// Takes back what was counted for an item that was given up: the fault was its own.
    pub(crate) fn take_back_refused(&self, faults: u32) {
        self.refused.set(self.refused.get() - u64::from(faults));
    }

    /// Adds all of it to the metrics of a job.
    pub(crate) fn measure(&self, metrics: &mut Metrics) {
        metrics.requests_sent = self.requests.get();
        metrics.bytes_fetched = self.traffic.received.get();
        metrics.requests_refused = self.refused.get();
        metrics.retries = self.retries.borrow().clone();
    }
}
