//! The tables of `words.txt`, which values are read by.

use std::sync::LazyLock;

use foldhash::{HashMap, HashMapExt as _};

/// The tables of `words.txt`: their names and words.
static TABLES: LazyLock<Vec<(&str, Vec<&str>)>> = LazyLock::new(|| {
    let text = include_str!("words.txt")
        .lines()
        .filter(|line| !line.starts_with('#'));
    let words = |line: &'static str| {
        line.split(',')
            .map(str::trim)
            .filter(|word| !word.is_empty())
    };
    let mut tables: Vec<(&str, Vec<&str>)> = Vec::new();
    for line in text {
        match (line.strip_prefix('['), tables.last_mut()) {
            (Some(name), _) => tables.push((name.trim_end_matches(']'), Vec::new())),
            (None, Some((_, table))) => table.extend(words(line)),
            (None, None) => {}
        }
    }
    tables
});

/// The words of all tables, and a bit for each table that has the word: most words are in none, and are asked for often.
static WORDS: LazyLock<HashMap<&str, u64>> = LazyLock::new(|| {
    let mut words = HashMap::new();
    for (place, (_, table)) in TABLES.iter().enumerate() {
        for word in table {
            *words.entry(*word).or_default() |= 1 << place;
        }
    }
    words
});

/// Returns a table of words.
pub(super) fn table(name: &str) -> &'static [&'static str] {
    let table = TABLES.iter().find(|(other, _)| *other == name);
    table.map_or(&[], |(_, words)| words)
}

/// Tells whether a text is in a table of words.
pub(super) fn is_one_of(text: &str, name: &str) -> bool {
    is_one_of_any(text, &[name])
}

/// Tells whether a text is in any of these tables.
pub(super) fn is_one_of_any(text: &str, names: &[&str]) -> bool {
    let Some(tables) = WORDS.get(text) else {
        return false;
    };
    let is_named = |place: usize| names.contains(&TABLES[place].0);
    (0..TABLES.len()).any(|place| tables & (1 << place) != 0 && is_named(place))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crosswalk::value::words;

    #[test]
    fn the_tables_are_as_they_are_searched() {
        for word in TABLES.iter().flat_map(|(_, table)| table) {
            assert_eq!(words(word), *word);
        }
    }

    #[test]
    fn no_word_is_broken_by_the_end_of_a_line() {
        let lines: Vec<&str> = include_str!("words.txt").lines().collect();
        for pair in lines.windows(2) {
            let is_of_table = |line: &str| !line.is_empty() && !line.starts_with(['#', '[']);
            if pair.iter().all(|line| is_of_table(line)) {
                assert!(pair[0].ends_with(','), "{pair:?}");
            }
        }
    }
}
