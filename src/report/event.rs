//! Events of the report, and how many rows there may be of each.

use serde::Serialize;

/// What happened to an entity, as a row names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Event {
    /// An entity was found and is not in the file.
    Failed,
    /// A record is without descriptive metadata.
    Incomplete,
    /// A component that a record wanted is not in it.
    ComponentFailed,
    /// An entity was deleted.
    Deleted,
    /// An entity was merged into another.
    Merged,
    /// A list of children names an entity that was found before.
    Repeated,
    /// A value could not be used as it stands.
    Repaired,
    /// A list of children names the archive's origin.
    OriginListed,
    /// An entity has children below the greatest depth.
    BeyondMaxDepth,
}

impl Event {
    /// All of them.
    #[rustfmt::skip]
    pub(crate) const ALL: [Self; 9] = [
        Self::Failed, Self::Incomplete, Self::ComponentFailed, Self::Deleted, Self::Merged, Self::Repeated,
        Self::Repaired, Self::OriginListed, Self::BeyondMaxDepth,
    ];

    /// Returns how many rows of this kind there may be.
    ///
    /// A row takes some 300 bytes, so all of them together stay far below the memory of the smallest machine.
    /// Entities with children below the greatest depth have a row each; the limit is above any collection.
    fn rows_max(self) -> u64 {
        match self {
            Self::Failed
            | Self::Incomplete
            | Self::ComponentFailed
            | Self::Deleted
            | Self::Merged => 10_000,
            Self::Repeated | Self::Repaired | Self::OriginListed => 1_000,
            Self::BeyondMaxDepth => 100_000,
        }
    }
}

/// How often something happened, and how many rows there are of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) events: u64,
    pub(super) rows: u64,
}

/// The tallies of all kinds; none can displace another.
#[derive(Clone, Debug, Default)]
pub(super) struct Tallies([Tally; Event::ALL.len()]);

impl Tallies {
    /// Counts an event; tells whether there is room for its row.
    pub(super) fn admit(&mut self, event: Event) -> bool {
        let tally = &mut self.0[event as usize];
        tally.events += 1;
        let has_room = tally.rows < event.rows_max();
        tally.rows += u64::from(has_room);
        has_room
    }

    /// Counts events that get no row each.
    pub(super) fn add(&mut self, event: Event, events: u64) {
        self.0[event as usize].events += events;
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (Event, Tally)> {
        Event::ALL.into_iter().zip(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_count_goes_on_where_the_rows_end_and_no_kind_displaces_another() {
        let mut tallies = Tallies::default();
        let rows = (0..20_000).filter(|_| tallies.admit(Event::Incomplete));
        assert_eq!(rows.count(), 10_000);
        assert!(tallies.admit(Event::Failed));
        let counted: Vec<(Event, Tally)> = tallies
            .iter()
            .filter(|(_, tally)| tally.events > 0)
            .collect();
        let tally = |events, rows| Tally { events, rows };
        assert_eq!(
            counted,
            [
                (Event::Failed, tally(1, 1)),
                (Event::Incomplete, tally(20_000, 10_000))
            ]
        );
    }

    #[test]
    fn each_kind_is_counted_in_its_own_place() {
        for (place, event) in Event::ALL.into_iter().enumerate() {
            assert_eq!(event as usize, place);
        }
    }
}
