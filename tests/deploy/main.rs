//! `deploy.sh` at a desk of its own: a small git repository, and a PATH where only stand-ins can be found beside
//! the system's tools. A stand-in writes down how it was called, and refuses what a test tells it to.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// What the script uses besides the stand-ins.
const TOOLS: [&str; 12] = [
    "bash", "cat", "cut", "date", "dirname", "git", "grep", "head", "mktemp", "rm", "sed", "sort",
];

/// Writes down each call, and what the Dockerfile of a folder says that is given to `deploy`.
const STAND_IN: &str = r#"#!/usr/bin/env bash
echo "${0##*/} $*" >>"$CALLS"
if [[ $1 == deploy && $2 != . ]]; then echo "  $(<"$2/Dockerfile")" >>"$CALLS"; fi
if [[ -n $REFUSED && "$*" == *"$REFUSED"* ]]; then echo "refused by the stand-in" >&2; exit 1; fi
if [[ "$1 $2" == "machine list" ]]; then echo "$MACHINES"; fi
"#;

const REGISTRY: &str = "registry.fly.io/arke-mods-export-worker";
const ON_APP: &str = "--app arke-mods-export-worker";
const LOGIN: &str = "flyctl auth whoami";
const LIST: &str = "flyctl machine list --app arke-mods-export-worker --json";
const TESTS: &str = "cargo test --locked";

struct Desk {
    folder: TempDir,
    commit: String,
    variables: BTreeMap<&'static str, String>,
}

struct Outcome {
    code: Option<i32>,
    output: String,
    calls: Vec<String>,
}

impl Desk {
    /// A desk where everything is as it should be.
    fn new() -> Self {
        let mut desk = Self {
            folder: tempfile::tempdir().expect("a temporary folder"),
            commit: String::new(),
            variables: BTreeMap::from([("REFUSED", String::new()), ("MACHINES", "[]".to_owned())]),
        };
        for folder in ["project", "bin", "tmp"] {
            fs::create_dir(desk.path(folder)).expect("an empty folder");
        }
        for tool in TOOLS {
            symlink(on_path(tool), desk.path("bin").join(tool)).expect("a link to a tool");
        }
        desk.stand_in("flyctl");
        desk.stand_in("cargo");
        for file in ["deploy.sh", "fly.toml", "Cargo.toml"] {
            fs::copy(source(file), desk.path("project").join(file)).expect("a file of the project");
        }
        desk.git(&["init", "--quiet"]);
        desk.git(&["add", "."]);
        desk.git(&["commit", "--quiet", "--message", "Begin"]);
        desk.commit = desk.git(&["rev-parse", "HEAD"]);
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn stand_in(&self, name: &str) {
        let file = self.path("bin").join(name);
        fs::write(&file, STAND_IN).expect("a script");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).expect("an own file");
    }

    fn without(self, tool: &str) -> Self {
        fs::remove_file(self.path("bin").join(tool)).expect("a tool that was there");
        self
    }

    /// Lets every call fail that holds these words.
    fn refusing(mut self, call: &str) -> Self {
        call.clone_into(self.variables.get_mut("REFUSED").expect("a variable"));
        self
    }

    /// Lets this label be published already.
    fn having(mut self, label: &str) -> Self {
        let machines =
            format!("[\n  {{\"config\": {{\"metadata\": {{\n    \"anchor\": \"{label}\"}}}}}}\n]");
        self.variables.insert("MACHINES", machines);
        self
    }

    fn dirty(self) -> Self {
        fs::write(self.path("project").join("new-file"), "").expect("a new file");
        self
    }

    fn label(&self) -> String {
        format!("{}-{}", env!("CARGO_PKG_VERSION"), &self.commit[..12])
    }

