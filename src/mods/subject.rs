//! `subject`: what the resource is about.

use super::{DateEncoding, Name, Text, Uri, xml::Xml};

/// `subject`: its terms, the children of the element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Subject<'a> {
    /// What it is about.
    pub term: SubjectTerm<'a>,
    /// What subdivides that, each the one before.
    pub subdivisions: Vec<SubjectTerm<'a>>,
    /// `valueURI`: the address of the heading in a vocabulary.
    pub value_uri: Option<Uri>,
}

/// A child of `subject`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SubjectTerm<'a> {
    /// `topic`.
    Topic(Text<'a>),
    /// `geographic`.
    Geographic(Text<'a>),
    /// `temporal`, with its encoding where it follows one.
    Temporal(Text<'a>, Option<DateEncoding>),
    /// `cartographics/coordinates`.
    Coordinates(Text<'a>),
    /// `name`.
    Name(Name<'a>),
}

impl<'a> Subject<'a> {
    /// A subject of one term.
    pub(crate) fn of(term: SubjectTerm<'a>) -> Self {
        Self {
            term,
            subdivisions: Vec::new(),
            value_uri: None,
        }
    }

    pub(super) fn write(&self, xml: &mut Xml<'_>) {
        let value_uri = self.value_uri.as_ref().map(Uri::as_str);
        xml.element("subject", [("valueURI", value_uri)], |xml| {
            self.term.write(xml);
            self.subdivisions.iter().for_each(|term| term.write(xml));
        });
    }
}

impl SubjectTerm<'_> {
    fn write(&self, xml: &mut Xml<'_>) {
        match self {
            Self::Topic(topic) => xml.leaf("topic", [], topic),
            Self::Geographic(place) => xml.leaf("geographic", [], place),
            Self::Coordinates(place) => xml.element("cartographics", [], |xml| {
                xml.leaf("coordinates", [], place);
            }),
            Self::Temporal(time, encoding) => {
                let encoding = encoding.map(DateEncoding::as_str);
                xml.leaf("temporal", [("encoding", encoding)], time);
            }
            Self::Name(name) => {
                name.write(xml);
            }
        }
    }
}
