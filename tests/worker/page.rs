//! `report.html`: the same rows, numbers and sentences as `report.json`, and nothing in it that runs.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use data_encoding::BASE64;
use roxmltree::{Document, Node, ParsingOptions};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::support::document::{FIXTURES_ROOT, clean_fixtures, files_below, fixtures};
use super::support::tree::ORIGIN;
use super::support::{Tree, Worker, World, pi};

/// The events that need somebody.
const NEEDING: [&str; 6] = [
    "failed",
    "incomplete",
    "component_failed",
    "beyond_max_depth",
    "origin_listed",
    "repaired",
];

/// An export to a folder.
struct Export {
    page: String,
    report: Value,
}

impl Export {
    async fn of(worker: impl FnOnce(&Path) -> Worker) -> Self {
        let output = tempfile::tempdir().expect("a temporary folder");
        worker(output.path()).run().await.expect_code(0);
        let read = |name: &str| {
            let files = files_below(output.path());
            let file = files.iter().find(|file| file.ends_with(name));
            fs::read_to_string(file.expect(name)).expect("a text")
        };
        let report = serde_json::from_str(&read("report.json")).expect("JSON");
        let page = read("report.html");
        Self { page, report }
    }

    /// The whole tree of a folder.
    async fn of_folder(folder: PathBuf) -> Self {
        Self::of(|output| Worker::local(&folder, output)).await
    }

    /// A whole tree that is served.
    async fn of_tree(tree: Tree) -> Self {
        let world = World::of(tree).await;
        let worker = |output: &Path| {
            let worker = Worker::new().job("task-1", &pi(0)).archive(&world.archive);
            let output = output.to_str().expect("UTF-8");
            worker.arg("--recursive").arg("--output").arg(output)
        };
        Self::of(worker).await
    }

    /// Reads the page by a parser that accepts no loose end.
    fn document(&self) -> Document<'_> {
        let options = ParsingOptions {
            allow_dtd: true,
            ..ParsingOptions::default()
        };
        Document::parse_with_options(&self.page, options).expect("a page in which all is closed")
    }

    /// The rows of the report that need somebody.
    fn rows(&self) -> impl Iterator<Item = &Value> {
        let rows = self.report["rows"].as_array().expect("rows").iter();
        rows.filter(|row| NEEDING.contains(&row["event"].as_str().expect("an event")))
    }
}

fn elements<'d>(document: &'d Document<'_>, name: &'d str) -> impl Iterator<Item = Node<'d, 'd>> {
    let nodes = document.descendants();
    nodes.filter(move |node| node.has_tag_name(name))
}

/// The text in an element, blanks folded.
fn text(node: Node<'_, '_>) -> String {
    let texts = node.descendants().filter(Node::is_text);
    let texts: String = texts.filter_map(|text| text.text()).collect();
    texts.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn classed<'d>(document: &'d Document<'_>, class: &'d str) -> impl Iterator<Item = Node<'d, 'd>> {
    let nodes = document.descendants();
    nodes.filter(move |node| node.attribute("class") == Some(class))
}

/// Checks that nothing in a page runs, loads or leads elsewhere.
#[track_caller]
fn expect_inert(document: &Document<'_>, site: &str) {
    const ELEMENTS: [&str; 28] = [
        "html", "head", "meta", "title", "style", "body", "main", "p", "h1", "h2", "a", "ul", "li",
        "b", "span", "bdi", "details", "summary", "div", "dl", "dt", "dd", "code", "pre", "em",
        "ol", "section", "strong",
    ];
    const ATTRIBUTES: [&str; 8] = [
        "lang",
        "charset",
        "http-equiv",
        "content",
        "name",
        "class",
        "href",
        "open",
    ];
    for node in document.descendants().filter(Node::is_element) {
        let name = node.tag_name().name();
        assert!(ELEMENTS.contains(&name), "an element {name}");
        for attribute in node.attributes() {
            let name = attribute.name();
            assert!(ATTRIBUTES.contains(&name), "an attribute {name}");
        }
        if let Some(address) = node.attribute("href") {
            let pi = address.strip_prefix(&format!("{site}/"));
            let pi = pi.unwrap_or_else(|| panic!("a link to {address}"));
            assert!(
                pi.len() == 26 && pi.bytes().all(|byte| byte.is_ascii_alphanumeric()),
                "{pi}"
            );
        }
    }
    let style = elements(document, "style").next().expect("a style");
    let style = style.text().expect("a style");
    let hash = BASE64.encode(&Sha256::digest(style.as_bytes()));
    let mut policies = elements(document, "meta").filter_map(|meta| {
        meta.attribute("http-equiv")?;
        meta.attribute("content")
    });
    let expected = format!(
        "default-src 'none'; base-uri 'none'; form-action 'none'; style-src 'sha256-{hash}'"
    );
    assert_eq!(policies.next(), Some(expected.as_str()));
}

