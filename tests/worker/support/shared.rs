//! Folders that tests read and that are not part of the repository.

use std::env;
use std::path::{Path, PathBuf};

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
