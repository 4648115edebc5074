//! The HTTP clients, with their limits and time-outs.
//!
//! One TLS configuration serves all: built-in roots, so that an empty image can connect, and those of
//! `EXTRA_CA_FILE`. The archive's client follows redirects on the same host and inflates; the plain client, for the
//! bucket and the callback, does neither.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::Context as _;
use bytes::{Bytes, BytesMut};
use http::{HeaderMap, StatusCode};
use reqwest::redirect;
use rustls::RootCertStore;
use tokio::sync::Mutex;
use tokio::time::{Interval, MissedTickBehavior, interval, sleep, timeout};

use crate::fault::{Fault, Tries, asked_wait};

/// Names the program to every server; those behind Cloudflare challenge clients without a name.
pub const USER_AGENT: &str = concat!(
    "arke-mods-export-worker/",
    env!("CARGO_PKG_VERSION"),
    " (+https://arke.institute)"
);

/// How long a connection may take to be made.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How long the first byte of an answer may take. The gateway itself gives up after 30 s.
const FIRST_BYTE_TIMEOUT: Duration = Duration::from_secs(35);
/// How long a body may stand still.
const IDLE_TIMEOUT: Duration = Duration::from_secs(15);
/// How long one request may take from its start to the last byte.
const TOTAL_TIMEOUT: Duration = Duration::from_mins(2);
/// How many redirects are followed, on the same host.
const REDIRECTS_MAX: usize = 3;

/// The clients of a run.
#[derive(Debug)]
pub struct Clients {
    /// For the archive.
    pub archive: Archive,
    /// For the bucket and the callback: no redirects, bodies as they come, no tries of its own.
    pub plain: reqwest::Client,
}

/// The client of the entity API and the gateway.
#[derive(Debug)]
pub struct Archive {
    client: reqwest::Client,
    pace: Option<Mutex<Interval>>,
    requests: AtomicU64,
    bytes: AtomicU64,
}

/// Makes the clients.
///
/// # Errors
///
/// Fails only if TLS cannot be set up.
pub fn clients(
    extra_roots: &RootCertStore,
    requests_per_second_max: Option<u32>,
) -> anyhow::Result<Clients> {
    let tls = tls_config(extra_roots)?;
    let builder = |tls: rustls::ClientConfig| {
        reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .user_agent(USER_AGENT)
            .connect_timeout(CONNECT_TIMEOUT)
    };
    let mut tls_archive = tls.clone();
    // With a configuration of ours, reqwest does not offer HTTP/2 by itself.
    tls_archive.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let archive = builder(tls_archive)
        .redirect(redirect::Policy::custom(follow_on_same_host))
        .retry(reqwest::retry::never())
        .gzip(true)
        .build()
        .context("failed to set up the archive's client")?;
    let plain = builder(tls)
        .redirect(redirect::Policy::none())
        .retry(reqwest::retry::never())
        .no_gzip()
        .build()
        .context("failed to set up the client of bucket and callback")?;
    Ok(Clients {
        archive: Archive::new(archive, requests_per_second_max),
        plain,
    })
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
    let is_secured = from.scheme() == "http" && to.scheme() == "https";
    let same_port = from.port_or_known_default() == to.port_or_known_default();
    let same_host = from.host() == to.host() && (same_port || is_secured);
    // Never from https to http; where the base is http, tests and local servers, http is all there is.
    if !same_host || !(is_secured || from.scheme() == to.scheme()) {
        attempt.error("redirected to another host or scheme")
    } else if attempt.previous().len() > REDIRECTS_MAX {
        attempt.error(format!("redirected more than {REDIRECTS_MAX} times"))
    } else {
        attempt.follow()
    }
}

impl Archive {
    fn new(client: reqwest::Client, requests_per_second_max: Option<u32>) -> Self {
        let pace = requests_per_second_max.map(|rate| {
            let mut pace = interval(Duration::from_secs(1) / rate);
            pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
            Mutex::new(pace)
        });
        Self {
            client,
            pace,
            requests: AtomicU64::new(0),
            bytes: AtomicU64::new(0),
        }
    }

    /// Returns how many requests were sent.
    pub fn requests_sent(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    /// Returns how many bytes of bodies came, after decompression.
    pub fn bytes_fetched(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    /// Gets a body of at most `limit_bytes` and reads it; tries again, at the addresses in turn, what may pass.
    ///
    /// # Errors
    ///
    /// Returns the last fault of the first address.
    pub async fn get<T>(
        &self,
        addresses: &[String],
        headers: &HeaderMap,
        limit_bytes: usize,
        read: impl Fn(Bytes) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let mut ways: VecDeque<(&String, Tries)> = addresses
            .iter()
            .map(|address| (address, Tries::one_of(addresses.len())))
            .collect();
        let mut first_fault = None;
        while let Some((address, mut tries)) = ways.pop_front() {
            let fault = match self
                .try_get(address, headers, limit_bytes)
                .await
                .and_then(&read)
            {
                Ok(value) => return Ok(value),
                Err(fault) => fault,
            };
            let wait = tries.wait_after(&fault);
            if address == &addresses[0] {
                first_fault = Some(fault);
            }
            // A fault that will not pass ends this address and not the other.
            if let Some(wait) = wait {
                ways.push_back((address, tries));
                sleep(wait).await;
            }
        }
        Err(first_fault.unwrap_or_else(|| Fault::Final("no address to ask".to_owned())))
    }

    async fn try_get(
        &self,
        address: &str,
        headers: &HeaderMap,
        limit_bytes: usize,
    ) -> Result<Bytes, Fault> {
        if let Some(pace) = &self.pace {
            pace.lock().await.tick().await;
        }
        self.requests.fetch_add(1, Ordering::Relaxed);
        let exchange = async {
            let request = self.client.get(address).headers(headers.clone()).send();
            let answer = timeout(FIRST_BYTE_TIMEOUT, request).await;
            let answer = answer
                .map_err(|_| Fault::Timeout("waiting for an answer"))?
                .map_err(|error| Fault::from_reqwest(&error))?;
            if answer.status() != StatusCode::OK {
                let retry_after = asked_wait(answer.headers());
                return Err(Fault::Status {
                    status: answer.status(),
                    retry_after,
                });
            }
            self.read_body(answer, limit_bytes).await
        };
        timeout(TOTAL_TIMEOUT, exchange)
            .await
            .unwrap_or(Err(Fault::Timeout("waiting for the end of the body")))
    }

    /// Reads a body to its end, which frees its place on a shared connection.
    async fn read_body(
        &self,
        mut answer: reqwest::Response,
        limit_bytes: usize,
    ) -> Result<Bytes, Fault> {
        let mut whole: Option<Bytes> = None;
        let mut body = BytesMut::new();
        loop {
            let chunk = timeout(IDLE_TIMEOUT, answer.chunk()).await;
            let chunk = chunk.map_err(|_| Fault::Timeout("waiting for more of the body"))?;
            let Some(chunk) = chunk.map_err(|error| Fault::from_reqwest(&error))? else {
                break;
            };
            self.bytes.fetch_add(chunk.len() as u64, Ordering::Relaxed);
            let length = whole.as_ref().map_or(0, Bytes::len) + body.len() + chunk.len();
            if length > limit_bytes {
                return Err(Fault::TooLarge { limit_bytes });
            }
            // Most bodies are one chunk, which is passed on as it is.
            if whole.is_none() && body.is_empty() {
                whole = Some(chunk);
            } else {
                body.extend(whole.take().into_iter().chain([chunk]));
            }
        }
        Ok(whole.unwrap_or_else(|| body.freeze()))
    }
}
