//! Frames as bytes: whatever is drawn after whatever, every emulator shows the last frame.

use std::sync::Arc;

use adit::tui::{LinkTable, Painter, Share};
use proptest::prelude::*;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect, Size};
use ratatui::style::{Color, Modifier, Style};
use unicode_width::UnicodeWidthStr as _;

use super::emulators::{Alacritty, Grid, Seen, Shade, Vt100, by_tmux, text};

/// One frame of a made-up program.
#[derive(Debug, Clone)]
enum Frame {
    /// Writes texts at places.
    Write(Vec<(u16, u16, String, Style)>),
    /// Moves rows from one place on up or down, as a list that scrolls does.
    Scroll { top: u16, rows: i16 },
    /// Moves what is between two columns.
    ScrollPane { left: u16, width: u16, rows: i16 },
    /// Draws upright lines at two columns, beside each other perhaps.
    Lines { left: u16, right: u16, top: u16, height: u16, styles: (Style, Style) },
    /// Everything is blank.
    Blank,
    /// Shows the cursor somewhere, or hides it.
    Cursor(Option<(u16, u16)>),
    /// Someone else had the terminal.
    Repaint,
}

/// So many links are at hand.
const LINKS: u8 = 3;

/// Returns where a link leads.
fn address(link: u8) -> String {
    format!("https://example.org/{link};x")
}

/// Returns the style as part of a link, as cells carry it.
fn linked(style: Style, link: Option<u8>) -> Style {
    style.underline_color(link.map_or(Color::Reset, |link| Color::Rgb(0, 0, link)))
}

/// Returns the table of the links, with their numbers in order.
fn links() -> Arc<LinkTable> {
    let (table, mut buffer) = (LinkTable::default(), Buffer::empty(Rect::new(0, 0, 1, 1)));
    for link in 0..LINKS {
        table.put(&mut buffer, 0..1, 0, &address(link).into());
        assert_eq!(buffer[(0, 0)].underline_color, Color::Rgb(0, 0, link));
    }
    Arc::new(table)
}

fn style() -> impl Strategy<Value = Style> {
    let color = prop_oneof![
        3 => Just(Color::Reset),
        1 => (0_u8..=255).prop_map(Color::Indexed),
        1 => Just(Color::Red),
        1 => Just(Color::LightBlue),
        1 => any::<[u8; 3]>().prop_map(|[red, green, blue]| Color::Rgb(red, green, blue)),
    ];
    // Not bold and dim at once, which one of the emulators cannot show.
    let modifiers = [Modifier::BOLD, Modifier::ITALIC, Modifier::UNDERLINED, Modifier::REVERSED];
    let modifier = proptest::sample::subsequence(modifiers.to_vec(), 0..=2);
    let link = prop_oneof![3 => Just(None), 1 => (0_u8..LINKS).prop_map(Some)];
    (color.clone(), color, modifier, link).prop_map(|(foreground, background, modifiers, link)| {
        let modifier = modifiers.into_iter().collect::<Modifier>();
        linked(Style::new().fg(foreground).bg(background).add_modifier(modifier), link)
    })
}

fn frame() -> impl Strategy<Value = Frame> {
    let piece = prop_oneof![
        "[a-zA-Z0-9 .,─│╭é]{1,30}",
        Just("漢字かな".to_owned()),
        Just("🙂 and 🚢".to_owned()),
        Just("e\u{301}a\u{308}o".to_owned()),
        Just(" ".repeat(24)),
        Just("=".repeat(40)),
    ];
    let write = (0_u16..60, 0_u16..20, piece, style());
    prop_oneof![
        6 => proptest::collection::vec(write, 1..8).prop_map(Frame::Write),
        2 => (0_u16..10, -6_i16..=6).prop_map(|(top, rows)| Frame::Scroll { top, rows }),
        2 => (0_u16..30, 5_u16..40, -3_i16..=3).prop_map(|(left, width, rows)| Frame::ScrollPane { left, width, rows }),
        2 => (0_u16..60, 0_u16..60, 0_u16..10, 3_u16..20, (style(), style()))
            .prop_map(|(left, right, top, height, styles)| Frame::Lines { left, right, top, height, styles }),
        1 => Just(Frame::Blank),
        1 => proptest::option::of((0_u16..60, 0_u16..20)).prop_map(Frame::Cursor),
        1 => Just(Frame::Repaint),
    ]
}

