//! What a person at a terminal sees: progress, problems, the end.

use std::fs;
use std::path::Path;

use regex::Regex;

use super::support::document::{FIXTURES_ROOT, clean_fixtures, files_below, fixtures};
use super::support::screen::{Screen, Shown};
use super::support::small_trees::family;
use super::support::worker::{Signal, send};
use super::support::{Answer, Archive, Gate, Worker, pi};

/// A worker that writes the tree of an archive to a folder.
fn worker(archive: &Archive, output: &Path) -> Worker {
    Worker::new()
        .archive(archive)
        .arg(pi(0))
        .arg("--recursive")
        .arg("--output")
        .arg(output.to_str().expect("UTF-8"))
}

/// A text without what differs from run to run: how long it took, and where it went.
fn steady(shown: &Shown, output: &Path) -> String {
    let time = Regex::new(r"in \d+(\.\d)? s").expect("a pattern");
    let text = shown.text().replace(output.to_str().expect("UTF-8"), "out");
    time.replace_all(&text, "in 1 s").trim_end().to_owned()
}

#[tokio::test]
async fn progress_is_one_line_that_never_wraps() {
    for columns in [40, 80, 100] {
        let archive = Archive::start(family(200)).await;
        let gate = Gate::new();
        let last = format!("/entities/{}", pi(150));
        archive.script().always(&last, Answer::usual().held(&gate));
        let output = tempfile::tempdir().expect("a temporary folder");
        let mut screen = Screen::start(&worker(&archive, output.path()), columns);
        screen.wait_for("150 of 201+ records").await;
        gate.open();
        let shown = screen.finish().await;
        assert_eq!(shown.code, Some(0), "{}", shown.raw);
        let statuses = shown.statuses();
        assert!(statuses.len() > 1, "{statuses:?}");
        for status in &statuses {
            // Blanks take away what stood there before.
            let status = status.trim_end();
            assert!(
                status.chars().count() < usize::from(columns),
                "{columns}: {status:?}"
            );
        }
        // The cursor was back at its beginning before: an echo of ^C begins no line below it.
        let drawn: Vec<&str> = shown.raw.split("\r\u{1b}[2K").collect();
        for drawn in &drawn[..drawn.len() - 1] {
            assert!(drawn.is_empty() || drawn.ends_with('\r'), "{drawn:?}");
        }
        // What was drawn is taken away, and no line of it scrolls.
        let text = shown.text();
        let is_left = |line: &str| statuses.iter().any(|status| status == line);
        assert!(!text.lines().any(is_left), "{text}");
        assert!(
            shown
                .sentences()
                .contains("All 201 entities are in the file, each complete."),
            "{text}"
        );
        assert_eq!(shown.stdout.lines().count(), 1, "{}", shown.stdout);
        serde_json::from_str::<serde_json::Value>(&shown.stdout).expect("one line of JSON");
    }
}

#[tokio::test]
async fn an_archive_that_falls_silent_is_told() {
    for (columns, told) in [
        (
            100,
            "the archive has been silent for 5 s; trying again, giving up in ",
        ),
        (80, "2 of 4+ records   silent for 5 s, giving up in "),
        (40, "silent for 5 s, giving up in "),
    ] {
        let archive = Archive::start(family(3)).await;
        let never = Answer::usual().held(&Gate::new());
        archive
            .script()
            .always(&format!("/entities/{}", pi(2)), never);
        let output = tempfile::tempdir().expect("a temporary folder");
        let mut screen = Screen::start(&worker(&archive, output.path()), columns);
        screen.wait_for(told).await;
        send(screen.id(), Signal::INT);
        let shown = screen.finish().await;
        assert_eq!(shown.code, Some(1));
        let text = shown.sentences();
        let error =
            "Cancelled by a signal (SIGINT): 2 of 4 known entities were exported until then";
        let advice = "The same command begins anew; with --keep DIR it could go on where it was.";
        let end = format!("! not exported {}: {error} {advice}", pi(0));
        assert!(text.ends_with(&end), "{text}");
        let mut left = fs::read_dir(output.path()).expect("a folder");
        assert!(left.next().is_none(), "nothing is left, not even folders");
    }
}

