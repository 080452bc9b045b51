//! Tables fitted to a width: cells wrap, and what does not fit as a grid is told as a list.

use pulldown_cmark::Alignment;
use ratatui::style::Modifier;

use super::line;
use super::row::{RowCell, drawn, is_endless};
use super::{Flow, FlowRow, Ink, Joint, Piece, cells, clip};
use crate::tui::Scope;

/// Between two columns.
const BAR: &str = " │ ";
/// Between a title and its cell, where a row is told as a list.
const COLON: &str = ": ";
/// A column is not made narrower than this in a grid.
const NARROWEST: usize = 4;
/// A row told as a list shows no more cells than this.
const LISTED: usize = 64;

/// The cells of a table as they are read.
#[derive(Debug)]
pub(super) struct Table {
    alignments: Vec<Alignment>,
    rows: Vec<Vec<Vec<Piece>>>,
}

/// A row as it is drawn, with the cells that stand in it.
#[derive(Debug, Default)]
pub(super) struct TableRow {
    pub(super) pieces: Vec<Piece>,
    pub(super) cells: Vec<RowCell>,
    /// Apart for the first of the rows that show a row of the table.
    pub(super) joint: Joint,
}

impl TableRow {
    /// Adds a part of a cell.
    fn put(&mut self, part: FlowRow, column: usize, is_title: bool) {
        if part.pieces.is_empty() {
            return;
        }
        let start = self.pieces.len();
        self.pieces.extend(part.pieces);
        let end = self.pieces.len();
        match self.cells.last_mut() {
            Some(last) if last.pieces.end == start && (last.column, last.is_title) == (column, is_title) => {
                last.pieces.end = end;
            }
            _ => self.cells.push(RowCell { pieces: start..end, column, is_title, joint: part.joint }),
        }
    }
}

impl Table {
    pub(super) fn new(alignments: Vec<Alignment>) -> Self {
        Self { alignments, rows: Vec::new() }
    }

    pub(super) fn begin_row(&mut self) {
        self.rows.push(Vec::new());
    }

    pub(super) fn begin_cell(&mut self) {
        if let Some(row) = self.rows.last_mut() {
            row.push(Vec::new());
        }
    }

    /// Adds text from outside to the cell; it is made safe when it is laid out.
    pub(super) fn push(&mut self, text: &str, ink: Ink) {
        if let Some(cell) = self.rows.last_mut().and_then(|row| row.last_mut()) {
            cell.push(Piece { text: text.to_owned(), ink });
        }
    }

    /// Returns the rows for a width, each no wider.
    pub(super) fn rows(&self, width: usize, hides_header: bool) -> Vec<TableRow> {
        let columns = self.alignments.len().max(1);
        let bars = cells(BAR) * (columns - 1);
        if columns > 1 && width < bars + columns * NARROWEST {
            return self.listed(width, hides_header);
        }
        let widths = if is_endless(width) {
            // As many as are told where they do not stand beside each other.
            vec![width; columns.min(LISTED)]
        } else {
            fit(&self.natural_widths(columns, width), width.saturating_sub(bars))
        };
        let mut out = Vec::new();
        for (index, row) in self.rows.iter().enumerate() {
            let is_header = index == 0;
            if is_header && hides_header {
                continue;
            }
            self.grid_row(row, &widths, is_header, &mut out);
            if is_header {
                let rule: Vec<String> = widths.iter().map(|width| "─".repeat(drawn(*width))).collect();
                let rule = vec![Piece { text: rule.join("─┼─"), ink: Ink::of(Scope::Muted) }];
                out.push(TableRow { pieces: rule, ..TableRow::default() });
            }
        }
        out
    }

    fn natural_widths(&self, columns: usize, width: usize) -> Vec<usize> {
        let mut widths = vec![1; columns];
        for row in &self.rows {
            for (cell, widest) in row.iter().zip(&mut widths) {
                // One flow as wide as the table tells the cell's width without wrapping, in drawn columns.
                let drawn = flow(cell, width, false);
                let cell_width = drawn.iter().map(|row| row_width(&row.pieces)).max().unwrap_or(0);
                *widest = (*widest).max(cell_width);
            }
        }
        widths
    }

    fn grid_row(&self, row: &[Vec<Piece>], widths: &[usize], is_header: bool, out: &mut Vec<TableRow>) {
        let mut drawn: Vec<Vec<FlowRow>> = widths
            .iter()
            .enumerate()
            .map(|(column, width)| row.get(column).map_or_else(Vec::new, |cell| flow(cell, *width, is_header)))
            .collect();
        let height = drawn.iter().map(Vec::len).max().unwrap_or(0).max(1);
        for line in 0..height {
            let joint = if line == 0 { Joint::Apart } else { Joint::Close };
            let mut row = TableRow { joint, ..TableRow::default() };
            for (column, width) in widths.iter().enumerate() {
                let cell = drawn[column].get_mut(line).map(std::mem::take).unwrap_or_default();
                let used = row_width(&cell.pieces);
                let free = if is_endless(*width) { 0 } else { width.saturating_sub(used) };
                let before = match self.alignments.get(column) {
                    Some(Alignment::Right) => free,
                    Some(Alignment::Center) => free / 2,
                    Some(Alignment::Left | Alignment::None) | None => 0,
                };
                pad(&mut row.pieces, before);
                row.put(cell, column, false);
                if column + 1 < widths.len() {
                    pad(&mut row.pieces, free - before);
                    row.pieces.push(Piece { text: BAR.to_owned(), ink: Ink::of(Scope::Muted) });
                }
            }
            out.push(row);
        }
    }

