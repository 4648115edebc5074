//! Context of a record: what it depends on besides its entity, the options of the job among it.

use serde::Serialize;

use crate::arke::Pi;
use crate::mods::Uri;
use crate::mods::document::DocumentKind;

/// What a record depends on besides its entity.
#[derive(Clone, Copy, Debug)]
pub struct Context<'c> {
    /// What of the entity goes into the record.
    pub options: Options,
    /// Public address of the archive's site, without a slash at its end.
    pub site_url: &'c str,
    /// Public address of the archive's gateway, without a slash at its end.
    pub ipfs_url: &'c str,
    /// The entity's place in the exported tree; `None` where it is exported alone, as a document of its own.
    pub position: Option<&'c Position>,
}

/// The place of an entity in the exported tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position {
    /// Levels below the root.
    pub depth: u32,
    /// The entity that the walk came from; `None` for the root.
    pub parent: Option<Pi>,
    /// The way from the root, each PI behind a slash; bounded by who makes it.
    pub path: String,
}

/// The options of a job that bear on each record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Options {
    /// Whether the OCR text of digitized files goes into the record. Default: `true`.
    pub include_ocr: bool,
    /// How much of the knowledge graph goes into the record. Default: [`CheimarrosMode::Full`].
    pub cheimarros_mode: CheimarrosMode,
}

/// How much of the knowledge graph goes into the record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum CheimarrosMode {
    /// All of it: subjects, and relations and properties in an extension.
    #[default]
    Full,
    /// Subjects from persons, organizations, places, concepts and dates.
    Minimal,
    /// Nothing; the graph is not fetched.
    Skip,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            include_ocr: true,
            cheimarros_mode: CheimarrosMode::default(),
        }
    }
}

impl Context<'_> {
    /// Returns what the root of the record's document is.
    pub fn document(&self) -> DocumentKind {
        match self.position {
            Some(_) => DocumentKind::Collection,
            None => DocumentKind::Record,
        }
    }

    pub(super) fn entity_url(&self, pi: Pi) -> Uri {
        Uri::made([self.site_url, "/", pi.text().as_str()].concat())
    }

    pub(super) fn component_url(&self, cid: &str) -> Uri {
        Uri::made([self.ipfs_url, "/ipfs/", cid].concat())
    }
}
