//! What a stream of bytes looks like, by three emulators that know nothing of each other: vt100, alacritty's and tmux.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use alacritty_terminal::event::VoidListener;
use alacritty_terminal::grid::Dimensions;
use alacritty_terminal::index::{Column, Line, Point};
use alacritty_terminal::term::cell::Flags;
use alacritty_terminal::term::{Config, Term};
use alacritty_terminal::vte::ansi;

/// A colour as all of them mean it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shade {
    Plain,
    Index(u8),
    Rgb(u8, u8, u8),
}

/// What one place shows. Of blanks only the ground and what is drawn on it count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    pub symbol: String,
    pub foreground: Shade,
    pub background: Shade,
    /// Bold, dim, italic, underlined, reversed.
    pub attributes: [bool; 5],
}

impl Seen {
    /// Returns the place without what cannot be seen.
    pub fn plain(mut self) -> Self {
        if self.symbol.trim().is_empty() {
            self.symbol = " ".to_owned();
            let [_, _, _, underlined, reversed] = self.attributes;
            self.attributes = [false, false, false, underlined, reversed];
            if !underlined && !reversed {
                self.foreground = Shade::Plain;
            }
        }
        self
    }
}

/// A screen: rows of places; what a wide character covers is empty.
pub type Grid = Vec<Vec<Seen>>;

/// Returns a grid as text.
pub fn text(grid: &Grid) -> String {
    let row = |row: &Vec<Seen>| row.iter().map(|seen| seen.symbol.as_str()).collect::<String>().trim_end().to_owned();
    grid.iter().map(row).collect::<Vec<_>>().join("\n")
}

/// An emulator by vt100.
pub struct Vt100(vt100::Parser);

impl Vt100 {
    pub fn new(columns: u16, rows: u16) -> Self {
        let cells = |count| std::num::NonZeroU16::new(count).unwrap();
        Self(vt100::Parser::new(cells(rows), cells(columns), 0))
    }

    pub fn feed(&mut self, bytes: &[u8]) {
        self.0.process(bytes);
    }

    pub fn cursor(&self) -> (u16, u16) {
        let (row, column) = self.0.screen().cursor_position();
        (column, row)
    }

    pub fn grid(&self) -> Grid {
        let (rows, columns) = self.0.screen().size();
        let shade = |color| match color {
            vt100::Color::Default => Shade::Plain,
            vt100::Color::Idx(index) => Shade::Index(index),
            vt100::Color::Rgb(red, green, blue) => Shade::Rgb(red, green, blue),
        };
        let at = |row, column| {
            let cell = self.0.screen().cell(row, column).unwrap();
            let symbol = if cell.is_wide_continuation() { "" } else { cell.contents() };
            Seen {
                symbol: if symbol.is_empty() && !cell.is_wide_continuation() { " " } else { symbol }.to_owned(),
                foreground: shade(cell.fgcolor()),
                background: shade(cell.bgcolor()),
                attributes: [cell.bold(), cell.dim(), cell.italic(), cell.underline(), cell.inverse()],
            }
        };
        (0..rows.into())
            .map(|row| (0..columns.into()).map(|column| at(row, column).plain_unless_covered()).collect())
            .collect()
    }
}

impl Seen {
    fn plain_unless_covered(self) -> Self {
        if self.symbol.is_empty() { Self::covered() } else { self.plain() }
    }

    /// The rest of a wide character.
    pub fn covered() -> Self {
        Self { symbol: String::new(), foreground: Shade::Plain, background: Shade::Plain, attributes: [false; 5] }
    }
}

struct Extent(usize, usize);

impl Dimensions for Extent {
    fn total_lines(&self) -> usize {
        self.1
    }
    fn screen_lines(&self) -> usize {
        self.1
    }
    fn columns(&self) -> usize {
        self.0
    }
}

/// An emulator by alacritty's terminal.
pub struct Alacritty {
    term: Term<VoidListener>,
    parser: ansi::Processor,
}

impl Alacritty {
    pub fn new(columns: u16, rows: u16) -> Self {
        let config = Config { scrolling_history: 0, ..Config::default() };
        let term = Term::new(config, &Extent(columns.into(), rows.into()), VoidListener);
        Self { term, parser: ansi::Processor::new() }
    }

