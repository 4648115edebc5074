//! Exports held against earlier ones: what changed, what vanished, and what was not seen.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::support::document::{Document, files_below, fixtures};
use super::support::inventory::{CHANGES, Inventory};
use super::support::screen::Screen;
use super::support::tree::{ORIGIN, Shape};
use super::support::worker::Run;
use super::support::{Answer, Tree, Worker, World, pi};

const SHAPE: Shape = Shape {
    entities: 3000,
    fan_out: 9,
    refs: 0,
    ocr_bytes: 0,
    people: 0,
};
/// Has nine children, one of which goes; all of them are leaves.
const NODE: u64 = 300;
const TAKEN_OUT: u64 = 2709;
const LEAF: u64 = 2800;
const TOUCHED: u64 = 2900;
/// Has nine children, and each of them nine.
const FAILING: u64 = 20;

/// A folder with a tree, and one for its exports.
struct Folders {
    source: TempDir,
    output: TempDir,
}

impl Folders {
    fn of(tree: &Tree) -> Self {
        let folder = || tempfile::tempdir().expect("a temporary folder");
        let folders = Self {
            source: folder(),
            output: folder(),
        };
        folders.fill(tree);
        folders
    }

    /// Puts a tree in the place of the one before.
    fn fill(&self, tree: &Tree) {
        for name in ["entities", "ipfs"] {
            let folder = self.source.path().join(name);
            let _ = fs::remove_dir_all(&folder);
            fs::create_dir_all(&folder).expect("a folder");
        }
        for (name, body) in &tree.entities {
            fs::write(self.source.path().join("entities").join(name), body).expect("a file");
        }
        for (name, body) in &tree.ipfs {
            fs::write(self.source.path().join("ipfs").join(name), body).expect("a file");
        }
    }

    fn worker(&self) -> Worker {
        Worker::local(self.source.path(), self.output.path())
            .env("PI", pi(0))
            .arg("--recursive")
    }

    async fn run(&self) -> Run {
        let run = self.worker().run().await;
        run.expect_code(0);
        run
    }

    fn path(&self, name: &str) -> PathBuf {
        let folder = self.output.path().join(format!("exports/local-{}", pi(0)));
        folder.join(name)
    }

    fn changes_path(&self) -> PathBuf {
        self.path(&format!("{}-changes.xml", pi(0)))
    }

    fn inventory(&self) -> Inventory {
        Inventory::read(&fs::read(self.path("records.csv")).expect("an inventory"))
    }

    fn page(&self) -> String {
        fs::read_to_string(self.path("report.html")).expect("a page")
    }

    fn report(&self) -> Value {
        read_json(&self.path("report.json"))
    }
}

fn read_json(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).expect("a file")).expect("JSON")
}

/// Changes the manifest of an entity.
fn edit(tree: &mut Tree, n: u64, change: impl FnOnce(&mut Value)) {
    let body = tree.entities.get_mut(&pi(n)).expect("an entity");
    let mut manifest = serde_json::from_str(body).expect("JSON");
    change(&mut manifest);
    *body = manifest.to_string();
}

/// Gives an entity another title, in a new version.
fn retitle(tree: &mut Tree, n: u64, title: &str) {
    let cid = tree.component(json!({"id": pi(n), "title": title, "type": "Text"}).to_string());
    edit(tree, n, |manifest| {
        manifest["components"]["pinax.json"] = json!(cid);
        manifest["ver"] = json!(5);
    });
}

/// The tree of [`SHAPE`] as it is a week later.
fn a_week_later() -> Tree {
    let mut tree = Tree::of_titles(SHAPE);
    retitle(&mut tree, NODE, "A node of another name");
    edit(&mut tree, NODE, |manifest| {
        let children = manifest["children_pi"].as_array_mut().expect("children");
        assert_eq!(children.len(), 9);
        children.retain(|child| *child != pi(TAKEN_OUT));
    });
    retitle(&mut tree, LEAF, "A leaf of another name");
    edit(&mut tree, TOUCHED, |manifest| {
        manifest["ver"] = json!(5);
        manifest["ts"] = json!("2025-11-20T00:00:00.000Z");
        manifest["note"] = json!("Nothing but a new version");
    });
    tree.entities.remove(&pi(FAILING));
    tree
}

