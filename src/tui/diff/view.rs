//! Draws the review: the file's heading in the first line, below it what is in sight.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use super::super::search::Search;
use super::super::{Look, Scope};
use super::cache::DiffCache;
use super::empty;
use super::file_line::LinePainter;
use super::geometry::InSight;
use super::heading::{self, Pieces};
use super::layout::Spot;
use super::pane::DiffPane;
use super::rows::{FileRows, Row, Target};
use crate::safe::columns;
use crate::tui::text::write;

impl DiffPane {
    /// Draws the inside of the pane. A frame costs what is in sight.
    pub fn view(&self, area: Rect, buffer: &mut Buffer, look: Look<'_>, cache: &mut DiffCache) {
        let area = area.intersection(buffer.area);
        if area.is_empty() {
            return;
        }
        if let Some(search) = self.search() {
            search.view(area, buffer, look.theme);
        }
        let area = Search::above(self.search(), area);
        if area.is_empty() {
            return;
        }
        self.seen.set((area.width, area.height));
        if let Some(file) = &self.file {
            file.view(area, buffer, look, cache);
            return;
        }
        let geometry = self.geometry(area.width, area.height);
        let top = geometry.settle(&self.layout, self.top, self.cursor);
        let Some(first) = self.layout.file(top.spot) else {
            empty::draw(area, buffer, look, self.totals);
            return;
        };
        let cursor = geometry.drawn(&self.layout, self.cursor);
        let line = Rect { height: 1, ..area };
        file_heading(first, line, buffer, look, cursor == Spot { row: 0, ..top.spot });
        let target = self.target();
        let mut painter: Option<(usize, LinePainter<'_>)> = None;
        let height = area.height;
        for row in geometry.in_sight(&self.layout, top) {
            let Some(file) = self.layout.file(row.spot) else { continue };
            let area = Rect { y: area.y + row.y, height: row.height, ..area };
            let kind = file.rows[row.spot.row];
            match kind {
                Row::File => file_heading(file, area, buffer, look, cursor == row.spot),
                Row::Line { .. } | Row::DecidedLine { .. } => {
                    let known = painter.take().filter(|(at, _)| *at == row.spot.file);
                    let rows = row.spot.row..row.spot.row + usize::from(height);
                    let made = known.unwrap_or_else(|| {
                        (
                            row.spot.file,
                            LinePainter::new(file, rows, geometry, look.theme, self.scroll, cache, look.state)
                                .marked(self.marked(row.spot.file)),
                        )
                    });
                    let inside = Rect { x: area.x + 1, width: area.width - 1, ..area };
                    let over = self.over(&row, cursor, look);
                    made.1.paint((kind, over), inside, row.skip, buffer, cache);
                    painter = Some(made);
                }
                Row::Conflict
                | Row::Unit(_)
                | Row::Hunk(_)
                | Row::Run(_)
                | Row::Decided(_)
                | Row::Note(_)
                | Row::Gap { .. } => {
                    plain_heading(file, kind, area, buffer, look, &self.button_keys);
                }
            }
            self.mark(&row, file, area, buffer, look, (cursor, &target));
        }
    }

    /// Returns what lies over a row because the cursor or the selection is there.
    fn over(&self, row: &InSight, cursor: Spot, look: Look<'_>) -> Style {
        let mut over = Style::new();
        if self.is_selected(row, cursor) {
            over = over.patch(look.theme.style(Scope::Range));
        }
        if row.spot == cursor && look.is_focused {
            over = over.patch(look.theme.style(Scope::Selection));
        }
        over
    }

    fn is_selected(&self, row: &InSight, cursor: Spot) -> bool {
        row.spot.file == cursor.file && self.selection().is_some_and(|rows| rows.contains(&row.spot.row))
    }

    /// Marks the cursor, the selection and what the keys act on, by a sign in the first column and by style.
    fn mark(
        &self,
        row: &InSight,
        file: &FileRows,
        area: Rect,
        buffer: &mut Buffer,
        look: Look<'_>,
        (cursor, target): (Spot, &Target),
    ) {
        let style = |scope| look.theme.style(scope);
        let is_cursor = row.spot == cursor;
        let is_here = row.spot.file == cursor.file;
        let is_selected = self.is_selected(row, cursor);
        let is_target = is_here && matches!(target, Target::Runs(_)) && file.target(row.spot.row) == *target;
        let bar = match (is_cursor, is_selected, is_target) {
            (true, ..) => "▌",
            (_, true, _) => "┃",
            (_, _, true) => "▎",
            _ => "",
        };
        // A line has what lies over it already, under what a search found.
        let is_line = matches!(file.rows[row.spot.row], Row::Line { .. } | Row::DecidedLine { .. });
        let width = if is_line { 1 } else { area.width };
        buffer.set_style(Rect { width, ..area }, self.over(row, cursor, look));
        if !bar.is_empty() && row.spot.row > 0 {
            for y in area.top()..area.bottom() {
                let scope = if look.is_focused { Scope::Accent } else { Scope::Muted };
                buffer.set_stringn(area.x, y, bar, 1, style(scope));
            }
        }
    }
}

/// Draws a file's heading over its whole line.
fn file_heading(file: &FileRows, area: Rect, buffer: &mut Buffer, look: Look<'_>, is_cursor: bool) {
    let ground = look.theme.style(Scope::Status).add_modifier(Modifier::BOLD);
    buffer.set_style(area, ground);
    let (left, right) = heading::file(file);
    let length: usize = right.iter().map(|(text, _)| columns(text)).sum();
    let length = u16::try_from(length).unwrap_or(u16::MAX);
    let has_room = length + 20 <= area.width;
    let room = if has_room { area.width - length - 2 } else { area.width };
    pieces(&left, Rect { width: room, ..area }, buffer, look, ground);
    if has_room {
        let x = area.right() - length - 1;
        pieces(&right, Rect { x, width: length, ..area }, buffer, look, ground);
    }
    if is_cursor {
        let scope = if look.is_focused { Scope::Selection } else { Scope::Range };
        buffer.set_style(area, look.theme.style(scope));
    }
}

fn plain_heading(
    file: &FileRows,
    row: Row,
    area: Rect,
    buffer: &mut Buffer,
    look: Look<'_>,
    keys: &heading::ButtonKeys,
) {
    let buttons = heading::buttons(file, row, area.width, keys);
    let end = buttons.first().map_or(area.width, |button| button.columns.start.saturating_sub(1));
    let indent = match row {
        Row::Gap { .. } | Row::Note(_) => 3,
        _ => 1,
    };
    let scope = match row {
        Row::Hunk(_) | Row::Run(_) | Row::Unit(_) => Scope::HunkHeader,
        _ => Scope::Text,
    };
    let ground = look.theme.style(scope);
    buffer.set_style(area, ground);
    let text = Rect { x: area.x + indent, width: end.saturating_sub(indent), ..area };
    pieces(&heading::row(file, row), text, buffer, look, ground);
    for button in buttons {
        let style = ground.patch(look.theme.style(Scope::Key));
        buffer.set_stringn(area.x + button.columns.start, area.y, button.text, button.columns.len(), style);
    }
}

/// Writes pieces of text one behind the other, cut at the area's end with a mark.
fn pieces(pieces: &Pieces, area: Rect, buffer: &mut Buffer, look: Look<'_>, ground: Style) {
    let mut x = area.x;
    for (text, scope) in pieces {
        let room = usize::from(area.right().saturating_sub(x));
        let style = ground.patch(look.theme.style(*scope));
        let end = write(buffer, (x, area.y), text, room, style);
        if columns(text) > room {
            buffer.set_stringn(area.right().saturating_sub(1), area.y, "…", 1, style);
            return;
        }
        x = end;
    }
}
