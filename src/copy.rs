//! Copying of bytes, in the place of what musl has for x86-64: `memcpy` and `memmove`.
//!
//! musl's begin a string instruction whatever the length, which takes longer than most copies do: an entity takes some
//! 5,000, of a few bytes each. `docs/PERFORMANCE.md` has the figures. Those of other systems and processors stay.
#![expect(
    unsafe_code,
    reason = "what copies bytes gets bare addresses, and the linker takes it by its name"
)]

/// So many bytes are copied at once.
type Block = [u8; BLOCK];
const BLOCK: usize = 16;

/// Copies `length` bytes, also where both places overlap.
///
/// # Safety
///
/// As of the function of that name in C.
#[cfg_attr(not(test), unsafe(no_mangle))]
unsafe extern "C" fn memmove(to: *mut u8, from: *const u8, length: usize) -> *mut u8 {
    // SAFETY: as the caller promises; it takes overlapping places too.
    unsafe { memcpy(to, from, length) }
}

/// Copies `length` bytes, also where both places overlap.
///
/// The compiler makes no call of `memcpy` out of loops in a function of this name.
///
/// # Safety
///
/// As of `memmove` in C.
#[cfg_attr(not(test), unsafe(no_mangle))]
unsafe extern "C" fn memcpy(to: *mut u8, from: *const u8, length: usize) -> *mut u8 {
    // SAFETY: all that is read and written is within `length` bytes, and is read before anything is written over it.
    unsafe {
        match length {
            0 => {}
            1..4 => {
                let middle = length / 2;
                let bytes = (*from, *from.add(middle), *from.add(length - 1));
                (*to, *to.add(middle), *to.add(length - 1)) = bytes;
            }
            4..8 => copy_ends::<[u8; 4]>(to, from, length),
            8..BLOCK => copy_ends::<[u8; 8]>(to, from, length),
            BLOCK.. if to.addr().wrapping_sub(from.addr()) >= length => {
                let last = length - BLOCK;
                let end = from.add(last).cast::<Block>().read_unaligned();
                for at in (0..last).step_by(BLOCK) {
                    copy::<Block>(to.add(at), from.add(at));
                }
                to.add(last).cast::<Block>().write_unaligned(end);
            }
            // What is to be written lies behind what is read, and over a part of it.
            BLOCK.. => {
                let start = from.cast::<Block>().read_unaligned();
                for at in (BLOCK..=length).rev().step_by(BLOCK) {
                    copy::<Block>(to.add(at - BLOCK), from.add(at - BLOCK));
                }
                to.cast::<Block>().write_unaligned(start);
            }
        }
    }
    to
}

/// Copies one `T`.
#[inline]
unsafe fn copy<T>(to: *mut u8, from: *const u8) {
    // SAFETY: as the caller promises.
    unsafe {
        to.cast::<T>()
            .write_unaligned(from.cast::<T>().read_unaligned());
    }
}

/// Copies what is no shorter than one `T` and no longer than two, from both ends.
#[inline]
unsafe fn copy_ends<T>(to: *mut u8, from: *const u8, length: usize) {
    let last = length - size_of::<T>();
    // SAFETY: as the caller promises.
    unsafe {
        let end = from.add(last).cast::<T>().read_unaligned();
        copy::<T>(to, from);
        to.add(last).cast::<T>().write_unaligned(end);
    }
}

#[cfg(test)]
mod tests {
    /// Longer than several blocks, and all the rests of one.
    const LENGTHS: std::ops::Range<usize> = 0..100;

    #[test]
    fn places_apart_and_those_that_overlap_get_the_bytes_and_nothing_else() {
        let bytes: Vec<u8> = (0..=255).collect();
        for length in LENGTHS {
            for (from, to) in (0..100).map(|to| (50, to)).chain([(0, 150), (150, 0)]) {
                let mut copied = bytes.clone();
                let start = copied.as_mut_ptr();
                // SAFETY: both places are in the vector.
                let returned = unsafe { super::memmove(start.add(to), start.add(from), length) };
                assert_eq!(returned.addr(), start.addr() + to);
                let mut expected = bytes.clone();
                expected.copy_within(from..from + length, to);
                assert_eq!(copied, expected, "{length} bytes from {from} to {to}");
            }
        }
    }
}
