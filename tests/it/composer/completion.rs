//! Completion of files, commands and arguments.

use std::sync::Arc;

use adit::path::RelPath;
use adit::session::{Op, SessionState};
use adit::tui::composer::Composer;
use adit::tui::{Action, Effect};

use super::{composer, press, screen};

fn with_files(paths: &[&str]) -> Composer {
    let mut composer = composer();
    composer.set_files(Arc::new(paths.iter().map(|path| RelPath::new(path).unwrap()).collect()));
    composer
}

const FILES: &[&str] =
    &["README.md", "src/main.rs", "src/parser.rs", "src/parser/lexer.rs", "tests/parser.rs", "a\u{202e}b.rs"];

#[test]
fn files_complete_after_at() {
    let state = SessionState::default();
    let mut writer = with_files(FILES);
    press(&mut writer, "fix @par", &state);
    insta::assert_snapshot!(screen(&writer, 50, 8));
    press(&mut writer, "<Down><Up><Tab>now", &state);
    assert_eq!(writer.text(), "fix @src/parser.rs now");
    let effects = press(&mut writer, " and @lexr<Enter><Enter>", &state);
    let text = "fix @src/parser.rs now and @src/parser/lexer.rs".to_owned();
    assert_eq!(effects, [Effect::Send(Op::Prompt { text })]);
}

#[test]
fn narrowing_and_widening_give_the_same_as_asking_anew() {
    let state = SessionState::default();
    let mut writer = with_files(FILES);
    press(&mut writer, "@parserl<Backspace><Backspace>", &state);
    let widened = screen(&writer, 50, 8);
    let mut anew = with_files(FILES);
    press(&mut anew, "@parse", &state);
    assert_eq!(widened, screen(&anew, 50, 8));
    press(&mut anew, "rs", &state);
    assert!(anew.has_popup());
}

#[test]
fn escape_closes_until_another_word() {
    let state = SessionState::default();
    let mut writer = with_files(FILES);
    press(&mut writer, "@par", &state);
    assert!(writer.has_popup());
    writer.act(Action::Escape, &state);
    press(&mut writer, "s", &state);
    assert!(!writer.has_popup());
    press(&mut writer, " @m", &state);
    assert!(writer.has_popup());
}

#[test]
fn an_address_is_no_file() {
    let state = SessionState::default();
    let mut writer = with_files(FILES);
    press(&mut writer, "me@src", &state);
    assert!(!writer.has_popup());
    press(&mut writer, " (@src", &state);
    assert!(writer.has_popup());
}

#[test]
fn commands_complete_with_what_they_do() {
    let state = SessionState::default();
    let mut writer = with_files(FILES);
    press(&mut writer, "/", &state);
    insta::assert_snapshot!(screen(&writer, 60, 10));
    press(&mut writer, "re", &state);
    insta::assert_snapshot!(screen(&writer, 60, 5));
    press(&mut writer, "<Down><Tab>", &state);
    assert_eq!(writer.text(), "/reject ");
    press(&mut writer, "<Tab>", &state);
    assert_eq!(writer.text(), "/reject all ");
}

#[test]
fn arguments_complete() {
    let mut state = SessionState::default();
    state.context.push(RelPath::new("docs/a.md").unwrap());
    let mut writer = with_files(FILES);
    writer.set_models(vec!["sonnet".to_owned(), "haiku".to_owned()]);
    press(&mut writer, "/add lex<Tab>", &state);
    assert_eq!(writer.take(), "/add src/parser/lexer.rs ");
    press(&mut writer, "/drop <Tab>", &state);
    assert_eq!(writer.take(), "/drop docs/a.md ");
    press(&mut writer, "/model ha<Tab>", &state);
    assert_eq!(writer.take(), "/model haiku ");
}

#[test]
fn fifty_thousand_files_narrow_to_the_right_one() {
    let state = SessionState::default();
    let mut writer = composer();
    let files =
        (0..50_000).map(|n| RelPath::new(&format!("crates/part{}/src/module_{n}/file_{n}.rs", n % 97)).unwrap());
    writer.set_files(Arc::new(files.collect()));
    press(&mut writer, "@file_31415<Tab>", &state);
    assert_eq!(writer.text(), "@crates/part84/src/module_31415/file_31415.rs ");
}

