//! `extension`: data of another namespace in a record.

use super::xml::Xml;

/// `extension`: data of another namespace.
pub(crate) struct Extension<'a> {
    /// `type`.
    pub kind: &'static str,
    /// `displayLabel`.
    pub display_label: &'static str,
    /// Whether it is about the record or its place in the file, and not about the resource.
    pub is_apart: bool,
    /// Writes the element inside: a graph can be as large as the rest of a record, and is not made before its turn.
    pub content: Box<dyn Fn(&mut Xml<'_>) + 'a>,
}

impl Extension<'_> {
    pub(super) fn write(&self, xml: &mut Xml<'_>) {
        let attributes = [
            ("type", Some(self.kind)),
            ("displayLabel", Some(self.display_label)),
        ];
        if self.is_apart {
            xml.apart(|xml| xml.element("extension", attributes, &self.content));
        } else {
            xml.element("extension", attributes, &self.content);
        }
    }
}
