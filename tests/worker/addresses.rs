//! Addresses, keys and proxies: what is trimmed, what is kept, what is refused before any request.

use super::support::bucket::{ACCESS_KEY_ID, SECRET_ACCESS_KEY};
use super::support::document::fixtures;
use super::support::proxy::ForwardProxy;
use super::support::worker::Run;
use super::support::{Answer, Worker, World, pi};

/// Settings that cannot be right: name, value, how the problem begins. A value has `canary` in it, to be looked for.
#[rustfmt::skip]
const CANNOT_BE_RIGHT: [(&str, &str, &str); 21] = [
    ("R2_ACCESS_KEY_ID", "canary key", "holds a blank"),
    ("R2_SECRET_ACCESS_KEY", "canary\u{7}key", "holds a control character"),
    ("R2_ACCESS_KEY_ID", "canary\u{a0}key", "holds a blank"),
    ("R2_SECRET_ACCESS_KEY", "\u{feff}canary", "holds a control character or one that is not seen"),
    ("R2_SESSION_TOKEN", "canary\nkey", "holds a control character"),
    ("CALLBACK_SECRET", "canary\nsecret", "holds a control character"),
    ("R2_BUCKET", "canary/folder", "is no name of a bucket"),
    ("R2_BUCKET", "canary..folder", "is no name of a bucket"),
    ("R2_BUCKET", "..", "is no name of a bucket"),
    ("R2_ACCOUNT_ID", "canary.example", "is no account"),
    ("R2_ENDPOINT", "https://canary.r2.cloudflarestorage.com/arke-exports/", "already names the bucket"),
    ("R2_ENDPOINT", "https://user:canary@example.org", "is no address that a path can follow"),
    ("IPFS_GATEWAY_URL", "https://canary.example/ipfs", "already ends in /ipfs"),
    ("IPFS_PUBLIC_URL", "https://canary.example/ipfs/", "already ends in /ipfs"),
    ("ARKE_API_URL", "https://canary.example/v1/entities", "already ends in /entities"),
    ("ARKE_API_URL", "https://canary.example/cat//", "already ends in /cat"),
    ("IPFS_PUBLIC_URL", "https://:canary@example.org", "is no address that a path can follow"),
    ("ARKE_SITE_URL", "https://canary.example/\nhttps://canary.example", "is no address that starts with"),
    ("HTTPS_PROXY", "http://user:canary@canary@127.0.0.1:9", "is no address of a proxy"),
    ("HTTPS_PROXY", "socks5://canary.example:1080", "is no address of a proxy"),
    ("all_proxy", " canary.example:3128", "is no address of a proxy"),
];

/// Checks that a whole [`World::small`] was exported, and the callback told so.
#[track_caller]
fn expect_small_collection(world: &World, run: &Run) {
    run.expect_code(0);
    let name = format!("{}-collection.xml", pi(0));
    let delivery = world.callback.only();
    delivery.expect_success(&name, world.file().len(), 3);
}

#[tokio::test]
async fn blanks_and_line_ends_around_a_value_are_taken_off() {
    let world = World::small().await;
    let padded = |value: &str| format!(" \t{value}\r\n");
    let run = world
        .collector()
        .env("TASK_ID", padded("task-1"))
        .env("PI", padded(&pi(0)))
        .env("BATCH_ID", padded("single"))
        .env("CALLBACK_URL", padded(&world.callback.url()))
        .env("R2_ENDPOINT", padded(&world.bucket.url()))
        .env("R2_BUCKET", padded("arke-exports"))
        .env("R2_ACCESS_KEY_ID", padded(ACCESS_KEY_ID))
        .env("R2_SECRET_ACCESS_KEY", padded(SECRET_ACCESS_KEY))
        .env("ARKE_API_URL", padded(&world.archive.url()))
        .env("MAX_REQUESTS_IN_FLIGHT", padded("3"))
        .run()
        .await;
    expect_small_collection(&world, &run);
}

#[tokio::test]
async fn a_setting_that_cannot_be_right_is_named_and_its_value_is_not() {
    for (name, value, problem) in CANNOT_BE_RIGHT {
        let world = World::small().await;
        let worker = match name {
            "R2_ACCOUNT_ID" => world.worker().without("R2_ENDPOINT"),
            _ => world.worker(),
        };
        let run = worker.env(name, value).run().await;
        let error = world.expect_failed_and_empty(&run);
        assert!(error.starts_with(&format!("{name} {problem}")), "{error}");
        assert!(
            !error.contains("canary") && !run.stderr.contains("canary"),
            "{}",
            run.stderr
        );
        assert!(world.archive.log().all().is_empty(), "a request was made");
    }
}

#[tokio::test]
async fn blanks_alone_are_a_problem_and_so_is_an_empty_flag() {
    let world = World::small().await;
    let mut worker = world
        .worker()
        .arg("--r2-endpoint")
        .arg("")
        .arg("--max-depth")
        .arg("");
    let blank = [
        "TASK_ID",
        "PI",
        "BATCH_ID",
        "R2_BUCKET",
        "R2_SECRET_ACCESS_KEY",
        "RETRY_WAIT_MS",
    ];
    for name in blank {
        worker = worker.env(name, " \n");
    }
    let run = worker.run().await;
    let error = world.expect_failed_and_empty(&run);
    let problems: Vec<&str> = error.split("; ").collect();
    for name in blank.into_iter().chain(["R2_ENDPOINT", "--max-depth"]) {
        let problem = format!("{name} is blank (give it a value, or leave it out)");
        let times = problems.iter().filter(|given| **given == problem).count();
        assert_eq!(times, 1, "{name} in {problems:#?}");
    }
}

