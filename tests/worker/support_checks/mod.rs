//! Checks of the test support itself.

pub(crate) mod servers;
