//! Signals: at any moment one leads to one outcome and leaves nothing behind. Rows 37 and 38.

use std::process::{Command, Stdio};

use serde_json::json;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdout};

use crate::support::random::Random;
use crate::support::worker::Signal;
use crate::support::{Answer, Gate, Tree, World, pi};

/// How many runs there are.
const RUNS: u64 = 60;
/// So many at the same time.
const AT_ONCE: u64 = 4;

/// Exports a tree, sends a signal when a server has seen so many requests, and checks how it ends.
async fn signal_at(seed: u64) -> bool {
    let mut random = Random::new(seed);
    // One in six has a file of three parts.
    let tree = if seed.is_multiple_of(6) {
        Tree::synthetic(3, 2, 1, 7_000_000)
    } else {
        Tree::synthetic(12, 3, 1, 10)
    };
    let requests = tree.entities.len() + tree.ipfs.len();
    let world = World::of(tree).await;
    let recursive = random.below(4) > 0;
    let worker = world.worker().options(json!({"recursive": recursive}));
    // Few at a time, so that the requests do not all come at the same moment.
    let running = worker.env("MAX_REQUESTS_IN_FLIGHT", "3").spawn();
    let signal = [Signal::TERM, Signal::INT][random.index(2)];
    let (server, moment) = match random.below(4) {
        0 | 1 => {
            let limit = if recursive { requests } else { 5 };
            let moment = 1 + random.index(limit);
            world.archive.log().wait_for(moment, |_| true).await;
            ("archive", moment)
        }
        2 => {
            let moment = 1 + random.index(if recursive { 4 } else { 2 });
            world.bucket.log().wait_for(moment, |_| true).await;
            ("bucket", moment)
        }
        _ => {
            world.callback.wait_for(1).await;
            ("callback", 1)
        }
    };
    running.signal(signal);
    let run = running.finish().await;
    let context = format!(
        "seed {seed}: {signal:?} at request {moment} of the {server}\n{}",
        run.stderr
    );
    let callbacks = world.callback.all();
    assert_eq!(callbacks.len(), 1, "{context}");
    assert_eq!(world.bucket.open_uploads(), 0, "{context}");
    let is_success = callbacks[0].body["status"] == "success";
    assert_eq!(run.code, Some(i32::from(!is_success)), "{context}");
    assert_eq!(
        world.bucket.files().len(),
        usize::from(is_success),
        "{context}"
    );
    let reports = world.bucket.objects().len() - world.bucket.files().len();
    assert!(is_success || reports == 0, "{context}");
    if is_success {
        let size = callbacks[0].body["output_file_size"].as_u64();
        assert_eq!(Some(world.file().len() as u64), size, "{context}");
        let text = String::from_utf8(world.file()).expect("UTF-8");
        assert!(text.contains(&pi(0)) && text.ends_with('\n'), "{context}");
    }
    is_success
}

#[tokio::test]
async fn row_37_a_signal_at_any_moment_leads_to_one_outcome() {
    let mut successes = 0;
    for first in (1..=RUNS).step_by(usize::try_from(AT_ONCE).expect("a small number")) {
        let runs = (first..first + AT_ONCE).map(signal_at);
        let outcomes = futures::future::join_all(runs).await;
        successes += outcomes
            .into_iter()
            .filter(|is_success| *is_success)
            .count();
    }
    // Some came too late and some did not, or it shows nothing.
    let runs = usize::try_from(RUNS).expect("a small number");
    assert!(successes > 5 && successes < runs - 20, "{successes}");
}

/// Holds a lease on a file; whoever opens it is kept waiting for 45 s, or until the holder ends.
///
/// It says "held", and "asked for" when somebody waits.
const LEASE: &str = "
import fcntl, os, signal, sys
signal.signal(signal.SIGIO, lambda *_: os.write(1, b'asked for\\n'))
file = os.open(sys.argv[1], os.O_RDWR)
fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_WRLCK)
os.write(1, b'held\\n')
while True: signal.pause()
";

/// A folder with one entity whose file cannot be opened, and who holds it; `None` where nobody can.
async fn blocked_folder() -> Option<(TempDir, Child, Lines<BufReader<ChildStdout>>)> {
    let source = tempfile::tempdir().expect("a temporary folder");
    let entities = source.path().join("entities");
    std::fs::create_dir_all(&entities).expect("a new folder");
    let file = entities.join(pi(0));
    std::fs::write(&file, "{}").expect("a new file");
    let holder = tokio::process::Command::new("python3")
        .args(["-c", LEASE])
        .arg(&file)
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn();
    let mut holder = holder.ok()?;
    let mut lines = BufReader::new(holder.stdout.take()?).lines();
    let held = lines.next_line().await.ok().flatten();
    (held.as_deref() == Some("held")).then_some((source, holder, lines))
}