/// The made-up program: what it shows, and the terminal that it writes to.
struct Program {
    painter: Painter,
    last: Option<Buffer>,
    rows: Vec<Vec<(String, Style)>>,
    cursor: Option<(u16, u16)>,
    /// So many bytes at most go out at once; all where there is none.
    piece: Option<usize>,
    /// Whether the last frame went out to its end.
    is_whole: bool,
    sent: Vec<u8>,
}

impl Program {
    fn new(size: Size) -> Self {
        let rows = vec![vec![(" ".to_owned(), Style::new()); size.width.into()]; size.height.into()];
        let mut painter = Painter::new(size).with_links(links());
        painter.clear();
        Self { painter, last: None, rows, cursor: None, piece: None, is_whole: true, sent: Vec::new() }
    }

    fn take(&mut self, frame: &Frame) {
        match frame {
            Frame::Write(pieces) => {
                for (column, row, words, style) in pieces {
                    self.write(*column, *row, words, *style);
                }
            }
            Frame::Lines { left, right, top, height, styles } => {
                for row in *top..top + height {
                    self.write(*left, row, "│", styles.0);
                    self.write(*right, row, "┃", styles.1);
                }
            }
            Frame::Scroll { top, rows } => self.scroll(usize::from(*top), 0, usize::MAX, *rows),
            Frame::ScrollPane { left, width, rows } => self.scroll(1, (*left).into(), usize::from(left + width), *rows),
            Frame::Blank => self.rows.iter_mut().flatten().for_each(|place| *place = (" ".to_owned(), Style::new())),
            Frame::Cursor(cursor) => self.cursor = *cursor,
            Frame::Repaint => {
                self.painter.forget();
                self.painter.clear();
            }
        }
    }

    /// Writes a text; places with wide characters are kept whole by clearing what they touch.
    fn write(&mut self, column: u16, row: u16, words: &str, style: Style) {
        let Some(places) = self.rows.get_mut(usize::from(row)) else { return };
        let mut at = usize::from(column);
        for grapheme in unicode_segmentation::UnicodeSegmentation::graphemes(words, true) {
            let width = grapheme.width().max(1);
            if at + width > places.len() {
                break;
            }
            places[at] = (grapheme.to_owned(), style);
            if width == 2 {
                places[at + 1] = (String::new(), style);
            }
            at += width;
        }
        // What lost its half is blank.
        for at in 0..places.len() {
            let is_half = places[at].0.width() == 2 && places.get(at + 1).is_none_or(|next| !next.0.is_empty());
            let is_rest = places[at].0.is_empty() && (at == 0 || places[at - 1].0.width() != 2);
            if is_half || is_rest {
                places[at] = (" ".to_owned(), Style::new());
            }
        }
    }

    fn scroll(&mut self, top: usize, left: usize, right: usize, by: i16) {
        let before = self.rows.clone();
        let blank = (" ".to_owned(), Style::new());
        for row in top..before.len() {
            let from = row.checked_add_signed(by.into()).filter(|from| *from >= top).and_then(|from| before.get(from));
            for column in left..right.min(before[row].len()) {
                self.rows[row][column] = from.map_or(blank.clone(), |from| from[column].clone());
            }
        }
        for row in 0..self.rows.len() {
            self.write(0, u16::try_from(row).unwrap(), "", Style::new());
        }
    }

