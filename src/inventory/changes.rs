//! The new and changed records as a file of their own, copied out of the file that is delivered.

use anyhow::{Context as _, Result};
use bytes::Bytes;

use crate::destination::{Destination, Stored, Written};
use crate::mods::document::DocumentKind;

use super::beside::Beside;

/// Where the new and changed records are in the file: ranges of bytes in its order, adjacent ones as one.
#[derive(Debug, Default)]
pub(super) struct Ranges {
    ranges: Vec<(u64, u64)>,
    records: u64,
}

impl Ranges {
    /// Adds a record.
    pub(super) fn add(&mut self, start: u64, end: u64) {
        self.records += 1;
        match self.ranges.last_mut() {
            Some(last) if last.1 == start => last.1 = end,
            _ => self.ranges.push((start, end)),
        }
    }

    /// Returns how many records there are.
    pub(super) fn records(&self) -> u64 {
        self.records
    }

    /// Returns how many bytes they have.
    pub(super) fn bytes(&self) -> u64 {
        self.ranges.iter().map(|(start, end)| end - start).sum()
    }

    /// Writes the records as a collection.
    ///
    /// # Errors
    ///
    /// Says why the file they are in cannot be read.
    pub(super) async fn copy(
        &self,
        destination: &Destination<'_>,
        key: &str,
        to: &mut Beside,
    ) -> Result<Written> {
        let file = destination.open(key).await?;
        let mut file = Pieces::of(file.context("the file is not there any more")?);
        let document = DocumentKind::Collection;
        to.write(document.head().as_bytes()).await;
        for &(start, end) in &self.ranges {
            let mut at = start;
            while at < end {
                let bytes = file.at(at).await?;
                let left = usize::try_from(end - at).unwrap_or(usize::MAX);
                let bytes = bytes.slice(..bytes.len().min(left));
                to.write(&bytes).await;
                at += bytes.len() as u64;
            }
        }
        to.write(document.tail().as_bytes()).await;
        to.finish().await.context("it could not be written")
    }
}

/// A file, and the piece of it that was read last: records that stand near each other are read at once.
struct Pieces {
    file: Stored,
    start: u64,
    piece: Bytes,
}

impl Pieces {
    fn of(file: Stored) -> Self {
        Self {
            file,
            start: 0,
            piece: Bytes::new(),
        }
    }

    /// Returns some of the bytes from this one on.
    async fn at(&mut self, at: u64) -> Result<Bytes> {
        let end = self.start + self.piece.len() as u64;
        if !(self.start..end).contains(&at) {
            self.piece = self.file.read(at).await?;
            self.start = at;
        }
        let from = usize::try_from(at - self.start)?;
        let bytes = self.piece.slice(from..);
        anyhow::ensure!(!bytes.is_empty(), "the file ends before byte {at}");
        Ok(bytes)
    }
}
