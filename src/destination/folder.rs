//! A file in a folder that appears under its name when it is whole.

use std::fs::Permissions;
use std::io::{self, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow};
use tempfile::NamedTempFile;

use crate::files;
use crate::journal::{Entry, Journal, Leftover};

use super::digest::{FileDigest, Written};

/// How the names of files begin that are not shown yet.
pub(super) const NEW_FILE_PREFIX: &str = ".export-";

/// Says that a folder cannot be made or written to.
pub(super) fn not_writable(folder: &Path, error: &io::Error) -> anyhow::Error {
    let folder = folder.display();
    anyhow!(
        "--output {folder} cannot be written to: {error} (name a folder that can be made and written to)"
    )
}

/// A file that is being written beside its place; dropped before it is shown, it is removed.
pub(crate) struct NewFile {
    file: NamedTempFile,
    path: PathBuf,
    digest: FileDigest,
    journal: Journal,
}

impl NewFile {
    /// Makes the folder of the file, where there is none, and an empty file in it, which stands in the journal.
    ///
    /// # Errors
    ///
    /// Names the folder that cannot be written to, or what stands in the place of the file.
    pub(super) fn create(path: PathBuf, journal: &Journal) -> Result<Self> {
        let folder = path.parent().unwrap_or(Path::new("."));
        // Found out now and not when all is written; a pipe or a device would be replaced in silence.
        if let Ok(metadata) = std::fs::metadata(&path) {
            let free = files::expect_file(&metadata);
            free.with_context(|| format!("--output {} cannot be written to", path.display()))?;
        }
        // Without this the file would be its owner's alone; the process' mask still applies.
        let everyone = Permissions::from_mode(0o666);
        let create = || {
            tempfile::Builder::new()
                .prefix(NEW_FILE_PREFIX)
                .permissions(everyone)
                .tempfile_in(folder)
        };
        let made = std::fs::create_dir_all(folder).and_then(|()| create());
        let file = made.map_err(|error| not_writable(folder, &error))?;
        journal.write(|| Entry::Begun(Leftover::File(file.path().to_owned())));
        Ok(Self {
            file,
            path,
            digest: FileDigest::default(),
            journal: journal.clone(),
        })
    }

    /// Names the file where it is now, in the journal.
    pub(super) fn leftover(&self) -> Leftover {
        Leftover::File(self.file.path().to_owned())
    }

    /// Writes the next bytes.
    ///
    /// # Errors
    ///
    /// Names the file; the disk may be full.
    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.digest.update(bytes);
        let written = self.file.write_all(bytes);
        written.map_err(|error| self.failed(error))
    }

    /// Waits until all bytes are on the disk; returns what was written.
    ///
    /// # Errors
    ///
    /// Names the file.
    pub(super) async fn finish(&mut self) -> Result<Written> {
        let file = self.file.as_file().try_clone();
        let file = file.map_err(|error| self.failed(error))?;
        // On a slow disk this takes seconds, in which a signal has to be heard.
        let synced = tokio::task::spawn_blocking(move || file.sync_all()).await;
        let synced = synced.context("syncing a file broke off")?;
        synced.map_err(|error| self.failed(error))?;
        Ok(self.digest.written())
    }

    /// Makes the file visible under its name, in the place of one that is there.
    ///
    /// # Errors
    ///
    /// Names the file.
    pub(super) fn show(&mut self) -> Result<()> {
        let shown = std::fs::rename(self.file.path(), &self.path);
        shown.map_err(|error| self.failed(error))?;
        // What would be removed has another name now.
        self.file.disable_cleanup(true);
        let shown = self.file.path();
        self.journal
            .write(|| Entry::Over(Leftover::File(shown.to_owned())));
        Ok(())
    }

    fn failed(&self, error: io::Error) -> anyhow::Error {
        let remedy = match error.kind() {
            io::ErrorKind::FileTooLarge => " (raise the limit on the size of files, ulimit -f)",
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => " (make room on the disk)",
            _ => "",
        };
        let path = self.path.display();
        anyhow::Error::new(error).context(format!("failed to write {path}{remedy}"))
    }
}
