//! What an error of the HTTP client or an answer that is not good means.

use std::error::Error;
use std::time::{Duration, SystemTime};

use http::{HeaderMap, header};
use url::Url;

use crate::http::error::{Class, Fault};
use crate::sanitize::{excerpt, one_line};

/// Reads the value of `Retry-After`: seconds or a date.
pub fn retry_after(value: &str) -> Option<Duration> {
    if let Ok(seconds) = value.trim().parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = httpdate::parse_http_date(value.trim()).ok()?;
    Some(date.duration_since(SystemTime::now()).unwrap_or_default())
}

/// Returns how long an answer asks to wait.
pub fn asked_wait(headers: &HeaderMap) -> Option<Duration> {
    headers
        .get(header::RETRY_AFTER)?
        .to_str()
        .ok()
        .and_then(retry_after)
}

/// Says what an error of reqwest before the body means.
pub fn of_reqwest(error: &reqwest::Error) -> Fault {
    let host = error.url().map_or_else(String::new, authority);
    let causes: Vec<&(dyn Error + 'static)> =
        std::iter::successors(source(error), |cause| source(*cause)).collect();
    // The error's own text names the address; the last cause says what happened.
    let cause = causes
        .last()
        .map_or_else(|| error.to_string(), ToString::to_string);
    if error.is_timeout() {
        Fault::new(
            Class::Timeout,
            format!("no connection to {host}: timed out"),
        )
    } else if causes.iter().any(|cause| cause.is::<rustls::Error>()) {
        Fault::new(
            Class::Tls,
            format!("no secure connection to {host}: {cause}"),
        )
    } else if error.is_redirect() {
        Fault::new(Class::Redirect, format!("{host}: {cause}"))
    } else if causes.iter().any(|cause| is_dns_error(*cause)) {
        Fault::new(Class::Dns, format!("{host} cannot be found: {cause}"))
    } else {
        Fault::new(Class::Connect, format!("no connection to {host}: {cause}"))
    }
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

/// Returns host and port of an address: all of it that may be told.
pub fn authority(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port()
        .map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// Returns what the body of a refusal says for a person: the message of JSON, the title of HTML, or its beginning.
pub fn hint(body: &[u8]) -> Option<String> {
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

    #[test]
    fn a_wait_is_read_as_seconds_or_as_a_date() {
        assert_eq!(retry_after(" 7 "), Some(Duration::from_secs(7)));
        let date = httpdate::fmt_http_date(SystemTime::now() + Duration::from_hours(1));
        let wait = retry_after(&date).expect("a date");
        assert!(
            (Duration::from_mins(59)..=Duration::from_hours(1)).contains(&wait),
            "{wait:?}"
        );
        assert_eq!(
            retry_after("Thu, 01 Jan 1970 00:00:00 GMT"),
            Some(Duration::ZERO)
        );
        assert_eq!(retry_after("soon"), None);
        assert_eq!(retry_after("-1"), None);
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
