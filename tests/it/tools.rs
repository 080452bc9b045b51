//! The tools against files in memory: what the model sees, what it may send, where results are cut.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use adit::engine::{FileFault, Files, FolderEntry, Tool, ToolOutcome, WorkspaceView};
use adit::path::RelPath;
use adit::review::{Edit, EditAction, FileChange, Mode, Replacement, Snapshot, Text, apply_replacements};
use adit::tools;
use serde_json::{Value, json};

/// Files in memory; `walks` counts the files that walks have come by.
#[derive(Default)]
struct InMemory {
    files: BTreeMap<String, Vec<u8>>,
    walked: AtomicUsize,
    endless: bool,
}

impl Files for InMemory {
    fn read(&self, path: &RelPath) -> Result<Option<Snapshot>, FileFault> {
        if self.files.keys().any(|file| file.starts_with(&format!("{path}/"))) {
            return Err(FileFault::NotAFile { path: path.clone(), what: "a folder" });
        }
        let bytes = self.files.get(path.as_str()).cloned();
        Ok(bytes.map(|bytes| Snapshot { text: Text::new(bytes), mode: Mode::Regular }))
    }

    fn write(&self, _: &RelPath, _: Option<&Snapshot>, _: Option<&Snapshot>) -> Result<(), FileFault> {
        panic!("a tool never writes")
    }

    fn list(&self, _: Option<&RelPath>) -> Result<Vec<FolderEntry>, FileFault> {
        Ok(Vec::new())
    }

    fn walk(&self, folder: Option<&RelPath>, found: &mut dyn FnMut(RelPath) -> ControlFlow<()>) {
        loop {
            // Backwards, since no order is promised.
            for name in self.files.keys().rev() {
                let path = path(name);
                if folder.is_none_or(|folder| path.is_within(folder)) {
                    self.walked.fetch_add(1, Ordering::SeqCst);
                    if found(path).is_break() {
                        return;
                    }
                }
            }
            if !self.endless {
                return;
            }
        }
    }

    fn root(&self) -> String {
        "/home/ada/project".to_owned()
    }
}

fn path(text: &str) -> RelPath {
    RelPath::new(text).expect("a plain path")
}

fn view(files: &[(&str, &str)], output_limit: usize) -> WorkspaceView {
    let files = files.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec())).collect();
    let files = Arc::new(InMemory { files, ..InMemory::default() });
    WorkspaceView { files, changes: Vec::new(), output_limit, outputs: Vec::new() }
}

fn tool(name: &str) -> Arc<dyn Tool> {
    tools::all().into_iter().find(|tool| tool.spec().name == name).expect("the tool exists")
}

async fn text(name: &str, input: Value, view: &WorkspaceView) -> String {
    match tool(name).call(input, view.clone()).await {
        ToolOutcome::Text { text, .. } => text,
        other => panic!("expected a text, got {other:?}"),
    }
}

async fn fault(name: &str, input: Value, view: &WorkspaceView) -> String {
    match tool(name).call(input, view.clone()).await {
        ToolOutcome::Fault(fault) => fault,
        other => panic!("expected a fault, got {other:?}"),
    }
}

#[test]
fn specs_are_stable_and_complete() {
    let specs = || tools::all().iter().map(|tool| tool.spec()).collect::<Vec<_>>();
    assert_eq!(specs(), specs());
    let names: Vec<String> = specs().into_iter().map(|spec| spec.name).collect();
    let expected = ["read_file", "list_files", "search", "edit_file", "write_file", "delete_file", "move_file"];
    assert_eq!(names, expected);
    for spec in specs() {
        assert_eq!(spec.schema["type"], "object", "{}", spec.name);
        assert!(spec.description.len() > 40, "{}", spec.name);
        let required = spec.schema["required"].as_array().expect("required is a list");
        for field in required {
            let name = field.as_str().expect("a name");
            assert!(spec.schema["properties"][name].is_object(), "{} {name}", spec.name);
        }
        assert!(required.iter().position(|field| field == "path").is_none_or(|at| at == 0), "{}", spec.name);
    }
}

