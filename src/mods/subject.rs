//! `subject`: what the resource is about.

use super::element::TitleInfo;
use super::name::Name;
use super::origin::DateEncoding;
use super::text::Text;
use super::xml::Xml;

/// `subject`: its terms, each narrowing the one before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject<'a> {
    /// At least one term.
    pub terms: Vec<SubjectTerm<'a>>,
}

/// A child of `subject`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SubjectTerm<'a> {
    /// `topic`.
    Topic(Text<'a>),
    /// `geographic`.
    Geographic(Text<'a>),
    /// `temporal`, with its encoding where it follows one.
    Temporal(Text<'a>, Option<DateEncoding>),
    /// `name`.
    Name(Name<'a>),
    /// `titleInfo`.
    Title(TitleInfo<'a>),
}

impl<'a> Subject<'a> {
    /// A subject of one term.
    pub fn of(term: SubjectTerm<'a>) -> Self {
        Self { terms: vec![term] }
    }

    pub(super) fn write(&self, xml: &mut Xml<'_>) {
        xml.element("subject", &[], |xml| {
            for term in &self.terms {
                match term {
                    SubjectTerm::Topic(topic) => xml.leaf("topic", &[], topic),
                    SubjectTerm::Geographic(place) => xml.leaf("geographic", &[], place),
                    SubjectTerm::Temporal(time, encoding) => {
                        xml.leaf(
                            "temporal",
                            &[("encoding", encoding.map(DateEncoding::as_str))],
                            time,
                        );
                    }
                    SubjectTerm::Name(name) => name.write(xml),
                    SubjectTerm::Title(title) => title.write(xml),
                }
            }
        });
    }
}
