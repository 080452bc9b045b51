//! Editing, wrapping and pasting.

use adit::session::{Image, ImageFormat, SessionState};
use adit::tui::{Action, Effect};
use proptest::prelude::*;
use ratatui::layout::Rect;

use super::{composer, draw, press, screen};

fn check(script: &str, expected: &str) {
    let mut composer = composer();
    press(&mut composer, script, &SessionState::default());
    press(&mut composer, "|", &SessionState::default());
    assert_eq!(composer.text(), expected, "{script}");
}

#[test]
fn keys_edit_as_in_a_shell() {
    check("one two<C-a>x", "x|one two");
    check("one two<C-a><C-e>x", "one twox|");
    check("one two<A-b>", "one |two");
    check("one two<C-Left><C-Left><C-Right>", "one| two");
    check("one two<C-a><A-f>", "one| two");
    check("one two.rs<C-w>", "one |");
    check("one two.rs<A-Backspace>", "one two.|");
    check("one two<C-w><C-y><C-y>", "one twotwo|");
    check("one two three<C-w><C-w><C-y>", "one two three|");
    check("one two<C-a><C-k>x<C-y>", "xone two|");
    check("one<A-Enter>two<C-u>", "one\n|");
    check("ab<Left><Delete>", "a|");
    check("ab<Left><Backspace>", "|b");
    check("ab<Home>x<End>y", "xaby|");
    check("a<A-Enter>b<C-a><Backspace>", "a|b");
    check("a<A-Enter>b<Up><C-k>", "a|b");
}

#[test]
fn graphemes_are_one_step() {
    check("a👩‍👩‍👧b<Left><Backspace>", "a|b");
    check("e\u{301}x<Left><Left>", "|e\u{301}x");
    check("日本<Left>", "日|本");
    check("🇩🇪🇫🇷<Left>", "🇩🇪|🇫🇷");
}

#[test]
fn rows_wrap_softly_and_the_cursor_moves_by_rows() {
    let mut writer = composer();
    let state = SessionState::default();
    press(&mut writer, "one two three four five<A-Enter>日本語文字日本", &state);
    insta::assert_snapshot!(screen(&writer, 14, 6));
    press(&mut writer, "<Up><Up>", &state);
    insta::assert_snapshot!(screen(&writer, 14, 6));
    press(&mut writer, "X", &state);
    assert_eq!(writer.text(), "one two three four fiveX\n日本語文字日本");
}

#[test]
fn it_grows_to_ten_rows_and_scrolls() {
    let mut writer = composer();
    let state = SessionState::default();
    for line in 1..=15 {
        press(&mut writer, &format!("line {line}<A-Enter>"), &state);
    }
    assert_eq!(writer.height(20), 10);
    assert!(screen(&writer, 20, 10).contains("line 15"));
    for _ in 0..16 {
        press(&mut writer, "<Up>", &state);
    }
    assert!(screen(&writer, 20, 10).contains("ine 1\n"));
}

#[test]
fn a_long_paste_is_one_piece() {
    let mut writer = composer();
    let state = SessionState::default();
    let pasted: String = (1..=1204).map(|line| format!("line {line}\r\n")).collect();
    press(&mut writer, "look: ", &state);
    writer.paste(&pasted, &SessionState::default());
    press(&mut writer, " ok", &state);
    insta::assert_snapshot!(screen(&writer, 40, 2));
    assert_eq!(writer.text(), format!("look: {} ok", pasted.replace("\r\n", "\n")));
    press(&mut writer, "<Left><Left><Left><Backspace>", &state);
    assert_eq!(writer.text(), "look:  ok");
}

#[test]
fn a_short_paste_is_text() {
    let mut writer = composer();
    writer.paste("a\rb\r\nc", &SessionState::default());
    assert_eq!(writer.text(), "a\nb\nc");
    assert_eq!(writer.height(40), 3);
}

