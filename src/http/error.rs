//! Error of an exchange: one of the client, a status, or content that is not what it should be.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use http::{HeaderValue, StatusCode};
use url::Url;

use super::retry_after::asked_wait;
use super::{authority, proxy};
use crate::sanitize::{excerpt, one_line};

/// What kind of error it is; metrics count, and texts name it, by [`ErrorKind::as_str`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum ErrorKind {
    /// The name of the host leads nowhere.
    Dns,
    /// No connection, or one that broke before the answer began.
    Connect,
    /// The other side is not who it should be.
    Tls,
    /// The connection or the first byte of the answer took too long.
    Timeout,
    /// The body stood still, or took too long as a whole.
    SlowBody,
    /// The body ended before its end.
    Truncated,
    /// A status that may pass.
    Status,
    /// 404 or 410. The API hides failures of its backend behind 404.
    NotFound,
    /// 429, or 503 with the time to come again.
    Throttled,
    /// 401 or 403.
    Denied,
    /// Another status of the kind 4xx.
    Refused,
    /// A redirect that is not followed.
    Redirect,
    /// The body came whole and is not what it should be.
    BadJson,
    /// A page of HTML came instead, as a proxy or a wall sends it.
    HtmlPage,
    /// The bytes are not those that their CID names.
    WrongBytes,
    /// The body is longer than it may be.
    TooLarge,
    /// What came is right, and not for this program.
    Unsupported,
    /// A file of a folder that cannot be read.
    File,
}

/// Why a request has no good answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct HttpError {
    /// What kind it is.
    pub kind: ErrorKind,
    /// What happened, in words; the number and reason of a status.
    pub cause: String,
    /// How long the server asks to wait.
    pub retry_after: Option<Duration>,
}

impl ErrorKind {
    /// Returns the name of this kind.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Dns => "dns",
            Self::Connect => "connect",
            Self::Tls => "tls",
            Self::Timeout => "timeout",
            Self::SlowBody => "slow_body",
            Self::Truncated => "truncated",
            Self::Status => "status",
            Self::NotFound => "not_found",
            Self::Throttled => "throttled",
            Self::Denied => "denied",
            Self::Refused => "refused",
            Self::Redirect => "redirect",
            Self::BadJson | Self::HtmlPage => "bad_json",
            Self::WrongBytes => "wrong_bytes",
            Self::TooLarge => "too_large",
            Self::Unsupported => "unsupported",
            Self::File => "file",
        }
    }

    /// Returns the kind of an answer with another status than 200, which may name a time to come again.
    fn of_status(status: StatusCode, retry_after: Option<Duration>) -> Self {
        match status.as_u16() {
            401 | 403 => Self::Denied,
            404 | 410 => Self::NotFound,
            429 => Self::Throttled,
            503 if retry_after.is_some() => Self::Throttled,
            408 | 425 => Self::Status,
            300..400 => Self::Redirect,
            400..500 => Self::Refused,
            _ => Self::Status,
        }
    }

    /// Tells whether the error is that of the content, which came.
    pub(crate) fn is_of_content(self) -> bool {
        matches!(
            self,
            Self::BadJson | Self::HtmlPage | Self::WrongBytes | Self::TooLarge | Self::Unsupported
        )
    }
}

impl HttpError {
    /// Makes an error of its kind, and what happened in words.
    pub(crate) fn new(kind: ErrorKind, cause: impl Into<String>) -> Self {
        Self {
            kind,
            cause: cause.into(),
            retry_after: None,
        }
    }

    /// An answer with another status than 200.
    fn status(status: StatusCode, retry_after: Option<Duration>) -> Self {
        let reason = status.canonical_reason().unwrap_or("Unknown Status");
        Self {
            kind: ErrorKind::of_status(status, retry_after),
            cause: format!("{} {reason}", status.as_str()),
            retry_after,
        }
    }

    /// An answer that is not good: its status, and how long it asks to wait.
    pub(crate) fn of_answer(answer: &reqwest::Response) -> Self {
        let error = Self::status(answer.status(), asked_wait(answer.headers()));
        if answer.status() == StatusCode::PROXY_AUTHENTICATION_REQUIRED {
            error.through_proxy(answer.url())
        } else {
            error
        }
    }

    /// Says what happened in a few words, which name no host.
    pub(crate) fn in_brief(&self) -> String {
        let words = match self.kind {
            ErrorKind::Dns => "host not found",
            ErrorKind::Connect => "no connection",
            ErrorKind::Tls => "no secure connection",
            ErrorKind::Timeout => "timeout",
            ErrorKind::SlowBody => "slow answer",
            ErrorKind::Truncated => "answer broken off",
            ErrorKind::HtmlPage => "a page of HTML",
            ErrorKind::Status
            | ErrorKind::NotFound
            | ErrorKind::Throttled
            | ErrorKind::Denied
            | ErrorKind::Refused => &self.cause,
            kind => &kind.as_str().replace('_', " "),
        };
        excerpt(words)
    }

    /// Names the proxy that stands between here and the address, if there is one.
    pub(crate) fn through_proxy(mut self, address: &Url) -> Self {
        self.cause += &proxy::through(address);
        self
    }

    /// A body in an encoding that was not asked for.
    pub(crate) fn encoded(encoding: &HeaderValue) -> Self {
        let name = one_line(&String::from_utf8_lossy(encoding.as_bytes()));
        let cause = format!(
            "the answer is encoded as {:?}, which was not asked for",
            excerpt(&name)
        );
        Self::new(ErrorKind::BadJson, cause)
    }

    /// A body that ended before its end: whose answer it was, and what happened to the connection.
    pub(crate) fn broken_off(host: &str, error: &reqwest::Error) -> Self {
        let cause = last_cause(error);
        Self::new(
            ErrorKind::Truncated,
            format!("the answer of {host} broke off: {cause}"),
        )
    }

