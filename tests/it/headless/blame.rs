//! `adit blame`: which prompt a committed line came from.

use adit::demo::Endpoint;
use serde_json::{Value, json};

use super::desk::{Outcome, Place, adit, edits, finish, run, script};

const TEXT: &str = "one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\n";

async fn blame(place: &Place, arguments: &[&str]) -> Outcome {
    finish(adit(place, &[&["blame"], arguments].concat())).await
}

/// A commit of the user's, and one of adit's that changes the second line and adds two more at the end.
async fn place_with_a_commit() -> (Place, Endpoint) {
    let place = Place::new(&[("src/a.txt", TEXT)]).committed();
    let change = json!({"path": "src/a.txt", "edits": [
        {"old_text": "two\n", "new_text": "TWO\n"}, {"old_text": "nine\n", "new_text": "nine\nten\neleven\n"}]});
    let model = script(vec![vec![("read_file", json!({"path": "src/a.txt"}))], vec![("edit_file", change)]]);
    let arguments = ["run", "--accept", "all", "--commit", "shout two\nand go on to eleven"];
    let (place, outcome, endpoint) = run(place, model, &arguments).await;
    outcome.check(0, &[]);
    (place, endpoint)
}

fn sources(text: &str) -> Vec<(String, String)> {
    let columns = |line: &str| (line[..8].to_owned(), line[10..50].trim_end().to_owned());
    text.lines().take_while(|line| !line.is_empty()).map(columns).collect()
}

#[tokio::test]
async fn a_line_names_its_prompt_or_its_author() {
    let (place, _endpoint) = place_with_a_commit().await;
    let outcome = blame(&place, &["src/a.txt", "--prompts"]).await;
    outcome.check(0, &[]);
    let text = outcome.text();
    let adits = (place.git(&["rev-parse", "--short=8", "HEAD"]).trim().to_owned(), "turn 1: shout two".to_owned());
    let users = (place.git(&["rev-parse", "--short=8", "HEAD~"]).trim().to_owned(), "Tess".to_owned());
    let found = sources(&text);
    for (number, source) in found.iter().enumerate() {
        let wanted = if [1, 9, 10].contains(&number) { &adits } else { &users };
        assert_eq!(source, wanted, "line {}", number + 1);
    }
    assert_eq!(found.len(), 11);
    assert!(text.contains(":\n    shout two\n    and go on to eleven\n"), "the whole prompt: {text}");
}

#[tokio::test]
async fn json_tells_turn_step_call_and_the_whole_prompt() {
    let (place, _endpoint) = place_with_a_commit().await;
    let outcome = blame(&place, &["--json", "-L", "2,3", "src/a.txt"]).await;
    let lines: Vec<Value> = outcome.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let [second, third] = lines.as_slice() else { panic!("{lines:?}") };
    assert_eq!((&second["line"], &second["text"]), (&json!(2), &json!("TWO")));
    assert_eq!((&second["turn"], &second["step"], &second["call"]), (&json!(1), &json!(2), &json!("call-2-0")));
    assert_eq!(second["prompt"], "shout two\nand go on to eleven");
    assert_eq!((&third["author"], &third["turn"]), (&json!("Tess"), &Value::Null));
}

#[tokio::test]
async fn lines_are_followed_through_later_changes_and_rewritten_commits() {
    let (place, _endpoint) = place_with_a_commit().await;
    place.write("src/a.txt", &format!("zero\n{}", place.read("src/a.txt")));
    place.git(&["add", "-A"]);
    // The same message, another commit; the user's own line stands in it before the others.
    place.git(&["commit", "-q", "--amend", "--no-edit"]);
    place.write("src/a.txt", &place.read("src/a.txt").replace("three\n", "drei\n"));
    let text = blame(&place, &["src/a.txt"]).await.text();
    let sources = sources(&text);
    let source = |line: usize| sources[line - 1].1.as_str();
    assert_eq!((source(1), source(2), source(3)), ("Tess", "Tess", "turn 1: shout two"));
    assert_eq!((source(4), source(11)), ("not committed", "turn 1: shout two"));
}

