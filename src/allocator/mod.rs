//! The allocator: dlmalloc for what is small, the system's own for large blocks.
//!
//! dlmalloc is quick, but keeps a large block for thousands of frees, and what grows to twice its size leaves a hole that
//! nothing fits into. musl maps a large block by itself: it goes back to the system at once, and grows where it is or is
//! moved by its pages. The thread that does the job keeps some of what it frees for itself: nearly all blocks are small,
//! live for a moment, and cost more by the lock and the search than by what is done with them. `docs/PERFORMANCE.md` has
//! the figures of all three.
#![expect(
    unsafe_code,
    reason = "an allocator is unsafe by its trait; each call goes on to one of two, chosen by the size alone, and freed \
              blocks are linked by a pointer in each"
)]

mod cache;

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::{Mutex, MutexGuard, PoisonError};

use dlmalloc::Dlmalloc;

use cache::CACHE;
pub(crate) use cache::cache_freed_blocks;

/// From how many bytes on a block is the system's: twice what musl maps by itself.
const LARGE: usize = 256 * 1024;
/// Of two allocators the one that suits the size of a block.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BySize;

/// Where small blocks are. The mutex of std, which neither allocates nor calls the system's; dlmalloc's own global form
/// takes musl's.
static SMALL: Mutex<Dlmalloc> = Mutex::new(Dlmalloc::new());

fn small() -> MutexGuard<'static, Dlmalloc> {
    SMALL.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Returns how many bytes a small block has for what is to be so large: all that dlmalloc gives, so that blocks of one
/// room are of one size.
const fn room(size: usize) -> usize {
    (size + 7) / 16 * 16 + 8
}

// SAFETY: both are allocators, and a block goes back to the one it came from: the size that it was asked for with tells
// which that was. A block that is kept is dlmalloc's, of the room that is asked for.
unsafe impl GlobalAlloc for BySize {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as the caller promises.
        unsafe {
            match layout.size() {
                size @ ..LARGE => CACHE
                    .with(|cache| cache.take(layout))
                    .unwrap_or_else(|| small().malloc(room(size), layout.align())),
                LARGE.. => System.alloc(layout),
            }
        }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as the caller promises.
        unsafe {
            match layout.size() {
                size @ ..LARGE => small().calloc(room(size), layout.align()),
                LARGE.. => System.alloc_zeroed(layout),
            }
        }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: as the caller promises.
        unsafe {
            match layout.size() {
                size @ ..LARGE => {
                    if !CACHE.with(|cache| cache.put(block, layout)) {
                        small().free(block, room(size), layout.align());
                    }
                }
                LARGE.. => System.dealloc(block, layout),
            }
        }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: as the caller promises; where the block is another, both have room for what is copied.
        unsafe {
            match (layout.size(), size) {
                (before @ ..LARGE, ..LARGE) if room(before) == room(size) => block,
                (before @ cache::BELOW..LARGE, cache::BELOW..LARGE) => {
                    small().realloc(block, room(before), layout.align(), room(size))
                }
                (LARGE.., LARGE..) => System.realloc(block, layout, size),
                (before, _) => {
                    let moved = self.alloc(Layout::from_size_align_unchecked(size, layout.align()));
                    if !moved.is_null() {
                        moved.copy_from_nonoverlapping(block, before.min(size));
                        self.dealloc(block, layout);
                    }
                    moved
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::LARGE;

    /// The unit tests of the process use the allocator that is tested: `main.rs` names it.
    #[test]
    fn a_block_keeps_its_bytes_when_it_changes_sides() {
        let pattern = |length: usize| (0..=250_u8).cycle().take(length);
        for (before, after) in [
            (1, LARGE - 1),
            (LARGE - 1, LARGE),
            (LARGE - 1, 3 * LARGE),
            (LARGE, 40 * LARGE),
        ] {
            let mut block: Vec<u8> = pattern(before).collect();
            block.shrink_to_fit();
            block.reserve_exact(after - before);
            assert!(
                block.iter().copied().eq(pattern(before)),
                "{before} to {after}"
            );
            block.extend(pattern(after).skip(before));
            block.truncate(before);
            block.shrink_to_fit();
            assert!(
                block.iter().copied().eq(pattern(before)),
                "{after} to {before}"
            );
        }
    }

    #[test]
    fn a_zeroed_block_is_zero_on_either_side() {
        for length in [1, LARGE - 1, LARGE, 8 * LARGE] {
            drop(vec![0xff_u8; length]);
            assert!(vec![0_u8; length].iter().all(|byte| *byte == 0), "{length}");
        }
    }
}
