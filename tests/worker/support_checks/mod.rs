//! Checks of the test support itself: its servers, its trees and its schema.

mod content;
mod servers;
