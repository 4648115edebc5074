//! The two processes of a job: how the one starts, watches and follows the other.

use std::fs;
use std::io::Write as _;
use std::os::fd::OwnedFd;
use std::process::Command;

use nix::pty::openpty;
use rustix::process::{Pid, Resource, Rlimit, prlimit, test_kill_process};

use super::{expect_killed, hanging, on_256_mb, start, status, until};
use crate::support::worker::{Signal, children_of, send};
use crate::support::{Answer, Gate, Tree, World, pi};

/// SIGTERM in the sets of signals that the kernel shows.
const SIGTERM_BIT: u64 = 1 << 14;

/// Starts a program as the administrator of nothing but itself.
const NEW_USER: [&str; 3] = ["unshare", "--user", "--map-root-user"];

/// Checks that an error names the signal that ended the job.
#[track_caller]
fn expect_cancelled(error: &str, signal: &str) {
    let expected = format!("Cancelled by a signal ({signal}): ");
    assert!(error.starts_with(&expected), "{error}");
}

#[tokio::test]
async fn a_job_that_is_refused_memory_is_told_as_what_it_is() {
    // The second entity has more text than the process may still take.
    let world = World::of(Tree::synthetic(2, 1, 1, 30_000_000)).await;
    let second = format!("/entities/{}", pi(1));
    let gate = Gate::new();
    let held = Answer::usual().held(&gate);
    world.archive.script().next(&second, held);
    let running = start(&world, &on_256_mb(&world)).await;
    world.archive.wait_for(&second, 1).await;
    let child = running.child();
    let sizes = fs::read_to_string(format!("/proc/{child}/statm")).expect("sizes of the child");
    let pages: u64 = sizes
        .split(' ')
        .next()
        .and_then(|pages| pages.parse().ok())
        .expect("a number of pages");
    let limit = Some(pages * 4096 + (16 << 20));
    let child = Some(process(child));
    let limits = Rlimit {
        current: limit,
        maximum: limit,
    };
    prlimit(child, Resource::As, limits).expect("an own child");
    gate.open();
    let run = running.finish().await;
    let error = world.expect_failed_and_empty(&run);
    assert!(
        error.starts_with("The worker gave up (SIGABRT), for want of memory ("),
        "{error}"
    );
}

#[tokio::test]
async fn one_interrupt_at_a_terminal_leads_to_one_callback() {
    let world = World::small().await;
    let second = format!("/entities/{}", pi(1));
    let never = Answer::usual().held(&Gate::new());
    world.archive.script().always(&second, never);
    let terminal = openpty(None, None).expect("a pseudo-terminal");
    let worker = world
        .collector()
        .started_by(&["setsid", "--ctty", "--wait"]);
    let running = worker.spawn_with(terminal.slave.into());
    world.archive.wait_for(&second, 1).await;
    running.child();
    press_interrupt(terminal.master);
    let run = running.finish().await;
    let error = world.expect_failed_and_empty(&run);
    expect_cancelled(&error, "SIGINT");
    assert!(!run.stderr.contains("quitting at once"), "{}", run.stderr);
}

#[tokio::test]
async fn want_of_memory_ends_the_job_before_the_one_that_answers_for_it() {
    let (_world, running) = hanging(on_256_mb).await;
    let score = |process: u32| {
        let score = fs::read_to_string(format!("/proc/{process}/oom_score_adj"));
        let score = score.expect("a score").trim().parse::<i32>();
        score.expect("a number")
    };
    assert_eq!(score(running.child()), 1000);
    assert_eq!(score(running.id()), score(std::process::id()));
    running.signal(Signal::TERM);
    running.finish().await;
}

#[tokio::test]
async fn a_signal_to_all_processes_counts_once() {
    let (world, running) = hanging(on_256_mb).await;
    running.signal_child(Signal::TERM);
    running.signal(Signal::TERM);
    let run = running.finish().await;
    let error = world.expect_failed_and_empty(&run);
    expect_cancelled(&error, "SIGTERM");
}

#[tokio::test]
async fn a_job_whose_watcher_is_killed_ends_as_by_a_signal_and_stays_not() {
    let (world, running) = hanging(on_256_mb).await;
    let child = process(running.child());
    running.signal(Signal::KILL);
    // Its output is read to the end, which comes when the last process that holds it is gone.
    assert_eq!(running.finish().await.code, None);
    until(|| test_kill_process(child).is_err()).await;
    let body = world.callback.only().body;
    let error = body["error"].as_str().expect("an error");
    expect_cancelled(error, "SIGTERM");
    assert_eq!(world.bucket.open_uploads(), 0);
    assert!(world.bucket.objects().is_empty());
}

