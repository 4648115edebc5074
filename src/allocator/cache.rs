//! The cache of a thread: small blocks that it freed and has again without lock or search.

use std::alloc::Layout;
use std::cell::Cell;
use std::ptr::NonNull;

use super::room;

/// The blocks of a thread are kept below this size, in bytes.
pub(super) const BELOW: usize = 4096;
/// How many bytes in blocks of one size a thread keeps: 4 MiB at the most in all sizes.
const OF_A_SIZE: usize = 16 * 1024;

/// Has this thread keep what it frees for itself, until it ends: then it is lost.
pub(crate) fn cache_freed_blocks() {
    CACHE.with(|cache| cache.of_a_size.set(OF_A_SIZE));
}

thread_local! {
    pub(super) static CACHE: ThreadCache = const { ThreadCache::new() };
}

/// Freed blocks of one thread, by size.
pub(super) struct ThreadCache {
    /// How many bytes in blocks of one size are kept.
    of_a_size: Cell<usize>,
    lists: [FreeList; BELOW / 16],
}

/// Freed blocks of one size, and how many bytes they are.
struct FreeList {
    first: Cell<Option<NonNull<Freed>>>,
    bytes: Cell<usize>,
}

impl FreeList {
    const fn new() -> Self {
        Self {
            first: Cell::new(None),
            bytes: Cell::new(0),
        }
    }
}

/// What is in a freed block.
struct Freed {
    next: Option<NonNull<Self>>,
}

impl ThreadCache {
    const fn new() -> Self {
        Self {
            of_a_size: Cell::new(0),
            lists: [const { FreeList::new() }; BELOW / 16],
        }
    }

    /// Returns where blocks of a layout are kept, if they are.
    fn list(&self, layout: Layout) -> Option<&FreeList> {
        // dlmalloc's blocks are aligned to 16 bytes; those that are to be more are few.
        (layout.align() <= 16).then(|| self.lists.get(room(layout.size()) / 16))?
    }

    /// Takes a block of a layout.
    pub(super) fn take(&self, layout: Layout) -> Option<*mut u8> {
        let list = self.list(layout)?;
        let block = list.first.get()?;
        // SAFETY: it is on the list, so nobody else has it, and `put` has written it.
        list.first.set(unsafe { block.as_ref() }.next);
        list.bytes.set(list.bytes.get() - room(layout.size()));
        Some(block.as_ptr().cast())
    }

    /// Keeps a block of a layout; tells whether there was space for it.
    ///
    /// # Safety
    ///
    /// The block is dlmalloc's, has the [`room`] of the layout, and nobody uses it again.
    #[expect(clippy::cast_ptr_alignment, reason = "a block is aligned to 16 bytes")]
    pub(super) unsafe fn put(&self, block: *mut u8, layout: Layout) -> bool {
        let of_a_size = self.of_a_size.get();
        let list = self.list(layout);
        let list = list.filter(|list| list.bytes.get() < of_a_size);
        let (Some(list), Some(block)) = (list, NonNull::new(block.cast::<Freed>())) else {
            return false;
        };
        let next = list.first.get();
        // SAFETY: a block has room for a pointer, and is aligned for it; the caller promises that nobody uses it.
        unsafe { block.write(Freed { next }) };
        list.first.set(Some(block));
        list.bytes.set(list.bytes.get() + room(layout.size()));
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Allocates texts of all small sizes in a random order, frees a part of them again and again, and looks at the rest.
    #[test]
    fn a_block_is_nobody_elses_as_long_as_it_is_used() {
        cache_freed_blocks();
        let mut chance = fastrand::Rng::with_seed(1);
        let mut texts: Vec<(u8, Vec<u8>)> = Vec::new();
        for _ in 0..200_000 {
            let byte = chance.u8(..);
            match chance.u8(..5) {
                0 | 1 => texts.push((byte, vec![byte; chance.usize(..2 * BELOW)])),
                2 if !texts.is_empty() => {
                    let any = chance.usize(..texts.len());
                    let (byte, text) = &mut texts[any];
                    text.resize(chance.usize(..2 * BELOW), *byte);
                    text.shrink_to_fit();
                }
                _ if !texts.is_empty() => {
                    let (byte, text) = texts.swap_remove(chance.usize(..texts.len()));
                    assert!(text.iter().all(|other| *other == byte));
                }
                _ => {}
            }
        }
        for (byte, text) in texts {
            assert!(text.iter().all(|other| *other == byte));
        }
    }

    #[test]
    fn no_more_is_kept_of_a_size_than_is_said() {
        let cache = ThreadCache::new();
        let layout = Layout::from_size_align(100, 8).expect("a layout");
        let blocks: Vec<_> = (0..8)
            .map(|_| Box::into_raw(Box::new([0_u64; 13])).cast())
            .collect();
        // SAFETY: they are boxes of this room, which nobody has until they are made boxes again.
        let keep = || {
            blocks
                .iter()
                .filter(|block| unsafe { cache.put(**block, layout) })
        };
        assert_eq!(
            keep().count(),
            0,
            "a thread keeps nothing unless it is told to"
        );
        cache.of_a_size.set(3 * room(100));
        assert_eq!(keep().count(), 3);
        let taken: Vec<_> = std::iter::from_fn(|| cache.take(layout)).collect();
        assert_eq!(taken, [blocks[2], blocks[1], blocks[0]]);
        for block in blocks {
            // SAFETY: it was made of a box, and is nowhere else any more.
            drop(unsafe { Box::<[u64; 13]>::from_raw(block.cast()) });
        }
    }
}
