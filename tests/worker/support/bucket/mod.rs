//! R2 as the worker sees it: one bucket behind the S3 API, path style, with R2's own rules.
//!
//! `s3s` parses the requests, checks their signatures and writes the answers;
//! [`store`] is what it parses them for. The rules are those of Cloudflare's pages
//! "Upload objects", "Limits", "Error codes" and "S3 API compatibility".

mod store;

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::header::{CONTENT_LENGTH, CONTENT_TYPE, USER_AGENT};
use hyper::http::request::Parts;
use hyper::{Method, Request};
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};

use self::store::{Content, Store};
use super::script::{Answer, Gauge, Log, Reply, Reset, Script};
use super::server::Server;

/// The bucket's name.
pub(crate) const BUCKET: &str = "arke-exports";
/// The account the bucket belongs to.
pub(crate) const ACCOUNT_ID: &str = "0123456789abcdef0123456789abcdef";
/// The access key that may write to the bucket.
pub(crate) const ACCESS_KEY_ID: &str = "test-access-key-id";
/// Its secret, which must never be seen in a log.
pub(crate) const SECRET_ACCESS_KEY: &str = "canary-secret-access-key";

/// Request headers of S3 that R2 refuses or that have no place here, by the start of their names.
const NOT_IMPLEMENTED: [&str; 8] = [
    "x-amz-acl",
    "x-amz-expected-bucket-owner",
    "x-amz-grant-",
    "x-amz-object-lock-",
    "x-amz-request-payer",
    "x-amz-server-side-encryption",
    "x-amz-tagging",
    "x-amz-website-redirect-location",
];

/// A request that reached the bucket.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    /// The operation, by its name in the S3 API.
    pub(crate) operation: &'static str,
    /// The object's key, without the bucket.
    pub(crate) key: String,
    /// The part, for an `UploadPart`.
    pub(crate) part_number: Option<u32>,
    /// The multipart upload, where the request names one.
    pub(crate) upload_id: Option<String>,
    /// `User-Agent`.
    pub(crate) user_agent: Option<String>,
    /// `Content-Type`.
    pub(crate) content_type: Option<String>,
    /// `Content-Length`.
    pub(crate) content_length: Option<u64>,
    /// Every header whose name starts `x-amz-`.
    pub(crate) amz_headers: BTreeMap<String, String>,
    /// Why a key of the worker's may not send this, or R2 does not take it.
    pub(crate) violation: Option<Violation>,
    /// When it came, from the start of the server.
    pub(crate) at: Duration,
}

/// A request that is refused, whatever the script says: status, code and message of the answer.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Violation(pub(crate) u16, pub(crate) &'static str, pub(crate) String);

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
            Server::start(None, move |request| answer(Arc::clone(&shared), request)).await
        };
        Self { server, shared }
    }

    /// The address for `R2_ENDPOINT`.
    pub(crate) fn url(&self) -> String {
        self.server.url()
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

    /// The keys of the exported files, sorted; their reports are not among them.
    pub(crate) fn files(&self) -> Vec<String> {
        let mut keys = self.objects();
        keys.retain(|key| !key.ends_with("/report.json"));
        keys
    }

    /// The report of the job `task-1`, which is JSON.
    #[track_caller]
    pub(crate) fn report(&self) -> serde_json::Value {
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
        ..call(&head)
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

fn call(head: &Parts) -> Call {
    let header = |name| {
        head.headers
            .get(name)
            .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
    };
    let query = head.uri.query().unwrap_or("");
    let parameter = |name| {
        query.split('&').find_map(|pair| {
            pair.split_once('=')
                .filter(|(key, _)| *key == name)
                .map(|(_, value)| value)
        })
    };
    let key = head
        .uri
        .path()
        .trim_start_matches('/')
        .split_once('/')
        .map_or("", |(_, key)| key)
        .to_owned();
    let upload_id = parameter("uploadId").map(str::to_owned);
    let opens = query
        .split('&')
        .any(|word| word == "uploads" || word == "uploads=");
    let operation = match (&head.method, upload_id.is_some()) {
        _ if key.is_empty() => bucket_operation(&head.method, query),
        (&Method::POST, false) if opens => "CreateMultipartUpload",
        (&Method::PUT, true) => "UploadPart",
        (&Method::POST, true) => "CompleteMultipartUpload",
        (&Method::DELETE, true) => "AbortMultipartUpload",
        (&Method::GET, true) => "ListParts",
        (&Method::PUT, false) => "PutObject",
        (&Method::HEAD, _) => "HeadObject",
        (&Method::GET, false) => "GetObject",
        (&Method::DELETE, false) => "DeleteObject",
        _ => "Unknown",
    };
    let amz_headers = head
        .headers
        .iter()
        .filter(|(name, _)| name.as_str().starts_with("x-amz-"));
    let mut call = Call {
        operation,
        key,
        part_number: parameter("partNumber").and_then(|number| number.parse().ok()),
        upload_id,
        user_agent: header(USER_AGENT),
        content_type: header(CONTENT_TYPE),
        content_length: header(CONTENT_LENGTH).and_then(|length| length.parse().ok()),
        amz_headers: amz_headers
            .map(|(name, value)| {
                (
                    name.to_string(),
                    String::from_utf8_lossy(value.as_bytes()).into_owned(),
                )
            })
            .collect(),
        violation: None,
        at: Duration::ZERO,
    };
    call.violation = violation(&call);
    call
}

fn bucket_operation(method: &Method, query: &str) -> &'static str {
    match *method {
        Method::HEAD => "HeadBucket",
        Method::PUT => "CreateBucket",
        Method::DELETE => "DeleteBucket",
        Method::POST => "DeleteObjects",
        _ if query.starts_with("location") => "GetBucketLocation",
        _ => "ListObjects",
    }
}

fn violation(call: &Call) -> Option<Violation> {
    if call.key.is_empty() || matches!(call.operation, "DeleteObject" | "Unknown") {
        return Some(Violation(
            403,
            "AccessDenied",
            format!("{}: not a request of the worker's", call.operation),
        ));
    }
    if matches!(call.operation, "PutObject" | "UploadPart") && call.content_length.is_none() {
        let message = "You must provide the Content-Length HTTP header.";
        return Some(Violation(411, "MissingContentLength", message.to_owned()));
    }
    let refused = |(name, value): &(&String, &String)| {
        let whole_only = matches!(
            name.as_str(),
            "x-amz-checksum-sha1" | "x-amz-checksum-sha256"
        );
        NOT_IMPLEMENTED.iter().any(|start| name.starts_with(start))
            || (name.as_str() == "x-amz-content-sha256" && value.starts_with("STREAMING-"))
            || (call.operation == "UploadPart" && whole_only)
    };
    let (name, value) = call.amz_headers.iter().find(refused)?;
    let message = format!("Header '{name}' with value '{value}' not implemented");
    Some(Violation(501, "NotImplemented", message))
}
