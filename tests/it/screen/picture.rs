//! Pictures of the screen, made from its cells; those in the assets are checked here, and made anew on demand.

use std::fmt::Write as _;
use std::path::Path;

use adit::review::{Decision, Pick};
use adit::session::{EventKind, Usage};
use adit::tui::TuiOptions;
use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier};
use unicode_width::UnicodeWidthStr as _;

use super::stage::{Stage, path, with_proposal};

/// A cell in the picture's units.
const CELL: (f64, f64) = (8.4, 18.0);

/// What the terminal shows where the theme leaves the colour to it.
struct Ground {
    text: &'static str,
    ground: &'static str,
}

const DARK: Ground = Ground { text: "#d5d9e2", ground: "#1f2430" };
const LIGHT: Ground = Ground { text: "#24292f", ground: "#ffffff" };

/// How a cell looks: its colours, and its attributes.
#[derive(Clone, PartialEq)]
struct Looks {
    text: String,
    ground: String,
    attributes: String,
}

fn color(color: Color, default: &str) -> String {
    match color {
        Color::Rgb(red, green, blue) => format!("#{red:02x}{green:02x}{blue:02x}"),
        Color::Reset => default.to_owned(),
        other => panic!("a picture needs a theme of full colours, not {other:?}"),
    }
}

fn looks(cell: &ratatui::buffer::Cell, terminal: &Ground) -> Looks {
    let (mut text, mut ground) = (color(cell.fg, terminal.text), color(cell.bg, terminal.ground));
    if cell.modifier.contains(Modifier::REVERSED) {
        std::mem::swap(&mut text, &mut ground);
    }
    let mut attributes = String::new();
    for (modifier, attribute) in [
        (Modifier::BOLD, " font-weight=\"bold\""),
        (Modifier::ITALIC, " font-style=\"italic\""),
        (Modifier::UNDERLINED, " text-decoration=\"underline\""),
        (Modifier::CROSSED_OUT, " text-decoration=\"line-through\""),
        (Modifier::DIM, " opacity=\"0.7\""),
    ] {
        if cell.modifier.contains(modifier) {
            attributes.push_str(attribute);
        }
    }
    Looks { text, ground, attributes }
}

fn svg(buffer: &Buffer, terminal: &Ground) -> String {
    let (columns, rows) = (buffer.area.width, buffer.area.height);
    let (width, height) = (f64::from(columns) * CELL.0, f64::from(rows) * CELL.1);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.1} {height:.1}\" font-family=\"ui-monospace, \
         Menlo, Consolas, 'DejaVu Sans Mono', monospace\" font-size=\"14\">\n<rect width=\"100%\" height=\"100%\" fill=\"{}\"/>\n",
        terminal.ground
    );
    for row in 0..rows {
        let mut column = 0;
        while column < columns {
            let (start, looks_here) = (column, looks(&buffer[(column, row)], terminal));
            let mut text = String::new();
            while column < columns && looks(&buffer[(column, row)], terminal) == looks_here {
                let symbol = buffer[(column, row)].symbol();
                text.push_str(symbol);
                column += u16::try_from(symbol.width().max(1)).unwrap();
            }
            let (x, y) = (f64::from(start) * CELL.0, f64::from(row) * CELL.1);
            let wide = f64::from(column - start) * CELL.0;
            if looks_here.ground != terminal.ground {
                let ground = &looks_here.ground;
                writeln!(
                    out,
                    "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{wide:.1}\" height=\"{:.1}\" fill=\"{ground}\"/>",
                    CELL.1
                )
                .unwrap();
            }
            if text.trim().is_empty() {
                continue;
            }
            // Blanks at the ends are left out, so that the letters keep their columns.
            let lead = text.len() - text.trim_start_matches(' ').len();
            let shown = text.trim_matches(' ');
            let (x, wide) = (x + f64::from(u16::try_from(lead).unwrap()) * CELL.0, shown.width() as f64 * CELL.0);
            let escaped = shown.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
            let Looks { text: fill, attributes, .. } = &looks_here;
            writeln!(
                out,
                "<text x=\"{x:.1}\" y=\"{:.1}\" textLength=\"{wide:.1}\" xml:space=\"preserve\" fill=\"{fill}\"{attributes}>{escaped}</text>",
                y + 13.5
            )
            .unwrap();
        }
    }
    out.push_str("</svg>\n");
    out
}

fn stage(theme: &str, width: u16, height: u16) -> Stage {
    let mut options = TuiOptions::default();
    options.environment.term = Some("xterm-256color".to_owned());
    options.environment.colorterm = Some("truecolor".to_owned());
    options.config.theme = theme.to_owned();
    let mut stage = Stage::with(width, height, options);
    stage.begin();
    stage.ask("Raise the fare to 1.20, and say what the ferry crosses.");
    stage.event(EventKind::TextDelta {
        text: "The fare stands in `src/fare.rs`. I **raise it**, say in the README what is crossed, and add a module for the tides.\n\n```rust\npub const CENTS: u32 = 120;\n```\n".to_owned(),
    });
    with_proposal(&mut stage);
    stage.decided(Pick::File { path: path("README.md") }, Decision::Accepted);
    stage
}

/// Compares a picture with the one in the assets, or makes it anew.
fn check(name: &str, stage: &mut Stage, terminal: &Ground) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("assets/screenshots/{name}.svg"));
    let made = svg(&stage.buffer(), terminal);
    assert_eq!(made, svg(&stage.buffer(), terminal), "the same screen gives the same picture");
    if std::env::var_os("ADIT_REWRITE").is_some() {
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, &made).unwrap();
        return;
    }
    let kept = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(kept == made, "run the tests with ADIT_REWRITE=1 to have assets/screenshots/{name}.svg made anew");
}

#[test]
fn the_pictures_show_the_screen_as_it_is() {
    let mut review = stage("dark", 150, 36);
    review.keys("alt-3 n");
    check("review-dark", &mut review, &DARK);

    let mut light = stage("light", 100, 28);
    light.keys("alt-3 n v j j j");
    check("lines-light", &mut light, &LIGHT);

    let mut commit = stage("catppuccin-mocha", 100, 28);
    commit.keys("alt-3 c");
    let message = "docs: say what the ferry crosses\n\nNewcomers asked.".to_owned();
    commit.event(EventKind::CommitDrafted { message, usage: Usage::default(), cost_micros: None, fault: None });
    check("commit-catppuccin", &mut commit, &DARK);

    let mut themes = stage("high-contrast", 100, 28);
    themes.keys("alt-3 f3");
    check("themes-high-contrast", &mut themes, &DARK);

    let mut blind = stage("deuteranopia", 100, 28);
    blind.keys("alt-3 n");
    check("review-deuteranopia", &mut blind, &DARK);
}
