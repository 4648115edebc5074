//! Where entities come from: the entity API and the gateway, or a folder.

use std::collections::HashSet;
use std::path::Path;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};
use ring::digest::{SHA256, digest};

use crate::arke::entity::Lack;
use crate::arke::manifest::{self, Child, ManifestError, ManifestReading};
use crate::arke::{Pi, cid};
use crate::config::SourceConfig;
use crate::fault::Fault;
use crate::http::Archive;

/// The most that is read of a manifest; a block of the store holds about 1 MiB.
const MANIFEST_BYTES_MAX: usize = 4 * 1024 * 1024;

/// What a request for an entity of the test network says.
static NETWORK_HEADER: HeaderName = HeaderName::from_static("x-arke-network");

/// Where entities come from.
#[derive(Debug)]
pub enum Source<'c> {
    /// The entity API and the gateway.
    Archive {
        /// Asks for the bodies.
        client: &'c Archive,
        /// Address of the API, without a slash at its end.
        api_url: &'c str,
        /// Address of the gateway, without a slash at its end.
        gateway_url: &'c str,
    },
    /// A folder with `entities/{PI}` and `ipfs/{CID}`.
    Folder(&'c Path),
}

impl<'c> Source<'c> {
    /// Returns the source that a configuration names.
    pub fn new(config: &'c SourceConfig, client: &'c Archive) -> Self {
        match config {
            SourceConfig::Archive {
                api_url,
                gateway_url,
                ..
            } => Self::Archive {
                client,
                api_url,
                gateway_url,
            },
            SourceConfig::Folder(folder) => Self::Folder(folder),
        }
    }

    /// Returns the manifest of an entity.
    ///
    /// # Errors
    ///
    /// Returns why it could not be had or read.
    pub async fn manifest(&self, pi: Pi) -> Result<ManifestReading, Fault> {
        let read = |body: Bytes| {
            manifest::read(&body, pi).map_err(|error| match error {
                ManifestError::Malformed(cause) => Fault::BadBody(cause),
                ManifestError::Unsupported(cause) => Fault::Final(cause),
            })
        };
        match self {
            Self::Archive {
                client, api_url, ..
            } => {
                let address = format!("{api_url}/entities/{pi}");
                client
                    .get(&[address], &network(pi), MANIFEST_BYTES_MAX, read)
                    .await
            }
            Self::Folder(folder) => read_file(
                &folder.join("entities").join(pi.to_string()),
                MANIFEST_BYTES_MAX,
            )
            .await
            .and_then(read),
        }
    }

    /// Returns the bytes of a component, of which the manifest holds this CID.
    ///
    /// # Errors
    ///
    /// Returns why they could not be had or may not be read.
    pub async fn component(&self, cid: Option<&str>, limit_bytes: usize) -> Result<Bytes, Lack> {
        let Some(cid) = cid else {
            return Err(Lack::without_cid());
        };
        let body = match self {
            Self::Archive {
                client,
                api_url,
                gateway_url,
            } => {
                // The same bytes at two addresses that fail in different ways.
                let addresses = [
                    format!("{gateway_url}/ipfs/{cid}"),
                    format!("{api_url}/cat/{cid}"),
                ];
                client
                    .get(&addresses, &HeaderMap::new(), limit_bytes, |body| {
                        verified(cid, body)
                    })
                    .await
            }
            Self::Folder(folder) => read_file(&folder.join("ipfs").join(cid), limit_bytes)
                .await
                .and_then(|body| verified(cid, body)),
        };
        body.map_err(|fault| match fault {
            Fault::TooLarge { .. } | Fault::BadBody(_) => Lack::Unreadable(fault.to_string()),
            _ => Lack::Unreachable(fault.to_string()),
        })
    }
}

/// Passes bytes on if they are those that the CID names; a page of a proxy or a cut answer is not.
fn verified(cid: &str, body: Bytes) -> Result<Bytes, Fault> {
    match cid::sha256(cid) {
        Some(expected) if digest(&SHA256, &body).as_ref() != expected => {
            Err(Fault::BadBody(format!("the bytes are not those of {cid}")))
        }
        _ => Ok(body),
    }
}

fn network(pi: Pi) -> HeaderMap {
    let mut headers = HeaderMap::new();
    if pi.is_testnet() {
        headers.insert(NETWORK_HEADER.clone(), HeaderValue::from_static("test"));
    }
    headers
}

async fn read_file(path: &Path, limit_bytes: usize) -> Result<Bytes, Fault> {
    let fault = |error: std::io::Error| Fault::Final(format!("{}: {error}", path.display()));
    let length = tokio::fs::metadata(path).await.map_err(fault)?.len();
    if length > limit_bytes as u64 {
        return Err(Fault::TooLarge { limit_bytes });
    }
    tokio::fs::read(path).await.map(Bytes::from).map_err(fault)
}

/// Returns the entity of a folder that no other lists; if there is none, the one without a parent.
///
/// # Errors
///
/// Says in words why no single entity is the root, and names those that could be.
pub fn sole_root(folder: &Path) -> Result<Pi, String> {
    let entities = folder.join("entities");
    let failed = |error| format!("--fixtures {}: {error}", entities.display());
    let mut pis = Vec::new();
    for entry in std::fs::read_dir(&entities).map_err(failed)? {
        pis.extend(
            entry
                .map_err(failed)?
                .file_name()
                .to_str()
                .and_then(|name| name.parse::<Pi>().ok()),
        );
    }
    let mut listed = HashSet::new();
    let mut parentless = Vec::new();
    for &pi in &pis {
        let body = std::fs::read(entities.join(pi.to_string())).map_err(failed)?;
        let manifest = match manifest::read(&body, pi) {
            Ok(ManifestReading::Entity(manifest)) => manifest,
            // A survivor is found by way of the entity that was merged into it.
            Ok(ManifestReading::Merged { into }) => {
                listed.insert(into);
                continue;
            }
            Ok(ManifestReading::Deleted) | Err(_) => {
                listed.insert(pi);
                continue;
            }
        };
        if manifest.parent.is_none_or(Pi::is_origin) {
            parentless.push(pi);
        }
        listed.extend(manifest.children.iter().filter_map(|child| match child {
            Child::Entity(child) if *child != pi => Some(*child),
            Child::Entity(_) | Child::Malformed(_) => None,
        }));
    }
    let unlisted: Vec<Pi> = pis.into_iter().filter(|pi| !listed.contains(pi)).collect();
    let mut candidates = if unlisted.is_empty() {
        parentless
    } else {
        unlisted
    };
    candidates.sort_by_key(ToString::to_string);
    match candidates[..] {
        [root] => Ok(root),
        [] => Err(format!(
            "PI is missing, and {} holds no entity to start from (name it)",
            entities.display()
        )),
        _ => {
            let names: Vec<String> = candidates
                .iter()
                .take(10)
                .map(ToString::to_string)
                .collect();
            Err(format!(
                "PI is missing, and {} of {} could be the root (name one): {}",
                candidates.len(),
                entities.display(),
                names.join(", ")
            ))
        }
    }
}