/// The children of an entity.
fn children(n: u64) -> impl Iterator<Item = u64> {
    n * 9 + 1..n * 9 + 10
}

/// Checks the case: what each row says, the metrics, the report, the file of changes.
#[track_caller]
fn expect_week(inventory: &Inventory, report: &Value, collection: Vec<u8>) {
    inventory.expect_counted(&report["metrics"]);
    let of = |change: &str| inventory.pis_with("change", change);
    let remaining = children(NODE).filter(|&child| child != TAKEN_OUT);
    let altered: Vec<String> = [NODE]
        .into_iter()
        .chain(remaining)
        .chain([LEAF])
        .map(pi)
        .collect();
    assert_eq!(altered.len(), 10);
    assert_eq!(of("changed"), altered);
    assert_eq!(of("touched"), [pi(TOUCHED)]);
    assert_eq!(of("gone"), [pi(TAKEN_OUT)]);
    let below: Vec<u64> = children(FAILING).collect();
    let branch: Vec<u64> = below
        .iter()
        .copied()
        .chain(below.iter().flat_map(|&child| children(child)))
        .collect();
    let unseen: Vec<String> = [FAILING].into_iter().chain(branch).map(pi).collect();
    assert_eq!(of("unseen"), unseen);
    let others = 3000 - 10 - 1 - 1 - unseen.len() as u64;
    assert_eq!(inventory.count("change", "same"), others);
    assert_eq!(inventory.rows.len(), 3000);
    let failed = inventory.row(&pi(FAILING));
    assert_eq!(
        (&*failed["state"], &*failed["change"]),
        ("failed", "unseen")
    );
    let gone = inventory.row(&pi(TAKEN_OUT));
    assert_eq!(gone["title"], format!("Letter {TAKEN_OUT}"));
    assert_eq!(
        [&*gone["state"], &*gone["start"], &*gone["length"]],
        ["", "", ""]
    );
    let numbers = &report["compared_with"]["numbers"];
    for change in CHANGES {
        assert_eq!(
            numbers[change],
            report["metrics"][format!("records_{change}")]
        );
    }
    assert_eq!(report["compared_with"]["same_options"], true);
    let document = Document::valid(collection);
    assert_eq!(
        (document.root(), document.pis()),
        (
            "modsCollection".to_owned(),
            altered.iter().map(String::as_str).collect()
        )
    );
    assert_eq!(report["changes"]["records"], 10);
    assert_eq!(report["changes"]["size_bytes"], document.text().len());
}

/// Checks that the page of that week says which records changed, and how many more.
#[track_caller]
fn expect_named(page: &str) {
    let section = |words: &str| {
        let (_, behind) = page
            .split_once(&format!("<span class=\"cap\">{words}</span>"))
            .unwrap_or_else(|| panic!("no {words}"));
        behind.split_once("</details>").expect("an end").0
    };
    let link = |n: u64, title: &str| format!("/{}\"><bdi>{title}</bdi></a>", pi(n));
    for (words, n, title, shown, further) in [
        ("changed", NODE, "A node of another name", 10, None),
        ("changed", LEAF, "A leaf of another name", 10, None),
        ("gone", TAKEN_OUT, "Letter 2709", 1, None),
        (
            "not seen this time",
            FAILING,
            "Letter 20",
            50,
            Some("And 41 more: "),
        ),
    ] {
        let section = section(words);
        assert!(section.contains(&link(n, title)), "{title}: {section}");
        assert_eq!(section.matches("<li>").count(), shown, "{words}");
        assert_eq!(section.contains(" more: "), further.is_some(), "{words}");
        assert!(section.contains(further.unwrap_or_default()), "{section}");
    }
    // What failed has its title of last week, and so in the tree.
    let (_, tree) = page.split_once("What is in it").expect("a tree");
    assert!(tree.contains(&link(FAILING, "Letter 20")), "{tree}");
    let (_, failed) = page
        .split_once("Not in the file: could not be fetched")
        .expect("what failed");
    assert!(failed.contains(&link(FAILING, "Letter 20")), "{failed}");
}

