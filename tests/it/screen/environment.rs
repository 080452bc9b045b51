//! What adit makes of the terminal that it finds, and of whether somebody looks at it.

use adit::config::{Glyphs, Notify, Progress};
use adit::session::{EventKind, Fault, FaultClass, Login, TurnId, TurnOutcome};
use adit::tui::{
    ACTIONS, Chord, ColorDepth, Effect, Keymap, Msg, NoticeWay, Painter, ProgressSign, Sequence, TerminalEnvironment,
    TuiOptions, progress_sequence, shows_progress, title_sequence,
};
use crossterm::event::{KeyCode, KeyModifiers};
use ratatui::buffer::Buffer;
use ratatui::layout::{Rect, Size};
use ratatui::style::Style;

use super::stage::{Stage, path, text as snapshot};

fn environment(pairs: &[(&str, &str)]) -> TerminalEnvironment {
    let get = |name: &str| pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
    TerminalEnvironment {
        term: get("TERM"),
        colorterm: get("COLORTERM"),
        tmux: get("TMUX"),
        screen: get("STY"),
        zellij: get("ZELLIJ"),
        program: get("TERM_PROGRAM"),
        windows_terminal: get("WT_SESSION"),
        ..TerminalEnvironment::default()
    }
}

/// What adit makes of the combinations that terminals, multiplexers and consoles set.
#[test]
fn every_terminal_gets_what_it_understands() {
    use ColorDepth::{Ansi16, Indexed, None as Colorless, True};
    type Row = (&'static [(&'static str, &'static str)], ColorDepth, bool, bool, bool);
    let table: &[Row] = &[
        // colours; asked questions; a multiplexer; keys told apart by xterm's way
        (&[("TERM", "xterm-256color"), ("COLORTERM", "truecolor")], True, true, false, true),
        (&[("TERM", "xterm-256color")], Indexed, true, false, true),
        (&[("TERM", "xterm")], Ansi16, true, false, true),
        (&[("TERM", "xterm-kitty")], True, true, false, true),
        (&[("TERM", "alacritty")], True, true, false, false),
        (&[("TERM", "foot")], True, true, false, false),
        (&[("TERM", "wezterm"), ("COLORTERM", "truecolor")], True, true, false, false),
        (&[("TERM", "rxvt-unicode-256color")], Indexed, true, false, false),
        (&[("TERM", "tmux-256color"), ("TMUX", "/tmp/x,1,0")], Indexed, true, true, true),
        (&[("TERM", "tmux-256color"), ("COLORTERM", "truecolor"), ("TMUX", "/tmp/x,1,0")], True, true, true, true),
        (&[("TERM", "screen-256color"), ("COLORTERM", "truecolor"), ("TMUX", "/tmp/x,1,0")], True, true, true, false),
        (&[("TERM", "screen"), ("TMUX", "/tmp/x,1,0")], Ansi16, true, true, false),
        // One in the other: screen may be the inner one.
        (
            &[("TERM", "screen-256color"), ("COLORTERM", "truecolor"), ("TMUX", "x"), ("STY", "1")],
            Indexed,
            true,
            true,
            false,
        ),
        (&[("TERM", "tmux-256color"), ("COLORTERM", "truecolor"), ("TMUX", "x"), ("STY", "1")], True, true, true, true),
        // GNU screen does not pass 24-bit colours on, whatever is inherited.
        (&[("TERM", "screen-256color"), ("COLORTERM", "truecolor"), ("STY", "1.pts")], Indexed, true, true, false),
        (&[("TERM", "screen"), ("COLORTERM", "truecolor"), ("STY", "1.pts")], Ansi16, true, true, false),
        (&[("TERM", "xterm-256color"), ("STY", "1.pts")], Indexed, true, true, false),
        (&[("TERM", "xterm-256color"), ("COLORTERM", "truecolor"), ("ZELLIJ", "0")], True, true, true, true),
        // The console of Linux prints what it does not know, and has sixteen colours.
        (&[("TERM", "linux")], Ansi16, false, false, false),
        (&[("TERM", "linux"), ("COLORTERM", "truecolor")], Ansi16, false, false, false),
        (&[("TERM", "screen.linux"), ("STY", "1.tty")], Ansi16, true, true, false),
        (&[("TERM", "screen.vt100"), ("STY", "1.tty")], Colorless, false, true, false),
        (&[("TERM", "vt100")], Colorless, false, false, false),
        (&[("TERM", "vt220")], Colorless, false, false, false),
        (&[("TERM", "vte-256color")], Indexed, true, false, false),
        (&[("TERM", "xterm-mono")], Colorless, true, false, true),
    ];
    for (pairs, depth, asked, multiplexed, apart) in table {
        let environment = environment(pairs);
        assert_eq!(environment.color_depth(), *depth, "{pairs:?}");
        assert_eq!(environment.answers_queries(), *asked, "{pairs:?}");
        assert_eq!(environment.is_multiplexed(), *multiplexed, "{pairs:?}");
        assert_eq!(environment.may_tell_keys_apart(), *apart, "{pairs:?}");
        assert!(!environment.is_dumb(), "{pairs:?}");
    }
    for term in ["dumb", "unknown", "emacs"] {
        assert!(environment(&[("TERM", term)]).is_dumb(), "{term}");
    }
}

#[test]
fn a_notice_goes_by_the_way_that_the_terminal_understands_and_cannot_be_ended_by_its_words() {
    let way = |pairs: &[(&str, &str)]| NoticeWay::of(Notify::Auto, &environment(pairs));
    assert_eq!(way(&[("TERM", "xterm-256color")]), NoticeWay::Bell);
    assert_eq!(way(&[("TERM", "xterm-kitty")]), NoticeWay::Osc99);
    assert_eq!(way(&[("TERM", "foot")]), NoticeWay::Osc777);
    assert_eq!(way(&[("TERM", "xterm-256color"), ("TERM_PROGRAM", "iTerm.app")]), NoticeWay::Osc9);
    assert_eq!(way(&[("TERM", "xterm-kitty"), ("TMUX", "x")]), NoticeWay::Bell);
    assert_eq!(NoticeWay::of(Notify::Off, &environment(&[])), NoticeWay::Off);
    let sent = |way: NoticeWay, in_tmux| String::from_utf8(way.sequence("done\x1b\\\x07;x", in_tmux)).unwrap();
    assert_eq!(sent(NoticeWay::Off, false), "");
    assert_eq!(sent(NoticeWay::Bell, true), "\x07");
    assert_eq!(sent(NoticeWay::Osc9, false), "\x1b]9;done\\x\x1b\\");
    assert_eq!(sent(NoticeWay::Osc777, false), "\x1b]777;notify;adit;done\\x\x1b\\");
    assert_eq!(sent(NoticeWay::Osc99, false), "\x1b]99;i=adit:d=1;done\\x\x1b\\");
    assert_eq!(sent(NoticeWay::Osc9, true), "\x1bPtmux;\x1b\x1b]9;done\\x\x1b\x1b\\\x1b\\");
    assert_eq!(title_sequence("adit: a\x1b]b\x07\u{9c}c"), b"\x1b]2;adit: a]bc\x1b\\");
    assert_eq!(progress_sequence(ProgressSign::Busy, false), b"\x1b]9;4;3\x1b\\");
    assert!(!shows_progress(Progress::Auto, &environment(&[("TERM", "xterm-256color")])));
    assert!(shows_progress(Progress::Auto, &environment(&[("TERM", "xterm-ghostty")])));
    assert!(shows_progress(Progress::On, &environment(&[])));
}

#[test]
fn only_a_user_who_looks_elsewhere_is_told_that_a_turn_has_ended() {
    let mut stage = Stage::open(80, 24);
    stage.send(Msg::FocusGained);
    let end = |stage: &mut Stage, outcome: TurnOutcome| {
        stage.ask("Work.");
        stage.asked.clear();
        stage.event(EventKind::TurnEnded { turn: TurnId(1), outcome });
        std::mem::take(&mut stage.asked)
            .into_iter()
            .filter(|effect| matches!(effect, Effect::Notify(_)))
            .collect::<Vec<_>>()
    };
    assert_eq!(end(&mut stage, TurnOutcome::Done), []);
    stage.send(Msg::FocusLost);
    assert_eq!(end(&mut stage, TurnOutcome::Done), [Effect::Notify("adit: the turn is done".to_owned())]);
    assert_eq!(end(&mut stage, TurnOutcome::Cancelled), []);
    let over = Fault::new(FaultClass::Budget, "the cap of the day is reached");
    let told = [Effect::Notify("adit: a cap on spending is reached; shall it go on?".to_owned())];
    assert_eq!(end(&mut stage, TurnOutcome::Failed(over)), told);
    stage.send(Msg::FocusGained);
    assert_eq!(end(&mut stage, TurnOutcome::Done), []);
}

/// GNU screen and consoles never say that they lost the focus.
#[test]
fn where_no_terminal_tells_the_keys_tell_whether_somebody_is_there() {
    let told = |pairs: &[(&str, &str)], notify: Notify, seconds: u64| {
        let mut options = TuiOptions { environment: environment(pairs), ..TuiOptions::default() };
        options.config.notify = notify;
        let mut stage = Stage::with(80, 24, options);
        stage.begin();
        stage.ask("Work.");
        stage.keys("'x");
        stage.wait(seconds);
        stage.asked.clear();
        stage.event(EventKind::TurnEnded { turn: TurnId(1), outcome: TurnOutcome::Done });
        stage.asked.iter().any(|effect| matches!(effect, Effect::Notify(_)))
    };
    let screen = [("TERM", "screen")];
    assert!(!told(&screen, Notify::Auto, 9), "keys came a moment ago");
    assert!(told(&screen, Notify::Auto, 11));
    assert!(told(&[("TERM", "linux")], Notify::Auto, 11));
    assert!(!told(&[("TERM", "xterm-256color")], Notify::Auto, 600), "it would tell");
    assert!(told(&[("TERM", "xterm-256color")], Notify::Bell, 600), "asked for, and it tells nothing");
}

#[test]
fn a_user_who_looks_elsewhere_is_called_once_for_each_answer_that_is_needed() {
    let mut stage = Stage::open(80, 24);
    stage.send(Msg::FocusGained);
    stage.propose("a.txt", Some("one\n"), Some("two\n"));
    let notices = |stage: &mut Stage, kind: EventKind| {
        stage.asked.clear();
        stage.event(kind);
        let told = std::mem::take(&mut stage.asked).into_iter().filter_map(|effect| match effect {
            Effect::Notify(words) => Some(words),
            _ => None,
        });
        told.collect::<Vec<_>>()
    };
    let login = |url: Option<&str>, device: Option<&str>| EventKind::LoginNeeded {
        login: Login {
            reason: "the session has expired".to_owned(),
            command: None,
            url: url.map(str::to_owned),
            code: None,
            device: device.map(str::to_owned),
        },
    };
    let risk = || EventKind::CacheAtRisk { act: "ask another model".to_owned(), worth_micros: 400_000 };
    assert_eq!(notices(&mut stage, login(None, None)), [""; 0], "who looks here sees the sheet");
    stage.event(EventKind::LoginEnded);
    stage.send(Msg::FocusLost);
    assert_eq!(notices(&mut stage, login(None, None)), ["adit: a login is needed"]);
    assert_eq!(notices(&mut stage, login(Some("https://example.org"), None)), [""; 0], "the page of the same login");
    stage.event(EventKind::LoginEnded);
    assert_eq!(notices(&mut stage, login(None, Some("phone"))), ["adit: a code from your device is needed"]);
    assert_eq!(notices(&mut stage, risk()), ["adit: shall it ask another model? It waits for your answer"]);
    let moved = |text: &str| {
        let disk = Some(snapshot(text));
        EventKind::DiskMoved { path: path("a.txt"), disk }
    };
    assert_eq!(notices(&mut stage, moved("three\n")), ["adit: a file changed on disk; there is a conflict to settle"]);
    assert_eq!(notices(&mut stage, EventKind::TextDelta { text: "on".to_owned() }), [""; 0]);
}

/// Keys that a terminal without any newer protocol sends: characters, controls, escape and the keys of a VT220.
fn is_plain(chord: Chord) -> bool {
    let key = chord.event();
    let has = |modifier| key.modifiers.contains(modifier);
    match key.code {
        KeyCode::Char(character) if has(KeyModifiers::CONTROL) => {
            character.is_ascii_lowercase() && !matches!(character, 'i' | 'm' | 'h' | '[') && !has(KeyModifiers::SHIFT)
                || character == ' '
        }
        KeyCode::Char(_) => true,
        KeyCode::F(number) => number <= 12 && key.modifiers.is_empty(),
        // Shift-Tab is a key of its own since the VT220's descendants; both its forms are older than any protocol.
        KeyCode::BackTab => true,
        KeyCode::Tab => key.modifiers.difference(KeyModifiers::SHIFT).is_empty(),
        KeyCode::Enter => !has(KeyModifiers::SHIFT) && !has(KeyModifiers::CONTROL),
        _ => key.modifiers.is_empty(),
    }
}

#[test]
fn a_terminal_with_few_signs_gets_those_that_it_has() {
    let glyphs = |term: &str, asked: Glyphs| {
        TerminalEnvironment { term: Some(term.to_owned()), ..Default::default() }.glyphs(asked)
    };
    let auto = |term: &str| glyphs(term, Glyphs::Auto);
    assert_eq!(
        [auto("linux"), auto("linux-16color"), auto("vt100")],
        [Glyphs::Console, Glyphs::Console, Glyphs::Ascii]
    );
    assert_eq!([auto("xterm-256color"), auto("vte-256color"), auto("")], [Glyphs::Full; 3]);
    let of_locale = |locale: &str, asked| {
        let (term, locale) = (Some("xterm".to_owned()), Some(locale.to_owned()));
        TerminalEnvironment { term, locale, ..Default::default() }.glyphs(asked)
    };
    for locale in ["", "C", "POSIX", "de_DE", "de_DE@euro", "C.UTF-8", "en_US.utf8", "sr_RS.UTF-8@latin"] {
        assert_eq!(of_locale(locale, Glyphs::Auto), Glyphs::Full, "{locale}");
    }
    for locale in ["de_DE.ISO-8859-1", "de_DE.ISO8859-15@euro", "ru_RU.KOI8-R", "en_US.US-ASCII", "zh_CN.GB18030"] {
        assert_eq!(of_locale(locale, Glyphs::Auto), Glyphs::Ascii, "{locale}");
        assert_eq!(of_locale(locale, Glyphs::Full), Glyphs::Full, "{locale}");
    }
    assert_eq!(glyphs("linux", Glyphs::Full), Glyphs::Full);
    assert_eq!(glyphs("xterm", Glyphs::Ascii), Glyphs::Ascii);
    let drawn = |glyphs: Glyphs| {
        let area = Rect { x: 0, y: 0, width: 16, height: 1 };
        let mut painter = Painter::new(Size { width: 16, height: 1 }).with_glyphs(glyphs);
        let mut cells = Buffer::empty(area);
        cells.set_string(0, 0, "┏━ ✓ fé漢字 …", Style::new());
        painter.paint(&cells, &[area], None);
        String::from_utf8(painter.take()).unwrap()
    };
    let rest = |drawn: String| drawn.replace("\x1b[H\x1b[m", "").replace("  \u{8}\u{8}", "");
    assert!(rest(drawn(Glyphs::Full)).contains("┏━ ✓"), "{:?}", drawn(Glyphs::Full));
    assert!(drawn(Glyphs::Console).contains("╔═ √"), "{:?}", drawn(Glyphs::Console));
    let ascii = drawn(Glyphs::Ascii);
    // What was written by others is not taken away.
    assert!(ascii.contains("#= v") && ascii.contains("fé") && ascii.contains('漢') && ascii.contains('~'), "{ascii:?}");
}

#[test]
fn no_action_is_reached_by_exotic_keys_only() {
    let keymap = Keymap::new(None).unwrap();
    for info in ACTIONS {
        let keys: Vec<Sequence> = keymap
            .bound_in(info.context)
            .into_iter()
            .filter(|(action, _)| *action == info.action)
            .flat_map(|(_, keys)| keys)
            .cloned()
            .collect();
        // What has no key is in the palette, whose own key is Ctrl-P.
        assert!(
            keys.is_empty() || keys.iter().any(|keys| keys.chords().iter().all(|chord| is_plain(*chord))),
            "{} has {keys:?} only",
            info.name
        );
    }
}
