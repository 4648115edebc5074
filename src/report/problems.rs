//! What needs attention: the rows of the report by what is to be done about them, the first of each kind.

use crate::arke::Pi;

use super::event::Event;
use super::row::Row;

/// How many rows of a kind are shown, and how many bytes they may take in the page: all kinds together stay far below
/// 2 MB, whatever stands in them.
const ROWS_MAX: usize = 500;
const BYTES_MAX: usize = 96 * 1024;
/// What a row takes in the page besides its texts, the addresses that it leads to among it.
const MARKUP_BYTES: usize = 400;

/// The kinds in the order of the page: their event and state, what happened, and where all of it stands.
#[rustfmt::skip]
const KINDS: [(Event, Option<&str>, &str, &str); 11] = [
    (Event::Failed, Some("unreachable"), "Not in the file: could not be fetched", IN_TABLE),
    (Event::Failed, Some("unreadable"), "Not in the file: cannot be read", IN_TABLE),
    (Event::Failed, None, "Not in the file: listed or merged wrongly", IN_TABLE),
    (Event::Incomplete, Some("unreachable"), "No metadata: could not be fetched", IN_TABLE),
    (Event::Incomplete, Some("unreadable"), "No metadata: cannot be read", IN_TABLE),
    (Event::Incomplete, Some("absent"), "No metadata: there is none", IN_TABLE),
    (Event::ComponentFailed, Some("unreachable"), "A part is lacking: could not be fetched", IN_TABLE),
    (Event::ComponentFailed, Some("unreadable"), "A part is lacking: cannot be read", IN_TABLE),
    (Event::BeyondMaxDepth, None, "Left out: deeper than was asked for", IN_REPORT),
    (Event::OriginListed, None, "A list of children names the root of the whole archive", IN_REPORT),
    (Event::Repaired, None, "A value could not be taken over as it stands", IN_REPORT),
];
const IN_TABLE: &str = "records.csv";
const IN_REPORT: &str = "report.json";

/// All kinds.
#[derive(Debug)]
pub(super) struct Problems([Kind; KINDS.len()]);

/// A kind of problem, and its first rows.
#[derive(Debug, Default)]
pub(super) struct Kind {
    /// How many there are.
    pub(super) count: u64,
    rows: Vec<Problem>,
    bytes: usize,
    is_full: bool,
    reasons_differ: bool,
}

/// A row as the page shows it.
#[derive(Clone, Debug)]
pub(super) struct Problem {
    /// The entity, if it is one that the archive can show.
    pub(super) pi: String,
    /// Whether it is.
    pub(super) is_entity: bool,
    /// The title of its record.
    pub(super) title: Option<String>,
    /// The entity that lists it.
    pub(super) parent: Option<String>,
    /// The title of that one.
    pub(super) parent_title: Option<String>,
    /// Why, and what to do.
    pub(super) reason: String,
}

impl Default for Problems {
    fn default() -> Self {
        Self(std::array::from_fn(|_| Kind::default()))
    }
}

impl Problems {
    /// Takes a row of the report, if somebody has to do something about it.
    pub(super) fn push(&mut self, row: &Row<'_>) {
        let is_its = |(event, state, ..): &(Event, Option<&str>, &str, &str)| {
            *event == row.event && *state == row.state
        };
        if let Some(kind) = KINDS.iter().position(is_its) {
            self.0[kind].push(Problem::new(row));
        }
    }

    /// Fills all kinds with a problem, each with a reason of its own.
    #[cfg(test)]
    pub(super) fn filled(problem: &Problem) -> Self {
        let mut problems = Self::default();
        for kind in &mut problems.0 {
            for number in 0..2 * ROWS_MAX {
                kind.push(Problem {
                    reason: format!("{} {number}", problem.reason),
                    ..problem.clone()
                });
            }
        }
        problems
    }

    /// Returns the kinds that there are: what happened, where all of it stands, and the kind.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&'static str, &'static str, &Kind)> {
        let named = KINDS.iter().zip(&self.0).filter(|(_, kind)| kind.count > 0);
        named.map(|((_, _, heading, place), kind)| (*heading, *place, kind))
    }
}

impl Kind {
    fn push(&mut self, problem: Problem) {
        self.count += 1;
        let bytes = problem.bytes();
        // Once one is left out all are, so that those shown are the first.
        self.is_full |= self.rows.len() == ROWS_MAX || self.bytes + bytes > BYTES_MAX;
        if self.is_full {
            return;
        }
        let first = self.rows.first();
        self.reasons_differ |= first.is_some_and(|first| first.reason != problem.reason);
        self.bytes += bytes;
        self.rows.push(problem);
    }

    /// Returns the rows that are shown.
    pub(super) fn rows(&self) -> &[Problem] {
        &self.rows
    }

    /// Returns how many are not.
    pub(super) fn further(&self) -> u64 {
        self.count - self.rows.len() as u64
    }

    /// Returns the reason that all rows have, if it is one.
    pub(super) fn reason(&self) -> Option<&str> {
        let first = self.rows.first().filter(|_| !self.reasons_differ);
        first.map(|first| first.reason.as_str())
    }
}

impl Problem {
    fn new(row: &Row<'_>) -> Self {
        Self {
            is_entity: row.pi.parse::<Pi>().is_ok(),
            pi: row.pi.clone(),
            title: row.title.clone(),
            parent: row.parent.clone(),
            parent_title: row.parent_title.clone(),
            reason: row.reason.clone(),
        }
    }

    /// Returns how many bytes of the page it takes, signs that are escaped among them.
    fn bytes(&self) -> usize {
        let optional = [&self.title, &self.parent, &self.parent_title];
        let optional = optional.into_iter().filter_map(Option::as_deref);
        let texts = optional.chain([self.pi.as_str(), &self.reason]);
        let texts = texts.map(|text| text.len() + 4 * text.matches(is_escaped).count());
        MARKUP_BYTES + texts.sum::<usize>()
    }
}

fn is_escaped(sign: char) -> bool {
    matches!(sign, '&' | '<' | '>' | '"' | '\'')
}
