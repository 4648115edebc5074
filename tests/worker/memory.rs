//! Memory: inputs that are larger in memory than in bytes, alone and side by side, by the peak of the process.

use std::collections::BTreeMap;
use std::iter;
use std::time::Duration;

use serde_json::{Value, json};

use super::support::archive::gzip;
use super::support::document::Document;
use super::support::tree::ORIGIN;
use super::support::worker::Run;
use super::support::{Answer, Tree, World, pi};

const MEBIBYTE: usize = 1024 * 1024;
/// What Fly gives where a job names nothing, in MB, and what a process may take of it.
const MEMORY_MB: &str = "256";
const PEAK_MB_MAX: u64 = 190;

/// The content of an archive under [`pi`]`(0)`, and answers in place of it.
struct Input {
    tree: Tree,
    answers: Vec<(String, Answer)>,
}

/// Makes so many entities below a root, each with the same components.
fn entities(count: u64, components: &[(String, Vec<u8>)]) -> Input {
    let mut tree = Tree::default();
    let mut cids = BTreeMap::new();
    for (key, body) in components {
        cids.insert(key.clone(), tree.component(body.clone()));
    }
    let children: Vec<String> = (1..count).map(pi).collect();
    tree.node(&pi(0), ORIGIN, &children, &cids);
    for n in 1..count {
        tree.node(&pi(n), &pi(0), &[], &cids);
    }
    Input {
        tree,
        answers: Vec::new(),
    }
}

fn named(key: &str, body: impl Into<Vec<u8>>) -> Vec<(String, Vec<u8>)> {
    vec![(key.to_owned(), body.into())]
}

fn lines(bytes: usize) -> String {
    "dear Alice, the tennis club at Staten Island was delightful & yesterday\n"
        .repeat(bytes / 72 + 1)[..bytes]
        .to_owned()
}

fn file_ref(ocr: &str) -> String {
    json!({"url": "https://cdn.arke.institute/asset/a", "type": "image/jpeg", "size": 1, "ocr": ocr}).to_string()
}

/// Makes one entity of so many digitized files of 32 kB.
pub(super) fn volume(files: usize) -> Tree {
    entities(1, &pages(files)).tree
}

fn pages(count: usize) -> Vec<(String, Vec<u8>)> {
    let text = lines(32_000);
    (0..count)
        .map(|page| {
            let body = file_ref(&format!("page {page}\n{text}"));
            (page_key(page), body.into_bytes())
        })
        .collect()
}

fn long_label() -> String {
    let relation = json!({"subject": "a", "predicate": "knows", "object": "a"});
    let relations: Vec<Value> = vec![relation; 10_000];
    json!({"entities": {"a": {"type": "person", "label": "x".repeat(60_000)}}, "relationships": relations}).to_string()
}

/// Text that hardly becomes shorter.
fn noise(bytes: usize) -> String {
    let states = iter::successors(Some(1_u64), |state| {
        Some(
            state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1),
        )
    });
    let digits = states
        .filter_map(|state| char::from_digit(u32::try_from(state >> 59).unwrap_or_default(), 36));
    digits.take(bytes).collect()
}

fn gzipped(count: u64) -> Input {
    // Without some noise it would be a bomb.
    let body = file_ref(&(noise(3 * MEBIBYTE) + &lines(27 * MEBIBYTE - 4096)));
    let mut input = entities(count, &named("a.jpg.ref.json", "{}"));
    let cid = input.tree.ipfs.keys().next().expect("a component").clone();
    // What no hash proves.
    let unproved = "QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPbdG";
    for body in input.tree.entities.values_mut() {
        *body = body.replace(&cid, unproved);
    }
    let answer = Answer::status(200)
        .header("content-encoding", "gzip")
        .body(gzip(body.as_bytes()).expect("memory"));
    input.answers.push((format!("/ipfs/{unproved}"), answer));
    input
}

fn manifests(count: u64) -> Input {
    let mut input = entities(count, &[]);
    for (_, body) in input.tree.entities.iter_mut().skip(1) {
        let mut manifest: Value = serde_json::from_str(body).expect("JSON");
        let components: serde_json::Map<String, Value> = (0..36_000)
            .map(|n| {
                (
                    format!("{n:05}{}", "x".repeat(30)),
                    json!("bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"),
                )
            })
            .collect();
        manifest["components"] = components.into();
        *body = manifest.to_string();
    }
    input
}

fn beyond(count: u64, each: u64) -> Input {
    let mut tree = Tree::default();
    let parents: Vec<String> = (1..=count).map(pi).collect();
    tree.node(&pi(0), ORIGIN, &parents, &BTreeMap::new());
    for parent in 1..=count {
        let children: Vec<String> = (0..each)
            .map(|n| pi(1_000_000 + parent * each + n))
            .collect();
        tree.node(&pi(parent), &pi(0), &children, &BTreeMap::new());
    }
    Input {
        tree,
        answers: Vec::new(),
    }
}

