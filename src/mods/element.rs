//! The elements of a record that need no file of their own.

use super::text::Text;
use super::uri::Uri;
use super::xml::{Foreign, Xml};

/// A vocabulary that a term was taken from, and the term in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
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
#[derive(Clone, Debug, PartialEq, Eq)]
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
#[derive(Clone, Debug, PartialEq, Eq)]
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

/// `language`: its terms, then its scripts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Language<'a> {
    /// `languageTerm`, at least one.
    pub terms: Vec<LanguageTerm<'a>>,
    /// `scriptTerm`.
    pub scripts: Vec<LanguageTerm<'a>>,
}

/// `languageTerm` or `scriptTerm`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LanguageTerm<'a> {
    /// The code or the name.
    pub term: Text<'a>,
    /// `type="code"`; otherwise `type="text"`.
    pub is_code: bool,
    /// The list the term is from.
    pub authority: Authority,
}

impl LanguageTerm<'_> {
    fn write(&self, name: &'static str, xml: &mut Xml<'_>) {
        let attributes = [
            ("type", Some(if self.is_code { "code" } else { "text" })),
            ("authority", self.authority.code),
            ("authorityURI", self.authority.uri),
            ("valueURI", self.authority.value_uri.as_deref()),
        ];
        xml.leaf(name, &attributes, &self.term);
    }
}

impl Language<'_> {
    pub(super) fn write(&self, name: &'static str, xml: &mut Xml<'_>) {
        xml.element(name, &[], |xml| {
            self.terms
                .iter()
                .for_each(|term| term.write("languageTerm", xml));
            self.scripts
                .iter()
                .for_each(|script| script.write("scriptTerm", xml));
        });
    }
}

/// `physicalDescription`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PhysicalDescription<'a> {
    /// `internetMediaType`.
    pub internet_media_types: Vec<Text<'a>>,
    /// `extent`.
    pub extent: Option<Text<'a>>,
    /// `digitalOrigin`.
    pub digital_origin: Option<&'static str>,
}

impl PhysicalDescription<'_> {
    /// Tells whether there is nothing to write; the schema refuses an empty element.
    pub fn is_empty(&self) -> bool {
        self.internet_media_types.is_empty()
            && self.extent.is_none()
            && self.digital_origin.is_none()
    }

    pub(super) fn write(&self, xml: &mut Xml<'_>) {
        if self.is_empty() {
            return;
        }
        xml.element("physicalDescription", &[], |xml| {
            self.internet_media_types
                .iter()
                .for_each(|media_type| xml.leaf("internetMediaType", &[], media_type));
            if let Some(extent) = &self.extent {
                xml.leaf("extent", &[], extent);
            }
            if let Some(digital_origin) = self.digital_origin {
                xml.plain("digitalOrigin", &[], digital_origin);
            }
        });
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

/// `location`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Location<'a> {
    /// `physicalLocation`: the institutions that hold the resource.
    pub physical_locations: Vec<Text<'a>>,
    /// `url`.
    pub url: Option<Url>,
}

/// `url` of a location.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Url {
    /// The address.
    pub uri: Uri,
    /// `access`: what is found there.
    pub access: UrlAccess,
    /// `usage="primary"`: the one address of the resource to show.
    pub primary: bool,
    /// `displayLabel`.
    pub display_label: Option<&'static str>,
}

/// What an address leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UrlAccess {
    /// A page that shows the resource among others.
    ObjectInContext,
    /// The file itself.
    RawObject,
}

impl Url {
    /// An address of the resource in its context.
    pub fn in_context(uri: Uri) -> Self {
        Self {
            uri,
            access: UrlAccess::ObjectInContext,
            primary: false,
            display_label: None,
        }
    }

    /// An address of a file.
    pub fn raw(uri: Uri) -> Self {
        Self {
            uri,
            access: UrlAccess::RawObject,
            primary: false,
            display_label: None,
        }
    }
}

impl Location<'_> {
    pub(super) fn write(&self, xml: &mut Xml<'_>) {
        if self.physical_locations.is_empty() && self.url.is_none() {
            return;
        }
        xml.element("location", &[], |xml| {
            self.physical_locations
                .iter()
                .for_each(|institution| xml.leaf("physicalLocation", &[], institution));
            if let Some(url) = &self.url {
                let access = match url.access {
                    UrlAccess::ObjectInContext => "object in context",
                    UrlAccess::RawObject => "raw object",
                };
                let attributes = [
                    ("usage", url.primary.then_some("primary")),
                    ("access", Some(access)),
                    ("displayLabel", url.display_label),
                ];
                xml.plain("url", &attributes, url.uri.as_str());
            }
        });
    }
}

/// `accessCondition` of the type "use and reproduction".
#[derive(Clone, Debug, PartialEq, Eq)]
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extension<'a> {
    /// `type`.
    pub kind: &'static str,
    /// `displayLabel`.
    pub display_label: &'static str,
    /// The element inside.
    pub content: Foreign<'a>,
}

impl Extension<'_> {
    pub(super) fn write(&self, xml: &mut Xml<'_>) {
        let Foreign {
            name,
            attributes,
            children,
        } = &self.content;
        xml.element(
            "extension",
            &[
                ("type", Some(self.kind)),
                ("displayLabel", Some(self.display_label)),
            ],
            |xml| {
                xml.foreign(name, attributes, children);
            },
        );
    }
}

/// `recordInfo`: about the record, not the resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordInfo<'a> {
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
        xml.element("recordInfo", &[], |xml| {
            xml.plain("recordContentSource", &[], self.content_source);
            if let Some(date) = &self.creation_date {
                xml.leaf("recordCreationDate", &[("encoding", Some("w3cdtf"))], date);
            }
            if let Some(date) = &self.change_date {
                xml.leaf("recordChangeDate", &[("encoding", Some("w3cdtf"))], date);
            }
            let (identifier, source) = &self.identifier;
            xml.leaf("recordIdentifier", &[("source", Some(source))], identifier);
            xml.plain("recordOrigin", &[], self.origin);
            self.language_of_cataloging
                .write("languageOfCataloging", xml);
        });
    }
}
