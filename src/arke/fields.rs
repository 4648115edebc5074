//! The fields of a JSON object, each read on its own.
//!
//! Nothing upstream checks the archive's documents, so a field of the wrong type spoils itself alone, and what became
//! of it is noted under its name.

use super::json::{self, Member, Value, is_blank};

/// A field that could not be used as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldProblem {
    /// The field.
    pub field: &'static str,
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
    pub(super) fn add_problem(&mut self, field: &'static str, reason: String) {
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

    /// Returns a field that is a whole number, or a text of its digits.
    pub(super) fn whole_number(&mut self, field: &'static str) -> Option<u64> {
        let value = self.value(field)?;
        let number = value.as_u64();
        if number.is_none() {
            let shown = crate::sanitize::excerpt(&value.to_string());
            self.add_problem(
                field,
                format!("{shown} where a whole number is expected; left out"),
            );
        }
        number
    }

    /// Reads a field that holds one value; of a list the first.
    pub(super) fn one(&mut self, field: &'static str, numbers: Numbers) -> Option<&'v str> {
        let mut values = self.many(field, numbers).into_iter();
        let first = values.next();
        let dropped = values.len();
        if dropped > 0 {
            self.add_problem(field, format!("a list; {dropped} after the first left out"));
        }
        first
    }

    /// Reads a field that holds a value or a list of them, blank ones absent; an object counts by its `name`.
    pub(super) fn many(&mut self, field: &'static str, numbers: Numbers) -> Vec<&'v str> {
        let Some(value) = self.value(field) else {
            return Vec::new();
        };
        let mut texts = Vec::new();
        for value in value.values() {
            match value {
                Value::Null => {}
                Value::Text(text) => texts.push(&**text),
                Value::Number(number) if numbers == Numbers::Taken => {
                    self.add_problem(
                        field,
                        format!("the number {number} where a text is expected; taken as text"),
                    );
                    texts.push(number);
                }
                value => match json::text(value, "name") {
                    Some(name) => texts.push(name),
                    None => self.leave_out(field, value),
                },
            }
        }
        texts.retain(|text| !is_blank(text));
        texts
    }

    fn leave_out(&mut self, field: &'static str, value: &Value<'_>) {
        let kind = value.kind();
        self.add_problem(field, format!("{kind} where a text is expected; left out"));
    }
}

/// What a number in the place of a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Numbers {
    /// What the text would have said, such as a year.
    Taken,
    /// A mistake.
    LeftOut,
}
