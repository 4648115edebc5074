//! Account of an export: how many are not in the file, without metadata or without a part, each by its reason.

use std::collections::BTreeMap;

use crate::arke::component::{Noun, noun};
use crate::arke::content::Unavailable;
use crate::crosswalk::Incomplete;
use crate::job::ComparedWith;
use crate::sanitize::shortened;
use crate::source::NOT_IN_FOLDER;
use crate::walk::{Failure, Outcome, Visit};

use crate::words::count;

/// How many causes are told apart.
const CAUSES_MAX: usize = 100;
/// The longest cause that is told, in characters.
const CAUSE_LENGTH_MAX: usize = 120;

/// What is not as it should be, by reason.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Account {
    /// Entities that are not in the file.
    pub(super) failed: Tally,
    /// Records without metadata.
    pub(super) without_metadata: Tally,
    /// Parts that records lack.
    pub(super) lacking: BTreeMap<(Noun, Reason), u64>,
    /// Entities that are not in the file, and may have children.
    pub(super) unseen: u64,
    /// Entities that were merged into one that is not in the file.
    pub(super) merged_in_vain: u64,
    /// What could not be fetched, and may be at another time.
    pub(super) unfetched: u64,
    /// What the archive says that it does not have.
    pub(super) unknown: u64,
    pub(super) causes: BTreeMap<String, u64>,
    /// The earlier export that this one was compared with.
    pub(crate) compared_with: Option<ComparedWith>,
    /// Why there is no file.
    pub(super) ending: Option<Ending>,
}

/// Why there is no file, where a person can do something about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// A signal or the deadline.
    Stopped,
    /// The archive does not know the entity that was asked for.
    Unknown,
    /// The archive was never reached.
    Unreached,
    /// The archive answers no more.
    Silent,
}

/// How many there are of each reason.
pub(super) type Tally = BTreeMap<Reason, u64>;

/// What is said of one that is amiss, and of many.
pub(super) type Reason = (&'static str, &'static str);

impl Account {
    /// Takes an entity in its turn.
    pub(crate) fn record(&mut self, visit: &Visit) {
        match &visit.outcome {
            Outcome::Failed(failure) => {
                self.fail(failure);
                self.merged_in_vain += visit.merged.len() as u64;
                if visit.parent.is_none() {
                    self.ending = Ending::of_root(failure);
                }
            }
            Outcome::Exported(conversion) => {
                let diagnostics = &conversion.diagnostics;
                match &diagnostics.incomplete {
                    Some(Incomplete::Absent) => {
                        add(&mut self.without_metadata, ("has none", "have none"));
                    }
                    Some(Incomplete::Unavailable(why)) => {
                        let reason = self.blame(why);
                        add(&mut self.without_metadata, reason);
                    }
                    None => {}
                }
                for (key, why) in diagnostics.lacking() {
                    let reason = self.blame(why);
                    *self.lacking.entry((noun(key), reason)).or_default() += 1;
                }
            }
            Outcome::Unwritten(_) | Outcome::Deleted | Outcome::Merged => {}
        }
        for _ in &visit.found.malformed {
            add(&mut self.failed, same("not a PI"));
        }
    }

    fn fail(&mut self, failure: &Failure) {
        self.unseen += 1;
        let reason = match failure {
            Failure::Manifest(why) => self.blame(why),
            Failure::Merges(cause) if cause.contains("into itself") => same("merged in a circle"),
            Failure::Merges(_) => same("merged without a survivor"),
        };
        add(&mut self.failed, reason);
    }

    /// Says that a signal, the deadline or the archive ended the job.
    pub(crate) fn end(&mut self, ending: Ending) {
        self.ending = Some(ending);
    }

    /// Takes note of why something is not here; says it.
    fn blame(&mut self, why: &Unavailable) -> Reason {
        self.note(why.cause());
        same(match why {
            Unavailable::Unreachable(cause) if cause.ends_with(NOT_IN_FOLDER) => NOT_IN_FOLDER,
            _ if why.is_unknown() => {
                self.unknown += 1;
                "not known to the archive (404)"
            }
            Unavailable::Unreachable(_) => {
                self.unfetched += 1;
                "could not be fetched"
            }
            Unavailable::Unreadable(_) => "cannot be read",
        })
    }

    fn note(&mut self, cause: &str) {
        // Only the path tells files of a folder apart.
        let cause = if cause.ends_with(NOT_IN_FOLDER) {
            NOT_IN_FOLDER
        } else {
            cause
        };
        let cause = shortened(cause, CAUSE_LENGTH_MAX);
        if self.causes.len() < CAUSES_MAX || self.causes.contains_key(&cause) {
            *self.causes.entry(cause).or_default() += 1;
        }
    }

    /// Says why records lack parts, the most frequent reason first.
    pub(super) fn lacking_in_words(&self) -> String {
        let mut lacking: Vec<_> = self.lacking.iter().collect();
        lacking.sort_by_key(|(_, number)| std::cmp::Reverse(**number));
        let words = lacking.into_iter().map(|((noun, reason), number)| {
            let [noun, reason] = [noun, reason].map(|(one, many)| (*one, *many));
            let reason = if *number == 1 { reason.0 } else { reason.1 };
            format!("{} {reason}", count(*number, noun.0, noun.1))
        });
        words.collect::<Vec<_>>().join(", ")
    }

    /// Names the most frequent causes, with how often each was met; where nothing was lost, why requests were sent again:
    /// `retries`, by their kind.
    pub(crate) fn worst_causes<'r>(
        &'r self,
        retries: impl Iterator<Item = (&'r str, u64)>,
    ) -> String {
        let causes = self.causes.iter();
        let mut causes: Vec<_> = causes
            .map(|(cause, number)| (cause.as_str(), *number))
            .collect();
        if causes.is_empty() {
            causes.extend(retries);
        }
        causes.sort_by_key(|(_, number)| std::cmp::Reverse(*number));
        let worst = causes.iter().take(3);
        let worst = worst.map(|(cause, number)| format!("{cause}: {number}"));
        worst.collect::<Vec<_>>().join("; ")
    }
}

/// Says how many there are of each reason, the most frequent first.
pub(super) fn in_words(tally: &Tally) -> String {
    let mut tally: Vec<_> = tally.iter().collect();
    tally.sort_by_key(|(_, number)| std::cmp::Reverse(**number));
    let words = tally
        .into_iter()
        .map(|((one, many), number)| count(*number, one, many));
    words.collect::<Vec<_>>().join(", ")
}

fn add(tally: &mut Tally, reason: Reason) {
    *tally.entry(reason).or_default() += 1;
}

/// Returns a reason that is said of one as of many.
pub(super) fn same(reason: &'static str) -> Reason {
    (reason, reason)
}

impl Ending {
    /// Returns why the entity that was asked for has no record, where that may be another time.
    fn of_root(failure: &Failure) -> Option<Self> {
        match failure {
            Failure::Manifest(why) if why.is_unknown() => Some(Self::Unknown),
            Failure::Manifest(Unavailable::Unreachable(_)) => Some(Self::Unreached),
            Failure::Manifest(Unavailable::Unreadable(_)) | Failure::Merges(_) => None,
        }
    }
}
