//! A file that is kept until it is whole, then put.

use anyhow::Result;
use bytes::Bytes;

use crate::destination::Settled;
use crate::destination::digest::Written;

use super::object::Object;
use super::payload::Payload;

/// A file that is kept until it is whole, then put.
pub(crate) struct SinglePut {
    object: Object,
    bytes_max: usize,
    buffer: Vec<u8>,
    /// The whole file, once it is.
    body: Payload,
    /// Whether the bucket answered that it has it.
    is_answered: bool,
}

impl SinglePut {
    /// Begins a file of at most so many bytes; nothing is sent yet.
    pub(crate) fn new(object: Object, bytes_max: usize) -> Self {
        Self {
            object,
            bytes_max,
            buffer: Vec::new(),
            body: Payload::new(Bytes::new()),
            is_answered: false,
        }
    }

    /// Tells whether the file becomes too long with so many bytes more.
    pub(crate) fn is_too_long_with(&self, further: usize) -> bool {
        self.buffer.len() + further > self.bytes_max
    }

    /// Hands over what was written so far, to whoever goes on with it.
    pub(crate) fn hand_over(&mut self) -> (Object, Vec<u8>) {
        (self.object.clone(), std::mem::take(&mut self.buffer))
    }

    /// Takes the next bytes of the file.
    pub(crate) fn write(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
    }

    /// Ends the file; returns what was written.
    pub(crate) fn finish(&mut self) -> Written {
        self.body = Payload::new(std::mem::take(&mut self.buffer).into());
        self.body.written()
    }

    /// Returns the `ETag` of the object to be.
    pub(crate) fn e_tag(&self) -> String {
        self.body.expected().e_tag
    }

    /// Puts the file, and makes sure of it.
    ///
    /// # Errors
    ///
    /// Says what the server answered.
    pub(crate) async fn commit(&mut self) -> Result<()> {
        let expected = self.body.expected();
        let answer = self.object.send(&self.body).await;
        self.is_answered = expected.is_named_by(&answer);
        self.object.prove(&expected, answer).await
    }

    /// Tells whether the bucket answered that it has the file.
    pub(crate) fn is_answered(&self) -> bool {
        self.is_answered
    }

    /// Asks whether the bucket holds the file after all. What is on its way there cannot be called back.
    pub(crate) async fn settle(&self) -> Settled {
        match self.object.holds(&self.body.expected()).await {
            Some(true) => Settled::Delivered,
            _ => Settled::Unknown,
        }
    }
}