#[tokio::test]
async fn read_file_numbers_lines_and_says_how_to_go_on() {
    let view = view(&[("a.rs", "one\ntwo\r\nthree\nfour")], 10_000);
    let read = |input| text("read_file", input, &view);
    let whole = "     1\tone\n     2\ttwo\n     3\tthree\n     4\tfour\n[the last line ends without a newline]\n";
    assert_eq!(read(json!({"path": "a.rs"})).await, whole);
    assert_eq!(read(json!({"file_path": "/home/ada/project/a.rs", "offset": null})).await, whole);
    let middle = "     2\ttwo\n     3\tthree\n[lines 2-3 of 4; read on with offset 4]\n";
    assert_eq!(read(json!({"path": "./a.rs", "offset": 2, "limit": "2"})).await, middle);
    let narrow = WorkspaceView { output_limit: 12, ..view.clone() };
    let first = "     1\tone\n[lines 1-1 of 4; read on with offset 2]\n";
    assert_eq!(text("read_file", json!({"path": "a.rs"}), &narrow).await, first);
    let outcome = tool("read_file").call(json!({"path": "a.rs", "limit": 1}), view.clone()).await;
    assert!(matches!(outcome, ToolOutcome::Text { read: Some(read), .. } if read == path("a.rs")));
}

#[tokio::test]
async fn what_is_read_can_be_sent_back_numbers_and_all() {
    let view = view(&[("a.rs", "fn a() {\r\n    one();\r\n}\r\n")], 10_000);
    let old = text("read_file", json!({"path": "a.rs"}), &view).await;
    let edit = Replacement { new: old.replace("one", "two"), old, replace_all: false };
    let applied = apply_replacements(&path("a.rs"), "fn a() {\r\n    one();\r\n}\r\n", &[edit]);
    assert_eq!(applied.map(|applied| applied.text), Ok("fn a() {\r\n    two();\r\n}\r\n".to_owned()));
}

#[tokio::test]
async fn read_file_says_why_not() {
    let mut files = InMemory::default();
    for (name, bytes) in [
        ("binary", &b"a\0b"[..]),
        ("latin", b"ok\ncaf\xe9\n"),
        ("wide", b"\xff\xfea\0"),
        ("src/a.rs", b"x\n"),
        ("empty", b""),
        ("bom", b"\xef\xbb\xbfx\n"),
    ] {
        files.files.insert(name.to_owned(), bytes.to_vec());
    }
    let view = WorkspaceView { files: Arc::new(files), changes: Vec::new(), output_limit: 1000, outputs: Vec::new() };
    let table = [
        (json!({"path": "binary"}), "binary is binary (3 bytes, with a NUL among the first 8,000)"),
        (
            json!({"path": "latin"}),
            "latin is not UTF-8: the first invalid byte is on line 2; adit does not read or edit it",
        ),
        (json!({"path": "wide"}), "wide is UTF-16 text, which adit does not read or edit"),
        (json!({"path": "src"}), "src is a folder: use list_files"),
        (json!({"path": "lib/A.rs"}), "lib/A.rs does not exist; there is src/a.rs"),
        (json!({"path": "none"}), "none does not exist"),
        (json!({"path": "src/a.rs", "offset": 5}), "src/a.rs has 1 lines; there is no line 5"),
        (json!({"path": "../x"}), "\"path\": ../x leaves the workspace"),
        (
            json!({"path": "/etc/passwd"}),
            "\"path\": /etc/passwd is not inside the workspace: use a path relative to its root",
        ),
        (json!({"path": 7}), "\"path\" of read_file must be a string, not a number"),
        (json!({"path": "empty", "offset": -1}), "\"offset\" of read_file must be a whole number from 1, not -1"),
        (json!({"name": "x"}), "\"path\" is missing in the input of read_file, which has \"name\""),
        (json!([1]), "the input of read_file must be a JSON object, not an array"),
    ];
    for (input, expected) in table {
        assert_eq!(fault("read_file", input, &view).await, expected);
    }
    assert_eq!(text("read_file", json!({"path": "empty"}), &view).await, "[empty is empty]");
    assert_eq!(text("read_file", json!({"path": "bom"}), &view).await, "     1\tx\n");
}

