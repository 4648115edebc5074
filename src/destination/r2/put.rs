//! A file that is kept until it is whole, then put.

use anyhow::Result;
use bytes::Bytes;

use crate::destination::digest::Written;

use super::object::Object;
use super::payload::Payload;

/// A file that is kept until it is whole, then put.
pub(crate) struct SinglePut {
    object: Object,
    buffer: Vec<u8>,
    /// The whole file, once it is.
    body: Payload,
}

impl SinglePut {
    /// Begins a file; nothing is sent yet.
    pub(crate) fn new(object: Object) -> Self {
        Self {
            object,
            buffer: Vec::new(),
            body: Payload::new(Bytes::new()),
        }
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

    /// Puts the file.
    ///
    /// # Errors
    ///
    /// Says what the server answered.
    pub(crate) async fn commit(&self) -> Result<()> {
        self.object.put(&self.body).await
    }

    /// Asks whether the bucket holds the file.
    pub(crate) async fn is_stored(&self) -> bool {
        self.object.holds(&self.body.bytes).await
    }
}
