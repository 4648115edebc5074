//! Exports from an archive over HTTP into a bucket, driven by the environment alone.

use serde_json::json;

use super::support::document::{Document, FIXTURES_PIS, FIXTURES_ROOT, fixtures};
use super::support::tree::ORIGIN;
use super::support::{Answer, Archive, Bucket, CallbackSink, Tree, Worker, World, pi};

#[tokio::test]
async fn an_export_over_http_gives_the_same_file_as_one_from_a_folder() {
    let world = World::of(Tree::from_folder(&fixtures())).await;
    let worker = world
        .worker_for(FIXTURES_ROOT)
        .options(json!({"recursive": true}));
    let run = worker.run().await;
    run.expect_code(0);
    assert_eq!(run.stdout, "", "the callback went to its address");

    let file_name = format!("{FIXTURES_ROOT}-collection.xml");
    let key = format!("exports/task-1/{file_name}");
    assert_eq!(world.bucket.files(), std::slice::from_ref(&key));
    assert_eq!(
        world.bucket.content_type(&key).as_deref(),
        Some("application/xml")
    );
    let bytes = world.bucket.object(&key).expect("the object");
    let delivery = world.callback.only();
    assert_eq!(
        (
            delivery.method.as_str(),
            delivery.headers["content-type"].as_bytes()
        ),
        ("POST", &b"application/json"[..])
    );
    delivery.expect_success(&file_name, bytes.len(), 25);
    let document = Document::valid(bytes.clone());
    assert_eq!(document.pis(), FIXTURES_PIS);

    let output = tempfile::tempdir().expect("a temporary folder");
    let local = Worker::local(&fixtures(), output.path());
    local.run().await.expect_code(0);
    assert_eq!(
        Document::only_below(output.path()).1.text().as_bytes(),
        bytes,
        "wherever the bytes were fetched from"
    );
    assert!(
        !document.text().contains("127.0.0.1"),
        "the address that bytes were fetched from"
    );
}

#[tokio::test]
async fn each_manifest_is_requested_once_and_no_digitized_file_is() {
    let tree = Tree::synthetic(30, 5, 2, 200);
    let world = World::of(tree).await;
    world.collector().run().await.expect_code(0);
    for number in 0..30 {
        assert_eq!(world.archive.count(&format!("/entities/{}", pi(number))), 1);
    }
    // A pinax, a description, a graph and two refs each, nothing else.
    assert_eq!(world.archive.log().all().len(), 30 * (1 + 5));
    let agent = format!(
        "arke-mods-export-worker/{} (+https://arke.institute)",
        env!("CARGO_PKG_VERSION")
    );
    for visit in world.archive.log().all() {
        assert_eq!(
            visit.headers["user-agent"],
            agent.as_str(),
            "{}",
            visit.path
        );
    }
    assert_eq!(world.callback.only().headers["user-agent"], agent.as_str());
    for call in world.bucket.log().all() {
        assert_eq!(
            call.user_agent.as_deref(),
            Some(agent.as_str()),
            "{}",
            call.operation
        );
    }
    assert!(world.archive.most_requests() <= 64);
}

#[tokio::test]
async fn http2_over_tls_works_with_a_private_certificate_authority() {
    let tree = Tree::synthetic(30, 5, 3, 200);
    let (archive, bucket) = (Archive::start_tls(tree).await, Bucket::start().await);
    let callback = CallbackSink::start().await;
    let worker =
        Worker::with(&pi(0), &archive, &bucket, &callback).options(json!({"recursive": true}));
    worker.run().await.expect_code(0);
    assert!(
        archive
            .log()
            .all()
            .iter()
            .all(|visit| format!("{:?}", visit.version) == "HTTP/2.0")
    );

    let run = worker.without("EXTRA_CA_FILE").run().await;
    run.expect_code(1);
    let deliveries = callback.all();
    let error = deliveries[1].body["error"].as_str().expect("an error");
    assert!(
        error.starts_with("Failed to fetch manifest: no secure connection to 127.0.0.1:"),
        "{error}"
    );
}

#[tokio::test]
async fn compressed_responses_are_read() {
    let tree = Tree::synthetic(5, 4, 2, 5_000);
    let (plain, compressed) = (
        Archive::start(tree.clone()).await,
        Archive::start(tree).await,
    );
    compressed.gzip();
    let mut files = Vec::new();
    for archive in [&plain, &compressed] {
        let (bucket, callback) = (Bucket::start().await, CallbackSink::start().await);
        let worker =
            Worker::with(&pi(0), archive, &bucket, &callback).options(json!({"recursive": true}));
        worker.run().await.expect_code(0);
        files.push(
            bucket
                .object(&format!("exports/task-1/{}-collection.xml", pi(0)))
                .expect("the object"),
        );
    }
    assert_eq!(files[0], files[1]);
    assert!(compressed.log().all().iter().all(|visit| {
        visit.headers["accept-encoding"]
            .as_bytes()
            .starts_with(b"gzip")
    }));
}

#[tokio::test]
async fn an_entity_of_the_test_network_is_asked_for_on_that_network() {
    let test_pi = "IIKB357AKBQZEVHSGPZT36ADZ8";
    let mut tree = Tree::default();
    tree.titled(test_pi, ORIGIN, &[], "On the test network");
    let world = World::of(tree).await;
    world.worker_for(test_pi).run().await.expect_code(0);
    let manifest = world
        .archive
        .log()
        .all()
        .into_iter()
        .find(|visit| visit.path.starts_with("/entities/"));
    assert_eq!(
        manifest.expect("a request").headers["x-arke-network"],
        "test"
    );
}

#[tokio::test]
async fn records_link_to_the_public_addresses() {
    let tree = Tree::synthetic(2, 1, 1, 10);
    let world = World::of(tree).await;
    let worker = world
        .worker()
        .env("ARKE_SITE_URL", "https://site.example.org/")
        .env("IPFS_PUBLIC_URL", "https://gateway.example.org");
    worker.run().await.expect_code(0);
    let bytes = world.file();
    let document = Document::valid(bytes);
    assert!(
        document
            .text()
            .contains(&format!(">https://site.example.org/{}<", pi(1))),
        "{}",
        document.text()
    );
    assert!(
        document
            .text()
            .contains("altFormat=\"https://gateway.example.org/ipfs/"),
        "{}",
        document.text()
    );
}

#[tokio::test]
async fn bytes_that_do_not_match_their_cid_are_requested_again_and_never_used() {
    let mut tree = Tree::default();
    let pinax = tree.component("{\"title\": \"The true title\"}");
    tree.node(
        &pi(0),
        ORIGIN,
        &[],
        &[("pinax.json".to_owned(), pinax.clone())].into(),
    );
    let wrong = || Answer::status(200).body("{\"title\": \"A false title\"}");
    for (answers, expected) in [(1, "The true title"), (6, "Untitled Arke entity")] {
        let world = World::of(tree.clone()).await;
        for _ in 0..answers {
            world
                .archive
                .script()
                .next(&format!("/ipfs/{pinax}"), wrong());
            world
                .archive
                .script()
                .next(&format!("/cat/{pinax}"), wrong());
        }
        world.worker().run().await.expect_code(0);
        let bytes = world.file();
        let document = Document::valid(bytes);
        assert!(
            document.texts_of("title")[0].starts_with(expected),
            "{}",
            document.text()
        );
        assert!(
            world.archive.count(&format!("/cat/{pinax}")) > 0,
            "the other address is asked too"
        );
    }
}
