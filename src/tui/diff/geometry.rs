//! What fits on the screen: heights of rows, the rows in sight, and scrolling that keeps the cursor in sight.

use super::super::highlight::{Lines, SourceLine};
use super::layout::{Layout, Spot};
use super::rows::{FileRows, Row, Side, wide};
use ratatui::style::Style;

/// Side by side is shown from this width on.
pub(super) const SIDE_BY_SIDE_FROM: u16 = 80;

/// How many rows are kept in sight above and below the cursor.
const MARGIN: usize = 2;

/// The size of the pane and how lines are laid out in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Geometry {
    /// Columns.
    pub(super) width: u16,
    /// Lines, the file's heading included, which always stands in the first.
    pub(super) height: u16,
    /// Whether the texts stand side by side.
    pub(super) is_paired: bool,
    /// Whether long lines are wrapped.
    pub(super) is_wrapped: bool,
}

/// The first row in sight, and how many of its screen lines are scrolled off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Top {
    /// The row.
    pub(super) spot: Spot,
    /// Screen lines of it above the sight.
    pub(super) skip: usize,
}

/// A row in sight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct InSight {
    /// The row.
    pub(super) spot: Spot,
    /// The first screen line that it takes, from the pane's top.
    pub(super) y: u16,
    /// How many it takes.
    pub(super) height: u16,
    /// How many of its lines are scrolled off above.
    pub(super) skip: usize,
}

/// The columns of a line: numbers, sign, text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Columns {
    /// Digits of a line number.
    pub(super) digits: u16,
    /// Columns of a half; the whole line where the texts are not side by side.
    pub(super) half: u16,
    /// Columns of a half's text.
    pub(super) text: u16,
}

impl Geometry {
    /// Returns the geometry for a size; side by side needs room.
    pub(super) fn new(width: u16, height: u16, wants_pairs: bool, is_wrapped: bool) -> Self {
        Self { width, height, is_paired: wants_pairs && width >= SIDE_BY_SIDE_FROM, is_wrapped }
    }

    /// Returns the screen lines below the file's heading.
    pub(super) fn body(&self) -> usize {
        usize::from(self.height.saturating_sub(1)).max(1)
    }

    /// Returns the columns of a file's lines.
    pub(super) fn columns(&self, file: &FileRows) -> Columns {
        let digits = file.digits();
        if self.is_paired {
            let half = self.width.saturating_sub(2) / 2;
            Columns { digits, half, text: half.saturating_sub(digits + 3) }
        } else {
            let half = self.width.saturating_sub(1);
            Columns { digits, half, text: half.saturating_sub(2 * digits + 4) }
        }
    }

    /// Returns how many screen lines a row takes; none where it stands beside another one.
    pub(super) fn row_height(&self, file: &FileRows, row: Row) -> usize {
        if !self.is_paired && !self.is_wrapped {
            return 1;
        }
        let width = self.columns(file).text;
        let height = |bytes: &[u8], tail: Option<&str>| {
            let line = SourceLine::plain(bytes, Style::new());
            SourceLine { is_wrapped: self.is_wrapped, tail, ..line }.height(width)
        };
        match row {
            Row::Line { old, new, run } => {
                let (old, new) = if self.is_paired {
                    match file.side_by_side(row) {
                        Some(pair) => pair,
                        None => return 0,
                    }
                } else {
                    // Context is the same on both sides, so one of them is enough.
                    (old.map(wide).filter(|_| new.is_none()), new.map(wide))
                };
                if !self.is_wrapped {
                    return 1;
                }
                let run = run.and_then(|run| file.run(wide(run)));
                let of = |side: Side, lines: &Lines, line: Option<usize>| {
                    line.map_or(1, |line| height(lines.get(line), file.tail(side, line, run)))
                };
                of(Side::Old, &file.old, old).max(of(Side::New, &file.new, new))
            }
            Row::DecidedLine { decided, line } => {
                file.decided_line(decided, line).map_or(1, |line| height(line.bytes, None))
            }
            Row::File
            | Row::Conflict
            | Row::Unit(_)
            | Row::Hunk(_)
            | Row::Run(_)
            | Row::Decided(_)
            | Row::Note(_)
            | Row::Gap { .. } => 1,
        }
    }

    fn height_at(&self, layout: &Layout, spot: Spot) -> usize {
        match (layout.file(spot), layout.row(spot)) {
            (Some(file), Some(row)) => self.row_height(file, row),
            _ => 0,
        }
    }

    /// Returns the spot, or the row that it stands beside.
    pub(super) fn drawn(&self, layout: &Layout, spot: Spot) -> Spot {
        match layout.file(spot) {
            Some(file) if self.is_paired => Spot { row: file.row_beside(spot.row), ..spot },
            _ => spot,
        }
    }

