//! An archive that costs next to nothing: every answer is made before the run, and waits as long as its tree says.
//!
//! It has a thread of its own, so that the bucket's hashing does not hold up its answers.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock, mpsc};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use bytes::Bytes;
use hyper::body::Incoming;
use hyper::{Request, StatusCode};
use tokio::runtime;
use tokio::sync::oneshot;
use tokio::time;

use crate::support::script::{Gauge, Reply, Reset, reply};
use crate::support::server::{Certificate, Server};

/// What is answered to a request for a path, and after how long.
pub(crate) type Answers = HashMap<String, (Bytes, Duration)>;

/// A running archive.
pub(crate) struct Archive {
    url: String,
    authority: Option<String>,
    shared: Arc<Shared>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

struct Shared {
    answers: Answers,
    first: OnceLock<Instant>,
    requests: AtomicUsize,
    open: Arc<Gauge>,
}

impl Archive {
    /// Serves these answers, over TLS with HTTP/2 or in the open with HTTP/1.1.
    pub(crate) fn start(answers: Answers, transport: Transport) -> Self {
        let shared = Arc::new(Shared {
            answers,
            first: OnceLock::new(),
            requests: AtomicUsize::new(0),
            open: Arc::default(),
        });
        let (stop, stopped) = oneshot::channel();
        let (started, address) = mpsc::channel();
        let thread = {
            let shared = Arc::clone(&shared);
            thread::spawn(move || serve(&shared, transport, &started, stopped))
        };
        let (url, authority) = address.recv().expect("a server that started");
        Self {
            url,
            authority,
            shared,
            stop: Some(stop),
            thread: Some(thread),
        }
    }

    /// The base URL of the entity API and of the gateway.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// The PEM file for `EXTRA_CA_FILE`, where the archive speaks HTTPS.
    pub(crate) fn authority(&self) -> Option<&str> {
        self.authority.as_deref()
    }

    /// When the first request came.
    pub(crate) fn first_request(&self) -> Instant {
        *self.shared.first.get().expect("a request")
    }

    /// How many requests came.
    pub(crate) fn requests(&self) -> usize {
        self.shared.requests.load(Ordering::Relaxed)
    }

    /// How many there are answers to.
    pub(crate) fn answers(&self) -> usize {
        self.shared.answers.len()
    }

    /// The most requests that were open at once.
    pub(crate) fn most_open(&self) -> usize {
        self.shared.open.most()
    }
}

impl Drop for Archive {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            thread.join().expect("the archive does not panic");
        }
    }
}

/// How the archive is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Transport {
    /// HTTP/1.1 in the open.
    Plain,
    /// HTTP/2 over TLS, as the archive has it.
    Tls,
}

fn serve(
    shared: &Arc<Shared>,
    transport: Transport,
    started: &mpsc::Sender<(String, Option<String>)>,
    stopped: oneshot::Receiver<()>,
) {
    let runtime = runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let tls = (transport == Transport::Tls).then(Certificate::new);
        let authority = tls
            .as_ref()
            .map(|certificate| certificate.authority().display().to_string());
        let answering = Arc::clone(shared);
        let server =
            Server::start(tls, move |request| answer(Arc::clone(&answering), request)).await;
        started.send((server.url(), authority)).expect("a listener");
        // The other end is dropped, not used.
        let _ = stopped.await;
    });
}

async fn answer(shared: Arc<Shared>, request: Request<Incoming>) -> Result<Reply, Reset> {
    shared.first.get_or_init(Instant::now);
    shared.requests.fetch_add(1, Ordering::Relaxed);
    let _open = shared.open.enter();
    let Some((body, after)) = shared.answers.get(request.uri().path()) else {
        return Ok(reply(StatusCode::NOT_FOUND, "text/plain", "no such thing"));
    };
    if !after.is_zero() {
        time::sleep(*after).await;
    }
    Ok(reply(StatusCode::OK, "application/json", body.clone()))
}