    /// A body that is longer than so many bytes.
    pub(crate) fn too_large(limit_bytes: usize) -> Self {
        Self::new(
            ErrorKind::TooLarge,
            format!("too large: more than {limit_bytes} bytes"),
        )
    }
}

impl Error for HttpError {}

impl fmt::Display for HttpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.cause)?;
        match self.kind {
            // A status, or a file that is named, says what it is.
            ErrorKind::Status
            | ErrorKind::NotFound
            | ErrorKind::Throttled
            | ErrorKind::Denied
            | ErrorKind::Refused
            | ErrorKind::Unsupported
            | ErrorKind::File => Ok(()),
            kind => write!(f, " ({})", kind.as_str()),
        }
    }
}

/// Says what an error of reqwest before the body means, and which proxy was in between.
pub(crate) fn of_reqwest(error: &reqwest::Error) -> HttpError {
    let http_error = of_exchange(error);
    match error.url() {
        Some(url) => http_error.through_proxy(url),
        None => http_error,
    }
}

fn of_exchange(error: &reqwest::Error) -> HttpError {
    let host = error.url().map_or_else(String::new, authority);
    let causes: Vec<_> = causes(error).collect();
    let cause = last_cause(error);
    let is_tls = causes.iter().any(|cause| cause.is::<rustls::Error>());
    let is_dns = causes.iter().any(|cause| is_dns_error(*cause));
    let (kind, cause) = if error.is_timeout() {
        (
            ErrorKind::Timeout,
            format!("no connection to {host}: timed out"),
        )
    } else if is_tls {
        (
            ErrorKind::Tls,
            format!("no secure connection to {host}: {cause}"),
        )
    } else if error.is_redirect() {
        (ErrorKind::Redirect, format!("{host}: {cause}"))
    } else if is_dns {
        (ErrorKind::Dns, format!("{host} cannot be found: {cause}"))
    } else {
        (
            ErrorKind::Connect,
            format!("no connection to {host}: {cause}"),
        )
    };
    HttpError::new(kind, cause)
}

/// Returns what is behind an error, from the first cause to the last.
fn causes(error: &reqwest::Error) -> impl Iterator<Item = &(dyn Error + 'static)> {
    std::iter::successors(source(error), |cause| source(*cause))
}

/// Says what happened; the error's own text names the address.
fn last_cause(error: &reqwest::Error) -> String {
    let cause = causes(error).last();
    cause.map_or_else(|| error.to_string(), ToString::to_string)
}

/// Tells whether an error is that of a name; the connector has no public type for it.
fn is_dns_error(error: &(dyn Error + 'static)) -> bool {
    error.to_string() == "dns error"
}

/// Returns what is behind an error; an I/O error hides its own cause from `source`.
fn source<'e>(error: &'e (dyn Error + 'static)) -> Option<&'e (dyn Error + 'static)> {
    let inner = error
        .downcast_ref::<std::io::Error>()
        .and_then(std::io::Error::get_ref);
    inner
        .map(|inner| inner as &(dyn Error + 'static))
        .or_else(|| error.source())
}

/// Returns what the body of a refusal says for a person: the message of JSON, the title of HTML, or its beginning.
pub(crate) fn hint(body: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(body);
    let json: Option<serde_json::Value> = serde_json::from_slice(body).ok();
    let message = json.as_ref().and_then(|json| {
        let message = json.get("message").or_else(|| json.get("error"));
        message.and_then(serde_json::Value::as_str)
    });
    let title = || {
        let (_, rest) = text.split_once("<title>")?;
        rest.split_once("</title>").map(|(title, _)| title)
    };
    let hint = message.or_else(title).unwrap_or(&text);
    let hint = excerpt(&one_line(hint.trim()));
    (!hint.is_empty()).then_some(hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(status: u16, retry_after: Option<Duration>) -> HttpError {
        HttpError::status(StatusCode::from_u16(status).expect("a status"), retry_after)
    }

    #[test]
    fn a_status_reads_as_number_and_reason() {
        assert_eq!(status(404, None).to_string(), "404 Not Found");
        assert_eq!(status(504, None).to_string(), "504 Gateway Timeout");
        assert_eq!(status(521, None).to_string(), "521 Unknown Status");
    }

    #[test]
    fn what_is_no_status_names_its_kind() {
        let error = HttpError::new(ErrorKind::Dns, "a.example cannot be found");
        assert_eq!(error.to_string(), "a.example cannot be found (dns)");
        assert_eq!(
            HttpError::too_large(5).to_string(),
            "too large: more than 5 bytes (too_large)"
        );
    }

    #[test]
    fn a_503_that_says_when_to_come_again_is_throttling() {
        assert_eq!(status(503, None).kind, ErrorKind::Status);
        assert_eq!(status(503, Some(Duration::ZERO)).kind, ErrorKind::Throttled);
        assert_eq!(status(429, None).kind, ErrorKind::Throttled);
        assert_eq!(status(530, None).kind, ErrorKind::Status);
        assert_eq!(status(400, None).kind, ErrorKind::Refused);
    }

    #[test]
    fn a_refusal_gives_its_reason() {
        let read = |body: &str| hint(body.as_bytes());
        assert_eq!(
            read(r#"{"error":"FORBIDDEN","message":"No network for you"}"#).as_deref(),
            Some("No network for you")
        );
        assert_eq!(
            read("<html><head><title>Attention Required! | Cloudflare</title>").as_deref(),
            Some("Attention Required! | Cloudflare")
        );
        assert_eq!(read("go away\n").as_deref(), Some("go away"));
        assert_eq!(read(""), None);
    }
}
