//! A file in a folder that appears under its name when it is whole.

use std::fs::Permissions;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use tempfile::NamedTempFile;

use super::digest::{FileDigest, Written};

/// A file that is being written beside its place; dropped before it is shown, it is removed.
pub(crate) struct NewFile {
    file: NamedTempFile,
    path: PathBuf,
    digest: FileDigest,
}

impl NewFile {
    /// Makes the folder of the file, where there is none, and an empty file in it.
    ///
    /// # Errors
    ///
    /// Names the folder that cannot be written to.
    pub(super) fn create(path: PathBuf) -> Result<Self> {
        let folder = path.parent().unwrap_or(Path::new("."));
        // Without this the file would be its owner's alone; the process' mask still applies.
        let everyone = Permissions::from_mode(0o666);
        let create = || {
            tempfile::Builder::new()
                .prefix(".export-")
                .permissions(everyone)
                .tempfile_in(folder)
        };
        let made = std::fs::create_dir_all(folder).and_then(|()| create());
        let file =
            made.with_context(|| format!("--output {} cannot be written to", folder.display()))?;
        Ok(Self {
            file,
            path,
            digest: FileDigest::default(),
        })
    }

    /// Writes the next bytes.
    ///
    /// # Errors
    ///
    /// Names the file; the disk may be full.
    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.digest.update(bytes);
        let written = self.file.write_all(bytes);
        written.with_context(|| self.failed())
    }

    /// Waits until all bytes are on the disk; returns what was written.
    ///
    /// # Errors
    ///
    /// Names the file.
    pub(super) fn finish(&mut self) -> Result<Written> {
        let synced = self.file.as_file().sync_all();
        synced.with_context(|| self.failed())?;
        Ok(self.digest.written())
    }

    /// Makes the file visible under its name, in the place of one that is there.
    ///
    /// # Errors
    ///
    /// Names the file.
    pub(super) fn show(&mut self) -> Result<()> {
        let shown = std::fs::rename(self.file.path(), &self.path);
        shown.with_context(|| self.failed())?;
        // What would be removed has another name now.
        self.file.disable_cleanup(true);
        Ok(())
    }

    fn failed(&self) -> String {
        format!("failed to write {}", self.path.display())
    }
}
