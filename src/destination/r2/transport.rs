//! Transport of the AWS SDK: sends its requests with reqwest.
//!
//! One TLS stack then serves the archive, the bucket and the callback; the SDK's own would add two more.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;
use http::{HeaderValue, StatusCode, header};

use crate::http::USER_AGENT;
use crate::http::error::{HttpError, of_reqwest};

/// The HTTP client of the SDK.
#[derive(Clone, Debug)]
pub(super) struct S3Transport {
    client: reqwest::Client,
    retries: Arc<AtomicU64>,
}

impl S3Transport {
    /// Sends through this client.
    pub(super) fn new(client: reqwest::Client) -> Self {
        Self {
            client,
            retries: Arc::default(),
        }
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
        let client = self.client.clone();
        // The SDK numbers its tries.
        let attempt = request.headers().get("amz-sdk-request");
        if attempt.is_some_and(|attempt| !attempt.starts_with("attempt=1;")) {
            self.retries.fetch_add(1, Ordering::Relaxed);
        }
        HttpConnectorFuture::new(send(client, request))
    }
}

async fn send(
    client: reqwest::Client,
    request: HttpRequest,
) -> Result<HttpResponse, ConnectorError> {
    let (mut head, body) = request.try_into_http1x().map_err(user)?.into_parts();
    // The SDK's own name is long and is not signed.
    let name = HeaderValue::from_static(USER_AGENT);
    head.headers.insert(header::USER_AGENT, name);
    // Every body is whole and in memory, so nothing is copied. As a stream it would not be `Sync`, as reqwest wants it.
    let body = ByteStream::new(body).collect().await.map_err(user)?;
    let request = http::Request::from_parts(head, body.into_bytes());
    let sent = client.execute(request.try_into().map_err(user)?).await;
    let response = sent.map_err(|error| connector_error(&error))?;
    if response.status() == StatusCode::PROXY_AUTHENTICATION_REQUIRED {
        return Err(user(HttpError::of_answer(&response)));
    }
    let response = http::Response::<reqwest::Body>::from(response);
    HttpResponse::try_from(response.map(SdkBody::from_body_1_x)).map_err(user)
}

/// Tells the SDK that trying again is of no use.
fn user(error: impl Into<BoxError>) -> ConnectorError {
    ConnectorError::user(error.into())
}

/// Tells the SDK whether trying again may help.
fn connector_error(error: &reqwest::Error) -> ConnectorError {
    let cause = of_reqwest(error).into();
    if error.is_timeout() {
        ConnectorError::timeout(cause)
    } else if error.is_builder() {
        ConnectorError::user(cause)
    } else {
        ConnectorError::io(cause)
    }
}