#[tokio::test]
async fn what_changed_in_a_folder_is_told_from_what_vanished_and_what_was_not_seen() {
    let folders = Folders::of(&Tree::of_titles(SHAPE));
    folders.run().await;
    assert!(folders.report().get("compared_with").is_none() && !folders.changes_path().exists());
    folders.fill(&a_week_later());
    let run = folders.run().await;
    let changes = fs::read(folders.changes_path()).expect("changes");
    expect_week(&folders.inventory(), &folders.report(), changes);
    assert!(!run.stderr.contains("reworked"), "{}", run.stderr);
    let file = fs::read(folders.path(&format!("{}-collection.xml", pi(0)))).expect("a file");
    folders.inventory().expect_cuts(&file);
    expect_named(&folders.page());
    // A run without any change leaves no changes.
    let run = folders.run().await;
    let told = format!(
        "compared with the export local-{}: 90 not seen this time, 2,908 the same, 1 without a record then and now",
        pi(0)
    );
    assert!(run.stderr.contains(&told), "{}", run.stderr);
    let (inventory, report) = (folders.inventory(), folders.report());
    inventory.expect_counted(&report["metrics"]);
    assert!(!folders.changes_path().exists() && report.get("changes").is_none());
    assert_eq!(
        inventory.count("change", "unseen"),
        91,
        "what was not seen stays known"
    );
    assert_eq!(inventory.count("change", "same"), 3000 - 91 - 1);
    assert_eq!(
        report["compared_with"]["task_id"],
        format!("local-{}", pi(0))
    );
    // What was not seen is known again where it comes back.
    let mut tree = a_week_later();
    let before = Tree::of_titles(SHAPE);
    tree.entities
        .insert(pi(FAILING), before.entities[&pi(FAILING)].clone());
    folders.fill(&tree);
    folders.run().await;
    let inventory = folders.inventory();
    inventory.expect_counted(&folders.report()["metrics"]);
    assert_eq!(inventory.count("change", "same"), 3000 - 1 - 1);
    assert_eq!(inventory.pis_with("change", "changed"), [pi(FAILING)]);
}

#[tokio::test]
async fn two_jobs_in_a_bucket_are_compared_where_since_names_the_earlier_one() {
    let world = World::of(Tree::of_titles(SHAPE)).await;
    world.collector().run().await.expect_code(0);
    let objects = |world: &World, name: &str| world.bucket.object(&format!("exports/{name}"));
    let later = World {
        bucket: world.bucket,
        ..World::of(a_week_later()).await
    };
    let worker = later.worker().job("task-2", &pi(0));
    let options = json!({"recursive": true, "since": "task-1"});
    worker.options(options).run().await.expect_code(0);
    let inventory = Inventory::read(&objects(&later, "task-2/records.csv").expect("an inventory"));
    let report = objects(&later, "task-2/report.json").expect("a report");
    let report: Value = serde_json::from_slice(&report).expect("JSON");
    let changes = objects(&later, &format!("task-2/{}-changes.xml", pi(0)));
    expect_week(&inventory, &report, changes.expect("changes"));
    assert_eq!(report["compared_with"]["task_id"], "task-1");
    assert_eq!(report["options"]["since"], "task-1");
    assert!(later.bucket.violations().is_empty());
    // The order of the end: the file, the changes, the inventory, the report.
    let calls = later.bucket.log().all();
    let stored = calls
        .iter()
        .filter(|call| call.key.starts_with("exports/task-2/"));
    let stored =
        stored.filter(|call| ["PutObject", "CompleteMultipartUpload"].contains(&call.operation));
    let names: Vec<&str> = stored
        .filter_map(|call| call.key.rsplit('/').next())
        .collect();
    let [file, changes] = ["collection", "changes"].map(|kind| format!("{}-{kind}.xml", pi(0)));
    assert_eq!(names, [&*file, &*changes, "records.csv", "report.json"]);
}

fn small() -> Tree {
    Tree::of_titles(Shape {
        entities: 5,
        fan_out: 2,
        ..SHAPE
    })
}