#[test]
fn a_huge_paste_is_kept_whole() {
    let mut writer = composer();
    let pasted = "x".repeat(1_000_000);
    writer.paste(&pasted, &SessionState::default());
    assert!(screen(&writer, 40, 1).contains("[pasted 1,000,000 characters]"));
    assert_eq!(writer.take(), pasted);
    assert!(writer.is_empty());
}

#[test]
fn a_folded_paste_is_put_in_as_text_on_demand() {
    let state = SessionState::default();
    let mut writer = composer();
    let pasted = "line\n".repeat(30);
    press(&mut writer, "see ", &state);
    writer.paste(&pasted, &state);
    press(&mut writer, " now<Left><Left><Left><Left>", &state);
    assert_eq!(writer.height(40), 1);
    assert_eq!(writer.act(Action::ExpandPaste, &state), []);
    assert_eq!(writer.height(40), 10, "as high as it gets");
    assert_eq!(writer.text(), format!("see {pasted} now"));
    assert_eq!(writer.act(Action::ExpandPaste, &state).len(), 1, "there is no other");
    writer.act(Action::DraftUndo, &state);
    assert_eq!(writer.height(40), 1);
    assert_eq!(writer.text(), format!("see {pasted} now"));
    let mut writer = composer();
    writer.paste(&"x".repeat(40_000), &state);
    let effects = writer.act(Action::ExpandPaste, &state);
    assert!(matches!(&effects[0], Effect::Say(words) if words.contains("too large")), "{effects:?}");
}

#[test]
fn an_image_is_no_text_and_undo_takes_it_out_and_back() {
    let state = SessionState::default();
    let mut writer = composer();
    press(&mut writer, "see ", &state);
    let format = ImageFormat::Png;
    writer.attach(Image { name: "a.png".to_owned(), format, width: 2, height: 1, data: "AAEC".into() });
    assert_eq!(writer.act(Action::ExpandPaste, &state).len(), 1, "there is nothing to unfold");
    assert!(screen(&writer, 40, 1).contains("see [image a.png 2×1]"));
    writer.act(Action::DraftUndo, &state);
    assert_eq!(writer.text(), "see ");
    writer.act(Action::DraftRedo, &state);
    assert_eq!(writer.text(), "see [image a.png]");
}

#[test]
fn edits_are_undone_and_redone_by_words() {
    let state = SessionState::default();
    let mut writer = composer();
    press(&mut writer, "one two<A-Backspace>three<C-u>", &state);
    let mut seen = Vec::new();
    while writer.act(Action::DraftUndo, &state).is_empty() {
        seen.push(writer.text());
    }
    assert_eq!(seen, ["one three", "one ", "one two", "one", ""]);
    let mut again = Vec::new();
    while writer.act(Action::DraftRedo, &state).is_empty() {
        again.push(writer.text());
    }
    assert_eq!(again, ["one", "one two", "one ", "one three", ""]);
    writer.act(Action::DraftUndo, &state);
    press(&mut writer, "!", &state);
    assert_eq!(writer.act(Action::DraftRedo, &state).len(), 1, "a new edit forgets what was undone");
    assert_eq!(writer.text(), "one three!");
}

/// An edit and what it does to a plain text with a cursor, both in ASCII.
#[derive(Debug, Clone)]
enum Edit {
    Type(char),
    NewLine,
    Left,
    Right,
    Home,
    End,
    Backspace,
    Delete,
    KillEnd,
    KillStart,
    WordBack,
    WordForward,
}

impl Edit {
    fn script(&self) -> String {
        match self {
            Self::Type(character) => character.to_string(),
            Self::NewLine => "<A-Enter>".to_owned(),
            Self::Left => "<Left>".to_owned(),
            Self::Right => "<Right>".to_owned(),
            Self::Home => "<C-a>".to_owned(),
            Self::End => "<C-e>".to_owned(),
            Self::Backspace => "<Backspace>".to_owned(),
            Self::Delete => "<Delete>".to_owned(),
            Self::KillEnd => "<C-k>".to_owned(),
            Self::KillStart => "<C-u>".to_owned(),
            Self::WordBack => "<A-b>".to_owned(),
            Self::WordForward => "<A-f>".to_owned(),
        }
    }

