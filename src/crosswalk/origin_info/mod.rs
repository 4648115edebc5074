//! `originInfo`: when the resource was made.

pub(super) mod date;
mod edtf;
mod span;
mod w3cdtf;
mod wording;
