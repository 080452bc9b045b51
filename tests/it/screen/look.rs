//! Themes, colours, layouts and the pace of frames.

use std::time::{Duration, Instant};

use adit::review::{Decision, Pick};
use adit::session::EventKind;
use adit::tui::{
    Cause, ColorDepth, Pacer, PaneId, SCOPES, Scope, TerminalEnvironment, Theme, TuiOptions, arrange, load_theme,
    split_words, theme_names,
};
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style};

use super::stage::{Stage, path, with_proposal};

#[test]
fn every_theme_styles_every_scope_at_every_depth() {
    for name in theme_names() {
        for depth in [ColorDepth::None, ColorDepth::Ansi16, ColorDepth::Indexed, ColorDepth::True] {
            let theme = load_theme(name, &[], depth).unwrap();
            for (scope, _) in SCOPES {
                let style = theme.style(*scope);
                for color in [style.fg, style.bg].into_iter().flatten() {
                    let fits = match depth {
                        ColorDepth::None => false,
                        ColorDepth::Ansi16 => !matches!(color, Color::Rgb(..) | Color::Indexed(_)),
                        ColorDepth::Indexed => !matches!(color, Color::Rgb(..)),
                        ColorDepth::True => true,
                    };
                    assert!(fits, "{name} {depth:?} {scope:?} {color:?}");
                }
            }
        }
    }
    assert_eq!(load_theme("dark", &[], ColorDepth::None).unwrap(), Theme::plain());
    assert_eq!(load_theme("dark", &[], ColorDepth::Ansi16).unwrap().name, "ansi");
    assert_ne!(
        load_theme("dark", &[], ColorDepth::True).unwrap().style(Scope::Added),
        load_theme("light", &[], ColorDepth::True).unwrap().style(Scope::Added)
    );
}

#[test]
fn without_colours_attributes_tell_the_cursor_from_the_rest() {
    let plain = Theme::plain();
    assert!(plain.style(Scope::Selection).add_modifier.contains(Modifier::REVERSED));
    assert_ne!(plain.style(Scope::BorderFocused), plain.style(Scope::Border));
    assert_ne!(plain.style(Scope::AddedWord), plain.style(Scope::Added));
}

