//! The connection to the terminal: what it is felt by, what follows from it, what is recorded, what is told outside the cells.

use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use adit::config::{Glyphs, Notify, Progress};
use adit::session::{EventKind, Fault, FaultClass, Login, TurnId, TurnOutcome};
use adit::tui::{
    ACTIONS, Cause, Chord, ColorDepth, Connection, ConnectionReport, Effect, Follow, Keymap, Msg, NoticeWay, Painter,
    ProgressSign, Recording, Sequence, TerminalEnvironment, TuiOptions, progress_sequence, shows_progress,
    title_sequence,
};
use crossterm::event::{KeyCode, KeyModifiers};
use ratatui::buffer::Buffer;
use ratatui::layout::{Rect, Size};
use ratatui::style::Style;

use super::stage::{Stage, path, text as snapshot};

fn milliseconds(count: u64) -> Duration {
    Duration::from_millis(count)
}

#[test]
fn a_quick_connection_is_asked_rarely_and_holds_nothing_back() {
    let start = Instant::now();
    let mut connection = Connection::default();
    assert!(!connection.wants_to_ask(start), "nothing is asked before the first question was");
    connection.asks(start);
    assert!(connection.is_waiting() && !connection.wants_to_ask(start + milliseconds(5)));
    connection.answered(start + milliseconds(2));
    assert!(!connection.is_waiting() && !connection.is_slow());
    assert_eq!(connection.held_until(Cause::Stream, start), None);
    assert!(!connection.wants_to_ask(start + milliseconds(1000)));
    assert!(connection.wants_to_ask(start + milliseconds(2100)));
    assert_eq!(connection.report().follow, Follow::Line);
}

#[test]
fn an_escape_waits_only_while_it_may_begin_an_answer() {
    let start = Instant::now();
    let at = |count| start + milliseconds(count);
    let mut connection = Connection::default();
    assert_eq!(connection.answer_is_due(start), None, "nothing was asked");
    connection.asks(start);
    assert_eq!(connection.answer_is_due(at(1)), Some(milliseconds(400)));
    assert_eq!(connection.answer_is_due(at(1000)), None, "it does not answer");
    connection.answered(at(200));
    assert_eq!(connection.answer_is_due(at(201)), None);
    connection.asks(at(1000));
    assert_eq!(connection.answer_is_due(at(1099)), None, "no answer is that quick: it is the key");
    assert_eq!(connection.answer_is_due(at(1100)), Some(milliseconds(600)));
    assert_eq!(connection.answer_is_due(at(3900)), Some(milliseconds(100)));
    assert_eq!(connection.answer_is_due(at(4000)), None, "the answer is lost");
}

#[test]
fn a_slow_connection_gets_its_next_frame_when_it_has_the_one_before() {
    let start = Instant::now();
    let mut connection = Connection::default();
    connection.asks(start);
    connection.answered(start + milliseconds(300));
    assert!(connection.is_slow());
    assert_eq!(connection.report().follow, Follow::Page);
    assert!(connection.wants_to_ask(start + milliseconds(301)));
    connection.asks(start + milliseconds(301));
    connection.wrote(400, Duration::ZERO);
    assert!(connection.held_until(Cause::Stream, start).is_some());
    assert_eq!(connection.held_until(Cause::Key, start), None, "a key is shown at once");
    connection.wrote(4000, Duration::ZERO);
    assert!(connection.held_until(Cause::Key, start).is_some(), "but not behind kilobytes");
    connection.answered(start + milliseconds(900));
    assert_eq!(connection.held_until(Cause::Stream, start), None);
    // It becomes quick again as soon as the terminal answers quickly.
    connection.asks(start + milliseconds(1000));
    connection.answered(start + milliseconds(1003));
    assert!(!connection.is_slow());
}

/// Sends so many bytes with a question over a line of this rate, with 300 ms there and back; returns when it is answered.
fn pass(connection: &mut Connection, bytes: usize, rate: u64, now: Instant) -> Instant {
    connection.drew(bytes, now);
    connection.asks(now);
    connection.wrote(bytes, Duration::ZERO);
    let answered = now + milliseconds(300 + bytes as u64 * 1000 / rate);
    connection.answered(answered);
    answered
}

