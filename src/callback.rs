//! The answer's way to the orchestrator.
//!
//! Delivery follows the Standard Webhooks specification, <https://www.standardwebhooks.com/>: any 2xx is delivered,
//! everything else is not, the same message is sent again with the same id.

use std::io::Write as _;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use http::header;
use ring::hmac;
use tokio::time::{Instant, sleep_until, timeout_at};

use crate::config::{AnswerConfig, Secret};
use crate::fault::{Fault, asked_wait};
use crate::job::Answer;

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
/// How often a message that is refused for good is tried.
const TRIES_REFUSED: usize = 2;
/// How long after a signal it is tried; Fly waits five seconds before it stops the machine.
const AFTER_SIGNAL: Duration = Duration::from_secs(4);
/// The orchestrator stores a job's row only after the machine is created; an answer that comes sooner can be lost.
const ROW_IS_STORED_AFTER: Duration = Duration::from_secs(3);
/// The longest id of a message.
const ID_LENGTH_MAX: usize = 128;

/// What came of one try.
enum Try {
    Delivered,
    Refused {
        finally: bool,
        cause: String,
    },
    Failed {
        wait: Option<Duration>,
        cause: String,
    },
}

/// Delivers the answer, or prints it where nobody is to be called.
///
/// `started` is when the process did, `signalled` when it was told to stop. What cannot be delivered is logged whole.
pub async fn deliver(
    answer: &Answer,
    config: &AnswerConfig,
    client: &reqwest::Client,
    started: Instant,
    signalled: Option<Instant>,
) {
    let body = serde_json::to_string(answer).unwrap_or_default();
    let Some(url) = &config.url else {
        // A closed standard output changes nothing: the file is where it is.
        let _ = writeln!(std::io::stdout().lock(), "{body}");
        return;
    };
    let message = Message {
        client,
        url: url.as_str(),
        id: message_id(answer),
        body,
        secret: config.secret.as_ref(),
    };
    let until = signalled.map(|signalled| signalled + AFTER_SIGNAL);
    if !message.deliver(until).await {
        tracing::error!("the answer could not be delivered: {}", message.body);
        return;
    }
    let row_is_stored = started + ROW_IS_STORED_AFTER;
    if config.on_fly && Instant::now() < row_is_stored {
        sleep_until(row_is_stored).await;
        message.deliver(until).await;
    }
}

/// Returns the id of a message: the same however often it is sent, and fit for a header.
fn message_id(answer: &Answer) -> String {
    let is_fit = |character: &char| character.is_ascii_alphanumeric() || "._-".contains(*character);
    let task_id: String = answer
        .task_id
        .chars()
        .filter(is_fit)
        .take(ID_LENGTH_MAX)
        .collect();
    format!("{task_id}.{}", answer.status)
}

struct Message<'m> {
    client: &'m reqwest::Client,
    url: &'m str,
    id: String,
    body: String,
    secret: Option<&'m Secret>,
}

impl Message<'_> {
    /// Tries until it is delivered or there is no more to try; tells which.
    async fn deliver(&self, until: Option<Instant>) -> bool {
        let first = Instant::now();
        let mut not_before = first;
        for (index, after) in TRY_AFTER.into_iter().enumerate() {
            let at = not_before.max(first + after);
            if until.is_some_and(|until| at >= until) {
                break;
            }
            sleep_until(at).await;
            let limit = Instant::now() + TRY_TIMEOUT;
            let limit = until.map_or(limit, |until| limit.min(until));
            let sent = timeout_at(limit, self.send()).await;
            let late = || Try::Failed {
                wait: None,
                cause: "timed out".to_owned(),
            };
            let (tries, cause) = match sent.unwrap_or_else(|_| late()) {
                Try::Delivered => return true,
                Try::Refused {
                    finally: true,
                    cause,
                } => (1, cause),
                Try::Refused {
                    finally: false,
                    cause,
                } => (TRIES_REFUSED, cause),
                Try::Failed { wait, cause } => {
                    not_before = Instant::now() + wait.unwrap_or_default();
                    (TRY_AFTER.len(), cause)
                }
            };
            tracing::warn!("the answer was not taken at try {}: {cause}", index + 1);
            if index + 1 >= tries {
                break;
            }
        }
        false
    }

    async fn send(&self) -> Try {
        let mut request = self
            .client
            .post(self.url)
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
        let answer = match request.body(self.body.clone()).send().await {
            Ok(answer) => answer,
            Err(error) => {
                return Try::Failed {
                    wait: None,
                    cause: Fault::from_reqwest(&error).to_string(),
                };
            }
        };
        let status = answer.status();
        let cause = status.to_string();
        match status.as_u16() {
            200..300 => Try::Delivered,
            410 => Try::Refused {
                finally: true,
                cause,
            },
            404 | 408 | 425 | 429 => Try::Failed {
                wait: asked_wait(answer.headers()),
                cause,
            },
            _ if status.is_client_error() => Try::Refused {
                finally: false,
                cause,
            },
            _ => Try::Failed {
                wait: asked_wait(answer.headers()),
                cause,
            },
        }
    }
}

/// Returns the key that a secret of the form `whsec_{base64}` stands for; other secrets are taken as they are.
fn signing_key(secret: &Secret) -> Vec<u8> {
    let text = secret.expose();
    let encoded = text.strip_prefix("whsec_").unwrap_or(text);
    BASE64
        .decode(encoded)
        .unwrap_or_else(|_| text.as_bytes().to_vec())
}

fn sign(secret: &Secret, id: &str, timestamp: u64, body: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, &signing_key(secret));
    let signature = hmac::sign(&key, format!("{id}.{timestamp}.{body}").as_bytes());
    format!("v1,{}", BASE64.encode(signature))
}
