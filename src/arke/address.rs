//! Addresses as a public record may show them: without what opens a door.

use std::borrow::Cow;

use url::Url;

use super::fields::FieldProblem;
use super::json::Value;
use crate::sanitize::excerpt;

/// Parts of the names of parameters that are secrets, or stand beside one.
#[rustfmt::skip]
const SECRETS: [&str; 23] = [
    "accesskey", "access_key", "access-key", "apikey", "api_key", "api-key", "authorization", "credential",
    "googleaccessid", "hdnea", "hdnts", "hmac", "jwt", "key-pair-id", "passw", "secret", "sessid", "sessionid",
    "session_id", "signature", "token", "x-amz-", "x-goog-",
];
/// Whole names of such parameters.
const SHORT_SECRETS: [&str; 4] = ["auth", "pass", "pwd", "sig"];
/// Names that are as often those of something else: a long value tells.
const DOUBTFUL: [&str; 4] = ["key", "policy", "sid", "sign"];
const LONG: usize = 16;

/// What is said of an address that opens a door.
pub(super) const SECRET: &str = "a user, password or signature is in the address; left out";

/// Takes what opens a door out of all addresses of a document; says in which of its fields there was any.
pub(super) fn strip(document: &mut Value<'_>) -> Vec<FieldProblem> {
    let Value::Object(members) = document else {
        return Vec::new();
    };
    let members = members.iter_mut();
    let stripped = members.filter_map(|(name, value)| strip_value(value).then(|| excerpt(name)));
    let problem = |field: String| FieldProblem {
        field: field.into(),
        reason: SECRET.to_owned(),
    };
    stripped.map(problem).collect()
}

/// Does so in a value; tells whether there was any.
fn strip_value(value: &mut Value<'_>) -> bool {
    match value {
        Value::Text(text) if is_address(text) => {
            let Cow::Owned(public) = public(text) else {
                return false;
            };
            *text = public.into();
            true
        }
        Value::Array(values) => values
            .iter_mut()
            .fold(false, |any, value| strip_value(value) | any),
        Value::Object(members) => members
            .iter_mut()
            .fold(false, |any, (_, value)| strip_value(value) | any),
        _ => false,
    }
}

/// Tells whether a text begins as an address does; prose that has one in it is none.
fn is_address(text: &str) -> bool {
    /// Within how many bytes a scheme ends.
    const SCHEME_MAX: usize = 16;
    let head = text.as_bytes();
    let head = &head[..head.len().min(SCHEME_MAX)];
    let is_in_scheme = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte);
    let is_behind = |(scheme, _): (&str, &str)| scheme.trim_start().bytes().all(is_in_scheme);
    // This is asked of each text, and most have no colon there.
    head.contains(&b':') && text.split_once("://").is_some_and(is_behind)
}

/// Returns what is behind user and password in an address without a scheme, if they are in it.
pub(super) fn behind_user(raw: &str) -> Option<&str> {
    let authority = raw.trim().trim_start_matches('/').split('/').next()?;
    let (user, host) = authority.rsplit_once('@')?;
    let is_user = user.contains(':')
        && !user.contains(char::is_whitespace)
        && host.contains('.')
        && !user.starts_with("mailto:");
    is_user.then(|| raw.find(host).map(|at| &raw[at..]))?
}

/// Returns an address without user, password, signature and the like; borrowed where it has none.
fn public(raw: &str) -> Cow<'_, str> {
    if !raw.contains(['@', '?', '#', ';']) {
        return raw.into();
    }
    let Ok(mut url) = Url::parse(raw.trim()) else {
        return raw.into();
    };
    let is_open = |parts: &str| !parts.split('&').any(is_secret);
    let path = url.path().split(";jsessionid=").next().map(str::to_owned);
    let has_session = path.as_deref() != Some(url.path());
    let has_user = url.has_authority() && (!url.username().is_empty() || url.password().is_some());
    if !has_user
        && !has_session
        && [url.query(), url.fragment()]
            .into_iter()
            .flatten()
            .all(is_open)
    {
        return raw.into();
    }
    let without = |parts: &str| -> String {
        let parts: Vec<&str> = parts.split('&').filter(|part| !is_secret(part)).collect();
        parts.join("&")
    };
    let query = url.query().map(without).filter(|query| !query.is_empty());
    let fragment = url
        .fragment()
        .map(without)
        .filter(|fragment| !fragment.is_empty());
    url.set_query(query.as_deref());
    url.set_fragment(fragment.as_deref());
    url.set_path(&path.unwrap_or_default());
    if has_user {
        // Both can fail only where there is no host.
        let _ = (url.set_username(""), url.set_password(None));
    }
    String::from(url).into()
}

fn is_secret(parameter: &str) -> bool {
    let Some((name, value)) = parameter.split_once('=') else {
        return false;
    };
    let name = name.to_ascii_lowercase();
    SECRETS.iter().any(|secret| name.contains(secret))
        || SHORT_SECRETS.contains(&&*name)
        || value.len() >= LONG && DOUBTFUL.contains(&&*name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_opens_a_door_is_left_out() {
        for (raw, expected) in [
            (
                "https://reader:hunter2@example.org/item/5",
                "https://example.org/item/5",
            ),
            ("ftp://anna@example.org/a.jpg", "ftp://example.org/a.jpg"),
            (
                "https://b.s3.amazonaws.com/b.jpg?X-Amz-Algorithm=A&X-Amz-Credential=AKIA&X-Amz-Signature=ab",
                "https://b.s3.amazonaws.com/b.jpg",
            ),
            (
                "https://x.blob.example.net/a?sv=2020&sig=abc%3D&page=2",
                "https://x.blob.example.net/a?sv=2020&page=2",
            ),
            (
                "https://example.org/a?access_token=x#top",
                "https://example.org/a#top",
            ),
            (
                "https://example.org/a#access_token=x&n=1",
                "https://example.org/a#n=1",
            ),
            (
                "https://example.org/a;jsessionid=0A1B?p=1",
                "https://example.org/a?p=1",
            ),
            ("https://example.org/a?PHPSESSID=1", "https://example.org/a"),
            (
                "https://example.org/a?api_key=1&id=2",
                "https://example.org/a?id=2",
            ),
            (
                "https://cdn.example.org/a?Expires=1&Signature=s&Key-Pair-Id=k",
                "https://cdn.example.org/a?Expires=1",
            ),
        ] {
            assert_eq!(public(raw), expected);
        }
    }

    #[test]
    fn a_user_is_known_without_a_scheme() {
        for raw in ["//user:hunter2@example.org/a", "user:hunter2@example.org/a"] {
            assert_eq!(behind_user(raw), Some("example.org/a"));
        }
        for raw in [
            "mailto:anna@example.org",
            "by the way: anna@example.org",
            "anna@example.org",
            "https://example.org/@anna",
        ] {
            assert_eq!(behind_user(raw), None);
        }
    }

    #[test]
    fn other_addresses_stay_to_the_letter() {
        for raw in [
            "https://Example.org/a b?id=5&lang=en#p=2",
            "https://example.org/authors?author=Austen&key=5&sid=12",
            "mailto:anna@example.org",
            "by the way: anna@example.org",
            "/asset/01ABC",
            "C:\\scans\\page 1.jpg",
        ] {
            assert_eq!(public(raw), raw);
        }
    }
}
