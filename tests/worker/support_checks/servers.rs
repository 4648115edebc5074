//! Checks of the servers themselves, with clients that are not the worker.

use std::time::Duration;

use reqwest::header::ETAG;
use reqwest::{Method, StatusCode, Version};
use serde_json::json;

use crate::support::archive::shuffled;
use crate::support::bucket::BUCKET;
use crate::support::client::client;
use crate::support::server::Refusing;
use crate::support::tree::ORIGIN;
use crate::support::{Answer, Archive, Bucket, CallbackSink, Gate, Tree, pi};

/// A tree of one entity, and the CID of its pinax.
fn one_entity() -> (Tree, String) {
    let mut tree = Tree::default();
    tree.titled(&pi(0), ORIGIN, &[], "Letters");
    let cid = tree.ipfs.keys().next().expect("a component").clone();
    (tree, cid)
}

#[tokio::test]
async fn the_archive_answers_as_arke_does() {
    let (tree, cid) = one_entity();
    let bytes = tree.ipfs[&cid].clone();
    let archive = Archive::start(tree).await;
    let client = client(None).build().expect("a client");
    let get = |path: String| client.get(archive.url() + &path).send();

    let found = get(format!("/entities/{}", pi(0)))
        .await
        .expect("an answer");
    assert_eq!(found.headers()["content-type"], "application/json");
    let missing = get(format!("/entities/{}", pi(1)))
        .await
        .expect("an answer");
    assert_eq!(missing.status(), StatusCode::NOT_FOUND);
    let body: serde_json::Value =
        serde_json::from_slice(&missing.bytes().await.expect("a body")).expect("JSON");
    let message = format!("Entity not found: {}", pi(1));
    assert_eq!(
        body,
        json!({
            "error": "NOT_FOUND", "message": message,
            "details": {"resource": "Entity", "identifier": pi(1)},
        })
    );

    for path in [format!("/ipfs/{cid}"), format!("/cat/{cid}")] {
        assert_eq!(
            get(path)
                .await
                .expect("an answer")
                .bytes()
                .await
                .expect("a body"),
            bytes
        );
    }
    assert_eq!(
        get("/ipfs/bafkreiz".into())
            .await
            .expect("an answer")
            .status(),
        StatusCode::GATEWAY_TIMEOUT
    );
    assert_eq!(
        get("/cat/bafkreiz".into())
            .await
            .expect("an answer")
            .status(),
        StatusCode::SERVICE_UNAVAILABLE
    );
    assert_eq!(archive.count(&format!("/ipfs/{cid}")), 1);
    assert_eq!(
        (archive.most_requests(), archive.most_connections()),
        (1, 1)
    );
    let first = &archive.log().all()[0];
    assert_eq!(
        (&first.method, first.version),
        (&Method::GET, Version::HTTP_11)
    );
    assert!(first.headers.contains_key("host") && first.at < archive.log().all()[1].at);
}

#[tokio::test]
async fn the_archive_speaks_http_2_with_and_without_tls() {
    let plain = Archive::start(one_entity().0).await;
    let secret = Archive::start_tls(one_entity().0).await;
    for (archive, builder) in [
        (&plain, client(None).http2_prior_knowledge()),
        (&secret, client(Some(&secret))),
    ] {
        let url = format!("{}/entities/{}", archive.url(), pi(0));
        let answer = builder
            .build()
            .expect("a client")
            .get(url)
            .send()
            .await
            .expect("an answer");
        assert_eq!(
            (answer.status(), answer.version()),
            (StatusCode::OK, Version::HTTP_2)
        );
    }
    let stranger = client(None).build().expect("a client");
    stranger
        .get(secret.url())
        .send()
        .await
        .expect_err("an unknown authority");
}

#[tokio::test]
async fn scripted_faults_reach_the_client() {
    let (tree, cid) = one_entity();
    let archive = Archive::start(tree).await;
    let path = format!("/ipfs/{cid}");
    let script = archive.script();
    script.next(
        &path,
        Answer::status(503).header("retry-after", "7").body("busy"),
    );
    script.next(&path, Answer::reset().delayed(Duration::from_millis(1)));
    script.next(&path, Answer::usual().lost());
    script.next(&path, Answer::usual().truncated(10));
    script.next(&path, Answer::usual().stalled(10));
    script.next(
        &path,
        Answer::usual().dripping(100, Duration::from_millis(1)),
    );
    let patient = client(None).build().expect("a client");
    let get = || async { patient.get(archive.url() + &path).send().await };
    let hasty = client(None)
        .read_timeout(Duration::from_secs(1))
        .build()
        .expect("a client");

    let busy = get().await.expect("an answer");
    assert_eq!(
        (busy.status().as_u16(), &busy.headers()["retry-after"]),
        (503, &"7".parse().expect("a value"))
    );
    assert_eq!(busy.text().await.expect("a body"), "busy");
    get().await.expect_err("a reset connection");
    get().await.expect_err("a lost answer");
    let truncated = get().await.expect("a head");
    assert!(truncated.content_length() > Some(10));
    assert!(
        !truncated
            .bytes()
            .await
            .expect_err("a cut body")
            .is_timeout()
    );
    let stalled = hasty.get(archive.url() + &path).send().await;
    assert!(
        stalled
            .expect("a head")
            .bytes()
            .await
            .expect_err("a body that stalls")
            .is_timeout()
    );
    get()
        .await
        .expect("a head")
        .bytes()
        .await
        .expect("a slow body");

    script.always("/ipfs/", Answer::status(502));
    assert_eq!(get().await.expect("an answer").status().as_u16(), 502);
    script.always("/ipfs/", Answer::usual());
    assert_eq!(get().await.expect("an answer").status().as_u16(), 200);
    let refusing = Refusing::new();
    patient
        .get(refusing.url())
        .send()
        .await
        .expect_err("a refused connection");
}

