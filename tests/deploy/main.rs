//! `deploy.sh`: what it publishes, what it refuses, and what it says when something fails.

mod sandbox;

use std::fs;

use sandbox::{LIST, LOGIN, REGISTRY, Sandbox, TESTS, moved_to, source};

#[test]
fn publishes_a_label_that_never_moves_and_moves_production_to_it() {
    let sandbox = Sandbox::new();
    sandbox
        .deploy(&[])
        .expect(0, &sandbox.publishing())
        .expect_says(&format!("{REGISTRY}:production is {}\n", sandbox.label()));
}

#[test]
fn shows_the_machine_that_the_documentation_shows() {
    let outcome = Sandbox::new().deploy(&[]);
    let (_, shown) = outcome
        .output
        .split_once("Start a job):\n\n")
        .expect("a machine");
    let end = shown.find("\n    }\n").expect("the end of the machine");
    let machine = &shown[..end];
    let documentation = fs::read_to_string(source("docs/OPERATIONS.md")).expect("a document");
    assert!(
        documentation.contains(machine),
        "not in docs/OPERATIONS.md:\n{machine}"
    );
    let machine: serde_json::Value =
        serde_json::from_str(&format!("{machine}}}")).expect("a JSON object");
    assert_eq!(
        machine["config"]["image"],
        format!("{REGISTRY}:production").as_str()
    );
}

#[test]
fn a_commit_that_is_published_is_not_built_again() {
    let sandbox = Sandbox::new();
    let label = sandbox.label();
    let sandbox = sandbox.having(&label);
    let calls = [&[LOGIN, LIST].map(str::to_owned)[..], &moved_to(&label)].concat();
    sandbox.deploy(&[]).expect(0, &calls);
}

#[test]
fn another_label_does_not_count_as_this_one() {
    let sandbox = Sandbox::new();
    let longer = format!("{}0", sandbox.label());
    let outcome = sandbox.having(&longer).deploy(&[]);
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
        let sandbox = Sandbox::new();
        sandbox.git(&["remote", "add", "origin", remote]);
        let outcome = sandbox.deploy(&[]);
        assert_eq!(
            outcome.calls[3],
            format!("{} --build-arg SOURCE={named}", sandbox.build())
        );
        assert!(!outcome.output.contains("secret"));
    }
}

#[test]
fn an_origin_that_is_no_web_address_is_not_named() {
    let sandbox = Sandbox::new();
    sandbox.git(&["remote", "add", "origin", "/somewhere/else"]);
    assert_eq!(sandbox.deploy(&[]).calls[3], sandbox.build());
}

#[test]
fn fly_is_used_where_flyctl_is_not_installed() {
    let sandbox = Sandbox::new().without("flyctl");
    sandbox.stand_in("fly");
    let outcome = sandbox.deploy(&[]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.output);
    assert_eq!(outcome.calls[0], "fly auth whoami");
}

#[test]
fn names_the_tool_that_is_missing() {
    Sandbox::new()
        .without("flyctl")
        .deploy(&[])
        .expect_no_call(1)
        .expect_says("flyctl is not installed");
    Sandbox::new()
        .without("cargo")
        .deploy(&[])
        .expect(1, &[LOGIN, LIST])
        .expect_says("cargo is not installed");
    Sandbox::new()
        .without("git")
        .deploy(&[])
        .expect_no_call(1)
        .expect_says("git is not installed");
}

#[test]
fn does_nothing_without_a_login() {
    Sandbox::new()
        .refusing("auth whoami")
        .deploy(&[])
        .expect(1, &[LOGIN])
        .expect_says("not logged in to Fly: run 'flyctl auth login'");
}

#[test]
fn does_nothing_without_the_app() {
    Sandbox::new()
        .refusing("machine list")
        .deploy(&[])
        .expect(1, &[LOGIN, LIST])
        .expect_says("create it with 'flyctl apps create arke-mods-export-worker'");
}

#[test]
fn refuses_a_tree_with_changes() {
    Sandbox::new()
        .dirty()
        .deploy(&[])
        .expect_no_call(1)
        .expect_says("new-file")
        .expect_says("commit them, or pass --allow-dirty");
}

#[test]
fn a_tree_with_changes_has_a_label_of_its_own() {
    let sandbox = Sandbox::new().dirty();
    let outcome = sandbox.deploy(&["--allow-dirty"]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.output);
    let label = format!("--image-label {}-dirty-2", sandbox.label());
    assert!(outcome.calls[3].contains(&label), "{}", outcome.calls[3]);
    let revision = format!("REVISION={}-dirty ", sandbox.commit);
    assert!(outcome.calls[3].contains(&revision), "{}", outcome.calls[3]);
}

#[test]
fn refuses_a_folder_without_a_commit() {
    let sandbox = Sandbox::new();
    fs::remove_dir_all(sandbox.path("project").join(".git")).expect("a repository");
    sandbox
        .deploy(&[])
        .expect_no_call(1)
        .expect_says("no git commit here");
}

#[test]
fn publishes_nothing_when_the_tests_fail() {
    Sandbox::new()
        .refusing("test --locked")
        .deploy(&[])
        .expect(1, &[LOGIN, LIST, TESTS])
        .expect_says("the tests do not pass: nothing was published");
}

#[test]
fn the_tests_can_be_skipped() {
    let sandbox = Sandbox::new().without("cargo");
    let outcome = sandbox.deploy(&["--skip-tests"]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.output);
    assert_eq!(outcome.calls[2], sandbox.build());
}

