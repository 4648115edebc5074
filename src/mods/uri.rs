//! Addresses, as the schema's `xs:anyURI` asks for them.
//!
//! Parsers differ in what they let pass; a URI by RFC 3986 passes all of them. What is not a URI even
//! after percent-encoding is none, and its text belongs where a plain string is allowed.

use std::fmt;

use fluent_uri::pct_enc::{EString, encoder::Query};
use url::{Host, Position, Url};

/// An absolute `http` or `https` address that is a URI by RFC 3986.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Uri(String);

impl Uri {
    /// Reads an address, percent-encoding what a URI may not hold; `None` if there is no web address in it.
    pub(crate) fn parse(raw: &str) -> Option<Self> {
        let raw = raw.trim();
        let url = Url::parse(raw)
            .ok()
            .filter(|url| matches!(url.scheme(), "http" | "https"))?;
        url.host_str()
            .filter(|host| host.bytes().all(is_host_byte))?;
        if is_legal(raw) {
            return Some(Self(raw.to_owned()));
        }
        let mut uri = String::new();
        encode(&url[..Position::BeforeHost], &mut uri);
        uri.push_str(&url[Position::BeforeHost..Position::BeforePath]);
        encode(&url[Position::BeforePath..Position::AfterQuery], &mut uri);
        if let Some(fragment) = url.fragment() {
            uri.push('#');
            encode(fragment, &mut uri);
        }
        Some(Self(uri))
    }

    /// Takes an address made by the program of a checked base and characters that need no encoding.
    pub(crate) fn made(uri: String) -> Self {
        Self(uri)
    }

    /// Returns the host by its name, in lower case and without `www.`.
    pub(crate) fn host(&self) -> Option<String> {
        let url = Url::parse(&self.0).ok()?;
        let host = url.host_str()?;
        Some(host.strip_prefix("www.").unwrap_or(host).to_owned())
    }

    /// Tells whether only those who wrote the address may be led somewhere by it: by a host of their own network, or by
    /// a word that stands for one still to come.
    pub(crate) fn leads_nowhere(&self) -> bool {
        let Ok(url) = Url::parse(&self.0) else {
            return true;
        };
        let is_own = match url.host() {
            Some(Host::Domain(name)) => {
                let last = name.rsplit('.').next().unwrap_or_default();
                let is_own = ["local", "internal", "invalid", "lan"].contains(&last);
                // One word alone is a machine of a network, or a slip: "https://https://example.org/".
                is_own || last.len() == name.len()
            }
            Some(Host::Ipv4(address)) => {
                address.is_private()
                    || address.is_loopback()
                    || address.is_link_local()
                    || address.is_unspecified()
            }
            Some(Host::Ipv6(address)) => address.is_loopback() || address.is_unspecified(),
            None => true,
        };
        let mut segments = url.path_segments().into_iter().flatten();
        is_own || segments.any(|segment| segment.eq_ignore_ascii_case("placeholder"))
    }

    /// Returns the address.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Uri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn is_host_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'[' | b']' | b':')
}

/// Tells whether an address that parses needs no encoding: a URI by RFC 3986 whose host all parsers read alike, with
/// neither a user nor an escape before the path, and no colon without the port that libxml2 asks for.
fn is_legal(raw: &str) -> bool {
    let uri = fluent_uri::Uri::parse(raw).ok();
    uri.and_then(|uri| uri.authority())
        .map(|authority| authority.as_str())
        .is_some_and(|authority| {
            !authority.is_empty()
                && !authority.ends_with(':')
                && authority.bytes().all(is_host_byte)
        })
}

/// Percent-encodes what RFC 3986 allows nowhere in a path, query or fragment, and `%` where it opens no escape.
fn encode(part: &str, uri: &mut String) {
    for (index, piece) in part.split('%').enumerate() {
        let is_escape = piece
            .get(..2)
            .is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
        if index > 0 {
            uri.push_str(if is_escape { "%" } else { "%25" });
        }
        let mut encoded = EString::<Query>::new();
        encoded.encode_str::<Query>(piece);
        uri.push_str(encoded.as_str());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(raw: &str, expected: Option<&str>) {
        assert_eq!(Uri::parse(raw).as_ref().map(Uri::as_str), expected, "{raw}");
    }

    #[test]
    fn keeps_a_legal_address_to_the_letter() {
        for uri in [
            "https://arke.institute/01K9",
            "HTTP://Example.org:80/a/../b?q=1&r=%20#top",
            "http://[::1]/x",
        ] {
            check(uri, Some(uri));
        }
    }

    #[test]
    fn encodes_what_a_uri_may_not_hold() {
        check(
            "https://example.org/a b[1].jpg",
            Some("https://example.org/a%20b%5B1%5D.jpg"),
        );
        check(
            "https://example.org/100%?x=[y]",
            Some("https://example.org/100%25?x=%5By%5D"),
        );
        check(
            "https://example.org/a#b#c",
            Some("https://example.org/a#b%23c"),
        );
        check(
            "https://example.org/vues/jetée",
            Some("https://example.org/vues/jet%C3%A9e"),
        );
    }

    #[test]
    fn a_host_is_written_as_every_parser_reads_it() {
        check("http://example.org:/a", Some("http://example.org/a"));
        check("http://example.org:?q", Some("http://example.org/?q"));
        check(
            "http://u%zz:p@example.org/",
            Some("http://u%25zz:p@example.org/"),
        );
        check(
            "http://été.example.org/",
            Some("http://xn--t-9fab.example.org/"),
        );
        check("http://u:p@Example.org", Some("http://u:p@example.org/"));
        check("http://%65xample.org/", Some("http://example.org/"));
        check("https:example.org/a", Some("https://example.org/a"));
        check("https:///example.org", Some("https://example.org/"));
        check("https:\\\\example.org\\a", Some("https://example.org/a"));
        check(
            "https:/example.org/\0a<b://c/d",
            Some("https://example.org/%00a%3Cb://c/d"),
        );
    }

    #[test]
    fn an_address_of_a_network_of_its_own_leads_nowhere() {
        for (raw, expected) in [
            ("http://localhost:3000/item", true),
            ("http://127.0.0.1/", true),
            ("http://192.168.1.5/a", true),
            ("https://nas.local/a", true),
            ("https://archive/a", true),
            ("https://https://example.org/a", true),
            ("http://[::1]/", true),
            ("https://example.org/PLACEHOLDER", true),
            ("https://example.org/a/placeholders", false),
            ("https://8.8.8.8/", false),
            ("https://local.example.org/", false),
        ] {
            let uri = Uri::parse(raw).expect("an address");
            assert_eq!(uri.leads_nowhere(), expected, "{raw}");
        }
    }

    #[test]
    fn refuses_what_is_no_web_address() {
        for raw in [
            "",
            "PLACEHOLDER",
            "ftp://example.org/",
            "https://",
            "javascript:alert(1)",
            "see the finding aid",
            "https://[1:2]/",
            "https://[v1.a]/",
            "https://a!b/",
            "https://1.2.3.256/",
        ] {
            check(raw, None);
        }
    }
}
