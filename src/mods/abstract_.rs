//! `abstract`: what a resource is about, in sentences.

use super::{Text, Uri, xml::Xml};

/// `abstract`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Abstract<'a> {
    /// `displayLabel`.
    pub display_label: &'static str,
    /// The text.
    pub text: Text<'a>,
    /// `altFormat` and `contentType`: where the same text is in another format, and which.
    pub alternative: Option<(Uri, &'static str)>,
}

impl Abstract<'_> {
    pub(super) fn write(&self, xml: &mut Xml<'_>) {
        let attributes = [
            ("displayLabel", Some(self.display_label)),
            (
                "altFormat",
                self.alternative.as_ref().map(|(uri, _)| uri.as_str()),
            ),
            (
                "contentType",
                self.alternative
                    .as_ref()
                    .map(|(_, content_type)| *content_type),
            ),
        ];
        xml.leaf("abstract", attributes, &self.text);
    }
}
