//! One GET with its deadlines and limits.

use std::cell::Cell;
use std::sync::Once;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode};
use tokio::time::{Instant, timeout_at};
use url::Url;

use super::authority;
use super::body::{Body, is_marked_truncated};
use super::body_budget::Reservation;
use super::error::{self, ErrorKind, HttpError};

/// How much of the body of a refusal is read for its reason.
const HINT_BYTES_MAX: usize = 16 * 1024;

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

/// What came of all exchanges, and what holds them up.
#[derive(Debug, Default)]
pub(crate) struct Traffic {
    /// Bytes of bodies that came.
    pub(crate) received: Cell<u64>,
    /// Bodies that wait for room in memory.
    pub(crate) held_up: Cell<usize>,
}

/// Asks once, calls `answer_begins` with its headers when the answer does, and reads the body as far as `reservation` has
/// room; adds the bytes that came to `traffic`.
pub(crate) async fn get(
    client: &reqwest::Client,
    address: Url,
    header: Option<&(http::HeaderName, HeaderValue)>,
    limits: &Limits,
    answer_begins: impl FnOnce(&HeaderMap),
    reservation: &Reservation,
    traffic: &Traffic,
) -> Result<Bytes, HttpError> {
    reservation.reset();
    let mut request = client.get(address.clone());
    if let Some((name, value)) = header {
        request = request.header(name, value);
    }
    let mut clock = Clock {
        limits,
        ends: Instant::now() + limits.total,
    };
    let answer = clock
        .within(
            limits.first_byte,
            ErrorKind::Timeout,
            "no answer",
            request.send(),
        )
        .await
        .map_err(|error| error.through_proxy(&address))?
        .map_err(|error| error::of_reqwest(&error))?;
    answer_begins(answer.headers());
    match answer.status() {
        StatusCode::OK => {
            let body = read_body(answer, &mut clock, reservation, traffic).await;
            if body.is_err() {
                reservation.reset();
            }
            body
        }
        _ => Err(refusal(answer, &mut clock).await),
    }
}

/// The deadlines of an exchange: one for all of it, and one for each step.
struct Clock<'c> {
    limits: &'c Limits,
    /// When all of its time is over.
    ends: Instant,
}

impl Clock<'_> {
    /// Waits for the next piece of a body.
    async fn piece(
        &self,
        answer: &mut reqwest::Response,
    ) -> Result<reqwest::Result<Option<Bytes>>, HttpError> {
        let (limit, kind) = (self.limits.idle, ErrorKind::SlowBody);
        self.within(limit, kind, "no more of the body", answer.chunk())
            .await
    }

    /// Waits for a step at most as long as it may take, and as there is time in all.
    async fn within<T>(
        &self,
        limit: Duration,
        kind: ErrorKind,
        missing: &str,
        step: impl Future<Output = T>,
    ) -> Result<T, HttpError> {
        let step_ends = Instant::now() + limit;
        let done = timeout_at(self.ends.min(step_ends), step).await;
        done.map_err(|_| {
            if step_ends < self.ends {
                HttpError::new(kind, format!("{missing} within {limit:?}"))
            } else {
                let total = self.limits.total;
                let cause = format!("no end of the body within {total:?}");
                HttpError::new(ErrorKind::SlowBody, cause)
            }
        })
    }
}

/// Reads a body to its end, which frees its place on a shared connection.
async fn read_body(
    mut answer: reqwest::Response,
    clock: &mut Clock<'_>,
    reservation: &Reservation,
    traffic: &Traffic,
) -> Result<Bytes, HttpError> {
    let limits = clock.limits;
    let length = answer.content_length();
    let mut body = Body::start(answer.headers(), length, limits.body_bytes)?;
    // The time in which it is not read on is not the server's.
    clock.ends += grow_to(announced(length, limits), reservation, traffic).await;
    loop {
        let piece = clock.piece(&mut answer).await?;
        let piece =
            piece.map_err(|error| HttpError::broken_off(&authority(answer.url()), &error))?;
        let Some(piece) = piece else { break };
        traffic
            .received
            .set(traffic.received.get() + piece.len() as u64);
        for part in body.parts(piece) {
            clock.ends += grow_to(body.len_with(&part), reservation, traffic).await;
            body.push(part)?;
        }
    }
    let body = body.finish()?;
    if is_marked_truncated(&body) {
        let cause = "the gateway could not send the rest of the answer";
        return Err(HttpError::new(ErrorKind::Truncated, cause));
    }
    Ok(body)
}

/// Waits for room for so many bytes of a body; returns how long.
async fn grow_to(bytes: usize, reservation: &Reservation, traffic: &Traffic) -> Duration {
    let held_up = &traffic.held_up;
    held_up.set(held_up.get() + 1);
    let waited = reservation.grow_to(bytes).await;
    held_up.set(held_up.get() - 1);
    waited
}

fn announced(length: Option<u64>, limits: &Limits) -> usize {
    let length = length.and_then(|length| length.try_into().ok());
    length.unwrap_or(0).min(limits.body_bytes)
}

/// Says what an answer without success means. The body of a refusal may hold its reason, which is for the log: the
/// texts of a status are agreed with the orchestrator.
async fn refusal(mut answer: reqwest::Response, clock: &mut Clock<'_>) -> HttpError {
    /// A wall before the archive refuses every request in the same words.
    static LOGGED: Once = Once::new();
    let error = HttpError::of_answer(&answer);
    if error.kind != ErrorKind::Denied {
        return error;
    }
    if let Ok(mut body) = Body::start(answer.headers(), None, HINT_BYTES_MAX)
        && let Ok(Ok(Some(piece))) = clock.piece(&mut answer).await
        && body.push(piece).is_ok()
        && let Some(hint) = body.finish().ok().as_deref().and_then(error::hint)
    {
        let host = authority(answer.url());
        LOGGED.call_once(|| tracing::warn!("{host} refuses a request, {error}: {hint:?}"));
    }
    error
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
        let clock = Clock {
            limits: &limits,
            ends: Instant::now() + total + held_up,
        };
        let done = clock
            .within(limit, ErrorKind::SlowBody, "no more", step)
            .await;
        done.map_err(|error| error.cause)
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