#[tokio::test]
async fn the_page_has_the_numbers_and_the_sentences_of_the_report() {
    let export = Export::of_folder(fixtures()).await;
    let document = export.document();
    let metrics = &export.report["metrics"];
    let numbers = classed(&document, "numbers").next().expect("numbers");
    let numbers: Vec<String> = numbers
        .descendants()
        .filter(|node| node.has_tag_name("b"))
        .map(text)
        .collect();
    let names = [
        "entities_exported",
        "entities_failed",
        "entities_incomplete",
        "parts_lacking",
    ];
    assert_eq!(numbers, names.map(|name| metrics[name].to_string()));

    // The tree begins with the root, and with all of them.
    let root = classed(&document, "line").next().map(text);
    let all = "25 records · 3 not in the file · 8 without metadata · 2 parts lacking";
    assert!(
        root.as_ref().is_some_and(|root| root.ends_with(all)),
        "{root:?}"
    );

    let counts =
        classed(&document, "count").map(|count| text(count).parse::<usize>().expect("a number"));
    let rows: Vec<&Value> = export.rows().collect();
    assert_eq!(counts.sum::<usize>(), rows.len());
    let page = text(document.root_element());
    for row in rows {
        let reason = row["reason"].as_str().expect("a reason");
        let reason = reason.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(page.contains(&reason), "{reason}");
        let shown = row["title"].as_str().or(row["pi"].as_str()).expect("a PI");
        assert!(page.contains(shown), "{shown}");
    }
    let head = &export.report;
    for key in [
        "output_file_name",
        "output_sha256",
        "task_id",
        "worker_version",
    ] {
        assert!(page.contains(head[key].as_str().expect(key)), "{key}");
    }
    let started = head["started_at"].as_str().expect("a time");
    assert!(
        page.contains(&format!("{}, {} UTC", &started[..10], &started[11..16])),
        "{started}"
    );
}

#[tokio::test]
async fn rows_have_the_title_of_their_record() {
    let export = Export::of_folder(fixtures()).await;
    let titles: BTreeSet<&str> = export
        .rows()
        .filter_map(|row| row["title"].as_str())
        .collect();
    assert!(titles.contains("Album of the glasshouses"), "{titles:?}");
    for row in export.rows().filter(|row| row["event"] == "failed") {
        assert_eq!(row["title"], Value::Null, "{row}");
    }
}

#[tokio::test]
async fn each_link_leads_to_an_entity_of_the_tree() {
    let site = "https://site.example.org";
    let export =
        Export::of(|output| Worker::local(&fixtures(), output).env("ARKE_SITE_URL", site)).await;
    let document = export.document();
    expect_inert(&document, site);
    let entities = fs::read_dir(fixtures().join("entities")).expect("a folder");
    let names = entities.map(|entity| entity.expect("one").file_name());
    let mut known: BTreeSet<String> = names
        .map(|name| name.into_string().expect("UTF-8"))
        .collect();
    // Listed, and not there.
    known.extend(
        export
            .rows()
            .filter_map(|row| row["pi"].as_str().map(str::to_owned)),
    );
    let links: BTreeSet<&str> = elements(&document, "a")
        .filter_map(|link| link.attribute("href"))
        .collect();
    assert!(links.len() > 20, "{links:?}");
    for link in &links {
        let pi = link.rsplit('/').next().expect("an end");
        assert!(known.contains(pi), "{link}");
    }
    for row in export.rows().filter(|row| row["pi"] != "not-a-pi") {
        let pi = row["pi"].as_str().expect("a PI");
        assert!(links.contains(format!("{site}/{pi}").as_str()), "{pi}");
    }
}

