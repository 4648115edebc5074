//! The worker from outside: the real binary, real files, real sockets.
//!
//! - [`settings`]: what is taken from the environment and the command line, and what is refused
//! - [`folder`]: exports from files to files
//! - [`letters`]: the real letters of 1885 as a cataloguer reads them
//! - [`sockets`]: exports from an archive over HTTP into a bucket
//! - [`order`]: the same bytes whatever the timing
//! - [`window`]: what is asked for ahead, and the bounds on it
//! - [`endings`]: what becomes of entities that are not there, merged or deleted
//! - [`reports`]: what a librarian is told besides
//! - [`faults`]: one test for each fault that can happen
//! - [`disturbed`], [`randomised`]: many faults at the same time
//! - [`uploads`]: the bucket
//! - [`answers`]: the callback
//! - [`stops`]: signals and the deadline
//! - [`simulator`]: the bucket as Cloudflare has it
//! - [`servers`]: the servers around it, with clients that are not the worker

mod answers;
mod disturbed;
mod document;
mod endings;
mod faults;
mod folder;
mod letters;
mod order;
mod randomised;
mod reports;
mod servers;
mod settings;
mod simulator;
mod sockets;
mod stops;
mod support;
mod uploads;
mod window;
