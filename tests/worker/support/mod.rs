//! Support of the tests: the servers around the worker, in the test's own process, and the worker as a child of it.
//!
//! - [`tree`], [`small_trees`]: the content of an archive
//! - [`archive`], [`bucket`], [`callback`]: the servers the worker talks to
//! - [`busy`]: an archive with limits, and fleets of workers that share it
//! - [`script`]: faults, and what the servers saw
//! - [`worker`]: the real binary as a child process
//! - [`world`]: the servers of one run together
//! - [`outcome`]: one export, and all that came of it
//! - [`document`], [`report`], [`inventory`]: what a test reads out of the file, of `report.json` and of `records.csv`
//! - [`schema`], [`dates`]: the MODS schema as a judge, and parsers that judge what its dates claim
//! - [`client`], [`proxy`], [`goaway`]: an HTTP client that is not the worker's, a proxy between, and a door of HTTP/2
//!
//! A server has a port of its own, and lives as long as its value. Nothing here sleeps to wait for
//! something: a test waits for a request with `wait_for`, and holds a response back with a
//! [`Gate`](script::Gate).

pub(crate) mod archive;
pub(crate) mod bucket;
pub(crate) mod busy;
pub(crate) mod callback;
pub(crate) mod client;
pub(crate) mod dates;
pub(crate) mod document;
pub(crate) mod goaway;
pub(crate) mod inventory;
pub(crate) mod outcome;
pub(crate) mod proxy;
pub(crate) mod random;
pub(crate) mod report;
pub(crate) mod schema;
pub(crate) mod screen;
pub(crate) mod script;
pub(crate) mod server;
pub(crate) mod small_trees;
pub(crate) mod tree;
pub(crate) mod worker;
pub(crate) mod world;

mod shared;

pub(crate) use self::archive::Archive;
pub(crate) use self::bucket::Bucket;
pub(crate) use self::callback::CallbackSink;
pub(crate) use self::script::{Answer, Gate};
pub(crate) use self::shared::shared;
pub(crate) use self::tree::{Tree, pi};
pub(crate) use self::worker::Worker;
pub(crate) use self::world::World;