#[test]
fn a_users_theme_inherits_and_its_faults_are_named() {
    let own = |text: &str| vec![("mine".to_owned(), text.to_owned())];
    let mine = "inherits = \"light\"\n[palette]\nred = \"#112233\"\n[scopes]\nerror = \"red\"\nkey = { fg = \"bright-cyan\", modifiers = [\"italic\"] }\n";
    let theme = load_theme("mine", &own(mine), ColorDepth::True).unwrap();
    assert_eq!(theme.style(Scope::Error).fg, Some(Color::Rgb(0x11, 0x22, 0x33)));
    assert_eq!(theme.style(Scope::Key).fg, Some(Color::LightCyan));
    assert_eq!(theme.style(Scope::Added), load_theme("light", &[], ColorDepth::True).unwrap().style(Scope::Added));
    let check = |text: Option<&str>, expected: &str| {
        let own: Vec<_> = text.map(own).into_iter().flatten().collect();
        let fault = load_theme("mine", &own, ColorDepth::True).unwrap_err().to_string();
        assert!(fault.starts_with(expected), "{fault}");
    };
    check(None, "no theme is called mine");
    check(Some("[scopes]\nerorr = \"red\"\n"), "themes/mine.toml line 2: unknown scope erorr");
    check(Some("\n[scopes]\nerror = \"#12\"\n"), "themes/mine.toml line 3: error has an unknown colour: #12");
    check(
        Some("[scopes]\nkey = \"red\"\nerror = { modifiers = [\"loud\"] }\n"),
        "themes/mine.toml line 3: error.modifiers has an unknown modifier: loud",
    );
    check(
        Some("[scopes.error]\nfg = \"red\"\nbg = \"rot\"\n"),
        "themes/mine.toml line 3: error.bg has an unknown colour: rot",
    );
    check(
        Some("[palette]\nrot = \"#ff\"\n[scopes]\nerror = \"rot\"\n"),
        "themes/mine.toml line 2: rot is an unknown colour: #ff",
    );
    check(
        Some("[scopes]\nkey = \"red\"\nerror = 7\n"),
        "themes/mine.toml line 3: error is neither a colour nor a table of fg, bg and modifiers",
    );
    check(
        Some("[scopes]\nerror = { fg = \"red\", gb = \"red\" }\n"),
        "themes/mine.toml line 2: error is neither a colour nor a table of fg, bg and modifiers",
    );
    check(Some("\nscope = 1\n"), "themes/mine.toml line 2: unknown field `scope`");
    check(Some("name = \"a\n"), "themes/mine.toml line 1:");
    check(Some("# mine\ninherits = \"neon\"\n"), "themes/mine.toml line 2: inherits: no theme is called neon");
    check(Some("inherits = \"mine\"\n"), "themes/mine.toml line 1: inherits: the theme inherits from itself");
    // From another of the user's, and from adit's of the same name.
    let themes = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
        pairs.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
    };
    let two = themes(&[("mine", "inherits = \"yours\"\n"), ("yours", mine)]);
    let shade = |name: &str, themes: &[_]| load_theme(name, themes, ColorDepth::True).unwrap().style(Scope::Error).fg;
    assert_eq!(shade("mine", &two), Some(Color::Rgb(0x11, 0x22, 0x33)));
    let dark = themes(&[("dark", "inherits = \"dark\"\n[scopes]\nkey = \"#112233\"\n")]);
    assert_eq!(shade("dark", &dark), shade("dark", &[]));
    let circle = themes(&[("mine", "inherits = \"yours\"\n"), ("yours", "inherits = \"mine\"\n")]);
    let fault = load_theme("mine", &circle, ColorDepth::True).unwrap_err().to_string();
    assert!(fault.ends_with("inherits: the theme inherits from itself"), "{fault}");
    // Adit's own light theme inherits from adit's dark one, so this is no circle.
    let light = themes(&[("dark", "inherits = \"light\"\n[scopes]\nerror = \"#112233\"\n")]);
    assert_eq!(shade("dark", &light), Some(Color::Rgb(0x11, 0x22, 0x33)));
    let chain: Vec<(String, String)> =
        (0..12).map(|number| (format!("t{number}"), format!("inherits = \"t{}\"\n", number + 1))).collect();
    let fault = load_theme("t0", &chain, ColorDepth::True).unwrap_err().to_string();
    assert!(fault.ends_with("inherits: through more than 8 themes"), "{fault}");
    // What is wrong in another theme of the user's is told of that one.
    let torn = themes(&[("mine", "inherits = \"yours\"\n"), ("yours", "[scopes]\n\nerror = \"rot\"\n")]);
    let fault = load_theme("mine", &torn, ColorDepth::True).unwrap_err().to_string();
    assert_eq!(fault, "themes/yours.toml line 3: error has an unknown colour: rot");
}

/// With sixteen colours, too: on white, yellow and cyan are hardly seen, whatever the terminal makes of them.
#[test]
fn light_themes_have_no_light_text_in_sixteen_colours() {
    for name in theme_names().filter(|name| name.contains("light") || *name == "catppuccin-latte") {
        let theme = load_theme(name, &[], ColorDepth::Ansi16).unwrap();
        assert_eq!(theme.name, "ansi-light", "{name}");
        for (scope, text) in SCOPES {
            let style = theme.style(*scope);
            let is_light = matches!(
                style.fg,
                Some(Color::Yellow | Color::LightYellow | Color::Cyan | Color::LightCyan | Color::LightGreen)
            );
            assert!(!is_light || style.bg.is_some(), "{name}: {text} is {style:?}");
        }
    }
    for name in theme_names().filter(|name| !name.contains("light") && *name != "catppuccin-latte") {
        assert_eq!(load_theme(name, &[], ColorDepth::Ansi16).unwrap().name, "ansi", "{name}");
    }
}

/// A theme that leaves something out is still one in which the cursor is seen.
#[test]
fn what_a_theme_leaves_out_is_told_apart_without_colours() {
    let own = [("empty".to_owned(), String::new())];
    let theme = load_theme("empty", &own, ColorDepth::True).unwrap();
    for scope in [Scope::Selection, Scope::Range, Scope::Match, Scope::MatchCurrent, Scope::Key] {
        assert_ne!(theme.style(scope), Style::new(), "{scope:?}");
    }
}

#[test]
fn the_environment_says_how_many_colours_there_are() {
    let check = |term: &str, colorterm: Option<&str>, no_color: Option<&str>, expected: ColorDepth| {
        let environment = TerminalEnvironment {
            term: Some(term.to_owned()),
            colorterm: colorterm.map(str::to_owned),
            no_color: no_color.map(str::to_owned),
            ..TerminalEnvironment::default()
        };
        assert_eq!(environment.color_depth(), expected, "{term} {colorterm:?} {no_color:?}");
    };
    check("xterm-256color", None, None, ColorDepth::Indexed);
    check("xterm-256color", Some("truecolor"), None, ColorDepth::True);
    check("tmux-256color", Some("24bit"), Some(""), ColorDepth::True);
    check("xterm-256color", Some("truecolor"), Some("1"), ColorDepth::None);
    check("xterm-kitty", None, None, ColorDepth::True);
    check("linux", None, None, ColorDepth::Ansi16);
    check("xterm", None, None, ColorDepth::Ansi16);
    check("dumb", None, None, ColorDepth::None);
}

