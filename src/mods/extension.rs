//! `extension`: data of another namespace in a record.

use std::fmt;

use super::xml::Xml;

/// `extension`: data of another namespace.
pub(crate) struct Extension<'a> {
    /// `type`.
    pub kind: &'static str,
    /// `displayLabel`.
    pub display_label: &'static str,
    /// Writes the element inside: a graph can be as large as the rest of a record, and is not made before its turn.
    pub content: Box<dyn Fn(&mut Xml<'_>) + 'a>,
}

impl fmt::Debug for Extension<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Extension")
            .field("kind", &self.kind)
            .field("display_label", &self.display_label)
            .finish_non_exhaustive()
    }
}

impl Extension<'_> {
    pub(super) fn write(&self, xml: &mut Xml<'_>) {
        let attributes = [
            ("type", Some(self.kind)),
            ("displayLabel", Some(self.display_label)),
        ];
        xml.element("extension", &attributes, &self.content);
    }
}
