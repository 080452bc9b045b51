//! Every theme can be read: contrasts by WCAG 2.2, colours that colour-blind readers tell apart, and no state by colour alone.

use adit::review::{Decision, Pick};
use adit::tui::highlight::CodeTheme;
use adit::tui::{ColorDepth, Scope, Theme, TuiOptions, load_theme, theme_names};
use ratatui::style::Color;

use super::stage::{FARE, Stage, path, with_proposal};

/// What is read.
const TEXT: &[Scope] = &[
    Scope::Text,
    Scope::Muted,
    Scope::Title,
    Scope::Key,
    Scope::Good,
    Scope::Warning,
    Scope::Error,
    Scope::Accent,
    Scope::User,
    Scope::Heading,
    Scope::Code,
    Scope::Quote,
    Scope::Accepted,
    Scope::HunkHeader,
    Scope::Control,
    Scope::GitAdded,
    Scope::GitModified,
    Scope::GitDeleted,
    Scope::GitUntracked,
    Scope::Pending,
    Scope::Status,
    Scope::SyntaxKeyword,
    Scope::SyntaxString,
    Scope::SyntaxConstant,
    Scope::SyntaxComment,
    Scope::SyntaxFunction,
    Scope::SyntaxType,
    Scope::SyntaxVariable,
    Scope::SyntaxPunctuation,
    Scope::SyntaxAttribute,
];

/// What is looked at now and then.
const SECONDARY: &[Scope] = &[Scope::LineNumber, Scope::Rejected, Scope::GitIgnored, Scope::BorderFocused];

const SYNTAX: &[Scope] = &[
    Scope::Text,
    Scope::SyntaxKeyword,
    Scope::SyntaxString,
    Scope::SyntaxConstant,
    Scope::SyntaxFunction,
    Scope::SyntaxType,
    Scope::SyntaxVariable,
    Scope::SyntaxAttribute,
];

type Rgb = [u8; 3];

/// The themes that leave the ground to the terminal, with the text's colour and the grounds that they must do on.
fn grounds(name: &str) -> (Rgb, Vec<Rgb>) {
    match name {
        "dark" => ([0xd5, 0xd9, 0xe2], vec![[0x1f, 0x24, 0x30], [0; 3], [0x28, 0x2c, 0x34]]),
        "light" => ([0x24, 0x29, 0x2f], vec![[0xff; 3], [0xfa; 3]]),
        painted => {
            let style = load_theme(painted, &[], ColorDepth::True).unwrap().style(Scope::Text);
            (rgb(style.fg).unwrap(), vec![rgb(style.bg).unwrap()])
        }
    }
}

fn rgb(color: Option<Color>) -> Option<Rgb> {
    match color {
        Some(Color::Rgb(red, green, blue)) => Some([red, green, blue]),
        Some(Color::Reset) | None => None,
        Some(other) => panic!("{other:?} is not a full colour"),
    }
}

