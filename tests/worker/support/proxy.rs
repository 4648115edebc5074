//! A forward proxy for plain HTTP, as `HTTP_PROXY` names one.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

use super::script::UNPOISONED;

/// A running proxy; it leads each host it knows to a server of the test.
#[derive(Debug)]
pub(crate) struct ForwardProxy {
    /// Its address.
    pub(crate) url: String,
    /// The hosts that connections were made to, in the order they came.
    asked: Arc<Mutex<Vec<String>>>,
    accepting: JoinHandle<()>,
}

impl ForwardProxy {
    /// Starts a proxy; `hosts` are names, each with the address of its server.
    pub(crate) async fn start(hosts: &[(&str, String)]) -> Self {
        let hosts: Vec<(String, String)> = hosts
            .iter()
            .map(|(host, url)| {
                let server = url.split('/').nth(2).unwrap_or_default();
                ((*host).to_owned(), server.to_owned())
            })
            .collect();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("a bound port");
        let asked = Arc::<Mutex<Vec<String>>>::default();
        let log = Arc::clone(&asked);
        let accepting = tokio::spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                connections.spawn(lead(client, hosts.clone(), Arc::clone(&log)));
            }
        });
        Self {
            url: format!("http://{address}"),
            asked,
            accepting,
        }
    }

    /// Returns the hosts that were asked for, each once.
    pub(crate) fn hosts(&self) -> Vec<String> {
        let mut hosts = self.asked.lock().expect(UNPOISONED).clone();
        hosts.sort();
        hosts.dedup();
        hosts
    }
}

impl Drop for ForwardProxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// Leads a connection to the server of the host that its first request names.
async fn lead(mut client: TcpStream, hosts: Vec<(String, String)>, log: Arc<Mutex<Vec<String>>>) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n") {
        match client.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => return,
        }
    }
    let line = String::from_utf8_lossy(&head).into_owned();
    let host = line
        .split("://")
        .nth(1)
        .and_then(|rest| rest.split('/').next());
    let Some((host, server)) = hosts.iter().find(|(name, _)| Some(name.as_str()) == host) else {
        return;
    };
    log.lock().expect(UNPOISONED).push(host.clone());
    let mut server = TcpStream::connect(server)
        .await
        .expect("a server of the test");
    if server.write_all(&head).await.is_ok() {
        // Either side may go first.
        let _ = copy_bidirectional(&mut client, &mut server).await;
    }
}
