//! A listener on a port of its own: HTTP/1.1 and HTTP/2 on the same port, plain or over TLS, gone
//! when dropped.

use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::sync::Arc;

use hyper::Request;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use tempfile::NamedTempFile;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::Notify;
use tokio::task::{JoinHandle, JoinSet};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::{self, ServerConfig};

use super::script::{Gauge, Reply, Reset};

/// A running listener; dropping it closes the port and every connection.
#[derive(Debug)]
pub(crate) struct Server {
    address: SocketAddr,
    tls: Option<Certificate>,
    connections: Arc<Gauge>,
    accepting: JoinHandle<()>,
}

impl Server {
    /// Listens on a free port of the loopback address.
    pub(crate) async fn start<F, A>(tls: Option<Certificate>, answer: F) -> Self
    where
        F: Fn(Request<Incoming>) -> A + Clone + Send + 'static,
        A: Future<Output = Result<Reply, Reset>> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("a bound port");
        let connections = Arc::<Gauge>::default();
        let accepting = tokio::spawn(accept(
            listener,
            tls.as_ref().map(|certificate| certificate.acceptor.clone()),
            Arc::clone(&connections),
            answer,
        ));
        Self {
            address,
            tls,
            connections,
            accepting,
        }
    }

    /// The base URL, without a slash at its end.
    pub(crate) fn url(&self) -> String {
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        format!("{scheme}://{}", self.address)
    }

    /// The certificate, where the server speaks TLS.
    pub(crate) fn certificate(&self) -> Option<&Certificate> {
        self.tls.as_ref()
    }

    /// The most connections that were open at once.
    pub(crate) fn most_connections(&self) -> usize {
        self.connections.most()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// A port that refuses connections, and that nobody else can have as long as this value lives.
#[derive(Debug)]
pub(crate) struct Refusing(TcpSocket);

impl Refusing {
    /// Takes a free port of the loopback address and does not listen.
    pub(crate) fn new() -> Self {
        let socket = TcpSocket::new_v4().expect("a socket");
        let address = SocketAddr::from(([127, 0, 0, 1], 0));
        socket.bind(address).expect("a free port");
        Self(socket)
    }

    /// Its URL, without a slash at its end.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.0.local_addr().expect("a bound port"))
    }
}

async fn accept<F, A>(listener: TcpListener, tls: Option<TlsAcceptor>, gauge: Arc<Gauge>, answer: F)
where
    F: Fn(Request<Incoming>) -> A + Clone + Send + 'static,
    A: Future<Output = Result<Reply, Reset>> + Send + 'static,
{
    // Dropped with this task, and with it every connection.
    let mut connections = JoinSet::new();
    while let Ok((socket, _)) = listener.accept().await {
        let (tls, present, answer) = (tls.clone(), gauge.enter(), answer.clone());
        connections.spawn(async move {
            let _present = present;
            // Failures here are the client's: it went away or did not trust the certificate.
            let _ = connection(socket, tls, answer).await;
        });
        while connections.try_join_next().is_some() {}
    }
}

async fn connection<F, A>(socket: TcpStream, tls: Option<TlsAcceptor>, answer: F) -> io::Result<()>
where
    F: Fn(Request<Incoming>) -> A + Clone + Send + 'static,
    A: Future<Output = Result<Reply, Reset>> + Send + 'static,
{
    socket.set_nodelay(true)?;
    // A second handle on the socket, because hyper keeps the first.
    let socket = socket.into_std()?;
    let handle = TcpStream::from_std(socket.try_clone()?)?;
    let socket = TcpStream::from_std(socket)?;
    let reset = Arc::new(Notify::new());
    let answer = {
        let reset = Arc::clone(&reset);
        move |request| {
            let (answer, reset) = (answer(request), Arc::clone(&reset));
            async move {
                if let Ok(reply) = answer.await {
                    return Ok::<_, io::Error>(reply);
                }
                reset.notify_one();
                std::future::pending().await
            }
        }
    };
    let exchange = async {
        match tls {
            Some(tls) => exchange(tls.accept(socket).await?, answer).await,
            None => exchange(socket, answer).await,
        }
    };
    tokio::select! {
        done = exchange => done,
        () = reset.notified() => handle.set_zero_linger(),
    }
}

async fn exchange<S, F, A>(stream: S, answer: F) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    F: Fn(Request<Incoming>) -> A,
    A: Future<Output = io::Result<Reply>> + Send + 'static,
{
    let builder = auto::Builder::new(TokioExecutor::new());
    builder
        .serve_connection(TokioIo::new(stream), service_fn(answer))
        .await
        .map_err(io::Error::other)
}

/// A certificate for the loopback address, and the authority that signed it.
pub(crate) struct Certificate {
    acceptor: TlsAcceptor,
    authority: NamedTempFile,
}

impl std::fmt::Debug for Certificate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Certificate")
            .field("authority", &self.authority)
            .finish_non_exhaustive()
    }
}

impl Certificate {
    /// Makes an authority and a certificate; ALPN offers HTTP/2 and HTTP/1.1.
    pub(crate) fn new() -> Self {
        Self::issue().expect("a certificate can be made")
    }

    fn issue() -> Result<Self, Box<dyn std::error::Error>> {
        let mut params = CertificateParams::new(Vec::new())?;
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate()?;
        let root = params.self_signed(&key)?;
        let mut authority = NamedTempFile::new()?;
        authority.write_all(root.pem().as_bytes())?;

        let issuer = Issuer::new(params, key);
        let leaf_key = KeyPair::generate()?;
        let names = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
        let leaf = CertificateParams::new(names)?.signed_by(&leaf_key, &issuer)?;

        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(vec![leaf.der().clone()], private_key(&leaf_key)?)?;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Self {
            acceptor: TlsAcceptor::from(Arc::new(config)),
            authority,
        })
    }

    /// What takes connections with it.
    pub(crate) fn acceptor(&self) -> TlsAcceptor {
        self.acceptor.clone()
    }

    /// The file that holds the authority's certificate, as PEM.
    pub(crate) fn authority(&self) -> &std::path::Path {
        self.authority.path()
    }
}

fn private_key(key: &KeyPair) -> Result<rustls::pki_types::PrivateKeyDer<'static>, &'static str> {
    rustls::pki_types::PrivateKeyDer::try_from(key.serialize_der())
}
