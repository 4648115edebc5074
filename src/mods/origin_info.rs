//! `originInfo` and its dates.

use super::{Text, xml::Xml};

/// `originInfo`: when the resource was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OriginInfo<'a> {
    /// `publisher`.
    pub publishers: Vec<Text<'a>>,
    /// `dateCreated`; at least one of these or those.
    pub dates_created: Vec<Date<'a>>,
}

/// A date, and what is claimed of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Date<'a> {
    /// The date as text.
    pub text: Text<'a>,
    /// `encoding`: the rules the text follows; absent where it follows none.
    pub encoding: Option<DateEncoding>,
    /// `keyDate="yes"`: the date to sort by, at most one in a record.
    pub key_date: bool,
    /// `point`: which end of a range.
    pub point: Option<DatePoint>,
    /// `qualifier`: how sure it is.
    pub qualifier: Option<DateQualifier>,
}

impl<'a> Date<'a> {
    /// A date of which nothing is claimed.
    pub(crate) fn of(text: Text<'a>) -> Self {
        Self {
            text,
            encoding: None,
            key_date: false,
            point: None,
            qualifier: None,
        }
    }
}

/// `encoding` of a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DateEncoding {
    /// W3C date and time formats, <https://www.w3.org/TR/NOTE-datetime>.
    W3cdtf,
    /// Extended Date/Time Format, <https://www.loc.gov/standards/datetime/>.
    Edtf,
}

/// `point` of a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DatePoint {
    /// The first date of a range.
    Start,
    /// The last date of a range.
    End,
}

/// `qualifier` of a date; of several that a text has, the greatest stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum DateQualifier {
    /// Not found on the resource but concluded from it.
    Inferred,
    /// Possibly this date.
    Questionable,
    /// Near this date.
    Approximate,
}

impl DateEncoding {
    /// Returns the value of the attribute.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::W3cdtf => "w3cdtf",
            Self::Edtf => "edtf",
        }
    }
}

impl DatePoint {
    fn as_str(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::End => "end",
        }
    }
}

impl DateQualifier {
    /// Returns the value of the attribute.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Approximate => "approximate",
            Self::Inferred => "inferred",
            Self::Questionable => "questionable",
        }
    }
}

impl OriginInfo<'_> {
    pub(super) fn write(&self, xml: &mut Xml<'_>) {
        xml.element("originInfo", [], |xml| {
            self.publishers
                .iter()
                .for_each(|publisher| xml.leaf("publisher", [], publisher));
            self.dates_created
                .iter()
                .for_each(|date| date.write("dateCreated", xml));
        });
    }
}

impl Date<'_> {
    fn write(&self, name: &'static str, xml: &mut Xml<'_>) {
        let attributes = [
            ("encoding", self.encoding.map(DateEncoding::as_str)),
            ("keyDate", self.key_date.then_some("yes")),
            ("point", self.point.map(DatePoint::as_str)),
            ("qualifier", self.qualifier.map(DateQualifier::as_str)),
        ];
        xml.leaf(name, attributes, &self.text);
    }
}
