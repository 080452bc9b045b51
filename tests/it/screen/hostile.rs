//! Hostile text in every event that can carry it: what is drawn of it is text, on every layout.

use adit::session::{
    EventKind, Fault, FaultClass, Head, Level, ModelChoice, PromptId, RepoState, ToolCallId, TurnId, TurnOutcome,
};
use adit::tui::Painter;
use proptest::prelude::*;
use ratatui::layout::Size;

use super::stage::{Stage, path, text};
use crate::terminal::grammar::assert_clean;

/// Text as an enemy would write it: controls of both kinds, whole sequences and halves of them, what hides or turns
/// text around, and some harmless words between.
fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        (0_u32..0xa0).prop_map(|code| char::from_u32(code).unwrap_or('?').to_string()),
        Just("\x1b[31m".to_owned()),
        Just("\x1b]52;c;RVZJTA==\x07".to_owned()),
        Just("\x1b]8;;http://evil\x1b\\".to_owned()),
        Just("\x1bP+q\x1b\\".to_owned()),
        Just("\u{9b}2J".to_owned()),
        Just("\u{202e}\u{2066}\u{200b}\u{feff}\u{e0041}".to_owned()),
        Just("e\u{301}\u{1f468}\u{200d}\u{1f469}\u{fe0f}".to_owned()),
        Just("`*_# |<b>&amp;[x](y)\t".to_owned()),
        Just("\r\n".to_owned()),
        "[a-z]{1,9} ",
    ];
    proptest::collection::vec(piece, 1..8).prop_map(|pieces| pieces.concat())
}

/// Returns a name that a path may have.
fn name(words: &str) -> Option<adit::path::RelPath> {
    adit::path::RelPath::new(words.replace('/', "_").trim_matches('.')).ok()
}

/// Puts the words wherever words can be.
fn stage(words: &str, width: u16, height: u16) -> Stage {
    let mut stage = Stage::new(width, height);
    stage.event(EventKind::SessionStarted { version: words.to_owned(), workspace: format!("/home/{words}") });
    stage.event(EventKind::ModelChanged {
        model: ModelChoice {
            name: words.to_owned(),
            id: words.to_owned(),
            region: Some(words.to_owned()),
            profile: Some(words.to_owned()),
            context: 200_000,
        },
    });
    let mut marks = std::collections::BTreeMap::new();
    if let Some(name) = name(words) {
        marks.insert(name, super::stage::repo().marks[&path("src/lib.rs")]);
    }
    let repo = RepoState {
        head: Some(Head::Branch(words.to_owned())),
        in_progress: Some(words.to_owned()),
        bypassed: Vec::new(),
        marks,
        tip: Some(words.to_owned()),
    };
    stage.event(EventKind::RepositoryChanged { repo });
    stage.ask(words);
    stage.event(EventKind::ReasoningDelta { text: words.to_owned() });
    stage.event(EventKind::TextDelta {
        text: format!("{words}\n\n```{words}\n{words}\n```\n| {words} | b |\n| - | - |\n\n[{words}](<http://x/{words}>) http://{words} <https://y/{words}>\n\n[a]: https://{words}\n"),
    });
    let id = ToolCallId(words.to_owned());
    stage.event(EventKind::ToolCallStarted { id: id.clone(), name: words.to_owned() });
    stage.event(EventKind::ToolInputDelta { id, json: words.to_owned() });
    if let Some(name) = name(words) {
        stage.list(None, &[]);
        stage.propose("plain.txt", Some("one\n"), Some(&format!("{words}\none\n")));
        let marker = adit::review::Maker::Model { turn: 1, step: 1, call: words.to_owned() };
        stage.event(EventKind::ProposalRevised {
            call: None,
            files: vec![adit::review::FileRevision {
                path: name.clone(),
                from: None,
                base: Some(None),
                target: Some(text(words)),
                maker: marker,
                loose: false,
            }],
        });
        stage.event(EventKind::WriteFailed {
            path: name,
            reason: words.to_owned(),
            with: Vec::new(),
            stands: Vec::new(),
        });
    }
    stage.event(EventKind::PromptQueued { prompt: PromptId(1), text: words.to_owned(), images: Vec::new() });
    stage.event(EventKind::Notice { level: Level::Warning, text: words.to_owned(), hint: Some(words.to_owned()) });
    stage.event(EventKind::Committed {
        id: words.to_owned(),
        summary: words.to_owned(),
        paths: Vec::new(),
        made: Vec::new(),
    });
    stage
}

fn failed(words: &str) -> EventKind {
    let fault = Fault { hint: Some(words.to_owned()), ..Fault::new(FaultClass::Other, words) };
    EventKind::TurnEnded { turn: TurnId(1), outcome: TurnOutcome::Failed(fault) }
}

/// Draws the stage's frame as bytes, as the program does.
fn bytes(stage: &mut Stage, painter: &mut Painter) -> Vec<u8> {
    let wanted = stage.buffer();
    painter.paint(&wanted, &[wanted.area], None);
    painter.take()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn nothing_hostile_is_more_than_text(words in hostile(), width in prop_oneof![Just(200_u16), Just(80), Just(44)]) {
        let height = 50;
        let mut stage = stage(&words, width, height);
        let mut painter = Painter::new(Size { width, height }).with_links(stage.app.links());
        let mut sent = bytes(&mut stage, &mut painter);
        for keys in ["alt-1", "alt-3", "g", "H", "esc", "p", "esc", "alt-2", "ctrl-p", "esc", "esc"] {
            stage.keys(keys);
            sent.extend(bytes(&mut stage, &mut painter));
        }
        stage.event(failed(&words));
        sent.extend(bytes(&mut stage, &mut painter));
        stage.keys("c");
        stage.event(EventKind::CommitDrafted { message: words.clone(), usage: adit::session::Usage::default(), cost_micros: None, fault: None });
        sent.extend(bytes(&mut stage, &mut painter));
        assert_clean(&sent);
        // The cells themselves are clean, before the last gate that the encoder is.
        for cell in &stage.buffer().content {
            prop_assert!(!cell.symbol().chars().any(char::is_control), "{:?}", cell.symbol());
        }
    }
}
