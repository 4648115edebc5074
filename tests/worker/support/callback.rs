//! The orchestrator as the worker sees it: an address that takes POSTs.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::header::HeaderMap;
use hyper::{Method, Request, StatusCode};
use serde_json::{Value, json};

use super::script::{Log, Reply, Reset, Script, reply};
use super::server::Server;

/// A callback that arrived.
#[derive(Clone, Debug)]
pub(crate) struct Delivery {
    /// Its method.
    pub(crate) method: Method,
    /// Its path.
    pub(crate) path: String,
    /// Its headers.
    pub(crate) headers: HeaderMap,
    /// Its body as it came, which is what a signature covers.
    pub(crate) bytes: Bytes,
    /// Its body as JSON; null where it is none.
    pub(crate) body: Value,
    /// When it came, from the start of the server.
    pub(crate) at: Duration,
}

impl Delivery {
    /// Checks a success of the job `task-1`: every key the orchestrator knows, nothing else beside `metrics`, and these
    /// numbers.
    #[track_caller]
    pub(crate) fn expect_success(&self, file_name: &str, size: usize, exported: u64) {
        let metrics = &self.body["metrics"];
        let expected = json!({
            "task_id": "task-1", "batch_id": "single", "status": "success",
            "output_r2_key": format!("exports/task-1/{file_name}"), "output_file_name": file_name,
            "output_file_size": size, "metrics": metrics,
        });
        assert_eq!(self.body, expected);
        assert_eq!(metrics["entities_exported"], exported);
        let time_ms = metrics["total_time_ms"].as_u64();
        assert!(time_ms.is_some_and(|time| time < 120_000), "{metrics}");
        let peak = metrics["peak_memory_mb"].as_u64();
        assert!(
            peak.is_some_and(|peak| (1..1000).contains(&peak)),
            "{metrics}"
        );
    }
}

/// A running orchestrator.
#[derive(Debug)]
pub(crate) struct CallbackSink {
    server: Server,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    started: Instant,
    script: Script,
    log: Log<Delivery>,
}

impl CallbackSink {
    /// Listens; every POST is answered with 200 `{"received":true}`.
    pub(crate) async fn start() -> Self {
        let shared = Arc::new(Shared {
            started: Instant::now(),
            script: Script::default(),
            log: Log::default(),
        });
        let server = {
            let shared = Arc::clone(&shared);
            Server::start(None, move |request| answer(Arc::clone(&shared), request)).await
        };
        Self { server, shared }
    }

    /// The address for `CALLBACK_URL`.
    pub(crate) fn url(&self) -> String {
        self.server.url() + "/callback"
    }

    /// Answers in place of the usual one; the key of a request is its path, `/callback` unless a
    /// test chose another.
    pub(crate) fn script(&self) -> &Script {
        &self.shared.script
    }

    /// Every callback until now.
    pub(crate) fn all(&self) -> Vec<Delivery> {
        self.shared.log.all()
    }

    /// The only callback; panics unless there was exactly one.
    pub(crate) fn only(&self) -> Delivery {
        let all = self.all();
        assert_eq!(all.len(), 1, "callbacks: {all:#?}");
        all.into_iter().next().expect("one callback")
    }

    /// Waits until so many callbacks have come.
    pub(crate) async fn wait_for(&self, wanted: usize) -> Vec<Delivery> {
        self.shared.log.wait_for(wanted, |_| true).await
    }
}

async fn answer(shared: Arc<Shared>, request: Request<Incoming>) -> Result<Reply, Reset> {
    let at = shared.started.elapsed();
    let (head, body) = request.into_parts();
    let bytes = body.collect().await.map_err(|_| Reset)?.to_bytes();
    let path = head.uri.path().to_owned();
    let posted = head.method == Method::POST;
    let body = serde_json::from_slice(&bytes).unwrap_or_default();
    shared.log.push(Delivery {
        method: head.method,
        path: path.clone(),
        headers: head.headers,
        bytes,
        body,
        at,
    });
    let usual = async {
        if posted {
            reply(StatusCode::OK, "application/json", r#"{"received":true}"#)
        } else {
            reply(StatusCode::METHOD_NOT_ALLOWED, "text/plain", "")
        }
    };
    shared.script.take(&path).play(usual).await
}
