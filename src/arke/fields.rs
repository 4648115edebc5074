//! The fields of a JSON object, each read on its own.
//!
//! Nothing upstream checks the archive's documents, so a field of the wrong type spoils itself alone, and what became
//! of it is noted under its name.

use std::borrow::Cow;

use super::json::{self, Member, Value, is_blank};
use super::term::{Beside, LeftOut, NO_PLACE, Term};
use super::{address, cid};
use crate::sanitize::excerpt;

/// A field that could not be used as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldProblem {
    /// The field.
    pub field: Cow<'static, str>,
    /// What was found in it and what became of it.
    pub reason: String,
}

/// Reads the fields of one object and remembers what was wrong with them.
pub(super) struct Fields<'v> {
    object: &'v [Member<'v>],
    problems: Vec<FieldProblem>,
}

impl<'v> Fields<'v> {
    /// Starts to read an object.
    ///
    /// # Errors
    ///
    /// Says in words what the value is, if it is not an object.
    pub(super) fn of(value: &'v Value<'v>) -> Result<Self, String> {
        Ok(Self {
            object: value.object()?,
            problems: Vec::new(),
        })
    }

    /// Returns what was wrong with the fields read.
    pub(super) fn into_problems(self) -> Vec<FieldProblem> {
        self.problems
    }

    /// Notes a field that could not be used as it stands.
    pub(super) fn add_problem(&mut self, field: impl Into<Cow<'static, str>>, reason: String) {
        let field = field.into();
        self.problems.push(FieldProblem { field, reason });
    }

    /// Returns a field; `null` is absent, and of two with one name the last counts, as JavaScript has it.
    pub(super) fn value(&mut self, field: &'static str) -> Option<&'v Value<'v>> {
        let named = self.object.iter().filter(|(name, _)| name == field);
        let (times, value) = named
            .zip(1..)
            .map(|((_, value), times)| (times, value))
            .last()?;
        if times > 1 {
            self.add_problem(field, format!("stands {times} times; the last counts"));
        }
        Some(value).filter(|value| **value != Value::Null)
    }

    /// Returns a field that is a non-blank text.
    pub(super) fn text(&mut self, field: &'static str) -> Option<&'v str> {
        let value = self.value(field)?;
        if value.as_str().is_none() {
            self.leave_out(field, value);
        }
        value.as_text()
    }

    /// Returns the address that was read of a field, of several in one text the first, without user and password.
    pub(super) fn address(&mut self, field: &'static str, given: &'v str) -> Option<&'v str> {
        const BETWEEN: [char; 5] = [' ', ',', ';', '|', '\n'];
        if given.trim_start().starts_with("data:") {
            let reason = "data in the place of an address; left out";
            self.add_problem(field, reason.to_owned());
            return None;
        }
        let behind_user = address::behind_user(given);
        if behind_user.is_some() {
            self.add_problem(field, address::SECRET.to_owned());
        }
        let given = behind_user.unwrap_or(given);
        let mut further = given
            .match_indices("http")
            .skip(1)
            .map(|(at, _)| &given[..at]);
        let Some(first) = further.find(|before| before.ends_with(BETWEEN)) else {
            return Some(given);
        };
        let reason = "several addresses; those after the first left out";
        self.add_problem(field, reason.to_owned());
        Some(first.trim_end_matches(BETWEEN))
    }

    /// Returns a field that is a CID.
    pub(super) fn cid(&mut self, field: &'static str) -> Option<Box<str>> {
        let value = self.value(field)?;
        let cid = cid::read(value);
        if cid.is_none() && value.as_str() != Some("") {
            let shown = excerpt(&value.to_string());
            self.add_problem(field, format!("{shown} is no CID; left out"));
        }
        cid.map(Into::into)
    }

