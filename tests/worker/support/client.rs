//! An HTTP client that is not the worker's, to check the servers with.

use std::sync::Arc;

use reqwest::Client;
use rustls::crypto::ring;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};

use super::Archive;

/// A client that trusts the authority of this archive and no other.
pub(crate) fn client(archive: Option<&Archive>) -> reqwest::ClientBuilder {
    let mut roots = RootCertStore::empty();
    if let Some(file) = archive.and_then(Archive::authority) {
        roots
            .add(CertificateDer::from_pem_file(file).expect("a certificate"))
            .expect("an authority");
    }
    let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Client::builder().tls_backend_preconfigured(config)
}
