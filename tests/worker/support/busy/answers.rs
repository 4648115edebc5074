//! The answers of a busy archive, in the words of nginx, of the API and of the gateway.

use bytes::Bytes;
use hyper::StatusCode;
use hyper::header::{AGE, HeaderValue, RETRY_AFTER};

use crate::support::archive::responses;
use crate::support::script::{Reply, reply};

use super::rules::Refusal;

/// What was asked for; a cache tells how many seconds it has had it.
pub(super) fn good(path: &str, body: Bytes, is_cached: bool) -> Reply {
    let mut reply = if is_manifest(path) {
        reply(StatusCode::OK, "application/json", body)
    } else {
        responses::bytes(body)
    };
    if is_cached {
        reply.headers_mut().insert(AGE, HeaderValue::from(60));
    }
    reply
}

/// What there is not.
pub(super) fn missing(path: &str) -> Reply {
    match path.split_once('/') {
        Some(("entities", pi)) => responses::not_found(pi),
        Some(("ipfs", _)) => responses::gateway_timeout(),
        Some(("cat", _)) => responses::ipfs_error(),
        _ => responses::no_route(),
    }
}

/// One too many for nginx.
pub(super) fn limited(refusal: Refusal) -> Reply {
    match refusal {
        Refusal::AsTheArchive => page(503),
        Refusal::RetryAfter(status, seconds) => retry_after(status, seconds),
    }
}

/// One too many for the store.
pub(super) fn overloaded(path: &str, refusal: Refusal) -> Reply {
    match (refusal, path.split_once('/')) {
        (Refusal::RetryAfter(status, seconds), _) => retry_after(status, seconds),
        (_, Some(("entities", pi))) => responses::not_found(pi),
        (_, Some(("cat", _))) => responses::ipfs_error(),
        _ => page(503),
    }
}

/// What is said of an item that is bad for ever.
pub(super) fn bad(path: &str, status: u16) -> Reply {
    match (path.split_once('/'), status) {
        (Some(("entities", pi)), 404) => responses::not_found(pi),
        (Some(("entities" | "cat", _)), 503) => responses::ipfs_error(),
        (Some(("ipfs", _)), 504) => responses::gateway_timeout(),
        _ => page(status),
    }
}

/// A page of nginx.
pub(super) fn page(status: u16) -> Reply {
    let status = StatusCode::from_u16(status).expect("a valid status");
    let title = match status {
        // nginx has words of its own for this one.
        StatusCode::SERVICE_UNAVAILABLE => "503 Service Temporarily Unavailable".to_owned(),
        status => status.to_string(),
    };
    let page = format!(
        "<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n\
         <hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
    );
    reply(status, "text/html", page)
}

fn retry_after(status: u16, seconds: u32) -> Reply {
    let mut reply = page(status);
    reply
        .headers_mut()
        .insert(RETRY_AFTER, HeaderValue::from(seconds));
    reply
}

fn is_manifest(path: &str) -> bool {
    path.starts_with("entities/")
}