#[tokio::test]
async fn one_whose_archive_does_not_answer_is_told_what_to_look_at() {
    let archive = Archive::start(family(30)).await;
    archive.script().always("/entities/", Answer::reset());
    let output = tempfile::tempdir().expect("a temporary folder");
    let worker = worker(&archive, output.path());
    let api = archive.url();
    let address = format!("the address {} (--arke-api-url)", api.trim_end_matches('/'));
    let silent = worker.clone().env("SILENCE_TIMEOUT_MS", "1000");
    let shown = Screen::start_alone(&silent, 80).finish().await;
    let text = shown.sentences();
    assert!(text.contains("! not exported "), "{text}");
    assert!(text.contains(": Failed to fetch manifest: "), "{text}");
    let advice = format!("(connect) Check the network, {address}, and what answers there.");
    assert!(text.ends_with(&advice), "{text}");

    archive.script().always("/entities/", Answer::status(404));
    let shown = Screen::start_alone(&worker, 80).finish().await;
    let text = shown.sentences();
    let advice =
        format!("Failed to fetch manifest: 404 Not Found Check the PI, and {address}. An archive ");
    assert!(text.contains(&advice), "{text}");

    let kept = tempfile::tempdir().expect("a temporary folder");
    let keep = kept.path().to_str().expect("UTF-8");
    archive.script().always("/entities/", Answer::usual());
    for path in ["/ipfs/", "/cat/"] {
        archive.script().always(path, Answer::reset());
    }
    let silent = silent.arg("--keep").arg(keep);
    let shown = Screen::start_alone(&silent, 80).finish().await;
    let text = shown.sentences();
    assert!(text.contains(": Archive unreachable: "), "{text}");
    let advice = format!(
        "(--ipfs-gateway-url) answer. The same command goes on where it was: it asks for the manifests, and takes from \
         {keep} what is there."
    );
    assert!(text.ends_with(&advice), "{text}");
}

#[tokio::test]
async fn the_end_is_told_to_a_person_in_place_of_the_json() {
    let output = tempfile::tempdir().expect("a temporary folder");
    let worker = Worker::local(&fixtures(), output.path());
    let shown = Screen::start_alone(&worker, 200).finish().await;
    assert_eq!(shown.code, Some(0));
    assert_eq!(shown.stdout, "");
    let text = steady(&shown, output.path());
    let (_, summary) = text.split_once("Exported ").expect("a summary");
    let file = format!("{FIXTURES_ROOT}-collection.xml");
    let sizes = Regex::new(r" +\d+ kB").expect("a pattern");
    let summary = sizes.replace_all(summary, "   1 kB");
    assert_eq!(
        summary,
        format!(
            "25 records of 32 entities in 1 s, into out/exports/local-{FIXTURES_ROOT}/
  {file}   1 kB   the records
  records.csv   1 kB   a row for each, for a spreadsheet
  report.html   1 kB   what needs somebody: to read, to send on
  report.json   1 kB   what happened to each, for a program

Not in the file  3   1 merged in a circle, 1 not a PI, 1 not in the folder of --fixtures; what lies under them was not seen
No metadata      8   5 have none, 2 cannot be read, 1 not in the folder of --fixtures
Lacking a part   2   1 page cannot be read, 1 page not in the folder of --fixtures

Deleted 1, merged 3: nothing to do, but for 1 that was merged into what failed."
        )
    );
}

#[tokio::test]
async fn problems_are_told_with_titles_and_three_of_each_kind() {
    let output = tempfile::tempdir().expect("a temporary folder");
    let worker = Worker::local(&fixtures(), output.path());
    let shown = Screen::start_alone(&worker, 80).finish().await;
    let text = steady(&shown, output.path());
    let head = text.lines().next().expect("a first line");
    assert!(
        head.starts_with("Port Amory Botanic Garden records · whole tree · "),
        "{head}"
    );
    assert!(head.chars().count() <= 80, "{head}");
    let problems: Vec<&str> = text.lines().filter(|line| line.starts_with("! ")).collect();
    let expected = "! Album of the glasshouses: page \"Lily%20pond.jpg\" cannot be read (";
    assert!(
        problems.iter().any(|line| line.starts_with(expected)),
        "{problems:#?}"
    );
    // Three entities, three sets of metadata, two pages.
    assert_eq!(problems.len(), 8, "{problems:#?}");
}

