//! The HTTP clients, and one request with its limits and time-outs.
//!
//! One TLS configuration serves all: built-in roots, so that an empty image can connect, and those of
//! `EXTRA_CA_FILE`. The archive's client follows redirects on the same host and accepts gzip; the plain client, for
//! the bucket and the callback, does neither.

mod body;
pub mod body_budget;
pub mod error;
pub mod fault;

use std::cell::Cell;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::{Arc, Once};
use std::task::Poll;
use std::time::Duration;

use anyhow::Context as _;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use reqwest::redirect;
use rustls::RootCertStore;
use tokio::time::{Instant, Sleep, sleep_until};
use url::Url;

use crate::destination::r2::transport::S3Transport;
use crate::http::body::{Body, is_marked_truncated};
use crate::http::body_budget::Claim;
use crate::http::error::{Class, Fault};
use crate::source::archive::limiter::Pass;

/// Names the program to every server; those behind Cloudflare challenge clients without a name.
pub const USER_AGENT: &str = concat!(
    "arke-mods-export-worker/",
    env!("CARGO_PKG_VERSION"),
    " (+https://arke.institute)"
);

/// How many redirects are followed, on the same host.
const REDIRECTS_MAX: usize = 3;
/// After how long without a byte an HTTP/2 connection that is in use is asked whether it lives, and how long its word
/// may take: on one that died unseen, all requests and their repetitions would run into their time-outs.
const PING_AFTER: Duration = Duration::from_secs(10);
/// How much of one body HTTP/2 sends ahead of its being read, and of all on a connection: enough for all that can be in
/// flight, so that bodies that are not read on, for want of memory, never hold up another.
const STREAM_WINDOW_BYTES: u32 = 256 * 1024;
const CONNECTION_WINDOW_BYTES: u32 = 100 * STREAM_WINDOW_BYTES;
/// How much of the body of a refusal is read for its reason.
const HINT_BYTES_MAX: usize = 16 * 1024;

/// The clients of a run.
#[derive(Debug)]
pub struct Clients {
    /// For the archive.
    pub archive: reqwest::Client,
    /// For the callback: no redirects, bodies as they come, no tries of its own.
    pub plain: reqwest::Client,
    /// For the bucket, on the client of the callback.
    pub bucket: S3Transport,
}

/// Makes the clients.
///
/// # Errors
///
/// Fails only if TLS cannot be set up.
pub fn clients(extra_roots: &RootCertStore, connect_timeout: Duration) -> anyhow::Result<Clients> {
    let tls = tls_config(extra_roots)?;
    let builder = |tls: rustls::ClientConfig| {
        reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .user_agent(USER_AGENT)
            .connect_timeout(connect_timeout)
            .retry(reqwest::retry::never())
    };
    let mut tls_archive = tls.clone();
    // With a configuration of ours, reqwest does not offer HTTP/2 by itself.
    tls_archive.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    // Inflated here and not by reqwest, which would not tell how many bytes came.
    let accept =
        HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static("gzip"))]);
    let archive = builder(tls_archive)
        .redirect(redirect::Policy::custom(follow_on_same_host))
        .default_headers(accept)
        .http2_initial_stream_window_size(STREAM_WINDOW_BYTES)
        .http2_initial_connection_window_size(CONNECTION_WINDOW_BYTES)
        .http2_keep_alive_interval(PING_AFTER)
        .http2_keep_alive_timeout(PING_AFTER)
        .build()
        .context("failed to set up the archive's client")?;
    let plain = builder(tls)
        .redirect(redirect::Policy::none())
        .build()
        .context("failed to set up the client of bucket and callback")?;
    Ok(Clients {
        archive,
        bucket: S3Transport::new(plain.clone()),
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

/// How long an answer may take, and how much of it is read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Until the answer begins.
    pub(crate) first_byte: Duration,
    /// Between two pieces of the body.
    pub(crate) idle: Duration,
    /// All in all.
    pub(crate) total: Duration,
    /// Of the body, inflated.
    pub(crate) body_bytes: usize,
}

/// Asks once, by a `pass` that is given back when the answer begins, and reads the body as far as `claim` has room; adds
/// the bytes that came to `received`.
pub(crate) async fn get(
    client: &reqwest::Client,
    address: Url,
    header: Option<&(http::HeaderName, HeaderValue)>,
    limits: &Limits,
    pass: &mut Pass<'_>,
    claim: &Claim,
    received: &Cell<u64>,
) -> Result<Bytes, Fault> {
    claim.reset();
    let mut request = client.get(address);
    if let Some((name, value)) = header {
        request = request.header(name, value);
    }
    let ends = Instant::now() + limits.total;
    let mut clock = Clock {
        limits,
        ends,
        alarm: pin!(sleep_until(ends)),
    };
    let answer = clock
        .within(
            limits.first_byte,
            Class::Timeout,
            "no answer",
            request.send(),
        )
        .await?
        .map_err(|error| fault::of_reqwest(&error))?;
    pass.release();
    match answer.status() {
        StatusCode::OK => read_body(answer, &mut clock, claim, received).await,
        _ => Err(refusal(answer, &mut clock).await),
    }
}

/// The time that an exchange has, in all and for each step.
struct Clock<'c> {
    limits: &'c Limits,
    /// When all of its time is over.
    ends: Instant,
    /// One for all steps: what is set for a later time than before costs next to nothing.
    alarm: Pin<&'c mut Sleep>,
}