#[tokio::test]
async fn read_file_cuts_long_lines() {
    let view = view(&[("min.js", &"é".repeat(5000))], 100_000);
    let shown = text("read_file", json!({"path": "min.js"}), &view).await;
    assert!(shown.contains("é [line cut here: it has 10000 bytes]") && shown.len() < 2200, "{}", shown.len());
}

#[tokio::test]
async fn list_files_folds_what_is_deep() {
    let view =
        view(&[("a.rs", ""), ("src/b.rs", ""), ("src/x/c.rs", ""), ("src/x/y/d.rs", ""), ("src/x/y/e.rs", "")], 10_000);
    let list = |input| text("list_files", input, &view);
    assert_eq!(list(json!({})).await, "a.rs\nsrc/b.rs\nsrc/x/c.rs\nsrc/x/y/ (2 files)\n");
    assert_eq!(list(json!({"path": ".", "depth": 1})).await, "a.rs\nsrc/ (4 files)\n");
    assert_eq!(list(json!({"path": "src/x", "depth": 1})).await, "src/x/c.rs\nsrc/x/y/ (2 files)\n");
    assert_eq!(fault("list_files", json!({"path": "a.rs"}), &view).await, "a.rs is a file: use read_file");
    assert!(fault("list_files", json!({"path": "none"}), &view).await.starts_with("none has no files"));
    let narrow = WorkspaceView { output_limit: 8, ..view.clone() };
    let cut = "a.rs\n[3 more lines; give a folder as path, or a smaller depth]\n";
    assert_eq!(text("list_files", json!({}), &narrow).await, cut);
}

#[tokio::test]
async fn search_finds_lines() {
    let view = view(
        &[("b.rs", "fn one() {}\r\nfn two() {}\n"), ("a.md", "One\ntwo\n"), ("src/c.rs", "x one\n"), ("bin", "one\0")],
        10_000,
    );
    let search = |input| text("search", input, &view);
    assert_eq!(search(json!({"pattern": "one"})).await, "b.rs:1: fn one() {}\nsrc/c.rs:1: x one\n");
    let both = "a.md:1: One\nb.rs:1: fn one() {}\nsrc/c.rs:1: x one\n";
    assert_eq!(search(json!({"pattern": "one", "ignore_case": true})).await, both);
    assert_eq!(search(json!({"pattern": "one", "glob": "src/**/*.rs"})).await, "src/c.rs:1: x one\n");
    assert_eq!(search(json!({"pattern": "one", "path": "src"})).await, "src/c.rs:1: x one\n");
    assert_eq!(search(json!({"pattern": "one", "path": "b.rs"})).await, "b.rs:1: fn one() {}\n");
    assert_eq!(
        search(json!({"pattern": "\\{\\}$", "glob": "*.rs"})).await,
        "b.rs:1: fn one() {}\nb.rs:2: fn two() {}\n"
    );
    assert_eq!(
        search(json!({"pattern": "^$"})).await,
        "[no matches in 4 files]\n",
        "no line follows the last line end"
    );
    assert_eq!(search(json!({"pattern": "none"})).await, "[no matches in 4 files]\n");
    assert_eq!(search(json!({"pattern": "x", "glob": "*.py"})).await, "[no files in the workspace that match *.py]");
    assert!(fault("search", json!({"pattern": "("}), &view).await.starts_with("\"pattern\" is no regular expression"));
    assert!(fault("search", json!({"pattern": "x", "glob": "{"}), &view).await.starts_with("\"glob\" is no pattern"));
    let narrow = WorkspaceView { output_limit: 25, ..view.clone() };
    let cut = "b.rs:1: fn one() {}\n[the first 1 matching lines; narrow the search by path, glob or pattern]\n";
    assert_eq!(text("search", json!({"pattern": "one"}), &narrow).await, cut);
}