fn merges(count: u64) -> Input {
    let mut tree = Tree::default();
    let children: Vec<String> = (1..=count).map(pi).collect();
    tree.node(&pi(0), ORIGIN, &children, &BTreeMap::new());
    for n in 2..=count {
        tree.entity(
            &pi(n),
            json!({"id": pi(n), "merged": true, "merged_into": pi(n - 1)}),
        );
    }
    tree.node(&pi(1), &pi(0), &[], &BTreeMap::new());
    Input {
        tree,
        answers: Vec::new(),
    }
}

fn languages(count: usize) -> String {
    let languages: Vec<String> = (0..count).map(|n| format!("{n:x}")).collect();
    json!({"title": "a", "language": languages}).to_string()
}

fn dense_graph() -> String {
    let entities: Vec<String> = (0..250_000)
        .map(|n| format!("\"p{n}\":{{\"type\":\"person\"}}"))
        .collect();
    format!("{{\"entities\":{{{}}}}}", entities.join(","))
}

fn list_of_zeros(bytes: usize) -> Vec<u8> {
    format!("[{}0]", "0,".repeat(bytes / 2)).into_bytes()
}

fn raw_controls(bytes: usize) -> Vec<u8> {
    format!("{{\"url\": \"u\", \"ocr\": \"{}\"}}", "\u{1}".repeat(bytes)).into_bytes()
}

/// The inputs, by name.
fn input(name: &str, count: u64) -> Input {
    let refs = "a.jpg.ref.json";
    let markdown = "description.md";
    match name {
        "2,100 pages" => entities(count, &pages(2100)),
        "6,000 pages" => entities(count, &pages(6000)),
        "long label" => entities(count, &named("cheimarros.json", long_label())),
        "dense graph" => entities(count, &named("cheimarros.json", dense_graph())),
        "gzipped refs" => gzipped(count),
        "manifests" => manifests(count + 1),
        "zeros" => entities(count, &named(refs, list_of_zeros(14 * MEBIBYTE))),
        "zeros in the graph" => entities(
            count,
            &named("cheimarros.json", list_of_zeros(14 * MEBIBYTE)),
        ),
        "raw controls" => entities(count, &named(refs, raw_controls(22 * MEBIBYTE))),
        "ampersands" => entities(count, &named(refs, file_ref(&"&".repeat(31 * MEBIBYTE)))),
        "brackets" => entities(count, &named(markdown, "[".repeat(39 * MEBIBYTE / 10))),
        "quotes" => entities(count, &named(markdown, ">".repeat(39 * MEBIBYTE / 10))),
        "beyond" => beyond(33, 100_000),
        "merges" => merges(40_000),
        "languages" => entities(count, &named("pinax.json", languages(90_000))),
        _ => panic!("{name}?"),
    }
}

async fn world(input: Input) -> World {
    let world = World::of(input.tree).await;
    for (path, answer) in input.answers {
        world.archive.script().always(&path, answer);
    }
    world
}

/// Exports on a machine with so much memory; the whole tree, as wide as can be.
async fn export(world: &World, memory_mb: &str, max_depth: u32) -> Run {
    let options = json!({"recursive": true, "parallelBatchSize": 64, "maxDepth": max_depth});
    let mut worker = world
        .worker()
        .options(options)
        .env("FLY_VM_MEMORY_MB", memory_mb);
    if let Ok(binary) = std::env::var("WORKER") {
        worker = worker.binary(binary.as_ref());
    }
    worker.spawn().finish_within(Duration::from_mins(9)).await
}

/// Exports an input and says what it took.
#[expect(clippy::print_stdout, reason = "a table for whoever runs it by hand")]
async fn peak(name: &str, count: u64) -> u64 {
    let world = world(input(name, count)).await;
    let depth = if name == "beyond" { 1 } else { 10 };
    let run = export(&world, MEMORY_MB, depth).await;
    let body = world.callback.only().body;
    let metrics = &body["metrics"];
    println!(
        "| {name} | {count} | {} MB | {:.1} s | {:?} {} | {} components failed |",
        metrics["peak_memory_mb"],
        run.elapsed.as_secs_f64(),
        run.code,
        body["error"],
        metrics["components_failed"]
    );
    metrics["peak_memory_mb"].as_u64().expect("a peak")
}

#[tokio::test]
async fn quick_inputs_take_no_more_than_their_machine_has() {
    check("long label*3;brackets*2;quotes*2;ampersands;merges;manifests*3").await;
}

