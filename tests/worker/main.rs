//! The worker from outside: the real binary, real files, real sockets.
//!
//! - [`settings`]: what is taken from the environment and the command line, and what is refused
//! - [`folder`]: exports from files to files
//! - [`sockets`]: exports from an archive over HTTP into a bucket
//! - [`order`]: the same bytes whatever the timing
//! - [`endings`]: what becomes of entities that are not there, merged or deleted
//! - [`uploads`]: the bucket
//! - [`answers`]: the callback
//! - [`stops`]: signals and the deadline

mod answers;
mod document;
mod endings;
mod folder;
mod order;
mod settings;
mod sockets;
mod stops;
mod support;
mod uploads;
