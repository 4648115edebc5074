//! Terms: the values of a field, each its words and what an object gives beside them.

use std::borrow::Cow;

use foldhash::HashSet;

use super::fields::FieldProblem;
use super::json::{self, Member, Value};
use crate::sanitize::excerpt;

/// How many of the members are named that a record has no place for.
const NAMED_MAX: usize = 8;
/// What is said of them.
pub(super) const NO_PLACE: &str = "no place in a record; left out";

/// The names under which an object in the place of a text has its words, what stands for them in a vocabulary, and what
/// somebody of that name did.
const WORDS: [&str; 5] = ["name", "term", "label", "value", "title"];
const IDENTIFIER: [&str; 3] = ["id", "uri", "@id"];
const ROLE: [&str; 2] = ["role", "relator"];

/// What of an object in the place of a text a field has a place for, beside its words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Beside {
    /// Nothing.
    Nothing,
    /// What stands for them, whatever it is.
    Identifier,
    /// What stands for them, if it is an address.
    Address,
    /// An address, and roles.
    AddressAndRoles,
}

/// Members of objects that a record has no place for, each by its name and once.
#[derive(Default)]
pub(super) struct LeftOut<'v> {
    names: Vec<&'v str>,
    seen: HashSet<&'v str>,
}

impl<'v> LeftOut<'v> {
    /// Adds the members of an object that say something and are not known.
    pub(super) fn add(
        &mut self,
        object: &'v [Member<'v>],
        is_known: impl Fn(&str, &Value<'v>) -> bool,
    ) -> usize {
        let others = object
            .iter()
            .filter(|(name, value)| !is_known(name, value) && !value.is_nothing());
        let mut count = 0;
        for (name, _) in others {
            count += 1;
            if self.seen.insert(name) {
                self.names.push(name);
            }
        }
        count
    }

    /// Returns the row that says so of a field, if there are any.
    pub(super) fn problem(&self, field: impl Into<Cow<'static, str>>) -> Option<FieldProblem> {
        Some(FieldProblem {
            field: field.into(),
            reason: format!("{}: {NO_PLACE}", self.names()?),
        })
    }

    /// Returns the names of the first, and how many more there are.
    pub(super) fn names(&self) -> Option<String> {
        let mut names: Vec<String> = self
            .names
            .iter()
            .take(NAMED_MAX)
            .map(|name| excerpt(name))
            .collect();
        if self.names.len() > NAMED_MAX {
            names.push(format!("{} more", self.names.len() - NAMED_MAX));
        }
        (!names.is_empty()).then(|| names.join(", "))
    }
}

/// A value of a field: its words, and what an object gives beside them. An address alone stands for its words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Term<'v> {
    /// The words.
    pub text: &'v str,
    /// What stands for them in a vocabulary, an address in most cases.
    pub uri: Option<&'v str>,
    /// What the person or body of that name did.
    pub role: Option<&'v str>,
    /// Whether it was given with more, which is left out.
    pub is_partial: bool,
}

impl<'v> Term<'v> {
    /// Words without an address.
    pub fn of(text: &'v str) -> Self {
        Self {
            text,
            uri: None,
            role: None,
            is_partial: false,
        }
    }

    /// Reads an object that has a text under a usual name, for each of its roles once.
    pub(super) fn read(
        value: &'v Value<'v>,
        members: &'v [Member<'v>],
        beside: Beside,
        left_out: &mut LeftOut<'v>,
    ) -> Option<Vec<Self>> {
        let given = |name: &&'static str| {
            let text = json::member(value, name)?.as_figures_or_text()?;
            Some((*name, text))
        };
        let is_address = |uri: &str| uri.contains("://");
        let mut identifiers = IDENTIFIER.iter().filter_map(given);
        let (words, uri) = match WORDS.iter().find_map(given) {
            Some(words) => {
                let is_taken = |uri: &str| match beside {
                    Beside::Nothing => false,
                    Beside::Identifier => true,
                    Beside::Address | Beside::AddressAndRoles => is_address(uri),
                };
                (words, identifiers.find(|(_, uri)| is_taken(uri)))
            }
            None => (identifiers.find(|(_, uri)| is_address(uri))?, None),
        };
        let roles = ROLE.iter().find_map(|name| {
            let roles = json::member(value, name)?.values().iter();
            let roles: Vec<&str> = roles.map(Value::as_text).collect::<Option<_>>()?;
            (beside == Beside::AddressAndRoles && !roles.is_empty()).then_some((*name, roles))
        });
        let names = [
            Some(words.0),
            uri.map(|(name, _)| name),
            roles.as_ref().map(|(name, _)| *name),
        ];
        // What is said twice is not lost.
        let said = [Some(words.1), uri.map(|(_, uri)| uri)];
        let is_said = |name: &str, value: &Value<'v>| {
            let text = value.as_figures_or_text();
            (WORDS.contains(&name) || IDENTIFIER.contains(&name))
                && text.is_some()
                && said.contains(&text)
        };
        let count = left_out.add(members, |name, value| {
            names.contains(&Some(name)) || is_said(name, value)
        });
        let term = Self {
            text: words.1,
            uri: uri.map(|(_, uri)| uri),
            role: None,
            is_partial: count > 0,
        };
        let Some((_, roles)) = roles else {
            return Some(vec![term]);
        };
        let of_role = |role| Self {
            role: Some(role),
            ..term
        };
        Some(roles.into_iter().map(of_role).collect())
    }
}
