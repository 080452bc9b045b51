//! Turns changed cells into few bytes: short ways for the cursor, only what changes of the attributes, erasing in
//! place of blanks, and scrolling in place of painting where that is shorter.
//!
//! What is used is understood by every terminal, multiplexer and console since the VT220: CUP, CUU to CUB, carriage
//! return, line feed, backspace, EL, ECH, DECSTBM and RI. Not REP, which mosh and older consoles do not know.

use std::sync::Arc;

use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::{Position, Rect, Size};

use super::glyphs;
use super::hyperlink::{END, LinkId, LinkTable, link_of};
use super::pen::{Pen, is_blank};
use super::shifted::{Shift, shift_of};
use super::strokes::strokes;
use crate::config::Glyphs;
use crate::safe;

/// So many changed cells in so many rows are worth a look at whether the screen has only scrolled.
const WORTH_A_LOOK: (usize, usize) = (40, 4);
/// So many blanks in a row are erased rather than written.
const WORTH_ERASING: usize = 9;
/// A scroll takes about so many bytes.
const SCROLLING: usize = 16;
/// A jump to another place and a change of the pen take about so many bytes.
const JUMP: usize = 5;
const NEW_PEN: usize = 8;
/// A gap of at most so many cells may be written again, which is shorter than a jump over it.
const MAX_REWRITTEN: u16 = 4;

/// What a place of the terminal shows, as far as it is known.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Spot {
    /// It is not known.
    Unknown,
    /// This.
    Shows(Cell),
    /// The rest of the wide character before it.
    Covered,
}

/// How much of a frame is written at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    /// About so many bytes: a row that was begun is written to its end.
    pub most: usize,
    /// What stands here comes behind the rest.
    pub last: Option<Rect>,
}

/// One changed cell and where it stands.
pub(super) type Change<'a> = (u16, u16, &'a Cell);

/// Knows what the terminal shows, and writes what turns that into something else.
#[derive(Debug, Clone)]
pub(super) struct Encoder {
    size: Size,
    spots: Vec<Spot>,
    pen: Option<Pen>,
    cursor: Option<Position>,
    links: Arc<LinkTable>,
    glyphs: Glyphs,
    /// The link that is written; none between two frames.
    link: Option<LinkId>,
    has_linked: bool,
    out: Vec<u8>,
}

impl Encoder {
    /// Returns the encoder of a terminal of which nothing is known.
    pub(super) fn new(size: Size) -> Self {
        let spots = blank(size, &Spot::Unknown);
        let (links, link, glyphs) = (Arc::default(), None, Glyphs::Full);
        Self { size, spots, pen: None, cursor: None, links, glyphs, link, has_linked: false, out: Vec::new() }
    }

    /// Takes over the terminal's size; what it shows then is not known. Tells whether it is another one.
    pub(super) fn set_size(&mut self, size: Size) -> bool {
        let is_other = self.size != size;
        if is_other {
            self.size = size;
            self.spots = blank(size, &Spot::Unknown);
            self.cursor = None;
        }
        is_other
    }

    /// Takes the table of the links that cells carry.
    pub(super) fn set_links(&mut self, links: Arc<LinkTable>) {
        self.links = links;
    }

    /// Takes the signs that may be written.
    pub(super) fn set_glyphs(&mut self, glyphs: Glyphs) {
        self.glyphs = glyphs;
    }

    /// Tells whether a link was ever written.
    pub(super) fn has_linked(&self) -> bool {
        self.has_linked
    }

    /// Forgets everything, after someone else has had the terminal.
    pub(super) fn forget(&mut self) {
        self.spots = blank(self.size, &Spot::Unknown);
        self.pen = None;
        self.cursor = None;
    }

