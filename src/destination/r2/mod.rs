//! R2, or another S3-compatible server, as the place where the file goes.

pub(crate) mod error;
pub mod multipart;
pub mod object;
pub mod payload;
pub(crate) mod retry;
pub mod transport;