#[tokio::test]
async fn lines_end_between_words_however_narrow_the_terminal_is() {
    for columns in [80, 40] {
        let output = tempfile::tempdir().expect("a temporary folder");
        let worker = Worker::local(&fixtures(), output.path());
        let shown = Screen::start_alone(&worker, columns).finish().await;
        let text = shown.text();
        for line in text.lines().filter(|line| !line.is_empty()) {
            let is_word = line.split_whitespace().count() == 1;
            assert!(
                is_word || line.chars().count() <= columns.into(),
                "{columns}: {line:?}"
            );
        }
        let sentence = text.split_whitespace().collect::<Vec<_>>().join(" ");
        for whole in [
            "page \"Lily%20pond.jpg\" cannot be read",
            "a row for each, for a spreadsheet",
            "1 not in the folder of --fixtures; what lies under them was not seen",
        ] {
            assert!(sentence.contains(whole), "{columns}: {whole}\n{text}");
        }
    }
}

#[tokio::test]
async fn quiet_leaves_the_last_line_or_the_error() {
    let output = tempfile::tempdir().expect("a temporary folder");
    let worker = Worker::local(&clean_fixtures(), output.path()).arg("--quiet");
    let shown = Screen::start_alone(&worker, 300).finish().await;
    let text = steady(&shown, output.path());
    assert!(
        text.starts_with("exported 12 records in 1 s (") && text.ends_with("; nothing is missing"),
        "{text}"
    );
    assert_eq!(text.lines().count(), 1, "{text}");
    let run = worker.run().await;
    run.expect_code(0);
    assert_eq!(run.stderr.lines().count(), 1, "{}", run.stderr);

    let failing = worker.arg(pi(9));
    let shown = Screen::start_alone(&failing, 300).finish().await;
    let text = steady(&shown, output.path());
    assert!(
        text.starts_with("! not exported ") && text.lines().count() == 1,
        "{text}"
    );
}

#[tokio::test]
async fn what_goes_through_a_pipe_to_the_same_terminal_comes_last() {
    // Without a wait it comes first in every other run.
    for _ in 0..10 {
        let output = tempfile::tempdir().expect("a temporary folder");
        let worker = Worker::local(&clean_fixtures(), output.path());
        let worker = worker.started_by(&["/bin/sh", "-c", "\"$0\" \"$@\" | /bin/cat"]);
        let shown = Screen::start_alone(&worker, 100).finish().await;
        let text = shown.text();
        let mut lines = text.trim_end().lines().rev();
        let last = lines.next().expect("a last line");
        serde_json::from_str::<serde_json::Value>(last).expect("one line of JSON");
        let summary = "All 12 entities are in the file, each complete.";
        assert_eq!(lines.next(), Some(summary));
    }
}

#[tokio::test]
async fn nothing_of_a_screen_is_in_a_pipe() {
    let archive = Archive::start(family(20)).await;
    let output = tempfile::tempdir().expect("a temporary folder");
    let run = worker(&archive, output.path()).run().await;
    run.expect_code(0);
    assert!(
        !run.stderr.contains(['\r', '\u{1b}', '\0']),
        "{:?}",
        run.stderr
    );
    assert_eq!(run.stdout.lines().count(), 1);
    run.printed_callback();
}

#[tokio::test]
async fn one_who_types_nothing_is_told_what_to_type() {
    let shown = Screen::start_alone(&Worker::new(), 80).finish().await;
    assert_eq!(shown.code, Some(1));
    assert_eq!(
        shown.text().trim_end(),
        "\
Exports an entity of the Arke archive, or the whole tree under it, as MODS 3.8
  XML.

  try it on files
    arke-mods-export-worker --fixtures fixtures/clean --output out
  export a collection
    arke-mods-export-worker 01K9Z3K4GMDWTT0VQXYSPC9W6S --recursive --output out

Missing for a job: PI, TASK_ID, and where to write (--output DIR, or the R2_
  settings). --help lists all."
    );
}