#[test]
fn the_focused_pane_stands_at_every_width_and_nothing_overlaps() {
    for width in 1..220 {
        for height in [1, 2, 5, 8, 12, 24, 50] {
            for focus in [PaneId::Tree, PaneId::Chat, PaneId::Diff] {
                for zoomed in [false, true] {
                    let screen = Rect { x: 0, y: 0, width, height };
                    let layout = arrange(screen, focus, zoomed, 2);
                    assert!(layout.pane(focus).is_some());
                    let panes = [layout.tree, layout.chat, layout.diff];
                    let expected = if zoomed || width < 90 {
                        1
                    } else if width < 140 {
                        2
                    } else {
                        3
                    };
                    assert_eq!(panes.iter().flatten().count(), expected, "{width}");
                    let mut taken = 0;
                    let all = panes.into_iter().chain([layout.guide, layout.hints, Some(layout.status)]);
                    for area in all.flatten() {
                        assert_eq!(area.intersection(screen), area, "{layout:?}");
                        taken += area.area();
                    }
                    assert_eq!(taken, screen.area(), "{layout:?}");
                }
            }
        }
    }
}

#[test]
fn frames_come_at_once_after_a_rest_and_then_no_faster_than_the_gaps() {
    let start = Instant::now();
    let after = |milliseconds| start + Duration::from_millis(milliseconds);
    let mut pacer = Pacer::default();
    assert_eq!(pacer.due(start), None);
    pacer.want(Cause::Stream);
    assert_eq!(pacer.due(start), Some(start));
    pacer.drawn(start);
    assert_eq!(pacer.due(after(100)), None);
    pacer.want(Cause::Stream);
    assert_eq!(pacer.due(after(1)), Some(after(6)));
    pacer.want(Cause::Key);
    pacer.want(Cause::Stream);
    assert_eq!(pacer.due(after(1)), Some(after(1)), "a key is not slowed down by what streams");
    pacer.drawn(after(1));
    pacer.want(Cause::Key);
    assert_eq!(pacer.due(after(1)), Some(after(3)));
    assert_eq!(pacer.due(after(50)), Some(after(50)));
}

#[test]
fn the_editors_command_is_split_as_a_shell_does() {
    let check = |command: &str, expected: &[&str]| assert_eq!(split_words(command).unwrap(), expected, "{command}");
    check("vi", &["vi"]);
    check("  code --wait  -n ", &["code", "--wait", "-n"]);
    check("'/opt/my editor/ed' \"a b\"c", &["/opt/my editor/ed", "a bc"]);
    check(r"emacs\ client -c ''", &["emacs client", "-c", ""]);
    check("", &[]);
    assert!(split_words("vi 'open").is_err());
}

/// Returns what stands in the cells of the review that have the ground of a scope, row by row.
fn on_ground_of(stage: &mut Stage, scope: Scope) -> Vec<String> {
    let buffer = stage.buffer();
    let wanted = stage.app.theme().style(scope);
    let row = |y: u16| (0..buffer.area.width).map(move |x| (x, y)).filter(|at| buffer[*at].bg == wanted.bg.unwrap());
    let rows = (0..buffer.area.height).map(|y| row(y).map(|at| buffer[at].symbol()).collect::<String>());
    rows.filter(|text| !text.is_empty()).collect()
}

#[test]
fn what_a_search_found_stands_out_of_the_cursors_line_and_of_what_is_decided() {
    let mut stage = Stage::open(120, 40);
    with_proposal(&mut stage);
    stage.decided(Pick::Runs { path: path("src/fare.rs"), runs: vec![0] }, Decision::Accepted);
    stage.keys("alt-3 / 'cents enter");
    for step in 0..6 {
        let text = stage.text();
        let current = on_ground_of(&mut stage, Scope::MatchCurrent);
        assert_eq!(current, ["CENTS"], "step {step}:\n{text}");
        let all = current.len() + on_ground_of(&mut stage, Scope::Match).len();
        assert!(text.contains(&format!(" of {all}")), "{all} are marked:\n{text}");
        stage.keys("n");
    }
}

