//! Errors of the bucket, in words for the one who has to act on them.

use std::fmt;

use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use http::StatusCode;

use crate::http::error::{ErrorKind, HttpError, hint};
use crate::sanitize::{excerpt, one_line, shortened};

use super::Bucket;

/// The longest message of a server that is passed on, in characters.
const MESSAGE_LENGTH_MAX: usize = 200;

/// Why the bucket did not do what it was asked to, in a line; it never holds the value of a setting.
#[derive(Debug)]
pub(crate) struct BucketError {
    text: String,
    /// Whether the bucket certainly did not do it. It may have done what it answered with an error of its own, or not at
    /// all.
    pub is_refusal: bool,
}

impl std::error::Error for BucketError {}

impl fmt::Display for BucketError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Says what the server answered, and which setting to look at.
pub(super) fn explain<E>(bucket: &Bucket, error: &SdkError<E>) -> BucketError
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    let (Some(answer), Some(response)) = (error.as_service_error(), error.raw_response()) else {
        return BucketError {
            text: unanswered(bucket, error),
            is_refusal: !bucket.transport.has_reached(),
        };
    };
    let status = response.status().as_u16();
    let text = match answer.code() {
        Some(code) => refused(bucket, code, answer.message()),
        None => unlike_s3(bucket, status, response.body().bytes().unwrap_or_default()),
    };
    // A file may be there although it cannot be found any more, or is being written.
    let is_unclear = matches!(status, 404 | 408 | 409 | 429);
    BucketError {
        text,
        is_refusal: (300..500).contains(&status) && !is_unclear,
    }
}

/// Says why there is no answer, or none that can be read.
fn unanswered(bucket: &Bucket, error: &(dyn std::error::Error + 'static)) -> String {
    let name = &bucket.name;
    let cause = std::iter::successors(Some(error), |cause| cause.source()).last();
    let cause = cause.unwrap_or(error);
    let Some(HttpError { kind, .. }) = cause.downcast_ref() else {
        return format!(
            "bucket {name} cannot be reached ({cause}): check R2_ACCOUNT_ID and R2_ENDPOINT"
        );
    };
    match kind {
        ErrorKind::Tls => format!(
            "bucket {name} cannot be reached ({cause}): check R2_ACCOUNT_ID, R2_ENDPOINT and EXTRA_CA_FILE"
        ),
        ErrorKind::Truncated | ErrorKind::BadJson | ErrorKind::TooLarge => format!(
            "bucket {name} gave no answer that can be read ({cause}): check R2_ENDPOINT and what stands before {}",
            bucket.host
        ),
        _ => format!(
            "bucket {name} cannot be reached ({cause}): check R2_ACCOUNT_ID and R2_ENDPOINT"
        ),
    }
}

/// Passes on what a server of S3 answered.
fn refused(bucket: &Bucket, code: &str, message: Option<&str>) -> String {
    let advice = match code {
        "NoSuchBucket" => ": check R2_BUCKET",
        "SignatureDoesNotMatch" => ": check R2_SECRET_ACCESS_KEY",
        "InvalidAccessKeyId" | "Unauthorized" | "NotSignedUp" => {
            ": check R2_ACCESS_KEY_ID and R2_ACCOUNT_ID"
        }
        "AccessDenied" => {
            ": check that the keys (R2_ACCESS_KEY_ID, R2_SECRET_ACCESS_KEY) may write to it"
        }
        "RequestTimeTooSkewed" => ": the clock of this machine is wrong",
        "ExpiredToken" | "InvalidToken" => ": check R2_SESSION_TOKEN",
        _ => "",
    };
    let code = excerpt(&one_line(code));
    let message = shortened(message.unwrap_or("no message"), MESSAGE_LENGTH_MAX);
    format!("bucket {} answered {code} ({message}){advice}", bucket.name)
}

/// Says what a server answered that is none of S3, or that has no words for it: to a HEAD request none is given.
fn unlike_s3(bucket: &Bucket, status: u16, body: &[u8]) -> String {
    let (name, host) = (&bucket.name, &bucket.host);
    let reason = StatusCode::from_u16(status)
        .ok()
        .and_then(|status| status.canonical_reason())
        .unwrap_or("Unknown Status");
    match (hint(body), status) {
        (Some(hint), _) => format!(
            "bucket {name}: {host} answered {status} {reason} ({hint:?}), and not as a server of S3: \
             check R2_ENDPOINT, R2_ACCOUNT_ID and what stands before {host}"
        ),
        (None, 401 | 403) => format!(
            "bucket {name}: {host} answered {status} {reason}: check R2_ACCESS_KEY_ID, R2_SECRET_ACCESS_KEY, \
             R2_ENDPOINT and what stands before {host}"
        ),
        (None, 200..300) => format!(
            "bucket {name}: {host} answered {status} {reason} and nothing else: check R2_ENDPOINT and what stands before {host}"
        ),
        (None, _) => format!(
            "bucket {name}: {host} answered {status} {reason}: check R2_ENDPOINT and what stands before {host}"
        ),
    }
}
