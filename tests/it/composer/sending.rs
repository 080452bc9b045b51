//! Sending, history, queued prompts and commands.

use adit::path::RelPath;
use adit::review::{Decision, Pick, Revision};
use adit::session::{Op, PromptId, QueuedPrompt, SessionState};
use adit::tui::composer::COMMANDS;
use adit::tui::{Action, EditorJob, Effect, Overlay};

use super::{composer, press, screen};
use crate::fakes::image;

fn sends(script: &str, op: Op) {
    gives(script, &[Effect::Send(op)]);
}

fn gives(script: &str, expected: &[Effect]) {
    let mut composer = composer();
    let effects = press(&mut composer, &format!("{script}<Enter>"), &SessionState::default());
    assert_eq!(effects, expected, "{script}");
    assert!(composer.is_empty(), "{script}");
}

fn refuses(script: &str, reason: &str) {
    let mut composer = composer();
    let effects = press(&mut composer, &format!("{script}<Esc><Enter>"), &SessionState::default());
    assert_eq!(effects, [Effect::Say(reason.to_owned())], "{script}");
    assert_eq!(composer.text(), script);
}

#[test]
fn enter_sends_the_text() {
    sends("fix @src/a.rs", Op::Prompt { text: "fix @src/a.rs".to_owned() });
    sends("  two<A-Enter>lines<A-Enter>", Op::Prompt { text: "  two\nlines".to_owned() });
    sends("/usr/bin/x fails", Op::Prompt { text: "/usr/bin/x fails".to_owned() });
    sends(" /model is a command", Op::Prompt { text: " /model is a command".to_owned() });
    let mut composer = composer();
    assert_eq!(press(&mut composer, "  <Enter>", &SessionState::default()), []);
}

#[test]
fn commands_become_effects() {
    let path = || RelPath::new("src/a b.rs").unwrap();
    let decide = |decision| Op::Decide { revision: Revision(0), pick: Pick::Everything, decision, note: None };
    sends("/model sonnet-4", Op::SetModel { name: "sonnet-4".to_owned() });
    gives("/model", &[Effect::Open(Overlay::Models)]);
    gives("/commit", &[Effect::Open(Overlay::Commit)]);
    gives("/com", &[Effect::Open(Overlay::Commit)]);
    gives("/help", &[Effect::Open(Overlay::Help)]);
    gives("/quit", &[Effect::Quit]);
    sends("/profile prod", Op::SetProfile { name: "prod".to_owned() });
    sends("/region eu-west-1", Op::SetRegion { name: "eu-west-1".to_owned() });
    refuses("/region", "/region needs a name");
    sends("/undo", Op::Undo);
    sends("/redo", Op::Redo);
    sends("/clear", Op::ClearConversation);
    sends("/retry", Op::Retry);
    sends("/init", Op::InitRepository);
    sends("/add src/a b.rs", Op::AddContext { path: path() });
    sends("/drop @src/a b.rs", Op::DropContext { path: path() });
    sends("/accept all", decide(Decision::Accepted));
    sends("/reject all", decide(Decision::Rejected));
}

#[test]
fn what_is_no_command_is_said_and_kept() {
    refuses("/modle x", "there is no command /modle; did you mean /model?");
    refuses("/re", "there is no command /re; did you mean /redo or /reject or /retry or /region?");
    refuses("/frobnicate", "there is no command /frobnicate; begin with a space to send it as text");
    refuses("/add", "/add needs a path");
    refuses("/add /etc/passwd", "/etc/passwd is not inside the workspace: use a path relative to its root");
    refuses("/undo 3", "/undo takes no arguments");
    refuses("/accept", "write `/accept all` to accept everything that is pending");
}

#[test]
fn every_command_is_told_apart() {
    for (index, info) in COMMANDS.iter().enumerate() {
        assert!(!info.doc.is_empty() && info.doc.chars().next().is_some_and(char::is_lowercase));
        assert!(COMMANDS[..index].iter().all(|other| other.name != info.name && other.command != info.command));
    }
}

