//! Attributes and colours of a cell, and the shortest sequence from one set to another.

use ratatui::buffer::Cell;
use ratatui::style::{Color, Modifier};

use super::hyperlink::link_of;

/// How the next character will look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pen {
    foreground: Color,
    background: Color,
    modifier: Modifier,
}

/// Attributes that are seen on a blank, too.
const SEEN_ON_BLANKS: Modifier = Modifier::REVERSED.union(Modifier::UNDERLINED).union(Modifier::CROSSED_OUT);

/// The attributes with the numbers that set and end them.
const ATTRIBUTES: [(Modifier, u8, u8); 9] = [
    (Modifier::BOLD, 1, 22),
    (Modifier::DIM, 2, 22),
    (Modifier::ITALIC, 3, 23),
    (Modifier::UNDERLINED, 4, 24),
    (Modifier::SLOW_BLINK, 5, 25),
    (Modifier::RAPID_BLINK, 6, 25),
    (Modifier::REVERSED, 7, 27),
    (Modifier::HIDDEN, 8, 28),
    (Modifier::CROSSED_OUT, 9, 29),
];

impl Pen {
    /// What a terminal starts with.
    pub(super) const PLAIN: Self =
        Self { foreground: Color::Reset, background: Color::Reset, modifier: Modifier::empty() };

    /// Returns the pen that a cell is written with.
    pub(super) fn of(cell: &Cell) -> Self {
        Self { foreground: cell.fg, background: cell.bg, modifier: cell.modifier }
    }

    /// Returns the pen nearest to this one that makes a blank of the cell's ground: what is not seen on a blank stays.
    pub(super) fn for_blank(self, cell: &Cell) -> Self {
        Self { background: cell.bg, modifier: self.modifier.difference(SEEN_ON_BLANKS), ..self }
    }

    /// Tells whether what the terminal erases or scrolls in with this pen is plain ground.
    pub(super) fn erases_plainly(self) -> bool {
        self.background == Color::Reset
    }

    /// Writes what turns the pen before into this one; nothing where they are equal.
    pub(super) fn change_from(self, before: Option<Self>, out: &mut Vec<u8>) {
        let anew = self.anew();
        let parameters = match before {
            Some(before) if before == self => return,
            Some(before) => Some(self.delta(before)).filter(|delta| delta.len() < anew.len()).unwrap_or(anew),
            None => anew,
        };
        out.extend_from_slice(b"\x1b[");
        // A lone 0 may be left out.
        out.extend_from_slice(if parameters == "0" { b"" } else { parameters.as_bytes() });
        out.push(b'm');
    }

    /// Returns the parameters that reset everything and set what this pen has.
    fn anew(self) -> String {
        let mut out = "0".to_owned();
        for (modifier, set, _) in ATTRIBUTES {
            if self.modifier.contains(modifier) {
                add(&mut out, &set.to_string());
            }
        }
        for (color, base) in [(self.foreground, 30), (self.background, 40)] {
            if color != Color::Reset {
                add(&mut out, &color_parameters(color, base));
            }
        }
        out
    }

    /// Returns the parameters that change only what differs.
    fn delta(self, before: Self) -> String {
        let mut out = String::new();
        let gone = before.modifier.difference(self.modifier);
        let mut kept = before.modifier.intersection(self.modifier);
        let mut ended = 0;
        for (modifier, _, end) in ATTRIBUTES {
            if gone.contains(modifier) && ended != end {
                add(&mut out, &end.to_string());
                ended = end;
                // Bold and dim end together, and so do the two ways to blink.
                for (other, _, other_end) in ATTRIBUTES {
                    if other_end == end {
                        kept.remove(other);
                    }
                }
            }
        }
        for (modifier, set, _) in ATTRIBUTES {
            if self.modifier.contains(modifier) && !kept.contains(modifier) {
                add(&mut out, &set.to_string());
            }
        }
        for (color, old, base) in [(self.foreground, before.foreground, 30), (self.background, before.background, 40)] {
            if color != old {
                add(&mut out, &color_parameters(color, base));
            }
        }
        out
    }
}

/// Tells whether a cell shows nothing but its ground, and is no part of a link.
pub(super) fn is_blank(cell: &Cell) -> bool {
    cell.symbol() == " " && !cell.modifier.intersects(SEEN_ON_BLANKS) && link_of(cell).is_none()
}

fn add(parameters: &mut String, more: &str) {
    if !parameters.is_empty() {
        parameters.push(';');
    }
    parameters.push_str(more);
}

/// Returns the parameters of a colour; the base is 30 for the text and 40 for the ground.
fn color_parameters(color: Color, base: u8) -> String {
    let of_sixteen = |index: u8| if index < 8 { base + index } else { base + 60 + index - 8 }.to_string();
    match color {
        Color::Reset => (base + 9).to_string(),
        Color::Black => of_sixteen(0),
        Color::Red => of_sixteen(1),
        Color::Green => of_sixteen(2),
        Color::Yellow => of_sixteen(3),
        Color::Blue => of_sixteen(4),
        Color::Magenta => of_sixteen(5),
        Color::Cyan => of_sixteen(6),
        Color::Gray => of_sixteen(7),
        Color::DarkGray => of_sixteen(8),
        Color::LightRed => of_sixteen(9),
        Color::LightGreen => of_sixteen(10),
        Color::LightYellow => of_sixteen(11),
        Color::LightBlue => of_sixteen(12),
        Color::LightMagenta => of_sixteen(13),
        Color::LightCyan => of_sixteen(14),
        Color::White => of_sixteen(15),
        Color::Rgb(red, green, blue) => format!("{};2;{red};{green};{blue}", base + 8),
        Color::Indexed(index) if index < 16 => of_sixteen(index),
        Color::Indexed(index) => format!("{};5;{index}", base + 8),
    }
}