#[tokio::test]
async fn an_export_that_since_names_and_that_cannot_be_compared_with_ends_the_job_before_the_walk()
{
    let world = World::of(small()).await;
    world.collector().run().await.expect_code(0);
    let first = world.archive.log().all().len();
    let since =
        |root: u64, options: Value| world.worker().job("task-2", &pi(root)).options(options);
    let csv = world
        .bucket
        .object("exports/task-1/records.csv")
        .expect("an inventory");
    let report = world
        .bucket
        .object("exports/task-1/report.json")
        .expect("a report");
    let damaged = [&csv[..csv.len() - 2], b"0\n"].concat();
    let recursive = |task: &str| json!({"recursive": true, "since": task});
    let unnamed = String::from_utf8_lossy(&report)
        .replace("\"records_csv\"", "\"another\"")
        .into_bytes();
    for (csv, report, root, options, expected) in [
        (
            &csv,
            &report,
            0,
            recursive("task-0"),
            "there is no export task-0 (since): nothing is at bucket",
        ),
        (
            &csv,
            &report,
            1,
            recursive("task-1"),
            "cannot be compared with: it is of ",
        ),
        (
            &csv,
            &report,
            0,
            json!({"since": "task-1"}),
            "it is of the whole tree, this one of the entity alone",
        ),
        (
            &damaged,
            &report,
            0,
            recursive("task-1"),
            "it has not the SHA-256 that its report.json names",
        ),
        (
            &csv[1..].to_vec(),
            &report,
            0,
            recursive("task-1"),
            "bytes where its report.json says",
        ),
        (
            &csv,
            &unnamed,
            0,
            recursive("task-1"),
            "its report.json names no records.csv",
        ),
        (
            &csv,
            &b"{}".to_vec(),
            0,
            recursive("task-1"),
            "its report.json is damaged",
        ),
    ] {
        world.bucket.put("exports/task-1/records.csv", csv.clone());
        world
            .bucket
            .put("exports/task-1/report.json", report.clone());
        let run = since(root, options).run().await;
        run.expect_code(1);
        let bodies = world.callback.all();
        let error = bodies.last().expect("a callback").body["error"].to_string();
        assert!(error.contains(expected), "{expected}: {error}");
    }
    assert_eq!(
        world.archive.log().all().len(),
        first,
        "nothing was asked for"
    );
    assert_eq!(world.bucket.open_uploads(), 0);
}

#[tokio::test]
async fn an_export_in_a_folder_that_cannot_be_compared_with_is_a_warning() {
    let folders = Folders::of(&small());
    folders.run().await;
    let report = fs::read_to_string(folders.path("report.json")).expect("a report");
    let other = report.replace(
        &format!("\"pi\": \"{}\"", pi(0)),
        &format!("\"pi\": \"{}\"", pi(1)),
    );
    for (name, bytes, expected) in [
        (
            "records.csv",
            b"pi,parent,fingerprint\n".to_vec(),
            "its records.csv is damaged",
        ),
        ("report.json", other.into_bytes(), "it is of "),
    ] {
        fs::write(folders.path(name), bytes).expect("a file");
        let run = folders.run().await;
        let warning = "not compared with the export that stands there";
        let line = run.stderr.lines().find(|line| line.contains(warning));
        assert!(
            line.is_some_and(|line| line.contains(expected)),
            "{}",
            run.stderr
        );
        assert!(folders.report().get("compared_with").is_none());
        let run = folders.run().await;
        assert!(!run.stderr.contains(warning), "{}", run.stderr);
        assert!(
            run.stderr.contains(": nothing changed, 5 the same"),
            "{}",
            run.stderr
        );
        assert!(!folders.changes_path().exists());
        assert_eq!(folders.report()["metrics"]["records_same"], 5);
    }
}

