//! Callback: the POST that tells the orchestrator how the job ended.
//!
//! Delivery follows the Standard Webhooks specification, <https://www.standardwebhooks.com/>: any 2xx is delivered,
//! everything else is not, the same message is sent again with the same id.

use std::io::{IsTerminal as _, Write as _};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use data_encoding::{BASE64, HEXLOWER};
use http::header;
use ring::hmac;
use secrecy::{ExposeSecret as _, SecretString};
use tokio::time::{Instant, sleep_until, timeout};
use url::Url;

use crate::config::CallbackConfig;
use crate::http::error::{self, ErrorKind, HttpError};
use crate::http::retry_after::RETRY_AFTER_MAX;
use crate::log;
use crate::shutdown::Shutdown;

/// When it is tried, counted from the first try.
const TRY_AFTER: [Duration; 7] = [
    Duration::ZERO,
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(4),
    Duration::from_secs(8),
    Duration::from_secs(15),
    Duration::from_secs(30),
];
/// How long one try may take.
const TRY_TIMEOUT: Duration = Duration::from_secs(10);
/// After how many refusals it is given up.
const REFUSALS_MAX: usize = 2;
/// The orchestrator stores a job's row only after the machine is created; a callback that comes sooner can be lost.
const ROW_IS_STORED_AFTER: Duration = Duration::from_secs(3);

/// Delivers the callback of this body, or prints it where nobody is to be called and no person watches; `started` is when the process did.
///
/// What cannot be delivered is logged whole. After a signal it is tried only during the grace period.
pub(crate) async fn deliver(
    body: String,
    config: &CallbackConfig,
    client: &reqwest::Client,
    started: Instant,
    shutdown: &Shutdown,
) {
    let Some(url) = &config.url else {
        // At a terminal it would be told twice.
        if !std::io::stdout().is_terminal() {
            // Its other end may be the same terminal.
            log::shown().await;
            print(body, shutdown).await;
        }
        return;
    };
    let message = Message {
        client,
        url,
        id: message_id(&body),
        body,
        secret: config.secret.as_ref(),
    };
    if !message.deliver(shutdown).await {
        tracing::error!("the callback could not be delivered: {}", message.body);
        return;
    }
    let row_is_stored = started + ROW_IS_STORED_AFTER;
    if config.on_fly && Instant::now() < row_is_stored {
        sleep_until(row_is_stored).await;
        message.deliver(shutdown).await;
    }
}

/// Prints the body. A standard output that is closed or that nobody reads changes nothing: the file is where it is.
async fn print(body: String, shutdown: &Shutdown) {
    let printing = tokio::task::spawn_blocking(move || {
        let mut output = std::io::stdout().lock();
        writeln!(output, "{body}").and_then(|()| output.flush())
    });
    tokio::select! {
        _ = timeout(TRY_TIMEOUT, printing) => {}
        () = shutdown.grace_period_over() => {}
    }
}

/// Returns the id of a message: the same however often it is sent, and another for another body.
fn message_id(body: &str) -> String {
    let hash = ring::digest::digest(&ring::digest::SHA256, body.as_bytes());
    format!("msg_{}", HEXLOWER.encode(&hash.as_ref()[..16]))
}

struct Message<'m> {
    client: &'m reqwest::Client,
    url: &'m Url,
    id: String,
    body: String,
    secret: Option<&'m SecretString>,
}

impl Message<'_> {
    /// Tries until it is delivered or there is no more to try; tells which.
    async fn deliver(&self, shutdown: &Shutdown) -> bool {
        tokio::select! {
            delivered = self.deliver_in_time() => delivered,
            () = shutdown.grace_period_over() => false,
        }
    }

    async fn deliver_in_time(&self) -> bool {
        let first = Instant::now();
        let mut not_before = first;
        let mut refusals = 0;
        for (number, after) in (1..).zip(TRY_AFTER) {
            sleep_until(not_before.max(first + after)).await;
            let Err((error, refused)) = self.send().await else {
                return true;
            };
            tracing::warn!("the callback was not accepted at try {number}: {error}");
            refusals += refused;
            if refusals >= REFUSALS_MAX {
                return false;
            }
            let wait = error.retry_after.unwrap_or_default();
            not_before = Instant::now() + wait.min(RETRY_AFTER_MAX);
        }
        false
    }

    /// Sends it once. With an error comes how many refusals it counts as.
    async fn send(&self) -> Result<(), (HttpError, usize)> {
        let mut request = self
            .client
            .post(self.url.clone())
            .header(header::CONTENT_TYPE, "application/json");
        if let Some(secret) = self.secret {
            let now = SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .unwrap_or_default()
                .as_secs();
            request = request
                .header("webhook-id", &self.id)
                .header("webhook-timestamp", now)
                .header("webhook-signature", sign(secret, &self.id, now, &self.body));
        }
        let sent = timeout(TRY_TIMEOUT, request.body(self.body.clone()).send()).await;
        let answer = sent
            .map_err(|_| HttpError::new(ErrorKind::Timeout, "timed out").through_proxy(self.url))
            .and_then(|sent| sent.map_err(|error| error::of_reqwest(&error)))
            .map_err(|error| (error, 0))?;
        let refusals = match answer.status().as_u16() {
            200..300 => return Ok(()),
            404 | 408 | 425 | 429 => 0,
            410 => REFUSALS_MAX,
            400..500 => 1,
            _ => 0,
        };
        Err((HttpError::of_answer(&answer), refusals))
    }
}

/// Returns the key that a secret stands for: base64, with or without `whsec_` before it; else the text itself.
fn signing_key(secret: &SecretString) -> Vec<u8> {
    let text = secret.expose_secret();
    let encoded = text.strip_prefix("whsec_").unwrap_or(text);
    BASE64
        .decode(encoded.as_bytes())
        .unwrap_or_else(|_| text.as_bytes().to_vec())
}

fn sign(secret: &SecretString, id: &str, timestamp: u64, body: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, &signing_key(secret));
    let signature = hmac::sign(&key, format!("{id}.{timestamp}.{body}").as_bytes());
    format!("v1,{}", BASE64.encode(signature.as_ref()))
}