    /// Draws and returns the frame's bytes and cells. Only the rows that differ are told to have been drawn.
    fn draw(&mut self) -> (Vec<u8>, Buffer) {
        let height = u16::try_from(self.rows.len()).unwrap();
        let mut buffer = Buffer::empty(Rect { x: 0, y: 0, width: u16::try_from(self.rows[0].len()).unwrap(), height });
        for (row, places) in self.rows.iter().enumerate() {
            for (column, (symbol, style)) in places.iter().enumerate() {
                if !symbol.is_empty() {
                    let position = Position::new(u16::try_from(column).unwrap(), u16::try_from(row).unwrap());
                    buffer[position].set_symbol(symbol).set_style(*style);
                }
            }
        }
        let rows = (0..height).map(|y| Rect { y, height: 1, ..buffer.area });
        let is_new = |row: &Rect| {
            let kept = self.last.as_ref().map(|last| row.positions().all(|place| last[place] == buffer[place]));
            kept != Some(true)
        };
        let areas: Vec<Rect> = rows.filter(is_new).collect();
        let cursor = self.cursor.map(Position::from).filter(|cursor| buffer.area.contains(*cursor));
        let last = Some(Rect { x: 3, y: 2, width: 20, height: 6 });
        let share = self.piece.map(|most| Share { most, last });
        self.is_whole = self.painter.paint_share(&buffer, &areas, cursor, share);
        let bytes = self.painter.take();
        self.sent.extend_from_slice(&bytes);
        self.last = Some(buffer.clone());
        (bytes, buffer)
    }
}

/// Returns what the cells look like.
fn grid(buffer: &Buffer) -> Grid {
    let shade = |color| match color {
        Color::Rgb(red, green, blue) => Shade::Rgb(red, green, blue),
        Color::Indexed(index) => Shade::Index(index),
        Color::Red => Shade::Index(1),
        Color::LightBlue => Shade::Index(12),
        _ => Shade::Plain,
    };
    let row = |row: u16| {
        let mut covered = 0;
        let place = |column: u16| {
            let cell = &buffer[(column, row)];
            if covered > 0 {
                covered -= 1;
                return Seen::covered();
            }
            covered = cell.symbol().width().saturating_sub(1);
            let has = |modifier| cell.modifier.contains(modifier);
            let attributes = [
                has(Modifier::BOLD),
                has(Modifier::DIM),
                has(Modifier::ITALIC),
                has(Modifier::UNDERLINED),
                has(Modifier::REVERSED),
            ];
            let symbol = cell.symbol().to_owned();
            Seen { symbol, foreground: shade(cell.fg), background: shade(cell.bg), attributes }.plain()
        };
        (0..buffer.area.width).map(place).collect()
    };
    (0..buffer.area.height).map(row).collect()
}

/// Returns where each place is to lead: of a wide character its first half.
fn wanted_links(buffer: &Buffer) -> Vec<Vec<Option<String>>> {
    let row = |row: u16| {
        let mut before = (0, None);
        let place = |column: u16| {
            let cell = &buffer[(column, row)];
            before = match (before, cell.underline_color) {
                ((2.., link), _) => (before.0 - 1, link),
                (_, Color::Rgb(_, _, link)) => (cell.symbol().width(), Some(link)),
                _ => (cell.symbol().width(), None),
            };
            before.1.map(address)
        };
        (0..buffer.area.width).map(place).collect()
    };
    (0..buffer.area.height).map(row).collect()
}