#[test]
fn a_narrow_connection_gets_pieces_as_fast_as_they_pass() {
    let start = Instant::now();
    let mut connection = Connection::default();
    let now = pass(&mut connection, 0, 5000, start);
    assert_eq!(connection.piece(), None, "nothing is known of the rate yet");
    let now = pass(&mut connection, 5000, 5000, now);
    assert_eq!(connection.report().narrow, Some(5000));
    assert_eq!(connection.report().follow, Follow::MostOfPage);
    let piece = connection.piece().unwrap();
    assert_eq!(piece, 1000, "a fifth of a second");
    // What is little and passes quickly tells nothing of the rate.
    let now = pass(&mut connection, 90, 5000, now);
    assert_eq!(connection.piece(), Some(1000));
    // The next piece goes out when this one has passed, though its answer takes longer; a key's goes before.
    connection.drew(piece, now);
    connection.asks(now);
    let held = |connection: &Connection, cause, now| connection.held_until(cause, now).filter(|until| *until > now);
    assert_eq!(held(&connection, Cause::Stream, now), Some(now + milliseconds(250)));
    assert_eq!(held(&connection, Cause::Key, now), None);
    assert_eq!(held(&connection, Cause::Stream, now + milliseconds(251)), None);
    connection.drew(piece, now);
    assert_eq!(held(&connection, Cause::Key, now), Some(now + milliseconds(150)), "but not behind another piece");
    // An answer that is later than it can be holds back what streams until it comes.
    assert!(held(&connection, Cause::Stream, now + milliseconds(1200)).is_some());
    connection.answered(now + milliseconds(1300));
    assert_eq!(held(&connection, Cause::Stream, now + milliseconds(1300)), None);
}

#[test]
fn a_connection_that_only_is_far_is_not_narrow_and_one_that_widens_is_not_for_long() {
    let start = Instant::now();
    let mut far = Connection::default();
    let now = pass(&mut far, 0, 2_000_000, start);
    let now = pass(&mut far, 9000, 2_000_000, now);
    assert_eq!((far.piece(), far.report().follow), (None, Follow::Page));
    // A terminal that was busy once makes it no narrower.
    let now = pass(&mut far, 600, 2000, now);
    assert_eq!(far.piece(), None);
    let mut widens = Connection::default();
    let mut at = pass(&mut widens, 0, 5000, now);
    for _ in 0..10 {
        at = pass(&mut widens, 1000, 5000, at);
    }
    assert_eq!(widens.piece(), Some(1000));
    let mut pieces = 0;
    while let Some(piece) = widens.piece() {
        at = pass(&mut widens, piece, 2_000_000, at);
        pieces += 1;
        assert!(pieces < 5);
    }
    // A way that has become longer is learnt from what is next to nothing.
    let mut longer = Connection::default();
    at = pass(&mut longer, 0, 2_000_000, at);
    for _ in 0..20 {
        longer.drew(50, at);
        longer.asks(at);
        at += milliseconds(700);
        longer.answered(at);
    }
    longer.drew(1000, at);
    longer.asks(at);
    longer.answered(at + milliseconds(702));
    assert_eq!(longer.piece(), None);
}

#[test]
fn a_terminal_that_never_answers_is_known_by_what_the_connection_takes_and_left_alone() {
    let start = Instant::now();
    let mut connection = Connection::default();
    connection.asks(start);
    assert!(!connection.wants_to_ask(start + milliseconds(100)));
    assert!(connection.wants_to_ask(start + milliseconds(3100)), "one more try");
    connection.asks(start + milliseconds(3100));
    assert!(!connection.wants_to_ask(start + milliseconds(9000)), "and no third");
    for _ in 0..8 {
        connection.wrote(1000, milliseconds(200));
    }
    assert!(connection.is_slow());
    assert_eq!(connection.held_until(Cause::Stream, start), None, "nobody answers, so nothing is waited for");
    connection.wrote(1000, milliseconds(1));
    assert!(!connection.is_slow());
}

