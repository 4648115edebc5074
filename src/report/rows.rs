//! Rows as text, in pieces that never have to be moved to grow.

use serde::Serialize;

/// The size of a piece. It is large enough for the allocator to give it back to the system at once.
const PIECE_BYTES: usize = 256 * 1024;

/// Rows, one a line.
#[derive(Debug, Default)]
pub(super) struct Rows {
    pieces: Vec<Vec<u8>>,
}

impl Rows {
    pub(super) fn push(&mut self, row: &impl Serialize) {
        let text = serde_json::to_vec(row).expect("a struct of texts and numbers is JSON");
        let separator: &[u8] = if self.pieces.is_empty() {
            b"\n"
        } else {
            b",\n"
        };
        let length = separator.len() + text.len();
        let has_room =
            |piece: &&mut Vec<u8>| piece.capacity().saturating_sub(piece.len()) >= length;
        let piece = match self.pieces.last_mut().filter(has_room) {
            Some(piece) => piece,
            None => self
                .pieces
                .push_mut(Vec::with_capacity(PIECE_BYTES.max(length))),
        };
        piece.extend_from_slice(separator);
        piece.extend_from_slice(&text);
    }

    /// Puts all rows behind what is there, and lets go of each piece once it is copied.
    pub(super) fn append_to(self, document: &mut Vec<u8>) {
        document.reserve(self.pieces.iter().map(Vec::len).sum::<usize>() + 16);
        for piece in self.pieces {
            document.extend_from_slice(&piece);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_any_size_make_one_list() {
        let mut rows = Rows::default();
        let texts: Vec<String> = [10, PIECE_BYTES - 20, 9, PIECE_BYTES * 2, 1]
            .iter()
            .map(|&length| "x".repeat(length))
            .collect();
        for text in &texts {
            rows.push(text);
        }
        let mut document = b"[".to_vec();
        rows.append_to(&mut document);
        document.push(b']');
        let read: Vec<String> = serde_json::from_slice(&document).expect("JSON");
        assert_eq!(read, texts);
    }
}