#[tokio::test]
async fn records_that_differ_for_the_worker_or_its_options_alone_are_reworked() {
    let mut tree = Tree::synthetic(3, 2, 1, 100);
    let folders = Folders::of(&tree);
    folders.run().await;
    let report = fs::read_to_string(folders.path("report.json")).expect("a report");
    let older = report.replace("\"worker_version\": \"", "\"worker_version\": \"0.0.");
    fs::write(folders.path("report.json"), older).expect("a file");
    retitle(&mut tree, 1, "Another title");
    folders.fill(&tree);
    let worker = folders.worker().arg("--include-ocr=false");
    let run = worker.run().await;
    run.expect_code(0);
    let inventory = folders.inventory();
    assert_eq!(
        inventory.column("change"),
        ["reworked", "changed", "reworked"]
    );
    let line = run
        .stderr
        .lines()
        .find(|line| line.contains("are called reworked"));
    let line = line.unwrap_or_else(|| panic!("{}", run.stderr));
    assert!(
        line.contains("by worker 0.0.") && line.contains("with other options"),
        "{line}"
    );
    let compared = &folders.report()["compared_with"];
    assert_eq!(compared["same_options"], false);
    assert!(
        compared["worker_version"]
            .as_str()
            .is_some_and(|version| version.starts_with("0.0."))
    );
    let changes = fs::read(folders.changes_path()).expect("changes");
    assert_eq!(Document::valid(changes).pis(), [pi(1)]);
}

#[tokio::test]
async fn a_record_that_lacks_what_it_had_is_worse_until_it_has_it_again() {
    let tree = Tree::synthetic(3, 2, 2, 100);
    let folders = Folders::of(&tree);
    folders.run().await;
    let mut poorer = tree.clone();
    let manifest: Value = serde_json::from_str(&tree.entities[&pi(1)]).expect("JSON");
    let cid = manifest["components"]["1885_1-0 copy.jpg.ref.json"]
        .as_str()
        .expect("a CID");
    poorer.ipfs.remove(cid);
    for (tree, expected) in [
        (&poorer, ["same", "worse", "same"]),
        (&poorer, ["same"; 3]),
        (&tree, ["same", "changed", "same"]),
    ] {
        folders.fill(tree);
        folders.run().await;
        assert_eq!(folders.inventory().column("change"), expected);
    }
    assert_eq!(folders.inventory().row(&pi(1))["lacking"], "");
}

#[tokio::test]
async fn what_to_do_about_a_worse_record_goes_by_where_the_earlier_one_stands() {
    let tree = Tree::synthetic(3, 2, 2, 100);
    let folders = Folders::of(&tree);
    let run = async |task: &str, arguments: &[&str]| {
        let mut worker = folders.worker().env("TASK_ID", task);
        for argument in arguments {
            worker = worker.arg(*argument);
        }
        let shown = Screen::start_alone(&worker, 100).finish().await;
        assert_eq!(shown.code, Some(0));
        let page = folders
            .output
            .path()
            .join(format!("exports/{task}/report.html"));
        let page = fs::read_to_string(page).expect("a page");
        (shown.text(), page)
    };
    run("week-1", &[]).await;
    let mut poorer = tree.clone();
    let manifest: Value = serde_json::from_str(&tree.entities[&pi(1)]).expect("JSON");
    let cid = manifest["components"]["1885_1-0 copy.jpg.ref.json"].as_str();
    poorer.ipfs.remove(cid.expect("a CID"));
    folders.fill(&poorer);
    for (task, arguments, name, kept) in [
        (
            "week-2",
            &["--since", "week-1"][..],
            "Since the export week-1 of ",
            "The records as they were stand in the export week-1.",
        ),
        (
            "week-1",
            &[],
            "Since the export of ",
            "That export is replaced: to keep each, give each a --task-id of its own and compare by --since.",
        ),
    ] {
        let (screen, page) = run(task, arguments).await;
        let screen = screen.split_whitespace().collect::<Vec<_>>().join(" ");
        for text in [name, "1 lacking what was there, 2 the same", kept] {
            assert!(screen.contains(text), "{text}: {screen}");
            assert!(page.contains(text), "{text}: {page}");
        }
        assert!(!page.contains("keep the earlier record"), "{page}");
    }
}

