//! Arke as the worker sees it: the entity API and the IPFS gateway, on one port, over a [`Tree`].

mod assemblies;
pub(crate) mod responses;

use std::io::{self, Write as _};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::header::{ACCEPT_ENCODING, CONTENT_ENCODING, HeaderMap, HeaderValue};
use hyper::{Method, Request, Version};
use tokio::time;

use self::assemblies::Assemblies;
use super::script::{Gauge, Log, Present, Reply, Reset, Script, UNPOISONED, head_and_bytes};
use super::server::{Certificate, Server};
use super::tree::Tree;

/// A request that reached the archive.
#[derive(Clone, Debug)]
pub(crate) struct Visit {
    /// Its method.
    pub(crate) method: Method,
    /// Its path, with the query where there is one.
    pub(crate) path: String,
    /// Its headers.
    pub(crate) headers: HeaderMap,
    /// The HTTP version it came in.
    pub(crate) version: Version,
    /// When it came, from the start of the server.
    pub(crate) at: Duration,
}

/// A running archive.
#[derive(Debug)]
pub(crate) struct Archive {
    server: Server,
    shared: Arc<Shared>,
}

/// How long an answer takes, by path.
type Delay = Arc<dyn Fn(&str) -> Duration + Send + Sync>;

struct Shared {
    tree: Tree,
    started: Instant,
    script: Script,
    log: Log<Visit>,
    gzip: AtomicBool,
    delay: Mutex<Option<Delay>>,
    requests: Arc<Gauge>,
    manifests: Arc<Gauge>,
    components: Arc<Gauge>,
    assemblies: Assemblies,
}

/// A request until its body is sent.
struct Open {
    shared: Arc<Shared>,
    path: String,
    _present: (Present, Present),
}

impl Drop for Open {
    fn drop(&mut self) {
        if let Some(cid) = self.path.strip_prefix("/ipfs/") {
            self.shared.assemblies.send(cid);
        }
    }
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shared")
            .field("script", &self.script)
            .field("log", &self.log)
            .finish_non_exhaustive()
    }
}

impl Archive {
    /// Serves the tree over HTTP.
    pub(crate) async fn start(tree: Tree) -> Self {
        Self::serve(tree, None).await
    }

    /// Serves the tree over HTTPS; see [`authority`](Self::authority).
    pub(crate) async fn start_tls(tree: Tree) -> Self {
        Self::serve(tree, Some(Certificate::new())).await
    }

    async fn serve(tree: Tree, tls: Option<Certificate>) -> Self {
        let shared = Arc::new(Shared {
            assemblies: Assemblies::of(&tree),
            tree,
            started: Instant::now(),
            script: Script::default(),
            log: Log::default(),
            gzip: AtomicBool::new(false),
            delay: Mutex::default(),
            requests: Arc::default(),
            manifests: Arc::default(),
            components: Arc::default(),
        });
        let server = {
            let shared = Arc::clone(&shared);
            Server::start(tls, move |request| answer(Arc::clone(&shared), request)).await
        };
        Self { server, shared }
    }

    /// The base URL of the entity API and of the gateway.
    pub(crate) fn url(&self) -> String {
        self.server.url()
    }

    /// The PEM file for `EXTRA_CA_FILE`, where the archive speaks HTTPS.
    pub(crate) fn authority(&self) -> Option<&Path> {
        self.server.certificate().map(Certificate::authority)
    }

    /// Answers in place of the tree; the key of a request is its path.
    pub(crate) fn script(&self) -> &Script {
        &self.shared.script
    }

    /// Compresses the answers to clients that accept gzip.
    pub(crate) fn gzip(&self) {
        self.shared.gzip.store(true, Ordering::Relaxed);
    }

    /// Makes every answer take so long, by its path.
    pub(crate) fn delay(&self, delay: impl Fn(&str) -> Duration + Send + Sync + 'static) {
        *self.shared.delay.lock().expect(UNPOISONED) = Some(Arc::new(delay));
    }

    /// Every request until now.
    pub(crate) fn log(&self) -> &Log<Visit> {
        &self.shared.log
    }

