//! What is known of a job from its journal, and what is to be said of it when it ended without an answer.

use crate::job::Metrics;
use crate::journal::{Asked, Ended, Entry, Leftover};

/// What is known of a job.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// Whether it listens for signals.
    pub(super) is_listening: bool,
    /// What it would leave behind.
    pub(super) leftovers: Vec<Leftover>,
    /// What it did.
    pub(super) metrics: Metrics,
    /// The file that the destination was asked to make visible.
    pub(super) asked: Option<Asked>,
    /// What of that file would be left behind, had it not become visible.
    pub(super) unpublished: Vec<Leftover>,
    /// Whether it is known to be visible, and the metrics are those that the report carries.
    pub(super) is_delivered: bool,
    /// How it ended.
    pub(super) ended: Option<Ended>,
    /// Whether its file is delivered, once there is nothing more to do.
    pub(super) answered: Option<bool>,
}

impl Known {
    /// Reads the next line of the journal.
    pub(super) fn read(&mut self, line: &[u8]) {
        match Entry::of_line(line) {
            Some(Entry::Listening) => self.is_listening = true,
            Some(Entry::Begun(leftover)) => self.leftovers.push(leftover),
            Some(Entry::Over(over)) => {
                self.leftovers.retain(|leftover| *leftover != over);
                self.unpublished.retain(|leftover| *leftover != over);
            }
            Some(Entry::Counted(metrics)) => self.metrics = metrics,
            Some(Entry::Asked(asked)) => {
                self.metrics = asked.metrics.clone();
                let left = self.leftovers.iter();
                let left = left.filter(|left| asked.leftover.as_ref() == Some(left));
                self.unpublished = left.cloned().collect();
                self.asked = Some(asked);
            }
            Some(Entry::Delivered(metrics)) => {
                self.metrics = metrics;
                self.is_delivered = true;
            }
            Some(Entry::Ended(ended)) => self.ended = Some(ended),
            Some(Entry::Answered { is_delivered }) => self.answered = Some(is_delivered),
            // The last line of a process that was killed can be cut.
            None => {}
        }
    }
}

/// How a process ended that did not answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Death {
    /// By a signal of this name.
    Signal(&'static str),
    /// By itself, with this exit code.
    Code(i32),
    /// The system does not tell.
    Unknown,
}

impl Death {
    /// Says what happened; `peak_mib` is the most memory that the process had, `memory_mib` that of the machine, where
    /// it is known.
    pub(super) fn in_words(self, peak_mib: u64, memory_mib: Option<usize>) -> String {
        let of_memory = memory_mib.map_or_else(String::new, |memory| format!(" of {memory}"));
        let memory = format!("({peak_mib}{of_memory} MB)");
        match self {
            Self::Signal("SIGKILL") => {
                format!("The worker was killed, most likely for want of memory {memory}")
            }
            Self::Signal(signal @ ("SIGTERM" | "SIGINT")) => {
                format!("Cancelled by a signal ({signal})")
            }
            Self::Signal("SIGABRT") => format!(
                "The worker gave up (SIGABRT), for want of memory {memory} or because of a bug; its log says which"
            ),
            Self::Signal(signal) => format!(
                "The worker was ended by a signal ({signal}), most likely because of a bug; its log may say more"
            ),
            Self::Code(code) => format!(
                "The worker ended without an answer (exit code {code}), which is a bug; its log may say more"
            ),
            Self::Unknown => {
                "The worker ended without an answer, and the system does not say how".to_owned()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::job::OutputFile;

    use super::*;

    fn upload(id: &str) -> Leftover {
        let (key, id) = ("a.xml".to_owned(), id.to_owned());
        Leftover::Upload { key, id }
    }

    fn known(entries: &[Entry]) -> Known {
        let mut known = Known::default();
        for entry in entries {
            known.read(&entry.to_line());
        }
        known
    }

    fn asked() -> Entry {
        let file = OutputFile {
            key: "a.xml".to_owned(),
            file_name: "a.xml".to_owned(),
            size_bytes: 7,
        };
        let metrics = Metrics {
            entities_exported: 9,
            ..Metrics::default()
        };
        Entry::Asked(Asked {
            file,
            e_tag: None,
            leftover: Some(upload("1")),
            metrics,
        })
    }

    #[test]
    fn what_is_begun_and_not_over_is_left() {
        let begun = |id| Entry::Begun(upload(id));
        let known = known(&[begun("1"), begun("2"), Entry::Over(upload("1"))]);
        assert_eq!(known.leftovers, [upload("2")]);
        assert_eq!(known.unpublished, []);
    }

    #[test]
    fn what_else_is_begun_is_not_the_file() {
        let begun = |id| Entry::Begun(upload(id));
        let mut entries = vec![begun("inventory"), begun("1"), asked(), begun("report")];
        assert_eq!(known(&entries).unpublished, [upload("1")]);
        let left = ["inventory", "1", "report"].map(upload);
        assert_eq!(known(&entries).leftovers, left);
        assert_eq!(known(&entries).metrics.entities_exported, 9);
        entries.push(Entry::Over(upload("1")));
        assert_eq!(known(&entries).unpublished, []);
    }

    #[test]
    fn a_line_that_is_cut_says_nothing() {
        let mut known = known(&[Entry::Listening]);
        let line = Entry::Answered { is_delivered: true }.to_line();
        known.read(&line[..line.len() - 2]);
        assert_eq!((known.is_listening, known.answered), (true, None));
    }

    #[test]
    fn each_death_is_told_as_what_it_is() {
        let told = |death: Death| death.in_words(190, Some(256));
        assert_eq!(
            told(Death::Signal("SIGKILL")),
            "The worker was killed, most likely for want of memory (190 of 256 MB)"
        );
        assert_eq!(
            Death::Signal("SIGKILL").in_words(190, None),
            "The worker was killed, most likely for want of memory (190 MB)"
        );
        assert_eq!(
            told(Death::Signal("SIGINT")),
            "Cancelled by a signal (SIGINT)"
        );
        for (death, words) in [
            (Death::Signal("SIGABRT"), "gave up (SIGABRT)"),
            (
                Death::Signal("SIGSEGV"),
                "(SIGSEGV), most likely because of a bug",
            ),
            (Death::Code(101), "exit code 101"),
            (Death::Unknown, "does not say how"),
        ] {
            let told = told(death);
            assert!(told.contains(words) && !told.contains("killed"), "{told}");
        }
    }
}
