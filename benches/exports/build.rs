//! Builds what is measured: the worker as it ships, and the bare client it is compared with.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

/// The target that the image is built for.
const MUSL: &str = "x86_64-unknown-linux-musl";
const GNU: &str = "x86_64-unknown-linux-gnu";
const WORKER: &str = "arke-mods-export-worker";
const BARE_GETS: &str = "bare-gets";

/// The programs that are measured.
pub(crate) struct Programs {
    /// The worker.
    pub(crate) worker: PathBuf,
    /// Gets bodies and does nothing with them.
    pub(crate) bare_gets: PathBuf,
    /// How they were built, for a person.
    pub(crate) kind: String,
}

/// Builds both, optimised and static: with musl where that target is installed, else with glibc.
pub(crate) fn as_shipped() -> Programs {
    let (target, flags) = if is_installed(MUSL) {
        (MUSL, "")
    } else {
        (GNU, "-C target-feature=+crt-static")
    };
    // One by one: what cargo builds together has all the features of the dependencies that any of it wants, and the
    // example wants those of the tests.
    let build = |what: &[&str]| {
        let mut command = cargo(what);
        command.args(["--release", "--target", target]);
        if !flags.is_empty() {
            command.env("RUSTFLAGS", flags);
        }
        Built::by(command)
    };
    Programs {
        worker: build(&["--bins"]).executable(WORKER),
        bare_gets: build(&["--example", BARE_GETS]).executable(BARE_GETS),
        kind: format!("release, {target}, static"),
    }
}

/// Programs that were built already, where `WORKER` and `BARE_GETS` name them: to compare one way to build with another.
pub(crate) fn given() -> Option<Programs> {
    let program = |variable| std::env::var_os(variable).map(PathBuf::from);
    let (worker, bare_gets) = (program("WORKER")?, program("BARE_GETS")?);
    let kind = worker.display().to_string();
    Some(Programs {
        worker,
        bare_gets,
        kind,
    })
}

/// The worker that was built already, where `WORKER` names it; enough for what needs no bare client.
pub(crate) fn given_worker() -> Option<Programs> {
    let worker = PathBuf::from(std::env::var_os("WORKER")?);
    Some(Programs {
        kind: worker.display().to_string(),
        worker,
        bare_gets: PathBuf::new(),
    })
}

/// The programs as the tests have them.
pub(crate) fn as_tested() -> Programs {
    let built = Built::by(cargo(&["--bins", "--example", BARE_GETS]));
    Programs {
        worker: built.executable(WORKER),
        bare_gets: built.executable(BARE_GETS),
        kind: "debug".to_owned(),
    }
}

fn is_installed(target: &str) -> bool {
    let libraries = Command::new("rustc")
        .args(["--print", "target-libdir", "--target", target])
        .output();
    libraries.is_ok_and(|output| {
        let folder = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        output.status.success() && Path::new(&folder).is_dir()
    })
}

fn cargo(what: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO"));
    command.args(["build", "--locked"]).args(what);
    command.args(["--message-format", "json-render-diagnostics"]);
    command.current_dir(env!("CARGO_MANIFEST_DIR"));
    // What the cargo around this run says of the package would build dependencies anew.
    std::env::vars_os()
        .filter(|(name, _)| {
            let name = name.to_string_lossy();
            name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")
        })
        .for_each(|(name, _)| {
            command.env_remove(name);
        });
    command
}

/// What cargo tells of a build.
struct Built(Vec<Value>);

impl Built {
    fn by(mut command: Command) -> Self {
        let output = command
            .stderr(Stdio::inherit())
            .output()
            .expect("cargo can be started");
        assert!(output.status.success(), "cargo: {}", output.status);
        let messages = String::from_utf8(output.stdout).expect("messages in UTF-8");
        let messages = messages
            .lines()
            .filter_map(|line| serde_json::from_str(line).ok());
        Self(messages.collect())
    }

    fn executable(&self, name: &str) -> PathBuf {
        self.0
            .iter()
            .filter(|message| message["target"]["name"] == name)
            .find_map(|message| message["executable"].as_str().map(PathBuf::from))
            .unwrap_or_else(|| panic!("cargo built no {name}"))
    }
}
