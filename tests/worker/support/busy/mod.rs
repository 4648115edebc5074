//! Arke as it is when it is busy: the entity API and the gateway, each on a port of its own, with the limits that the
//! real ones have, for one worker or for many real ones at the same time.
//!
//! - [`rules`]: what the archive bears, and what goes wrong when
//! - [`judge`]: what becomes of a request by the rules
//! - [`items`]: the manifests and components of a tree, and which of them are bad
//! - [`answers`]: the answers, in the words of nginx, of the API and of the gateway
//! - [`fleet`]: real workers, and what came of their jobs
//!
//! A limit holds for all workers together, as it does where their addresses are hidden behind one. Each worker has a
//! base path of its own (`/w3`), so that the log tells them apart. The archive has a thread of its own, and time begins
//! with the first request.

mod answers;
pub(crate) mod fleet;
pub(crate) mod items;
pub(crate) mod judge;
pub(crate) mod rules;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, mpsc};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use bytes::Bytes;
use hyper::Request;
use hyper::body::Incoming;
use tokio::runtime;
use tokio::sync::oneshot;
use tokio::time;

pub(crate) use self::judge::Outcome;
use self::judge::{Judge, Place, Verdict};
use self::rules::{Bad, Down, Refusal, Rules, Scope};
use super::script::{Gauge, Log, Reply, Reset, UNPOISONED};
use super::server::Server;
use super::tree::Tree;

/// A request that came.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    /// When, from the first one of all.
    pub(crate) at: Duration,
    /// The number of the worker.
    pub(crate) worker: usize,
    /// Its path behind the worker's own: `entities/{PI}`, `ipfs/{CID}` or `cat/{CID}`.
    pub(crate) path: String,
    /// What it gets.
    pub(crate) outcome: Outcome,
}

/// A running archive.
pub(crate) struct Busy {
    api: String,
    gateway: String,
    shared: Arc<Shared>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

struct Shared {
    /// The answers, by the key of the item.
    content: HashMap<String, Bytes>,
    refusal: Refusal,
    judge: Mutex<Judge>,
    started: Mutex<Option<Instant>>,
    log: Log<Seen>,
    open: Arc<Gauge>,
}

/// What an open request occupies, until it is answered or its sender has gone.
struct Open {
    shared: Arc<Shared>,
    place: Place,
}

impl Drop for Open {
    fn drop(&mut self) {
        let mut judge = self.shared.judge.lock().expect(UNPOISONED);
        judge.leave(self.place);
    }
}

impl Busy {
    /// Serves a tree by these rules.
    pub(crate) fn start(tree: &Tree, rules: Rules) -> Self {
        let manifests = tree.entities.iter();
        let manifests =
            manifests.map(|(pi, body)| (format!("entities/{pi}"), Bytes::from(body.clone())));
        let components = tree.ipfs.iter();
        let components = components.map(|(cid, body)| (format!("ipfs/{cid}"), body.clone()));
        let is_one_origin = rules.is_one_origin;
        let shared = Arc::new(Shared {
            content: manifests.chain(components).collect(),
            refusal: rules.refusal,
            judge: Mutex::new(Judge::new(rules)),
            started: Mutex::default(),
            log: Log::default(),
            open: Arc::default(),
        });
        let (stop, stopped) = oneshot::channel();
        let (started, urls) = mpsc::channel();
        let thread = {
            let shared = Arc::clone(&shared);
            thread::spawn(move || serve(&shared, &started, stopped))
        };
        let (api, gateway) = urls.recv().expect("servers that started");
        let gateway = if is_one_origin { api.clone() } else { gateway };
        Self {
            api,
            gateway,
            shared,
            stop: Some(stop),
            thread: Some(thread),
        }
    }

    /// The base URL of the entity API for a worker.
    pub(crate) fn api(&self, worker: usize) -> String {
        format!("{}/w{worker}", self.api)
    }

    /// The base URL of the gateway for a worker.
    pub(crate) fn gateway(&self, worker: usize) -> String {
        format!("{}/w{worker}", self.gateway)
    }

    /// Every request until now.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.shared.log.all()
    }

    /// The most requests that were open at once.
    pub(crate) fn most_open(&self) -> usize {
        self.shared.open.most()
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            thread.join().expect("the archive does not panic");
        }
    }
}

impl Seen {
    /// The key of the item, whichever way it was asked for.
    pub(crate) fn key(&self) -> String {
        key(&self.path)
    }

    /// Tells whether it was refused because the archive had too much to do.
    pub(crate) fn is_refused(&self) -> bool {
        matches!(self.outcome, Outcome::Limited | Outcome::Overloaded)
    }
}

fn key(path: &str) -> String {
    path.strip_prefix("cat/")
        .map_or_else(|| path.to_owned(), |cid| format!("ipfs/{cid}"))
}

fn serve(
    shared: &Arc<Shared>,
    started: &mpsc::Sender<(String, String)>,
    stopped: oneshot::Receiver<()>,
) {
    let runtime = runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let start = async |origin| {
            let shared = Arc::clone(shared);
            let answer = move |request| answer(Arc::clone(&shared), origin, request);
            Server::start(None, answer).await
        };
        let (api, gateway) = (start(Scope::Api).await, start(Scope::Gateway).await);
        started
            .send((api.url(), gateway.url()))
            .expect("a listener");
        // The other end is dropped, not used.
        let _ = stopped.await;
    });
}

async fn answer(
    shared: Arc<Shared>,
    origin: Scope,
    request: Request<Incoming>,
) -> Result<Reply, Reset> {
    let _open = shared.open.enter();
    let path = request.uri().path().trim_start_matches('/');
    let (worker, path) = path.split_once('/').unwrap_or(("", path));
    let worker = worker.trim_start_matches('w').parse().unwrap_or_default();
    let key = key(path);
    let Some(body) = shared.content.get(&key).cloned() else {
        return Ok(answers::missing(path));
    };
    let Verdict {
        outcome,
        after,
        place,
        is_cached,
    } = {
        let mut started = shared.started.lock().expect(UNPOISONED);
        let at = started.get_or_insert_with(Instant::now).elapsed();
        let mut judge = shared.judge.lock().expect(UNPOISONED);
        let verdict = judge.decide(at, origin, path, &key);
        shared.log.push(Seen {
            at,
            worker,
            path: path.to_owned(),
            outcome: verdict.outcome,
        });
        verdict
    };
    let _place = Open {
        shared: Arc::clone(&shared),
        place,
    };
    if !after.is_zero() {
        time::sleep(after).await;
    }
    match outcome {
        Outcome::Good => Ok(answers::good(path, body, is_cached)),
        Outcome::Limited => Ok(answers::limited(shared.refusal)),
        Outcome::Overloaded => Ok(answers::overloaded(path, shared.refusal)),
        Outcome::Bad(Bad::Status(status, _)) => Ok(answers::bad(path, status)),
        Outcome::Down(Down::Status(status)) => Ok(answers::page(status)),
        Outcome::Down(Down::Reset) => Err(Reset),
        Outcome::Bad(Bad::Silent) | Outcome::Down(Down::Silent) => std::future::pending().await,
    }
}
