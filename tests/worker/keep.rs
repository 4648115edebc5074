//! `--keep`: nothing is fetched twice that can be proved, killed or not, and the folder replays offline.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::TempDir;

use super::memory::volume;
use super::support::archive::shuffled;
use super::support::document::{FIXTURES_ROOT, files_below, fixtures};
use super::support::random::Random;
use super::support::worker::{Run, Signal};
use super::support::{Answer, Archive, Tree, Worker, pi};

/// A CID that proves nothing of the bytes.
const UNPROVED: &str = "QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPbdG";

/// A folder to keep in, and folders to write to.
struct Place(TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary folder"))
    }

    fn kept(&self) -> PathBuf {
        self.0.path().join("kept")
    }

    /// What stands in the folder of kept answers, by its path in it.
    fn names(&self) -> BTreeSet<String> {
        let kept = self.kept();
        let files = files_below(&kept).into_iter();
        let name = |file: PathBuf| {
            let name = file.strip_prefix(&kept).expect("below it");
            name.to_str().expect("UTF-8").to_owned()
        };
        files.map(name).collect()
    }

    /// A worker that exports a whole tree from an archive to this folder.
    fn worker(&self, root: &str, archive: &Archive) -> Worker {
        collector(root, &self.output()).archive(archive)
    }

    /// The same, and keeps what it is answered.
    fn keeper(&self, root: &str, archive: &Archive) -> Worker {
        self.worker(root, archive)
            .arg("--keep")
            .arg(text(&self.kept()))
    }

    fn output(&self) -> PathBuf {
        self.0.path().join("out")
    }

    /// The exported file.
    fn file(&self) -> Vec<u8> {
        let mut files = files_below(&self.output());
        files.retain(|file| file.extension().is_some_and(|extension| extension == "xml"));
        fs::read(&files[0]).expect("a file")
    }

    /// Exports from the folder of kept answers alone; returns the file.
    async fn replay(&self, root: &str) -> Vec<u8> {
        let other = Self::new();
        let run = collector(root, &other.output())
            .arg("--fixtures")
            .arg(text(&self.kept()));
        run.run().await.expect_code(0);
        other.file()
    }
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a path in UTF-8")
}

fn collector(root: &str, output: &Path) -> Worker {
    let worker = Worker::new().job("task-1", root).arg("--recursive");
    worker.arg("--output").arg(text(output))
}

fn components(archive: &Archive) -> usize {
    let is_component = |path: &str| path.starts_with("/ipfs/") || path.starts_with("/cat/");
    archive.log().count(|visit| is_component(&visit.path))
}

fn metric(run: &Run, name: &str) -> u64 {
    let callback = run.printed_callback();
    callback["metrics"][name].as_u64().expect("a number")
}

/// A tree, the bytes of its export, and how many components it has.
async fn tree() -> (Tree, Vec<u8>, usize) {
    let tree = Tree::synthetic(60, 4, 2, 500);
    let (archive, place) = (Archive::start(tree.clone()).await, Place::new());
    let run = place.worker(&pi(0), &archive).run().await;
    run.expect_code(0);
    let count = tree.ipfs.len();
    (tree, place.file(), count)
}

#[tokio::test]
async fn killed_at_twenty_moments_it_goes_on_where_it_was() {
    let (tree, expected, distinct) = tree().await;
    let (manifests, archive) = (tree.entities.len(), Archive::start(tree).await);
    archive.delay(shuffled(7, Duration::from_millis(20)));
    let (place, mut random) = (Place::new(), Random::new(20));
    let mut lost = 0;
    for _ in 0..20 {
        let before = archive.log().all().len();
        let lacking = distinct - place.names().iter().filter(|name| is_proved(name)).count();
        // A run asks for all manifests, and for the components that it lacks; the moments are to be spread over the job.
        let moment = 1 + random.index(manifests + lacking / 4);
        let running = place.keeper(&pi(0), &archive).spawn();
        archive.log().wait_for(before + moment, |_| true).await;
        running.signal(Signal::KILL);
        running.finish().await;
        let (asked, kept) = (archive.log().all(), place.names());
        let asked = asked[before..].iter().map(|visit| &visit.path[1..]);
        lost += asked
            .filter(|path| is_proved(path) && !kept.contains(*path))
            .count();
    }
    assert!(components(&archive) > distinct / 2, "killed too early");
    assert!(lost > 0, "nothing was on its way when it was killed");
    let run = place.keeper(&pi(0), &archive).run().await;
    run.expect_code(0);
    assert!(place.file() == expected, "the bytes of one go");
    let asked = components(&archive);
    assert!(asked <= distinct + lost, "{asked} > {distinct} + {lost}");
    assert!(
        place.replay(&pi(0)).await == expected,
        "and of one without an archive"
    );
}

