//! `name`: a person or a body, and what it did.

use super::{Authority, Text, Uri, document::Gap, xml::Xml};

/// `name`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Name<'a> {
    /// `type`; absent where it is not known.
    pub kind: Option<NameKind>,
    /// What the host may know the name's kind by, where it is not known here.
    pub key: Option<Box<str>>,
    /// `namePart`: the name as it is found.
    pub name_part: Text<'a>,
    /// `namePart[@type=date]`: the dates of a life.
    pub date: Option<Text<'a>>,
    /// `valueURI`: the address of the name in a vocabulary.
    pub value_uri: Option<Uri>,
    /// `usage="primary"`: the name the record is filed under.
    pub primary: bool,
    /// `role`, one each.
    pub roles: Vec<Role>,
}

/// `type` of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameKind {
    /// A person.
    Personal,
    /// A body.
    Corporate,
}

/// `role`: one relator, as a term and as a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
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
    /// Writes the element; returns where its `type` goes if only the host may know it.
    pub(super) fn write(&self, xml: &mut Xml<'_>) -> Option<(usize, Gap)> {
        let start = xml.position();
        let attributes = [
            ("type", self.kind.map(NameKind::as_str)),
            ("usage", self.primary.then_some("primary")),
            ("valueURI", self.value_uri.as_ref().map(Uri::as_str)),
        ];
        xml.element("name", attributes, |xml| {
            xml.leaf("namePart", [], &self.name_part);
            if let Some(date) = &self.date {
                xml.leaf("namePart", [("type", Some("date"))], date);
            }
            self.roles.iter().for_each(|role| role.write(xml));
        });
        let key = self.key.clone().filter(|_| self.kind.is_none())?;
        Some((xml.behind_name("name", start), Gap::NameKind(key)))
    }
}

impl Role {
    fn write(self, xml: &mut Xml<'_>) {
        let authority = Authority {
            code: Some("marcrelator"),
            uri: Some(RELATORS),
            value_uri: Some(format!("{RELATORS}/{}", self.code)),
        };
        let attributes = [
            ("type", Some("text")),
            ("authority", authority.code),
            ("authorityURI", authority.uri),
            ("valueURI", authority.value_uri.as_deref()),
        ];
        // The code is in the address alone: many readers join the terms of a role to one word.
        xml.element("role", [], |xml| {
            xml.plain("roleTerm", attributes, self.term);
        });
    }
}