    /// Returns a field that is a text, or a list of the texts of pages, each by itself or in an object.
    pub(super) fn pages(&mut self, field: &'static str) -> Option<Cow<'v, str>> {
        let value = self.value(field)?;
        if let Some(text) = value.as_str() {
            return Some(text.into()).filter(|_| !is_blank(text));
        }
        let page = |page: &'v Value<'v>| page.as_str().or_else(|| json::text(page, "text"));
        let pages: Option<Vec<&str>> = value.values().iter().map(page).collect();
        if pages.is_none() {
            self.leave_out(field, value);
        }
        pages.map(|pages| pages.join("\n\n").into())
    }

    /// Returns a field that is a whole number, or a text of its digits.
    pub(super) fn whole_number(&mut self, field: &'static str) -> Option<u64> {
        let value = self.value(field)?;
        let number = value.as_u64();
        if number.is_none() {
            let shown = excerpt(&value.to_string());
            self.add_problem(
                field,
                format!("{shown} where a whole number is expected; left out"),
            );
        }
        number
    }

    /// Reads the words of a field that holds one value; of a list the first.
    pub(super) fn one(&mut self, field: &'static str) -> Option<&'v str> {
        self.first(field).map(|term| term.text)
    }

    /// Reads a field that holds one value; of a list the first.
    pub(super) fn first(&mut self, field: &'static str) -> Option<Term<'v>> {
        let mut values = self.many(field, Beside::Nothing).into_iter();
        let first = values.next();
        let dropped = values.len();
        if dropped > 0 {
            self.add_problem(field, format!("a list; {dropped} after the first left out"));
        }
        first
    }

    /// Reads a field that holds a value or a list of them, blank ones absent.
    pub(super) fn many(&mut self, field: &'static str, beside: Beside) -> Vec<Term<'v>> {
        self.value(field)
            .map(|value| self.terms(field, value, beside))
            .unwrap_or_default()
    }

    /// Reads the fields with other names than these, each with its values.
    pub(super) fn further(&mut self, known: &[&str]) -> Vec<(&'v str, Vec<Term<'v>>)> {
        let object = self.object;
        let further = object.iter().filter(|(name, _)| !known.contains(&&**name));
        let values = further.map(|(name, value)| {
            let shown = excerpt(name);
            (&**name, self.terms(shown, value, Beside::Identifier))
        });
        values.collect()
    }

    /// Notes the fields that say something and are not known, because a record has no place for them.
    pub(super) fn leave_out_others(&mut self, is_known: impl Fn(&str) -> bool) {
        let mut others = LeftOut::default();
        others.add(self.object, |name, _| is_known(name));
        if let Some(names) = others.names() {
            self.add_problem(names, NO_PLACE.to_owned());
        }
    }

    fn terms(
        &mut self,
        field: impl Into<Cow<'static, str>>,
        value: &'v Value<'v>,
        beside: Beside,
    ) -> Vec<Term<'v>> {
        let field = field.into();
        let mut terms = Vec::new();
        let mut left_out = LeftOut::default();
        for value in value.values() {
            match value {
                Value::Null => {}
                Value::Text(text) => terms.push(Term::of(text)),
                Value::Number(number) => {
                    self.add_problem(
                        field.clone(),
                        format!("the number {number} where a text is expected; taken as text"),
                    );
                    terms.push(Term::of(number));
                }
                Value::Object(members) => match Term::read(value, members, beside, &mut left_out) {
                    Some(read) => terms.extend(read),
                    None => self.leave_out(field.clone(), value),
                },
                Value::Bool(_) | Value::Array(_) => self.leave_out(field.clone(), value),
            }
        }
        if let Some(problem) = left_out.problem(field) {
            self.problems.push(problem);
        }
        terms.retain(|term| !is_blank(term.text));
        terms
    }

    fn leave_out(&mut self, field: impl Into<Cow<'static, str>>, value: &Value<'_>) {
        let kind = value.kind();
        self.add_problem(field, format!("{kind} where a text is expected; left out"));
    }
}
