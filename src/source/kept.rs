//! Kept answers: what the archive answered, in a folder as `--fixtures` reads it, so that nothing is fetched twice.
//!
//! There is no index and nothing expires. A component whose bytes its CID proves is used as it stands there, proved
//! again each time; everything else is asked for again, and stands there for `--fixtures`.

use std::cell::Cell;
use std::ffi::OsStr;
use std::fs::{self, Permissions};
use std::io::{self, Write as _};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use bytes::Bytes;
use tokio::task::spawn_blocking;

use crate::http::error::{ErrorKind, HttpError};
use crate::sanitize::one_line;

use super::archive::{Archive, Item};
use super::folder;
use super::resource::Resource;

/// How the name of a file begins that is being written.
const UNFINISHED: &str = ".keep-";
/// After so long a file that is being written is one that a killed run left.
const UNFINISHED_MAX: Duration = Duration::from_hours(1);
/// What is put behind the name of a manifest that the archive does not know any more.
const GONE: &str = "gone";

/// The folder of kept answers.
#[derive(Debug)]
pub(super) struct Kept<'c> {
    folder: &'c Path,
    /// Components that were taken from it.
    used: Cell<u64>,
    /// The log says already that something cannot be kept.
    is_told: Cell<bool>,
}

impl<'c> Kept<'c> {
    /// Opens a folder, which need not be there yet, and removes what killed runs left in it.
    pub(super) fn open(folder: &'c Path) -> Self {
        // What cannot be removed is in nobody's way.
        let _ = remove_unfinished(folder);
        Self {
            folder,
            used: Cell::new(0),
            is_told: Cell::new(false),
        }
    }

    /// Returns how many components were taken from it.
    pub(super) fn used(&self) -> u64 {
        self.used.get()
    }

    /// Returns what is kept, if it is proved and `read` can read it; else asks the archive, and keeps what it answers.
    ///
    /// # Errors
    ///
    /// Those of [`Archive::ask`]; what cannot be kept is none, and told once.
    pub(super) async fn ask<T>(
        &self,
        archive: &Archive<'_>,
        item: Item<'_>,
        read: impl AsyncFn(Bytes) -> Result<T, HttpError>,
    ) -> Result<T, HttpError> {
        let resource = item.resource;
        if resource.is_verifiable()
            && let Ok(body) = folder::read(self.folder, resource, item.reservation).await
            && let Ok(value) = read(body).await
        {
            self.used.set(self.used.get() + 1);
            return Ok(value);
        }
        let read_and_keep = async |body: Bytes| {
            let value = read(body.clone()).await;
            self.save(resource, body, value.is_ok()).await;
            value
        };
        let asked = archive.ask(item, read_and_keep).await;
        let is_unknown = |error: &HttpError| error.kind == ErrorKind::NotFound;
        if asked.as_ref().is_err_and(is_unknown) && matches!(resource, Resource::Manifest(_)) {
            self.set_aside(resource).await;
        }
        asked
    }

    /// Saves an answer, in the place of an earlier one only if it is good.
    async fn save(&self, resource: &Resource, body: Bytes, is_good: bool) {
        let (folder, path) = (self.folder.to_owned(), self.path(resource));
        self.tell_of(move || save(&folder, &path, &body, is_good))
            .await;
    }

    /// Puts a mark on the manifest of an entity that is not known any more.
    async fn set_aside(&self, resource: &Resource) {
        let path = self.path(resource);
        let rename = move || unless_absent(fs::rename(&path, path.with_extension(GONE)));
        self.tell_of(rename).await;
    }

    fn path(&self, resource: &Resource) -> PathBuf {
        self.folder.join(resource.file())
    }

    /// Does something to the folder; the first time that it fails, the log says so.
    async fn tell_of(&self, change: impl FnOnce() -> io::Result<()> + Send + 'static) {
        let done = spawn_blocking(change).await;
        let Err(error) = done.unwrap_or_else(|error| Err(error.into())) else {
            return;
        };
        if !self.is_told.replace(true) {
            tracing::warn!(
                "--keep {}: not all of what comes can be kept ({}); what is not kept will be fetched again next time",
                one_line(&self.folder.display().to_string()),
                one_line(&error.to_string())
            );
        }
    }
}

/// Writes a file that appears when it is whole; in the place of another only if it is good.
fn save(folder: &Path, path: &Path, body: &[u8], is_good: bool) -> io::Result<()> {
    let parent = path.parent().unwrap_or(folder);
    fs::create_dir_all(parent)?;
    let mut file = tempfile::Builder::new()
        .prefix(UNFINISHED)
        // Without this the file would be its owner's alone; the process' mask still applies.
        .permissions(Permissions::from_mode(0o666))
        .tempfile_in(folder)?;
    file.write_all(body)?;
    if is_good {
        file.persist(path)?;
        return unless_absent(fs::remove_file(path.with_extension(GONE)));
    }
    match file.persist_noclobber(path) {
        Err(error) if error.error.kind() != io::ErrorKind::AlreadyExists => Err(error.error),
        _ => Ok(()),
    }
}

fn unless_absent(done: io::Result<()>) -> io::Result<()> {
    match done {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        done => done,
    }
}

fn remove_unfinished(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let is_unfinished = is_unfinished(&entry.file_name());
        let age = entry.metadata()?.modified()?.elapsed();
        // Another process may be writing it.
        if is_unfinished && age.is_ok_and(|age| age > UNFINISHED_MAX) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

fn is_unfinished(name: &OsStr) -> bool {
    name.as_bytes().starts_with(UNFINISHED.as_bytes())
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::time::SystemTime;

    use super::*;

    #[test]
    fn a_bad_answer_takes_the_place_of_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("entities/01K9Z3K4GMDWTT0VQXYSPC9W6S");
        let content = || fs::read(&path).expect("a file");
        let save = |body: &[u8], is_good| save(folder.path(), &path, body, is_good);
        save(b"bad", false).expect("saved");
        assert_eq!(content(), b"bad", "for who has to find out why");
        save(b"good", true).expect("saved");
        save(b"bad", false).expect("left out");
        assert_eq!(content(), b"good");
        let names = fs::read_dir(folder.path()).expect("a folder");
        assert_eq!(names.count(), 1, "nothing unfinished is left");
    }

    #[test]
    fn what_killed_runs_left_is_removed_and_what_is_being_written_is_not() {
        let folder = tempfile::tempdir().expect("a folder");
        let old = SystemTime::now() - 2 * UNFINISHED_MAX;
        for name in [".keep-old", ".keep-new", "notes.txt"] {
            let file = File::create(folder.path().join(name)).expect("a file");
            if name != ".keep-new" {
                file.set_modified(old).expect("a time");
            }
        }
        Kept::open(folder.path());
        let names = fs::read_dir(folder.path()).expect("a folder");
        let mut names: Vec<_> = names.map(|entry| entry.expect("one").file_name()).collect();
        names.sort();
        assert_eq!(names, [".keep-new", "notes.txt"]);
    }
}
