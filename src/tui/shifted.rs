//! Finds out whether what changed on the screen is mostly rows that moved.

use std::hash::{Hash as _, Hasher};

use ratatui::buffer::{Buffer, Cell};

use super::encoder::{Change, Spot, columns};
use super::pen::is_blank;

/// Rows from `top` to `bottom`, both included, move up by so many rows; down where the number is negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shift {
    /// The uppermost row.
    pub(super) top: u16,
    /// The lowest row.
    pub(super) bottom: u16,
    /// How far.
    pub(super) rows: i16,
}

/// At least so many rows must have moved.
const FEWEST: usize = 3;

/// Returns the move that explains most of the changes, if there is one.
///
/// Only the columns between the first and the last change are compared; that a terminal moves whole rows is left to
/// the caller, who weighs the bytes.
pub(super) fn shift_of(shown: &[Spot], wanted: &Buffer, changes: &[Change<'_>]) -> Option<Shift> {
    let width = usize::from(wanted.area.width);
    let rows = |of: fn(u16, u16) -> u16, start: u16| changes.iter().map(|(_, row, _)| *row).fold(start, of);
    let (top, bottom) = (rows(u16::min, u16::MAX), rows(u16::max, 0));
    let columns = changes.iter().map(|(column, ..)| usize::from(*column));
    let (left, right) = columns.fold((width, 0), |(left, right), column| (left.min(column), right.max(column + 1)));
    if bottom >= wanted.area.height || bottom < top || right > width {
        return None;
    }
    let part = |row: u16| usize::from(row) * width + left..usize::from(row) * width + right;
    let before: Vec<Option<u64>> = (top..=bottom).map(|row| mark(shown[part(row)].iter().map(Seen::of))).collect();
    let after: Vec<Option<u64>> = (top..=bottom).map(|row| mark(seen(&wanted.content[part(row)]))).collect();
    let count = before.len();
    let moved = |row: usize, by: isize| {
        let from = row.checked_add_signed(by)?;
        (after[row].is_some() && after[row] != before[row] && Some(&after[row]) == before.get(from)).then_some(row)
    };
    let reach = isize::try_from(count).ok()?;
    let matches = |by: &isize| (0..count).filter(|row| moved(*row, *by).is_some()).count();
    let by =
        (1 - reach..reach).filter(|by| *by != 0).max_by_key(|by| (matches(by), by.unsigned_abs().wrapping_neg()))?;
    if matches(&by) < FEWEST {
        return None;
    }
    let hits: Vec<usize> = (0..count).filter_map(|row| moved(row, by)).collect();
    let (first, last) = (*hits.first()?, *hits.last()?);
    // Upwards the lowest row comes from below; downwards the uppermost from above.
    let (first, last) = (first.min(first.checked_add_signed(by)?), last.max(last.checked_add_signed(by)?));
    Some(Shift {
        top: top + u16::try_from(first).ok()?,
        bottom: top + u16::try_from(last).ok()?,
        rows: i16::try_from(by).ok()?,
    })
}

/// What a place shows, as rows are compared.
enum Seen<'a> {
    Nothing,
    Cell(&'a Cell),
    Covered,
}

impl<'a> Seen<'a> {
    fn of(spot: &'a Spot) -> Self {
        match spot {
            Spot::Unknown => Self::Nothing,
            Spot::Shows(cell) => Self::Cell(cell),
            Spot::Covered => Self::Covered,
        }
    }
}

/// Returns what a terminal shows of these cells: what a wide character covers is not seen.
fn seen(cells: &[Cell]) -> impl Iterator<Item = Seen<'_>> {
    let mut covered = 0;
    cells.iter().map(move |cell| {
        if covered > 0 {
            covered -= 1;
            return Seen::Covered;
        }
        covered = columns(cell) - 1;
        Seen::Cell(cell)
    })
}

/// Returns a number for what a row shows; none where it shows nothing, because one blank row is like another.
fn mark<'a>(places: impl Iterator<Item = Seen<'a>>) -> Option<u64> {
    let mut hasher = Fx::default();
    let mut shows_something = false;
    for place in places {
        match place {
            Seen::Nothing => return None,
            Seen::Cell(cell) if is_blank(cell) => (0_u8, cell.bg).hash(&mut hasher),
            Seen::Cell(cell) => {
                shows_something = true;
                (1_u8, cell.symbol(), cell.fg, cell.bg, cell.modifier, cell.underline_color).hash(&mut hasher);
            }
            Seen::Covered => 2_u8.hash(&mut hasher),
        }
    }
    shows_something.then(|| hasher.finish())
}

/// FxHash, as Firefox and rustc have it: rows are compared only with each other, so that nothing is won by a hash that nobody
/// can forge, and a scrolled pane has ten thousand cells to look at.
#[derive(Default)]
struct Fx(u64);

impl Fx {
    fn add(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(0x517c_c1b7_2722_0a95);
    }
}

impl Hasher for Fx {
    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.add(u64::from_le_bytes(word));
        }
    }

    fn write_u8(&mut self, byte: u8) {
        self.add(byte.into());
    }

    fn write_u16(&mut self, word: u16) {
        self.add(word.into());
    }

    fn write_isize(&mut self, word: isize) {
        self.add(word as u64);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
