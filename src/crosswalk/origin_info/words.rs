//! The words and signs around a date and within one: the tables of `words.tsv`.

use std::sync::LazyLock;

use foldhash::HashMap;

use crate::crosswalk::table::Tables;
use crate::mods::DateQualifier::{self, Approximate, Inferred, Questionable};

/// What stands before and behind a date; a word that stands alone is before it.
pub(super) struct Words {
    pub(super) meaning: &'static str,
    pub(super) before: &'static str,
    pub(super) behind: &'static str,
}

/// The tables by their names.
static TABLES: LazyLock<HashMap<&str, Vec<Words>>> = LazyLock::new(|| {
    let tables = Tables::read(include_str!("words.tsv")).0.into_iter();
    let words = |[meaning, words]: [&'static str; 2]| {
        let words = words.split(", ");
        words.map(move |words| Words::read(words, meaning))
    };
    tables
        .map(|(name, rows)| (name, rows.into_iter().flat_map(words).collect()))
        .collect()
});

/// Returns a table.
pub(super) fn table(name: &str) -> &'static [Words] {
    TABLES.get(name).map_or(&[], Vec::as_slice)
}

/// Tells whether a text is one of the words of a table.
pub(super) fn is_one_of(text: &str, name: &str) -> bool {
    table(name).iter().any(|words| words.before == text)
}

impl Words {
    fn read(words: &'static str, meaning: &'static str) -> Self {
        let (before, behind) = words.split_once('…').unwrap_or((words, ""));
        Self {
            meaning,
            before,
            // Between the ends of a range stands what is behind the first.
            behind: behind.trim_end_matches('…'),
        }
    }

    /// Returns what they enclose in a text.
    pub(super) fn inside<'t>(&self, text: &'t str) -> Option<&'t str> {
        text.strip_prefix(self.before)?.strip_suffix(self.behind)
    }

    /// Returns how sure a date is by them.
    pub(super) fn qualifier(&self) -> Option<DateQualifier> {
        let mut qualifiers = [Approximate, Inferred, Questionable].into_iter();
        qualifiers.find(|qualifier| qualifier.as_str() == self.meaning)
    }
}
