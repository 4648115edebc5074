//! A door of HTTP/2 over TLS that sends its first guests away: each request on such a connection is refused by GOAWAY,
//! which says that it was not looked at. Later ones are led to a server behind it.

use std::io;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};
use tokio_rustls::TlsAcceptor;

use super::server::Certificate;

/// What a client says before its first frame.
const PREFACE_BYTES: usize = 24;
/// Length, type, flags and stream of a frame.
const HEAD_BYTES: usize = 9;
/// The type of a frame that begins a request.
const HEADERS: u8 = 1;
/// A frame of empty settings, then one of GOAWAY: no stream was looked at, and there is no error.
const REFUSAL: [u8; 26] = [
    0, 0, 0, 4, 0, 0, 0, 0, 0, // SETTINGS
    0, 0, 8, 7, 0, 0, 0, 0, 0, // GOAWAY
    0, 0, 0, 0, 0, 0, 0, 0,
];

/// A running door.
#[derive(Debug)]
pub(crate) struct Door {
    /// Its address, without a slash at its end.
    pub(crate) url: String,
    /// Its certificate, and the authority that signed it.
    pub(crate) certificate: Certificate,
    accepting: JoinHandle<()>,
}

impl Door {
    /// Opens a door before a server without TLS; so many connections are refused.
    pub(crate) async fn before(server: &str, refused: usize) -> Self {
        let certificate = Certificate::new();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("a bound port");
        let tls = certificate.acceptor();
        let server = server.trim_start_matches("http://").to_owned();
        let accepting = tokio::spawn(async move {
            let mut connections = JoinSet::new();
            let mut refusals = (0..refused).map(|_| true).chain(std::iter::repeat(false));
            while let Ok((guest, _)) = listener.accept().await {
                let is_refused = refusals.next().unwrap_or_default();
                connections.spawn(lead(guest, tls.clone(), server.clone(), is_refused));
            }
        });
        Self {
            url: format!("https://{address}"),
            certificate,
            accepting,
        }
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn lead(
    guest: TcpStream,
    tls: TlsAcceptor,
    server: String,
    is_refused: bool,
) -> io::Result<()> {
    let mut guest = tls.accept(guest).await?;
    if !is_refused {
        let mut server = TcpStream::connect(server).await?;
        return copy_bidirectional(&mut guest, &mut server).await.map(drop);
    }
    guest.read_exact(&mut [0; PREFACE_BYTES]).await?;
    let mut head = [0; HEAD_BYTES];
    while head[3] != HEADERS {
        guest.read_exact(&mut head).await?;
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
        let length = usize::try_from(length).map_err(io::Error::other)?;
        guest.read_exact(&mut vec![0; length]).await?;
    }
    guest.write_all(&REFUSAL).await?;
    guest.flush().await?;
    // It goes when the guest does.
    guest.read_to_end(&mut Vec::new()).await.map(drop)
}
