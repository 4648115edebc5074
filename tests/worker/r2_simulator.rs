//! The upload against Cloudflare's own simulator of R2, which keeps the rules of R2 on its own.
//!
//! `.ci/install` puts it into `target/ci/r2`; where it is not installed these tests say so and pass, but not where
//! `R2_SIMULATOR` is set, as `.ci/run` does.

use std::path::Path;
use std::process::Stdio;

use reqwest::{Client, Method, Response};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

use super::support::client::client;
use super::support::document::Document;
use super::support::worker::{Run, Signal};
use super::support::{Answer, Gate, Tree, Worker, World, pi};

const PART_BYTES: usize = 8 * 1024 * 1024;

/// A running simulator; it ends with its value.
struct Simulator {
    url: String,
    client: Client,
    _process: Child,
}

impl Simulator {
    /// Starts one, if it is installed.
    async fn start() -> Option<Self> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/ci/r2/start.mjs");
        if !script.exists() {
            let missing = "the simulator of R2 is not installed: .ci/install does it";
            assert!(std::env::var_os("R2_SIMULATOR").is_none(), "{missing}");
            #[expect(
                clippy::print_stderr,
                reason = "a check that is passed over must be seen"
            )]
            {
                eprintln!("not checked: {missing}");
            }
            return None;
        }
        let mut process = Command::new("node")
            .arg(script)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("node, which .ci/install installs");
        let output = process.stdout.take().expect("a pipe");
        let mut lines = BufReader::new(output).lines();
        let line = lines.next_line().await.expect("a readable pipe");
        Some(Self {
            url: line.expect("the simulator's address"),
            client: client(None).build().expect("a client"),
            _process: process,
        })
    }

    /// A worker that exports from a world into the simulator.
    fn worker(&self, world: &World) -> Worker {
        world.collector().env("R2_ENDPOINT", &self.url)
    }

    /// Sends a request of the S3 API, unsigned.
    async fn send(&self, method: Method, path: &str, body: Vec<u8>) -> Response {
        let request = self.client.request(method, format!("{}{path}", self.url));
        request.body(body).send().await.expect("an answer")
    }

    /// An object that must be there: its content type and its bytes.
    async fn object(&self, name: &str) -> (String, Vec<u8>) {
        let path = format!("/arke-exports/exports/task-1/{name}");
        let found = self.send(Method::GET, &path, Vec::new()).await;
        assert_eq!(found.status(), 200, "{name}");
        let content_type = found.headers()["content-type"].to_str().expect("a type");
        (
            content_type.to_owned(),
            found.bytes().await.expect("a body").to_vec(),
        )
    }

    async fn is_there(&self, name: &str) -> bool {
        let path = format!("/arke-exports/exports/task-1/{name}");
        self.send(Method::HEAD, &path, Vec::new()).await.status() == 200
    }

    /// The uploads that are neither completed nor aborted.
    async fn open_uploads(&self) -> Value {
        let open = self.send(Method::GET, "/", Vec::new()).await;
        serde_json::from_slice(&open.bytes().await.expect("a body")).expect("JSON")
    }

    /// Checks a file and its report against what was called back.
    async fn expect_delivered(&self, world: &World, run: &Run, name: &str) -> Document {
        run.expect_code(0);
        let body = world.callback.only().body;
        let (content_type, bytes) = self.object(name).await;
        assert_eq!(content_type, "application/xml");
        assert_eq!(body["output_file_size"], bytes.len());
        let (content_type, report) = self.object("report.json").await;
        assert_eq!(content_type, "application/json");
        let report: Value = serde_json::from_slice(&report).expect("JSON");
        assert_eq!(report["metrics"], body["metrics"]);
        assert_eq!(self.open_uploads().await, json!([]));
        Document::valid(bytes)
    }
}

#[tokio::test]
async fn the_simulator_accepts_a_single_record() {
    let Some(simulator) = Simulator::start().await else {
        return;
    };
    let world = World::of(Tree::synthetic(2, 1, 1, 1000)).await;
    let worker = simulator.worker(&world).options(json!({}));
    let run = worker.run().await;
    let name = format!("{}.xml", pi(0));
    let document = simulator.expect_delivered(&world, &run, &name).await;
    assert_eq!(document.pis(), [pi(0)]);
}

