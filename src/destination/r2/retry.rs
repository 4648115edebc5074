//! Retry of requests to R2, where the AWS SDK would not retry by itself.
//!
//! The SDK knows 500, 502, 503 and 504, and re-signs what was refused because of a wrong clock. It takes as final what
//! R2 answers when it is asked too fast (429), when two requests meet (409) or when a body did not arrive whole, and it
//! does not read `Retry-After`. Codes: <https://developers.cloudflare.com/r2/api/error-codes/>.

use aws_smithy_runtime_api::client::interceptors::context::InterceptorContext;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::retries::classifiers::{
    ClassifyRetry, RetryAction, RetryClassifierPriority, RetryReason,
};

use crate::http::retry_after::{RETRY_AFTER_MAX, retry_after};

/// The answers of the kind 400 that say that the body did not arrive whole.
const BROKEN_OFF: [&str; 2] = ["ClientDisconnect", "IncompleteBody"];

/// Tells the SDK what to try again, and how long to wait.
#[derive(Debug)]
pub(crate) struct R2Errors;

impl ClassifyRetry for R2Errors {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        self.classify_retry_v2(context, &RetryAction::NoActionIndicated)
    }

    /// Adds to what the SDK's own classifiers made of an answer.
    fn classify_retry_v2(&self, context: &InterceptorContext, sdk: &RetryAction) -> RetryAction {
        let Some(response) = context.response() else {
            return RetryAction::NoActionIndicated;
        };
        let code = error_code(response).unwrap_or_default();
        if code == "RequestTimeTooSkewed" {
            tracing::warn!(
                "the clock of this machine is wrong: requests to the bucket are signed with the time of its server"
            );
        }
        let action = match response.status().as_u16() {
            // The SDK looks for an error in a good answer only where it completes an upload.
            200 if !code.is_empty() => RetryAction::transient_error(),
            400 if BROKEN_OFF.contains(&code) => RetryAction::transient_error(),
            429 | 503 => RetryAction::throttling_error(),
            // Not implemented now, nor later.
            501 => RetryAction::NoActionIndicated,
            408 | 409 | 500.. => RetryAction::transient_error(),
            _ => sdk.clone(),
        };
        let asked = response.headers().get("retry-after").and_then(retry_after);
        match (&action, asked) {
            (RetryAction::RetryIndicated(RetryReason::RetryableError { kind, .. }), Some(wait)) => {
                let wait = wait.min(RETRY_AFTER_MAX);
                RetryAction::retryable_error_with_explicit_delay(*kind, wait)
            }
            _ => action,
        }
    }

    fn name(&self) -> &'static str {
        "R2"
    }

    /// The last one: what it says counts.
    fn priority(&self) -> RetryClassifierPriority {
        RetryClassifierPriority::run_after(RetryClassifierPriority::transient_error_classifier())
    }
}

/// Returns the code of an error document.
fn error_code(response: &HttpResponse) -> Option<&str> {
    let body = str::from_utf8(response.body().bytes()?).ok()?;
    let (_, rest) = body.split_once("<Code>")?;
    rest.split_once("</Code>").map(|(code, _)| code)
}