    /// Takes the bytes that were written.
    pub(super) fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.out)
    }

    /// Writes bytes that move nothing and colour nothing.
    pub(super) fn raw(&mut self, bytes: &[u8]) {
        self.out.extend_from_slice(bytes);
    }

    /// Clears the screen.
    pub(super) fn clear(&mut self) {
        Pen::PLAIN.change_from(None, &mut self.out);
        self.pen = Some(Pen::PLAIN);
        self.out.extend_from_slice(b"\x1b[2J");
        self.spots = blank(self.size, &Spot::Shows(Cell::EMPTY));
    }

    /// Writes what makes the terminal show these cells, by the shorter of two ways, or a share of it; tells whether that is
    /// all. Only the areas are compared.
    pub(super) fn show_cells(&mut self, wanted: &Buffer, areas: &[Rect], share: Option<Share>) -> bool {
        if wanted.area != Rect::from((Position::ORIGIN, self.size)) {
            return true;
        }
        let changes = self.changes(wanted, areas);
        let shift = is_worth_a_look(&changes).then(|| shift_of(&self.spots, wanted, &changes)).flatten();
        match shift.map(|shift| (shift, self.left_after(shift, wanted, &changes))) {
            Some((shift, left)) if length(&left) + SCROLLING < length(&changes) => {
                self.scroll(shift);
                self.put_share(left, share)
            }
            Some(_) | None => self.put_share(changes, share),
        }
    }

    /// Returns the cells that the terminal does not show yet, row by row.
    fn changes<'a>(&self, wanted: &'a Buffer, areas: &[Rect]) -> Vec<Change<'a>> {
        let width = usize::from(self.size.width);
        let mut changes = Vec::new();
        for area in areas {
            for row in area.top()..area.bottom() {
                let start = usize::from(row) * width;
                let mut column = area.left();
                while column < area.right() {
                    let at = start + usize::from(column);
                    let cell = &wanted.content[at];
                    if !looks_like(&self.spots[at], cell) {
                        changes.push((column, row, cell));
                    }
                    column += columns(cell);
                }
            }
        }
        changes
    }

    /// Returns the cells that are left to write when the terminal has scrolled.
    fn left_after<'a>(&self, shift: Shift, wanted: &'a Buffer, changes: &[Change<'a>]) -> Vec<Change<'a>> {
        let width = usize::from(self.size.width);
        let blank = Spot::Shows(Cell::EMPTY);
        let mut left: Vec<Change<'a>> = changes.iter().filter(|(_, row, _)| *row < shift.top).copied().collect();
        for row in shift.top..=shift.bottom {
            let from = row.checked_add_signed(shift.rows).filter(|from| (shift.top..=shift.bottom).contains(from));
            let mut column = 0;
            while column < self.size.width {
                let cell = &wanted.content[usize::from(row) * width + usize::from(column)];
                let shown = from.map(|from| &self.spots[usize::from(from) * width + usize::from(column)]);
                if !looks_like(shown.unwrap_or(&blank), cell) {
                    left.push((column, row, cell));
                }
                column += columns(cell);
            }
        }
        left.extend(changes.iter().filter(|(_, row, _)| *row > shift.bottom));
        left
    }

    /// Scrolls rows up or down; the rows that come in are blank.
    fn scroll(&mut self, shift: Shift) {
        if !self.pen.is_some_and(Pen::erases_plainly) {
            self.set_pen(Pen::PLAIN);
        }
        let Shift { top, bottom, rows } = shift;
        self.out.extend_from_slice(format!("\x1b[{};{}r", top + 1, bottom + 1).as_bytes());
        // Terminals put it to the corner of the screen or of the region.
        self.cursor = None;
        let count = usize::from(rows.unsigned_abs());
        if rows > 0 {
            self.go_to(0, bottom);
            self.out.extend(std::iter::repeat_n(b'\n', count));
        } else {
            self.go_to(0, top);
            self.out.extend_from_slice(&b"\x1bM".repeat(count));
        }
        self.out.extend_from_slice(b"\x1b[r");
        self.cursor = None;
        let width = usize::from(self.size.width);
        let part = &mut self.spots[usize::from(top) * width..(usize::from(bottom) + 1) * width];
        let moved = (count * width).min(part.len());
        if rows > 0 {
            part.rotate_left(moved);
            let kept = part.len() - moved;
            part[kept..].fill(Spot::Shows(Cell::EMPTY));
        } else {
            part.rotate_right(moved);
            part[..moved].fill(Spot::Shows(Cell::EMPTY));
        }
    }

    /// Writes changes, or a share of them; tells whether that is all.
    fn put_share(&mut self, changes: Vec<Change<'_>>, share: Option<Share>) -> bool {
        let share = share.filter(|share| length(&changes) > share.most);
        let (strokes, mut changes) = strokes(changes);
        let enough = share.map_or(usize::MAX, |share| self.out.len() + share.most);
        for stroke in &strokes {
            if self.out.len() >= enough {
                return false;
            }
            self.put(stroke);
        }
        let Some(share) = share else {
            self.put(&changes);
            return true;
        };
        let is_last =
            |(column, row, _): &Change<'_>| share.last.is_some_and(|last| last.contains((*column, *row).into()));
        changes.sort_by_key(is_last);
        let mut left = changes.as_slice();
        while let Some(row) = left.chunk_by(|(_, before, _), (_, after, _)| before == after).next()
            && self.out.len() < enough
        {
            self.put(row);
            left = &left[row.len()..];
        }
        left.is_empty()
    }

    fn put(&mut self, changes: &[Change<'_>]) {
        let mut at = 0;
        while let Some((column, row, cell)) = changes.get(at) {
            let blanks = blanks_from(&changes[at..]);
            let reaches_edge = usize::from(*column) + blanks == usize::from(self.size.width);
            if blanks >= WORTH_ERASING || reaches_edge && blanks > 3 {
                self.set_link(None);
                self.go_to(*column, *row);
                self.ink_blank(cell);
                if reaches_edge {
                    self.out.extend_from_slice(b"\x1b[K");
                } else {
                    self.out.extend_from_slice(format!("\x1b[{blanks}X").as_bytes());
                }
                for (column, row, cell) in &changes[at..at + blanks] {
                    self.show(*column, *row, cell);
                }
                at += blanks;
            } else {
                self.write(*column, *row, cell);
                at += 1;
            }
        }
        self.set_link(None);
    }

    /// Writes one cell where it belongs.
    fn write(&mut self, column: u16, row: u16, cell: &Cell) {
        self.go_to(column, row);
        if is_blank(cell) {
            self.ink_blank(cell)
        } else {
            self.set_pen(Pen::of(cell))
        }
        self.set_link(link_of(cell));
        // No text reaches a cell unless it was made safe before; this is the last gate, whatever a pane forgot.
        let is_safe = !cell.symbol().chars().any(char::is_control);
        let symbol = if is_safe && !cell.symbol().is_empty() { cell.symbol() } else { " " };
        let symbol = glyphs::written(symbol, self.glyphs);
        if certain_width(symbol).is_none() && safe::columns(symbol) > 1 {
            // A terminal that takes it for narrower leaves what stood in the other half.
            self.out.extend(std::iter::repeat_n(b' ', safe::columns(symbol)));
            let end = column.saturating_add(columns(cell));
            self.cursor = (end < self.size.width).then_some(Position { x: end, y: row });
            self.go_to(column, row);
        }
        self.out.extend_from_slice(symbol.as_bytes());
        self.show(column, row, cell);
        let end = column.saturating_add(certain_width(symbol).unwrap_or(0));
        // After the last column terminals differ in where the cursor stands.
        let is_certain = certain_width(symbol).is_some() && end < self.size.width;
        self.cursor = is_certain.then_some(Position { x: end, y: row });
    }

    /// Notes what a place shows; a wide character that loses its half is gone.
    fn show(&mut self, column: u16, row: u16, cell: &Cell) {
        let width = usize::from(self.size.width);
        let at = usize::from(row) * width + usize::from(column);
        if usize::from(column) >= width || at >= self.spots.len() {
            return;
        }
        if self.spots[at] == Spot::Covered
            && let Some(lead) = (0..at).rev().find(|before| self.spots[*before] != Spot::Covered)
        {
            self.spots[lead] = Spot::Unknown;
        }
        let end = (at + safe::columns(cell.symbol()).max(1)).min(at - usize::from(column) + width);
        self.spots[at] = Spot::Shows(cell.clone());
        self.spots[at + 1..end].fill(Spot::Covered);
        let mut rest = end;
        while rest % width != 0 && self.spots.get(rest) == Some(&Spot::Covered) {
            self.spots[rest] = Spot::Unknown;
            rest += 1;
        }
    }

    fn set_pen(&mut self, pen: Pen) {
        pen.change_from(self.pen, &mut self.out);
        self.pen = Some(pen);
    }

    /// Begins or ends a link, where the cell before was not part of the same.
    fn set_link(&mut self, link: Option<LinkId>) {
        if self.link == link {
            return;
        }
        match link {
            Some(link) => self.links.begin(link, &mut self.out),
            None => self.out.extend_from_slice(END),
        }
        self.has_linked = true;
        self.link = link;
    }

    fn ink_blank(&mut self, cell: &Cell) {
        self.set_pen(self.pen.unwrap_or(Pen::PLAIN).for_blank(cell));
    }

    /// Moves the cursor by the shortest way.
    pub(super) fn go_to(&mut self, column: u16, row: u16) {
        let wanted = Position { x: column, y: row };
        if self.cursor == Some(wanted) {
            return;
        }
        let absolute = match (column, row) {
            (0, 0) => "\x1b[H".to_owned(),
            (0, row) => format!("\x1b[{}H", row + 1),
            (column, row) => format!("\x1b[{};{}H", row + 1, column + 1),
        };
        let relative = self.cursor.and_then(|from| self.relative(from, wanted));
        match relative.filter(|way| way.len() < absolute.len()) {
            Some(way) => self.out.extend_from_slice(way.as_bytes()),
            None => self.out.extend_from_slice(absolute.as_bytes()),
        }
        self.cursor = Some(wanted);
    }

    /// Returns a way by steps down or up and then along the row; none where there is no simple one.
    fn relative(&self, from: Position, to: Position) -> Option<String> {
        let mut way = String::new();
        if to.y > from.y {
            let down = to.y - from.y;
            way.push_str(&if down <= 3 { "\n".repeat(down.into()) } else { steps(down, 'B') });
        } else if to.y < from.y {
            way.push_str(&steps(from.y - to.y, 'A'));
        }
        let along = if to.x == from.x {
            String::new()
        } else if to.x == 0 {
            "\r".to_owned()
        } else if to.x > from.x {
            let gap = to.x - from.x;
            let again = (from.y == to.y && gap <= MAX_REWRITTEN).then(|| self.again(from, gap)).flatten();
            again.unwrap_or_else(|| steps(gap, 'C'))
        } else {
            let back = from.x - to.x;
            if back <= 3 { "\u{8}".repeat(back.into()) } else { steps(back, 'D') }
        };
        way.push_str(&along);
        (way.len() <= 9).then_some(way)
    }

    /// Returns the text that stands from a place on, if it can be written again with the pen as it is.
    fn again(&self, from: Position, gap: u16) -> Option<String> {
        let pen = self.pen?;
        let start = usize::from(from.y) * usize::from(self.size.width) + usize::from(from.x);
        let mut text = String::new();
        for spot in self.spots.get(start..start + usize::from(gap))? {
            let Spot::Shows(cell) = spot else { return None };
            let is_plain = cell.symbol().len() == 1 && !cell.symbol().chars().any(char::is_control);
            let fits = if is_blank(cell) { pen.for_blank(cell) == pen } else { Pen::of(cell) == pen };
            if !is_plain || !fits || link_of(cell) != self.link {
                return None;
            }
            text.push_str(cell.symbol());
        }
        Some(text)
    }
}

fn blank(size: Size, spot: &Spot) -> Vec<Spot> {
    vec![spot.clone(); usize::from(size.width) * usize::from(size.height)]
}

/// Returns the sequence that moves the cursor by so many cells.
fn steps(count: u16, direction: char) -> String {
    if count == 1 { format!("\x1b[{direction}") } else { format!("\x1b[{count}{direction}") }
}

/// Tells whether a place shows what a cell would show: of blanks only the ground counts.
pub(super) fn looks_like(spot: &Spot, cell: &Cell) -> bool {
    match spot {
        Spot::Shows(shown) => {
            let is_same = shown.fg == cell.fg
                && shown.modifier == cell.modifier
                && shown.underline_color == cell.underline_color
                && shown.symbol() == cell.symbol();
            shown.bg == cell.bg && (is_same || is_blank(shown) && is_blank(cell))
        }
        Spot::Unknown | Spot::Covered => false,
    }
}

/// Returns how many columns a cell takes.
pub(super) fn columns(cell: &Cell) -> u16 {
    if cell.symbol().len() == 1 { 1 } else { u16::try_from(safe::columns(cell.symbol())).unwrap_or(1).max(1) }
}

/// Returns about how many bytes changes take.
fn length(changes: &[Change<'_>]) -> usize {
    let mut length = 0;
    let mut end = None;
    let mut pen = None;
    for (column, row, cell) in changes {
        let is_next = end == Some((*column, *row));
        let blank = is_blank(cell);
        // Blanks behind each other are erased together.
        length += if is_next { 0 } else { JUMP } + if blank { 0 } else { cell.symbol().len() };
        if !blank && pen.replace(Pen::of(cell)) != Some(Pen::of(cell)) {
            length += NEW_PEN;
        }
        end = Some((column + columns(cell), *row));
    }
    length
}

/// Tells whether enough changed that rows may have moved.
fn is_worth_a_look(changes: &[Change<'_>]) -> bool {
    let rows = changes.chunk_by(|(_, before, _), (_, after, _)| before == after).count();
    (changes.len(), rows) >= WORTH_A_LOOK && rows >= WORTH_A_LOOK.1
}

/// Returns how many of the first changes are blanks of plain ground that stand one behind the other.
fn blanks_from(changes: &[Change<'_>]) -> usize {
    let Some((column, row, _)) = changes.first() else { return 0 };
    let is_next = |(at, (next, other, cell)): &(usize, &Change<'_>)| {
        *other == *row
            && usize::from(*next) == usize::from(*column) + at
            && is_blank(cell)
            && Pen::of(cell).erases_plainly()
    };
    changes.iter().enumerate().take_while(is_next).count()
}

/// Returns a symbol's width where all terminals agree on it: not for emoji, marks and sequences.
fn certain_width(symbol: &str) -> Option<u16> {
    let mut characters = symbol.chars();
    let (Some(character), None) = (characters.next(), characters.next()) else { return None };
    match character {
        ' '..='~' | '\u{a1}'..='\u{ac}' | '\u{ae}'..='\u{2ff}' | '\u{370}'..='\u{482}' | '\u{2500}'..='\u{259f}' => {
            Some(1)
        }
        '\u{2018}'..='\u{201d}' | '\u{2022}' | '\u{2026}' | '\u{203a}' | '\u{2190}'..='\u{2193}' => Some(1),
        '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fa}' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' => {
            Some(2)
        }
        _ => None,
    }
}
