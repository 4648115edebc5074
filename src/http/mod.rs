//! The HTTP clients, and what every exchange needs; nothing here knows the archive or the bucket, but for the mark that
//! the gateway puts behind a body it cannot finish.
//!
//! One TLS configuration serves all: built-in roots, so that an empty image can connect, and those of
//! `EXTRA_CA_FILE`. Proxies come by `HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY`. The archive's client
//! follows redirects on the same host and accepts gzip; the plain client, for the bucket and the callback, does
//! neither.

mod body;
pub(crate) mod body_budget;
pub(crate) mod error;
pub(crate) mod get;
mod proxy;
pub(crate) mod retry_after;

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use http::{HeaderMap, HeaderValue, header};
use reqwest::{Url, redirect};
use rustls::RootCertStore;

/// Names the program to every server; those behind Cloudflare challenge clients without a name.
pub(crate) const USER_AGENT: &str = concat!(
    "arke-mods-export-worker/",
    env!("CARGO_PKG_VERSION"),
    " (+https://arke.institute)"
);

/// How long bucket and callback are waited for, for a connection.
pub(crate) const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How many redirects are followed, on the same host.
const REDIRECTS_MAX: usize = 3;
/// After how long without a byte an HTTP/2 connection that is in use is asked whether it lives, and how long the reply
/// may take: on one that died unseen, all requests and their repetitions would run into their time-outs.
const PING_AFTER: Duration = Duration::from_secs(10);
/// How much of one body HTTP/2 sends ahead of its being read, and of all on a connection: enough for all that can be in
/// flight, so that bodies that are not read on, for want of memory, never hold up another.
const STREAM_WINDOW_BYTES: u32 = 256 * 1024;
const CONNECTION_WINDOW_BYTES: u32 = 100 * STREAM_WINDOW_BYTES;

/// The clients of a run.
#[derive(Debug)]
pub struct Clients {
    /// For the archive.
    pub archive: reqwest::Client,
    /// For the bucket and the callback: no redirects, bodies as they come, no tries of its own.
    pub plain: reqwest::Client,
}

/// Makes the clients; that of the archive waits for a connection for `archive_connect`.
///
/// # Errors
///
/// Fails only if TLS cannot be set up.
pub fn clients(extra_roots: &RootCertStore, archive_connect: Duration) -> anyhow::Result<Clients> {
    let tls = tls_config(extra_roots)?;
    let builder = |tls: rustls::ClientConfig, connect_timeout: Duration| {
        reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .user_agent(USER_AGENT)
            .connect_timeout(connect_timeout)
    };
    let mut tls_archive = tls.clone();
    // With a configuration of ours, reqwest does not offer HTTP/2 by itself.
    tls_archive.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    // Inflated here and not by reqwest, which would not say how many bytes came.
    let accept =
        HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static("gzip"))]);
    // What HTTP/2 refused untouched, by GOAWAY or REFUSED_STREAM, reqwest sends again by itself, twice at the most.
    let archive = builder(tls_archive, archive_connect)
        .redirect(redirect::Policy::custom(follow_on_same_host))
        .default_headers(accept)
        .http2_initial_stream_window_size(STREAM_WINDOW_BYTES)
        .http2_initial_connection_window_size(CONNECTION_WINDOW_BYTES)
        .http2_keep_alive_interval(PING_AFTER)
        .http2_keep_alive_timeout(PING_AFTER)
        .build()
        .context("failed to set up the archive's client")?;
    let plain = builder(tls, CONNECT_TIMEOUT)
        .redirect(redirect::Policy::none())
        .retry(reqwest::retry::never())
        .build()
        .context("failed to set up the client of bucket and callback")?;
    Ok(Clients { archive, plain })
}

fn tls_config(extra_roots: &RootCertStore) -> anyhow::Result<rustls::ClientConfig> {
    let mut roots = extra_roots.clone();
    roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    Ok(rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .context("failed to set up TLS")?
        .with_root_certificates(roots)
        .with_no_client_auth())
}

fn follow_on_same_host(attempt: redirect::Attempt<'_>) -> redirect::Action {
    let Some(first) = attempt.previous().first() else {
        return attempt.stop();
    };
    let (from, to) = (first, attempt.url());
    // From http to https at the usual ports, and never back.
    let is_secured = from.scheme() == "http" && to.scheme() == "https";
    let is_same = from.scheme() == to.scheme() || is_secured;
    if !is_same || from.host() != to.host() || from.port() != to.port() {
        attempt.error("redirected to another host or scheme")
    } else if attempt.previous().len() > REDIRECTS_MAX {
        attempt.error(format!("redirected more than {REDIRECTS_MAX} times"))
    } else {
        attempt.follow()
    }
}

/// Returns host and port of an address: all of it that may be shown.
pub(crate) fn authority(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port()
        .map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}
