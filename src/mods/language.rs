//! `language`: of the resource, or of the record about it.

use super::{Authority, Text, xml::Xml};

/// `language`: its terms, then its scripts.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Language<'a> {
    /// `languageTerm`, at least one.
    pub terms: Vec<LanguageTerm<'a>>,
    /// `scriptTerm`.
    pub scripts: Vec<LanguageTerm<'a>>,
}

/// `languageTerm` or `scriptTerm`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct LanguageTerm<'a> {
    /// The code or the name.
    pub term: Text<'a>,
    /// `type="code"`; otherwise `type="text"`.
    pub is_code: bool,
    /// The list the term is from.
    pub authority: Authority,
}

impl<'a> LanguageTerm<'a> {
    /// Makes a code of a list.
    pub(crate) fn code(code: Text<'a>, authority: Authority) -> Self {
        Self {
            term: code,
            is_code: true,
            authority,
        }
    }

    /// Makes a name, which may be in a list.
    pub(crate) fn name(name: Text<'a>, authority: Authority) -> Self {
        Self {
            term: name,
            is_code: false,
            authority,
        }
    }

    fn write(&self, name: &'static str, xml: &mut Xml<'_>) {
        let attributes = [
            ("type", Some(if self.is_code { "code" } else { "text" })),
            ("authority", self.authority.code),
            ("authorityURI", self.authority.uri),
            ("valueURI", self.authority.value_uri.as_deref()),
        ];
        xml.leaf(name, attributes, &self.term);
    }
}

impl Language<'_> {
    pub(super) fn write(&self, name: &'static str, xml: &mut Xml<'_>) {
        xml.element(name, [], |xml| {
            self.terms
                .iter()
                .for_each(|term| term.write("languageTerm", xml));
            self.scripts
                .iter()
                .for_each(|script| script.write("scriptTerm", xml));
        });
    }
}
