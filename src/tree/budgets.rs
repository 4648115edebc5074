//! How much memory a walk may fill, and how much it does.

const MEBIBYTE: usize = 1024 * 1024;

/// The bounds of a walk, in bytes. The head of the order goes past each of them, or the walk would stand still.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budgets {
    /// Manifests that wait for assembly, with their lists of children.
    pub ahead_bytes: usize,
    /// Bodies of the components in assembly.
    pub assembly_bytes: usize,
    /// Finished records that wait for their turn.
    pub waiting_bytes: usize,
}

impl Budgets {
    /// Returns the bounds on a machine with this much memory, or on one that has plenty.
    pub fn for_memory(memory_mib: Option<usize>) -> Self {
        let quarter = memory_mib.map_or(usize::MAX, |mib| mib.saturating_mul(MEBIBYTE) / 4);
        Self {
            ahead_bytes: (16 * MEBIBYTE).min(quarter),
            assembly_bytes: (256 * MEBIBYTE).min(quarter),
            waiting_bytes: (32 * MEBIBYTE).min(quarter),
        }
    }
}

/// How many places may wait for their manifest or for assembly.
const PLACES_AHEAD_MAX: usize = 128;
/// What is taken for the size of a manifest before any has come, in bytes.
const MANIFEST_BYTES_FIRST: usize = 64 * 1024;
/// What is taken for the size of a component before any has come, in bytes.
const COMPONENT_BYTES_FIRST: usize = 4 * MEBIBYTE;

/// What the next body may have for a size, after those that came: the largest, forgotten by an eighth each time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Expectation(usize);

impl Expectation {
    fn learn(&mut self, bytes: usize) {
        self.0 = bytes.max(self.0 - self.0 / 8).max(1);
    }
}

/// What a walk holds at the moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Load {
    budgets: Budgets,
    /// Manifests asked for.
    asked: usize,
    /// Manifests that wait for assembly, and their bytes.
    ahead: usize,
    ahead_bytes: usize,
    expected_manifest: Expectation,
    /// Entities in assembly, and the bytes of their manifests and components.
    in_assembly: usize,
    assembly_bytes: usize,
    /// Components asked for.
    components_asked: usize,
    expected_component: Expectation,
    /// Bytes of the records that wait for their turn.
    waiting_bytes: usize,
}

impl Load {
    pub(super) fn new(budgets: Budgets) -> Self {
        Self {
            budgets,
            asked: 0,
            ahead: 0,
            ahead_bytes: 0,
            expected_manifest: Expectation(MANIFEST_BYTES_FIRST),
            in_assembly: 0,
            assembly_bytes: 0,
            components_asked: 0,
            expected_component: Expectation(COMPONENT_BYTES_FIRST),
            waiting_bytes: 0,
        }
    }

    /// Tells whether a further manifest may be asked for, if those on their way are as expected.
    pub(super) fn has_room_ahead(&self) -> bool {
        self.asked + self.ahead < PLACES_AHEAD_MAX
            && self.ahead_bytes + self.asked * self.expected_manifest.0 < self.budgets.ahead_bytes
            && self.waiting_bytes < self.budgets.waiting_bytes
    }

    /// Tells whether a further entity may be assembled, `width` at a time.
    pub(super) fn has_room_in_assembly(&self, width: usize, is_head: bool) -> bool {
        let has_memory =
            self.has_room_for_component() && self.waiting_bytes < self.budgets.waiting_bytes;
        self.in_assembly < width && (has_memory || is_head)
    }

    /// Tells whether a further component may be asked for, if those on their way are as expected; one always may, or
    /// entities that hold what others need would wait for ever.
    pub(super) fn has_room_for_component(&self) -> bool {
        self.components_asked == 0
            || self.assembly_bytes + self.components_asked * self.expected_component.0
                < self.budgets.assembly_bytes
    }

    pub(super) fn ask_component(&mut self) {
        self.components_asked += 1;
    }

    pub(super) fn ask_manifest(&mut self) {
        self.asked += 1;
    }

    pub(super) fn take_manifest(&mut self) {
        self.asked -= 1;
    }

    /// A manifest of this weight waits for assembly.
    pub(super) fn keep_manifest(&mut self, weight: usize) {
        self.ahead += 1;
        self.ahead_bytes += weight;
        self.expected_manifest.learn(weight);
    }

    /// The entity of a manifest of this weight is admitted to assembly.
    pub(super) fn start_assembly(&mut self, weight: usize) {
        self.ahead -= 1;
        self.ahead_bytes -= weight;
        self.in_assembly += 1;
        self.assembly_bytes += weight;
    }

    pub(super) fn take_component(&mut self, bytes: usize) {
        self.components_asked -= 1;
        self.assembly_bytes += bytes;
        self.expected_component.learn(bytes);
    }

    /// An entity with these bytes of manifest and components is assembled.
    pub(super) fn end_assembly(&mut self, bytes: usize) {
        self.in_assembly -= 1;
        self.assembly_bytes -= bytes;
    }

    /// Something of this weight waits for its turn.
    pub(super) fn keep_waiting(&mut self, weight: usize) {
        self.waiting_bytes += weight;
    }

    pub(super) fn hand_on(&mut self, weight: usize) {
        self.waiting_bytes -= weight;
    }

    /// Tells whether nothing is held.
    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        let Self {
            asked,
            ahead,
            ahead_bytes,
            in_assembly,
            assembly_bytes,
            components_asked,
            waiting_bytes,
            ..
        } = self;
        [
            asked,
            ahead,
            ahead_bytes,
            in_assembly,
            assembly_bytes,
            components_asked,
            waiting_bytes,
        ]
        .into_iter()
        .all(|held| *held == 0)
    }

    #[cfg(test)]
    pub(super) fn in_assembly(&self) -> usize {
        self.in_assembly
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_on_its_way_is_expected_to_be_like_what_came() {
        let mut load = Load::new(Budgets::for_memory(None));
        load.keep_manifest(3 * MEBIBYTE);
        let further =
            std::iter::from_fn(|| load.has_room_ahead().then(|| load.ask_manifest())).count();
        assert_eq!(further, 5, "3 MiB are here and 15 on their way, of 16");

        let mut load = Load::new(Budgets::for_memory(Some(256)));
        let further =
            std::iter::from_fn(|| load.has_room_for_component().then(|| load.ask_component()))
                .count();
        assert_eq!(further, 16, "nothing is known yet: 4 MiB each, of 64");
        load.take_component(8 * MEBIBYTE);
        assert!(!load.has_room_for_component());
        (0..15).for_each(|_| load.take_component(8 * MEBIBYTE));
        assert!(
            load.has_room_for_component(),
            "one at a time, past the budget"
        );
    }

    #[test]
    fn one_large_body_is_forgotten_after_many_small_ones() {
        let mut load = Load::new(Budgets::for_memory(None));
        load.keep_manifest(3 * MEBIBYTE);
        load.start_assembly(3 * MEBIBYTE);
        for _ in 0..40 {
            load.keep_manifest(1000);
        }
        assert!(load.expected_manifest.0 < 20_000, "{load:?}");
    }

    #[test]
    fn the_head_goes_past_memory_and_not_past_the_width() {
        let mut load = Load::new(Budgets::for_memory(None));
        load.keep_waiting(33 * MEBIBYTE);
        assert!(!load.has_room_in_assembly(1, false));
        assert!(load.has_room_in_assembly(1, true));
        load.keep_manifest(1);
        load.start_assembly(1);
        assert!(!load.has_room_in_assembly(1, true));
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