/// Relative luminance as WCAG defines it.
fn luminance(color: Rgb) -> f64 {
    let [red, green, blue] = color.map(|channel| {
        let value = f64::from(channel) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    });
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

fn contrast(left: Rgb, right: Rgb) -> f64 {
    let (left, right) = (luminance(left), luminance(right));
    (left.max(right) + 0.05) / (left.min(right) + 0.05)
}

fn full_color_themes() -> impl Iterator<Item = (&'static str, Theme)> {
    let names = theme_names().filter(|name| !name.starts_with("ansi"));
    names.map(|name| (name, load_theme(name, &[], ColorDepth::True).unwrap()))
}

#[test]
fn every_theme_can_be_read() {
    let mut faults = Vec::new();
    let mut check = |name: &str, what: String, left: Rgb, right: Rgb, least: f64| {
        let found = contrast(left, right);
        if found < least {
            faults.push(format!("{name}: {what} has {found:.2}, {least} at least"));
        }
    };
    for (name, theme) in full_color_themes() {
        let (text, grounds) = grounds(name);
        let is_high = name.starts_with("high-contrast");
        let (primary, secondary) = if is_high { (7.0, 7.0) } else { (4.5, 3.0) };
        for ground in grounds {
            let seen = |scope: Scope, below: Rgb| {
                let style = theme.style(scope);
                (rgb(style.fg).unwrap_or(text), rgb(style.bg).unwrap_or(below))
            };
            for (scopes, least) in [(TEXT, primary), (SECONDARY, secondary)] {
                for scope in scopes {
                    let (front, back) = seen(*scope, ground);
                    check(name, format!("{scope:?}"), front, back, least);
                }
            }
            for below in [Scope::Added, Scope::Removed, Scope::Selection] {
                let (_, back) = seen(below, ground);
                for scope in SYNTAX {
                    check(name, format!("{scope:?} on {below:?}"), seen(*scope, ground).0, back, primary);
                }
                check(name, format!("comment on {below:?}"), seen(Scope::SyntaxComment, ground).0, back, secondary);
            }
            for below in [Scope::AddedWord, Scope::RemovedWord, Scope::Range, Scope::MovedFrom, Scope::MovedTo] {
                let (_, back) = seen(below, ground);
                check(name, format!("text on {below:?}"), text, back, primary);
                for scope in SYNTAX {
                    check(name, format!("{scope:?} on {below:?}"), seen(*scope, ground).0, back, secondary);
                }
            }
            for scope in [Scope::Good, Scope::Warning, Scope::Error, Scope::Accent, Scope::Pending, Scope::User] {
                let (_, back) = seen(Scope::Status, ground);
                check(name, format!("{scope:?} in the status line"), seen(scope, ground).0, back, primary);
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// How a colour looks to dichromats, by the matrices of Viénot, Brettel and Mollon (1999) on linear light; the
/// one for tritanopia is Brettel's projection at a single plane, near enough for grounds and signs.
fn seen_by(kind: &str, color: Rgb) -> [f64; 3] {
    let linear = color.map(|channel| (f64::from(channel) / 255.0).powf(2.2));
    let matrix = match kind {
        "protanopia" => [[0.112_38, 0.887_62, 0.0], [0.112_38, 0.887_62, 0.0], [0.004_01, -0.004_01, 1.0]],
        "deuteranopia" => [[0.292_75, 0.707_25, 0.0], [0.292_75, 0.707_25, 0.0], [-0.022_34, 0.022_34, 1.0]],
        _ => [[1.0, 0.144_61, -0.144_61], [0.0, 0.859_24, 0.140_76], [0.0, 0.859_24, 0.140_76]],
    };
    matrix.map(|row| {
        row.iter().zip(linear).map(|(factor, channel)| factor * channel).sum::<f64>().clamp(0.0, 1.0).powf(1.0 / 2.2)
    })
}

fn apart(kind: &str, left: Rgb, right: Rgb) -> f64 {
    let (left, right) = (seen_by(kind, left), seen_by(kind, right));
    left.iter().zip(right).map(|(left, right)| (left - right).powi(2)).sum::<f64>().sqrt() * 255.0
}

#[test]
fn the_themes_for_colour_blind_readers_keep_added_and_removed_apart() {
    for (name, kinds) in [
        ("deuteranopia", &["deuteranopia", "protanopia"][..]),
        ("deuteranopia-light", &["deuteranopia", "protanopia"]),
        ("tritanopia", &["tritanopia"]),
        ("tritanopia-light", &["tritanopia"]),
    ] {
        let theme = load_theme(name, &[], ColorDepth::True).unwrap();
        for kind in kinds {
            let ground = |scope| rgb(theme.style(scope).bg).unwrap();
            let front = |scope| rgb(theme.style(scope).fg).unwrap();
            let lines = apart(kind, ground(Scope::Added), ground(Scope::Removed));
            let words = apart(kind, ground(Scope::AddedWord), ground(Scope::RemovedWord));
            let signs = apart(kind, front(Scope::Good), front(Scope::Error));
            assert!(lines > 25.0 && words > 35.0 && signs > 60.0, "{name} {kind}: {lines:.0} {words:.0} {signs:.0}");
        }
    }
    let dark = load_theme("dark", &[], ColorDepth::True).unwrap();
    let ground = |scope| rgb(dark.style(scope).bg).unwrap();
    assert!(apart("deuteranopia", ground(Scope::Added), ground(Scope::Removed)) < 25.0, "the measure tells them apart");
}

/// Returns the screen's letters alone: no colour, no attribute.
fn letters(change: impl FnOnce(&mut Stage)) -> String {
    let mut options = TuiOptions::default();
    options.environment.term = Some("dumb".to_owned());
    let mut stage = Stage::with(150, 40, options);
    stage.begin();
    with_proposal(&mut stage);
    stage.keys("alt-3 n");
    change(&mut stage);
    stage.text()
}

fn press(stage: &mut Stage, keys: &str) {
    stage.keys(keys);
}

#[test]
fn nothing_is_told_by_colour_alone() {
    let fare = || Pick::Runs { path: path("src/fare.rs"), runs: vec![0] };
    let states: Vec<(&str, String)> = vec![
        ("pending", letters(|_| {})),
        ("accepted", letters(|stage| stage.decided(fare(), Decision::Accepted))),
        ("rejected", letters(|stage| stage.decided(fare(), Decision::Rejected))),
        ("selected", letters(|stage| press(stage, "v"))),
        ("two selected", letters(|stage| press(stage, "v j"))),
        ("viewed", letters(|stage| press(stage, "V"))),
        ("the tree has the keys", letters(|stage| press(stage, "alt-1"))),
        ("the chat has the keys", letters(|stage| press(stage, "alt-2"))),
        ("the cursor is a line below", letters(|stage| press(stage, "j"))),
        ("a turn runs", letters(|stage| stage.ask("go"))),
        ("moved", letters(|stage| stage.propose("src/fare.rs", Some(FARE), Some(&moved())))),
        (
            "removed only",
            letters(|stage| stage.propose("src/fare.rs", Some(FARE), Some(&FARE.replace("//! Fares.\n", "")))),
        ),
        ("added only", letters(|stage| stage.propose("src/fare.rs", Some(FARE), Some(&format!("{FARE}// more\n"))))),
    ];
    for (at, (name, screen)) in states.iter().enumerate() {
        for (other, same) in &states[..at] {
            assert_ne!(screen, same, "without colour {name} looks like {other}");
        }
    }
}

fn moved() -> String {
    let (head, tail) = FARE.split_once("pub fn name").unwrap();
    format!("pub fn name{tail}\n{head}")
}

#[test]
fn a_tmtheme_gives_code_its_colours_and_a_wrong_one_is_refused() {
    let rule = |scope: &str, settings: &str| {
        format!("<dict><key>scope</key><string>{scope}</string><key>settings</key><dict>{settings}</dict></dict>")
    };
    let color = |value: &str| format!("<key>foreground</key><string>{value}</string>");
    let file = |rules: &str| {
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><plist version=\"1.0\"><dict><key>name</key><string>Mine</string>\
             <key>settings</key><array><dict><key>settings</key><dict>{}</dict></dict>{rules}</array></dict></plist>",
            color("#eeeeee")
        )
    };
    let rules = rule("keyword", &format!("{}<key>fontStyle</key><string>bold</string>", color("#123456")))
        + &rule("string", &color("#654321"));
    let mut options = TuiOptions::default();
    options.environment.colorterm = Some("truecolor".to_owned());
    options.environment.term = Some("xterm".to_owned());
    options.code_theme = Some(file(&rules));
    let mut stage = Stage::with(100, 24, options);
    assert_eq!(stage.app.theme().style(Scope::SyntaxKeyword).fg, Some(Color::Rgb(0x12, 0x34, 0x56)));
    assert_eq!(stage.app.theme().style(Scope::SyntaxString).fg, Some(Color::Rgb(0x65, 0x43, 0x21)));
    let comment = load_theme("dark", &[], ColorDepth::True).unwrap().style(Scope::SyntaxComment);
    assert_eq!(stage.app.theme().style(Scope::SyntaxComment), comment, "what the file leaves out stays the theme's");
    stage.keys("f3 'nord enter");
    assert_eq!(stage.app.theme().style(Scope::SyntaxKeyword).fg, Some(Color::Rgb(0x12, 0x34, 0x56)), "in any theme");
    for wrong in [
        "",
        "<plist>",
        "\u{0}\u{1b}[2J",
        "<plist version=\"1.0\"><array/></plist>",
        &"<dict>".repeat(100_000),
        &file(""),
    ] {
        let fault = CodeTheme::parse(wrong).unwrap_err().to_string();
        assert!(!fault.chars().any(char::is_control) && fault.len() < 300, "{fault}");
    }
    let torn = file("").replace("<array>", "\n<array>\n<dict>\n</array>");
    let fault = CodeTheme::parse(&torn).unwrap_err().to_string();
    assert!(fault.starts_with("line 4: it is not a tmTheme: "), "{fault}");
}

#[test]
fn the_picker_shows_a_theme_before_it_is_chosen_and_escape_goes_back() {
    let mut options = TuiOptions::default();
    options.environment.colorterm = Some("truecolor".to_owned());
    options.environment.term = Some("xterm".to_owned());
    options.config_file = "/home/ada/.config/adit/config.toml".to_owned();
    options.themes =
        vec![("mine".to_owned(), "inherits = \"nord\"\n".to_owned()), ("torn".to_owned(), "scopes = 1".to_owned())];
    let mut stage = Stage::with(110, 30, options);
    stage.begin();
    let before = stage.app.theme().clone();
    stage.keys("alt-2 '/theme enter 'solarized-l");
    assert_eq!(stage.app.theme().name, "solarized-light");
    stage.keys("esc");
    assert_eq!(*stage.app.theme(), before);
    stage.keys("f3 'torn");
    assert_eq!(*stage.app.theme(), before, "what cannot be read changes nothing");
    stage.keys("enter");
    assert!(stage.text().contains("themes/torn.toml line 1: "), "{}", stage.text());
    stage.keys("f3 'mine enter");
    assert_eq!(
        stage.app.theme().style(Scope::Error),
        load_theme("nord", &[], ColorDepth::True).unwrap().style(Scope::Error)
    );
    let text = stage.text();
    assert!(
        text.contains("to keep it, write theme = \"mine\" under [screen] in /home/ada/.config/adit/config.toml"),
        "{text}"
    );
    stage.keys("alt-2 '/theme 'x");
    stage.keys("esc");
}

#[test]
fn light_and_dark_follow_the_terminal_while_the_theme_is_auto() {
    use adit::tui::{Input, InputParser, Msg};
    let told = |bytes: &[u8]| {
        let mut out = Vec::new();
        InputParser::default().feed(bytes, &mut out);
        match out.as_slice() {
            [Input::Ground(channels)] => *channels,
            other => panic!("{other:?}"),
        }
    };
    let mut options = TuiOptions::default();
    options.environment.colorterm = Some("truecolor".to_owned());
    options.environment.term = Some("xterm".to_owned());
    let mut stage = Stage::with(100, 24, options);
    assert_eq!(stage.app.theme().name, "dark");
    stage.send(Msg::Ground(told(b"\x1b[?997;2n")));
    assert_eq!(stage.app.theme().name, "light");
    stage.send(Msg::Ground(told(b"\x1b[?997;1n")));
    assert_eq!(stage.app.theme().name, "dark");
    stage.keys("f3 'nord enter");
    stage.send(Msg::Ground([255; 3]));
    assert_eq!(stage.app.theme().name, "nord", "a chosen theme stays");
    stage.keys("f3 'auto enter");
    assert_eq!(stage.app.theme().name, "light", "auto knows what was told meanwhile");
}