#[tokio::test]
async fn row_37_a_signal_ends_a_job_that_is_blocked_in_a_system_call() {
    for (is_named, expected) in [
        (
            true,
            "Cancelled by a signal (SIGTERM): 0 of 1 known entities were exported until then",
        ),
        (
            false,
            "Cancelled by a signal (SIGTERM) while the settings were read",
        ),
    ] {
        let Some((source, _holder, mut lines)) = blocked_folder().await else {
            not_checked("nobody can hold a lease on a file here");
            return;
        };
        let world = World::of(Tree::default()).await;
        let folder = source.path().to_str().expect("UTF-8");
        let worker = world.collector().arg("--fixtures").arg(folder);
        let worker = if is_named {
            worker
        } else {
            worker.without("PI")
        };
        let running = worker.spawn();
        let asked = lines.next_line().await.expect("a readable pipe");
        assert_eq!(asked.as_deref(), Some("asked for"));
        running.signal(Signal::TERM);
        let run = running.finish().await;
        assert_eq!(world.expect_failed_and_empty(&run), expected);
    }
}

/// Says that a check is passed over.
fn not_checked(why: &str) {
    #[expect(
        clippy::print_stderr,
        reason = "a check that is passed over must be seen"
    )]
    {
        eprintln!("not checked: {why}");
    }
}

#[tokio::test]
async fn row_37_the_first_process_of_a_container_handles_signals() {
    let namespace = [
        "unshare",
        "--user",
        "--map-root-user",
        "--pid",
        "--fork",
        "--kill-child",
    ];
    let allowed = Command::new(namespace[0])
        .args(&namespace[1..])
        .arg("true")
        .output();
    if !allowed.is_ok_and(|output| output.status.success()) {
        not_checked("this machine lets nobody make a namespace of processes");
        return;
    }
    for signal in [Signal::TERM, Signal::INT] {
        let world = World::small().await;
        let never = Answer::usual().held(&Gate::new());
        let second = format!("/entities/{}", pi(1));
        world.archive.script().always(&second, never);
        let running = world.collector().started_by(&namespace).spawn();
        world.archive.wait_for(&second, 1).await;
        running.signal_child(signal);
        running.finish().await.expect_code(1);
        assert_eq!(world.callback.only().body["status"], "error");
        assert_eq!(world.bucket.open_uploads(), 0);
    }
}

#[tokio::test]
async fn row_37_a_second_signal_ends_a_job_that_waits_for_the_bucket() {
    let world = World::small().await;
    let never = Answer::usual().held(&Gate::new());
    world
        .bucket
        .script()
        .always("CompleteMultipartUpload", never);
    let running = world.collector().spawn();
    world.bucket.wait_for("CompleteMultipartUpload", 1).await;
    running.signal(Signal::TERM);
    running.signal(Signal::INT);
    let run = running.finish().await;
    run.expect_code(1);
    assert!(run.stderr.contains("quitting at once"), "{}", run.stderr);
    assert!(world.callback.all().is_empty(), "it went on to call back");
}

#[tokio::test]
async fn row_37_a_delivery_that_completes_after_the_signal_is_a_success() {
    // The response to Complete is lost, and so is that to the abort; the file is there.
    let world = World::small().await;
    let gate = Gate::new();
    let done = Answer::usual().body("").held(&gate);
    let script = world.bucket.script();
    script.next("CompleteMultipartUpload", done);
    let never = Answer::usual().held(&Gate::new());
    script.always("CompleteMultipartUpload", never);
    let running = world.collector().spawn();
    world.bucket.wait_for("CompleteMultipartUpload", 1).await;
    gate.open();
    running.signal(Signal::TERM);
    let run = running.finish().await;
    run.expect_code(0);
    assert_eq!(world.callback.only().body["status"], "success");
    assert_eq!(world.bucket.files().len(), 1);
}

#[tokio::test]
async fn row_37_the_upload_is_aborted_before_the_file_is_looked_for() {
    // Asked first, the bucket could still deliver what is said to be missing.
    let world = World::small().await;
    let gate = Gate::new();
    let held = Answer::usual().held(&gate);
    let script = world.bucket.script();
    script.always("CompleteMultipartUpload", held);
    let running = world.collector().spawn();
    world.bucket.wait_for("CompleteMultipartUpload", 1).await;
    running.signal(Signal::TERM);
    world.bucket.wait_for("AbortMultipartUpload", 1).await;
    gate.open();
    running.finish().await.expect_code(1);
    assert_eq!(world.callback.only().body["status"], "error");
    assert!(world.bucket.objects().is_empty());
    let operations = world.bucket.operations();
    let place = |wanted| operations.iter().position(|sent| *sent == wanted);
    assert!(
        place("AbortMultipartUpload") < place("HeadObject"),
        "{operations:?}"
    );
}

#[tokio::test]
async fn row_38_a_signal_after_delivery_does_not_change_the_success() {
    let world = World::small().await;
    let gate = Gate::new();
    let held = Answer::usual().held(&gate);
    world.callback.script().next("/callback", held);
    let running = world.collector().spawn();
    world.callback.wait_for(1).await;
    running.signal(Signal::TERM);
    gate.open();
    running.finish().await.expect_code(0);
    assert_eq!(world.callback.only().body["status"], "success");
    assert_eq!(world.bucket.objects().len(), 3);
}
