//! Links of the terminal's: which addresses may be one, where they are sent, how they stand in the conversation.

use adit::config::{Links, ScreenConfig};
use adit::session::{EventKind, Login};
use adit::tui::{LinkWay, Painter, TerminalEnvironment, TuiOptions, bare_addresses, safe_address};
use ratatui::layout::Size;

use super::stage::Stage;
use crate::terminal::emulators::Alacritty;

#[test]
fn an_address_is_opened_when_it_is_of_the_web_and_nothing_in_it_steers_the_terminal() {
    let check = |address: &str, wanted: Option<&str>| {
        assert_eq!(safe_address(address).as_deref(), wanted, "{address:?}");
    };
    check("https://example.org/a?b=c&d#e", Some("https://example.org/a?b=c&d#e"));
    check("HTTP://example.org", Some("HTTP://example.org"));
    check("mailto:a@example.org", Some("mailto:a@example.org"));
    check("https://example.org/a b\"<ü>", Some("https://example.org/a%20b%22%3C%C3%BC%3E"));
    check("https://example.org/\u{202e}gnp.exe", Some("https://example.org/%E2%80%AEgnp.exe"));
    for refused in [
        "https://example.org/\x1b\\\x1b[31m",
        "https://a\u{9c}b",
        "https://a\nb",
        "https://",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "ssh://host",
        "src/main.rs",
        "",
        "é",
    ] {
        check(refused, None);
    }
    check(&format!("https://{}", "a".repeat(3000)), None);
    check(&format!("https://{}", "é".repeat(500)), None);
}

#[test]
fn addresses_in_a_text_end_where_the_sentence_goes_on() {
    let check = |text: &str, wanted: &[&str]| {
        let found: Vec<&str> = bare_addresses(text).into_iter().map(|range| &text[range]).collect();
        assert_eq!(found, wanted, "{text:?}");
    };
    check("see https://a.org/x, and http://b.org.", &["https://a.org/x", "http://b.org"]);
    check("(https://a.org/x_(y)) \"https://b.org/z\"", &["https://a.org/x_(y)", "https://b.org/z"]);
    check("https:// http://. xhttps://a.org httpx://b 漢https://c.org", &[]);
    check("漢字 https://a.org/é?q=1;2", &["https://a.org/é?q=1;2"]);
}

#[test]
fn every_terminal_gets_links_as_it_is_known_to_take_them() {
    let check = |pairs: &[(&str, &str)], wanted: LinkWay| {
        let get = |name: &str| pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
        let environment = TerminalEnvironment {
            term: get("TERM"),
            tmux: get("TMUX"),
            screen: get("STY"),
            zellij: get("ZELLIJ"),
            program: get("TERM_PROGRAM"),
            program_version: get("TERM_PROGRAM_VERSION"),
            vte: get("VTE_VERSION"),
            konsole: get("KONSOLE_VERSION"),
            windows_terminal: get("WT_SESSION"),
            ..TerminalEnvironment::default()
        };
        assert_eq!(LinkWay::of(Links::Auto, &environment), wanted, "{pairs:?}");
        assert_eq!(LinkWay::of(Links::Off, &environment), LinkWay::Text);
        assert_eq!(LinkWay::of(Links::On, &environment), LinkWay::Link);
    };
    let tmux = |version| {
        [("TERM", "tmux-256color"), ("TMUX", "x"), ("TERM_PROGRAM", "tmux"), ("TERM_PROGRAM_VERSION", version)]
    };
    check(&[("TERM", "xterm-kitty")], LinkWay::Link);
    check(&[("TERM", "xterm-256color"), ("VTE_VERSION", "7600")], LinkWay::Link);
    check(&[("TERM", "xterm-256color"), ("VTE_VERSION", "4800")], LinkWay::Both);
    check(&[("TERM", "xterm-256color"), ("KONSOLE_VERSION", "230804")], LinkWay::Link);
    check(&[("TERM", "xterm-256color"), ("TERM_PROGRAM", "vscode")], LinkWay::Link);
    check(&[("TERM", "xterm-256color"), ("WT_SESSION", "x")], LinkWay::Link);
    check(&[("TERM", "xterm-256color")], LinkWay::Both);
    check(&[("TERM", "xterm-256color"), ("ZELLIJ", "0")], LinkWay::Both);
    check(&tmux("3.4"), LinkWay::Both);
    check(&tmux("3.5a"), LinkWay::Both);
    check(&tmux("next-3.6"), LinkWay::Both);
    check(&tmux("3.3a"), LinkWay::Text);
    check(&[("TERM", "screen-256color"), ("TMUX", "x")], LinkWay::Text);
    check(&[("TERM", "screen.xterm-256color"), ("STY", "x")], LinkWay::Text);
    check(&[("TERM", "linux")], LinkWay::Text);
    check(&[("TERM", "vt220")], LinkWay::Text);
    check(&[("TERM", "dumb")], LinkWay::Text);
}

const ANSWER: &str = "Read [the guide to `adit`](https://example.org/guide?a=1&b=2), then \
    https://example.org/a/long/address/that/goes/over/more/than/one/row/of/this/narrow/pane/for/sure. \
    [good.org](https://bad.org/x) says another. [A file](src/a.rs) is none.\n\n\
    | what | where |\n| - | - |\n| mail | <me@example.org> |\n";

