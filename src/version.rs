//! Version of the worker.

use std::sync::LazyLock;

/// The commit that was built, as the build of the image tells it.
const COMMIT: Option<&str> = option_env!("WORKER_COMMIT");

/// Returns the version, and behind it the beginning of the commit, where that is known.
pub(crate) fn text() -> &'static str {
    static TEXT: LazyLock<String> = LazyLock::new(|| with_commit(COMMIT));
    &TEXT
}

fn with_commit(commit: Option<&str>) -> String {
    let version = env!("CARGO_PKG_VERSION");
    match commit.map(|commit| commit.get(..12).unwrap_or(commit)) {
        None | Some("") => version.to_owned(),
        Some(commit) => format!("{version} ({commit})"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_commit_stands_behind_the_version() {
        let version = env!("CARGO_PKG_VERSION");
        let commit = "fbcc899cb7ea5d57b1d4a3f9c84f2b8f7a1b0e6d";
        assert_eq!(with_commit(None), version);
        assert_eq!(with_commit(Some("")), version);
        assert_eq!(
            with_commit(Some(commit)),
            format!("{version} (fbcc899cb7ea)")
        );
        assert_eq!(with_commit(Some("short")), format!("{version} (short)"));
    }
}
