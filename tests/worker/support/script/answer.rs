//! One scripted response, and how it travels: whole, late, cut, stalled or not at all.

use std::io;
use std::time::Duration;

use bytes::Bytes;
use futures::stream::{self, StreamExt};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::Frame;
use hyper::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue};
use hyper::http::response::Parts;
use hyper::{Response, StatusCode};
use tokio::time;

use super::Gate;

/// An answer as the servers send it.
pub(crate) type Reply = Response<UnsyncBoxBody<Bytes, io::Error>>;

/// The connection is reset in place of an answer.
#[derive(Debug)]
pub(crate) struct Reset;

/// A reply that is sent whole.
pub(crate) fn reply(
    status: StatusCode,
    content_type: &'static str,
    body: impl Into<Bytes>,
) -> Reply {
    let mut reply = Response::new(whole(body.into()));
    *reply.status_mut() = status;
    reply
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    reply
}

fn whole(body: Bytes) -> UnsyncBoxBody<Bytes, io::Error> {
    Full::new(body)
        .map_err(|never| match never {})
        .boxed_unsync()
}

/// One scripted answer: the server's usual one, or another, or none, and how it travels.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    source: Source,
    headers: Vec<(HeaderName, HeaderValue)>,
    body: Option<Bytes>,
    gate: Option<Gate>,
    delay: Duration,
    travel: Travel,
}

/// Where an answer comes from.
#[derive(Clone, Copy, Debug)]
enum Source {
    Server,
    Script(StatusCode),
    Nowhere,
}

/// What becomes of an answer on its way.
#[derive(Clone, Copy, Debug)]
enum Travel {
    Whole,
    Lost,
    Truncated(usize),
    Stalled(usize),
    Dripping(usize, Duration),
    Chunked,
}

impl Answer {
    /// Answers as the server does without a script; to be delayed, held, cut or lost.
    pub(crate) fn usual() -> Self {
        Self::from(Source::Server)
    }

    /// Answers with this status and an empty body; the server itself does nothing.
    pub(crate) fn status(status: u16) -> Self {
        Self::from(Source::Script(
            StatusCode::from_u16(status).expect("a valid status"),
        ))
    }

    /// Resets the connection before anything is done or answered.
    pub(crate) fn reset() -> Self {
        Self::from(Source::Nowhere)
    }

    fn from(source: Source) -> Self {
        let (headers, delay, travel) = (Vec::new(), Duration::ZERO, Travel::Whole);
        Self {
            source,
            headers,
            body: None,
            gate: None,
            delay,
            travel,
        }
    }

    /// Answers with an S3 error document.
    pub(crate) fn s3_error(status: u16, code: &str, message: &str) -> Self {
        let body = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\
             <Error><Code>{code}</Code><Message>{message}</Message></Error>"
        );
        Self::status(status)
            .header("content-type", "application/xml")
            .body(body)
    }

    /// Adds a header.
    pub(crate) fn header(mut self, name: &'static str, value: &str) -> Self {
        let value = HeaderValue::from_str(value).expect("a valid header value");
        self.headers.push((HeaderName::from_static(name), value));
        self
    }

    /// Sets the body.
    pub(crate) fn body(self, bytes: impl Into<Bytes>) -> Self {
        Self {
            body: Some(bytes.into()),
            ..self
        }
    }

    /// Waits before the answer.
    pub(crate) fn delayed(self, delay: Duration) -> Self {
        Self { delay, ..self }
    }

    /// Waits for the gate before anything is done or answered.
    pub(crate) fn held(self, gate: &Gate) -> Self {
        Self {
            gate: Some(gate.clone()),
            ..self
        }
    }

    /// The server does its work, then resets the connection in place of the answer.
    pub(crate) fn lost(self) -> Self {
        Self {
            travel: Travel::Lost,
            ..self
        }
    }

    /// The body ends in a broken connection after so many bytes; `Content-Length` promises all of
    /// it.
    pub(crate) fn truncated(self, after: usize) -> Self {
        Self {
            travel: Travel::Truncated(after),
            ..self
        }
    }

    /// The body stops after so many bytes, and the connection stays open.
    pub(crate) fn stalled(self, after: usize) -> Self {
        Self {
            travel: Travel::Stalled(after),
            ..self
        }
    }

    /// The body comes so many bytes at a time, with a pause before each.
    pub(crate) fn dripping(self, bytes: usize, pause: Duration) -> Self {
        Self {
            travel: Travel::Dripping(bytes, pause),
            ..self
        }
    }

    /// The body comes without a length.
    pub(crate) fn chunked(self) -> Self {
        Self {
            travel: Travel::Chunked,
            ..self
        }
    }

    /// Carries the answer out, with what the server would have answered by itself.
    pub(crate) async fn play(self, usual: impl Future<Output = Reply>) -> Result<Reply, Reset> {
        if let Some(gate) = &self.gate {
            gate.passed().await;
        }
        if !self.delay.is_zero() {
            time::sleep(self.delay).await;
        }
        let mut reply = match self.source {
            Source::Server => usual.await,
            Source::Script(status) => {
                let mut reply = Response::new(whole(Bytes::new()));
                *reply.status_mut() = status;
                reply
            }
            Source::Nowhere => return Err(Reset),
        };
        if let Some(body) = self.body {
            reply.headers_mut().remove(CONTENT_LENGTH);
            *reply.body_mut() = whole(body);
        }
        reply.headers_mut().extend(self.headers);
        match self.travel {
            Travel::Whole => Ok(reply),
            Travel::Lost => Err(Reset),
            travel => Ok(send(reply, travel).await),
        }
    }
}

/// Takes a reply apart whose body is held in memory.
pub(crate) async fn head_and_bytes(reply: Reply) -> (Parts, Bytes) {
    let (head, body) = reply.into_parts();
    let bytes = body.collect().await.expect("a body held in memory");
    (head, bytes.to_bytes())
}

/// Puts a body that does not travel well in place of the reply's own.
async fn send(reply: Reply, travel: Travel) -> Reply {
    let (mut head, bytes) = head_and_bytes(reply).await;
    if !matches!(travel, Travel::Chunked) {
        let length = head.headers.entry(CONTENT_LENGTH);
        length.or_insert(bytes.len().into());
    }
    let frames = stream::unfold(bytes, move |mut rest| async move {
        let (step, pause) = match travel {
            Travel::Dripping(bytes, pause) => (bytes, pause),
            Travel::Truncated(after) | Travel::Stalled(after) => (after, Duration::ZERO),
            Travel::Whole | Travel::Lost | Travel::Chunked => (usize::MAX, Duration::ZERO),
        };
        time::sleep(pause).await;
        let piece = rest.split_to(step.min(rest.len()));
        (!piece.is_empty()).then(|| (Ok(Frame::data(piece)), rest))
    });
    let body = match travel {
        Travel::Truncated(_) => {
            let broken = async { Err(io::Error::other("cut by the test")) };
            StreamBody::new(frames.take(1).chain(stream::once(broken))).boxed_unsync()
        }
        Travel::Stalled(_) => {
            StreamBody::new(frames.take(1).chain(stream::pending())).boxed_unsync()
        }
        _ => StreamBody::new(frames).boxed_unsync(),
    };
    Response::from_parts(head, body)
}
