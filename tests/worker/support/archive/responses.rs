//! Responses of the API and the gateway of Arke: manifests, components and errors.

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
        return error(
            StatusCode::NOT_FOUND,
            &json!({"error": "NOT_FOUND", "message": "Route not found"}),
        );
    }
    if let Some(pi) = path.strip_prefix("/entities/") {
        let network = request
            .headers()
            .get("x-arke-network")
            .map_or("main", |value| value.to_str().unwrap_or(""));
        return entity(tree, pi, network);
    }
    if let Some(cid) = path.strip_prefix("/ipfs/") {
        return component(tree, cid).unwrap_or_else(|| {
            reply(
                StatusCode::GATEWAY_TIMEOUT,
                "text/plain; charset=utf-8",
                "504 Gateway Timeout\n",
            )
        });
    }
    if let Some(cid) = path.strip_prefix("/cat/") {
        let message = "IPFS error: Failed to cat: 500 Internal Server Error";
        return component(tree, cid).unwrap_or_else(|| {
            error(
                StatusCode::SERVICE_UNAVAILABLE,
                &json!({"error": "IPFS_ERROR", "message": message, "details": {"status": 500}}),
            )
        });
    }
    error(
        StatusCode::NOT_FOUND,
        &json!({"error": "NOT_FOUND", "message": "Route not found"}),
    )
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
    if let Some(body) = tree.entities.get(pi) {
        return reply(StatusCode::OK, "application/json", body.clone());
    }
    let message = format!("Entity not found: {pi}");
    let details = json!({"resource": "Entity", "identifier": pi});
    error(
        StatusCode::NOT_FOUND,
        &json!({"error": "NOT_FOUND", "message": message, "details": details}),
    )
}

fn component(tree: &Tree, cid: &str) -> Option<Reply> {
    let bytes = tree.ipfs.get(cid)?;
    let mut reply = reply(StatusCode::OK, "application/octet-stream", bytes.clone());
    let forever = HeaderValue::from_static("public, max-age=31536000, immutable");
    reply.headers_mut().insert("cache-control", forever);
    Some(reply)
}

fn error(status: StatusCode, body: &serde_json::Value) -> Reply {
    reply(status, "application/json", body.to_string())
}
