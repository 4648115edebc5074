//! Files of the settings: only what is a file is opened; a pipe in its place would be waited for without end.

use std::fs::{self, Metadata};
use std::io;
use std::os::unix::fs::FileTypeExt as _;
use std::path::Path;

/// Reads a file of at most so many bytes.
///
/// # Errors
///
/// Says what is in its place, or that it is longer.
pub(crate) fn read(path: &Path, bytes_max: usize) -> io::Result<Vec<u8>> {
    let metadata = fs::metadata(path)?;
    expect_file(&metadata)?;
    if metadata.len() > bytes_max as u64 {
        let problem = format!("too large: more than {bytes_max} bytes");
        return Err(io::Error::other(problem));
    }
    fs::read(path)
}

/// Makes sure that a path leads to a file.
///
/// # Errors
///
/// Says what is in its place.
pub(crate) fn expect_file(metadata: &Metadata) -> io::Result<()> {
    let kind = metadata.file_type();
    let other = if kind.is_file() {
        return Ok(());
    } else if kind.is_dir() {
        "a directory"
    } else if kind.is_fifo() {
        "a named pipe"
    } else if kind.is_socket() {
        "a socket"
    } else {
        "a device"
    };
    Err(io::Error::other(format!("it is {other} and no file")))
}
