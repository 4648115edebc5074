//! `genre`: what kind of work a resource is.

use super::{Text, xml::Xml};

/// `genre`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Genre<'a> {
    /// The term.
    pub term: Text<'a>,
    /// `authority`: the code of the vocabulary the term is from.
    pub authority: Option<&'static str>,
}

impl Genre<'_> {
    pub(super) fn write(&self, xml: &mut Xml<'_>) {
        xml.leaf("genre", [("authority", self.authority)], &self.term);
    }
}
