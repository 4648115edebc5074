//! `name`: a person or a body, and what it did.

use super::{Authority, Text, xml::Xml};

/// `name`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Name<'a> {
    /// `type`; absent where it is not known.
    pub kind: Option<NameKind>,
    /// `namePart`: the name as it is found.
    pub name_part: Text<'a>,
    /// `namePart[@type=date]`: the dates of a life.
    pub date: Option<Text<'a>>,
    /// `usage="primary"`: the name the record is filed under.
    pub primary: bool,
    /// `role`.
    pub role: Option<Role>,
}

/// `type` of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NameKind {
    /// A person.
    Personal,
    /// A body.
    Corporate,
}

/// `role`: one relator, as a term and as a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Role {
    /// The MARC relator term.
    pub term: &'static str,
    /// The MARC relator code.
    pub code: &'static str,
}

const RELATORS: &str = "http://id.loc.gov/vocabulary/relators";

impl NameKind {
    /// Returns the value of the attribute.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Personal => "personal",
            Self::Corporate => "corporate",
        }
    }
}

impl Name<'_> {
    pub(super) fn write(&self, xml: &mut Xml<'_>) {
        let attributes = [
            ("type", self.kind.map(NameKind::as_str)),
            ("usage", self.primary.then_some("primary")),
        ];
        xml.element("name", attributes, |xml| {
            xml.leaf("namePart", [], &self.name_part);
            if let Some(date) = &self.date {
                xml.leaf("namePart", [("type", Some("date"))], date);
            }
            if let Some(role) = &self.role {
                role.write(xml);
            }
        });
    }
}

impl Role {
    fn write(self, xml: &mut Xml<'_>) {
        let authority = Authority {
            code: Some("marcrelator"),
            uri: Some(RELATORS),
            value_uri: Some(format!("{RELATORS}/{}", self.code)),
        };
        let attributes = |kind| {
            [
                ("type", Some(kind)),
                ("authority", authority.code),
                ("authorityURI", authority.uri),
                ("valueURI", authority.value_uri.as_deref()),
            ]
        };
        // The term comes first: LOC's stylesheet to Dublin Core prints the first `roleTerm`.
        xml.element("role", [], |xml| {
            xml.plain("roleTerm", attributes("text"), self.term);
            xml.plain("roleTerm", attributes("code"), self.code);
        });
    }
}
