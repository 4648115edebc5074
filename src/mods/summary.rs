//! Summary of a record: what a table says of it, each text one line, with strokes between the items of a list.

use crate::sanitize::{cell, list_cell};

use super::{AccessCondition, Date, DatePoint, Language, Name, Record};

/// What a table says of a record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// The title.
    pub title: Box<str>,
    /// The creators.
    pub creators: Box<str>,
    /// The dates of creation, ranges with a slash.
    pub dates: Box<str>,
    /// The types of the resource.
    pub kinds: Box<str>,
    /// The codes of the languages.
    pub languages: Box<str>,
    /// The rights: the addresses of standard statements, or words.
    pub rights: Box<str>,
}

impl Summary {
    /// Takes what is said of a record.
    pub(crate) fn of(record: &Record<'_>) -> Self {
        let title = &record.title_info;
        let title = match &title.sub_title {
            Some(sub_title) => format!("{} : {}", title.title.as_str(), sub_title.as_str()),
            None => title.title.as_str().to_owned(),
        };
        let dates = record.origin_info.as_ref();
        let dates = dates.map_or(&[][..], |origin| &origin.dates_created);
        Self {
            title: cell(&title).into(),
            creators: list(record.names.iter().filter_map(creator)),
            dates: list(ranges(dates)),
            kinds: list(record.types_of_resource.iter().map(|kind| kind.term)),
            languages: list(record.languages.iter().filter_map(language)),
            rights: list(record.access_conditions.iter().map(right)),
        }
    }

    /// Returns how many bytes its texts take.
    pub(crate) fn weight(&self) -> usize {
        #[rustfmt::skip]
        let texts = [
            &self.title, &self.creators, &self.dates, &self.kinds, &self.languages, &self.rights,
        ];
        texts.into_iter().map(|text| text.len()).sum()
    }
}

fn list<I: AsRef<str>>(items: impl IntoIterator<Item = I>) -> Box<str> {
    list_cell(items, |_| "…".to_owned()).into()
}

fn creator<'r>(name: &'r Name<'_>) -> Option<&'r str> {
    let is_creator = name.roles.iter().any(|role| role.term == "creator");
    is_creator.then(|| name.name_part.as_str())
}

/// Returns the dates, the two ends of a range as one.
fn ranges(dates: &[Date<'_>]) -> Vec<String> {
    let mut ranges: Vec<String> = Vec::new();
    for date in dates {
        match ranges.last_mut() {
            Some(start) if date.point == Some(DatePoint::End) => {
                start.push('/');
                start.push_str(date.text.as_str());
            }
            _ => ranges.push(date.text.as_str().to_owned()),
        }
    }
    ranges
}

fn language<'r>(language: &'r Language<'_>) -> Option<&'r str> {
    let mut terms = language.terms.iter();
    let code = terms.find(|term| term.is_code);
    code.or(language.terms.first())
        .map(|term| term.term.as_str())
}

fn right<'r>(condition: &'r AccessCondition<'_>) -> &'r str {
    condition.uri.as_deref().unwrap_or(condition.text.as_str())
}
