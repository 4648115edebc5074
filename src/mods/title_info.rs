//! `titleInfo`: the title of a resource.

use super::{Text, xml::Xml};

/// `titleInfo`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TitleInfo<'a> {
    /// `title`.
    pub title: Text<'a>,
    /// `subTitle`.
    pub sub_title: Option<Text<'a>>,
    /// `usage="primary"`: this is the title to show.
    pub primary: bool,
    /// `supplied="yes"`: the title is not on the resource or in its metadata.
    pub supplied: bool,
}

impl<'a> TitleInfo<'a> {
    /// A title without any attribute.
    pub(crate) fn plain(title: Text<'a>) -> Self {
        Self {
            title,
            sub_title: None,
            primary: false,
            supplied: false,
        }
    }

    pub(super) fn write(&self, xml: &mut Xml<'_>) {
        let attributes = [
            ("usage", self.primary.then_some("primary")),
            ("supplied", self.supplied.then_some("yes")),
        ];
        xml.element("titleInfo", attributes, |xml| {
            xml.leaf("title", [], &self.title);
            if let Some(sub_title) = &self.sub_title {
                xml.leaf("subTitle", [], sub_title);
            }
        });
    }
}