    pub fn feed(&mut self, bytes: &[u8]) {
        self.parser.advance(&mut self.term, bytes);
    }

    /// Returns where the link at each place leads, row by row.
    pub fn links(&self) -> Vec<Vec<Option<String>>> {
        let grid = self.term.grid();
        let at = |row: usize, column: usize| {
            let cell = &grid[Point::new(Line(i32::try_from(row).unwrap()), Column(column))];
            cell.hyperlink().map(|link| link.uri().to_owned())
        };
        (0..grid.screen_lines()).map(|row| (0..grid.columns()).map(|column| at(row, column)).collect()).collect()
    }

    pub fn cursor(&self) -> (u16, u16) {
        let point = self.term.grid().cursor.point;
        (u16::try_from(point.column.0).unwrap(), u16::try_from(point.line.0).unwrap())
    }

    pub fn grid(&self) -> Grid {
        let grid = self.term.grid();
        let shade = |color| match color {
            ansi::Color::Spec(rgb) => Shade::Rgb(rgb.r, rgb.g, rgb.b),
            ansi::Color::Indexed(index) => Shade::Index(index),
            ansi::Color::Named(name) => u8::try_from(name as usize)
                .map_or(Shade::Plain, |index| if index < 16 { Shade::Index(index) } else { Shade::Plain }),
        };
        let at = |row: usize, column: usize| {
            let cell = &grid[Point::new(Line(i32::try_from(row).unwrap()), Column(column))];
            let wide_before = |column: usize| grid[Point::new(Line(i32::try_from(row).unwrap()), Column(column))].flags;
            let is_covered = column > 0 && wide_before(column - 1).contains(Flags::WIDE_CHAR);
            // A mark of a wide character that is gone by now is not seen.
            if is_covered && cell.flags.contains(Flags::WIDE_CHAR_SPACER) {
                return Seen::covered();
            }
            let mut symbol = cell.c.to_string();
            symbol.extend(cell.zerowidth().unwrap_or_default());
            let has = |flag| cell.flags.contains(flag);
            Seen {
                symbol,
                foreground: shade(cell.fg),
                background: shade(cell.bg),
                attributes: [
                    has(Flags::BOLD),
                    has(Flags::DIM),
                    has(Flags::ITALIC),
                    has(Flags::UNDERLINE),
                    has(Flags::INVERSE),
                ],
            }
            .plain()
        };
        (0..grid.screen_lines()).map(|row| (0..grid.columns()).map(|column| at(row, column)).collect()).collect()
    }
}

/// Returns the text of the screen that tmux shows after these bytes; none where there is no tmux.
pub fn by_tmux(bytes: &[u8], columns: u16, rows: u16) -> Option<String> {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("socket");
    let stream = folder.path().join("stream");
    let done = folder.path().join("done");
    std::fs::write(&stream, bytes).unwrap();
    let tmux = |arguments: &[&str]| {
        let mut command = Command::new("tmux");
        command
            .arg("-S")
            .arg(&socket)
            .args(["-f", "/dev/null", "-u"])
            .args(arguments)
            .env_remove("TMUX")
            .env("LANG", "C.UTF-8");
        command.stdin(Stdio::null()).output()
    };
    tmux(&["-V"]).ok()?;
    let script = format!("stty raw -echo; cat '{}'; : > '{}'; exec sleep 60", stream.display(), done.display());
    let (width, height) = (columns.to_string(), (rows + 1).to_string());
    let started = tmux(&["new-session", "-d", "-x", &width, "-y", &height, &script]).unwrap();
    assert!(started.status.success(), "{}", String::from_utf8_lossy(&started.stderr));
    let deadline = Instant::now() + Duration::from_secs(30);
    let mut last = String::new();
    // That all was written does not mean that tmux has read it: it has when the screen stays as it is.
    let text = loop {
        let captured = tmux(&["capture-pane", "-p"]).unwrap();
        let text = String::from_utf8(captured.stdout).unwrap();
        if done.exists() && text == last {
            break text;
        }
        assert!(Instant::now() < deadline, "tmux never showed it:\n{text}");
        last = text;
        std::thread::sleep(Duration::from_millis(50));
    };
    let _ = tmux(&["kill-server"]);
    let rows: Vec<&str> = text.lines().map(str::trim_end).collect();
    Some(rows.join("\n"))
}
