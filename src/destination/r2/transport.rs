//! Transport of the AWS SDK: sends its requests with reqwest.
//!
//! One TLS stack then serves the archive, the bucket and the callback; the SDK's own would add two more.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use bytes::Bytes;
use http::{HeaderValue, StatusCode, header};
use http_body::{Body, Frame, SizeHint};
use sync_wrapper::SyncWrapper;

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
        HttpConnectorFuture::new(async move {
            let user =
                |error: Box<dyn std::error::Error + Send + Sync>| ConnectorError::user(error);
            let mut request = request
                .try_into_http1x()
                .map_err(|error| user(error.into()))?
                .map(|body| reqwest::Body::wrap(SyncBody::new(body)));
            // The SDK's own name is long and is not signed.
            request
                .headers_mut()
                .insert(header::USER_AGENT, HeaderValue::from_static(USER_AGENT));
            let request =
                reqwest::Request::try_from(request).map_err(|error| user(error.into()))?;
            let response = client
                .execute(request)
                .await
                .map_err(|error| connector_error(&error))?;
            if response.status() == StatusCode::PROXY_AUTHENTICATION_REQUIRED {
                return Err(user(HttpError::of_answer(&response).into()));
            }
            let response =
                http::Response::<reqwest::Body>::from(response).map(SdkBody::from_body_1_x);
            HttpResponse::try_from(response).map_err(|error| user(error.into()))
        })
    }
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

/// A body of the SDK, which is not `Sync`, for reqwest, which wants it to be.
#[derive(Debug)]
struct SyncBody {
    body: SyncWrapper<SdkBody>,
    size: SizeHint,
}

impl SyncBody {
    fn new(body: SdkBody) -> Self {
        Self {
            size: Body::size_hint(&body),
            body: SyncWrapper::new(body),
        }
    }
}

impl Body for SyncBody {
    type Data = Bytes;
    type Error = Box<dyn std::error::Error + Send + Sync>;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        Pin::new(self.get_mut().body.get_mut()).poll_frame(context)
    }

    fn size_hint(&self) -> SizeHint {
        self.size
    }
}