#[test]
fn a_files_name_counts_more_than_its_folders_and_what_was_touched_more_than_the_rest() {
    let offered = |query: &str, files: &[&str], state: &SessionState| {
        let mut writer = with_files(files);
        writer.sync(state);
        press(&mut writer, query, state);
        let text = screen(&writer, 60, 9);
        let last = text.trim_end().lines().count() - 1;
        text.lines().take(last).map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect::<Vec<_>>()
    };
    let mut state = SessionState::default();
    let files = &["app/deep/app.rs", "app/views/list.rs", "lib/application.rs", "lib/happy.rs", "zap/p.rs"];
    assert_eq!(
        offered("@app", files, &state),
        [
            "app/deep/app.rs",
            "app/",
            "lib/application.rs",
            "lib/happy.rs",
            "app/views/list.rs",
            "zap/p.rs",
            "app/deep/",
            "app/views/"
        ]
    );
    state.context.push(RelPath::new("lib/happy.rs").unwrap());
    assert_eq!(offered("@", files, &state)[0], "lib/happy.rs");
    state.context.push(RelPath::new("zz/p.rs").unwrap());
    assert_eq!(offered("@p.r", &["a/p.rs", "zz/p.rs"], &state), ["zz/p.rs", "a/p.rs"]);
}

#[test]
fn folders_complete_and_go_on_to_their_files() {
    let state = SessionState::default();
    let mut writer = with_files(FILES);
    press(&mut writer, "@pars", &state);
    let offered = screen(&writer, 50, 8);
    let at = offered.lines().filter(|line| !line.is_empty()).position(|line| line.trim() == "src/parser/").unwrap();
    press(&mut writer, &format!("{}<Tab>", "<Down>".repeat(at)), &state);
    assert_eq!(writer.text(), "@src/parser/");
    assert!(writer.has_popup(), "its files follow");
    press(&mut writer, "l<Tab>", &state);
    assert_eq!(writer.text(), "@src/parser/lexer.rs ");
}

#[test]
fn files_that_are_found_while_a_word_is_typed_are_offered_at_once() {
    let state = SessionState::default();
    let mut writer = composer();
    press(&mut writer, "@par", &state);
    assert!(!writer.has_popup());
    writer.set_files(Arc::new(FILES.iter().map(|path| RelPath::new(path).unwrap()).collect()));
    writer.offer_again(&state);
    assert!(writer.has_popup());
}

#[test]
fn what_is_pasted_into_a_word_narrows_it() {
    let state = SessionState::default();
    let mut writer = with_files(FILES);
    press(&mut writer, "@p", &state);
    writer.paste("arser/lex", &state);
    press(&mut writer, "<Tab>", &state);
    assert_eq!(writer.text(), "@src/parser/lexer.rs ");
}

#[test]
fn a_list_of_paths_keeps_them_apart_in_order_and_each_once() {
    let path = |text: &str| RelPath::new(text).unwrap();
    let list: adit::path::PathList = ["b/c", "a", "b/c", "äöü/x", "a b"].map(path).into_iter().collect();
    let names = |list: &adit::path::PathList| list.iter().map(|path| path.as_str().to_owned()).collect::<Vec<_>>();
    assert_eq!(names(&list), ["b/c", "a", "b/c", "äöü/x", "a b"]);
    let sorted = list.sorted();
    assert_eq!(names(&sorted), ["a", "a b", "b/c", "äöü/x"]);
    for (text, is_there) in [("a", true), ("äöü/x", true), ("b/c", true), ("b", false), ("0", false), ("ä", false)]
    {
        assert_eq!(sorted.has(path(text).as_path_ref()), is_there, "{text}");
    }
    assert_eq!(sorted.get(4), None);
    assert!(adit::path::PathList::default().is_empty());
}