#[tokio::test]
async fn held_responses_wait_for_their_gate() {
    let tree = Tree::synthetic(3, 2, 0, 0);
    let archive = Archive::start(tree).await;
    let gate = Gate::new();
    archive
        .script()
        .always("/entities/", Answer::usual().held(&gate));
    archive.delay(shuffled(7, Duration::from_millis(5)));
    let client = client(None).build().expect("a client");
    let requests = (0..3).map(|n| {
        client
            .get(format!("{}/entities/{}", archive.url(), pi(n)))
            .send()
    });
    let opened = async {
        archive.wait_for(&format!("/entities/{}", pi(2)), 1).await;
        gate.open();
    };
    let (answers, ()) = futures::join!(futures::future::join_all(requests), opened);
    assert!(answers.iter().all(Result::is_ok));
    assert_eq!(
        (archive.most_manifests(), archive.most_components()),
        (3, 0)
    );
}

#[tokio::test]
async fn responses_are_compressed_for_clients_that_accept_gzip() {
    let archive = Archive::start(one_entity().0).await;
    archive.gzip();
    let url = format!("{}/entities/{}", archive.url(), pi(0));
    let raw = client(None).no_gzip().build().expect("a client");
    let packed = raw
        .get(&url)
        .header("accept-encoding", "gzip")
        .send()
        .await
        .expect("an answer");
    assert_eq!(packed.headers()["content-encoding"], "gzip");
    let plain = raw.get(&url).send().await.expect("an answer");
    assert!(
        !plain.headers().contains_key(ETAG) && !plain.headers().contains_key("content-encoding")
    );
}

#[tokio::test]
async fn the_callback_sink_records_every_request() {
    let callback = CallbackSink::start().await;
    callback.script().next("/callback", Answer::status(500));
    let client = client(None).build().expect("a client");
    let post = || {
        client
            .post(callback.url())
            .header("webhook-id", "1")
            .body(r#"{"task_id": "t"}"#)
            .send()
    };
    assert_eq!(post().await.expect("an answer").status().as_u16(), 500);
    assert_eq!(
        post()
            .await
            .expect("an answer")
            .text()
            .await
            .expect("a body"),
        r#"{"received":true}"#
    );
    let all = callback.wait_for(2).await;
    assert_eq!(all[1].body["task_id"], "t");
    assert_eq!(
        (&all[1].bytes[..], &all[1].headers["webhook-id"]),
        (&br#"{"task_id": "t"}"#[..], &"1".parse().expect("a value"))
    );
    assert_eq!(
        (&all[1].method, &all[1].path[..]),
        (&Method::POST, "/callback")
    );
    assert!(all[0].at < all[1].at);
    assert_eq!(callback.all().len(), 2);
}

#[tokio::test]
async fn the_bucket_records_requests_and_refuses_what_r2_refuses() {
    let bucket = Bucket::start().await;
    bucket.put("old.xml", "earlier");
    bucket.script().next(
        "PutObject",
        Answer::s3_error(503, "SlowDown", "Reduce your rate."),
    );
    let client = client(None).build().expect("a client");
    let url = format!("{}/{BUCKET}/exports/t/a.xml", bucket.url());
    let sent = [
        client
            .put(&url)
            .header("content-type", "application/xml")
            .body("<a/>"),
        client
            .put(format!("{url}?partNumber=2&uploadId=u"))
            .body("x"),
        client.put(&url).header("x-amz-acl", "private").body("x"),
        client.head(format!("{}/{BUCKET}", bucket.url())),
    ];
    let mut statuses = Vec::new();
    for request in sent {
        statuses.push(request.send().await.expect("an answer").status().as_u16());
    }
    // The second is not signed.
    assert_eq!(statuses, [503, 403, 501, 403]);
    assert_eq!(
        bucket.operations(),
        ["PutObject", "UploadPart", "PutObject", "HeadBucket"]
    );
    assert_eq!(bucket.violations().len(), 2);
    let calls = bucket.log().all();
    assert_eq!(
        (&calls[0].key[..], calls[0].content_type.as_deref()),
        ("exports/t/a.xml", Some("application/xml"))
    );
    assert_eq!(
        (
            calls[1].part_number,
            calls[1].upload_id.as_deref(),
            calls[1].content_length
        ),
        (Some(2), Some("u"), Some(1))
    );
    assert!(calls[2].amz_headers.contains_key("x-amz-acl") && calls[2].at < calls[3].at);
    bucket.wait_for("UploadPart", 1).await;
    assert_eq!((bucket.most_parts(), bucket.open_uploads()), (1, 0));
    assert_eq!(bucket.objects(), ["old.xml"]);
    assert_eq!(
        (bucket.object("old.xml"), bucket.content_type("old.xml")),
        (Some(b"earlier".to_vec()), None)
    );
}
