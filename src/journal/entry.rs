//! An entry of the journal: one line of JSON.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::job::{Metrics, OutputFile};

/// What the job says of itself, in the order in which it happens.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub(crate) enum Entry {
    /// Signals are listened for, and can be passed on.
    Listening,
    /// Something is begun that must not stay as it is.
    Begun(Leftover),
    /// It does not stay: it was completed, or given up.
    Over(Leftover),
    /// So much is done.
    Counted(Metrics),
    /// The destination is about to be asked to make the file visible.
    Asked(Asked),
    /// It is visible, and the numbers that report and callback carry are these.
    Delivered(Metrics),
    /// The job has ended, and the callback is about to be sent.
    Ended(Ended),
    /// There is nothing more to do.
    Answered {
        /// Whether the file is delivered.
        is_delivered: bool,
    },
}

/// What a job leaves behind that is killed in the middle of it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub(crate) enum Leftover {
    /// An open multipart upload.
    Upload {
        /// Key of the object in the bucket.
        key: String,
        /// The upload's id.
        id: String,
    },
    /// A temporary file beside the place of the one that it is to become.
    File(PathBuf),
}

/// The file that the destination was asked to make visible, and what is said if it did.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub(crate) struct Asked {
    /// The file.
    pub file: OutputFile,
    /// What the bucket then has as the object's `ETag`; `None` in a folder.
    pub e_tag: Option<String>,
    /// What of the file would be left behind, were it not made visible.
    pub leftover: Option<Leftover>,
    /// What was done.
    pub metrics: Metrics,
}

/// The end of a job, as the callback tells it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub(crate) struct Ended {
    /// Whether the file is delivered.
    pub is_delivered: bool,
    /// The callback's body, to be sent as it is: the same callback may come twice, and another may not.
    pub body: String,
}

impl Entry {
    /// Returns the entry as a line.
    pub(crate) fn to_line(&self) -> Vec<u8> {
        let mut line = serde_json::to_vec(self).expect("a struct of texts and numbers is JSON");
        line.push(b'\n');
        line
    }

    /// Reads a line without its end; `None` where it is no entry.
    pub(crate) fn of_line(line: &[u8]) -> Option<Self> {
        serde_json::from_slice(line).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_a_line_that_is_read_as_it_was_written() {
        let metrics = Metrics {
            entities_exported: u64::MAX,
            retries: [("dns".into(), 3)].into(),
            ..Metrics::default()
        };
        let (key, id) = ("exports/a\nb/c.xml".to_owned(), "x+/=".to_owned());
        let file = OutputFile {
            key: key.clone(),
            file_name: "c.xml".to_owned(),
            size_bytes: 7,
        };
        for entry in [
            Entry::Listening,
            Entry::Begun(Leftover::Upload { key, id }),
            Entry::Over(Leftover::File("/tmp/é".into())),
            Entry::Counted(metrics.clone()),
            Entry::Delivered(metrics.clone()),
            Entry::Asked(Asked {
                file,
                e_tag: Some("abc-1".to_owned()),
                leftover: Some(Leftover::File("/tmp/b".into())),
                metrics,
            }),
            Entry::Ended(Ended {
                is_delivered: true,
                body: "{\"a\":\n1}".to_owned(),
            }),
            Entry::Answered { is_delivered: true },
        ] {
            let line = entry.to_line();
            let (end, line) = line.split_last().expect("not empty");
            assert_eq!(*end, b'\n');
            assert!(!line.contains(end), "{}", String::from_utf8_lossy(line));
            assert_eq!(Entry::of_line(line), Some(entry));
        }
        assert_eq!(Entry::of_line(b"{\"Begun\":{\"Upl"), None);
    }
}