/// Draws frame after frame and compares what the emulators show with what was drawn.
///
/// Where they go out in pieces, a frame may find the one before unfinished; the last is painted to its end.
fn check(size: Size, frames: &[Frame], piece: Option<usize>) -> Vec<u8> {
    let mut program = Program { piece, ..Program::new(size) };
    let (mut one, mut other) = (Vt100::new(size.width, size.height), Alacritty::new(size.width, size.height));
    // A piece holds a row at least, in two parts where it stands in the part that comes last.
    let nothing = Frame::Write(Vec::new());
    let rest = std::iter::repeat_n(&nothing, 2 * usize::from(size.height));
    for frame in frames.iter().chain(rest.filter(|_| piece.is_some())) {
        program.take(frame);
        let (bytes, buffer) = program.draw();
        one.feed(&bytes);
        other.feed(&bytes);
        if !program.is_whole {
            continue;
        }
        let wanted = grid(&buffer);
        for (name, shown) in [("vt100", one.grid()), ("alacritty", other.grid())] {
            let places = shown.iter().flatten().zip(wanted.iter().flatten()).enumerate();
            for (at, (shown, wanted)) in places {
                let (row, column) = (at / usize::from(size.width), at % usize::from(size.width));
                let escaped = String::from_utf8_lossy(&bytes);
                assert_eq!(shown, wanted, "{name}, row {row}, column {column}, after {frame:?}: {escaped:?}");
            }
        }
        assert_eq!(other.links(), wanted_links(&buffer), "after {frame:?}: {:?}", String::from_utf8_lossy(&bytes));
        let within = |(column, row): &(u16, u16)| *column < size.width && *row < size.height;
        if let Some(cursor) = program.cursor.filter(within) {
            assert_eq!(one.cursor(), cursor, "vt100");
            assert_eq!(other.cursor(), cursor, "alacritty");
        }
    }
    assert!(program.is_whole, "the last frame never came to its end");
    program.sent
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn every_frame_is_shown_by_two_emulators_as_it_was_drawn(
        width in 8_u16..70,
        height in 4_u16..24,
        frames in proptest::collection::vec(frame(), 1..14),
    ) {
        check(Size { width, height }, &frames, None);
    }

    #[test]
    fn frames_that_go_out_in_pieces_are_shown_in_the_end_as_they_were_drawn(
        width in 8_u16..70,
        height in 4_u16..24,
        piece in 20_usize..300,
        frames in proptest::collection::vec(frame(), 1..14),
    ) {
        check(Size { width, height }, &frames, Some(piece));
    }
}

#[test]
fn of_a_frame_in_pieces_what_is_to_come_last_does() {
    let mut program = Program { piece: Some(60), ..Program::new(Size { width: 60, height: 12 }) };
    program.draw();
    for row in 0..12 {
        program.write(0, row, &format!("row {row:02} has some words, and one number: {}", row * 7), Style::new());
    }
    let mut pieces = Vec::new();
    while !program.is_whole || pieces.is_empty() {
        pieces.push(String::from_utf8(program.draw().0).unwrap());
    }
    assert!(pieces.iter().all(|piece| piece.len() < 130), "{pieces:?}");
    // Rows 2 to 7 have a part that comes last; below them stands nothing of the kind.
    let at = |words: &str| pieces.iter().position(|piece| piece.contains(words));
    assert!(at("row 11").unwrap() < at(" 02 has some").or(at("02 has some")).unwrap(), "{pieces:?}");
    // What changes meanwhile goes out as it is then.
    program.write(0, 0, "zero", Style::new());
    program.write(30, 11, "a word at the end that was not there", Style::new());
    program.draw();
    program.write(30, 11, "Others, now, at the end of the last row", Style::new());
    let mut rest = String::new();
    for _ in 0..6 {
        rest += &String::from_utf8(program.draw().0).unwrap();
    }
    assert!(rest.contains("Others"), "{rest:?}");
}

#[test]
fn tmux_shows_what_was_drawn() {
    let words = |row: u16| format!("line {row:02} of a longer text, with some words that differ: {}", row * 37 % 101);
    let style = Style::new().fg(Color::Rgb(200, 100, 50));
    let lines = (0..20).map(|row| (2, row, words(row), if row % 3 == 0 { style } else { Style::new() })).collect();
    let frames = [
        Frame::Write(lines),
        Frame::Scroll { top: 2, rows: 3 },
        Frame::Write(vec![(0, 5, "漢字かな and 🙂 e\u{301}".to_owned(), style), (30, 7, " ".repeat(30), Style::new())]),
        Frame::Scroll { top: 0, rows: -2 },
        Frame::ScrollPane { left: 10, width: 30, rows: 1 },
        Frame::Write(vec![(10, 10, "=".repeat(40), Style::new().add_modifier(Modifier::REVERSED))]),
    ];
    let size = Size { width: 70, height: 20 };
    let sent = check(size, &frames, None);
    assert!(sent.windows(3).any(|bytes| bytes == b"\x1b[r"), "nothing was scrolled");
    let mut own = Alacritty::new(size.width, size.height);
    own.feed(&sent);
    if let Some(shown) = by_tmux(&sent, size.width, size.height) {
        assert_eq!(shown.trim_end(), text(&own.grid()).trim_end());
    }
}

