//! Tables that values are read by: files of text, so that a cataloguer can add to them.

use foldhash::HashMap;

/// The tables of a file, by their names.
pub(super) struct Tables<const N: usize>(pub(super) HashMap<&'static str, Vec<[&'static str; N]>>);

impl<const N: usize> Tables<N> {
    /// Reads a file: a row a line, with tabs between the name of its table and its columns. A column that a row leaves
    /// out is empty, and a line behind `#` is a remark.
    pub(super) fn read(file: &'static str) -> Self {
        let mut tables: HashMap<_, Vec<_>> = HashMap::default();
        for line in file.lines().filter(|line| !line.starts_with('#')) {
            let mut columns = line.split('\t');
            let mut next = || columns.next().unwrap_or_default();
            let table = tables.entry(next()).or_default();
            table.push(std::array::from_fn(|_| next()));
        }
        Self(tables)
    }

    /// Returns the rows of a table, in their order.
    pub(super) fn rows(&self, table: &str) -> &[[&'static str; N]] {
        self.0.get(table).map_or(&[], Vec::as_slice)
    }

    /// Returns the row of a table with this text in the first column, in whatever case.
    pub(super) fn find(&self, table: &str, text: &str) -> Option<[&'static str; N]> {
        let mut rows = self.rows(table).iter();
        rows.find(|row| row[0].eq_ignore_ascii_case(text)).copied()
    }
}
