//! Checks of the test support itself.

mod content;
mod servers;