    /// Returns the next row that is drawn.
    pub(super) fn down(&self, layout: &Layout, spot: Spot) -> Option<Spot> {
        let next = layout.after(spot)?;
        let file = layout.file(next)?;
        if !self.is_paired {
            return Some(next);
        }
        let row = file.below_beside(next.row);
        if row < file.rows.len() {
            return Some(Spot { row, ..next });
        }
        (next.file + 1 < layout.files.len()).then_some(Spot { file: next.file + 1, row: 0 })
    }

    /// Returns the row before that is drawn.
    pub(super) fn up(&self, layout: &Layout, spot: Spot) -> Option<Spot> {
        let before = layout.before(spot)?;
        let file = layout.file(before)?;
        let row = if self.is_paired { file.above_beside(before.row) } else { before.row };
        Some(Spot { row, ..before })
    }

    /// Returns the row so many screen lines below, or the last.
    pub(super) fn down_by(&self, layout: &Layout, spot: Spot, lines: usize) -> Spot {
        let (mut at, mut passed) = (spot, 0);
        while passed < lines {
            let Some(next) = self.down(layout, at) else { break };
            passed += self.height_at(layout, at).max(1);
            at = next;
        }
        at
    }

    /// Returns the row so many screen lines above, or the first.
    pub(super) fn up_by(&self, layout: &Layout, spot: Spot, lines: usize) -> Spot {
        let (mut at, mut passed) = (spot, 0);
        while passed < lines {
            let Some(before) = self.up(layout, at) else { break };
            passed += self.height_at(layout, before).max(1);
            at = before;
        }
        at
    }

    /// Returns a top from which the rows around the cursor are in sight, moved as little as can be.
    pub(super) fn follow(&self, layout: &Layout, top: Top, cursor: Spot) -> Top {
        let margin = MARGIN.min(self.body() / 4);
        let top = self.show(layout, top, self.down_by(layout, cursor, margin));
        let top = self.show(layout, top, self.up_by(layout, cursor, margin));
        self.settle(layout, top, cursor)
    }

    /// Returns a top from which the cursor is in sight and no line below the last row is left empty without need.
    pub(super) fn settle(&self, layout: &Layout, top: Top, cursor: Spot) -> Top {
        let last = layout.spot(usize::MAX);
        let top = Top { spot: self.drawn(layout, layout.clamped(top.spot)), ..top };
        let lowest = self.lowest(layout, self.drawn(layout, last), Spot::default());
        let top = if top.spot > lowest { Top { spot: lowest, skip: 0 } } else { top };
        let skip = top.skip.min(self.height_at(layout, top.spot).saturating_sub(1));
        self.show(layout, Top { skip, ..top }, self.drawn(layout, layout.clamped(cursor)))
    }

    /// Returns a top from which a row is in sight.
    fn show(&self, layout: &Layout, top: Top, wanted: Spot) -> Top {
        if wanted < top.spot {
            return Top { spot: wanted, skip: 0 };
        }
        if wanted == top.spot {
            return top;
        }
        let lowest = self.lowest(layout, wanted, top.spot);
        if lowest > top.spot { Top { spot: lowest, skip: 0 } } else { top }
    }

    /// Returns the highest row from which `wanted` is in sight, not looking above `limit`.
    fn lowest(&self, layout: &Layout, wanted: Spot, limit: Spot) -> Spot {
        let mut used = self.height_at(layout, wanted);
        let mut at = wanted;
        while at > limit {
            let Some(before) = self.up(layout, at) else { break };
            used += self.height_at(layout, before);
            // A file's heading costs nothing as the first row: it stands in the line that is kept for it.
            if used > self.body() && !(before.row == 0 && used == self.body() + 1) {
                break;
            }
            at = before;
        }
        at
    }

    /// Returns the rows in sight, top to bottom, below the heading in the first line.
    pub(super) fn in_sight(&self, layout: &Layout, top: Top) -> Vec<InSight> {
        let mut rows = Vec::with_capacity(usize::from(self.height));
        let is_heading = layout.row(top.spot) == Some(Row::File);
        let mut at = if is_heading { layout.after(top.spot) } else { layout.file(top.spot).map(|_| top.spot) };
        let mut skip = if is_heading { 0 } else { top.skip };
        let mut y = 1_usize;
        while let Some(spot) = at
            && y < usize::from(self.height)
        {
            let height = self.height_at(layout, spot).saturating_sub(skip);
            let room = usize::from(self.height) - y;
            if height > 0 {
                let taken = height.min(room);
                rows.push(InSight { spot, y: y as u16, height: taken as u16, skip });
                y += taken;
            }
            skip = 0;
            at = self.down(layout, spot);
        }
        rows
    }
}
