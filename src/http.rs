//! The HTTP clients, with their limits, time-outs and tries.
//!
//! One TLS configuration serves all: built-in roots, so that an empty image can connect, and those of
//! `EXTRA_CA_FILE`. The archive's client follows redirects on the same host and inflates; the plain client, for the
//! bucket and the callback, does neither.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use anyhow::Context as _;
use backon::{BackoffBuilder, ExponentialBuilder};
use bytes::{Bytes, BytesMut};
use http::{HeaderMap, StatusCode, header};
use reqwest::redirect;
use rustls::pki_types::CertificateDer;
use tokio::sync::Mutex;
use tokio::time::{Interval, MissedTickBehavior, interval, sleep, timeout};

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

/// How often a request is tried.
const TRIES: usize = 6;
/// How often one that is answered 404 is: the API hides faults of its backend behind this status.
const TRIES_NOT_FOUND: usize = 4;
/// How often one that is refused or answered with another status of the kind 4xx is.
const TRIES_REFUSED: usize = 2;
/// The first wait between two tries; it doubles from one to the next, with jitter.
const WAIT_MIN: Duration = Duration::from_millis(100);
/// The first wait after a 404: four tries spread over about three seconds.
const WAIT_NOT_FOUND: Duration = Duration::from_millis(400);
/// The longest wait between two tries.
const WAIT_MAX: Duration = Duration::from_secs(10);
/// The longest `Retry-After` that is honoured.
const RETRY_AFTER_MAX: Duration = Duration::from_mins(1);

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

/// Why a request has no good answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The server answered with another status than 200.
    Status {
        /// The status.
        status: StatusCode,
        /// How long the server asks to wait.
        retry_after: Option<Duration>,
    },
    /// Something took too long.
    Timeout(&'static str),
    /// No connection, or one that broke.
    Connection(String),
    /// The other side is not who it should be.
    Tls(String),
    /// A redirect that is not followed.
    Redirect(String),
    /// The body is longer than it may be.
    TooLarge {
        /// The most that is read.
        limit_bytes: usize,
    },
    /// The body came whole and is not what it should be.
    BadBody(String),
    /// Asking again is of no use.
    Final(String),
}

