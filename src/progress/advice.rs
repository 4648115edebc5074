//! Advice to a person at a terminal whose job has failed: what to look at, and what the same command does next.

use crate::config::{ArchiveConfig, Config, SourceConfig};

use super::account::Ending;

/// Says what to do after a job that ended so; nothing where it read from a folder.
pub(super) fn after(ending: Ending, config: &Config) -> Option<String> {
    let SourceConfig::Archive(archive) = &config.source else {
        return None;
    };
    let [api, gateway] =
        [&archive.api_url, &archive.gateway_url].map(|url| url.as_str().trim_end_matches('/'));
    Some(match ending {
        Ending::Stopped => next(archive),
        Ending::Silent => format!(
            "See whether {api} (--arke-api-url) and {gateway} (--ipfs-gateway-url) answer. {}",
            next(archive)
        ),
        Ending::Unreached => {
            format!(
                "Check the network, the address {api} (--arke-api-url), and what answers there."
            )
        }
        Ending::Unknown => format!(
            "Check the PI, and the address {api} (--arke-api-url). An archive that has too much to do says the same: if \
             both are right, try again later."
        ),
    })
}

/// Says what the same command does next.
fn next(archive: &ArchiveConfig) -> String {
    match &archive.keep {
        Some(folder) => format!(
            "The same command goes on where it was: it asks for the manifests, and takes from {} what is there.",
            folder.display()
        ),
        None => {
            "The same command begins anew; with --keep DIR it could go on where it was.".to_owned()
        }
    }
}
