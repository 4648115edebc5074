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

use super::value;
use crate::arke::Term;
use crate::mods::{Date, OriginInfo};

/// Returns the `originInfo` of publishers and dates of creation, if there are any.
pub(super) fn origin_info<'v>(
    publishers: &[Term<'v>],
    dates_created: Vec<Date<'v>>,
) -> Option<OriginInfo<'v>> {
    let publishers = value::named(publishers);
    (!publishers.is_empty() || !dates_created.is_empty()).then_some(OriginInfo {
        publishers,
        dates_created,
    })
}
