//! `extension`: data of another namespace in a record.

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

impl Extension<'_> {
    pub(super) fn write(&self, xml: &mut Xml<'_>) {
        let attributes = [
            ("type", Some(self.kind)),
            ("displayLabel", Some(self.display_label)),
        ];
        xml.element("extension", attributes, &self.content);
    }
}
