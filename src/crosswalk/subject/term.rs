//! Terms of subjects: places, dates and times, as texts and the graph give them.

use std::borrow::Cow;

use crate::arke::Term;
use crate::arke::cheimarros::GraphEntity;
use crate::crosswalk::name::{self, Heading};
use crate::crosswalk::origin_info::date;
use crate::crosswalk::value::{self, Kind};
use crate::mods::{DateEncoding, SubjectTerm, Text};

/// Returns a place by its name, or by its coordinates; a year that was taken for one is a time.
pub(super) fn place(text: &str) -> Option<SubjectTerm<'_>> {
    if value::is_unnamed(text, Kind::Place) || value::is_address(text) {
        return None;
    }
    if value::is_number(text) {
        return time(text);
    }
    let term = if value::is_coordinates(text) {
        SubjectTerm::Coordinates
    } else {
        SubjectTerm::Geographic
    };
    Text::line(words(text)).map(term)
}

/// Returns a date of the graph by its code, else by its label.
pub(super) fn date<'v>(entity: &'v GraphEntity<'v>) -> Option<SubjectTerm<'v>> {
    let label = entity.label.unwrap_or(entity.code);
    let encoded = date::from_code(entity.code).or_else(|| date::single(label));
    let verbatim = || Text::line(label).filter(|_| !value::is_nothing(label, Kind::Date));
    match encoded {
        Some(date) => Some(SubjectTerm::Temporal(
            Text::made(date),
            Some(DateEncoding::W3cdtf),
        )),
        None => Some(SubjectTerm::Temporal(verbatim()?, None)),
    }
}

/// Reads a heading that is a date, a span of years or a century.
pub(super) fn time(text: &str) -> Option<SubjectTerm<'_>> {
    if !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let encoding = date::w3cdtf(text).map(|_| DateEncoding::W3cdtf);
    let is_read = || {
        let dates = date::read(Term::of(text)).dates;
        dates.iter().any(|date| date.encoding.is_some())
    };
    let is_time = encoding.is_some() || is_read();
    Some(SubjectTerm::Temporal(
        Text::line(text).filter(|_| is_time)?,
        encoding,
    ))
}

/// Returns a heading of the graph, whose code stands for it where it has no other, in words.
pub(super) fn words(text: &str) -> Cow<'_, str> {
    if name::is_code(text) {
        Heading::read(text).name
    } else {
        text.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_a_span_and_a_century_are_times() {
        for text in [
            "1885",
            "1914-1918",
            "1861–1865",
            "19th century",
            "21st century",
        ] {
            assert!(
                matches!(time(text), Some(SubjectTerm::Temporal(..))),
                "{text}"
            );
        }
        for text in [
            "Nineteen Eighty-Four",
            "1885 letters",
            "century",
            "the 19th century novel",
            "18850",
        ] {
            assert_eq!(time(text), None, "{text}");
        }
    }
}