#[tokio::test]
async fn the_simulator_accepts_a_collection_of_one_part_and_of_many() {
    let Some(simulator) = Simulator::start().await else {
        return;
    };
    for ocr_bytes in [10, 7_000_000] {
        let tree = Tree::synthetic(3, 2, 1, ocr_bytes);
        let world = World::of(tree.clone()).await;
        let run = simulator.worker(&world).run().await;
        let name = format!("{}-collection.xml", pi(0));
        let document = simulator.expect_delivered(&world, &run, &name).await;
        let large = document.text().len() > 2 * PART_BYTES;
        assert_eq!(large, ocr_bytes > 10, "{} bytes", document.text().len());
        let elsewhere = World::of(tree).await;
        elsewhere.collector().run().await.expect_code(0);
        assert!(
            document.text().as_bytes() == elsewhere.file(),
            "the bytes are those of any other bucket"
        );
    }
}

#[tokio::test]
async fn an_export_in_the_simulator_is_compared_with_an_earlier_one() {
    let Some(simulator) = Simulator::start().await else {
        return;
    };
    let world = World::of(Tree::synthetic(3, 2, 1, 10)).await;
    simulator.worker(&world).run().await.expect_code(0);
    let later = World::of(Tree::synthetic(3, 2, 2, 10)).await;
    let worker = simulator.worker(&later).env("TASK_ID", "task-2");
    let options = json!({"recursive": true, "since": "task-1"});
    let run = worker.options(options).run().await;
    run.expect_code(0);
    let metrics = &later.callback.only().body["metrics"];
    assert_eq!(metrics["records_changed"], 3, "{}", run.stderr);
    let path = format!("/arke-exports/exports/task-2/{}-changes.xml", pi(0));
    let changes = simulator.send(Method::GET, &path, Vec::new()).await;
    let changes = changes.bytes().await.expect("a body").to_vec();
    assert_eq!(Document::valid(changes).pis(), [pi(0), pi(1), pi(2)]);
}

#[tokio::test]
async fn a_cancelled_job_leaves_nothing_in_the_simulator() {
    let Some(simulator) = Simulator::start().await else {
        return;
    };
    let world = World::of(Tree::synthetic(3, 2, 1, 9_000_000)).await;
    let never = Answer::usual().held(&Gate::new());
    let last = format!("/entities/{}", pi(2));
    world.archive.script().always(&last, never);
    let running = simulator.worker(&world).spawn();
    world.archive.wait_for(&last, 1).await;
    running.signal(Signal::TERM);
    running.finish().await.expect_code(1);
    assert_eq!(world.callback.only().body["status"], "error");
    assert_eq!(simulator.open_uploads().await, json!([]));
    let name = format!("{}-collection.xml", pi(0));
    assert!(!simulator.is_there(&name).await && !simulator.is_there("report.json").await);
}

#[tokio::test]
async fn the_simulator_keeps_the_rules_of_r2() {
    let Some(simulator) = Simulator::start().await else {
        return;
    };
    let text = async |answer: Response| answer.text().await.expect("a body");
    for (sizes, expected) in [
        ([PART_BYTES, PART_BYTES + 1, 1], "(10048)"),
        ([PART_BYTES / 2, PART_BYTES / 2, 1], "(10011)"),
    ] {
        let opened = simulator.send(Method::POST, "/b/key?uploads", Vec::new());
        let opened = text(opened.await).await;
        let (_, rest) = opened.split_once("<UploadId>").expect("an upload");
        let (id, _) = rest.split_once('<').expect("an upload");
        let mut parts = Vec::new();
        for (number, size) in (1..).zip(sizes) {
            let path = format!("/b/key?partNumber={number}&uploadId={id}");
            let taken = simulator.send(Method::PUT, &path, vec![b'x'; size]).await;
            let e_tag = taken.headers()["etag"].to_str().expect("a tag").to_owned();
            let named = format!("<PartNumber>{number}</PartNumber><ETag>{e_tag}</ETag>");
            parts.push(format!("<Part>{named}</Part>"));
        }
        let path = format!("/b/key?uploadId={id}");
        let refused = simulator.send(Method::POST, &path, parts.concat().into_bytes());
        let refused = refused.await;
        assert_eq!(refused.status(), 400);
        let refused = text(refused).await;
        assert!(refused.contains(expected), "{refused}");
        simulator.send(Method::DELETE, &path, Vec::new()).await;
    }
}
