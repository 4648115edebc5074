//! `TASK_ID`: the name of a job.

use std::fmt;

use serde::Serialize;

/// The name of a job, which is also the name of its folder: 1 to 128 of `A-Z a-z 0-9 . _ -`, not `.` or `..`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct TaskId(String);

impl TaskId {
    /// Reads the name of a job.
    ///
    /// # Errors
    ///
    /// Says what is expected.
    pub(crate) fn parse(text: &str) -> Result<Self, &'static str> {
        let fits = (1..=128).contains(&text.len()) && text != "." && text != "..";
        if fits && is_plain(text) {
            Ok(Self(text.to_owned()))
        } else {
            Err(
                "1 to 128 of A-Z, a-z, 0-9, '.', '_' and '-' are expected, and not '.' or '..' alone",
            )
        }
    }

    /// Returns the key of a file of this job at its destination, as agreed with the orchestrator.
    pub(crate) fn key(&self, file_name: &str) -> String {
        format!("exports/{}/{file_name}", self.0)
    }

    /// Returns the name.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TaskId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Tells whether a text has no characters but those that a name has everywhere: `A-Z a-z 0-9 . _ -`.
pub(crate) fn is_plain(text: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    text.bytes().all(is_allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_what_can_name_a_folder() {
        for text in [
            "export_mods_1763059915_a3f8c2d1",
            "...",
            "a",
            &"x".repeat(128),
        ] {
            assert_eq!(TaskId::parse(text), Ok(TaskId(text.to_owned())));
        }
    }

    #[test]
    fn refuses_what_could_lead_elsewhere() {
        for text in [
            "",
            ".",
            "..",
            "../x",
            "a/b",
            "a%2fb",
            "a\0",
            "a\nb",
            "é",
            &"x".repeat(129),
        ] {
            assert!(TaskId::parse(text).is_err(), "{text}");
        }
    }
}
