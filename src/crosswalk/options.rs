//! Options of the crosswalk: what of an entity goes into its record.

use serde::Serialize;

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