#[test]
fn the_end_waits_for_an_answer_that_is_on_its_way_but_not_for_long() {
    let start = Instant::now();
    let mut connection = Connection::default();
    assert_eq!(connection.farewell(start), Duration::ZERO);
    connection.asks(start);
    assert_eq!(connection.farewell(start), milliseconds(1000));
    // Writes that were taken at once do not make the way look shorter.
    connection.wrote(500, Duration::ZERO);
    connection.answered(start + milliseconds(160));
    assert_eq!(connection.farewell(start + milliseconds(160)), Duration::ZERO);
    assert_eq!(connection.report().trip, Some(milliseconds(160)));
    connection.asks(start + milliseconds(200));
    assert_eq!(connection.farewell(start + milliseconds(200)), milliseconds(370));
    assert_eq!(connection.farewell(start + milliseconds(900)), Duration::ZERO);
    // One quick answer does not make the next one quick.
    connection.answered(start + milliseconds(201));
    connection.asks(start + milliseconds(300));
    assert!(connection.farewell(start + milliseconds(300)) > milliseconds(300));
    // Nobody waits for ever.
    connection.answered(start + milliseconds(3200));
    connection.asks(start + milliseconds(4000));
    assert_eq!(connection.farewell(start + milliseconds(4000)), milliseconds(3000));
}

#[test]
fn over_a_slow_connection_the_conversation_follows_its_end_by_part_of_a_page() {
    let mut stage = Stage::open(80, 24);
    stage.ask("Count.");
    let moves = |stage: &mut Stage, follow: Follow| {
        stage.send(Msg::Connection(Box::new(ConnectionReport { follow, ..ConnectionReport::default() })));
        let mut moves = 0;
        let mut last = String::new();
        for line in 0..60 {
            stage.event(EventKind::TextDelta { text: format!("line {line}\n\n") });
            let text = stage.text();
            assert!(
                text.contains(&format!("line {line}\n")) || text.contains(&format!("line {line} ")),
                "{line} is not seen:\n{text}"
            );
            let top = text.lines().skip(1).take(6).collect::<String>();
            moves += usize::from(top != last);
            last = top;
        }
        moves
    };
    let by_line = moves(&mut stage, Follow::Line);
    let by_page = moves(&mut stage, Follow::Page);
    assert!(by_page * 2 < by_line, "{by_page} moves against {by_line}");
}

#[derive(Clone, Default)]
struct Sink(Arc<Mutex<Vec<u8>>>, Arc<Mutex<Vec<bool>>>);

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        self.1.lock().unwrap().push(bytes.ends_with(b"\n"));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_recording_is_asciicast_with_whole_characters() {
    let sink = Sink::default();
    let recording = Recording::new(sink.clone());
    recording.head(Size { width: 80, height: 24 }, 1_800_000_000, "xterm");
    let bytes = "a\x1b[1mé漢".as_bytes();
    recording.output(&bytes[..7]);
    recording.output(&bytes[7..]);
    recording.resized(Size { width: 100, height: 30 });
    assert_eq!(recording.fault(), None);
    let text = String::from_utf8(sink.0.lock().unwrap().clone()).unwrap();
    let lines: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((&lines[0]["version"], &lines[0]["width"], &lines[0]["height"]), (&2.into(), &80.into(), &24.into()));
    let events: Vec<(&str, &str)> =
        lines[1..].iter().map(|event| (event[1].as_str().unwrap(), event[2].as_str().unwrap())).collect();
    assert_eq!(events, [("o", "a\x1b[1mé"), ("o", "漢"), ("r", "100x30")]);
    let ends = sink.1.lock().unwrap().clone();
    assert_eq!(ends, [true; 4], "each write is a whole line, so that one who is killed leaves no half of one");
    assert!(lines[1..].iter().all(|event| event[0].as_f64().unwrap() >= 0.0));
}

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

#[test]
fn the_overlay_about_the_connection_shows_its_figures() {
    let mut stage = Stage::open(80, 24);
    let report = ConnectionReport {
        trip: Some(milliseconds(312)),
        follow: Follow::Page,
        is_slow: true,
        narrow: Some(5120),
        bytes: 12_345,
        frames: 67,
        largest: 4321,
        last_write: milliseconds(2),
        echo: Some([milliseconds(1), milliseconds(3), milliseconds(9)]),
    };
    stage.keys("'/connection enter");
    stage.send(Msg::Connection(Box::new(report)));
    insta::assert_snapshot!(stage.text());
    stage.keys("esc");
    assert!(!stage.text().contains("12345"));
}