    /// How many requests there were for a path.
    pub(crate) fn count(&self, path: &str) -> usize {
        self.shared.log.count(|visit| visit.path == path)
    }

    /// Waits until so many requests for a path have come.
    pub(crate) async fn wait_for(&self, path: &str, wanted: usize) {
        self.shared
            .log
            .wait_for(wanted, |visit| visit.path == path)
            .await;
    }

    /// Forgets how many requests were open at once before now.
    pub(crate) fn count_requests_anew(&self) {
        self.shared.requests.start_anew();
    }

    /// The most requests that were open at once.
    pub(crate) fn most_requests(&self) -> usize {
        self.shared.requests.most()
    }

    /// The most requests for manifests that were open at once.
    pub(crate) fn most_manifests(&self) -> usize {
        self.shared.manifests.most()
    }

    /// The most requests for components that were open at once.
    pub(crate) fn most_components(&self) -> usize {
        self.shared.components.most()
    }

    /// The most entities that were being put together at once, each from its first component asked for to its last.
    pub(crate) fn most_assemblies(&self) -> usize {
        self.shared.assemblies.most()
    }

    /// The most connections that were open at once.
    pub(crate) fn most_connections(&self) -> usize {
        self.server.most_connections()
    }
}

/// A delay below `limit` that depends on the path and the seed alone, for [`Archive::delay`].
pub(crate) fn shuffled(seed: u64, limit: Duration) -> impl Fn(&str) -> Duration {
    move |path| {
        let hash = path
            .bytes()
            .fold(seed ^ 0xCBF2_9CE4_8422_2325, |hash, byte| {
                (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)
            });
        limit * u32::try_from(hash >> 40).expect("24 bits") / (1 << 24)
    }
}

async fn answer(shared: Arc<Shared>, request: Request<Incoming>) -> Result<Reply, Reset> {
    let path = request.uri().path().to_owned();
    let kind = if path.starts_with("/entities/") {
        &shared.manifests
    } else {
        &shared.components
    };
    let present = (shared.requests.enter(), kind.enter());
    if let Some(cid) = path.strip_prefix("/ipfs/") {
        shared.assemblies.ask(cid);
    }
    let open = Open {
        shared: Arc::clone(&shared),
        path: path.clone(),
        _present: present,
    };
    let query = request
        .uri()
        .query()
        .map(|query| format!("?{query}"))
        .unwrap_or_default();
    shared.log.push(Visit {
        method: request.method().clone(),
        path: path.clone() + &query,
        headers: request.headers().clone(),
        version: request.version(),
        at: shared.started.elapsed(),
    });
    let delay = shared.delay.lock().expect(UNPOISONED).clone();
    if let Some(delay) = delay {
        time::sleep(delay(&path)).await;
    }
    let usual = async {
        shared
            .compressed(responses::lookup(&shared.tree, &request), request.headers())
            .await
    };
    let reply = shared.script.take(&path).play(usual).await?;
    // The request is open until its body is sent, so the body keeps the guards.
    Ok(reply.map(|body| {
        body.map_err(move |error| {
            let _open = &open;
            error
        })
        .boxed_unsync()
    }))
}

impl Shared {
    async fn compressed(&self, reply: Reply, headers: &HeaderMap) -> Reply {
        let accepts = headers
            .get(ACCEPT_ENCODING)
            .is_some_and(|value| value.as_bytes().windows(4).any(|word| word == b"gzip"));
        if !accepts || !self.gzip.load(Ordering::Relaxed) {
            return reply;
        }
        let (mut head, bytes) = head_and_bytes(reply).await;
        let packed = gzip(&bytes).expect("writing to memory");
        head.headers
            .insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        Reply::from_parts(
            head,
            http_body_util::Full::new(packed)
                .map_err(|never| match never {})
                .boxed_unsync(),
        )
    }
}

/// The bytes as a gzip stream.
pub(crate) fn gzip(bytes: &[u8]) -> io::Result<Bytes> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?.into())
}
