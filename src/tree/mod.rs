//! What is known of the tree so far, and the order its entities have in the file.

pub mod discovery;
pub mod visit;

pub use discovery::{Discovery, Found, NodeId, Settled};
pub use visit::{Outcome, Visit};
