//! A JSON value, which borrows from its document.

use std::borrow::Cow;
use std::fmt;

use serde::ser::{Error as _, Serialize, Serializer};

/// A value.
#[derive(Debug, PartialEq)]
pub enum Value<'d> {
    /// `null`.
    Null,
    /// A truth value.
    Bool(bool),
    /// A number: a whole one in all its digits, another in the shortest form of the float it is, if there is one.
    Number(Box<str>),
    /// A text, without its escapes.
    Text(Cow<'d, str>),
    /// A list.
    Array(Box<[Self]>),
    /// An object, in the order of the document, a name as often as it stands there.
    Object(Box<[Member<'d>]>),
}

/// A name in an object, and its value.
pub type Member<'d> = (Cow<'d, str>, Value<'d>);

impl<'d> Value<'d> {
    /// Returns a text.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Returns a text that is not blank.
    pub fn as_text(&self) -> Option<&str> {
        self.as_str().filter(|text| !is_blank(text))
    }

    /// Returns a text that is not blank, or the digits of a number.
    pub fn as_figures_or_text(&self) -> Option<&str> {
        match self {
            Self::Number(number) => Some(number),
            other => other.as_text(),
        }
    }

    /// Returns a whole number from 0 on, or a text of its digits, which may be grouped and counted in bytes.
    pub fn as_u64(&self) -> Option<u64> {
        match self {
            Self::Number(number) => number.strip_suffix(".0").unwrap_or(number).parse().ok(),
            Self::Text(digits) => whole(digits),
            _ => None,
        }
    }

    /// Returns the values of a list, or the value itself where it is none.
    pub fn values(&self) -> &[Self] {
        match self {
            Self::Array(values) => values,
            one => std::slice::from_ref(one),
        }
    }

    /// Returns the members of an object.
    ///
    /// # Errors
    ///
    /// Says in words what the value is, if it is not an object.
    pub fn object(&self) -> Result<&[Member<'d>], String> {
        match self {
            Self::Object(members) => Ok(members),
            other => Err(format!("{} instead of an object", other.kind())),
        }
    }

    /// Tells whether it says nothing: `null`, a blank text, or nothing in a list or an object.
    pub fn is_nothing(&self) -> bool {
        match self {
            Self::Null => true,
            Self::Bool(_) | Self::Number(_) => false,
            Self::Text(text) => is_blank(text),
            Self::Array(values) => values.is_empty(),
            Self::Object(members) => members.is_empty(),
        }
    }

    /// Names the kind of a value, for a message.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a truth value",
            Self::Number(_) => "a number",
            Self::Text(_) => "a text",
            Self::Array(_) => "a list",
            Self::Object(_) => "an object",
        }
    }
}

fn whole(text: &str) -> Option<u64> {
    let text = text.trim();
    let digits = ["bytes", "byte", "B"]
        .iter()
        .find_map(|unit| text.strip_suffix(unit));
    let digits = digits.unwrap_or(text).trim();
    let mut groups = digits.split(',').skip(1);
    let is_grouped = groups.all(|group| group.len() == 3);
    is_grouped.then(|| digits.replace(',', "").parse().ok())?
}

/// Tells whether a text is empty or white space alone.
pub(crate) fn is_blank(text: &str) -> bool {
    text.chars().all(char::is_whitespace)
}

/// As JSON.
impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let json = serde_json::to_string(self).map_err(|_| fmt::Error)?;
        f.write_str(&json)
    }
}

impl Serialize for Value<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(truth) => serializer.serialize_bool(*truth),
            Self::Number(number) => {
                let number: serde_json::Number = number.parse().map_err(S::Error::custom)?;
                number.serialize(serializer)
            }
            Self::Text(text) => serializer.serialize_str(text),
            Self::Array(values) => serializer.collect_seq(values),
            Self::Object(members) => {
                serializer.collect_map(members.iter().map(|(name, value)| (name, value)))
            }
        }
    }
}