    fn apply(&self, before: &mut String, after: &mut String) {
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let line_end = after.find('\n').unwrap_or(after.len());
        let is_word = |character: char| character.is_alphanumeric();
        match self {
            Self::Type(character) => before.push(*character),
            Self::NewLine => before.push('\n'),
            Self::Left => *after = before.pop().map(String::from).unwrap_or_default() + after,
            Self::Right => {
                if !after.is_empty() {
                    before.push(after.remove(0));
                }
            }
            Self::Home => *after = before.split_off(line_start) + after,
            Self::End => before.push_str(&after.drain(..line_end).collect::<String>()),
            Self::Backspace => {
                before.pop();
            }
            Self::Delete => {
                if !after.is_empty() {
                    after.remove(0);
                }
            }
            Self::KillEnd => {
                after.drain(..line_end.max(1).min(after.len()));
            }
            Self::KillStart => before.truncate(line_start),
            Self::WordBack => {
                let at = before.trim_end_matches(|c| !is_word(c)).trim_end_matches(is_word).len();
                *after = before.split_off(at) + after;
            }
            Self::WordForward => {
                let rest = after.trim_start_matches(|c| !is_word(c)).trim_start_matches(is_word).len();
                let at = after.len() - rest;
                before.push_str(&after.drain(..at).collect::<String>());
            }
        }
    }
}

fn edit() -> impl Strategy<Value = Edit> {
    prop_oneof![
        6 => prop::sample::select(vec!['a', 'b', ' ', '.', 'Z', '1']).prop_map(Edit::Type),
        1 => Just(Edit::NewLine),
        2 => Just(Edit::Left),
        1 => Just(Edit::Right),
        1 => Just(Edit::Home),
        1 => Just(Edit::End),
        1 => Just(Edit::Backspace),
        1 => Just(Edit::Delete),
        1 => Just(Edit::KillEnd),
        1 => Just(Edit::KillStart),
        1 => Just(Edit::WordBack),
        1 => Just(Edit::WordForward),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn editing_follows_the_model(edits in prop::collection::vec(edit(), 0..60)) {
        let state = SessionState::default();
        let mut composer = composer();
        let (mut before, mut after) = (String::new(), String::new());
        for edit in edits {
            press(&mut composer, &edit.script(), &state);
            edit.apply(&mut before, &mut after);
            prop_assert_eq!(composer.text(), format!("{before}{after}"));
        }
        press(&mut composer, "|", &state);
        prop_assert_eq!(composer.text(), format!("{before}|{after}"));
    }

    #[test]
    fn any_text_is_kept_and_drawn_safely(
        pieces in prop::collection::vec(prop_oneof![
            any::<String>(),
            prop::sample::select(vec!["e\u{301}", "👩‍👩‍👧", "\t", "\u{1b}[31m", "日本", "\u{100000}", "\u{202e}", "\n", "word "]).prop_map(str::to_owned),
        ], 0..12),
        moves in prop::collection::vec(prop::sample::select(vec!["<Left>", "<Right>", "<Up>", "<Down>", "<C-a>", "<A-b>", "<End>"]), 0..12),
        width in 1_u16..40,
        height in 1_u16..6,
    ) {
        let state = SessionState::default();
        let mut composer = composer();
        let mut expected = String::new();
        for piece in &pieces {
            composer.paste(piece, &state);
            expected.push_str(&piece.replace("\r\n", "\n").replace('\r', "\n"));
        }
        let area = Rect::new(0, 0, width, height);
        for script in moves {
            press(&mut composer, script, &state);
            let buffer = draw(&composer, area, area, &state);
            prop_assert_eq!(&buffer, &draw(&composer, area, area, &state));
            for cell in buffer.content() {
                prop_assert!(!cell.symbol().chars().any(char::is_control));
            }
            if width > 3 {
                let at = composer.cursor(area);
                prop_assert!(at.is_some_and(|(x, y)| x < width && y < height), "{:?} {:?}", composer.text(), at);
            }
        }
        prop_assert_eq!(composer.text(), expected);
    }
}
