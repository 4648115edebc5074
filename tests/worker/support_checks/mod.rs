//! Checks of the test support itself.

mod servers;
