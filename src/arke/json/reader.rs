//! How serde's values become ours, within bounds.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::text::count_unwritable;
use super::value::Value;

/// How deep values may stand in each other. No document of the archive comes to 10; what reads them calls itself for
/// each level.
pub(super) const DEPTH_MAX: usize = 128;
/// How many values, and names of values, a document may hold.
///
/// The graphs of the archive have 17 bytes for each, so one of 16 MiB, the most that is read, has fewer; so has a manifest
/// of 4 MiB, even if it lists letters. Each takes 24 bytes of memory and what is its own: so many numbers take 50 MiB,
/// which is the most that a document takes beside the length of its texts.
pub(super) const NODES_MAX: usize = 1 << 20;

/// The name under which `serde_json` hands over the text of a number of more than 64 bits, as an object of one member.
const NUMBER: &str = "$serde_json::private::Number";

/// Reads a value, and counts what is in it.
pub(super) struct Reader {
    depth: usize,
    nodes: usize,
    /// There may be characters that no record can hold.
    may_have_unwritable: bool,
    /// How many of them were read.
    pub(super) unwritable: usize,
}

fn check<E: Error>(count: usize, max: usize, what: &str) -> Result<(), E> {
    if count > max {
        return Err(E::custom(format_args!("{what}, more than {max}")));
    }
    Ok(())
}

impl Reader {
    /// Starts to read a document; tells it whether there may be characters in it that no record can hold.
    pub(super) fn new(may_have_unwritable: bool) -> Self {
        Self {
            depth: 0,
            nodes: 0,
            may_have_unwritable,
            unwritable: 0,
        }
    }

    fn look_at(&mut self, text: &str) {
        if self.may_have_unwritable {
            self.unwritable += count_unwritable(text);
        }
    }

    fn enter<E: Error>(&mut self) -> Result<(), E> {
        self.depth += 1;
        check(self.depth, DEPTH_MAX, "too many values in each other")
    }

    fn count<E: Error>(&mut self, nodes: usize) -> Result<(), E> {
        self.nodes += nodes;
        check(self.nodes, NODES_MAX, "too many values")
    }
}

impl<'d> DeserializeSeed<'d> for &mut Reader {
    type Value = Value<'d>;

    fn deserialize<D: Deserializer<'d>>(self, deserializer: D) -> Result<Value<'d>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'d> Visitor<'d> for &mut Reader {
    type Value = Value<'d>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Value<'d>, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, truth: bool) -> Result<Value<'d>, E> {
        Ok(Value::Bool(truth))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value<'d>, E> {
        Ok(Value::Number(number.to_string().into()))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value<'d>, E> {
        Ok(Value::Number(number.to_string().into()))
    }

    /// Takes any other number, the value under [`NUMBER`]; a text never comes as a `String`.
    fn visit_string<E>(self, number: String) -> Result<Value<'d>, E> {
        let float = number.parse().ok().and_then(serde_json::Number::from_f64);
        let shown = match float {
            Some(float) if number.contains(['.', 'e']) => float.to_string(),
            _ => number,
        };
        Ok(Value::Number(shown.into()))
    }

    fn visit_borrowed_str<E>(self, text: &'d str) -> Result<Value<'d>, E> {
        self.look_at(text);
        Ok(Value::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value<'d>, E> {
        self.look_at(text);
        Ok(Value::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'d>>(self, mut list: A) -> Result<Value<'d>, A::Error> {
        self.enter()?;
        let mut values = Vec::new();
        while let Some(value) = list.next_element_seed(&mut *self)? {
            self.count(1)?;
            values.push(value);
        }
        self.depth -= 1;
        Ok(Value::Array(values.into()))
    }

    fn visit_map<A: MapAccess<'d>>(self, mut object: A) -> Result<Value<'d>, A::Error> {
        let mut name = object.next_key_seed(&mut *self)?;
        if matches!(&name, Some(Value::Text(name)) if name == NUMBER) {
            return object.next_value_seed(self);
        }
        self.enter()?;
        let mut members = Vec::new();
        while let Some(Value::Text(known)) = name {
            self.count(2)?;
            members.push((known, object.next_value_seed(&mut *self)?));
            name = object.next_key_seed(&mut *self)?;
        }
        self.depth -= 1;
        Ok(Value::Object(members.into()))
    }
}
