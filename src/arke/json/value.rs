//! A parsed document and views of its values, which borrow from it.
//!
//! The parser leaves one list of nodes in the order of the text, a list or an object before what stands in it.

use std::borrow::Cow;
use std::fmt;

use serde::ser::{Serialize, Serializer};
use simd_json::{Node, StaticNode, Tape};

/// A parsed document.
#[derive(Debug)]
pub struct Parsed<'d>(Tape<'d>);

/// A value in a document.
#[derive(Clone, Copy, Debug)]
pub enum Value<'v> {
    /// `null`.
    Null,
    /// A truth value.
    Bool(bool),
    /// A number.
    Number(Number),
    /// A text, without its escapes.
    Text(&'v str),
    /// A list.
    Array(Array<'v>),
    /// An object.
    Object(Object<'v>),
}

/// A number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Number {
    /// A whole one from 0 on.
    Unsigned(u64),
    /// A whole one below 0.
    Signed(i64),
    /// Any other; a whole one too large for the others is rounded.
    Float(f64),
}

/// A list of values.
#[derive(Clone, Copy, Debug)]
pub struct Array<'v> {
    len: usize,
    nodes: &'v [Node<'v>],
}

/// An object: names and values, in the order of the document, a name as often as it stands there.
#[derive(Clone, Copy, Debug)]
pub struct Object<'v> {
    len: usize,
    nodes: &'v [Node<'v>],
}

impl<'d> Parsed<'d> {
    pub(super) fn new(tape: Tape<'d>) -> Self {
        Self(tape)
    }

    /// Returns the value that the document is.
    pub fn root(&self) -> Value<'_> {
        split(&self.0.0).map_or(Value::Null, |(root, _)| root)
    }
}

/// Takes a value from the front of some nodes.
fn split<'v>(nodes: &'v [Node<'v>]) -> Option<(Value<'v>, &'v [Node<'v>])> {
    let (first, rest) = nodes.split_first()?;
    let (value, inside) = match *first {
        Node::String(text) => (Value::Text(text), 0),
        Node::Static(StaticNode::Null) => (Value::Null, 0),
        Node::Static(StaticNode::Bool(truth)) => (Value::Bool(truth), 0),
        Node::Static(StaticNode::U64(number)) => (Value::Number(Number::Unsigned(number)), 0),
        Node::Static(StaticNode::I64(number)) => (Value::Number(Number::Signed(number)), 0),
        Node::Static(StaticNode::F64(number)) => (Value::Number(Number::Float(number)), 0),
        Node::Array { len, count } => {
            let nodes = rest.get(..count)?;
            (Value::Array(Array { len, nodes }), count)
        }
        Node::Object { len, count } => {
            let nodes = rest.get(..count)?;
            (Value::Object(Object { len, nodes }), count)
        }
    };
    Some((value, &rest[inside..]))
}

impl<'v> Value<'v> {
    /// Returns a text.
    pub fn as_str(self) -> Option<&'v str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Returns a text that is not blank.
    pub fn as_text(self) -> Option<&'v str> {
        self.as_str().filter(|text| !is_blank(text))
    }

    /// Returns a truth value.
    pub fn as_bool(self) -> Option<bool> {
        match self {
            Self::Bool(truth) => Some(truth),
            _ => None,
        }
    }

    /// Returns an object.
    pub fn as_object(self) -> Option<Object<'v>> {
        match self {
            Self::Object(object) => Some(object),
            _ => None,
        }
    }

    /// Returns the values of a list, or the value itself where it is none.
    pub fn values(self) -> impl Iterator<Item = Self> {
        let (list, one) = match self {
            Self::Array(list) => (Some(list), None),
            one => (None, Some(one)),
        };
        list.into_iter().flat_map(Array::iter).chain(one)
    }

    /// Tells whether it is `null`.
    pub fn is_null(self) -> bool {
        matches!(self, Self::Null)
    }

    /// Returns a string, number or truth value as text.
    pub fn scalar(self) -> Option<Cow<'v, str>> {
        match self {
            Self::Text(text) => Some(Cow::Borrowed(text)),
            Self::Number(number) => Some(Cow::Owned(number.to_string())),
            Self::Bool(truth) => Some(Cow::Borrowed(if truth { "true" } else { "false" })),
            Self::Null | Self::Array(_) | Self::Object(_) => None,
        }
    }

    /// Returns an object.
    ///
    /// # Errors
    ///
    /// Says in words what the value is, if it is not an object.
    pub fn object(self) -> Result<Object<'v>, String> {
        self.as_object()
            .ok_or_else(|| format!("{} instead of an object", self.kind()))
    }

    /// Returns a text.
    ///
    /// # Errors
    ///
    /// Says in words what the value is, if it is not a text.
    pub fn text(self) -> Result<&'v str, String> {
        self.as_str()
            .ok_or_else(|| format!("{} instead of a text", self.kind()))
    }

    /// Names the kind of a value, for a message.
    pub fn kind(self) -> &'static str {
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

/// Tells whether a text is empty or white space alone.
pub(crate) fn is_blank(text: &str) -> bool {
    text.chars().all(char::is_whitespace)
}

impl<'v> Array<'v> {
    /// Returns how many values there are.
    pub fn len(self) -> usize {
        self.len
    }

    /// Tells whether there are none.
    pub fn is_empty(self) -> bool {
        self.len == 0
    }

    /// Returns the values.
    pub fn iter(self) -> impl Iterator<Item = Value<'v>> {
        let mut nodes = self.nodes;
        std::iter::from_fn(move || {
            let (value, rest) = split(nodes)?;
            nodes = rest;
            Some(value)
        })
    }
}

impl<'v> Object<'v> {
    /// Returns how many members there are.
    pub fn len(self) -> usize {
        self.len
    }

    /// Tells whether there are none.
    pub fn is_empty(self) -> bool {
        self.len == 0
    }

    /// Returns the names and values.
    pub fn iter(self) -> impl Iterator<Item = (&'v str, Value<'v>)> {
        let mut nodes = self.nodes;
        std::iter::from_fn(move || {
            let (name, behind) = split(nodes)?;
            let (value, rest) = split(behind)?;
            nodes = rest;
            Some((name.as_str()?, value))
        })
    }
}

impl Number {
    /// Returns a whole number from 0 on, however it is written.
    pub fn as_u64(self) -> Option<u64> {
        match self {
            Self::Unsigned(number) => Some(number),
            Self::Signed(number) => number.try_into().ok(),
            // Exact below 2 to the power of 53, which no file reaches.
            Self::Float(number) => (number >= 0.0 && number.fract() == 0.0)
                .then(|| format!("{number:.0}").parse().ok())
                .flatten(),
        }
    }
}

impl From<Number> for serde_json::Number {
    /// A number that JSON cannot write does not come out of it.
    fn from(number: Number) -> Self {
        match number {
            Number::Unsigned(number) => number.into(),
            Number::Signed(number) => number.into(),
            Number::Float(number) => Self::from_f64(number).unwrap_or_else(|| 0.into()),
        }
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        serde_json::Number::from(*self).fmt(f)
    }
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
        match *self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(truth) => serializer.serialize_bool(truth),
            Self::Number(number) => serde_json::Number::from(number).serialize(serializer),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Array(array) => serializer.collect_seq(array.iter()),
            Self::Object(object) => serializer.collect_map(object.iter()),
        }
    }
}
