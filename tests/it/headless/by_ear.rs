//! `adit --accessible` with a file or a pipe in the place of a person: every line waits for what the one before began.

use adit::demo::{Endpoint, Reply, ServerStep};
use serde_json::{Value, json};

use super::desk::{Outcome, Place, adit, finish_with_input, script};

async fn talk(
    place: Place,
    model: impl FnMut(&Value) -> Vec<ServerStep> + Send + 'static,
    lines: &str,
) -> (Place, Outcome, Endpoint) {
    let endpoint = Endpoint::start(model).await.unwrap();
    let place = place.with_endpoint(&endpoint.url());
    let outcome = finish_with_input(adit(&place, &["--accessible"]), lines).await;
    (place, outcome, endpoint)
}

fn says(text: &'static str) -> impl FnMut(&Value) -> Vec<ServerStep> + Send {
    move |_| Reply::new().text(text).finish()
}

#[track_caller]
fn has(outcome: &Outcome, code: i32, lines: &[&str]) {
    assert_eq!(outcome.code, code, "{}\n{}", outcome.text(), outcome.err);
    let text = outcome.text();
    let mut rest = text.as_str();
    for line in lines {
        let at = rest.find(line).unwrap_or_else(|| panic!("no {line:?} where it is due in:\n{text}"));
        rest = &rest[at + line.len()..];
    }
}

const LETTERS: &str = "a\nb\nc\nd\ne\nf\ng\n";

#[tokio::test]
async fn lines_wait_for_what_runs_and_the_end_for_the_answer() {
    let place = Place::new(&[("a.txt", LETTERS)]).committed();
    let steps = vec![
        vec![("read_file", json!({"path": "a.txt"}))],
        vec![
            (
                "edit_file",
                json!({"path": "a.txt", "edits": [{"old_text": "b\n", "new_text": "B\nand\nnext\n"}, {"old_text": "e\n", "new_text": "E\n"}]}),
            ),
            ("write_file", json!({"path": "n.txt", "content": "new\n"})),
        ],
    ];
    let lines = "ask make it so\nnext\naccept\nnext\naccept\nundo\nprompts\nwhy\ncommit\nedit 1 feat: exact\nyes\nask and now\n";
    let (place, outcome, _) = talk(place, script(steps), lines).await;
    has(
        &outcome,
        0,
        &[
            "The answer is complete.",
            "near line 2: 2 lines removed, 4 added.",
            "line 1 unchanged: a",
            "1. line 2 removed: b",
            "2. line 2 added: B",
            "4. line 4 added: next",
            "line 5 unchanged: c",
            "5. old line 5 removed: e",
            "6. line 7 added: E",
            "line 8 unchanged: f",
            "Accepted. One change waits for you",
            "Wrote a.txt.",
            "New file n.txt, one line.",
            "Wrote n.txt.",
            "Undone. One change waits for you",
            "Removed n.txt.",
            "1. make it so\n",
            "for request 1: make it so\n",
            "1. feat: do it",
            "1. feat: exact\n",
            ": feat: exact\n",
            "The input has ended; adit leaves when what runs is over.",
            "That is all.",
            "The answer is complete.",
            "One change still waits;",
        ],
    );
    assert!(!place.repo().join("n.txt").exists());
    assert!(place.git(&["log", "-1", "--format=%s"]).starts_with("feat: exact"));
}

#[tokio::test]
async fn the_exit_code_of_a_script_tells_how_its_last_turn_ended() {
    let place = || Place::new(&[("a.txt", "one\n")]).committed();
    let (_, outcome, _) = talk(place(), |_| Reply::new().text("Half an").cut(), "ask hi\n").await;
    has(&outcome, 1, &["Asking the model.", "It failed:"]);
    let (_, outcome, endpoint) = talk(place(), says("Well."), "ask\nfirst line\nsecond line\n").await;
    has(&outcome, 1, &["The input ended before the line with only a full stop, so nothing of it was sent."]);
    assert_eq!(endpoint.requests().len(), 0);
    let (_, outcome, endpoint) =
        talk(place(), says("Well."), "ask\nfirst line\nsecond line\n.\nquit\nask again\n").await;
    has(&outcome, 0, &["Well.", "The answer is complete."]);
    assert!(endpoint.requests()[0].json.to_string().contains(r"first line\nsecond line"));
    assert_eq!(endpoint.requests().len(), 1, "nothing is done behind the quit");
}

#[tokio::test]
async fn words_that_nothing_asks_for_are_answered() {
    let place = Place::new(&[("a.txt", "one\n")]).committed();
    let lines = "proceed\ncode 123456\nadd nope.txt\ndrop nope.txt\nadd a.txt\ndrop a.txt\nquit\n";
    let (_, outcome, _) = talk(place, says("Well."), lines).await;
    has(
        &outcome,
        0,
        &[
            "Nothing waits to go on.",
            "No login waits for a code.",
            "There is no file nope.txt.",
            "The context has no file nope.txt.",
            "a.txt goes with each request.",
            "a.txt goes no longer with requests.",
        ],
    );
    assert!(!outcome.text().contains("> "), "a script needs no prompt: {}", outcome.text());
}

#[tokio::test]
async fn marks_are_heard_as_words() {
    let markdown = "\
# Title of it

A para with **bold**, `**code**` and [a link](https://x.y/z \"title\"), ~~gone~~, <https://a.b> and my_snake_case. More of it.

- [x] tests
1. [ ] docs
- plain [not a link]

| name | value |
|:---|--:|
| be\\|ta | `2` |

> quoted
> ~~more~~

---

Foot[^1] and <b>html</b> ![a cat](cat.png) \\*starred\\*

[^1]: the note

````md
```
[raw](code) ~~raw~~
```
````
";
    let place = Place::new(&[("a.txt", "one\n")]).committed();
    let (_, outcome, _) = talk(place, move |_| Reply::new().text(markdown).finish(), "ask hi\nread\n").await;
    let said = [
        "Heading: Title of it\n",
        "A para with bold, **code** and a link (link https://x.y/z), gone (struck out), https://a.b and my_snake_case.",
        "More of it.",
        "- done: tests\n",
        "1. to do: docs\n",
        "- plain [not a link]\n",
        "Row: name, value\nRow: be|ta, 2\n",
        "Quote: quoted\nQuote: more (struck out)\nFoot (footnote 1) and <b>html</b> a cat (picture cat.png) *starred*\n",
        "Footnote 1: the note\nCode in md:\n```\n[raw](code) ~~raw~~\n```\nEnd of code.\n",
    ];
    let twice: Vec<&str> = said.iter().chain(["The answer is complete."].iter()).chain(&said).copied().collect();
    has(&outcome, 0, &twice);
}
