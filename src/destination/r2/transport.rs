//! Transport of the AWS SDK: sends its requests with reqwest.
//!
//! One TLS stack then serves the archive, the bucket and the callback; the SDK's own would add two more.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;
use bytes::{Bytes, BytesMut};
use http::{HeaderValue, Method, StatusCode, header};

use crate::destination::READ_BYTES_MAX;
use crate::http::error::{ErrorKind, HttpError, of_reqwest};
use crate::http::{USER_AGENT, authority};

/// The most that is read of an answer that is no piece of an object, which is a short document of XML.
const ANSWER_BYTES_MAX: usize = 64 * 1024;

/// The HTTP client of the SDK.
#[derive(Clone, Debug)]
pub(super) struct S3Transport {
    client: reqwest::Client,
    retries: Arc<AtomicU64>,
    /// Whether anything was ever sent to the server.
    has_reached: Arc<AtomicBool>,
}

impl S3Transport {
    /// Sends through this client.
    pub(super) fn new(client: reqwest::Client) -> Self {
        Self {
            client,
            retries: Arc::default(),
            has_reached: Arc::default(),
        }
    }

    /// Tells whether the server can have done anything: whether there ever was a connection to it.
    pub(super) fn has_reached(&self) -> bool {
        self.has_reached.load(Ordering::Relaxed)
    }

    /// Counts a request that is sent again.
    pub(super) fn count_retry(&self) {
        self.retries.fetch_add(1, Ordering::Relaxed);
    }

    /// Returns how many requests were sent again.
    pub(super) fn retries(&self) -> u64 {
        self.retries.load(Ordering::Relaxed)
    }
}

impl HttpClient for S3Transport {
    fn http_connector(
        &self,
        _: &HttpConnectorSettings,
        _: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for S3Transport {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        // The SDK numbers its tries.
        let attempt = request.headers().get("amz-sdk-request");
        if attempt.is_some_and(|attempt| !attempt.starts_with("attempt=1;")) {
            self.count_retry();
        }
        HttpConnectorFuture::new(send(self.clone(), request))
    }
}

async fn send(
    transport: S3Transport,
    request: HttpRequest,
) -> Result<HttpResponse, ConnectorError> {
    let (mut head, body) = request.try_into_http1x().map_err(user)?.into_parts();
    // The SDK's own name is long and is not signed.
    let name = HeaderValue::from_static(USER_AGENT);
    head.headers.insert(header::USER_AGENT, name);
    // Every body is whole and in memory, so nothing is copied. As a stream it would not be `Sync`, as reqwest wants it.
    let body = ByteStream::new(body).collect().await.map_err(user)?;
    let request = http::Request::from_parts(head, body.into_bytes());
    let is_head = request.method() == Method::HEAD;
    let is_get = request.method() == Method::GET;
    let sent = transport
        .client
        .execute(request.try_into().map_err(user)?)
        .await;
    let is_connected = sent.as_ref().err().is_none_or(|error| !error.is_connect());
    transport
        .has_reached
        .fetch_or(is_connected, Ordering::Relaxed);
    let mut answer = sent.map_err(|error| connector_error(&error))?;
    if answer.status() == StatusCode::PROXY_AUTHENTICATION_REQUIRED {
        return Err(user(HttpError::of_answer(&answer)));
    }
    let bytes_max = if is_get {
        READ_BYTES_MAX
    } else {
        ANSWER_BYTES_MAX
    };
    let body = read_body(&mut answer, bytes_max).await?;
    let (mut head, _) = http::Response::<reqwest::Body>::from(answer).into_parts();
    if !is_head {
        // That of a refusal may be read in part.
        head.headers
            .insert(header::CONTENT_LENGTH, body.len().into());
    }
    HttpResponse::try_from(http::Response::from_parts(head, SdkBody::from(body))).map_err(user)
}

/// Reads the body of an answer. What a refusal says beyond its status is for a person, and read as far as one would.
async fn read_body(
    answer: &mut reqwest::Response,
    bytes_max: usize,
) -> Result<Bytes, ConnectorError> {
    let is_refusal = !answer.status().is_success();
    let mut body = BytesMut::new();
    loop {
        match answer.chunk().await {
            Ok(Some(piece)) => body.extend(piece),
            Ok(None) => break,
            Err(_) if is_refusal => break,
            Err(error) => {
                let host = authority(answer.url());
                return Err(io(HttpError::broken_off(&host, &error)));
            }
        }
        if body.len() > bytes_max {
            if !is_refusal {
                return Err(user(HttpError::too_large(bytes_max)));
            }
            body.truncate(bytes_max);
            break;
        }
    }
    let encoding = answer.headers().get(header::CONTENT_ENCODING);
    let encoding =
        encoding.filter(|encoding| !encoding.as_bytes().eq_ignore_ascii_case(b"identity"));
    match encoding
        .filter(|_| !body.is_empty())
        .map(HttpError::encoded)
    {
        // Its status still says whether to try again.
        Some(error) if is_refusal => Ok(error.cause.into()),
        Some(error) => Err(user(error)),
        None => Ok(body.freeze()),
    }
}

/// Tells the SDK that trying again is of no use.
fn user(error: impl Into<BoxError>) -> ConnectorError {
    ConnectorError::user(error.into())
}

/// Tells the SDK that trying again may help.
fn io(error: HttpError) -> ConnectorError {
    ConnectorError::io(error.into())
}

/// Tells the SDK whether trying again may help.
fn connector_error(error: &reqwest::Error) -> ConnectorError {
    let cause = of_reqwest(error);
    // A connection that was secure once may break as any other.
    let is_never_secure = cause.kind == ErrorKind::Tls && error.is_connect();
    if error.is_timeout() {
        ConnectorError::timeout(cause.into())
    } else if error.is_builder() || is_never_secure {
        user(cause)
    } else {
        io(cause)
    }
}