#[test]
fn history_keeps_the_draft() {
    let state = SessionState::default();
    let mut writer = composer();
    writer.set_history(vec!["first".to_owned(), "second\nline".to_owned()]);
    press(&mut writer, "draft", &state);
    let mut seen = Vec::new();
    for script in ["<Up>", "<Up>", "<Up>", "<Up>", "<Down>", "<Down>", "<Down>", "<Down>"] {
        press(&mut writer, script, &state);
        seen.push(writer.text());
    }
    assert_eq!(
        seen,
        ["second\nline", "second\nline", "first", "first", "second\nline", "second\nline", "draft", "draft"]
    );
    press(&mut writer, "<Enter><Up>", &state);
    assert_eq!(writer.text(), "draft");
}

#[test]
fn an_edited_recall_is_not_lost_by_looking_further() {
    let state = SessionState::default();
    let mut writer = composer();
    writer.set_history(vec!["first".to_owned(), "second".to_owned()]);
    press(&mut writer, "<Up> edited<Up><Down>", &state);
    assert_eq!(writer.text(), "second edited");
}

#[test]
fn up_in_an_empty_message_takes_a_queued_prompt_back() {
    let mut state = SessionState::default();
    for (id, text) in [(1, "first"), (2, "second")] {
        state.queue.push_back(QueuedPrompt { id: PromptId(id), text: text.to_owned(), images: Vec::new() });
    }
    let mut writer = composer();
    let effects = writer.act(Action::HistoryBack, &state);
    assert_eq!(effects, [Effect::Send(Op::Unqueue { prompt: PromptId(2) })]);
    assert_eq!(writer.text(), "second");
}

#[test]
fn a_queued_prompt_comes_back_with_its_images_and_goes_with_them_again() {
    let images = vec![image("a.png"), image("b.png"), image("c.png")];
    let text = "compare [image a.png] with [image c.png], please";
    let mut state = SessionState::default();
    let queued = QueuedPrompt { id: PromptId(1), text: text.to_owned(), images: images.clone() };
    state.queue.push_back(queued);
    let mut writer = composer();
    writer.act(Action::HistoryBack, &state);
    // What the text names no more stands at the end.
    let came = "compare [image a.png] with [image c.png], please[image b.png][image c.png]";
    assert_eq!(writer.text(), came);
    let effects = press(&mut writer, "!<Enter>", &SessionState::default());
    let shown = images.into_iter().map(|image| Effect::Send(Op::Attach { image }));
    let sent: Vec<Effect> = shown.chain([Effect::Send(Op::Prompt { text: format!("{came}!") })]).collect();
    assert_eq!(effects, sent);
}

#[test]
fn the_editor_gets_the_whole_text() {
    let state = SessionState::default();
    let mut writer = composer();
    let pasted = "line\n".repeat(100);
    press(&mut writer, "a ", &state);
    writer.paste(&pasted, &state);
    let effects = writer.act(Action::EditExternally, &state);
    assert_eq!(effects, [Effect::Edit(EditorJob::Composer { text: format!("a {pasted}") })]);
}

#[test]
fn messages_sent_before_are_found_by_their_words() {
    let state = SessionState::default();
    let mut writer = composer();
    let sent = ["fix the parser", "write tests", "fix the lexer\nand its tests", "fix the parser"];
    writer.set_history(sent.map(str::to_owned).to_vec());
    press(&mut writer, "FIX", &state);
    writer.act(Action::Recall, &state);
    insta::assert_snapshot!(screen(&writer, 40, 5));
    press(&mut writer, " lex<Enter>", &state);
    assert_eq!(writer.text(), "fix the lexer\nand its tests");
    assert!(!writer.has_popup());
    writer.act(Action::DraftUndo, &state);
    assert_eq!(writer.text(), "FIX lex");
    writer.act(Action::Recall, &state);
    writer.act(Action::Escape, &state);
    assert!(!writer.has_popup());
    press(&mut writer, " nothing", &state);
    assert_eq!(writer.act(Action::Recall, &state).len(), 1, "it is said that there is none");
}