#[tokio::test]
async fn a_signal_in_the_first_moments_is_answered() {
    for watched in ["true", "false"] {
        let world = World::small().await;
        let never = Answer::usual().held(&Gate::new());
        world.archive.script().always("/", never);
        let running = world.collector().env("WATCHED", watched).spawn();
        let status = format!("/proc/{}/status", running.id());
        // From when `main` has begun the signal is held back or handled.
        until(|| {
            let status = fs::read_to_string(&status).unwrap_or_default();
            let sets = status.lines().filter_map(|line| {
                let (name, set) = line.split_once(":\t")?;
                ["SigBlk", "SigCgt"].contains(&name).then_some(set)
            });
            let sets = sets.map(|set| u64::from_str_radix(set, 16).expect("a set of signals"));
            sets.fold(0, |all, set| all | set) & SIGTERM_BIT != 0
        })
        .await;
        running.signal(Signal::TERM);
        let run = running.finish().await;
        let error = world.expect_failed_and_empty(&run);
        expect_cancelled(&error, "SIGTERM");
    }
}

#[tokio::test]
async fn a_worker_that_cannot_start_itself_does_the_job_unwatched() {
    let hide = "mount -t tmpfs none /proc && exec \"$0\" \"$@\"";
    let without_proc = [&NEW_USER[..], &["--mount", "sh", "-c", hide]].concat();
    if !is_allowed(&without_proc) {
        return;
    }
    let world = World::small().await;
    let run = world.collector().started_by(&without_proc).run().await;
    run.expect_code(0);
    assert_eq!(status(&world.callback.only().body), "success");
    let warnings = run.stderr.matches("nobody watches the job").count();
    assert_eq!(warnings, 1, "{}", run.stderr);
}

#[tokio::test]
async fn as_process_1_the_watcher_lets_go_what_is_left_to_it_and_answers() {
    let namespace = [&NEW_USER[..], &["--pid", "--fork", "--kill-child"]].concat();
    if !is_allowed(&namespace) {
        return;
    }
    let world = World::small().await;
    let worker = on_256_mb(&world).started_by(&namespace);
    let second = format!("/entities/{}", pi(1));
    let never = Answer::usual().held(&Gate::new());
    world.archive.script().always(&second, never);
    let running = start(&world, &worker).await;
    world.archive.wait_for(&second, 1).await;
    let watcher = running.child();
    let [job] = children_of(watcher)[..] else {
        panic!("not one job")
    };
    // A process in the namespace whose parent is gone.
    let target = format!("--target={watcher}");
    let orphan = [
        "--user",
        "--preserve-credentials",
        "--pid",
        "sh",
        "-c",
        "true & true",
    ];
    let entered = Command::new("nsenter").arg(target).args(orphan).status();
    assert!(entered.is_ok_and(|status| status.success()), "nsenter");
    until(|| children_of(watcher) == [job]).await;
    send(job, Signal::KILL);
    running.finish().await.expect_code(1);
    let body = world.callback.only().body;
    expect_killed(body["error"].as_str().expect("an error"));
    assert_eq!(world.bucket.open_uploads(), 0);
}

#[tokio::test]
async fn a_process_that_nobody_watches_refuses_to_be_watched() {
    let world = World::small().await;
    let run = world
        .collector()
        .env("ARKE_SUPERVISOR_PID", "1")
        .run()
        .await;
    run.expect_code(1);
    assert!(
        run.stderr.contains("ARKE_SUPERVISOR_PID does not name"),
        "{}",
        run.stderr
    );
    assert!(world.callback.all().is_empty());
}

#[tokio::test]
async fn the_setting_is_true_or_false() {
    let world = World::small().await;
    let run = world.collector().env("WATCHED", "maybe").run().await;
    let error = world.expect_failed_and_empty(&run);
    assert_eq!(error, "WATCHED is \"maybe\" (true or false is expected)");
}

fn press_interrupt(terminal: OwnedFd) {
    let mut terminal = fs::File::from(terminal);
    terminal.write_all(b"\x03").expect("a terminal");
    // It stays open: its end would be a signal of its own.
    std::mem::forget(terminal);
}

/// Tells whether this machine lets a program be started so.
fn is_allowed(starter: &[&str]) -> bool {
    let tried = Command::new(starter[0])
        .args(&starter[1..])
        .arg("true")
        .output();
    let is_allowed = tried.is_ok_and(|output| output.status.success());
    if !is_allowed {
        #[expect(
            clippy::print_stderr,
            reason = "a check that is passed over must be seen"
        )]
        {
            eprintln!("not checked: this machine does not allow {starter:?}");
        }
    }
    is_allowed
}

fn process(id: u32) -> Pid {
    Pid::from_raw(id.cast_signed()).expect("a process id")
}
