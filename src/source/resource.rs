//! Resources of the archive: the routes to each, how large it may be, and what a good answer is.

use std::borrow::Cow;
use std::sync::Arc;

use bytes::Bytes;
use ring::digest::{SHA256, digest};

use crate::arke::manifest::{self, ManifestError, ManifestReading};
use crate::arke::{ComponentRole, Pi, cid, json};
use crate::http::error::{ErrorKind, HttpError};

/// The most that is read of a manifest; a block of the store holds about 1 MiB.
const MANIFEST_BYTES_MAX: usize = 4 * 1024 * 1024;

/// A resource of the archive.
#[derive(Clone, Debug)]
pub(crate) enum Resource {
    /// The manifest of an entity.
    Manifest(Pi),
    /// The bytes of a component.
    Component {
        /// Their CID.
        cid: Arc<str>,
        /// Their SHA-256, if the CID holds it.
        sha256: Option<[u8; 32]>,
        /// What they are to the record.
        role: ComponentRole,
    },
}

/// A route to a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Route {
    /// `/entities/{pi}` of the API.
    Entity,
    /// `/ipfs/{cid}` of the gateway.
    Gateway,
    /// `/cat/{cid}` of the API: the same bytes, with errors of its own.
    Cat,
}

impl Route {
    /// How many there are.
    pub(crate) const COUNT: usize = 3;
}

impl Resource {
    /// Names the bytes of a component.
    pub(crate) fn component(cid: Arc<str>, role: ComponentRole) -> Self {
        let sha256 = cid::sha256(&cid);
        Self::Component { cid, sha256, role }
    }

    /// Returns the routes to an answer, the best first.
    pub(crate) fn routes(&self) -> &'static [Route] {
        match self {
            Self::Manifest(_) => &[Route::Entity],
            Self::Component { .. } => &[Route::Gateway, Route::Cat],
        }
    }

    /// Returns the segments of the path on this route, behind those of the host.
    pub(crate) fn segments(&self, route: Route) -> [Cow<'_, str>; 2] {
        match (self, route) {
            (Self::Manifest(pi), _) => ["entities".into(), pi.to_string().into()],
            (Self::Component { cid, .. }, Route::Cat) => ["cat".into(), (&**cid).into()],
            (Self::Component { cid, .. }, _) => ["ipfs".into(), (&**cid).into()],
        }
    }

    /// Returns the name in a folder: the path on the best route.
    pub(crate) fn file(&self) -> String {
        self.segments(self.routes()[0]).join("/")
    }

    /// Tells whether it is about an entity of the test network.
    pub(crate) fn is_of_testnet(&self) -> bool {
        matches!(self, Self::Manifest(pi) if pi.is_testnet())
    }

    /// Returns how long the body may be.
    pub(crate) fn limit_bytes(&self) -> usize {
        match self {
            Self::Manifest(_) => MANIFEST_BYTES_MAX,
            Self::Component { role, .. } => role.limit_bytes().unwrap_or_default(),
        }
    }

    /// Tells whether the CID proves the bytes that come.
    pub(crate) fn is_verifiable(&self) -> bool {
        matches!(self, Self::Component { sha256, .. } if sha256.is_some())
    }

    /// Returns the SHA-256 of its bytes, which the CID may tell.
    pub(crate) fn sha256_of(&self, body: &[u8]) -> [u8; 32] {
        match self {
            Self::Component {
                sha256: Some(sha256),
                ..
            } => *sha256,
            _ => sha256_of(body),
        }
    }

    /// Tells whether this is a good answer.
    pub(crate) fn check(&self, body: &Bytes) -> Result<(), HttpError> {
        match self {
            Self::Manifest(pi) => read_manifest(*pi, body).map(drop),
            Self::Component {
                cid,
                sha256: Some(sha256),
                ..
            } => check_bytes(cid, sha256, body),
            Self::Component { role, .. } => check_purpose(*role, body),
        }
    }
}

/// Reads a manifest.
pub(crate) fn read_manifest(pi: Pi, body: &[u8]) -> Result<ManifestReading, HttpError> {
    manifest::read(body, pi).map_err(|error| match error {
        ManifestError::Malformed(cause) => unreadable(&cause, body),
        ManifestError::Unsupported(cause) => HttpError::new(ErrorKind::Unsupported, cause),
    })
}

/// Checks that bytes are those that the CID names.
fn check_bytes(cid: &str, sha256: &[u8; 32], body: &[u8]) -> Result<(), HttpError> {
    if sha256_of(body) == *sha256 {
        return Ok(());
    }
    let cause = format!("the bytes are not those of {cid}");
    Err(HttpError::new(ErrorKind::WrongBytes, cause))
}

fn sha256_of(bytes: &[u8]) -> [u8; 32] {
    let mut sha256 = [0; 32];
    sha256.copy_from_slice(digest(&SHA256, bytes).as_ref());
    sha256
}

/// Checks that bytes are those that were read before.
pub(crate) fn check_again(sha256: &[u8; 32], body: &[u8]) -> Result<(), HttpError> {
    if sha256_of(body) == *sha256 {
        return Ok(());
    }
    let cause = "the bytes are not those that came before";
    Err(HttpError::new(ErrorKind::WrongBytes, cause))
}

/// Checks that bytes whose CID proves nothing are what they are wanted for, and not a page of a proxy.
fn check_purpose(role: ComponentRole, body: &[u8]) -> Result<(), HttpError> {
    if role == ComponentRole::Description {
        return if is_page(body) {
            Err(unreadable("it is a page of HTML", body))
        } else {
            Ok(())
        };
    }
    json::read(body)
        .map(drop)
        .map_err(|cause| unreadable(&cause, body))
}

fn unreadable(cause: &str, body: &[u8]) -> HttpError {
    let kind = if is_page(body) {
        ErrorKind::HtmlPage
    } else {
        ErrorKind::BadJson
    };
    HttpError::new(kind, format!("the answer cannot be read: {cause}"))
}

/// Tells whether bytes are a page of HTML, as a proxy or a wall sends it.
fn is_page(body: &[u8]) -> bool {
    let start = body.trim_ascii_start();
    [&b"<!doctype html"[..], b"<html"].iter().any(|tag| {
        let start = start.get(..tag.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(tag))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_hash_proves_must_at_least_be_what_it_is_for() {
        let kind = |role, body: &str| {
            let cid = "QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPbdG";
            let resource = Resource::component(cid.into(), role);
            assert!(!resource.is_verifiable());
            let body = Bytes::copy_from_slice(body.as_bytes());
            resource.check(&body).err().map(|error| error.kind)
        };
        assert_eq!(kind(ComponentRole::Pinax, "{\"title\": 1}"), None);
        // What can be repaired is good enough.
        assert_eq!(kind(ComponentRole::Pinax, "{\"title\": \"a\tb\"}"), None);
        assert_eq!(
            kind(ComponentRole::Pinax, "<html>502</html>"),
            Some(ErrorKind::HtmlPage)
        );
        assert_eq!(
            kind(ComponentRole::Description, "\n<!DOCTYPE html><p>"),
            Some(ErrorKind::HtmlPage)
        );
        assert_eq!(kind(ComponentRole::Description, "# A letter"), None);
    }
}
