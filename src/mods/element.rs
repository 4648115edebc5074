//! The elements of a record that need no file of their own.

use std::fmt;

use super::text::Text;
use super::uri::Uri;
use super::xml::Xml;

/// A vocabulary that a term was taken from, and the term in it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Authority {
    /// `authority`: the code of the vocabulary.
    pub code: Option<&'static str>,
    /// `authorityURI`: the address of the vocabulary.
    pub uri: Option<&'static str>,
    /// `valueURI`: the address of the term.
    pub value_uri: Option<String>,
}

impl Authority {
    /// A vocabulary known by its code alone.
    pub fn code(code: &'static str) -> Self {
        Self {
            code: Some(code),
            ..Self::default()
        }
    }
}

/// `titleInfo`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TitleInfo<'a> {
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
    pub fn plain(title: Text<'a>) -> Self {
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
        xml.element("titleInfo", &attributes, |xml| {
            xml.leaf("title", &[], &self.title);
            if let Some(sub_title) = &self.sub_title {
                xml.leaf("subTitle", &[], sub_title);
            }
        });
    }
}

/// `typeOfResource`: one of the eleven strings every reader knows, and its address in the newer list.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TypeOfResource {
    /// The classic string.
    pub term: &'static str,
    /// `authorityURI` and `valueURI` of the same term.
    pub authority: Authority,
    /// `collection="yes"`.
    pub collection: bool,
}

impl TypeOfResource {
    pub(super) fn write(&self, xml: &mut Xml<'_>) {
        let attributes = [
            ("collection", self.collection.then_some("yes")),
            ("authority", self.authority.code),
            ("authorityURI", self.authority.uri),
            ("valueURI", self.authority.value_uri.as_deref()),
        ];
        xml.plain("typeOfResource", &attributes, self.term);
    }
}

/// `genre`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Genre<'a> {
    /// The term.
    pub term: Text<'a>,
    /// `authority`: the code of the vocabulary the term is from.
    pub authority: Option<&'static str>,
}

impl Genre<'_> {
    pub(super) fn write(&self, xml: &mut Xml<'_>) {
        xml.leaf("genre", &[("authority", self.authority)], &self.term);
    }
}

/// `abstract`, which Rust keeps for itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary<'a> {
    /// `displayLabel`.
    pub display_label: &'static str,
    /// The text.
    pub text: Text<'a>,
    /// `altFormat` and `contentType`: where the same text is in another format, and which.
    pub alternative: Option<(Uri, &'static str)>,
}

impl Summary<'_> {
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
        xml.leaf("abstract", &attributes, &self.text);
    }
}

/// `note`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note<'a> {
    /// `type`.
    pub kind: Option<&'static str>,
    /// `displayLabel`.
    pub display_label: &'static str,
    /// The text.
    pub text: Text<'a>,
}

impl Note<'_> {
    pub(super) fn write(&self, xml: &mut Xml<'_>) {
        xml.leaf(
            "note",
            &[
                ("type", self.kind),
                ("displayLabel", Some(self.display_label)),
            ],
            &self.text,
        );
    }
}

/// `identifier`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identifier<'a> {
    /// `type`.
    pub kind: &'static str,
    /// `displayLabel`.
    pub display_label: &'static str,
    /// The identifier.
    pub value: Text<'a>,
}

impl Identifier<'_> {
    pub(super) fn write(&self, xml: &mut Xml<'_>) {
        xml.leaf(
            "identifier",
            &[
                ("type", Some(self.kind)),
                ("displayLabel", Some(self.display_label)),
            ],
            &self.value,
        );
    }
}

/// `accessCondition` of the type "use and reproduction".
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AccessCondition<'a> {
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
        xml.leaf("accessCondition", &attributes, &self.text);
    }
}

/// `extension`: data of another namespace.
pub struct Extension<'a> {
    /// `type`.
    pub kind: &'static str,
    /// `displayLabel`.
    pub display_label: &'static str,
    /// Writes the element inside: a graph can be as large as the rest of a record, and is not made before its turn.
    pub content: Box<dyn Fn(&mut Xml<'_>) + 'a>,
}

impl fmt::Debug for Extension<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Extension")
            .field("kind", &self.kind)
            .field("display_label", &self.display_label)
            .finish_non_exhaustive()
    }
}

impl Extension<'_> {
    pub(super) fn write(&self, xml: &mut Xml<'_>) {
        let attributes = [
            ("type", Some(self.kind)),
            ("displayLabel", Some(self.display_label)),
        ];
        xml.element("extension", &attributes, &self.content);
    }
}
