//! What stands in the place of a file: pipes, devices and directories, where a file is read or written. Row 40.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

use crate::support::document::{FIXTURES_ROOT, clean_fixtures, fixtures};
use crate::support::worker::Run;
use crate::support::{Worker, pi};

/// Makes something at a path.
type Make = fn(&Path);

/// What can stand in the place of a file, and how it is called.
const OTHERS: [(Make, &str); 3] = [
    (pipe, "a named pipe"),
    (device, "a device"),
    (directory, "a directory"),
];

fn pipe(path: &Path) {
    let made = Command::new("mkfifo").arg(path).status();
    assert!(made.is_ok_and(|status| status.success()), "mkfifo");
}

fn device(path: &Path) {
    symlink("/dev/zero", path).expect("a new link");
}

fn directory(path: &Path) {
    fs::create_dir(path).expect("a new folder");
}

#[track_caller]
fn error(run: &Run) -> String {
    run.expect_code(1);
    let callback = run.printed_callback();
    callback["error"].as_str().expect("an error").to_owned()
}

#[tokio::test]
async fn row_40_what_is_no_file_is_not_read() {
    for (make, name) in OTHERS {
        let source = tempfile::tempdir().expect("a temporary folder");
        let output = tempfile::tempdir().expect("a temporary folder");
        let file = source.path().join("entities").join(pi(0));
        fs::create_dir(source.path().join("entities")).expect("a new folder");
        make(&file);
        let problem = format!("{}: it is {name} and no file", file.display());
        let worker = Worker::local(source.path(), output.path());
        let run = worker.run().await;
        assert_eq!(error(&run), format!("--fixtures {problem}"));
        let run = worker.env("PI", pi(0)).run().await;
        assert_eq!(error(&run), format!("Failed to fetch manifest: {problem}"));
    }
}

#[tokio::test]
async fn row_40_a_component_that_is_no_file_is_missing_by_name() {
    let source = tempfile::tempdir().expect("a temporary folder");
    let output = tempfile::tempdir().expect("a temporary folder");
    for folder in ["entities", "ipfs"] {
        let from = clean_fixtures().join(folder);
        let to = source.path().join(folder);
        fs::create_dir(&to).expect("a new folder");
        for entry in fs::read_dir(from).expect("a folder") {
            let entry = entry.expect("an entry");
            fs::copy(entry.path(), to.join(entry.file_name())).expect("a copy");
        }
    }
    let ipfs = fs::read_dir(source.path().join("ipfs")).expect("a folder");
    for component in ipfs {
        let path = component.expect("an entry").path();
        fs::remove_file(&path).expect("a file");
        pipe(&path);
    }
    let run = Worker::local(source.path(), output.path()).run().await;
    run.expect_code(0);
    let callback = run.printed_callback();
    assert_eq!(callback["metrics"]["entities_incomplete"], 12);
    assert!(
        run.stderr.contains("it is a named pipe and no file"),
        "{}",
        run.stderr
    );
}

#[tokio::test]
async fn row_40_what_is_no_file_is_not_replaced() {
    for (make, name) in OTHERS {
        let output = tempfile::tempdir().expect("a temporary folder");
        let key = format!("exports/local-{FIXTURES_ROOT}/{FIXTURES_ROOT}-collection.xml");
        let file = output.path().join(key);
        fs::create_dir_all(file.parent().expect("a folder")).expect("a new folder");
        make(&file);
        let run = Worker::local(&fixtures(), output.path()).run().await;
        let expected = format!(
            "--output {} cannot be written to: it is {name} and no file",
            file.display()
        );
        assert_eq!(error(&run), expected);
        assert!(file.symlink_metadata().is_ok_and(|found| !found.is_file()));
    }
}

#[tokio::test]
async fn row_40_authorities_in_no_file_are_a_problem() {
    let output = tempfile::tempdir().expect("a temporary folder");
    let worker = Worker::local(&fixtures(), output.path());
    let run = worker.env("EXTRA_CA_FILE", "/dev/zero").run().await;
    let expected = "EXTRA_CA_FILE /dev/zero cannot be read: it is a device and no file";
    assert_eq!(error(&run), expected);
}

#[tokio::test]
async fn row_43_no_line_end_of_anybody_ends_a_line_of_the_log() {
    let output = tempfile::tempdir().expect("a temporary folder");
    let folder = output.path().join("a\nfolder\u{2028}\rof\nlines");
    let run = Worker::local(&clean_fixtures(), &folder).run().await;
    run.expect_code(0);
    for line in run
        .stderr
        .split(['\n', '\r', '\u{2028}'])
        .filter(|line| !line.is_empty())
    {
        assert!(line.contains("Z  INFO "), "{}", run.stderr);
    }
}