/// Returns how a word looks in each of its places in a pane: the attributes, and the colours.
fn looks_of(stage: &mut Stage, pane: Rect, word: &str) -> Vec<(Modifier, Color, Color)> {
    let buffer = stage.buffer();
    let mut looks = Vec::new();
    for y in pane.y..pane.bottom() {
        let row: Vec<&str> = (pane.x..pane.right()).map(|x| buffer[(x, y)].symbol()).collect();
        let wanted: Vec<String> = word.chars().map(|character| character.to_string()).collect();
        let places = row.windows(wanted.len()).enumerate().filter(|(_, cells)| *cells == wanted.as_slice());
        looks.extend(places.map(|(x, _)| {
            let cell = &buffer[(pane.x + u16::try_from(x).unwrap(), y)];
            (cell.modifier, cell.fg, cell.bg)
        }));
    }
    looks
}

/// Where the lines of the review stand on a screen of 120 columns.
const LINES: Rect = Rect { x: 55, y: 3, width: 60, height: 20 };

#[test]
fn without_colours_matches_the_current_one_and_changed_words_look_different() {
    const BEFORE: &str = "one two\nred ferry\nend two\n";
    const AFTER: &str = "one two\nred canoe\nend two\n";
    let (reversed, bold, underlined) = (Modifier::REVERSED, Modifier::BOLD, Modifier::UNDERLINED);
    let mut options = TuiOptions::default();
    options.environment.term = Some("xterm".to_owned());
    options.environment.no_color = Some("1".to_owned());
    let mut stage = Stage::with(120, 40, options);
    stage.begin();
    stage.propose("a.txt", Some(BEFORE), Some(AFTER));
    let attributes_in = |stage: &mut Stage, pane: Rect, word: &str| -> Vec<Modifier> {
        looks_of(stage, pane, word).into_iter().map(|(modifier, _, _)| modifier).collect()
    };
    let attributes = |stage: &mut Stage, word: &str| attributes_in(stage, LINES, word);
    stage.keys("alt-3 g");
    assert_eq!(attributes(&mut stage, "canoe"), [underlined]);
    stage.keys("/ 'o enter");
    let text = stage.text();
    // On the cursor's line, which is reversed itself, the match that the user is at stands out the other way round. Other
    // matches are reversed, in a changed word also underlined.
    assert_eq!(attributes(&mut stage, "one"), [bold], "{text}");
    assert_eq!(attributes(&mut stage, "oe"), [reversed | underlined], "{text}");
    assert_eq!(attributes(&mut stage, "cano"), [underlined], "{text}");
    let others = attributes(&mut stage, "o ");
    assert!(others.contains(&reversed), "{others:?}\n{text}");
    // In the conversation a match in bold text is not the one that the user is at.
    stage.ask("look");
    stage.event(EventKind::TextDelta { text: "plain canal\n\n**bold canal**\n".to_owned() });
    stage.keys("alt-2 alt-/ 'canal enter");
    let mut seen = attributes_in(&mut stage, Rect { x: 0, y: 1, width: 53, height: 30 }, "canal");
    seen.sort_by_key(|modifier| modifier.bits());
    let mut expected = [reversed, reversed | bold];
    expected.sort_by_key(|modifier| modifier.bits());
    assert_eq!(seen, expected, "{}", stage.text());
}

#[test]
fn in_sixteen_colours_a_match_in_a_changed_word_is_a_match() {
    let mut options = TuiOptions::default();
    options.environment.term = Some("xterm".to_owned());
    let mut stage = Stage::with(120, 40, options);
    stage.begin();
    stage.propose("a.txt", Some("one two\nred ferry\n"), Some("one two\nred canoe\n"));
    stage.keys("alt-3 / 'o enter");
    let (cyan, yellow) = ((Color::Black, Color::Cyan), (Color::Black, Color::Yellow));
    let text = stage.text();
    let changed = looks_of(&mut stage, LINES, "cano");
    assert_eq!(changed, [(Modifier::REVERSED, Color::Green, Color::Reset)], "{text}");
    let found = looks_of(&mut stage, LINES, "oe");
    assert_eq!(found.iter().map(|look| (look.1, look.2)).collect::<Vec<_>>(), [cyan], "{text}");
    assert!(!found[0].0.contains(Modifier::REVERSED), "its ground is the match's: {found:?}");
    let current = looks_of(&mut stage, LINES, "one");
    assert!(current.iter().any(|look| (look.1, look.2) == yellow && look.0 == Modifier::BOLD), "{current:?}\n{text}");
}