#[test]
fn prompts_of_earlier_sessions_are_read_when_they_are_first_looked_for() {
    let state = SessionState::default();
    let earlier = || vec!["raise the fare".to_owned(), "greet the river".to_owned()];
    let mut writer = composer();
    writer.set_history(vec!["lower the fare".to_owned()]);
    press(&mut writer, "fare", &state);
    assert_eq!(writer.act(Action::Recall, &state), [Effect::FindPrompts]);
    assert!(writer.has_popup(), "what this session knows is offered at once");
    assert_eq!(writer.set_earlier(earlier(), &state), []);
    writer.act(Action::Recall, &state);
    press(&mut writer, "<Tab>", &state);
    assert_eq!(writer.text(), "raise the fare");
    // They are read once, and said to be missing only when they were read.
    let mut writer = composer();
    press(&mut writer, "nothing", &state);
    assert_eq!(writer.act(Action::Recall, &state), [Effect::FindPrompts]);
    assert!(!writer.has_popup());
    assert!(matches!(writer.set_earlier(earlier(), &state)[..], [Effect::Say(_)]));
    assert!(matches!(writer.act(Action::Recall, &state)[..], [Effect::Say(_)]));
    writer.set_text("river");
    assert_eq!(writer.act(Action::Recall, &state), []);
    press(&mut writer, "<Tab>", &state);
    assert_eq!(writer.text(), "greet the river");
}

#[test]
fn a_message_that_is_recalled_or_was_kept_has_its_images_and_pastes() {
    let state = SessionState::default();
    let image = image("a.png");
    let mut writer = composer();
    press(&mut writer, "see ", &state);
    writer.attach(image.clone());
    let sent = [
        Effect::Send(Op::Attach { image: image.clone() }),
        Effect::Send(Op::Prompt { text: "see [image a.png]".to_owned() }),
    ];
    assert_eq!(press(&mut writer, "<Enter>", &state), sent);
    // The session tells of it, and it is recalled with its image.
    writer.set_history(vec!["see [image a.png]".to_owned()]);
    press(&mut writer, "<Up>", &state);
    assert!(screen(&writer, 60, 1).contains("see [image a.png 2×1]"));
    assert_eq!(press(&mut writer, "<Enter>", &state), sent);
    // The same from the editor, and from what was kept, where the pastes stay folded.
    press(&mut writer, "Look ", &state);
    writer.attach(image);
    writer.paste(&"line\n".repeat(20), &state);
    press(&mut writer, "end", &state);
    let (kept, text) = (writer.kept(), writer.text());
    writer.replace_text(&format!("Well: {}", text.replace("end", "fin")));
    assert!(matches!(&press(&mut writer, "<Enter>", &state)[..], [attach, _] if *attach == sent[0]));
    let mut next = composer();
    next.set_kept(&kept);
    assert!(screen(&next, 80, 1).contains("Look [image a.png 2×1][pasted 20 lines]end"), "{}", screen(&next, 80, 1));
    assert_eq!(next.text(), text);
    assert!(next.act(Action::ExpandPaste, &state).len() == 1, "the cursor stands behind the words, not the paste");
    // Text alone is kept as text, whatever it looks like.
    for text in ["", "plain\ntext", "{\"adit_draft\":[]}", "{\"adit_draft\": broken"] {
        next.set_text(text);
        let kept = next.kept();
        next.set_kept(&kept);
        assert_eq!(next.text(), text, "{kept}");
    }
    next.set_kept("{\"adit_draft\": broken");
    assert_eq!(next.text(), "{\"adit_draft\": broken");
}