#[tokio::test]
async fn what_had_no_record_then_and_has_none_now_is_no_record_that_is_the_same() {
    let output = tempfile::tempdir().expect("a temporary folder");
    let worker = Worker::local(&fixtures(), output.path());
    worker.run().await.expect_code(0);
    let run = worker.run().await;
    run.expect_code(0);
    let told = ": nothing changed, 25 the same, 6 without a record then and now";
    assert!(run.stderr.contains(told), "{}", run.stderr);
    let files = files_below(output.path());
    let report = files.iter().find(|file| file.ends_with("report.json"));
    let compared = &read_json(report.expect("a report"))["compared_with"];
    // Each row has its class all the same.
    let numbers = &compared["numbers"];
    assert_eq!(
        (&numbers["same"], &numbers["unseen"]),
        (&json!(29), &json!(2))
    );
    assert_eq!(compared["without_record"], 6);
}

#[tokio::test]
async fn other_options_are_told_on_page_and_screen() {
    let folders = Folders::of(&small());
    folders
        .worker()
        .arg("--max-depth")
        .arg("1")
        .run()
        .await
        .expect_code(0);
    let shown = Screen::start_alone(&folders.worker(), 100).finish().await;
    let screen = shown.text();
    let screen = screen.split_whitespace().collect::<Vec<_>>().join(" ");
    let told = "It was made with other options (maxDepth 1, now 10): not all that differs changed in the archive.";
    for text in [&*screen, &folders.page()] {
        assert!(text.contains(told), "{text}");
        assert!(text.contains("2 new, 3 the same"), "{text}");
    }
}

#[tokio::test]
async fn a_leaf_that_fails_or_is_deleted_keeps_its_title_on_the_page() {
    let folders = Folders::of(&small());
    folders.run().await;
    let mut tree = small();
    tree.entities.remove(&pi(3));
    tree.entity(&pi(4), json!({"pi": pi(4), "status": "deleted"}));
    folders.fill(&tree);
    folders.run().await;
    let (inventory, page) = (folders.inventory(), folders.page());
    inventory.expect_counted(&folders.report()["metrics"]);
    assert_eq!(inventory.rows.len(), 5, "each has one row");
    for (n, title) in [(3, "Letter 3"), (4, "Letter 4")] {
        let link = format!("/{}\"><bdi>{title}</bdi></a>", pi(n));
        assert!(page.contains(&link), "{page}");
    }
}

#[tokio::test]
async fn what_was_deleted_or_merged_is_gone_on_its_own_row_and_what_lies_too_deep_is_unseen() {
    let mut tree = Tree::of_titles(Shape {
        entities: 15,
        fan_out: 2,
        ..SHAPE
    });
    let folders = Folders::of(&tree);
    folders.run().await;
    tree.entity(&pi(3), json!({"pi": pi(3), "status": "deleted"}));
    // Its survivor cannot be had, so nobody knows what it lists.
    tree.entity(
        &pi(4),
        json!({"pi": pi(4), "status": "merged", "merged_into": pi(99)}),
    );
    folders.fill(&tree);
    let worker = folders.worker().arg("--max-depth").arg("2");
    worker.run().await.expect_code(0);
    let inventory = folders.inventory();
    inventory.expect_counted(&folders.report()["metrics"]);
    let said = |n: u64| {
        let row = inventory.row(&pi(n));
        (row["state"].clone(), row["change"].clone())
    };
    let is = |state: &str, change: &str| (state.to_owned(), change.to_owned());
    assert_eq!(said(3), is("deleted", "gone"));
    assert_eq!((said(7), said(8)), (is("", "gone"), is("", "gone")));
    assert_eq!(said(4), is("merged", "gone"));
    assert_eq!(said(99), is("failed", ""));
    assert_eq!((said(9), said(10)), (is("", "unseen"), is("", "unseen")));
    assert_eq!(said(5), is("ok", "same"));
    assert_eq!((said(11), said(14)), (is("", "unseen"), is("", "unseen")));
}