fn is_proved(name: &str) -> bool {
    name.starts_with("ipfs/bafkrei")
}

#[tokio::test]
async fn a_rerun_asks_for_the_manifests_alone() {
    let (tree, expected, distinct) = tree().await;
    let place = Place::new();
    for round in 0..2 {
        let archive = Archive::start(tree.clone()).await;
        let run = place.keeper(&pi(0), &archive).run().await;
        run.expect_code(0);
        assert!(place.file() == expected, "round {round}");
        let fetched = if round == 0 { distinct } else { 0 };
        assert_eq!(components(&archive), fetched, "round {round}");
        let used = metric(&run, "components_kept");
        assert_eq!(used, (distinct - fetched) as u64, "round {round}");
        assert_eq!(archive.log().all().len(), tree.entities.len() + fetched);
    }
}

#[tokio::test]
async fn a_file_that_is_broken_is_fetched_again_and_mended() {
    let (tree, expected, _) = tree().await;
    let (place, first) = (Place::new(), Archive::start(tree.clone()).await);
    place.keeper(&pi(0), &first).run().await.expect_code(0);
    let mut kept = place.names().into_iter().filter(|name| is_proved(name));
    let [flipped, cut, removed] = [(); 3].map(|()| kept.next().expect("a component"));
    let whole = fs::read(place.kept().join(&flipped)).expect("a file");
    let mut bytes = whole.clone();
    bytes[10] ^= 1;
    fs::write(place.kept().join(&flipped), bytes).expect("written");
    fs::write(place.kept().join(&cut), "").expect("written");
    fs::remove_file(place.kept().join(&removed)).expect("removed");
    let archive = Archive::start(tree).await;
    let run = place.keeper(&pi(0), &archive).run().await;
    run.expect_code(0);
    for name in [&flipped, &cut, &removed] {
        assert_eq!(archive.count(&format!("/{name}")), 1, "{name}");
    }
    assert_eq!(components(&archive), 3);
    assert!(place.file() == expected);
    assert!(fs::read(place.kept().join(&flipped)).expect("a file") == whole);
}

#[tokio::test]
async fn what_no_cid_proves_is_kept_and_asked_for_again() {
    let mut tree = Tree::default();
    let components = [("pinax.json".to_owned(), UNPROVED.to_owned())];
    tree.node(
        &pi(0),
        super::support::tree::ORIGIN,
        &[],
        &components.into(),
    );
    let place = Place::new();
    for title in ["The first title", "The second title"] {
        let body = format!("{{\"title\": \"{title}\"}}");
        tree.ipfs.insert(UNPROVED.to_owned(), body.into());
        let archive = Archive::start(tree.clone()).await;
        place.keeper(&pi(0), &archive).run().await.expect_code(0);
        assert_eq!(archive.count(&format!("/ipfs/{UNPROVED}")), 1, "{title}");
        for file in [place.file(), place.replay(&pi(0)).await] {
            let file = String::from_utf8(file).expect("UTF-8");
            assert!(file.contains(title), "{title} in {file}");
        }
    }
}

#[tokio::test]
async fn a_messy_tree_replays_byte_for_byte() {
    let (place, tree) = (Place::new(), Tree::from_folder(&fixtures()));
    let archive = Archive::start(tree).await;
    let run = place.keeper(FIXTURES_ROOT, &archive).run().await;
    run.expect_code(0);
    assert!(place.replay(FIXTURES_ROOT).await == place.file());
}

