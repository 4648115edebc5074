//! R2 as the worker sees it: one bucket behind the S3 API, path style, with R2's own rules.
//!
//! `s3s` parses the requests, checks their signatures and writes the answers;
//! [`store`] is what it parses them for. The rules are those of Cloudflare's pages
//! "Upload objects", "Limits", "Error codes" and "S3 API compatibility".

mod call;
mod content;
mod store;

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::Request;
use hyper::body::Incoming;
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};
use serde_json::{Value, json};

pub(crate) use self::call::Call;
use self::call::Violation;
use self::content::Content;
use self::store::Store;
use super::inventory::Inventory;
use super::script::{Answer, Gauge, Log, Reply, Reset, Script};
use super::server::{Certificate, Server};
use super::tree::pi;

/// The bucket's name.
pub(crate) const BUCKET: &str = "arke-exports";
/// The account the bucket belongs to.
pub(crate) const ACCOUNT_ID: &str = "0123456789abcdef0123456789abcdef";
/// The access key that may write to the bucket.
pub(crate) const ACCESS_KEY_ID: &str = "test-access-key-id";
/// Its secret, which must never be seen in a log.
pub(crate) const SECRET_ACCESS_KEY: &str = "canary-secret-access-key";

/// How a file gets into the bucket.
#[derive(Clone, Debug)]
pub(crate) struct UploadMethod {
    /// The options of a job whose file is uploaded so.
    pub(crate) options: Value,
    /// The operation that makes the file visible.
    pub(crate) publishes: &'static str,
    /// The key of the file, where [`pi`]`(0)` is exported.
    pub(crate) key: String,
}

/// Both methods: a tree as a multipart upload, one entity as a single put.
pub(crate) fn upload_methods() -> [UploadMethod; 2] {
    [
        UploadMethod {
            options: json!({"recursive": true}),
            publishes: "CompleteMultipartUpload",
            key: format!("exports/task-1/{}-collection.xml", pi(0)),
        },
        UploadMethod {
            options: json!({}),
            publishes: "PutObject",
            key: format!("exports/task-1/{}.xml", pi(0)),
        },
    ]
}

/// A running bucket.
#[derive(Debug)]
pub(crate) struct Bucket {
    server: Server,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    started: Instant,
    s3: S3Service,
    content: Arc<Content>,
    script: Script,
    log: Log<Call>,
    parts: Arc<Gauge>,
}

impl Bucket {
    /// Starts with an empty bucket.
    pub(crate) async fn start() -> Self {
        Self::start_with(None).await
    }

    /// Starts over TLS, with a certificate of its own authority.
    pub(crate) async fn start_tls() -> Self {
        Self::start_with(Some(Certificate::new())).await
    }

    async fn start_with(tls: Option<Certificate>) -> Self {
        let content = Arc::<Content>::default();
        let mut s3 = S3ServiceBuilder::new(Store(Arc::clone(&content)));
        s3.set_auth(SimpleAuth::from_single(ACCESS_KEY_ID, SECRET_ACCESS_KEY));
        let shared = Arc::new(Shared {
            started: Instant::now(),
            s3: s3.build(),
            content,
            script: Script::default(),
            log: Log::default(),
            parts: Arc::default(),
        });
        let server = {
            let shared = Arc::clone(&shared);
            Server::start(tls, move |request| answer(Arc::clone(&shared), request)).await
        };
        Self { server, shared }
    }

    /// The address for `R2_ENDPOINT`.
    pub(crate) fn url(&self) -> String {
        self.server.url()
    }

    /// The file of the authority to be trusted, where it speaks TLS.
    pub(crate) fn authority(&self) -> Option<&Path> {
        self.server.certificate().map(Certificate::authority)
    }

    /// Answers in place of the bucket; the key of a request is its operation, as in
    /// [`Call::operation`].
    pub(crate) fn script(&self) -> &Script {
        &self.shared.script
    }

    /// Every request until now.
    pub(crate) fn log(&self) -> &Log<Call> {
        &self.shared.log
    }

    /// The operations until now, in the order they came.
    pub(crate) fn operations(&self) -> Vec<&'static str> {
        self.shared
            .log
            .all()
            .iter()
            .map(|call| call.operation)
            .collect()
    }

    /// Waits until an operation has come so many times.
    pub(crate) async fn wait_for(&self, operation: &str, wanted: usize) {
        self.shared
            .log
            .wait_for(wanted, |call| call.operation == operation)
            .await;
    }

    /// The requests that a key of the worker's may not send, or that R2 does not take.
    pub(crate) fn violations(&self) -> Vec<Call> {
        self.shared
            .log
            .all()
            .into_iter()
            .filter(|call| call.violation.is_some())
            .collect()
    }

    /// The most `UploadPart` requests that were open at once.
    pub(crate) fn most_parts(&self) -> usize {
        self.shared.parts.most()
    }

    /// The content of an object.
    pub(crate) fn object(&self, key: &str) -> Option<Vec<u8>> {
        let object = self.shared.content.object(key)?;
        Some(object.bytes.to_vec())
    }

    /// The keys of all objects, sorted.
    pub(crate) fn objects(&self) -> Vec<String> {
        self.shared.content.keys()
    }

    /// The keys of the exported files, sorted; what stands beside them is not among them.
    pub(crate) fn files(&self) -> Vec<String> {
        let beside = ["/report.json", "/records.csv", "-changes.xml"];
        let mut keys = self.objects();
        keys.retain(|key| !beside.iter().any(|end| key.ends_with(end)));
        keys
    }

    /// The inventory of the job `task-1`.
    #[track_caller]
    pub(crate) fn inventory(&self) -> Inventory {
        let bytes = self.object("exports/task-1/records.csv");
        Inventory::read(&bytes.expect("an inventory"))
    }

    /// The report of the job `task-1`, which is JSON.
    #[track_caller]
    pub(crate) fn report(&self) -> Value {
        let report = self.object("exports/task-1/report.json").expect("a report");
        serde_json::from_slice(&report).expect("a report in JSON")
    }

    /// The content type of an object.
    pub(crate) fn content_type(&self, key: &str) -> Option<String> {
        self.shared.content.object(key)?.content_type
    }

    /// Puts an object into the bucket, as an earlier run might have done.
    pub(crate) fn put(&self, key: &str, bytes: impl Into<Bytes>) {
        self.shared.content.put(key.to_owned(), bytes.into(), None);
    }

    /// How many multipart uploads were begun and neither completed nor aborted.
    pub(crate) fn open_uploads(&self) -> usize {
        self.shared.content.open_uploads()
    }
}

async fn answer(shared: Arc<Shared>, request: Request<Incoming>) -> Result<Reply, Reset> {
    let (head, body) = request.into_parts();
    let call = Call {
        at: shared.started.elapsed(),
        ..Call::read(&head)
    };
    shared.log.push(call.clone());
    let _open = (call.operation == "UploadPart").then(|| shared.parts.enter());
    // Read to its end even where the answer does not depend on it, so that a fault comes after the
    // last byte.
    let body = body.collect().await.map_err(|_| Reset)?.to_bytes();
    let answer = match call.violation {
        Some(Violation(status, code, message)) => Answer::s3_error(status, code, &message),
        None => shared.script.take(call.operation),
    };
    let usual = async {
        let reply = shared
            .s3
            .call(Request::from_parts(head, s3s::Body::from(body)))
            .await;
        reply
            .expect("s3s answers every request")
            .map(|body| body.map_err(io::Error::other).boxed_unsync())
    };
    answer.play(usual).await
}
