//! `recordInfo`: about the record, not the resource.

use super::{Language, Text, xml::Xml};

/// `recordInfo`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RecordInfo<'a> {
    /// `recordContentSource`.
    pub content_source: &'static str,
    /// `recordCreationDate`, in W3CDTF.
    pub creation_date: Option<Text<'a>>,
    /// `recordChangeDate`, in W3CDTF.
    pub change_date: Option<Text<'a>>,
    /// `recordIdentifier` and its `source`.
    pub identifier: (Text<'a>, &'static str),
    /// `recordOrigin`.
    pub origin: &'static str,
    /// `languageOfCataloging`.
    pub language_of_cataloging: Language<'a>,
}

impl RecordInfo<'_> {
    pub(super) fn write(&self, xml: &mut Xml<'_>) {
        xml.element("recordInfo", [], |xml| {
            xml.plain("recordContentSource", [], self.content_source);
            if let Some(date) = &self.creation_date {
                xml.leaf("recordCreationDate", [("encoding", Some("w3cdtf"))], date);
            }
            if let Some(date) = &self.change_date {
                xml.leaf("recordChangeDate", [("encoding", Some("w3cdtf"))], date);
            }
            let (identifier, source) = &self.identifier;
            xml.leaf("recordIdentifier", [("source", Some(*source))], identifier);
            xml.plain("recordOrigin", [], self.origin);
            self.language_of_cataloging
                .write("languageOfCataloging", xml);
        });
    }
}
