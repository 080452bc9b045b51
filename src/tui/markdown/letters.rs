//! How much of a page's text stands before a row, whatever the width: to find again what was read.

use super::{Page, Row};

impl Page {
    /// Returns how many letters and digits of the text stand before a row. What is drawn around the text does not count.
    pub fn letters_before(&self, row: usize) -> usize {
        self.rows.iter().take(row).map(|row| self.letters(row)).sum()
    }

    /// Returns the row in which a letter of the text stands, by its number; the last row where there are fewer.
    pub fn row_of_letter(&self, letter: usize) -> usize {
        let mut before = 0;
        let is_after = |row: &Row| {
            before += self.letters(row);
            before > letter
        };
        self.rows.iter().position(is_after).unwrap_or(self.rows.len().saturating_sub(1))
    }

    fn letters(&self, row: &Row) -> usize {
        let count = |text: &str| text.chars().filter(|character| character.is_alphanumeric()).count();
        let pieces: usize = row.pieces.iter().skip(row.lead).map(|piece| count(&piece.text)).sum();
        let code = row.code.as_deref().and_then(|code| Some((code, self.codes.get(code.block)?)));
        pieces + code.map_or(0, |(code, block)| count(&block.text[code.start..code.end]))
    }
}
