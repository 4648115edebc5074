//! Errors of the bucket, in words for the one who has to act on them.

use anyhow::anyhow;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};

use crate::sanitize::shortened;

/// The longest message of a server that is passed on, in characters.
const MESSAGE_LENGTH_MAX: usize = 200;

/// Says in a line what the server answered, and which setting to look at; never a setting's value.
pub(crate) fn explain<E>(bucket: &str, error: &SdkError<E>) -> anyhow::Error
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    let Some(answer) = error.as_service_error() else {
        let mut cause: &dyn std::error::Error = error;
        while let Some(source) = cause.source() {
            cause = source;
        }
        return anyhow!(
            "bucket {bucket} cannot be reached ({cause}): check R2_ACCOUNT_ID and R2_ENDPOINT"
        );
    };
    let status = error
        .raw_response()
        .map(|answer| answer.status().to_string());
    let code = answer.code().or(status.as_deref()).unwrap_or("no code");
    let message = shortened(answer.message().unwrap_or("no message"), MESSAGE_LENGTH_MAX);
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
    anyhow!("bucket {bucket} answered {code} ({message}){advice}")
}
