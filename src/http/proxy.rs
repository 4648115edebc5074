//! Proxies of the environment: which one stands between here and a host.
//!
//! The clients find them by themselves; what is found here in the same way is for the one who reads an error.

use std::sync::LazyLock;

use http::Uri;
use hyper_util::client::proxy::matcher::Matcher;
use reqwest::Url;

use super::authority;

static PROXIES: LazyLock<Matcher> = LazyLock::new(Matcher::from_env);

/// Names the proxy that requests to an address go through, for the end of a message; without one, says nothing.
pub(super) fn through(address: &Url) -> String {
    let uri = address.as_str().parse::<Uri>().ok();
    let proxy = uri.and_then(|uri| PROXIES.intercept(&uri));
    let proxy = proxy.and_then(|proxy| Url::parse(&proxy.uri().to_string()).ok());
    proxy.map_or_else(String::new, |proxy| {
        let name = authority(&proxy);
        format!(", through the proxy {name} (see HTTP_PROXY, HTTPS_PROXY and ALL_PROXY)")
    })
}