#[test]
fn leaves_production_alone_when_the_build_fails() {
    let sandbox = Sandbox::new().refusing("deploy . ");
    sandbox
        .deploy(&[])
        .expect(1, &sandbox.publishing()[..4])
        .expect_says("refused by the stand-in")
        .expect_says("nothing was published, production is what it was");
}

#[test]
fn leaves_production_alone_when_the_label_cannot_be_kept() {
    let sandbox = Sandbox::new().refusing("machine create");
    sandbox
        .deploy(&[])
        .expect(1, &sandbox.publishing()[..5])
        .expect_says("is pushed but not anchored, production is what it was: run this again");
}

#[test]
fn tells_how_to_go_on_when_production_cannot_be_pushed() {
    let sandbox = Sandbox::new().refusing("--image-label production");
    sandbox
        .deploy(&[])
        .expect(1, &sandbox.publishing())
        .expect_says(&format!(
            "production is what it was: run './deploy.sh --rollback {}'",
            sandbox.label()
        ));
}

#[test]
fn rolls_production_back_without_building_or_testing() {
    let [deploy, from] = moved_to("0.0.9-0123456789ab");
    Sandbox::new()
        .dirty()
        .without("cargo")
        .deploy(&["--rollback", "0.0.9-0123456789ab"])
        .expect(0, &[LOGIN, &deploy, &from])
        .expect_says("production is 0.0.9-0123456789ab\n");
}

#[test]
fn a_rollback_to_an_unknown_label_points_to_the_list() {
    let [deploy, from] = moved_to("0.0.8-0123456789ab");
    Sandbox::new()
        .refusing("--image-label production")
        .deploy(&["--rollback", "0.0.8-0123456789ab"])
        .expect(1, &[LOGIN, &deploy, &from])
        .expect_says("--labels tells what there is");
}

#[test]
fn refuses_what_is_no_label_to_roll_back_to() {
    for label in ["production", "", "a b", "a/b:c", "-x", "$(reboot)"] {
        Sandbox::new()
            .deploy(&["--rollback", label])
            .expect_no_call(2)
            .expect_says("--help");
    }
    Sandbox::new()
        .deploy(&["--rollback"])
        .expect_no_call(2)
        .expect_says("--rollback needs a label");
}

#[test]
fn lists_what_was_published() {
    let outcome = Sandbox::new()
        .having("0.0.9-0123456789ab")
        .deploy(&["--labels"]);
    outcome
        .expect(0, &[LOGIN, LIST])
        .expect_says("0.0.9-0123456789ab\n");
    Sandbox::new()
        .deploy(&["--labels"])
        .expect(1, &[LOGIN, LIST])
        .expect_says("nothing was published yet");
}

#[test]
fn a_dry_run_prints_each_command_and_runs_none() {
    let sandbox = Sandbox::new();
    let outcome = sandbox.deploy(&["--dry-run"]);
    outcome.expect_no_call(0);
    let [_, from] = moved_to(&sandbox.label());
    for call in &sandbox.publishing()[..5] {
        outcome.expect_says(&format!("+ {call}\n"));
    }
    outcome
        .expect_says(&format!("+ echo {} > ", from.trim()))
        .expect_says("--build-only --push --image-label production\n")
        .expect_says("(dry run: not really)");
}

#[test]
fn a_dry_run_of_a_rollback_runs_nothing_either() {
    Sandbox::new()
        .deploy(&["--rollback", "0.0.9-0123456789ab", "--dry-run"])
        .expect_no_call(0)
        .expect_says("--build-only --push --image-label production\n");
}

#[test]
fn a_dry_run_finds_what_is_missing() {
    Sandbox::new()
        .dirty()
        .deploy(&["--dry-run"])
        .expect_no_call(1);
    Sandbox::new()
        .without("flyctl")
        .deploy(&["--dry-run"])
        .expect_no_call(1);
}

#[test]
fn prints_its_help() {
    Sandbox::new()
        .without("flyctl")
        .deploy(&["--help"])
        .expect_no_call(0)
        .expect_says("--rollback LABEL");
    Sandbox::new()
        .deploy(&["--producton"])
        .expect_no_call(2)
        .expect_says("unknown argument '--producton'");
}

#[test]
fn builds_the_binary_with_its_checksum_and_without_fly() {
    let sandbox = Sandbox::new().without("flyctl");
    sandbox.stand_in("docker");
    sandbox
        .deploy(&["--binary", "dist"])
        .expect(0, &[sandbox.build_of_binary("dist")])
        .expect_says(&format!("is {}, SHA-256 ", sandbox.label()));
    let sum = fs::read_to_string(sandbox.path("project/dist/arke-mods-export-worker.sha256"));
    // That of "a binary" and a line feed.
    let expected = "2bf6d8f8d396f981dd5bbf933f77bfebb305e9be4137b70ba0282b79c1ca5d32";
    assert!(sum.expect("a checksum").starts_with(expected));
}

#[test]
fn a_binary_needs_docker_a_clean_tree_and_a_folder() {
    Sandbox::new()
        .deploy(&["--binary", "dist"])
        .expect_no_call(1)
        .expect_says("docker is not installed");
    let sandbox = Sandbox::new().dirty();
    sandbox.stand_in("docker");
    sandbox
        .deploy(&["--binary", "dist"])
        .expect_no_call(1)
        .expect_says("pass --allow-dirty");
    Sandbox::new()
        .deploy(&["--binary"])
        .expect_no_call(2)
        .expect_says("--binary needs a folder");
    let sandbox = Sandbox::new().refusing("build");
    sandbox.stand_in("docker");
    let outcome = sandbox.deploy(&["--binary", "dist"]);
    outcome
        .expect(1, &[sandbox.build_of_binary("dist")])
        .expect_says("the binary could not be built");
}