#[tokio::test]
async fn an_earlier_export_that_breaks_off_at_the_end_is_told_and_nothing_is_called_gone() {
    let world = World::of(small()).await;
    world.collector().run().await.expect_code(0);
    let mut tree = small();
    edit(&mut tree, 0, |manifest| {
        manifest["children_pi"] = json!([pi(1)]);
    });
    let later = World {
        bucket: world.bucket,
        ..World::of(tree).await
    };
    let script = later.bucket.script();
    // The head of its report, its inventory, and once more.
    script.next("GetObject", Answer::usual());
    script.next("GetObject", Answer::usual());
    script.always(
        "GetObject",
        Answer::s3_error(403, "AccessDenied", "no more"),
    );
    let worker = later.worker().job("task-2", &pi(0));
    let run = worker
        .options(json!({"recursive": true, "since": "task-1"}))
        .run()
        .await;
    run.expect_code(0);
    let metrics = &later.callback.only().body["metrics"];
    assert_eq!(
        (&metrics["records_gone"], &metrics["records_unseen"]),
        (&json!(0), &json!(1))
    );
    assert!(
        run.stderr.contains("cannot be told from what was not seen"),
        "{}",
        run.stderr
    );
    // The changes are read out of the file, which cannot be read either.
    assert!(
        run.stderr.contains("-changes.xml could not be stored"),
        "{}",
        run.stderr
    );
    assert_eq!(later.bucket.open_uploads(), 0);
}

#[tokio::test]
async fn a_single_record_is_compared_with_itself() {
    let mut tree = Tree::default();
    tree.titled(&pi(0), ORIGIN, &[], "A record");
    let folders = Folders::of(&tree);
    let worker = Worker::local(folders.source.path(), folders.output.path())
        .env("PI", pi(0))
        .env("TASK_ID", format!("local-{}", pi(0)));
    worker.run().await.expect_code(0);
    tree.titled(&pi(0), ORIGIN, &[], "A record of another name");
    folders.fill(&tree);
    worker.run().await.expect_code(0);
    assert_eq!(folders.inventory().column("change"), ["changed"]);
    let changes = Document::valid(fs::read(folders.changes_path()).expect("changes"));
    assert_eq!(
        (changes.root(), changes.pis()),
        ("modsCollection".to_owned(), vec![&*pi(0)])
    );
}

#[tokio::test]
async fn the_flag_names_another_export_of_the_folder_whatever_its_name_reads_as() {
    let folders = Folders::of(&small());
    for name in ["7", "true"] {
        let worker = folders.worker().env("TASK_ID", name);
        worker.run().await.expect_code(0);
        let compared = folders.worker().arg("--since").arg(name);
        compared.run().await.expect_code(0);
        assert_eq!(folders.report()["compared_with"]["task_id"], name);
    }
}

/// The bound on the memory of an export with inventory and baseline, in MiB.
const PEAK_MB_MAX: u64 = 80;

#[tokio::test]
#[ignore = "takes minutes; WORKER names another binary"]
#[expect(clippy::print_stdout, reason = "figures for whoever runs it by hand")]
async fn a_hundred_thousand_entities_are_compared_within_80_mib() {
    let tree = Tree::of_titles(Shape {
        entities: 100_000,
        ..SHAPE
    });
    let first = World::of(tree.clone()).await;
    let limit = Duration::from_mins(15);
    let run = async |world: &World, task: &str, options: Value| {
        let mut worker = world.worker().job(task, &pi(0)).options(options);
        if let Ok(binary) = std::env::var("WORKER") {
            worker = worker.binary(binary.as_ref());
        }
        let run = worker.spawn().finish_within(limit).await;
        run.expect_code(0);
        let metrics = world.callback.only().body["metrics"].clone();
        println!(
            "{task}: {:.1} s, {} MiB",
            run.elapsed.as_secs_f64(),
            metrics["peak_memory_mb"]
        );
        metrics
    };
    let without = run(&first, "task-1", json!({"recursive": true})).await;
    let later = World {
        bucket: first.bucket,
        ..World::of(tree).await
    };
    let with = run(
        &later,
        "task-2",
        json!({"recursive": true, "since": "task-1"}),
    )
    .await;
    assert_eq!(with["records_same"], 100_000);
    for metrics in [without, with] {
        assert!(
            metrics["peak_memory_mb"].as_u64() <= Some(PEAK_MB_MAX),
            "{metrics}"
        );
    }
}
