//! A file beside the XML, which is not to fail for it: it is given up at its first fault.

use anyhow::{Result, anyhow};

use crate::destination::{Destination, Output, Written, tell_not_stored, within};
use crate::job::BesideFile;
use crate::shutdown::Shutdown;

/// A file beside the XML.
pub(super) struct Beside {
    name: String,
    output: Option<Output>,
    /// Why it was given up.
    problem: Option<String>,
}

impl Beside {
    /// Begins the file of a name, at this key.
    pub(super) fn begin(
        destination: &Destination<'_>,
        name: &str,
        key: &str,
        content_type: &'static str,
    ) -> Self {
        let begun = Output::begin_beside(destination, key, content_type);
        let problem = begun.as_ref().err().map(|error| format!("{error:#}"));
        Self {
            name: name.to_owned(),
            output: begun.ok(),
            problem,
        }
    }

    /// Writes the next bytes.
    pub(super) async fn write(&mut self, bytes: &[u8]) {
        if let Some(output) = &mut self.output {
            let written = output.write(bytes).await;
            self.note(written).await;
        }
    }

    /// Waits until all is taken; returns what was written, if it was.
    pub(super) async fn finish(&mut self) -> Option<Written> {
        let finished = self.output.as_mut()?.finish().await;
        self.note(finished).await
    }

    /// Makes the file visible that was written, with so many rows or records; returns it if it is there, and leaves
    /// what is to be aborted if not.
    pub(super) async fn deliver(
        mut self,
        written: Result<Written>,
        records: u64,
        shutdown: &Shutdown,
        undelivered: &mut Vec<Output>,
    ) -> Option<BesideFile> {
        let stored = match (written, &mut self.output) {
            (Ok(written), Some(output)) => {
                let committed = within(written.size_bytes, shutdown, output.commit()).await;
                committed.map(|()| written)
            }
            (Ok(_), None) => Err(anyhow!("it could not be written")),
            (Err(error), _) => Err(error),
        };
        match stored {
            Ok(Written { size_bytes, sha256 }) => Some(BesideFile {
                file_name: self.name,
                size_bytes,
                sha256,
                records,
            }),
            Err(error) => {
                let problem = self.problem.unwrap_or_else(|| format!("{error:#}"));
                tell_not_stored(&self.name, &problem);
                undelivered.extend(self.output);
                None
            }
        }
    }

    async fn note<T>(&mut self, result: Result<T>) -> Option<T> {
        match result {
            Ok(result) => Some(result),
            Err(error) => {
                self.problem = Some(format!("{error:#}"));
                if let Some(output) = self.output.take() {
                    output.abort().await;
                }
                None
            }
        }
    }

    /// Returns what is to be aborted where the job came to nothing.
    pub(super) fn into_output(self) -> Option<Output> {
        self.output
    }
}
