//! Memory of a walk: its budgets, and how much is taken.

const MEBIBYTE: usize = 1024 * 1024;

/// The bounds of a walk, in bytes. The head of the order goes past each of them, or the walk would stand still.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Budgets {
    /// Manifests that wait for assembly, with their lists of children.
    pub ahead_bytes: usize,
    /// Bodies on their way, and entities in assembly: what their manifests and components take until they are in a record.
    pub assembly_bytes: usize,
    /// Finished records that wait for their turn. Those of entities that are in assembly when it is used up go beyond it,
    /// and take of the room for components.
    pub waiting_bytes: usize,
}

impl Budgets {
    /// Returns the bounds on a machine with this much memory, or on one that has plenty.
    pub(crate) fn for_memory(memory_mib: Option<usize>) -> Self {
        let quarter = memory_mib.map_or(usize::MAX, |mib| mib.saturating_mul(MEBIBYTE) / 4);
        Self {
            ahead_bytes: (16 * MEBIBYTE).min(quarter),
            assembly_bytes: (256 * MEBIBYTE).min(quarter),
            waiting_bytes: (32 * MEBIBYTE).min(quarter),
        }
    }

    /// Returns what one entity may weigh before its further files are read again while it is written, and what these may
    /// take then while they come.
    pub(crate) fn share_bytes(self) -> usize {
        self.assembly_bytes / 4
    }
}

/// How many places may wait for their manifest or for assembly.
const PLACES_AHEAD_MAX: usize = 128;
/// What is taken for the size of a manifest before any has come, in bytes.
const MANIFEST_BYTES_FIRST: usize = 64 * 1024;

/// What a walk holds at the moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Load {
    budgets: Budgets,
    /// Manifests asked for, and those of merged entities that are not followed yet.
    asked: usize,
    /// Manifests that wait for assembly, and their bytes.
    ahead: usize,
    ahead_bytes: usize,
    /// What size the next manifest is expected to have after those that came: the largest, less an eighth each time.
    expected_manifest: usize,
    /// Bytes of the manifests and components of entities whose record is not made yet.
    assembly_bytes: usize,
    /// Bytes of the records that wait for their turn.
    waiting_bytes: usize,
}

impl Load {
    /// Starts with nothing.
    pub(super) fn new(budgets: Budgets) -> Self {
        Self {
            budgets,
            asked: 0,
            ahead: 0,
            ahead_bytes: 0,
            expected_manifest: MANIFEST_BYTES_FIRST,
            assembly_bytes: 0,
            waiting_bytes: 0,
        }
    }

    /// Tells whether a further manifest may be asked for, if those on their way are as expected.
    pub(super) fn has_room_ahead(&self) -> bool {
        self.asked + self.ahead < PLACES_AHEAD_MAX
            && self.ahead_bytes + self.asked * self.expected_manifest < self.budgets.ahead_bytes
            && !self.is_full()
    }

    /// Tells whether fewer manifests are ahead than entities fit into a window of this width.
    pub(super) fn is_short_ahead(&self, width: usize) -> bool {
        self.asked + self.ahead < width
    }

    /// Tells whether a further entity may be assembled while so many bytes of components are on their way.
    pub(super) fn has_room_in_assembly(&self, arriving_bytes: usize) -> bool {
        self.assembly_bytes() + arriving_bytes < self.budgets.assembly_bytes && !self.is_full()
    }

    /// Tells whether the records that wait take all their room.
    pub(super) fn is_full(&self) -> bool {
        self.waiting_bytes >= self.budgets.waiting_bytes
    }

    /// Returns what one entity may weigh before its further files are abridged.
    pub(super) fn share_bytes(&self) -> usize {
        self.budgets.share_bytes()
    }

    /// Returns the bytes that leave less room for what is on its way.
    pub(super) fn held_bytes(&self) -> usize {
        self.assembly_bytes() + self.ahead_bytes
    }

