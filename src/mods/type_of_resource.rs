//! `typeOfResource`: what kind of thing a resource is.

use super::{Authority, xml::Xml};

/// `typeOfResource`: one of the eleven strings every reader knows, and its address in the newer list.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct TypeOfResource {
    /// The classic string.
    pub term: &'static str,
    /// `authorityURI` and `valueURI` of the same term.
    pub authority: Authority,
    /// `collection="yes"`.
    pub collection: bool,
}

impl TypeOfResource {
    /// What is said of a collection that a resource is part of.
    pub(super) const COLLECTION: Self = Self {
        term: "mixed material",
        authority: Authority {
            code: None,
            uri: None,
            value_uri: None,
        },
        collection: true,
    };

    pub(super) fn write(&self, xml: &mut Xml<'_>) {
        let attributes = [
            ("collection", self.collection.then_some("yes")),
            ("authority", self.authority.code),
            ("authorityURI", self.authority.uri),
            ("valueURI", self.authority.value_uri.as_deref()),
        ];
        xml.plain("typeOfResource", attributes, self.term);
    }
}
