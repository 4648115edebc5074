//! `originInfo`: who published the resource, and when it was made.

pub(super) mod date;
mod edtf;
mod figures;
mod months;
mod parts;
mod span;
pub(super) mod w3cdtf;
mod wording;
mod words;

use super::value::{Kind, is_unnamed};
use crate::arke::Term;
use crate::mods::{Date, OriginInfo, Text};

/// Returns the `originInfo` of publishers and dates of creation, if there are any.
pub(super) fn origin_info<'v>(
    publishers: &[Term<'v>],
    dates_created: Vec<Date<'v>>,
) -> Option<OriginInfo<'v>> {
    let publishers = publishers
        .iter()
        .filter(|publisher| !is_unnamed(publisher.text, Kind::Name));
    let publishers: Vec<_> = publishers
        .filter_map(|publisher| Text::line(publisher.text))
        .collect();
    (!publishers.is_empty() || !dates_created.is_empty()).then_some(OriginInfo {
        publishers,
        dates_created,
    })
}
