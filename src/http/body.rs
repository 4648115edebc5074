//! Body of an answer as its pieces come: inflated where it is compressed, and bounded after that.

use std::io::{self, Write};

use bytes::{Bytes, BytesMut};
use flate2::write::MultiGzDecoder;
use http::{HeaderMap, header};

use super::error::{ErrorKind, HttpError};

/// How many bytes may come out of compression without a look at where they come from.
const UNSUSPICIOUS_BYTES: usize = 1024 * 1024;
/// How many times its size a body may become after that. Text becomes five to ten times, and no more than a thousand
/// is possible.
const INFLATION_MAX: usize = 200;
/// How many times its size anything can become.
const GROWTH_MAX: usize = 1032;
/// How long a compressed body is at the most that reserves no more than it is.
const SHORT_BYTES_MAX: usize = 256 * 1024;
/// How many compressed bytes are inflated at once.
const INFLATED_AT_ONCE: usize = 128;
/// What the gateway puts at the end of an answer that it cannot finish, with status 200 (boxo,
/// `gateway/middleware_retrieval_timeout.go`).
const TRUNCATION_MARK: &[u8] =
    b"[Gateway Error: Response truncated - unable to retrieve remaining data within timeout period]";

/// A body as it comes.
pub(crate) enum Body {
    /// As it is.
    Plain(Plain),
    /// Compressed.
    Gzip(Box<MultiGzDecoder<Inflated>>),
}

/// A body that is not compressed. Most are one piece, which is passed on as it is.
#[derive(Default)]
pub(crate) struct Plain {
    limit_bytes: usize,
    /// How long the body is to be.
    length: usize,
    first: Bytes,
    all: BytesMut,
}

/// What came out of compression.
pub(crate) struct Inflated {
    limit_bytes: usize,
    compressed_bytes: usize,
    bytes: Vec<u8>,
    /// Why no more is taken.
    excess: Option<HttpError>,
}

impl Body {
    /// Starts a body of at most `limit_bytes`, by the headers of its answer.
    ///
    /// # Errors
    ///
    /// Returns an error if it is encoded in a way that was not asked for, or says that it is longer.
    pub(crate) fn start(
        headers: &HeaderMap,
        length: Option<u64>,
        limit_bytes: usize,
    ) -> Result<Self, HttpError> {
        let encoding = headers.get(header::CONTENT_ENCODING);
        let is = |name: &[u8]| {
            encoding.is_some_and(|encoding| encoding.as_bytes().eq_ignore_ascii_case(name))
        };
        if is(b"gzip") || is(b"x-gzip") {
            let inflated = Inflated {
                limit_bytes,
                compressed_bytes: 0,
                bytes: Vec::new(),
                excess: None,
            };
            return Ok(Self::Gzip(Box::new(MultiGzDecoder::new(inflated))));
        }
        if let Some(encoding) = encoding.filter(|_| !is(b"identity")) {
            return Err(HttpError::encoded(encoding));
        }
        if length.is_some_and(|length| length > limit_bytes as u64) {
            return Err(HttpError::too_large(limit_bytes));
        }
        Ok(Self::Plain(Plain {
            limit_bytes,
            length: length.map_or(0, |length| length.try_into().unwrap_or(limit_bytes)),
            ..Plain::default()
        }))
    }

    /// Cuts a piece into parts of which each comes to little once it is inflated.
    pub(crate) fn parts(&self, mut piece: Bytes) -> impl Iterator<Item = Bytes> + use<> {
        let length = match self {
            Self::Plain(_) => piece.len(),
            Self::Gzip(_) => INFLATED_AT_ONCE,
        };
        std::iter::from_fn(move || {
            let part = piece.split_to(length.min(piece.len()));
            (!part.is_empty()).then_some(part)
        })
    }

    /// Returns how long it may be with the next part; a compressed one that is not short, as long as it may be at all, so
    /// that there are not many whose end nobody knows.
    pub(crate) fn len_with(&self, part: &Bytes) -> usize {
        match self {
            Self::Plain(_) => self.len() + part.len(),
            Self::Gzip(decoder) => {
                let most = self.len() + GROWTH_MAX * part.len();
                if most > SHORT_BYTES_MAX {
                    decoder.get_ref().limit_bytes
                } else {
                    most
                }
            }
        }
    }

    /// Takes the next part.
    ///
    /// # Errors
    ///
    /// Returns an error if the body is too large, or not what it says it is.
    pub(crate) fn push(&mut self, piece: Bytes) -> Result<(), HttpError> {
        match self {
            Self::Plain(plain) => plain.push(piece),
            Self::Gzip(decoder) => {
                decoder.get_mut().compressed_bytes += piece.len();
                let written = decoder.write_all(&piece);
                written.map_err(|error| {
                    let excess = decoder.get_mut().excess.take();
                    excess.unwrap_or_else(|| {
                        let cause = format!("the answer cannot be inflated: {error}");
                        HttpError::new(ErrorKind::BadJson, cause)
                    })
                })
            }
        }
    }

