//! x
pub mod mods;
