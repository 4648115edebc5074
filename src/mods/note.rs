//! `note`: what has no element of its own.

use super::{Text, xml::Xml};

/// `note`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Note<'a> {
    /// `type`.
    pub kind: Option<&'static str>,
    /// `displayLabel`.
    pub display_label: &'static str,
    /// The text.
    pub text: Text<'a>,
}

impl Note<'_> {
    pub(super) fn write(&self, xml: &mut Xml<'_>) {
        xml.leaf(
            "note",
            [
                ("type", self.kind),
                ("displayLabel", Some(self.display_label)),
            ],
            &self.text,
        );
    }
}
