//! `accessCondition`: what may be done with a resource.

use super::{Text, xml::Xml};

/// `accessCondition` of the type "use and reproduction".
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct AccessCondition<'a> {
    /// The statement, in words.
    pub text: Text<'a>,
    /// `xlink:href` and `valueURI`: the address of a standard statement.
    pub uri: Option<String>,
}

impl AccessCondition<'_> {
    pub(super) fn write(&self, xml: &mut Xml<'_>) {
        let attributes = [
            ("type", Some("use and reproduction")),
            ("xlink:href", self.uri.as_deref()),
            ("valueURI", self.uri.as_deref()),
        ];
        xml.leaf("accessCondition", attributes, &self.text);
    }
}
