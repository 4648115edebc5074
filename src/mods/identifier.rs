//! `identifier`: what a resource is known by.

use super::{Text, xml::Xml};

/// `identifier`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Identifier<'a> {
    /// `type`.
    pub kind: &'static str,
    /// `displayLabel`.
    pub display_label: &'static str,
    /// The identifier.
    pub value: Text<'a>,
}

impl Identifier<'_> {
    pub(super) fn write(&self, xml: &mut Xml<'_>) {
        xml.leaf(
            "identifier",
            [
                ("type", Some(self.kind)),
                ("displayLabel", Some(self.display_label)),
            ],
            &self.value,
        );
    }
}