impl Clock<'_> {
    /// Waits for the next piece of a body.
    async fn piece(
        &mut self,
        answer: &mut reqwest::Response,
    ) -> Result<reqwest::Result<Option<Bytes>>, Fault> {
        let (limit, class) = (self.limits.idle, Class::SlowBody);
        self.within(limit, class, "no more of the body", answer.chunk())
            .await
    }

    /// Waits for a step at most as long as it may take, and as there is time in all.
    async fn within<T>(
        &mut self,
        limit: Duration,
        class: Class,
        missing: &str,
        step: impl Future<Output = T>,
    ) -> Result<T, Fault> {
        let mut step = pin!(step);
        let mut is_set = false;
        poll_fn(|context| {
            // Much is here at once, and no clock has to be read for it.
            if let Poll::Ready(done) = step.as_mut().poll(context) {
                return Poll::Ready(Ok(done));
            }
            if !is_set {
                self.alarm
                    .as_mut()
                    .reset(self.ends.min(Instant::now() + limit));
                is_set = true;
            }
            self.alarm.as_mut().poll(context).map(|()| {
                if self.alarm.deadline() < self.ends {
                    Err(Fault::new(class, format!("{missing} within {limit:?}")))
                } else {
                    let total = self.limits.total;
                    let cause = format!("no end of the body within {total:?}");
                    Err(Fault::new(Class::SlowBody, cause))
                }
            })
        })
        .await
    }
}

/// Reads a body to its end, which frees its place on a shared connection.
async fn read_body(
    mut answer: reqwest::Response,
    clock: &mut Clock<'_>,
    claim: &Claim,
    received: &Cell<u64>,
) -> Result<Bytes, Fault> {
    let limits = clock.limits;
    let length = answer.content_length();
    let mut body = Body::start(answer.headers(), length, limits.body_bytes)?;
    // The time in which it is not read on is not the server's.
    clock.ends += claim.reach(announced(length, limits)).await;
    loop {
        let piece = clock.piece(&mut answer).await?.map_err(|error| {
            let Fault { cause, .. } = fault::of_reqwest(&error);
            Fault::new(Class::Truncated, format!("the answer broke off: {cause}"))
        })?;
        let Some(piece) = piece else { break };
        received.set(received.get() + piece.len() as u64);
        body.take(piece)?;
        clock.ends += claim.reach(body.len()).await;
    }
    let body = body.finish()?;
    if is_marked_truncated(&body) {
        let cause = "the gateway could not send the rest of the answer";
        return Err(Fault::new(Class::Truncated, cause));
    }
    Ok(body)
}

fn announced(length: Option<u64>, limits: &Limits) -> usize {
    let length = length.and_then(|length| length.try_into().ok());
    length.unwrap_or(0).min(limits.body_bytes)
}

/// Says what an answer without success means. The body of a refusal may hold its reason, which is for the log: the
/// texts of a status are agreed with the orchestrator.
async fn refusal(mut answer: reqwest::Response, clock: &mut Clock<'_>) -> Fault {
    /// A wall before the archive refuses every request in the same words.
    static TOLD: Once = Once::new();
    let fault = Fault::status(answer.status(), fault::asked_wait(answer.headers()));
    if fault.class != Class::Denied {
        return fault;
    }
    if let Ok(mut body) = Body::start(answer.headers(), None, HINT_BYTES_MAX)
        && let Ok(Ok(Some(piece))) = clock.piece(&mut answer).await
        && body.take(piece).is_ok()
        && let Some(hint) = body.finish().ok().as_deref().and_then(fault::hint)
    {
        let host = fault::authority(answer.url());
        TOLD.call_once(|| tracing::warn!("{host} refuses a request, {fault}: {hint:?}"));
    }
    fault
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};

    use super::*;

    const NONE: Duration = Duration::ZERO;
    const LONG: Duration = Duration::from_hours(1);

    /// Waits for a step that may take so long, of an exchange that may take so long and was held up so long.
    async fn wait_for(
        step: impl Future<Output = ()>,
        limit: Duration,
        total: Duration,
        held_up: Duration,
    ) -> Result<(), String> {
        let limits = Limits {
            first_byte: limit,
            idle: limit,
            total,
            body_bytes: 0,
        };
        let ends = Instant::now() + total;
        let mut clock = Clock {
            limits: &limits,
            ends: ends + held_up,
            alarm: pin!(sleep_until(ends)),
        };
        let done = clock.within(limit, Class::SlowBody, "no more", step).await;
        done.map_err(|fault| fault.cause)
    }

    #[tokio::test]
    async fn a_step_has_its_own_time_and_a_share_of_all() {
        let late = || Err("no more within 0ns".to_owned());
        assert_eq!(wait_for(pending(), NONE, LONG, NONE).await, late());
        let over = Err("no end of the body within 0ns".to_owned());
        assert_eq!(wait_for(pending(), LONG, NONE, NONE).await, over);
        // The time in which memory held it up is not the server's.
        assert_eq!(wait_for(pending(), NONE, NONE, LONG).await, late());
        assert_eq!(wait_for(ready(()), NONE, NONE, NONE).await, Ok(()));
    }
}
