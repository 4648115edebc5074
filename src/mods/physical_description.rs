//! `physicalDescription`: what a resource is as an object.

use super::{Text, xml::Xml};

/// `physicalDescription`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct PhysicalDescription<'a> {
    /// `internetMediaType`.
    pub internet_media_types: Vec<Text<'a>>,
    /// `extent`.
    pub extent: Option<Text<'a>>,
    /// `digitalOrigin`.
    pub digital_origin: Option<&'static str>,
}

impl PhysicalDescription<'_> {
    /// Tells whether there is nothing to write; the schema refuses an empty element.
    pub(crate) fn is_empty(&self) -> bool {
        self.internet_media_types.is_empty()
            && self.extent.is_none()
            && self.digital_origin.is_none()
    }

    pub(super) fn write(&self, xml: &mut Xml<'_>) {
        if self.is_empty() {
            return;
        }
        xml.element("physicalDescription", [], |xml| {
            self.internet_media_types
                .iter()
                .for_each(|media_type| xml.leaf("internetMediaType", [], media_type));
            if let Some(extent) = &self.extent {
                xml.leaf("extent", [], extent);
            }
            if let Some(digital_origin) = self.digital_origin {
                xml.plain("digitalOrigin", [], digital_origin);
            }
        });
    }
}
