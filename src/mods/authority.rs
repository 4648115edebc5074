//! The vocabulary that a term is from: `authority`, `authorityURI`, `valueURI`.

/// A vocabulary that a term was taken from, and the term in it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Authority {
    /// `authority`: the code of the vocabulary.
    pub code: Option<&'static str>,
    /// `authorityURI`: the address of the vocabulary.
    pub uri: Option<&'static str>,
    /// `valueURI`: the address of the term.
    pub value_uri: Option<String>,
}

impl Authority {
    /// A vocabulary known by its code alone.
    pub(crate) fn code(code: &'static str) -> Self {
        Self {
            code: Some(code),
            ..Self::default()
        }
    }
}
