//! Faults of connections: names, certificates, time-outs, and bodies that do not arrive whole. Rows 1 to 7.

use std::time::Duration;

use serde_json::json;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};

use crate::support::goaway::Door;
use crate::support::outcome::{Outcome, export, export_by, manifest_path};
use crate::support::server::Refusing;
use crate::support::small_trees::family;
use crate::support::{Answer, Archive, Bucket, CallbackSink, Gate, World, pi};

/// A root at an address other than that of the world's archive.
async fn export_at(url: &str, settings: &[(&str, &str)]) -> Outcome {
    let world = World::of(family(0)).await;
    let worker = settings
        .iter()
        .fold(world.collector(), |worker, (name, value)| {
            worker.env(name, *value)
        });
    let worker = worker.env("ARKE_API_URL", url);
    export_by(world, &worker).await
}

#[tokio::test]
async fn row_01_a_host_name_that_does_not_resolve() {
    // Too long to be a name, so that nobody outside is asked for it.
    let host = format!("{}.example", "a".repeat(70));
    let outcome = export_at(&format!("http://{host}"), &[]).await;
    let expected = format!("Failed to fetch manifest: {host} cannot be found: ");
    assert!(
        outcome.error().starts_with(&expected),
        "{}",
        outcome.error()
    );
    assert!(outcome.error().ends_with(" (dns)"), "{}", outcome.error());
    assert!(
        (5..50).contains(&outcome.retries("dns")),
        "six tries and half a minute"
    );
    outcome.expect_logged(&["the first manifest cannot be had yet", &host]);
}

#[tokio::test]
async fn row_02_refused_and_reset_connections() {
    let refusing = Refusing::new();
    let outcome = export_at(&refusing.url(), &[]).await;
    assert!(
        outcome
            .error()
            .starts_with("Failed to fetch manifest: no connection to 127.0.0.1:"),
        "{}",
        outcome.error()
    );
    assert!((5..50).contains(&outcome.retries("connect")));

    let world = World::of(family(3)).await;
    for path in [manifest_path(0), manifest_path(1)] {
        world.archive.script().next(&path, Answer::reset());
        world.archive.script().next(&path, Answer::usual().lost());
    }
    world
        .archive
        .script()
        .always(&manifest_path(2), Answer::reset());
    let outcome = export(world, &[]).await;
    outcome.expect_pis([0, 1, 3]);
    assert!((5..=12).contains(&outcome.asked_for(2)));
    outcome.expect_logged(&[&pi(2), "no connection to 127.0.0.1:", "(connect)"]);
}

#[tokio::test]
async fn row_03_a_certificate_that_is_not_trusted() {
    let archive = Archive::start_tls(family(0)).await;
    let outcome = export_at(&archive.url(), &[]).await;
    assert!(
        outcome
            .error()
            .starts_with("Failed to fetch manifest: no secure connection to 127.0.0.1:"),
        "{}",
        outcome.error()
    );
    assert!(outcome.error().ends_with(" (tls)"), "{}", outcome.error());
    assert_eq!(outcome.metric("requests_sent"), 1, "never as it is");
    assert!(archive.log().all().is_empty());
}

#[tokio::test]
async fn row_04_no_connection_or_no_response_in_time() {
    // Takes connections, and says nothing: TLS never comes about.
    let mute = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("https://{}", mute.local_addr().expect("a bound port"));
    let outcome = export_at(&url, &[("CONNECT_TIMEOUT_MS", "100")]).await;
    assert!(
        outcome.error().ends_with("timed out (timeout)"),
        "{}",
        outcome.error()
    );
    assert!((5..50).contains(&outcome.retries("timeout")));

    let world = World::of(family(2)).await;
    let never = Gate::new();
    let held = || Answer::usual().held(&never);
    world.archive.script().next(&manifest_path(1), held());
    world.archive.script().always(&manifest_path(2), held());
    let outcome = export(world, &[("API_TIMEOUT_MS", "300")]).await;
    outcome.expect_pis([0, 1]);
    // One that hangs weighs more.
    assert!((2..=5).contains(&outcome.asked_for(2)));
    assert!(outcome.retries("timeout") >= 2);
    outcome.expect_logged(&[&pi(2), "no answer within 300ms (timeout)"]);
}

#[tokio::test]
async fn row_04_the_timeout_for_a_connection_is_that_of_the_archive_alone() {
    let world = World {
        bucket: Bucket::start_tls().await,
        ..World::small().await
    };
    // The connection to the bucket is not there before the second request to the archive comes.
    let slow = Answer::usual().delayed(Duration::from_millis(500));
    world.archive.script().next(&manifest_path(0), slow);
    let door = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("https://{}", door.local_addr().expect("a bound port"));
    let authority = world.bucket.authority().expect("an authority");
    let worker = world
        .collector()
        .env("R2_ENDPOINT", url)
        .env("EXTRA_CA_FILE", authority.to_str().expect("UTF-8"))
        .env("CONNECT_TIMEOUT_MS", "100");
    let running = worker.spawn();
    let mut guest = Some(door.accept().await.expect("a connection").0);
    world.archive.log().wait_for(2, |_| true).await;
    let bucket = world.bucket.url().replace("https://", "");
    let leading = tokio::spawn(async move {
        loop {
            let mut from = match guest.take() {
                Some(first) => first,
                None => door.accept().await.expect("a connection").0,
            };
            let mut to = TcpStream::connect(&bucket).await.expect("the bucket");
            tokio::spawn(async move { copy_bidirectional(&mut from, &mut to).await });
        }
    });
    running.finish().await.expect_code(0);
    leading.abort();
    assert_eq!(world.callback.only().body["metrics"]["upload_retries"], 0);
}

