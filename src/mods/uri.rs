//! Addresses, as the schema's `xs:anyURI` asks for them.
//!
//! Parsers differ in what they let pass; a URI by RFC 3986 passes all of them. What is not a URI even
//! after percent-encoding is none, and its text belongs where a plain string is allowed.

use std::fmt;

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use url::Url;

/// What RFC 3986 allows nowhere in a path, query or fragment: all but unreserved, sub-delims, `:@/?%`.
const FORBIDDEN: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'<')
    .add(b'>')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// An absolute `http` or `https` address that is a URI by RFC 3986.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Uri(String);

impl Uri {
    /// Reads an address, percent-encoding what a URI may not hold; `None` if there is no web address in it.
    pub(crate) fn parse(raw: &str) -> Option<Self> {
        let raw = raw.trim();
        if is_plain(raw) && is_legal(raw) {
            return Some(Self(raw.to_owned()));
        }
        let url = Url::parse(raw)
            .ok()
            .filter(|url| matches!(url.scheme(), "http" | "https"))?;
        url.host_str()
            .filter(|host| host.bytes().all(is_host_byte))?;
        if is_legal(raw) {
            return Some(Self(raw.to_owned()));
        }
        let mut uri = format!("{}://", url.scheme());
        let authority = url.authority();
        let (user, host) = authority.split_at(authority.rfind('@').unwrap_or_default());
        encode(user, &mut uri);
        uri.push_str(host);
        encode(url.path(), &mut uri);
        if let Some(query) = url.query() {
            uri.push('?');
            encode(query, &mut uri);
        }
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

fn is_tail_byte(byte: u8) -> bool {
    byte.is_ascii_graphic()
        && !matches!(byte, b'"' | b'#' | b'<' | b'>' | b'['..=b'^' | b'`' | b'{'..=b'}')
}

/// Tells whether an address is one that parses, as nearly all are, at one look: `http` or `https`, and a host that is a
/// domain and nothing else, without Punycode.
fn is_plain(raw: &str) -> bool {
    let rest = raw.strip_prefix("https://");
    let Some(rest) = rest.or_else(|| raw.strip_prefix("http://")) else {
        return false;
    };
    let end = rest
        .bytes()
        .position(|byte| matches!(byte, b'/' | b'?' | b'#'));
    let mut labels = rest.as_bytes()[..end.unwrap_or(rest.len())].rsplit(|byte| *byte == b'.');
    let is_domain = |label: &[u8]| {
        let mut bytes = label.iter();
        bytes.next().is_some_and(u8::is_ascii_alphanumeric)
            && bytes.all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
            && !label.windows(2).any(|pair| pair == b"--")
    };
    // A host whose last label is a number is taken for an IPv4 address.
    labels
        .next()
        .is_some_and(|top| top.first().is_some_and(u8::is_ascii_alphabetic) && is_domain(top))
        && labels.all(is_domain)
}

/// Tells whether an address that parses needs no encoding: legal characters only, `%` only before two hex
/// digits, one `#`, brackets in the host alone, and no colon without the port that libxml2 asks for.
fn is_legal(raw: &str) -> bool {
    let Some((scheme, rest)) = raw.split_once("://") else {
        return false;
    };
    let (authority, tail) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let (before, fragment) = tail.split_once('#').unwrap_or((tail, ""));
    let clean = |part: &str| part.bytes().all(is_tail_byte) && percent_signs_are_escapes(part);
    // "https:/a/b://c" has its two slashes further on.
    scheme.bytes().all(|byte| byte.is_ascii_alphabetic())
        && !authority.is_empty()
        && authority.bytes().all(is_host_byte)
        && !authority.ends_with(':')
        && clean(before)
        && clean(fragment)
}

fn percent_signs_are_escapes(part: &str) -> bool {
    part.split('%')
        .skip(1)
        .all(|after| after.len() >= 2 && after.bytes().take(2).all(|b| b.is_ascii_hexdigit()))
}

fn encode(part: &str, uri: &mut String) {
    let mut pieces = part.split('%');
    uri.extend(
        pieces
            .next()
            .map(|first| utf8_percent_encode(first, FORBIDDEN))
            .into_iter()
            .flatten(),
    );
    for piece in pieces {
        let is_escape =
            piece.len() >= 2 && piece.bytes().take(2).all(|byte| byte.is_ascii_hexdigit());
        uri.push_str(if is_escape { "%" } else { "%25" });
        uri.extend(utf8_percent_encode(piece, FORBIDDEN));
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
        check("https:\\\\example.org\\a", Some("https://example.org/a"));
        check(
            "https:/example.org/\0a<b://c/d",
            Some("https://example.org/%00a%3Cb://c/d"),
        );
    }

    #[test]
    fn an_address_known_at_one_look_is_one_that_parses() {
        const LABELS: [&str; 15] = [
            "", "a", "A1", "1", "1a", "0x1", "a-b", "a-", "-a", "a--b", "xn--a", "a_b", "%41",
            "u@h", "a:",
        ];
        let mut plain = 0;
        for (first, second, top) in LABELS.iter().flat_map(|first| {
            let seconds = LABELS.iter();
            seconds.flat_map(move |second| LABELS.iter().map(move |top| (first, second, top)))
        }) {
            let raw = format!("https://{first}.{second}.{top}/b?c#d");
            if is_plain(&raw) {
                plain += 1;
                let url = Url::parse(&raw).expect("an address");
                let host = format!("{first}.{second}.{top}").to_ascii_lowercase();
                assert_eq!(url.host_str(), Some(&*host));
            }
        }
        assert_eq!(
            plain,
            7 * 7 * 4,
            "1, 1a and 0x1 stand before the last dot alone"
        );
        assert!(is_plain("http://example.org") && !is_plain("HTTP://example.org"));
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
        ] {
            check(raw, None);
        }
    }
}
