//! A place to run `deploy.sh` in: a small git repository, and a PATH that holds nothing but the system's tools and
//! stand-ins for `flyctl` and `cargo`. A stand-in writes down how it was called, and refuses what a test tells it to.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// What the script uses besides the stand-ins.
#[rustfmt::skip]
const TOOLS: [&str; 14] = [
    "bash", "cat", "cut", "date", "dirname", "git", "grep", "head", "mkdir", "mktemp", "rm", "sed", "sha256sum", "sort",
];

/// Writes down each call, and what the Dockerfile of a folder says that is given to `deploy`.
const STAND_IN: &str = r#"#!/usr/bin/env bash
echo "${0##*/} $*" >>"$CALLS"
if [[ $1 == deploy && $2 != . ]]; then echo "  $(<"$2/Dockerfile")" >>"$CALLS"; fi
if [[ -n $REFUSED && "$*" == *"$REFUSED"* ]]; then echo "refused by the stand-in" >&2; exit 1; fi
if [[ "$1 $2" == "machine list" ]]; then echo "$MACHINES"; fi
if [[ "$*" =~ dest=([^ ]*) ]]; then echo "a binary" >"${BASH_REMATCH[1]}/arke-mods-export-worker"; fi
"#;

pub(crate) const REGISTRY: &str = "registry.fly.io/arke-mods-export-worker";
const ON_APP: &str = "--app arke-mods-export-worker";
pub(crate) const LOGIN: &str = "flyctl auth whoami";
pub(crate) const LIST: &str = "flyctl machine list --app arke-mods-export-worker --json";
pub(crate) const TESTS: &str = "cargo test --locked";

pub(crate) struct Sandbox {
    folder: TempDir,
    pub(crate) commit: String,
    variables: BTreeMap<&'static str, String>,
}

pub(crate) struct Outcome {
    pub(crate) code: Option<i32>,
    pub(crate) output: String,
    pub(crate) calls: Vec<String>,
}

impl Sandbox {
    /// A sandbox where everything is as it should be.
    pub(crate) fn new() -> Self {
        let mut sandbox = Self {
            folder: tempfile::tempdir().expect("a temporary folder"),
            commit: String::new(),
            variables: BTreeMap::from([("REFUSED", String::new()), ("MACHINES", "[]".to_owned())]),
        };
        for folder in ["project", "bin", "tmp"] {
            fs::create_dir(sandbox.path(folder)).expect("an empty folder");
        }
        for tool in TOOLS {
            symlink(on_path(tool), sandbox.path("bin").join(tool)).expect("a link to a tool");
        }
        sandbox.stand_in("flyctl");
        sandbox.stand_in("cargo");
        for file in ["deploy.sh", "fly.toml", "Cargo.toml"] {
            fs::copy(source(file), sandbox.path("project").join(file))
                .expect("a file of the project");
        }
        sandbox.git(&["init", "--quiet"]);
        sandbox.git(&["add", "."]);
        sandbox.git(&["commit", "--quiet", "--message", "Begin"]);
        sandbox.commit = sandbox.git(&["rev-parse", "HEAD"]);
        sandbox
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn stand_in(&self, name: &str) {
        let file = self.path("bin").join(name);
        fs::write(&file, STAND_IN).expect("a script");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).expect("an own file");
    }

    pub(crate) fn without(self, tool: &str) -> Self {
        fs::remove_file(self.path("bin").join(tool)).expect("a tool that was there");
        self
    }

    /// Lets every call fail that holds these words.
    pub(crate) fn refusing(mut self, call: &str) -> Self {
        call.clone_into(self.variables.get_mut("REFUSED").expect("a variable"));
        self
    }

    /// Lets this label be published already.
    pub(crate) fn having(mut self, label: &str) -> Self {
        let machines =
            format!("[\n  {{\"config\": {{\"metadata\": {{\n    \"anchor\": \"{label}\"}}}}}}\n]");
        self.variables.insert("MACHINES", machines);
        self
    }

    pub(crate) fn dirty(self) -> Self {
        fs::write(self.path("project").join("new-file"), "").expect("a new file");
        self
    }

