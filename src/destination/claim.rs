//! The claim of a process to the folder that it writes to.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use super::folder::{NEW_FILE_PREFIX, not_writable};

/// A folder that no other process claims while this is held; the system takes the claim back from one that is killed.
///
/// The folder itself is locked: a file for it would be one more that stays.
#[derive(Debug)]
pub(crate) struct Claim {
    path: PathBuf,
    _folder: Option<File>,
}

impl Claim {
    /// Claims a folder, which is made where there is none, and removes the new files of processes that are gone.
    ///
    /// # Errors
    ///
    /// Names the folder, and says that another process has it or that it cannot be written to.
    pub(super) fn of(path: &Path) -> Result<Self> {
        let shown = path.display();
        let folder = fs::create_dir_all(path).and_then(|()| File::open(path));
        let folder = folder.map_err(|error| not_writable(path, &error))?;
        match folder.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => bail!(
                "--output {shown} is being written to by another export of this TASK_ID (wait for its end, or name \
                 another TASK_ID)"
            ),
            // A file system without locks; what others have there is left alone.
            Err(TryLockError::Error(_)) => {
                return Ok(Self {
                    path: path.to_owned(),
                    _folder: None,
                });
            }
        }
        let removed = remove_new_files(path);
        removed
            .with_context(|| format!("--output {shown} cannot be cleared of what is left there"))?;
        Ok(Self {
            path: path.to_owned(),
            _folder: Some(folder),
        })
    }
}

impl Drop for Claim {
    /// Removes the folder, and the one of all jobs, where there is nothing in it: a job that failed leaves no trace.
    fn drop(&mut self) {
        let mut both = self.path.ancestors().take(2);
        // The system removes none that holds something.
        let _ = both.try_for_each(fs::remove_dir);
    }
}

fn remove_new_files(folder: &Path) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let is_new = name
            .as_encoded_bytes()
            .starts_with(NEW_FILE_PREFIX.as_bytes());
        if is_new && entry.file_type()?.is_file() {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}
