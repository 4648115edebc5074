//! The world around the worker, in the test's own process, and the worker in it.
//!
//! - [`tree`]: the content of an archive
//! - [`archive`], [`bucket`], [`callback`]: the servers the worker talks to
//! - [`script`]: faults, and what the servers saw
//! - [`worker`]: the real binary as a child process
//! - [`world`]: the servers of one run together
//! - [`schema`]: the MODS schema as a judge
//!
//! A server has a port of its own, and lives as long as its value. Nothing here sleeps to wait for
//! something: a test waits for a request with `wait_for`, and holds an answer back with a
//! [`Gate`](script::Gate).

use std::env;
use std::path::{Path, PathBuf};

pub(crate) mod archive;
pub(crate) mod bucket;
pub(crate) mod callback;
pub(crate) mod schema;
pub(crate) mod script;
pub(crate) mod server;
pub(crate) mod tree;
pub(crate) mod worker;
pub(crate) mod world;

mod store;

pub(crate) use self::archive::Archive;
pub(crate) use self::bucket::Bucket;
pub(crate) use self::callback::CallbackSink;
pub(crate) use self::script::{Answer, Gate};
pub(crate) use self::tree::{Tree, pi};
pub(crate) use self::worker::Worker;
pub(crate) use self::world::World;

/// The folder that this variable names, or else this one beside the package.
///
/// Such folders are not part of the repository. Where there is none, a test says so and passes,
/// except on a build server (`CI` is set), where it must not pass unseen.
pub(crate) fn shared(variable: &str, default: &str) -> Option<PathBuf> {
    let folder = env::var_os(variable).map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join(default),
        PathBuf::from,
    );
    if folder.is_dir() {
        return Some(folder);
    }
    let message = format!(
        "{} is missing: set {variable} to a copy of it",
        folder.display()
    );
    assert!(env::var_os("CI").is_none(), "{message}");
    #[expect(
        clippy::print_stderr,
        reason = "a check that is passed over must be seen"
    )]
    {
        eprintln!("not checked: {message}");
    }
    None
}
