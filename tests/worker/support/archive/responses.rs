//! Responses of the API and the gateway of Arke: manifests, components and errors.

use bytes::Bytes;
use hyper::body::Incoming;
use hyper::header::HeaderValue;
use hyper::{Method, Request, StatusCode};
use serde_json::json;

use crate::support::script::{Reply, reply};
use crate::support::tree::Tree;

/// What the archive answers by itself.
pub(super) fn lookup(tree: &Tree, request: &Request<Incoming>) -> Reply {
    let path = request.uri().path();
    if request.method() != Method::GET {
        return no_route();
    }
    if let Some(pi) = path.strip_prefix("/entities/") {
        let network = request
            .headers()
            .get("x-arke-network")
            .map_or("main", |value| value.to_str().unwrap_or(""));
        return entity(tree, pi, network);
    }
    if let Some(cid) = path.strip_prefix("/ipfs/") {
        return component(tree, cid).unwrap_or_else(gateway_timeout);
    }
    if let Some(cid) = path.strip_prefix("/cat/") {
        return component(tree, cid).unwrap_or_else(ipfs_error);
    }
    no_route()
}

fn entity(tree: &Tree, pi: &str, network: &str) -> Reply {
    let actual = if pi.starts_with("II") { "test" } else { "main" };
    if network != actual {
        let details = json!({"pi": pi, "expected_network": network, "actual_network": actual});
        let message = format!("Invalid PI for {network} network: {pi}");
        return error(
            StatusCode::BAD_REQUEST,
            &json!({"error": "VALIDATION_ERROR", "message": message, "details": details}),
        );
    }
    match tree.entities.get(pi) {
        Some(body) => reply(StatusCode::OK, "application/json", body.clone()),
        None => not_found(pi),
    }
}

fn component(tree: &Tree, cid: &str) -> Option<Reply> {
    tree.ipfs.get(cid).cloned().map(bytes)
}

/// The bytes of a component.
pub(crate) fn bytes(bytes: Bytes) -> Reply {
    let mut reply = reply(StatusCode::OK, "application/octet-stream", bytes);
    let forever = HeaderValue::from_static("public, max-age=31536000, immutable");
    reply.headers_mut().insert("cache-control", forever);
    reply
}

/// What the API says of an entity that there is not, and of any whose manifest its store did not give it.
pub(crate) fn not_found(pi: &str) -> Reply {
    let message = format!("Entity not found: {pi}");
    let details = json!({"resource": "Entity", "identifier": pi});
    error(
        StatusCode::NOT_FOUND,
        &json!({"error": "NOT_FOUND", "message": message, "details": details}),
    )
}

/// What the API says of a path that leads nowhere.
pub(crate) fn no_route() -> Reply {
    error(
        StatusCode::NOT_FOUND,
        &json!({"error": "NOT_FOUND", "message": "Route not found"}),
    )
}

/// What the API says of a component that its store did not give it.
pub(crate) fn ipfs_error() -> Reply {
    let message = "IPFS error: Failed to cat: 500 Internal Server Error";
    error(
        StatusCode::SERVICE_UNAVAILABLE,
        &json!({"error": "IPFS_ERROR", "message": message, "details": {"status": 500}}),
    )
}

/// What the gateway says of a component that it waited for in vain.
pub(crate) fn gateway_timeout() -> Reply {
    reply(
        StatusCode::GATEWAY_TIMEOUT,
        "text/plain; charset=utf-8",
        "504 Gateway Timeout\n",
    )
}

fn error(status: StatusCode, body: &serde_json::Value) -> Reply {
    reply(status, "application/json", body.to_string())
}