#[tokio::test]
#[ignore = "takes minutes; INPUTS names some of them"]
async fn no_input_takes_more_than_its_machine_has() {
    let all = "2,100 pages;6,000 pages;long label;long label*64;zeros*64;zeros in the graph*64;raw controls*64;\
               ampersands*64;brackets*64;quotes*64;dense graph*64;gzipped refs*64;manifests*64;beyond;merges;languages*64";
    let inputs = std::env::var("INPUTS");
    check(inputs.as_deref().unwrap_or(all)).await;
}

/// Checks inputs, each by its name, and how often it stands side by side.
async fn check(inputs: &str) {
    let mut beyond = Vec::new();
    for input in inputs.split(';') {
        let (name, count) = input.split_once('*').unwrap_or((input, "1"));
        let peak = peak(name, count.parse().expect("a number")).await;
        if peak > PEAK_MB_MAX {
            beyond.push((input, peak));
        }
    }
    assert!(beyond.is_empty(), "{beyond:?}");
}

fn page_key(page: usize) -> String {
    format!("{page:05}.jpg.ref.json")
}

/// The path of a component of the first entity.
fn path(tree: &Tree, key: &str) -> String {
    let manifest: Value = serde_json::from_str(&tree.entities[&pi(0)]).expect("JSON");
    format!(
        "/ipfs/{}",
        manifest["components"][key].as_str().expect("a CID")
    )
}

#[tokio::test]
async fn a_volume_larger_than_its_share_is_read_twice_and_is_the_same() {
    let volume = || entities(2, &pages(300));
    let (small, large) = (world(volume()).await, world(volume()).await);
    export(&large, "4096", 10).await.expect_code(0);
    export(&small, "64", 10).await.expect_code(0);
    let asked = |world: &World| {
        world
            .archive
            .log()
            .count(|visit| visit.path.starts_with("/ipfs/"))
    };
    assert_eq!(asked(&large), 600);
    assert!(asked(&small) > 900, "{} requests", asked(&small));
    let file = small.file();
    assert!(file == large.file(), "the same bytes");
    let text = String::from_utf8(file).expect("UTF-8");
    let ocr: Vec<&str> = text.matches(">page ").collect();
    assert_eq!(ocr.len(), 600);
    Document::valid(text.into_bytes());
}

#[tokio::test]
async fn a_long_record_alone_goes_up_in_parts() {
    let world = world(entities(1, &pages(1100))).await;
    let run = world.worker().env("FLY_VM_MEMORY_MB", "64").run().await;
    run.expect_code(0);
    assert!(world.bucket.operations().contains(&"UploadPart"));
    let text = String::from_utf8(world.file()).expect("UTF-8");
    assert_eq!(text.matches(">page ").count(), 1100);
}

#[tokio::test]
async fn a_page_that_is_another_one_at_the_second_reading_keeps_its_place() {
    let mut input = entities(1, &pages(200));
    let [other, lost, restored] = [197, 198, 199].map(|page| path(&input.tree, &page_key(page)));
    // What no hash proves.
    let unproved = "QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPbdG";
    let cid = other.trim_start_matches("/ipfs/").to_owned();
    let body = input.tree.ipfs[&cid].clone();
    input.tree.ipfs.insert(unproved.to_owned(), body);
    let manifest = input.tree.entities.get_mut(&pi(0)).expect("a manifest");
    *manifest = manifest.replace(&cid, unproved);
    let other = format!("/ipfs/{unproved}");
    let world = world(input).await;
    let script = world.archive.script();
    let wrong = || Answer::status(200).body(file_ref("something else"));
    for path in [&other, &lost, &restored] {
        script.next(path, Answer::usual());
    }
    for route in ["/ipfs/", "/cat/"] {
        script.always(&other.replace("/ipfs/", route), wrong());
        script.always(&lost.replace("/ipfs/", route), Answer::status(410));
    }
    script.next(&restored, wrong());
    let run = export(&world, "64", 10).await;
    run.expect_code(0);
    let metrics = &world.callback.only().body["metrics"];
    assert_eq!(metrics["components_failed"], 2, "{}", run.stderr);
    let text = String::from_utf8(world.file()).expect("UTF-8");
    let place = |words: &str| text.find(words).unwrap_or_else(|| panic!("no {words}"));
    let places = [
        ">page 196\n",
        "<title>00197.jpg<",
        "<title>00198.jpg<",
        ">page 199\n",
    ]
    .map(place);
    assert!(places.is_sorted(), "{places:?}");
    assert_eq!(text.matches("The metadata of this file ").count(), 2);
    let report = world.bucket.report().to_string();
    assert!(
        report.contains(&page_key(197)) && report.contains(&page_key(198)),
        "{report}"
    );
    assert!(
        report.contains("the bytes are not those that came before"),
        "{report}"
    );
}
