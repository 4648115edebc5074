//! The hosts of the archive: the API and the gateway, each with a lane of the limiter.

use std::time::Duration;

use url::Url;

use super::lane::LaneId;
use crate::config::ArchiveConfig;

/// A host of the archive.
#[derive(Debug)]
pub(crate) struct Host<'c> {
    /// Its address, with a slash at the end of its path.
    url: &'c Url,
    /// How long the first byte of an answer may take.
    pub(crate) first_byte: Duration,
    /// Its lane of the limiter.
    pub(crate) lane: LaneId,
}

impl<'c> Host<'c> {
    /// Returns the API and the gateway; with one lane where both are at the same address.
    pub(crate) fn both(config: &'c ArchiveConfig) -> (Self, Self) {
        let api = Self {
            url: &config.api_url,
            first_byte: config.timeouts.api_first_byte,
            lane: LaneId(0),
        };
        let is_one = api.url.origin() == config.gateway_url.origin();
        let gateway = Self {
            url: &config.gateway_url,
            first_byte: config.timeouts.gateway_first_byte,
            lane: LaneId(usize::from(!is_one)),
        };
        (api, gateway)
    }

    /// Returns the address of a path behind that of the host. What the host has is not read again, as it would be from a
    /// text.
    pub(crate) fn address(&self, segments: &[impl AsRef<str>]) -> Url {
        let mut address = self.url.clone();
        // Every address of a host has a path.
        if let Ok(mut path) = address.path_segments_mut() {
            path.pop_if_empty().extend(segments);
        }
        address
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_goes_behind_that_of_the_host() {
        for (base, address) in [
            ("https://example.org/", "https://example.org/ipfs/bafk"),
            (
                "http://localhost:8080/api%20b//v1/",
                "http://localhost:8080/api%20b//v1/ipfs/bafk",
            ),
        ] {
            let url = Url::parse(base).expect("an address");
            let host = Host {
                url: &url,
                first_byte: Duration::ZERO,
                lane: LaneId(0),
            };
            assert_eq!(host.address(&["ipfs", "bafk"]).as_str(), address);
        }
    }
}
