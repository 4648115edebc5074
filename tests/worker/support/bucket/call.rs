//! A request to the bucket: which operation of the S3 API it is, and whether R2 takes it.

use std::collections::BTreeMap;
use std::time::Duration;

use hyper::Method;
use hyper::header::{CONTENT_LENGTH, CONTENT_TYPE, USER_AGENT};
use hyper::http::request::Parts;

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

impl Call {
    /// Reads a request, and whether it may be sent at all.
    pub(super) fn read(head: &Parts) -> Self {
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
        let mut call = Self {
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
