//! Object: a key in the bucket, put whole or asked for.

use anyhow::{Result, bail};
use aws_sdk_s3::operation::head_object::HeadObjectError;
use aws_sdk_s3::primitives::ByteStream;
use bytes::Bytes;

use crate::sanitize::{excerpt, one_line};

use super::error::{BucketError, explain};
use super::payload::Payload;
use super::{Bucket, e_tag};

/// A key in a bucket.
#[derive(Clone, Debug)]
pub(crate) struct Object {
    pub(super) bucket: Bucket,
    pub(super) key: String,
    pub(super) content_type: &'static str,
}

/// What the object has to be once it is stored: the bytes of this run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Expected {
    /// How many there are.
    pub size_bytes: u64,
    /// Their `ETag`, without quotes.
    pub e_tag: String,
}

/// What the bucket answered when it was asked to store an object: its `ETag`, if it named one.
pub(super) type Answer = Result<Option<String>, BucketError>;

/// What the bucket has under a key.
#[derive(Debug)]
struct Found {
    size_bytes: Option<u64>,
    e_tag: Option<String>,
}

impl Object {
    /// Stores a whole file, and makes sure of it.
    ///
    /// # Errors
    ///
    /// Says what the server answered.
    pub(crate) async fn put(&self, body: &Payload) -> Result<()> {
        let answer = self.send(body).await;
        self.prove(&body.expected(), answer).await
    }

    /// Asks the bucket to store a whole file.
    pub(super) async fn send(&self, body: &Payload) -> Answer {
        let put = self
            .bucket
            .client
            .put_object()
            .bucket(&self.bucket.name)
            .key(&self.key)
            .content_type(self.content_type);
        let sent = put
            .body(ByteStream::from(body.bytes.clone()))
            .customize()
            .interceptor(body.signature())
            .send()
            .await;
        match sent {
            Ok(taken) => Ok(taken.e_tag),
            Err(error) => Err(explain(&self.bucket, &error)),
        }
    }

    /// Makes sure that the bucket holds what it was asked to store, whatever it answered: that may have been lost, or
    /// the answer of a try before the last, or not be true.
    ///
    /// # Errors
    ///
    /// Says what the server answered, or that what it has is not known.
    pub(super) async fn prove(&self, expected: &Expected, answer: Answer) -> Result<()> {
        let address = self.bucket.address(&self.key);
        let answered = answer.as_ref().ok().and_then(Option::as_deref);
        let unproved = match self.head().await {
            Ok(found) => match expected.is(found.as_ref(), answered) {
                Some(true) => return Ok(()),
                Some(false) => {
                    let found = Found::describe(found.as_ref());
                    match answer {
                        Err(error) if error.is_refusal => return Err(error.into()),
                        Err(error) => bail!("{error}; it has {found} there"),
                        Ok(_) => bail!(
                            "{address} was stored, says the bucket, which has {found} there and not the {}: check {} and \
                             what stands before it, then export again",
                            expected.describe(),
                            self.bucket.host
                        ),
                    }
                }
                None => format!("it has {} there", Found::describe(found.as_ref())),
            },
            Err(error) => error.to_string(),
        };
        match answer {
            answer if expected.is_named_by(&answer) => {
                tracing::warn!(
                    "{address} was stored, says the bucket, which does not show it: {unproved}"
                );
                Ok(())
            }
            Ok(_) => bail!(
                "it is not known whether {address} was stored: the bucket says so without its ETag, and does not show \
                 it: {unproved}"
            ),
            Err(error) if error.is_refusal => Err(error.into()),
            Err(error) => bail!(
                "it is not known whether {address} was stored: {error}; nor does the bucket show it: {unproved}"
            ),
        }
    }

    /// Asks whether the bucket holds what it was asked to store; `None` if it does not say.
    pub(super) async fn holds(&self, expected: &Expected) -> Option<bool> {
        self.find(expected).await.ok().flatten()
    }

    /// Asks the same; `None` if what it has does not show it.
    ///
    /// # Errors
    ///
    /// Says why the bucket does not answer.
    pub(crate) async fn find(&self, expected: &Expected) -> Result<Option<bool>, BucketError> {
        let found = self.head().await?;
        Ok(expected.is(found.as_ref(), None))
    }

    /// Asks for the size and the `ETag` of what is under the key.
    ///
    /// # Errors
    ///
    /// Says why the bucket does not answer, or what it does not say.
    pub(crate) async fn look_up(&self) -> Result<Option<Expected>> {
        let Some(found) = self.head().await? else {
            return Ok(None);
        };
        let Found {
            size_bytes: Some(size_bytes),
            e_tag: Some(e_tag),
        } = found
        else {
            let address = self.bucket.address(&self.key);
            bail!("{address} has {} there", Found::describe(Some(&found)));
        };
        Ok(Some(Expected { size_bytes, e_tag }))
    }

    /// Reads a piece of what is under the key, as long as it has this `ETag`.
    ///
    /// # Errors
    ///
    /// Says what the server answered.
    pub(crate) async fn read(&self, e_tag: &str, at: u64, length: usize) -> Result<Bytes> {
        let end = at + length as u64 - 1;
        let get = self
            .bucket
            .client
            .get_object()
            .bucket(&self.bucket.name)
            .key(&self.key)
            .if_match(e_tag)
            .range(format!("bytes={at}-{end}"));
        let found = get.send().await;
        let found = found.map_err(|error| explain(&self.bucket, &error))?;
        Ok(found.body.collect().await?.into_bytes())
    }

    /// Asks for what is under the key.
    async fn head(&self) -> Result<Option<Found>, BucketError> {
        let head = self
            .bucket
            .client
            .head_object()
            .bucket(&self.bucket.name)
            .key(&self.key)
            .send()
            .await;
        match head {
            Ok(found) => Ok(Some(Found {
                size_bytes: found
                    .content_length
                    .and_then(|length| length.try_into().ok()),
                e_tag: found.e_tag,
            })),
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(HeadObjectError::is_not_found) =>
            {
                Ok(None)
            }
            Err(error) => Err(explain(&self.bucket, &error)),
        }
    }
}

impl Expected {
    /// Tells whether the bucket answered that it has these bytes.
    pub(super) fn is_named_by(&self, answer: &Answer) -> bool {
        let named = answer.as_ref().ok().and_then(Option::as_deref);
        named.is_some_and(|named| e_tag::is_ours(named, &self.e_tag, None) == Some(true))
    }

    /// Tells whether this is what was found, as far as that can be seen.
    fn is(&self, found: Option<&Found>, answered: Option<&str>) -> Option<bool> {
        let Some(found) = found else {
            return Some(false);
        };
        if found.size_bytes? != self.size_bytes {
            return Some(false);
        }
        e_tag::is_ours(found.e_tag.as_deref()?, &self.e_tag, answered)
    }

    fn describe(&self) -> String {
        format!(
            "{} bytes with the ETag {} that were sent",
            self.size_bytes, self.e_tag
        )
    }
}

impl Found {
    fn describe(found: Option<&Self>) -> String {
        let Some(Self { size_bytes, e_tag }) = found else {
            return "nothing".to_owned();
        };
        let size = size_bytes.map_or_else(
            || "bytes of unknown number".to_owned(),
            |size| format!("{size} bytes"),
        );
        match e_tag {
            Some(e_tag) => format!("{size} with the ETag {}", excerpt(&one_line(e_tag))),
            None => format!("{size} without an ETag"),
        }
    }
}
