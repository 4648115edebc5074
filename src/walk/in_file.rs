//! A record in the file: how long it is there, and what tells it from another version of itself.

use anyhow::Result;
use ring::digest::{Context, Digest, SHA256};

use crate::destination::Output;
use crate::mods::document::{Host, WrittenRecord};

/// A record as it stands in the file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct InFile {
    /// How many bytes it has, with the line feed before it.
    pub length: u64,
    /// SHA-256 of what it says of the resource: of its bytes without those about itself, its version and its place.
    pub fingerprint: Digest,
    /// SHA-256 of what the record of its host says in it, if it says anything.
    pub said_by_host: Option<Digest>,
}

/// A record on its way into the file.
pub(super) struct Writing<'o> {
    output: &'o mut Output,
    length: u64,
    content: Context,
    said_by_host: Option<Context>,
}

impl<'o> Writing<'o> {
    /// Starts a record.
    pub(super) fn new(output: &'o mut Output) -> Self {
        Self {
            output,
            length: 0,
            content: Context::new(&SHA256),
            said_by_host: None,
        }
    }

    /// Writes the record, or its next piece, with what its host says.
    ///
    /// # Errors
    ///
    /// Says what the destination answered.
    pub(super) async fn write(
        &mut self,
        record: &WrittenRecord,
        host: Option<&Host>,
    ) -> Result<()> {
        let pieces = record.pieces(host);
        record.content(&pieces, |bytes, is_of_host| {
            self.content.update(bytes);
            if is_of_host {
                let said = &mut self.said_by_host;
                said.get_or_insert_with(|| Context::new(&SHA256))
                    .update(bytes);
            }
        });
        for piece in &pieces {
            self.length += piece.len() as u64;
            self.output.write(piece).await?;
        }
        Ok(())
    }

    /// Ends the record.
    pub(super) fn end(self) -> InFile {
        InFile {
            length: self.length,
            fingerprint: self.content.finish(),
            said_by_host: self.said_by_host.map(Context::finish),
        }
    }
}
