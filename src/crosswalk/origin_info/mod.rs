//! `originInfo`: when the resource was made.

pub(super) mod date;
mod edtf;
mod figures;
mod months;
mod parts;
mod span;
mod w3cdtf;
mod wording;
mod words;

use crate::mods::{Date, OriginInfo};

/// Returns the `originInfo` of dates of creation, if there are any.
pub(super) fn origin_info(dates_created: Vec<Date<'_>>) -> Option<OriginInfo<'_>> {
    (!dates_created.is_empty()).then_some(OriginInfo { dates_created })
}
