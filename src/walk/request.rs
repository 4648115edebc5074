//! Requests of the walk, and what they bring.

use std::sync::Arc;

use crate::arke::content::{FetchedComponent, Unavailable};
use crate::arke::{ComponentRole, ManifestReading, Pi};

use super::discovery::NodeId;

/// What is to be asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Request {
    /// The manifest of an entity.
    Manifest {
        /// The place it is for.
        node: NodeId,
        /// The entity.
        pi: Pi,
    },
    /// A component of an entity.
    Component {
        /// The place it is for.
        node: NodeId,
        /// Its index in the manifest's list.
        index: usize,
        /// Its CID, if the manifest holds one.
        cid: Option<Arc<str>>,
        /// What it is to the record.
        role: ComponentRole,
    },
}

/// What a request brought.
#[derive(Debug)]
pub(crate) enum Arrival {
    /// A manifest, or why there is none.
    Manifest {
        /// The place it is for.
        node: NodeId,
        /// The manifest.
        reading: Result<ManifestReading, Unavailable>,
    },
    /// A component, or why there is none.
    Component {
        /// The place it is for.
        node: NodeId,
        /// The component.
        component: FetchedComponent,
        /// The SHA-256 of its bytes, if it is here.
        sha256: Option<[u8; 32]>,
    },
}