#[test]
fn a_frame_sends_what_changed_and_little_else() {
    let size = Size { width: 60, height: 12 };
    let mut program = Program::new(size);
    let gray = Style::new().fg(Color::Rgb(150, 150, 150));
    for row in 0..12 {
        program.write(2, row, &format!("row {row} with some text in it, {} and more", row * 7), gray);
    }
    program.cursor = Some((2, 11));
    program.draw();
    // Nothing changed: nothing is sent.
    assert_eq!(program.draw().0, b"");
    // A letter where the cursor stands is that letter, once the colour is set.
    program.write(2, 11, "Q", gray);
    program.cursor = Some((3, 11));
    assert_eq!(String::from_utf8(program.draw().0).unwrap(), "Q");
    program.write(3, 11, "Z", gray);
    program.cursor = Some((4, 11));
    assert_eq!(String::from_utf8(program.draw().0).unwrap(), "Z");
    // A line that scrolls costs a few bytes and the new line.
    program.scroll(0, 0, usize::MAX, 1);
    program.write(2, 11, "the newest line", gray);
    program.cursor = None;
    let sent = String::from_utf8(program.draw().0).unwrap();
    assert!(sent.len() < 70, "{} bytes: {sent:?}", sent.len());
    // The borders of two panes that change colours: five bytes a row and line, not a jump and a colour each.
    let mut borders = Program::new(size);
    borders.draw();
    let red = Style::new().fg(Color::Rgb(200, 10, 10));
    for (left, right) in [(gray, red), (red, gray)] {
        for row in 0..12 {
            for (column, style) in [(0, left), (29, left), (30, right), (59, right)] {
                borders.write(column, row, "│", style);
            }
        }
        let sent = borders.draw().0.len();
        assert!(sent < 4 * 12 * 5 + 150, "{sent} bytes");
    }
    // Where terminals differ on a symbol's width, nothing of what stood there is left in its second half.
    program.write(0, 0, "\u{2764}\u{fe0f}", gray);
    let sent = String::from_utf8(program.draw().0).unwrap();
    let (before, _) = sent.split_once('\u{2764}').unwrap();
    assert!(before.contains("  "), "{sent:?}");
    // Control characters do not pass, whoever wrote them.
    program.write(0, 0, "x", gray);
    program.rows[0][0].0 = "\u{1b}[31m".to_owned();
    assert!(!String::from_utf8(program.draw().0).unwrap().contains("\u{1b}[31m"));
}

#[test]
fn a_link_is_begun_and_ended_once_a_row_and_costs_nothing_where_there_is_none() {
    let mut program = Program::new(Size { width: 30, height: 4 });
    program.write(0, 0, "plain", Style::new());
    assert!(!String::from_utf8(program.draw().0).unwrap().contains("\x1b]8"));
    program.write(2, 1, "two words", linked(Style::new(), Some(1)));
    let sent = String::from_utf8(program.draw().0).unwrap();
    assert!(sent.contains("\x1b]8;id=adit1;https://example.org/1;x\x1b\\two words\x1b]8;;\x1b\\"), "{sent:?}");
    // The same words that lead elsewhere are written again, and those that lead nowhere.
    program.write(2, 1, "two words", linked(Style::new(), Some(2)));
    assert!(String::from_utf8(program.draw().0).unwrap().contains("/2;x\x1b\\two words\x1b]8;;"));
    assert_eq!(program.draw().0, b"");
    program.write(2, 1, "two words", Style::new());
    let sent = String::from_utf8(program.draw().0).unwrap();
    assert!(sent.contains("two words") && !sent.contains("\x1b]8"), "{sent:?}");
}