/// Makes the clients.
///
/// # Errors
///
/// Fails only if TLS cannot be set up.
pub fn clients(
    extra_roots: &[CertificateDer<'static>],
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

fn tls_config(extra_roots: &[CertificateDer<'static>]) -> anyhow::Result<rustls::ClientConfig> {
    let mut roots = rustls::RootCertStore {
        roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
    };
    for root in extra_roots {
        roots
            .add(root.clone())
            .context("EXTRA_CA_FILE holds a certificate that cannot be used")?;
    }
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
    let same_host = attempt.url().host() == first.host() && attempt.url().port() == first.port();
    // Never from https to http; where the base is http, tests and local servers, http is all there is.
    if !same_host || attempt.url().scheme() != first.scheme() {
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
    /// Returns the last fault.
    pub async fn get<T>(
        &self,
        addresses: &[String],
        headers: &HeaderMap,
        limit_bytes: usize,
        read: impl Fn(Bytes) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let mut tries = Tries::default();
        for address in addresses.iter().cycle() {
            let fault = match self
                .try_get(address, headers, limit_bytes)
                .await
                .and_then(&read)
            {
                Ok(value) => return Ok(value),
                Err(fault) => fault,
            };
            let Some(wait) = tries.wait_after(&fault) else {
                return Err(fault);
            };
            tracing::debug!(
                "{address}: {fault}; trying again in {} ms",
                wait.as_millis()
            );
            sleep(wait).await;
        }
        Err(Fault::Final("no address to ask".to_owned()))
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
                let retry_after = retry_after(answer.headers());
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

/// The tries of one request so far.
#[derive(Debug, Default)]
struct Tries {
    faults: usize,
    waits: Option<backon::ExponentialBackoff>,
}

impl Tries {
    /// Counts a fault; returns how long to wait before the next try, if there is to be one.
    fn wait_after(&mut self, fault: &Fault) -> Option<Duration> {
        self.faults += 1;
        let (tries, wait_min) = match fault {
            Fault::Status { status, .. } => match status.as_u16() {
                404 => (TRIES_NOT_FOUND, WAIT_NOT_FOUND),
                408 | 425 | 429 => (TRIES, WAIT_MIN),
                400..500 => (TRIES_REFUSED, WAIT_MIN),
                _ => (TRIES, WAIT_MIN),
            },
            Fault::Timeout(_) | Fault::Connection(_) | Fault::BadBody(_) => (TRIES, WAIT_MIN),
            Fault::Tls(_) | Fault::Redirect(_) | Fault::TooLarge { .. } | Fault::Final(_) => {
                return None;
            }
        };
        if self.faults >= tries {
            return None;
        }
        let waits = self.waits.get_or_insert_with(|| {
            let backoff = ExponentialBuilder::default()
                .with_min_delay(wait_min)
                .with_max_delay(WAIT_MAX);
            backoff.without_max_times().with_jitter().build()
        });
        let wait = waits.next()?;
        Some(match fault {
            Fault::Status {
                retry_after: Some(asked),
                ..
            } => wait.max(*asked).min(RETRY_AFTER_MAX),
            _ => wait,
        })
    }
}

/// Reads `Retry-After`: seconds or a date.
pub fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let value = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = value.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = httpdate::parse_http_date(value).ok()?;
    Some(date.duration_since(SystemTime::now()).unwrap_or_default())
}

impl Fault {
    /// Says what an error of reqwest means here.
    pub fn from_reqwest(error: &reqwest::Error) -> Self {
        let mut cause: &(dyn std::error::Error + 'static) = error;
        let mut is_tls = false;
        while let Some(next) = source(cause) {
            cause = next;
            is_tls |= cause.is::<rustls::Error>();
        }
        // The error's own text names the address; the cause says what happened.
        let text = cause.to_string();
        if error.is_timeout() {
            Self::Timeout("connecting")
        } else if is_tls {
            Self::Tls(text)
        } else if error.is_redirect() {
            Self::Redirect(text)
        } else {
            Self::Connection(text)
        }
    }
}

/// Returns what is behind an error; an I/O error hides its own cause from `source`.
fn source<'e>(
    error: &'e (dyn std::error::Error + 'static),
) -> Option<&'e (dyn std::error::Error + 'static)> {
    let inner = error
        .downcast_ref::<std::io::Error>()
        .and_then(std::io::Error::get_ref);
    inner
        .map(|inner| inner as &(dyn std::error::Error + 'static))
        .or_else(|| error.source())
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status { status, .. } => {
                write!(
                    f,
                    "{} {}",
                    status.as_str(),
                    status.canonical_reason().unwrap_or("Unknown Status")
                )
            }
            Self::Timeout(what) => write!(f, "timed out while {what}"),
            Self::Connection(cause) => write!(f, "no connection: {cause}"),
            Self::Tls(cause) => write!(f, "no secure connection: {cause}"),
            Self::Redirect(cause) | Self::Final(cause) => f.write_str(cause),
            Self::TooLarge { limit_bytes } => write!(f, "too large: more than {limit_bytes} bytes"),
            Self::BadBody(cause) => write!(f, "the answer cannot be read: {cause}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(status: u16) -> Fault {
        Fault::Status {
            status: StatusCode::from_u16(status).expect("a status"),
            retry_after: None,
        }
    }

    #[track_caller]
    fn check_tries(fault: &Fault, expected: usize) {
        let mut tries = Tries::default();
        let count = std::iter::from_fn(|| tries.wait_after(fault))
            .take(100)
            .count();
        assert_eq!(count + 1, expected, "{fault}");
    }

    #[test]
    fn what_may_pass_is_tried_again() {
        check_tries(&status(503), 6);
        check_tries(&status(429), 6);
        check_tries(&status(522), 6);
        check_tries(&Fault::Connection(String::new()), 6);
        check_tries(&Fault::BadBody(String::new()), 6);
        check_tries(&status(404), 4);
        check_tries(&status(403), 2);
    }

    #[test]
    fn what_cannot_pass_is_not() {
        check_tries(&Fault::Tls(String::new()), 1);
        check_tries(&Fault::TooLarge { limit_bytes: 1 }, 1);
        check_tries(&Fault::Redirect(String::new()), 1);
    }

    #[test]
    fn the_server_says_how_long_to_wait_up_to_a_minute() {
        let ask = |seconds| Fault::Status {
            status: StatusCode::TOO_MANY_REQUESTS,
            retry_after: Some(Duration::from_secs(seconds)),
        };
        assert_eq!(
            Tries::default().wait_after(&ask(7)),
            Some(Duration::from_secs(7))
        );
        assert_eq!(
            Tries::default().wait_after(&ask(7200)),
            Some(Duration::from_mins(1))
        );
    }

    #[test]
    fn a_status_reads_as_number_and_reason() {
        assert_eq!(status(404).to_string(), "404 Not Found");
        assert_eq!(status(504).to_string(), "504 Gateway Timeout");
    }
}