    /// Tells each row as lines `header: cell`.
    fn listed(&self, width: usize, hides_header: bool) -> Vec<TableRow> {
        let mut out = Vec::new();
        let header = self.rows.first();
        if let (Some(header), 1) = (header, self.rows.len()) {
            // Nothing but the header has come so far.
            let mut line = Flow::new(width);
            for (column, title) in header.iter().take(LISTED).enumerate() {
                let text: String = title.iter().map(|piece| piece.text.as_str()).collect();
                let comma = if column > 0 { ", " } else { "" };
                line.push(&format!("{comma}{}", clip(&text, 40)), Ink::of(Scope::Muted).with(Modifier::BOLD));
            }
            let row = |row: FlowRow| TableRow { pieces: row.pieces, joint: row.joint, ..TableRow::default() };
            return line.finish().into_iter().map(row).collect();
        }
        for (index, row) in self.rows.iter().enumerate().skip(1) {
            if index > 1 {
                out.push(TableRow::default());
            }
            for (column, cell) in row.iter().enumerate().take(LISTED).filter(|(_, cell)| !cell.is_empty()) {
                let mut line = Flow::new(width);
                if let Some(title) = header.and_then(|header| header.get(column)) {
                    let text: String = title.iter().map(|piece| piece.text.as_str()).collect();
                    line.push(&clip(&text, 40), Ink::of(Scope::Muted).with(Modifier::BOLD));
                    line.push(COLON, Ink::of(Scope::Muted));
                }
                for piece in cell {
                    line.push(&piece.text, piece.ink);
                }
                let shows_title = index == 1 && !hides_header;
                out.extend(listed_rows(line.finish(), column, shows_title));
            }
        }
        out
    }
}

/// Returns an open paragraph that ends as a table begins, completed to one: so that a header that streams in is seen
/// as a table's at once, and not as bars and dashes until the line below it has come.
pub(super) fn begun(part: &str) -> Option<String> {
    let is_header = |line: &str| line.trim().starts_with('|') && !line::is_rule_of_table(line);
    let cells = |line: &str| line.trim().trim_matches('|').split('|').count();
    let lines: Vec<&str> = part.trim_end().lines().collect();
    let (last, before) = lines.split_last()?;
    if before.iter().any(|line| line::is_rule_of_table(line)) {
        return None;
    }
    let (body, header) = match before.last() {
        _ if is_header(last) => (lines.as_slice(), *last),
        Some(header) if line::is_rule_of_table(last) && is_header(header) => (before, *header),
        _ => return None,
    };
    if body.len() < lines.len() && cells(last) == cells(header) && last.trim_end().ends_with(['-', ':', '|']) {
        // The row of dashes may be whole; then it is read as it stands.
        let is_whole = last.trim().trim_matches('|').split('|').all(|cell| cell.contains('-'));
        if is_whole {
            return None;
        }
    }
    Some(format!("{}\n|{}", body.join("\n"), "---|".repeat(cells(header))))
}

/// Returns the widths of the columns: narrow ones keep what they need, the others share what is left.
fn fit(natural: &[usize], room: usize) -> Vec<usize> {
    if natural.iter().sum::<usize>() <= room {
        return natural.to_vec();
    }
    let mut order: Vec<usize> = (0..natural.len()).collect();
    order.sort_by_key(|column| natural[*column]);
    let mut widths = vec![1; natural.len()];
    let mut left = room;
    for (done, column) in order.iter().enumerate() {
        let share = left / (natural.len() - done);
        widths[*column] = natural[*column].min(share).max(1);
        left = left.saturating_sub(widths[*column]);
    }
    widths
}

/// Returns the rows that tell a cell behind its title. A title is text of the table's once: with the first cell.
fn listed_rows(rows: Vec<FlowRow>, column: usize, shows_title: bool) -> Vec<TableRow> {
    let mut is_behind = false;
    let mut out = Vec::with_capacity(rows.len());
    for flow in rows {
        let mut row = TableRow { joint: flow.joint, ..TableRow::default() };
        for piece in flow.pieces {
            let is_colon = !is_behind && piece.ink == Ink::of(Scope::Muted) && piece.text.starts_with(COLON.trim_end());
            if is_colon || !is_behind && !shows_title {
                row.pieces.push(piece);
            } else {
                row.put(FlowRow { pieces: vec![piece], joint: flow.joint }, column, !is_behind);
            }
            is_behind |= is_colon;
        }
        out.push(row);
    }
    out
}

fn flow(cell: &[Piece], width: usize, is_header: bool) -> Vec<FlowRow> {
    let mut flow = Flow::new(width);
    for piece in cell {
        let ink = if is_header { piece.ink.with(Modifier::BOLD) } else { piece.ink };
        flow.push(&piece.text, ink);
    }
    flow.finish()
}

fn row_width(row: &[Piece]) -> usize {
    row.iter().map(|piece| cells(&piece.text)).sum()
}

fn pad(pieces: &mut Vec<Piece>, columns: usize) {
    if columns > 0 {
        pieces.push(Piece { text: " ".repeat(columns), ink: Ink::of(Scope::Text) });
    }
}
