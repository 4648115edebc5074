//! `genre`: what kind of work a resource is.

use super::{Text, Uri, xml::Xml};

/// `genre`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Genre<'a> {
    /// The term.
    pub term: Text<'a>,
    /// `authority`: the code of the vocabulary the term is from.
    pub authority: Option<&'static str>,
    /// `valueURI`: its address there.
    pub uri: Option<Uri>,
}

impl Genre<'_> {
    pub(super) fn write(&self, xml: &mut Xml<'_>) {
        let attributes = [
            ("authority", self.authority),
            ("valueURI", self.uri.as_ref().map(Uri::as_str)),
        ];
        xml.leaf("genre", attributes, &self.term);
    }
}