#[tokio::test]
async fn the_help_begins_with_what_to_type_and_ends_with_what_few_need() {
    let help = Worker::new().arg("--help").run().await.stdout;
    let place = |text: &str| {
        help.find(text)
            .unwrap_or_else(|| panic!("{text:?} is not in\n{help}"))
    };
    let order = [
        "Exports an entity",
        "  try it on files\n",
        "  export a collection\n",
        "Usage: ",
        "Export:",
        "--recursive[",
        "--max-depth <",
        "--output <",
        "--fixtures <",
        "--quiet ",
        "--log <",
        "What goes into the records:",
        "--arke-api-url <",
        "--task-id <",
        "--connect-timeout-ms <",
    ];
    let places = order.map(place);
    assert!(places.is_sorted(), "{places:?}\n{help}");
}

#[tokio::test]
async fn slips_at_the_command_line_are_answered_with_what_was_meant() {
    let output = tempfile::tempdir().expect("a temporary folder");
    let local = || Worker::local(&fixtures(), output.path());
    for (words, code, told) in [
        (
            &["--recursve"][..],
            2,
            "a similar argument exists: '--recursive'",
        ),
        (
            &["--recursive", "false", FIXTURES_ROOT],
            2,
            "a value stands behind its flag and '=': '--recursive=false'",
        ),
        (
            &["--recursive", "false"],
            1,
            "(did you mean --recursive=false?)",
        ),
        (
            &["--include-ocr", "no"],
            1,
            "(did you mean --include-ocr=no?)",
        ),
        (
            &["--recursive", "01K9Z3K4GMDWTT0VQXYSPC9W6"],
            1,
            "without I, L, O and U are expected (this has 25)",
        ),
        (
            &["--max-depth", "-1"],
            1,
            "maxDepth is -1 (an integer from 0 to 1000 is expected)",
        ),
        (
            &["--cheimarros-mode", "minimum"],
            1,
            "cheimarrosMode is \"minimum\" (\"full\", \"minimal\" or \"skip\" is expected: did you mean \"minimal\"?)",
        ),
        (
            &["--task-id", ""],
            1,
            "TASK_ID is blank (give it a value, or leave it out)",
        ),
        (
            &["--recursive="],
            1,
            "--recursive is blank (give it a value, or leave it out)",
        ),
        (
            &["--log", "jsn"],
            1,
            "are expected: did you mean \"json\"?)",
        ),
        (
            &[FIXTURES_ROOT, "--pi", FIXTURES_ROOT],
            1,
            "PI is given twice (name one entity)",
        ),
    ] {
        let worker = words.iter().fold(local(), |worker, word| worker.arg(*word));
        let run = worker.run().await;
        run.expect_code(code);
        assert!(run.stderr.contains(told), "{words:?}\n{}", run.stderr);
    }
    assert!(files_below(output.path()).is_empty());
}

#[tokio::test]
async fn an_entity_may_be_typed_as_people_have_it_and_not_set_so() {
    let lower = FIXTURES_ROOT.to_ascii_lowercase();
    let address = format!("https://arke.institute/{FIXTURES_ROOT}?tab=files");
    for given in [FIXTURES_ROOT, &lower, &address] {
        let output = tempfile::tempdir().expect("a temporary folder");
        let worker = Worker::local(&fixtures(), output.path());
        let run = worker.clone().arg(given).run().await;
        run.expect_code(0);
        let file = format!("exports/local-{FIXTURES_ROOT}-single/{FIXTURES_ROOT}.xml");
        assert!(
            fs::exists(output.path().join(file)).expect("a folder"),
            "{given}"
        );
        if given != FIXTURES_ROOT {
            let run = worker.env("PI", given).run().await;
            run.expect_code(1);
            let meant = format!("(did you mean {FIXTURES_ROOT}?)");
            assert!(run.stdout.contains(&meant), "{}", run.stdout);
        }
    }
}

#[tokio::test]
async fn the_version_is_told() {
    let run = Worker::new().arg("--version").run().await;
    run.expect_code(0);
    let version = concat!("arke-mods-export-worker ", env!("CARGO_PKG_VERSION"));
    assert!(run.stdout.starts_with(version), "{}", run.stdout);
}