#[tokio::test]
async fn the_first_levels_count_all_that_lies_below() {
    // Four levels: 1, 3, 9 and 27 entities.
    let mut tree = Tree::synthetic(40, 3, 0, 0);
    let removed = tree.entities.remove(&pi(39)).expect("the last");
    assert!(removed.contains(&pi(39)));
    let export = Export::of_tree(tree).await;
    let document = export.document();
    let counts: Vec<String> = classed(&document, "line")
        .map(|line| {
            let count = line
                .children()
                .rfind(|node| node.attribute("class") == Some("soft"));
            text(count.expect("a count"))
        })
        .collect();
    let root = ["39 records · 1 not in the file"];
    let branch = ["13 records", "4 records", "4 records", "4 records"];
    let last = [
        "12 records · 1 not in the file",
        "4 records",
        "4 records",
        "3 records · 1 not in the file",
    ];
    assert_eq!(counts, [&root[..], &branch, &branch, &last].concat());
}

#[tokio::test]
async fn hostile_names_are_inert() {
    const HOSTILE: [&str; 5] = [
        "<script>document.title = 'run'</script>",
        "\"><img src=x onerror=\"document.title='run'\">",
        "javascript:alert('run')",
        "</style></title></a><svg onload=run()>&lt;b&gt; ' \" ]]> -->",
        "{{ 7 * 7 }} {% include \"x\" %}",
    ];
    let mut tree = Tree::default();
    let mut children: Vec<String> = (1..=5).map(pi).collect();
    for (number, name) in (1..).zip(HOSTILE) {
        let pinax = json!({"title": name, "created": {"x": name}}).to_string();
        let pinax = tree.component(pinax);
        let broken = tree.component(format!("{name} is no JSON"));
        let components = [
            ("pinax.json".to_owned(), pinax),
            (format!("{name}.ref.json"), broken),
        ];
        tree.node(&pi(number), &pi(0), &[], &components.into());
    }
    children.extend(HOSTILE.map(str::to_owned));
    tree.titled(&pi(0), ORIGIN, &children, HOSTILE[0]);
    let export = Export::of_tree(tree).await;
    let document = export.document();
    expect_inert(&document, "https://arke.institute");
    let page = text(document.root_element());
    for name in HOSTILE {
        let shown = page.matches(name).count();
        // As a title of a row and of a branch, as a child that is no PI, in the name of a part.
        assert!(shown >= 4, "{shown} times {name}");
    }
    assert_eq!(
        elements(&document, "title").map(text).next(),
        Some(format!("{}: MODS export", HOSTILE[0]))
    );
}

#[tokio::test]
async fn a_hundred_thousand_problems_stay_a_page() {
    let mut tree = Tree::default();
    let wrong = |from: u64| (from..from + 50_000).map(|number| format!("<no \"PI\"> & '{number}'"));
    let children: Vec<String> = [pi(1)].into_iter().chain(wrong(0)).collect();
    tree.titled(&pi(0), ORIGIN, &children, "The root");
    let children: Vec<String> = wrong(50_000).collect();
    tree.titled(&pi(1), &pi(0), &children, "A child");
    let export = Export::of_tree(tree).await;
    assert_eq!(export.report["summary"]["failed"]["events"], 100_000);
    assert!(export.page.len() < 2_000_000, "{} bytes", export.page.len());
    let document = export.document();
    let count = classed(&document, "count").next().map(text);
    assert_eq!(count.as_deref(), Some("100,000"));
    let rows = classed(&document, "rows").next().expect("rows").children();
    let shown = rows.filter(Node::is_element).count();
    assert!((100..=500).contains(&shown), "{shown} rows");
    let further = format!(
        "And {},{:03} more, in records.csv.",
        (100_000 - shown) / 1000,
        (100_000 - shown) % 1000
    );
    assert!(
        text(document.root_element()).contains(&further),
        "{further}"
    );
}

#[tokio::test]
async fn where_all_is_well_the_page_says_so() {
    let export = Export::of_folder(clean_fixtures()).await;
    let document = export.document();
    expect_inert(&document, "https://arke.institute");
    let page = text(document.root_element());
    assert!(
        page.contains("All 12 entities are in the file, each complete."),
        "{page}"
    );
    assert!(!page.contains("What needs attention"), "{page}");
}

#[tokio::test]
async fn a_single_entity_has_a_page_and_a_bucket_has_none() {
    let export =
        Export::of(|output| Worker::local(&fixtures(), output).env("PI", FIXTURES_ROOT)).await;
    let page = text(export.document().root_element());
    assert!(page.contains("this entity alone"), "{page}");
    assert!(!page.contains("What is in it"), "{page}");

    let world = World::small().await;
    world.collector().run().await.expect_code(0);
    let objects = world.bucket.objects();
    assert!(
        objects.iter().all(|key| !key.contains("report.html")),
        "{objects:?}"
    );
}
