//! A file in a folder that appears under its name when it is whole.

use std::fs::Permissions;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use tempfile::NamedTempFile;

/// A file that is being written beside its place; dropped, it is removed.
#[derive(Debug)]
pub(super) struct NewFile {
    file: NamedTempFile,
    path: PathBuf,
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
        Ok(Self { file, path })
    }

    /// Returns where the file will be.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Writes the next bytes.
    ///
    /// # Errors
    ///
    /// Names the file; the disk may be full.
    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.file
            .write_all(bytes)
            .with_context(|| format!("failed to write {}", self.path.display()))
    }

    /// Waits until the bytes are on the disk.
    ///
    /// # Errors
    ///
    /// Names the file.
    pub(super) fn sync(&self) -> Result<()> {
        self.file
            .as_file()
            .sync_all()
            .with_context(|| format!("failed to write {}", self.path.display()))
    }

    /// Makes the file visible under its name, in the place of one that is there.
    ///
    /// # Errors
    ///
    /// Names the file.
    pub(super) fn show(self) -> Result<()> {
        self.file
            .persist(&self.path)
            .with_context(|| format!("failed to write {}", self.path.display()))?;
        Ok(())
    }
}