#[tokio::test]
async fn a_linked_working_tree_knows_the_commits_of_the_others() {
    let (place, _endpoint) = place_with_a_commit().await;
    place.git(&["worktree", "add", "-q", "-b", "other", "../other"]);
    for file in ["../other/src/a.txt", "src/a.txt"] {
        let text = blame(&place, &[file]).await.text();
        assert_eq!(sources(&text)[1].1, "turn 1: shout two", "{file}: {text}");
    }
    // What was taken in over there is not committed here, and is none of this tree's.
    place.write("src/a.txt", &place.read("src/a.txt").replace("one\n", "ONE\n"));
    assert_eq!(sources(&blame(&place, &["../other/src/a.txt"]).await.text())[0].1, "Tess");
}

#[tokio::test]
async fn what_is_accepted_and_not_committed_is_told_as_well() {
    let place = Place::new(&[("a.txt", TEXT)]).committed();
    let (place, _, _endpoint) =
        run(place, edits("a.txt", "two\n", "TWO\n"), &["run", "--accept", "all", "shout"]).await;
    place.write("a.txt", &place.read("a.txt").replace("nine\n", "mine\n"));
    let text = blame(&place, &["a.txt"]).await.text();
    let sources = sources(&text);
    assert_eq!(sources[1], ("--------".to_owned(), "turn 1: shout".to_owned()));
    assert_eq!(sources[8], ("--------".to_owned(), "not committed".to_owned()));
}

#[tokio::test]
async fn a_note_tells_it_where_there_is_no_journal() {
    let place = Place::new(&[("a.txt", TEXT)]).committed();
    std::fs::create_dir(place.repo().join(".adit")).unwrap();
    place.write(".adit/config.toml", "[commit]\nprovenance = \"note\"\n");
    let arguments = ["run", "--accept", "all", "--commit", "shout two"];
    let (place, outcome, _endpoint) = run(place, edits("a.txt", "two\n", "TWO\n"), &arguments).await;
    outcome.check(0, &[]);
    let note = place.git(&["notes", "--ref=adit", "show", "HEAD"]);
    assert!(note.contains("turn 1 \"shout two\"\nlines 2-2 of \"a.txt\" turn 1 step 2"), "{note}");
    assert!(!place.git(&["log", "-1", "--format=%B"]).contains("Prompt:"), "the message stays as it was");
    std::fs::remove_dir_all(place.state()).unwrap();
    let text = blame(&place, &["a.txt", "--prompts"]).await.text();
    assert_eq!(sources(&text)[1].1, "turn 1: shout two");
    assert!(text.contains("from the commit's note"), "{text}");
}

#[tokio::test]
async fn a_trailer_names_the_prompt() {
    let mut place = Place::new(&[("a.txt", TEXT)]).committed();
    place.variables.push(("ADIT_COMMIT__PROVENANCE".to_owned(), "trailer".to_owned()));
    let arguments = ["run", "--accept", "all", "--commit", "shout two\nloudly"];
    let (place, outcome, _endpoint) = run(place, edits("a.txt", "two\n", "TWO\n"), &arguments).await;
    outcome.check(0, &[]);
    let message = place.git(&["log", "-1", "--format=%B"]);
    let end: Vec<&str> = message.trim_end().lines().rev().take(3).collect();
    assert_eq!(end[0], "Prompt: shout two");
    assert!(end[1].starts_with("Assisted-by: adit (") && end[2].is_empty(), "{message}");
    assert!(place.git(&["for-each-ref", "refs/notes"]).is_empty());
}

#[tokio::test]
async fn what_cannot_be_blamed_says_why() {
    let place = Place::new(&[("a.txt", TEXT)]).committed();
    blame(&place, &["b.txt"]).await.check(1, &["cannot read b.txt"]);
    blame(&place, &["a.txt", "-L", "9,3"]).await.check(2, &["9,3 is no range of lines"]);
    blame(&place, &["../elsewhere.txt"]).await.check(1, &["there is no git repository here"]);
    let bare = Place::new(&[("a.txt", TEXT)]);
    blame(&bare, &["a.txt"]).await.check(1, &["there is no git repository here"]);
    // A new repository without a commit has nothing to blame, and its files can still be listed.
    bare.git(&["init", "-q"]);
    assert_eq!(sources(&blame(&bare, &["a.txt"]).await.text())[0].1, "not committed");
}