    fn git(&self, arguments: &[&str]) -> String {
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

    fn deploy(&self, arguments: &[&str]) -> Outcome {
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

    /// The calls of a run in which all goes well; the last line is a Dockerfile.
    fn publishing(&self) -> Vec<String> {
        let mut calls = [LOGIN, LIST, TESTS].map(str::to_owned).to_vec();
        calls.extend([self.build(), self.anchor()]);
        calls.extend(moved_to(&self.label()));
        calls
    }

    fn build(&self) -> String {
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
    fn expect(&self, code: i32, calls: &[impl AsRef<str>]) -> &Self {
        let calls: Vec<&str> = calls.iter().map(AsRef::as_ref).collect();
        assert_eq!(self.calls, calls, "{}", self.output);
        assert_eq!(self.code, Some(code), "{}", self.output);
        self
    }

    #[track_caller]
    fn expect_no_call(&self, code: i32) -> &Self {
        self.expect(code, &[""; 0])
    }

    #[track_caller]
    fn expect_says(&self, words: &str) -> &Self {
        assert!(
            self.output.contains(words),
            "{words:?} not in {}",
            self.output
        );
        self
    }
}

/// The two lines that stand for moving production to a label.
fn moved_to(label: &str) -> [String; 2] {
    let deploy = format!(
        "flyctl deploy FOLDER {ON_APP} --config fly.toml --build-only --push --image-label production"
    );
    [deploy, format!("  FROM {REGISTRY}:{label}")]
}

fn source(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(file)
}

fn on_path(tool: &str) -> PathBuf {
    let path = env::var_os("PATH").expect("a PATH");
    env::split_paths(&path)
        .map(|folder| folder.join(tool))
        .find(|file| file.is_file())
        .unwrap_or_else(|| panic!("{tool} is not installed"))
}

#[test]
fn publishes_a_label_that_never_moves_and_moves_production_to_it() {
    let desk = Desk::new();
    desk.deploy(&[])
        .expect(0, &desk.publishing())
        .expect_says(&format!("{REGISTRY}:production is {}\n", desk.label()));
}

#[test]
fn shows_the_machine_that_the_readme_shows() {
    let outcome = Desk::new().deploy(&[]);
    let (_, shown) = outcome
        .output
        .split_once("Deploy):\n\n")
        .expect("a machine");
    let end = shown.find("\n    }\n").expect("the end of the machine");
    let machine = &shown[..end];
    let readme = fs::read_to_string(source("README.md")).expect("a README");
    assert!(readme.contains(machine), "not in README.md:\n{machine}");
    let machine: serde_json::Value =
        serde_json::from_str(&format!("{machine}}}")).expect("a JSON object");
    assert_eq!(
        machine["config"]["image"],
        format!("{REGISTRY}:production").as_str()
    );
}

#[test]
fn a_commit_that_is_published_is_not_built_again() {
    let desk = Desk::new();
    let label = desk.label();
    let desk = desk.having(&label);
    let calls = [&[LOGIN, LIST].map(str::to_owned)[..], &moved_to(&label)].concat();
    desk.deploy(&[]).expect(0, &calls);
}

#[test]
fn another_label_does_not_count_as_this_one() {
    let desk = Desk::new();
    let longer = format!("{}0", desk.label());
    let outcome = desk.having(&longer).deploy(&[]);
    assert!(outcome.calls.contains(&TESTS.to_owned()));
}

#[test]
fn the_image_names_its_origin_without_a_password() {
    for (remote, named) in [
        (
            "https://user:secret@example.org/a/b.git",
            "https://example.org/a/b",
        ),
        ("git@example.org:a/b.git", "https://example.org/a/b"),
    ] {
        let desk = Desk::new();
        desk.git(&["remote", "add", "origin", remote]);
        let outcome = desk.deploy(&[]);
        assert_eq!(
            outcome.calls[3],
            format!("{} --build-arg SOURCE={named}", desk.build())
        );
        assert!(!outcome.output.contains("secret"));
    }
}

#[test]
fn an_origin_that_is_no_web_address_is_not_named() {
    let desk = Desk::new();
    desk.git(&["remote", "add", "origin", "/somewhere/else"]);
    assert_eq!(desk.deploy(&[]).calls[3], desk.build());
}

#[test]
fn fly_by_its_short_name_serves_too() {
    let desk = Desk::new().without("flyctl");
    desk.stand_in("fly");
    let outcome = desk.deploy(&[]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.output);
    assert_eq!(outcome.calls[0], "fly auth whoami");
}

#[test]
fn names_the_tool_that_is_missing() {
    Desk::new()
        .without("flyctl")
        .deploy(&[])
        .expect_no_call(1)
        .expect_says("flyctl is not installed");
    Desk::new()
        .without("cargo")
        .deploy(&[])
        .expect(1, &[LOGIN, LIST])
        .expect_says("cargo is not installed");
    Desk::new()
        .without("git")
        .deploy(&[])
        .expect_no_call(1)
        .expect_says("git is not installed");
}

#[test]
fn does_nothing_without_a_login() {
    Desk::new()
        .refusing("auth whoami")
        .deploy(&[])
        .expect(1, &[LOGIN])
        .expect_says("not logged in to Fly: run 'flyctl auth login'");
}

#[test]
fn does_nothing_without_the_app() {
    Desk::new()
        .refusing("machine list")
        .deploy(&[])
        .expect(1, &[LOGIN, LIST])
        .expect_says("create it with 'flyctl apps create arke-mods-export-worker'");
}

#[test]
fn refuses_a_tree_with_changes() {
    Desk::new()
        .dirty()
        .deploy(&[])
        .expect_no_call(1)
        .expect_says("new-file")
        .expect_says("commit them, or pass --allow-dirty");
}

#[test]
fn a_tree_with_changes_has_a_label_of_its_own() {
    let desk = Desk::new().dirty();
    let outcome = desk.deploy(&["--allow-dirty"]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.output);
    let label = format!("--image-label {}-dirty-2", desk.label());
    assert!(outcome.calls[3].contains(&label), "{}", outcome.calls[3]);
    let revision = format!("REVISION={}-dirty ", desk.commit);
    assert!(outcome.calls[3].contains(&revision), "{}", outcome.calls[3]);
}

#[test]
fn refuses_a_folder_without_a_commit() {
    let desk = Desk::new();
    fs::remove_dir_all(desk.path("project").join(".git")).expect("a repository");
    desk.deploy(&[])
        .expect_no_call(1)
        .expect_says("no git commit here");
}

#[test]
fn publishes_nothing_when_the_tests_fail() {
    Desk::new()
        .refusing("test --locked")
        .deploy(&[])
        .expect(1, &[LOGIN, LIST, TESTS])
        .expect_says("the tests do not pass: nothing was published");
}

#[test]
fn the_tests_can_be_skipped() {
    let desk = Desk::new().without("cargo");
    let outcome = desk.deploy(&["--skip-tests"]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.output);
    assert_eq!(outcome.calls[2], desk.build());
}

#[test]
fn leaves_production_alone_when_the_build_fails() {
    let desk = Desk::new().refusing("deploy . ");
    desk.deploy(&[])
        .expect(1, &desk.publishing()[..4])
        .expect_says("refused by the stand-in")
        .expect_says("nothing was published, production is what it was");
}

#[test]
fn leaves_production_alone_when_the_label_cannot_be_kept() {
    let desk = Desk::new().refusing("machine create");
    desk.deploy(&[])
        .expect(1, &desk.publishing()[..5])
        .expect_says("is pushed but not anchored, production is what it was: run this again");
}

#[test]
fn tells_how_to_go_on_when_production_cannot_be_pushed() {
    let desk = Desk::new().refusing("--image-label production");
    desk.deploy(&[])
        .expect(1, &desk.publishing())
        .expect_says(&format!(
            "production is what it was: run './deploy.sh --rollback {}'",
            desk.label()
        ));
}

#[test]
fn rolls_production_back_without_building_or_testing() {
    let [deploy, from] = moved_to("0.0.9-0123456789ab");
    Desk::new()
        .dirty()
        .without("cargo")
        .deploy(&["--rollback", "0.0.9-0123456789ab"])
        .expect(0, &[LOGIN, &deploy, &from])
        .expect_says("production is 0.0.9-0123456789ab\n");
}

#[test]
fn a_rollback_to_an_unknown_label_points_to_the_list() {
    let [deploy, from] = moved_to("0.0.8-0123456789ab");
    Desk::new()
        .refusing("--image-label production")
        .deploy(&["--rollback", "0.0.8-0123456789ab"])
        .expect(1, &[LOGIN, &deploy, &from])
        .expect_says("--labels tells what there is");
}

#[test]
fn refuses_what_is_no_label_to_roll_back_to() {
    for label in ["production", "", "a b", "a/b:c", "-x", "$(reboot)"] {
        Desk::new()
            .deploy(&["--rollback", label])
            .expect_no_call(2)
            .expect_says("--help");
    }
    Desk::new()
        .deploy(&["--rollback"])
        .expect_no_call(2)
        .expect_says("--rollback needs a label");
}

#[test]
fn lists_what_was_published() {
    let outcome = Desk::new()
        .having("0.0.9-0123456789ab")
        .deploy(&["--labels"]);
    outcome
        .expect(0, &[LOGIN, LIST])
        .expect_says("0.0.9-0123456789ab\n");
    Desk::new()
        .deploy(&["--labels"])
        .expect(1, &[LOGIN, LIST])
        .expect_says("nothing was published yet");
}

#[test]
fn a_dry_run_prints_each_command_and_runs_none() {
    let desk = Desk::new();
    let outcome = desk.deploy(&["--dry-run"]);
    outcome.expect_no_call(0);
    let [_, from] = moved_to(&desk.label());
    for call in &desk.publishing()[..5] {
        outcome.expect_says(&format!("+ {call}\n"));
    }
    outcome
        .expect_says(&format!("+ echo {} > ", from.trim()))
        .expect_says("--build-only --push --image-label production\n")
        .expect_says("(dry run: not really)");
}

#[test]
fn a_dry_run_of_a_rollback_runs_nothing_either() {
    Desk::new()
        .deploy(&["--rollback", "0.0.9-0123456789ab", "--dry-run"])
        .expect_no_call(0)
        .expect_says("--build-only --push --image-label production\n");
}

#[test]
fn a_dry_run_finds_what_is_missing() {
    Desk::new().dirty().deploy(&["--dry-run"]).expect_no_call(1);
    Desk::new()
        .without("flyctl")
        .deploy(&["--dry-run"])
        .expect_no_call(1);
}

#[test]
fn explains_itself() {
    Desk::new()
        .without("flyctl")
        .deploy(&["--help"])
        .expect_no_call(0)
        .expect_says("--rollback LABEL");
    Desk::new()
        .deploy(&["--producton"])
        .expect_no_call(2)
        .expect_says("unknown argument '--producton'");
}
