//! The hosts of the archive: the API and the gateway, each behind a gate.

use std::rc::Rc;
use std::time::Duration;

use url::{Origin, Url};

use crate::config::ArchiveConfig;
use crate::gate::Gate;

/// A host of the archive.
#[derive(Debug)]
pub(crate) struct Host<'c> {
    /// Its address, without a slash at its end.
    pub(crate) url: &'c str,
    /// How long the first byte of an answer may take.
    pub(crate) first_byte: Duration,
    /// How many requests it gets at the same time.
    pub(crate) gate: Rc<Gate>,
}

impl<'c> Host<'c> {
    /// Returns the API and the gateway; with one gate where both are at the same address.
    pub(crate) fn both(config: &'c ArchiveConfig) -> (Self, Self) {
        let gate = || Rc::new(Gate::new(config.requests_in_flight_max));
        let api = Self {
            url: &config.api_url,
            first_byte: config.timings.api_first_byte,
            gate: gate(),
        };
        let is_one = origin(&config.api_url) == origin(&config.gateway_url);
        let gateway = Self {
            url: &config.gateway_url,
            first_byte: config.timings.gateway_first_byte,
            gate: if is_one { Rc::clone(&api.gate) } else { gate() },
        };
        (api, gateway)
    }
}

/// Returns scheme, host and port of an address.
fn origin(url: &str) -> Option<Origin> {
    Url::parse(url).ok().map(|url| url.origin())
}