    /// Returns how many bytes are here, inflated.
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Plain(plain) => plain.first.len() + plain.all.len(),
            Self::Gzip(decoder) => decoder.get_ref().bytes.len(),
        }
    }

    /// Returns the whole body.
    ///
    /// # Errors
    ///
    /// Returns an error if its end is missing.
    pub(crate) fn finish(self) -> Result<Bytes, HttpError> {
        match self {
            Self::Plain(Plain { first, all, .. }) => {
                Ok(if all.is_empty() { first } else { all.freeze() })
            }
            Self::Gzip(mut decoder) => {
                let finished = decoder.try_finish();
                let Inflated { bytes, excess, .. } = decoder.get_mut();
                match finished {
                    Ok(()) => Ok(std::mem::take(bytes).into()),
                    Err(error) => Err(excess.take().unwrap_or_else(|| {
                        let cause = format!("the compressed answer ends early: {error}");
                        HttpError::new(ErrorKind::Truncated, cause)
                    })),
                }
            }
        }
    }
}

impl Plain {
    fn push(&mut self, piece: Bytes) -> Result<(), HttpError> {
        if self.first.len() + self.all.len() + piece.len() > self.limit_bytes {
            return Err(HttpError::too_large(self.limit_bytes));
        }
        if self.first.is_empty() && self.all.is_empty() {
            self.first = piece;
        } else {
            if self.all.is_empty() {
                self.all.reserve(self.length);
            }
            let first = std::mem::take(&mut self.first);
            self.all.extend([first, piece]);
        }
        Ok(())
    }
}

impl Inflated {
    fn excess(&self, bytes: usize) -> Option<HttpError> {
        let inflated_max = self.compressed_bytes.saturating_mul(INFLATION_MAX);
        if bytes > self.limit_bytes {
            Some(HttpError::too_large(self.limit_bytes))
        } else if bytes > UNSUSPICIOUS_BYTES.max(inflated_max) {
            Some(HttpError::new(
                ErrorKind::TooLarge,
                format!("too large: inflates to more than {INFLATION_MAX} times its size"),
            ))
        } else {
            None
        }
    }
}

impl Write for Inflated {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        self.excess = self.excess(self.bytes.len() + piece.len());
        if self.excess.is_some() {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.bytes.extend_from_slice(piece);
        Ok(piece.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Tells whether the gateway says at the end of a body that there should be more of it.
pub(crate) fn is_marked_truncated(body: &[u8]) -> bool {
    body.trim_ascii_end().ends_with(TRUNCATION_MARK)
}

#[cfg(test)]
mod tests {
    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    const MEBIBYTE: usize = 1024 * 1024;

    fn read(encoding: &'static str, body: &[u8], limit_bytes: usize) -> Result<Bytes, HttpError> {
        let headers = HeaderMap::from_iter([(
            header::CONTENT_ENCODING,
            http::HeaderValue::from_static(encoding),
        )]);
        let mut reading = Body::start(&headers, None, limit_bytes)?;
        for piece in body.chunks(1000) {
            reading.push(Bytes::copy_from_slice(piece))?;
        }
        reading.finish()
    }

    fn gzip(body: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(body).expect("memory");
        encoder.finish().expect("memory")
    }

    fn kind(result: Result<Bytes, HttpError>) -> ErrorKind {
        result.expect_err("an error").kind
    }

    #[test]
    fn a_body_comes_out_as_it_went_in() {
        let body: Vec<u8> = (0..5000_u32).flat_map(u32::to_le_bytes).collect();
        let two = [gzip(&body[..7000]), gzip(&body[7000..])].concat();
        for (encoding, sent) in [("identity", &body), ("gzip", &gzip(&body)), ("gzip", &two)] {
            assert_eq!(
                read(encoding, sent, 20_000).as_deref(),
                Ok(&body[..]),
                "{encoding}"
            );
        }
    }

    #[test]
    fn the_cap_is_that_of_the_inflated_body() {
        let body: Vec<u8> = (0..5000_u32).flat_map(u32::to_le_bytes).collect();
        for (encoding, sent) in [("identity", &body), ("gzip", &gzip(&body))] {
            assert_eq!(kind(read(encoding, sent, 19_999)), ErrorKind::TooLarge);
        }
    }

    #[test]
    fn a_bomb_is_left_long_before_the_cap() {
        let bomb = gzip(&vec![0; 30 * MEBIBYTE]);
        let error = read("gzip", &bomb, 32 * MEBIBYTE).expect_err("a bomb");
        assert!(error.cause.contains("200 times"), "{error}");
        let text = gzip(&vec![b'a'; MEBIBYTE]);
        assert!(read("gzip", &text, 2 * MEBIBYTE).is_ok(), "small enough");
    }

    #[test]
    fn what_ends_early_or_is_no_gzip_is_never_taken() {
        let whole = gzip(&[1; 500]);
        for end in [0, 5, 12, whole.len() - 9, whole.len() - 1] {
            assert_eq!(
                kind(read("gzip", &whole[..end], 1000)),
                ErrorKind::Truncated,
                "{end}"
            );
        }
        assert_eq!(
            kind(read("gzip", b"{\"title\": \"no gzip\"}", 1000)),
            ErrorKind::BadJson
        );
        assert_eq!(kind(read("br", b"x", 1000)), ErrorKind::BadJson);
    }

    #[test]
    fn the_gateway_says_when_more_should_come() {
        let marked = [b"{\"a\": \n\n", TRUNCATION_MARK, b"\n"].concat();
        assert!(is_marked_truncated(&marked));
        assert!(!is_marked_truncated(b"{}"));
    }
}
