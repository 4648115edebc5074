//! Entities beyond the greatest depth, each told apart from the others in as little memory as can be.

use foldhash::HashSet;

use crate::arke::Pi;

/// How many are told apart; where there are more, the count ends there.
const BEYOND_COUNTED_MAX: usize = 4_000_000;
/// How many are in a hash table before they are put in order.
const RECENT_MAX: usize = 1 << 17;

/// The entities that the greatest depth keeps from being visited.
///
/// A hash table of all would take twice their length, and three times while it grows.
#[derive(Debug, Default)]
pub(super) struct Beyond {
    /// Most of them, in lists that are each in order.
    sorted: Vec<Vec<Pi>>,
    recent: HashSet<Pi>,
}

impl Beyond {
    /// Adds an entity; tells whether it is new, which each is where there are too many to be told apart.
    pub(super) fn insert(&mut self, pi: Pi) -> bool {
        if self.sorted.len() * RECENT_MAX + self.recent.len() == BEYOND_COUNTED_MAX {
            return true;
        }
        let mut sorted = self.sorted.iter();
        let is_new = sorted.all(|list| list.binary_search(&pi).is_err()) && self.recent.insert(pi);
        if self.recent.len() == RECENT_MAX {
            let mut recent: Vec<Pi> = self.recent.drain().collect();
            recent.sort_unstable();
            self.sorted.push(recent);
        }
        is_new
    }

    /// Returns how many there are without those of `visited`.
    pub(super) fn count_without(&self, visited: &HashSet<Pi>) -> usize {
        let all = self.sorted.iter().flatten().chain(&self.recent);
        all.filter(|pi| !visited.contains(pi)).count()
    }
}

#[cfg(test)]
mod tests {
    use foldhash::HashSetExt as _;

    use super::*;

    fn pi(number: usize) -> Pi {
        format!("{number:026}").parse().expect("a PI")
    }

    #[test]
    fn each_counts_once_however_many_there_are() {
        let mut beyond = Beyond::default();
        let many = RECENT_MAX + 10;
        for number in (0..many).rev() {
            assert!(beyond.insert(pi(number)));
        }
        for number in [0, 5, 20, many - 1] {
            assert!(!beyond.insert(pi(number)), "{number}");
        }
        assert_eq!(beyond.count_without(&HashSet::new()), many);
        assert_eq!(
            beyond.count_without(&[pi(3), pi(many)].into_iter().collect()),
            many - 1
        );
    }
}
