//! The worker from outside: the real binary, real files, real sockets.
//!
//! - [`config`]: what is taken from the environment and the command line, and what is refused
//! - [`folder`]: exports from files to files
//! - [`arke_1885`]: the real letters of 1885 as a cataloguer reads them
//! - [`over_http`]: exports from an archive over HTTP into a bucket
//! - [`determinism`]: the same bytes whatever the timing, and whatever fails for a while
//! - [`prefetch`]: what is asked for ahead, and the bounds on it
//! - [`discovery`]: which children are followed, and how deep
//! - [`tombstones`]: what becomes of entities that are merged or deleted
//! - [`report`]: what a librarian is told besides
//! - [`faults`]: one test for each fault that can happen
//! - [`random_worlds`]: many faults at the same time
//! - [`upload`]: the bucket
//! - [`callback`]: the callback
//! - [`shutdown`]: signals and the deadline
//! - [`r2_simulator`]: the bucket as Cloudflare has it
//! - [`support_checks`]: the servers around it, with clients that are not the worker

mod arke_1885;
mod callback;
mod config;
mod determinism;
mod discovery;
mod faults;
mod folder;
mod over_http;
mod prefetch;
mod r2_simulator;
mod random_worlds;
mod report;
mod shutdown;
mod support;
mod support_checks;
mod tombstones;
mod upload;