fn answered(links: Links, width: u16) -> Stage {
    let config = ScreenConfig { links, ..ScreenConfig::default() };
    let mut stage = Stage::with(width, 24, TuiOptions { config, ..TuiOptions::default() });
    stage.begin();
    stage.ask("Where?");
    stage.event(EventKind::TextDelta { text: ANSWER.to_owned() });
    stage
}

/// Draws the stage's frame to a terminal and returns where each link leads with its words, row by row.
fn links(stage: &mut Stage, painter: &mut Painter, emulator: &mut Alacritty) -> Vec<(String, String)> {
    let wanted = stage.buffer();
    painter.paint(&wanted, &[wanted.area], None);
    emulator.feed(&painter.take());
    let mut found: Vec<(String, String)> = Vec::new();
    for (row, places) in emulator.links().into_iter().enumerate() {
        let mut before = None;
        for (column, link) in places.into_iter().enumerate() {
            let (column, row) = (u16::try_from(column).unwrap(), u16::try_from(row).unwrap());
            match (&link, &before) {
                (Some(link), Some(same)) if link == same => {
                    found.last_mut().unwrap().1.push_str(wanted[(column, row)].symbol())
                }
                (Some(link), _) => found.push((link.clone(), wanted[(column, row)].symbol().to_owned())),
                (None, _) => {}
            }
            before = link;
        }
    }
    found
}

fn terminal(stage: &Stage, width: u16) -> (Painter, Alacritty) {
    let painter = Painter::new(Size { width, height: 24 }).with_links(stage.app.links());
    (painter, Alacritty::new(width, 24))
}

#[test]
fn links_of_the_conversation_lead_where_they_say() {
    let mut stage = answered(Links::On, 60);
    let (mut painter, mut emulator) = terminal(&stage, 60);
    let found = links(&mut stage, &mut painter, &mut emulator);
    let of = |address: &str| -> Vec<&str> {
        found.iter().filter(|(link, _)| link == address).map(|(_, words)| words.as_str()).collect()
    };
    assert_eq!(of("https://example.org/guide?a=1&b=2").concat(), "the guide to adit", "{found:#?}");
    let long = "https://example.org/a/long/address/that/goes/over/more/than/one/row/of/this/narrow/pane/for/sure";
    assert!(of(long).len() > 1, "{found:#?}");
    assert_eq!(of(long).concat(), long);
    assert_eq!(of("https://bad.org/x"), ["good.org"]);
    assert_eq!(of("mailto:me@example.org"), ["me@example.org"]);
    assert_eq!(found.iter().filter(|(link, _)| link.contains("src")).count(), 0);
    let text = stage.text();
    assert!(!text.contains("guide?a=1"), "the address is not told twice:\n{text}");
    assert!(text.contains("(https://bad.org/x)"), "words that claim another address are set right:\n{text}");
    assert!(text.contains("(src/a.rs)"), "{text}");
    // What is drawn over a link is none.
    stage.keys("ctrl-p");
    let below = links(&mut stage, &mut painter, &mut emulator);
    let words: String = below.into_iter().map(|(_, words)| words).collect();
    assert!(!words.contains('│') && !words.contains('╭') && !words.contains("find"), "{words}");
    stage.keys("esc");
    assert_eq!(links(&mut stage, &mut painter, &mut emulator), found);
}

#[test]
fn where_links_may_not_be_shown_the_address_stands_behind_the_words() {
    for (setting, has_links) in [(Links::Off, false), (Links::Auto, true)] {
        let mut stage = answered(setting, 80);
        let (mut painter, mut emulator) = terminal(&stage, 80);
        assert_eq!(!links(&mut stage, &mut painter, &mut emulator).is_empty(), has_links, "{setting:?}");
        let text = stage.text().replace(['\n', '┃', ' '], "");
        assert!(text.contains("(https://example.org/guide?a=1&b=2)"), "{text}");
    }
}

#[test]
fn the_page_of_a_login_is_a_link_over_all_its_rows() {
    let page = "https://device.sso.eu-west-1.amazonaws.com/start/with/a/path/that/goes/on/and/on?user_code=ABCD-EFGH";
    for (setting, is_link) in [(Links::On, true), (Links::Auto, true), (Links::Off, false)] {
        let config = ScreenConfig { links: setting, ..ScreenConfig::default() };
        let mut stage = Stage::with(80, 24, TuiOptions { config, ..TuiOptions::default() });
        stage.begin();
        let (url, reason) = (Some(page.to_owned()), "the session has expired".to_owned());
        stage.event(EventKind::LoginNeeded { login: Login { url, reason, ..Login::default() } });
        let (mut painter, mut emulator) = terminal(&stage, 80);
        let found = links(&mut stage, &mut painter, &mut emulator);
        assert!(found.iter().all(|(link, _)| link == page), "{found:#?}");
        let words: Vec<&str> = found.iter().map(|(_, words)| words.as_str()).collect();
        assert_eq!(words.len() > 1, is_link, "{words:?}");
        assert_eq!(words.concat(), if is_link { page } else { "" });
    }
}
