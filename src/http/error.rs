//! Why a request has no good answer.

use std::fmt;
use std::time::Duration;

use http::StatusCode;

/// What kind of fault it is; metrics count, and texts name it, by its [word](Class::word).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
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
    /// 404 or 410. The API hides faults of its backend behind 404.
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
pub struct Fault {
    /// What kind it is.
    pub class: Class,
    /// What happened, in words; the number and reason of a status.
    pub cause: String,
    /// How long the server asks to wait.
    pub retry_after: Option<Duration>,
}

impl Class {
    /// Returns the word for this kind.
    pub fn word(self) -> &'static str {
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
            Self::BadJson => "bad_json",
            Self::WrongBytes => "wrong_bytes",
            Self::TooLarge => "too_large",
            Self::Unsupported => "unsupported",
            Self::File => "file",
        }
    }

    /// Returns the kind of an answer with another status than 200, which may name a time to come again.
    pub fn of_status(status: StatusCode, retry_after: Option<Duration>) -> Self {
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

    /// Tells whether the fault is that of the content, which came.
    pub fn is_of_content(self) -> bool {
        matches!(
            self,
            Self::BadJson | Self::WrongBytes | Self::TooLarge | Self::Unsupported
        )
    }
}

impl Fault {
    /// Takes a fault by its kind, and what happened in words.
    pub fn new(class: Class, cause: impl Into<String>) -> Self {
        Self {
            class,
            cause: cause.into(),
            retry_after: None,
        }
    }

    /// An answer with another status than 200.
    pub fn status(status: StatusCode, retry_after: Option<Duration>) -> Self {
        let reason = status.canonical_reason().unwrap_or("Unknown Status");
        Self {
            class: Class::of_status(status, retry_after),
            cause: format!("{} {reason}", status.as_str()),
            retry_after,
        }
    }

    /// A body that is longer than so many bytes.
    pub fn too_large(limit_bytes: usize) -> Self {
        Self::new(
            Class::TooLarge,
            format!("too large: more than {limit_bytes} bytes"),
        )
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.cause)?;
        match self.class {
            // A status, or a file that is named, says what it is.
            Class::Status
            | Class::NotFound
            | Class::Throttled
            | Class::Denied
            | Class::Refused
            | Class::Unsupported
            | Class::File => Ok(()),
            class => write!(f, " ({})", class.word()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(status: u16, retry_after: Option<Duration>) -> Fault {
        Fault::status(StatusCode::from_u16(status).expect("a status"), retry_after)
    }

    #[test]
    fn a_status_reads_as_number_and_reason() {
        assert_eq!(status(404, None).to_string(), "404 Not Found");
        assert_eq!(status(504, None).to_string(), "504 Gateway Timeout");
        assert_eq!(status(521, None).to_string(), "521 Unknown Status");
    }

    #[test]
    fn what_is_no_status_names_its_kind() {
        let fault = Fault::new(Class::Dns, "a.example cannot be found");
        assert_eq!(fault.to_string(), "a.example cannot be found (dns)");
        assert_eq!(
            Fault::too_large(5).to_string(),
            "too large: more than 5 bytes (too_large)"
        );
    }

    #[test]
    fn a_503_that_says_when_to_come_again_is_throttling() {
        assert_eq!(status(503, None).class, Class::Status);
        assert_eq!(status(503, Some(Duration::ZERO)).class, Class::Throttled);
        assert_eq!(status(429, None).class, Class::Throttled);
        assert_eq!(status(530, None).class, Class::Status);
        assert_eq!(status(400, None).class, Class::Refused);
    }
}
