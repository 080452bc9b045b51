//! The checks of the terminal and of tmux, from what was seen.

use adit::doctor::{Check, CheckState};
use adit::tui::{Answers, Seen, TerminalEnvironment, TmuxSettings, check_terminal};

fn good() -> Seen {
    let environment = TerminalEnvironment {
        term: Some("xterm-256color".to_owned()),
        colorterm: Some("truecolor".to_owned()),
        ..TerminalEnvironment::default()
    };
    Seen {
        environment,
        locale: Some("en_GB.UTF-8".to_owned()),
        size: Some((120, 40)),
        answers: Some(Answers { any: true, keyboard: true, ground: true, name: Some("kitty(0.40)".to_owned()) }),
        ..Seen::default()
    }
}

const GOOD_TMUX: &str = "escape-time 10\nset-clipboard on\nextended-keys on\nfocus-events on\n\
                         terminal-features[0] \"xterm*:clipboard:title\"\nterminal-features[1] \"*:RGB\"\nallow-passthrough off\n";

fn in_tmux(options: &str) -> Seen {
    let mut seen = good();
    seen.environment.term = Some("tmux-256color".to_owned());
    seen.environment.tmux = Some("/tmp/tmux-0/default,1,0".to_owned());
    seen.tmux = Some(TmuxSettings::parse("tmux 3.5a\n", options));
    seen
}

#[track_caller]
fn check<'a>(checks: &'a [Check], name: &str) -> &'a Check {
    checks.iter().find(|check| check.name == name).unwrap_or_else(|| panic!("no {name} in {checks:#?}"))
}

#[track_caller]
fn assert_well(seen: &Seen) {
    for check in check_terminal(seen) {
        assert_eq!((check.state, &check.fix), (CheckState::Ok, &None), "{check:#?}");
    }
}

#[test]
fn a_good_terminal_has_nothing_to_mend() {
    assert_well(&good());
    assert_well(&in_tmux(GOOD_TMUX));
}

#[test]
fn what_is_wrong_is_found_and_has_a_fix() {
    type Spoil = fn(&mut Seen);
    let rows: &[(Spoil, &str, CheckState, &str)] = &[
        (|seen| seen.environment.term = None, "terminal", CheckState::Fail, "TERM"),
        (|seen| seen.environment.term = Some("dumb".to_owned()), "terminal", CheckState::Fail, "adit run"),
        (|seen| seen.environment.tmux = Some("x".to_owned()), "terminal", CheckState::Warn, "tmux-256color"),
        (
            |seen| {
                seen.environment.term = Some("xterm".to_owned());
                seen.environment.colorterm = None;
            },
            "colours",
            CheckState::Warn,
            "COLORTERM",
        ),
        (|seen| seen.locale = Some("POSIX".to_owned()), "characters", CheckState::Warn, "UTF-8"),
        (|seen| seen.size = Some((20, 5)), "size", CheckState::Warn, "larger"),
        (|seen| seen.answers = Some(Answers::default()), "keyboard", CheckState::Warn, "Ctrl-J"),
        (|seen| seen.program = Some("Apple_Terminal".to_owned()), "clipboard", CheckState::Warn, "OSC 52"),
    ];
    for (spoil, name, state, fix) in rows {
        let mut seen = good();
        spoil(&mut seen);
        let checks = check_terminal(&seen);
        let check = check(&checks, name);
        assert_eq!(check.state, *state, "{check:#?}");
        assert!(check.fix.as_deref().is_some_and(|text| text.contains(fix)), "{check:#?}");
    }
}

#[test]
fn each_setting_of_tmux_that_hurts_is_found_with_the_line_that_mends_it() {
    let rows = [
        ("escape-time 10", "escape-time 500", "tmux escape-time", "escape-time 10"),
        ("extended-keys on", "extended-keys off", "tmux extended-keys", "extended-keys on"),
        ("focus-events on", "focus-events off", "tmux focus-events", "focus-events on"),
        ("terminal-features[1] \"*:RGB\"\n", "", "tmux colours", "RGB"),
    ];
    for (from, to, name, fix) in rows {
        assert!(GOOD_TMUX.contains(from));
        let checks = check_terminal(&in_tmux(&GOOD_TMUX.replace(from, to)));
        let check = check(&checks, name);
        assert_eq!(check.state, CheckState::Warn, "{check:#?}");
        assert!(check.fix.as_deref().is_some_and(|text| text.contains(fix)), "{check:#?}");
    }
    // A tmux of today takes what is copied as a buffer; an older one must let it through.
    let closed = GOOD_TMUX.replace("set-clipboard on", "set-clipboard external");
    assert_well(&in_tmux(&closed));
    let old = |options: &str| {
        let mut seen = in_tmux(options);
        seen.tmux = Some(TmuxSettings::parse("tmux 3.1c", options));
        seen
    };
    let checks = check_terminal(&old(&closed));
    let check = check(&checks, "tmux clipboard");
    assert_eq!(check.state, CheckState::Warn, "{check:#?}");
    assert!(check.fix.as_deref().is_some_and(|text| text.contains("set-clipboard on")), "{check:#?}");
    assert_well(&old(&closed.replace("passthrough off", "passthrough on")));
}

#[test]
fn answers_are_read_wherever_they_stand() {
    let all = b"\x1b[?1u\x1b]11;rgb:1e1e/1e1e/2e2e\x1b\\\x1bP>|tmux 3.5a\x1b\\\x1b[?1;2;4c";
    let expected = Answers { any: true, keyboard: true, ground: true, name: Some("tmux 3.5a".to_owned()) };
    assert_eq!(Answers::read(all), expected);
    assert_eq!(Answers::read(b"\x1b[?62;22c"), Answers { any: true, ..Answers::default() });
    assert_eq!(Answers::read(b"typed\x1b[A"), Answers::default());
    // A name is told, not sent to a terminal.
    let hostile = Answers::read(b"\x1bP>|a\x01b\x9bc\x1b\\");
    assert!(hostile.name.is_some_and(|name| !name.chars().any(char::is_control)));
}