#[tokio::test]
async fn search_bounds_what_it_shows() {
    let long = format!("{}needle{}\n", "a".repeat(5000), "b".repeat(5000));
    let view = view(&[("long", &long), ("many", &"needle\n".repeat(500))], 100_000);
    let shown = text("search", json!({"pattern": "needle"}), &view).await;
    let lines: Vec<&str> = shown.lines().collect();
    assert!(lines[0].len() < 300 && lines[0].contains("needle"), "{}", lines[0]);
    assert_eq!(lines.len(), 52);
    assert_eq!(lines[51], "many: [more than 50 matching lines; search in this file alone]");
}

#[tokio::test]
async fn a_dropped_call_stops_its_work() {
    let mut files = InMemory { endless: true, ..InMemory::default() };
    files.files.insert("a".to_owned(), b"x\n".to_vec());
    let files = Arc::new(files);
    let view = WorkspaceView { files: files.clone(), changes: Vec::new(), output_limit: 1000, outputs: Vec::new() };
    let mut calls = tokio::task::JoinSet::new();
    calls.spawn(async move { tool("search").call(json!({"pattern": "x"}), view).await });
    while files.walked.load(Ordering::SeqCst) == 0 {
        tokio::task::yield_now().await;
    }
    calls.shutdown().await;
    // The work holds the other clone until it ends; it would never end by itself.
    while Arc::strong_count(&files) > 1 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn tools_see_the_proposal() {
    let snapshot = |text: &str| Some(Snapshot { text: Text::from(text), mode: Mode::Regular });
    let change = |from: Option<&str>, to: &str, accepted, target| {
        Arc::new(FileChange {
            path: path(to),
            from: from.map(path),
            accepted,
            target,
            marks: Vec::new(),
            decided: Vec::new(),
            conflict: None,
            written: Vec::new(),
            made: Vec::new(),
            by_file: false,
            diff: Arc::default(),
        })
    };
    let mut view = view(&[("edited", "old\n"), ("gone", "old\n"), ("here", "old\n"), ("same", "old\n")], 10_000);
    view.changes = vec![
        change(None, "edited", snapshot("old\n"), snapshot("new\n")),
        change(None, "made", None, snapshot("new\n")),
        change(None, "gone", snapshot("old\n"), None),
        change(Some("here"), "there", snapshot("old\n"), snapshot("old\n")),
    ];
    view.changes.sort_by(|left, right| left.path.cmp(&right.path));
    assert_eq!(text("list_files", json!({}), &view).await, "edited\nmade\nsame\nthere\n");
    assert_eq!(text("search", json!({"pattern": "new"}), &view).await, "edited:1: new\nmade:1: new\n");
    assert_eq!(text("search", json!({"pattern": "old"}), &view).await, "same:1: old\nthere:1: old\n");
    assert_eq!(text("read_file", json!({"path": "edited"}), &view).await, "     1\tnew\n");
    assert_eq!(fault("read_file", json!({"path": "gone"}), &view).await, "gone does not exist");
    assert_eq!(fault("read_file", json!({"path": "here"}), &view).await, "here does not exist");
}

#[tokio::test]
async fn edit_file_takes_what_models_send() {
    let view = view(&[], 1000);
    let one = Replacement { old: "a".to_owned(), new: "b".to_owned(), replace_all: false };
    let edit = |replacements| ToolOutcome::Edit(Edit { path: path("a.rs"), action: EditAction::Replace(replacements) });
    let table = [
        (json!({"path": "a.rs", "edits": [{"old_text": "a", "new_text": "b"}]}), vec![one.clone()]),
        (json!({"file_path": "a.rs", "old_string": "a", "new_string": "b"}), vec![one.clone()]),
        (
            json!({"path": "a.rs", "old_str": "a", "new_str": "b", "replace_all": "true"}),
            vec![Replacement { replace_all: true, ..one.clone() }],
        ),
        (json!({"path": "a.rs", "edits": "[{\"old_text\":\"a\",\"new_text\":\"b\"}]"}), vec![one.clone()]),
        (json!({"path": "a.rs", "edits": {"old_text": "a", "new_text": "b"}}), vec![one.clone()]),
        (json!("{\"path\":\"a.rs\",\"old_text\":\"a\",\"new_text\":\"b\"}"), vec![one.clone()]),
    ];
    for (input, expected) in table {
        assert_eq!(tool("edit_file").call(input, view.clone()).await, edit(expected));
    }
    let table = [
        (
            json!({"path": "a.rs"}),
            "\"old_text\" is missing in the input of edit_file, which has nothing else; send \"edits\": [{\"old_text\": …, \"new_text\": …}]. Nothing was applied.",
        ),
        (
            json!({"path": "a.rs", "edits": []}),
            "\"edits\" is empty; send at least one {\"old_text\": …, \"new_text\": …}. Nothing was applied.",
        ),
        (json!({"path": "a.rs", "edits": [{"old_text": "a"}]}), "edits[0].new_text is missing. Nothing was applied."),
        (
            json!({"path": "a.rs", "edits": [{"old_text": 1, "new_text": ""}]}),
            "edits[0].old_text must be a string, not a number. Nothing was applied.",
        ),
        (
            json!({"path": "a.rs", "edits": ["a"]}),
            "edits[0] must be an object with old_text and new_text, not a string. Nothing was applied.",
        ),
        (
            json!({"path": "a.rs", "edits": true}),
            "\"edits\" must be an array of objects, not a boolean. Nothing was applied.",
        ),
        (
            json!({"edits": []}),
            "\"path\" is missing in the input of edit_file, which has \"edits\". Nothing was applied.",
        ),
    ];
    for (input, expected) in table {
        assert_eq!(fault("edit_file", input, &view).await, expected);
    }
    let broken = fault("edit_file", json!({"path": "a.rs", "edits": "[{"}), &view).await;
    assert!(broken.starts_with("\"edits\" must be an array; you sent a string that is no JSON: "), "{broken}");
}

#[tokio::test]
async fn whole_files_become_edits() {
    let view = view(&[("a.rs", "x\n// ... rest ...\n")], 1000);
    let table = [
        ("write_file", json!({"path": "b.rs", "content": "x"}), "b.rs", EditAction::Write("x".to_owned())),
        (
            "write_file",
            json!({"path": "a.rs", "content": "// ... rest ..."}),
            "a.rs",
            EditAction::Write("// ... rest ...".to_owned()),
        ),
        ("delete_file", json!({"path": "a.rs"}), "a.rs", EditAction::Delete),
        ("move_file", json!({"from": "a.rs", "to": "src/a.rs"}), "a.rs", EditAction::Move(path("src/a.rs"))),
    ];
    for (name, input, file, action) in table {
        let expected = ToolOutcome::Edit(Edit { path: path(file), action });
        assert_eq!(tool(name).call(input, view.clone()).await, expected, "{name}");
    }
    let table = [
        ("move_file", json!({"from": "a.rs", "to": "./a.rs"}), "a.rs is where it is to be moved. Nothing was applied."),
        (
            "move_file",
            json!({"from": "a.rs"}),
            "\"to\" is missing in the input of move_file, which has nothing else. Nothing was applied.",
        ),
        (
            "write_file",
            json!({"path": "c.rs"}),
            "\"content\" is missing in the input of write_file, which has nothing else. Nothing was applied.",
        ),
        (
            "write_file",
            json!({"path": "c.rs", "content": "a\n# ... existing code ...\n"}),
            "the line `# ... existing code ...` stands for code that you left out: send the whole text, or use edit_file. Nothing was applied.",
        ),
    ];
    for (name, input, expected) in table {
        assert_eq!(fault(name, input, &view).await, expected, "{name}");
    }
}
