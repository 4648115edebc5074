//! The floor that the worker's CPU time is measured against: gets bodies with the client that it asks the archive with,
//! and drops them.
//!
//! Usage: `bare-gets URL FILE`, the file with one path a line.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use arke_mods_export_worker::http::clients;
use futures::{StreamExt as _, TryStreamExt as _, stream};
use rustls::RootCertStore;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// As many as the worker has in flight.
const REQUESTS_IN_FLIGHT: usize = 64;

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let (Some(url), Some(file)) = (arguments.next(), arguments.next()) else {
        anyhow::bail!("usage: bare-gets URL FILE");
    };
    let paths = std::fs::read_to_string(file)?;
    let client = clients(&RootCertStore::empty(), CONNECT_TIMEOUT)?.archive;
    let gets = stream::iter(paths.lines())
        .map(|path| {
            let get = client.get(format!("{url}{path}")).send();
            async move {
                let mut answer = get.await.context("no answer")?;
                ensure!(answer.status().is_success(), "{}", answer.status());
                while answer.chunk().await.context("no body")?.is_some() {}
                Ok(())
            }
        })
        .buffer_unordered(REQUESTS_IN_FLIGHT)
        .try_collect::<()>();
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(gets)
}