#[tokio::test]
async fn a_manifest_that_is_gone_is_set_aside_and_comes_back() {
    let tree = Tree::small();
    let place = Place::new();
    let (here, gone) = (
        format!("entities/{}", pi(1)),
        format!("entities/{}.gone", pi(1)),
    );
    for (status, expected) in [
        (None, &here),
        (Some(404), &gone),
        (Some(504), &gone),
        (None, &here),
    ] {
        let archive = Archive::start(tree.clone()).await;
        if let Some(status) = status {
            let answer = Answer::status(status);
            archive.script().always(&format!("/{here}"), answer);
        }
        let run = place.keeper(&pi(0), &archive).run().await;
        run.expect_code(0);
        assert_eq!(metric(&run, "entities_failed"), u64::from(status.is_some()));
        let names = place.names();
        let stands: Vec<&String> = [&here, &gone]
            .into_iter()
            .filter(|name| names.contains(*name))
            .collect();
        assert_eq!(stands, [expected], "after {status:?}");
        assert!(place.replay(&pi(0)).await == place.file(), "{status:?}");
    }
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_to_is_one_warning() {
    let (tree, expected, _) = tree().await;
    let place = Place::new();
    fs::write(place.kept(), "a file in its place").expect("written");
    let archive = Archive::start(tree).await;
    let run = place.keeper(&pi(0), &archive).run().await;
    expect_one_warning(&run);
    assert!(place.file() == expected);
}

#[tokio::test]
async fn a_full_disk_is_one_warning() {
    // The text is in what is fetched, and not in what is written.
    let tree = Tree::synthetic(6, 5, 2, 200_000);
    let archive = Archive::start(tree).await;
    let place = Place::new();
    let full = "trap '' XFSZ; ulimit -f 200; exec \"$0\" \"$@\"";
    let worker = place.keeper(&pi(0), &archive).arg("--include-ocr=false");
    let run = worker.started_by(&["sh", "-c", full]).run().await;
    expect_one_warning(&run);
    let names = place.names();
    assert!(names.iter().any(|name| is_proved(name)), "what is small");
    assert!(names.iter().all(|name| !name.starts_with('.')), "{names:?}");
    let again = place.keeper(&pi(0), &archive).arg("--include-ocr=false");
    let run = again.run().await;
    run.expect_code(0);
    assert!(!run.stderr.contains("WARN"), "{}", run.stderr);
    // Two files of each of six entities did not fit.
    assert_eq!(metric(&run, "components_kept"), 6 * 3);
}

#[track_caller]
fn expect_one_warning(run: &Run) {
    run.expect_code(0);
    let warnings = run.stderr.lines().filter(|line| line.contains("WARN"));
    let warnings: Vec<&str> = warnings.collect();
    assert_eq!(warnings.len(), 1, "{}", run.stderr);
    assert!(
        warnings[0].contains("--keep ") && warnings[0].contains("fetched again next time"),
        "{}",
        run.stderr
    );
}

#[tokio::test]
async fn a_volume_that_is_read_twice_is_fetched_once() {
    let archive = Archive::start(volume(200)).await;
    let place = Place::new();
    let worker = place.keeper(&pi(0), &archive).env("FLY_VM_MEMORY_MB", "64");
    let run = worker.run().await;
    run.expect_code(0);
    assert_eq!(components(&archive), 200);
    let used = metric(&run, "components_kept");
    assert!(used > 50, "{used} of them were read again");
}

#[tokio::test]
async fn it_keeps_nothing_where_nothing_is_asked() {
    let place = Place::new();
    let worker = collector(&pi(0), &place.output());
    let worker = worker.arg("--fixtures").arg(text(&fixtures()));
    let run = worker.arg("--keep").arg(text(&place.kept())).run().await;
    run.expect_code(1);
    let callback = run.printed_callback();
    let expected = "--keep keeps what the archive answers, and with --fixtures none is asked (leave one of them out)";
    assert_eq!(callback["error"], expected);
}
