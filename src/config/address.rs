//! Addresses of services, each without the part that is added to it.

use url::Url;

use crate::mods::Uri;

use super::setting::{Reader, Setting, name_of};

impl Reader {
    /// Returns the address of a service, without a slash at its end; one of the parts `added` is put behind it.
    pub(super) fn base_address(
        &mut self,
        setting: Option<&Setting>,
        added: &[&str],
    ) -> Option<String> {
        let text = self.text(setting)?;
        let name = name_of(setting);
        let url = self.web_address(name, &text)?;
        let has_user = !url.username().is_empty() || url.password().is_some();
        let is_base = url.query().is_none() && url.fragment().is_none() && !has_user;
        let Some(uri) = Uri::parse(url.as_str()).filter(|_| is_base) else {
            let problem = "is no address that a path can follow (no query, fragment or user)";
            self.problem(name, problem);
            return None;
        };
        let address = uri.as_str().trim_end_matches('/').to_owned();
        let last = url.path().trim_end_matches('/').rsplit('/').next();
        if let Some(part) = added.iter().find(|&&part| last == Some(part)) {
            let problem =
                format!("already ends in /{part}, which is added to it (leave that part out)");
            self.problem(name, &problem);
            return None;
        }
        Some(address)
    }

    /// Returns the address of a service as [`Self::base_address`], with a slash at its end and taken apart.
    pub(super) fn base_url(&mut self, setting: Option<&Setting>, added: &[&str]) -> Option<Url> {
        let address = self.base_address(setting, added)?;
        self.web_address(name_of(setting), &(address + "/"))
    }

    /// Returns an address of the web.
    pub(super) fn web_address(&mut self, name: &str, text: &str) -> Option<Url> {
        // The parser leaves a line break out, and so makes one address of two.
        let is_one = !text.contains(char::is_control);
        let url = Url::parse(text)
            .ok()
            .filter(|url| is_one && matches!(url.scheme(), "http" | "https"));
        if url.is_none() {
            // The value is not shown: an address can hold a password.
            self.problem(name, "is no address that starts with http:// or https://");
        }
        url
    }

    /// Checks the proxies of the environment; one that cannot be used would be passed over in silence.
    pub(super) fn check_proxies(&mut self) {
        for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"] {
            for name in [name.to_owned(), name.to_ascii_lowercase()] {
                let value = std::env::var_os(&name).filter(|value| !value.is_empty());
                if value.is_some_and(|value| !value.to_str().is_some_and(is_proxy)) {
                    let problem = "is no address of a proxy (http://host:port is expected)";
                    self.problem(&name, problem);
                }
            }
        }
    }
}

/// Tells whether a text names a proxy: a host, with a scheme of HTTP before it or none, and nothing behind its port.
fn is_proxy(text: &str) -> bool {
    text.parse::<http::Uri>().is_ok_and(|uri| {
        let is_http = uri
            .scheme_str()
            .is_none_or(|scheme| matches!(scheme, "http" | "https"));
        let host = uri.host().unwrap_or_default();
        let port = uri.port().map(|port| format!(":{port}"));
        let name = host.to_owned() + &port.unwrap_or_default();
        // A password with a character that has to be percent-encoded ends there, and its rest would be shown as a host.
        let is_whole =
            text.trim_end_matches('/').ends_with(&name) && text.matches('@').count() <= 1;
        is_http && !host.is_empty() && is_whole
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_is_a_host() {
        for (text, expected) in [
            ("http://127.0.0.1:3128", true),
            ("https://user:word@proxy.example/", true),
            ("proxy.example:3128", true),
            ("socks5://127.0.0.1:1080", false),
            (" http://127.0.0.1:3128", false),
            ("/nowhere", false),
            ("[::1]:3128", true),
            ("http://proxy.example:port", false),
            ("http://proxy.example:99999", false),
            ("http://user:pass@word@proxy.example:3128", false),
            ("http://user:pass/word@proxy.example:3128", false),
            ("http://user:12?word@proxy.example:3128", false),
            ("http://user:12#word@proxy.example:3128", false),
        ] {
            assert_eq!(is_proxy(text), expected, "{text}");
        }
    }
}
