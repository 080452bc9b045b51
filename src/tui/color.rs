//! Fits 24-bit colours to terminals that have fewer.

use ratatui::style::Color;

use super::theme::ColorDepth;

/// The levels of one channel in the 6x6x6 cube of the 256 colours.
const CUBE: [u8; 6] = [0, 95, 135, 175, 215, 255];

/// What xterm shows for the sixteen colours, to measure distances by.
const ANSI: [(Color, [u8; 3]); 16] = [
    (Color::Black, [0, 0, 0]),
    (Color::Red, [205, 0, 0]),
    (Color::Green, [0, 205, 0]),
    (Color::Yellow, [205, 205, 0]),
    (Color::Blue, [0, 0, 238]),
    (Color::Magenta, [205, 0, 205]),
    (Color::Cyan, [0, 205, 205]),
    (Color::Gray, [229, 229, 229]),
    (Color::DarkGray, [127, 127, 127]),
    (Color::LightRed, [255, 0, 0]),
    (Color::LightGreen, [0, 255, 0]),
    (Color::LightYellow, [255, 255, 0]),
    (Color::LightBlue, [92, 92, 255]),
    (Color::LightMagenta, [255, 0, 255]),
    (Color::LightCyan, [0, 255, 255]),
    (Color::White, [255, 255, 255]),
];

/// Returns the nearest colour that the terminal has.
pub(super) fn fit(color: Color, depth: ColorDepth) -> Color {
    let Color::Rgb(red, green, blue) = color else {
        return if depth == ColorDepth::None { Color::Reset } else { color };
    };
    let wanted = [red, green, blue];
    match depth {
        ColorDepth::None => Color::Reset,
        ColorDepth::True => color,
        ColorDepth::Ansi16 => {
            ANSI.iter().min_by_key(|(_, known)| distance(*known, wanted)).map_or(Color::Reset, |(known, _)| *known)
        }
        ColorDepth::Indexed => Color::Indexed(indexed(wanted)),
    }
}

/// Returns the nearest of the 240 colours above the sixteen, whose looks the user may have changed.
fn indexed(wanted: [u8; 3]) -> u8 {
    let level = |value: u8| (0..6).min_by_key(|at| CUBE[*at].abs_diff(value)).unwrap_or(0);
    let [red, green, blue] = wanted.map(level);
    let cube = [CUBE[red], CUBE[green], CUBE[blue]];
    let mean = wanted.iter().map(|value| u32::from(*value)).sum::<u32>() / 3;
    let step = (mean.saturating_sub(3) / 10).min(23);
    let gray = u8::try_from(8 + 10 * step).unwrap_or(u8::MAX);
    let index = if distance([gray; 3], wanted) < distance(cube, wanted) {
        232 + step as usize
    } else {
        16 + 36 * red + 6 * green + blue
    };
    u8::try_from(index).unwrap_or(u8::MAX)
}

fn distance(left: [u8; 3], right: [u8; 3]) -> u32 {
    left.iter().zip(right).map(|(left, right)| u32::from(left.abs_diff(right)).pow(2)).sum()
}
