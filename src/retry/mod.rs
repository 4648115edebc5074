//! When to ask again, how much at once and when to give up: decisions alone. Clock and chance are handed in.

pub mod concurrency;
pub mod fault;
pub mod silence;
pub mod throttled;
pub mod tries;

pub use concurrency::Concurrency;
pub use fault::{Class, Fault};
pub use silence::{Outage, Silence};
pub use throttled::Throttled;
pub use tries::{Schedule, Tries};
