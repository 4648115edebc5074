//! Reading of an earlier inventory, piece by piece.

use csv_core::{ReadRecordResult, Reader};

use super::row::COLUMNS;

/// The longest row that is read, in bytes: 20 cells of 256 characters take no more.
const ROW_BYTES_MAX: usize = 32 * 1024;
/// The most columns that are read.
const COLUMNS_MAX: usize = 64;

/// Reads rows as their bytes come.
pub(super) struct Rows {
    core: Reader,
    row: Vec<u8>,
    length: usize,
    ends: [usize; COLUMNS_MAX],
    cells: usize,
    /// Where each of [`COLUMNS`] is; `None` before the head is read.
    columns: Option<[Option<usize>; COLUMNS.len()]>,
}

/// A row of an earlier inventory.
#[derive(Clone, Copy)]
pub(super) struct EarlierRow<'r> {
    row: &'r [u8],
    ends: &'r [usize],
    columns: &'r [Option<usize>; COLUMNS.len()],
}

impl Rows {
    /// Starts before the head.
    pub(super) fn new() -> Self {
        Self {
            core: Reader::new(),
            row: vec![0; ROW_BYTES_MAX],
            length: 0,
            ends: [0; COLUMNS_MAX],
            cells: 0,
            columns: None,
        }
    }

    /// Reads the next bytes, and passes on each row that ends in them.
    ///
    /// # Errors
    ///
    /// Says what is no inventory.
    pub(super) fn read(
        &mut self,
        mut bytes: &[u8],
        mut pass_on: impl FnMut(EarlierRow<'_>),
    ) -> Result<(), String> {
        while !bytes.is_empty() {
            let (row, ends) = (&mut self.row[self.length..], &mut self.ends[self.cells..]);
            let (result, read, length, cells) = self.core.read_record(bytes, row, ends);
            bytes = &bytes[read..];
            self.length += length;
            self.cells += cells;
            match result {
                ReadRecordResult::InputEmpty | ReadRecordResult::End => {}
                ReadRecordResult::OutputFull => return Err("a row is too long".to_owned()),
                ReadRecordResult::OutputEndsFull => {
                    return Err("a row has too many cells".to_owned());
                }
                ReadRecordResult::Record => {
                    self.end_row(&mut pass_on)?;
                    (self.length, self.cells) = (0, 0);
                }
            }
        }
        Ok(())
    }

    fn end_row(&mut self, pass_on: &mut impl FnMut(EarlierRow<'_>)) -> Result<(), String> {
        let (row, ends) = (&self.row[..self.length], &self.ends[..self.cells]);
        if let Some(columns) = &self.columns {
            pass_on(EarlierRow { row, ends, columns });
            return Ok(());
        }
        let cells = (0..self.cells).map(|number| cell(row, ends, number));
        let names: Vec<&str> = cells
            .map(|name| name.trim_start_matches('\u{FEFF}'))
            .collect();
        let columns = COLUMNS.map(|column| names.iter().position(|name| *name == column));
        let lacks = COLUMNS.iter().zip(&columns);
        let needed = ["pi", "parent", "fingerprint"];
        let mut lacks = lacks.filter(|(name, place)| needed.contains(name) && place.is_none());
        if let Some((name, _)) = lacks.next() {
            return Err(format!("it has no column {name}"));
        }
        self.columns = Some(columns);
        Ok(())
    }
}

impl<'r> EarlierRow<'r> {
    /// Returns the cell in a column, empty where there is none.
    pub(super) fn get(&self, column: &str) -> &'r str {
        let place = COLUMNS.iter().position(|name| *name == column);
        let number = place.and_then(|place| self.columns[place]);
        number.map_or("", |number| cell(self.row, self.ends, number))
    }

    /// Returns the cells in the order of [`COLUMNS`].
    pub(super) fn cells(&self) -> [&'r str; COLUMNS.len()] {
        let get =
            |number: Option<usize>| number.map_or("", |number| cell(self.row, self.ends, number));
        self.columns.map(get)
    }
}

fn cell<'r>(row: &'r [u8], ends: &[usize], number: usize) -> &'r str {
    let start = number.checked_sub(1).map_or(0, |before| ends[before]);
    let bytes = ends.get(number).map(|&end| &row[start..end]);
    bytes
        .and_then(|bytes| str::from_utf8(bytes).ok())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_read_wherever_their_bytes_are_cut() {
        let table = "\u{FEFF}title,pi,parent,fingerprint,other\n\"a, \"\"b\"\"\",one,two,three,x\né,four,,,\n";
        for size in [1, 2, 7, 1000] {
            let mut rows = Rows::new();
            let mut read = Vec::new();
            for piece in table.as_bytes().chunks(size) {
                let take = |row: EarlierRow<'_>| {
                    read.push(["title", "pi", "depth"].map(|name| row.get(name).to_owned()));
                };
                rows.read(piece, take).expect("an inventory");
            }
            assert_eq!(read, [["a, \"b\"", "one", ""], ["é", "four", ""]]);
        }
    }

    #[test]
    fn what_is_no_inventory_is_refused() {
        let refuse = |table: &str| Rows::new().read(table.as_bytes(), |_| {}).err();
        let lacks = "it has no column fingerprint".to_owned();
        assert_eq!(refuse("pi,parent\n"), Some(lacks));
        let long = format!("{}\n", "x".repeat(ROW_BYTES_MAX + 1));
        assert_eq!(refuse(&long), Some("a row is too long".to_owned()));
    }
}
