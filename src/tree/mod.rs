//! The tree as a line: which entities there are, in which order, and how far each has come.

pub mod budgets;
pub mod discovery;
pub mod exchange;
mod host_titles;
mod shelf;
mod stage;
pub mod visit;
pub mod window;

pub use budgets::Budgets;
pub use discovery::{Discovery, Found, NodeId, Settled};
pub use exchange::{Arrival, Request};
pub use visit::{Failure, Outcome, Visit};
pub use window::Window;