    /// Returns the bytes of manifests and components whose record is not made yet, and of the records for which there is
    /// no room among those that wait.
    pub(super) fn assembly_bytes(&self) -> usize {
        let excess = self
            .waiting_bytes
            .saturating_sub(self.budgets.waiting_bytes);
        self.assembly_bytes + excess
    }

    /// A manifest is asked for.
    pub(super) fn ask_manifest(&mut self) {
        self.asked += 1;
    }

    /// A manifest has come, or its merge was followed, or there is none.
    pub(super) fn receive_manifest(&mut self) {
        self.asked -= 1;
    }

    /// A manifest of this weight waits for assembly.
    pub(super) fn keep_manifest(&mut self, weight: usize) {
        self.ahead += 1;
        self.ahead_bytes += weight;
        let expected = self.expected_manifest;
        self.expected_manifest = weight.max(expected - expected / 8).max(1);
    }

    /// The entity of a manifest of this weight is admitted to assembly.
    pub(super) fn start_assembly(&mut self, weight: usize) {
        self.ahead -= 1;
        self.ahead_bytes -= weight;
        self.assembly_bytes += weight;
    }

    /// A component of this many bytes has come.
    pub(super) fn receive_component(&mut self, bytes: usize) {
        self.assembly_bytes += bytes;
    }

    /// The record of an entity with these bytes of manifest and components is made.
    pub(super) fn end_assembly(&mut self, bytes: usize) {
        self.assembly_bytes -= bytes;
    }

    /// Something of this weight waits for its turn.
    pub(super) fn keep_waiting(&mut self, weight: usize) {
        self.waiting_bytes += weight;
    }

    /// The turn of something of this weight has come.
    pub(super) fn end_waiting(&mut self, weight: usize) {
        self.waiting_bytes -= weight;
    }

    /// Tells whether nothing is held.
    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        let empty = Self {
            expected_manifest: self.expected_manifest,
            ..Self::new(self.budgets)
        };
        *self == empty
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn manifests_on_their_way_are_expected_to_be_like_those_that_came() {
        let mut load = Load::new(Budgets::for_memory(None));
        load.keep_manifest(3 * MEBIBYTE);
        let further =
            std::iter::from_fn(|| load.has_room_ahead().then(|| load.ask_manifest())).count();
        assert_eq!(further, 5, "3 MiB are here and 15 on their way, of 16");
    }

    #[test]
    fn one_large_manifest_is_forgotten_after_many_small_ones() {
        let mut load = Load::new(Budgets::for_memory(None));
        load.keep_manifest(3 * MEBIBYTE);
        for _ in 0..40 {
            load.keep_manifest(1000);
        }
        assert!(load.expected_manifest < 20_000, "{load:?}");
    }

    #[test]
    fn what_is_on_its_way_counts_with_what_is_here() {
        let mut load = Load::new(Budgets::for_memory(Some(256)));
        load.receive_component(30 * MEBIBYTE);
        assert!(load.has_room_in_assembly(33 * MEBIBYTE));
        assert!(!load.has_room_in_assembly(34 * MEBIBYTE));
    }

    #[test]
    fn records_beyond_their_room_take_of_that_for_components() {
        let mut load = Load::new(Budgets::for_memory(Some(256)));
        load.keep_waiting(31 * MEBIBYTE);
        assert!(!load.is_full() && load.has_room_in_assembly(60 * MEBIBYTE));
        load.keep_waiting(3 * MEBIBYTE);
        assert!(load.is_full() && !load.has_room_in_assembly(0) && !load.has_room_ahead());
        assert_eq!(load.assembly_bytes(), 2 * MEBIBYTE);
    }

    #[test]
    fn a_small_machine_has_small_budgets() {
        let small = Budgets::for_memory(Some(256));
        assert_eq!(
            (small.assembly_bytes, small.waiting_bytes),
            (64 * MEBIBYTE, 32 * MEBIBYTE)
        );
        assert_eq!(Budgets::for_memory(Some(64)).waiting_bytes, 16 * MEBIBYTE);
        assert_eq!(Budgets::for_memory(None).assembly_bytes, 256 * MEBIBYTE);
    }
}