    pub(crate) fn label(&self) -> String {
        format!("{}-{}", env!("CARGO_PKG_VERSION"), &self.commit[..12])
    }

    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        let output = self
            .command("git")
            .args(arguments)
            .output()
            .expect("git runs");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "git {arguments:?}: {stderr}");
        let stdout = String::from_utf8(output.stdout).expect("UTF-8");
        stdout.trim_end().to_owned()
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.path("bin").join(program));
        command
            .current_dir(self.path("project"))
            .env_clear()
            .env("PATH", self.path("bin"))
            .env("TMPDIR", self.path("tmp"))
            .env("HOME", self.folder.path())
            .env("CALLS", self.path("calls"))
            .envs(["GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME"].map(|name| (name, "A. Person")))
            .envs(["GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"].map(|name| (name, "a@example.org")))
            .envs(["GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"].map(|name| (name, "1700000000 +0000")))
            .envs(&self.variables);
        command
    }

    pub(crate) fn deploy(&self, arguments: &[&str]) -> Outcome {
        let output = self
            .command("bash")
            .arg("deploy.sh")
            .args(arguments)
            .output()
            .expect("bash runs");
        let calls = fs::read_to_string(self.path("calls")).unwrap_or_default();
        let leavings = fs::read_dir(self.path("tmp")).expect("a folder").count();
        assert_eq!(leavings, 0, "temporary files are left");
        Outcome {
            code: output.status.code(),
            output: [output.stdout, output.stderr]
                .map(|bytes| String::from_utf8(bytes).expect("UTF-8"))
                .concat(),
            calls: calls.lines().map(|call| self.readable(call)).collect(),
        }
    }

    /// A call without what differs from run to run.
    fn readable(&self, call: &str) -> String {
        let words: Vec<&str> = call.split(' ').collect();
        let temporary = self.path("tmp");
        let project = self.path("project").join("");
        words
            .into_iter()
            .map(|word| match word {
                word if Path::new(word).starts_with(&temporary) => "FOLDER".to_owned(),
                word => word.replace(project.to_str().expect("UTF-8"), ""),
            })
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// The call that builds the binary into a folder.
    pub(crate) fn build_of_binary(&self, folder: &str) -> String {
        format!(
            "docker build --target binary --output type=local,dest={folder} --build-arg REVISION={} .",
            self.commit
        )
    }

    /// The calls of a run in which all goes well; the last line is a Dockerfile.
    pub(crate) fn publishing(&self) -> Vec<String> {
        let mut calls = [LOGIN, LIST, TESTS].map(str::to_owned).to_vec();
        calls.extend([self.build(), self.anchor()]);
        calls.extend(moved_to(&self.label()));
        calls
    }

    pub(crate) fn build(&self) -> String {
        let (label, commit, version) = (self.label(), &self.commit, env!("CARGO_PKG_VERSION"));
        format!(
            "flyctl deploy . {ON_APP} --config fly.toml --build-only --push --image-label {label} --build-arg \
             VERSION={version} --build-arg REVISION={commit} --build-arg SOURCE_DATE_EPOCH=1700000000"
        )
    }

    fn anchor(&self) -> String {
        let label = self.label();
        let name = label.replace('.', "-");
        format!(
            "flyctl machine create {REGISTRY}:{label} {ON_APP} --region ord --name anchor-{name} --metadata \
             anchor={label} --restart no --skip-dns-registration"
        )
    }
}

impl Outcome {
    #[track_caller]
    pub(crate) fn expect(&self, code: i32, calls: &[impl AsRef<str>]) -> &Self {
        let calls: Vec<&str> = calls.iter().map(AsRef::as_ref).collect();
        assert_eq!(self.calls, calls, "{}", self.output);
        assert_eq!(self.code, Some(code), "{}", self.output);
        self
    }

    #[track_caller]
    pub(crate) fn expect_no_call(&self, code: i32) -> &Self {
        self.expect(code, &[""; 0])
    }

    #[track_caller]
    pub(crate) fn expect_says(&self, words: &str) -> &Self {
        assert!(
            self.output.contains(words),
            "{words:?} not in {}",
            self.output
        );
        self
    }
}

/// The two lines that stand for moving production to a label.
pub(crate) fn moved_to(label: &str) -> [String; 2] {
    let deploy = format!(
        "flyctl deploy FOLDER {ON_APP} --config fly.toml --build-only --push --image-label production"
    );
    [deploy, format!("  FROM {REGISTRY}:{label}")]
}

pub(crate) fn source(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(file)
}

fn on_path(tool: &str) -> PathBuf {
    let path = env::var_os("PATH").expect("a PATH");
    env::split_paths(&path)
        .map(|folder| folder.join(tool))
        .find(|file| file.is_file())
        .unwrap_or_else(|| panic!("{tool} is not installed"))
}
