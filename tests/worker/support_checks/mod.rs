//! Checks of the test support itself: its servers, its trees and its schema.

mod busy;
mod content;
mod servers;
