//! How much memory a walk may fill.

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

#[cfg(test)]
mod tests {
    use super::*;

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