#[tokio::test]
async fn row_02_a_stream_that_is_refused_by_goaway_uses_up_no_try() {
    let world = World::of(family(2)).await;
    let door = Door::before(&world.archive.url(), 2).await;
    let authority = door.certificate.authority();
    let worker = world
        .collector()
        .env("ARKE_API_URL", &door.url)
        .env("IPFS_GATEWAY_URL", &door.url)
        .env("EXTRA_CA_FILE", authority.to_str().expect("UTF-8"));
    let outcome = export_by(world, &worker).await;
    outcome.expect_whole();
    assert_eq!(outcome.body["metrics"]["retries"], json!({}));
}

#[tokio::test]
async fn row_05_a_stalled_body() {
    let world = World::of(family(3)).await;
    let script = world.archive.script();
    script.next(&manifest_path(1), Answer::usual().stalled(10));
    script.always(&manifest_path(2), Answer::usual().stalled(10));
    // Slow all in all, and never still.
    let drip = Answer::usual().dripping(5, Duration::from_millis(20));
    script.always(&manifest_path(3), drip);
    let outcome = export(world, &[("IDLE_TIMEOUT_MS", "700")]).await;
    outcome.expect_pis([0, 1, 3]);
    assert!((1 + 4..12).contains(&outcome.retries("slow_body")));
    assert_eq!(outcome.asked_for(3), 1);
    outcome.expect_logged(&[&pi(2), "no more of the body within 700ms (slow_body)"]);

    let world = World::of(family(1)).await;
    let endless = Answer::usual().dripping(1, Duration::from_millis(20));
    world.archive.script().always(&manifest_path(1), endless);
    let outcome = export(world, &[("REQUEST_TIMEOUT_MS", "1000")]).await;
    outcome.expect_pis([0]);
    assert!((1..12).contains(&outcome.retries("slow_body")));
    outcome.expect_logged(&[&pi(1), "no end of the body within 1s (slow_body)"]);
}

#[tokio::test]
async fn row_06_a_truncated_body() {
    let world = World::of(family(2)).await;
    let script = world.archive.script();
    script.next(&manifest_path(1), Answer::usual().truncated(50));
    script.always(&manifest_path(2), Answer::usual().truncated(50));
    let outcome = export(world, &[]).await;
    outcome.expect_pis([0, 1]);
    assert!((1 + 4..=12).contains(&outcome.retries("truncated")));
    outcome.expect_logged(&[
        &pi(2),
        "the answer of 127.0.0.1:",
        " broke off: ",
        "(truncated)",
    ]);

    // The gateway says so in the body, with a status and a length that are in order.
    let world = World::of(family(0)).await;
    let marked = "{\"pi\": \n\n[Gateway Error: Response truncated - unable to retrieve remaining data \
                  within timeout period]";
    world
        .archive
        .script()
        .next(&manifest_path(0), Answer::status(200).body(marked));
    let outcome = export(world, &[]).await;
    outcome.expect_whole();
    assert_eq!(outcome.retries("truncated"), 1);
}

#[tokio::test]
async fn row_07_a_length_that_is_wrong_or_absent() {
    let world = World::of(family(3)).await;
    let script = world.archive.script();
    let claimed = |length| {
        Answer::usual()
            .header("content-length", length)
            .dripping(10_000, Duration::ZERO)
    };
    script.next(&manifest_path(1), claimed("99999"));
    script.next(&manifest_path(2), claimed("40"));
    script.always(&manifest_path(3), Answer::usual().chunked());
    let outcome = export(world, &[]).await;
    outcome.expect_pis(0..=3);
    outcome.expect_whole();
    assert_eq!(
        (outcome.retries("truncated"), outcome.retries("bad_json")),
        (1, 1)
    );
    assert_eq!(outcome.asked_for(3), 1);
}

#[tokio::test]
async fn an_address_of_either_family_is_taken() {
    // The servers listen on IPv4 alone; the name has an address of each family where the machine has both.
    let (archive, bucket) = (Archive::start(family(1)).await, Bucket::start().await);
    let callback = CallbackSink::start().await;
    let world = World {
        archive,
        bucket,
        callback,
    };
    let url = world.archive.url().replace("127.0.0.1", "localhost");
    let worker = world.collector();
    let worker = worker
        .env("ARKE_API_URL", &url)
        .env("IPFS_GATEWAY_URL", &url);
    export_by(world, &worker).await.expect_whole();
}