#[tokio::test]
async fn one_fault_is_one_problem() {
    let problem = "is blank (give it a value, or leave it out)";
    for name in ["TASK_ID", "PI", "FLY_MACHINE_ID", "R2_SECRET_ACCESS_KEY"] {
        let world = World::small().await;
        let run = world.worker().env(name, " ").run().await;
        let error = world.expect_failed_and_empty(&run);
        assert_eq!(error, format!("{name} {problem}"));
    }
    // What is given in place of the archive or the bucket makes their settings needless, right or wrong.
    let run = Worker::new()
        .arg("--fixtures=")
        .arg("--output=")
        .run()
        .await;
    let error = format!("--fixtures {problem}; --output {problem}");
    assert_eq!(run.printed_callback()["error"], error);
}

#[tokio::test]
async fn an_empty_variable_leaves_the_default() {
    let output = tempfile::tempdir().expect("a temporary folder");
    let mut worker = Worker::local(&fixtures(), output.path());
    for name in [
        "BATCH_ID",
        "ARKE_API_URL",
        "MAX_REQUESTS_IN_FLIGHT",
        "IDLE_TIMEOUT_MS",
    ] {
        worker = worker.env(name, "");
    }
    let run = worker.run().await;
    run.expect_code(0);
    assert_eq!(run.printed_callback()["batch_id"], "single");
}

#[tokio::test]
async fn a_host_may_be_called_as_what_is_added_to_its_address() {
    let output = tempfile::tempdir().expect("a temporary folder");
    let worker = Worker::local(&fixtures(), output.path())
        .env("ARKE_API_URL", "http://entities")
        .env("IPFS_GATEWAY_URL", "http://ipfs/");
    worker.run().await.expect_code(0);
}

#[tokio::test]
async fn a_path_in_the_endpoint_is_kept() {
    let world = World::small().await;
    for (prefix, options) in [("/some/prefix", "{\"recursive\":true}"), ("/some/", "{}")] {
        // It is no bucket that answers there, but it notes what it is asked for.
        let endpoint = world.archive.url() + prefix;
        let worker = world.worker().env("R2_ENDPOINT", endpoint);
        worker
            .env("EXPORT_OPTIONS", options)
            .run()
            .await
            .expect_code(1);
        let asked = world.archive.log().all();
        let prefix = prefix.trim_end_matches('/');
        let object = format!("{prefix}/arke-exports/exports/task-1/{}", pi(0));
        assert!(
            asked.iter().any(|visit| visit.path.starts_with(&object)),
            "{object} is not among {asked:#?}"
        );
    }
}

#[tokio::test]
async fn all_requests_go_through_the_proxy_of_the_environment() {
    let world = World::small().await;
    let proxy = ForwardProxy::start(&[
        ("archive.test", world.archive.url()),
        ("bucket.test", world.bucket.url()),
        ("callback.test", world.callback.url()),
    ])
    .await;
    let run = world
        .collector()
        .env("ARKE_API_URL", "http://archive.test")
        .env("IPFS_GATEWAY_URL", "http://archive.test")
        .env("R2_ENDPOINT", "http://bucket.test")
        .env("CALLBACK_URL", "http://callback.test/")
        .env("HTTP_PROXY", &proxy.url)
        .run()
        .await;
    expect_small_collection(&world, &run);
    assert_eq!(
        proxy.hosts(),
        ["archive.test", "bucket.test", "callback.test"]
    );
}

#[tokio::test]
async fn a_proxy_that_wants_a_password_is_named() {
    let world = World::small().await;
    let proxy = world.archive.url();
    world.archive.script().always("", Answer::status(407));
    for (name, address, begins) in [
        (
            "ARKE_API_URL",
            "http://archive.test",
            "Failed to fetch manifest: 407 ",
        ),
        (
            "R2_ENDPOINT",
            "http://bucket.test",
            "bucket arke-exports cannot be reached (407 ",
        ),
    ] {
        let worker = world
            .collector()
            .env("HTTP_PROXY", &proxy)
            .env(name, address);
        let worker = worker.without("CALLBACK_URL").env("NO_PROXY", "127.0.0.1");
        let run = worker.run().await;
        let error = run.printed_callback()["error"].to_string();
        let (_, authority) = proxy.split_once("//").expect("an address");
        let named = format!("407 Proxy Authentication Required, through the proxy {authority}");
        assert!(error.contains(begins) && error.contains(&named), "{error}");
    }
}

#[tokio::test]
async fn a_proxy_that_fails_is_named() {
    let named = "through the proxy 127.0.0.1:9 (see HTTP_PROXY, HTTPS_PROXY and ALL_PROXY)";
    for (name, address, begins) in [
        (
            "ARKE_API_URL",
            "http://archive.test",
            "Failed to fetch manifest: no connection to archive.test: ",
        ),
        (
            "R2_ENDPOINT",
            "http://bucket.test",
            "bucket arke-exports cannot be reached (no connection to bucket.test: ",
        ),
    ] {
        let world = World::small().await;
        let run = world
            .worker()
            .env(name, address)
            .env("ALL_PROXY", "http://user:canary@127.0.0.1:9")
            .env("NO_PROXY", "127.0.0.1")
            .run()
            .await;
        let error = world.expect_failed_and_empty(&run);
        assert!(
            error.starts_with(begins) && error.contains(named),
            "{error}"
        );
        assert!(
            !error.contains("canary") && !run.stderr.contains("canary"),
            "{}",
            run.stderr
        );
    }
}
