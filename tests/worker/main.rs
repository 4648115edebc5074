//! End-to-end tests of the worker: the real binary against servers and folders on this machine.
//!
//! - [`config`]: environment variables, flags and options, and how bad ones are reported
//! - [`addresses`]: addresses, keys and proxies
//! - [`folder`]: exports from a folder to a folder, without a network
//! - [`arke_1885`]: the records of a real tree, the letters of 1885
//! - [`memory`]: inputs that are larger in memory than in bytes, by the peak of the process
//! - [`over_http`]: exports from an archive over HTTP into a bucket
//! - [`determinism`]: the same bytes whatever the timing and whatever fails for a while
//! - [`keep`]: answers that are kept, and runs that go on by them
//! - [`prefetch`]: requests ahead of their turn, and the bounds on them
//! - [`discovery`]: which children are followed, and how deep
//! - [`tombstones`]: merged and deleted entities
//! - [`inventory`]: the rows of `records.csv`, and where each record is in the file
//! - [`comparison`]: exports held against earlier ones
//! - [`report`]: the rows and counts of `report.json`
//! - [`page`]: what `report.html` shows, and that nothing in it runs
//! - [`faults`]: one test for each fault that can happen
//! - [`busy`]: limits, outages and bad items, for one worker and for fleets
//! - [`random_worlds`]: random trees and many faults at the same time
//! - [`upload`]: what goes into the bucket, and how a delivery is confirmed
//! - [`callback`]: retries and signature of the callback
//! - [`cases`]: reports of those who do this job elsewhere, each with what is right
//! - [`screens`]: what a person at a terminal sees
//! - [`log_lines`]: the log as text and as JSON
//! - [`shutdown`]: signals and the deadline
//! - [`killed`]: the job killed, and its supervisor
//! - [`r2_simulator`]: the upload against Cloudflare's simulator of R2
//! - [`support`]: the servers, trees and readers that all of them use
//! - [`support_checks`]: the servers and trees of the tests themselves

mod addresses;
mod arke_1885;
mod busy;
mod callback;
mod cases;
mod comparison;
mod config;
mod determinism;
mod discovery;
mod faults;
mod folder;
mod inventory;
mod keep;
mod killed;
mod log_lines;
mod memory;
mod over_http;
mod page;
mod prefetch;
mod r2_simulator;
mod random_worlds;
mod report;
mod screens;
mod shutdown;
mod support;
mod support_checks;
mod tombstones;
mod upload;
