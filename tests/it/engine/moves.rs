//! Acts that take more than one path: a text that moves is always on disk, whatever fails on the way.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use adit::adapters::files::DiskFiles;
use adit::review::{Decision, NodeId, Pick, Resolution};
use adit::session::{Block, Entry, Event, EventKind, Op};
use serde_json::{Value, json};

use super::bench::Bench;
use crate::fakes::{MemoryFiles, ScriptedProvider, calls, path, says};
use crate::files::faulty::{FaultyDisk, Stop};

/// Opens a session on a folder whose disk stops as told; a new one first lets the model call these tools.
async fn open(
    folder: &Path,
    tools: &[(&str, &str, Value)],
    past: Vec<Event>,
    at: usize,
    stop: Stop,
) -> (Bench, Arc<AtomicUsize>) {
    let made = Arc::new(AtomicUsize::new(0));
    let disk = FaultyDisk { calls: Arc::clone(&made), at, stop };
    let files = DiskFiles::open_on(folder, Box::new(disk)).unwrap();
    let is_new = past.is_empty();
    let provider = ScriptedProvider::new([calls(tools), says("done")]);
    let mut bench = Bench::with(MemoryFiles::with(&[]), provider, past, |parts| parts.files = Arc::new(files)).await;
    if is_new {
        bench.ask("go").await;
    }
    (bench, made)
}

async fn proposed(folder: &Path, tools: &[(&str, &str, Value)]) -> Bench {
    open(folder, tools, Vec::new(), usize::MAX, Stop::Fault).await.0
}

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        put(folder.path(), name, text);
    }
    folder
}

fn put(folder: &Path, name: &str, text: &str) {
    let file = folder.join(name);
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(file, text).unwrap();
}

fn tree(folder: &Path) -> Vec<(String, String)> {
    fn walk(root: &Path, folder: &Path, found: &mut Vec<(String, String)>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap().path();
            if entry.is_dir() {
                walk(root, &entry, found);
            } else {
                let name = entry.strip_prefix(root).unwrap().display().to_string();
                found.push((name, std::fs::read_to_string(&entry).unwrap()));
            }
        }
    }
    let mut found = Vec::new();
    walk(folder, folder, &mut found);
    found.sort();
    found
}

fn has(files: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut files: Vec<(String, String)> =
        files.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    files.sort();
    files
}

fn hints(bench: &Bench) -> Vec<String> {
    let entries = bench.state.entries.iter();
    entries
        .filter_map(|entry| match entry.as_ref() {
            Entry::Notice { hint, .. } => hint.clone(),
            _ => None,
        })
        .collect()
}

async fn undo(bench: &mut Bench) {
    bench.send(Op::Undo).await;
    bench.until(|event| matches!(event, EventKind::Undone { .. } | EventKind::Refused { .. })).await;
    bench.settle().await;
}

/// What the disk has is what the review says it has.
fn assert_true(bench: &Bench, folder: &Path, what: &str) {
    for change in bench.state.review.files() {
        let accepted = change.accepted.as_ref().map(|file| file.text.as_str().unwrap().to_owned());
        let found = std::fs::read_to_string(folder.join(change.disk_path().as_str())).ok();
        assert_eq!(found, accepted, "{what}: {}", change.path);
    }
}

const MOVE: &str = "move_file";

#[tokio::test]
async fn a_rename_whose_new_path_cannot_be_written_leaves_the_file_where_it_is() {
    let folder = folder(&[("d", "file\nuncommitted\n")]);
    let mut bench = proposed(folder.path(), &[("m", MOVE, json!({"from": "d", "to": "p/x"}))]).await;
    put(folder.path(), "p", "in the way\n");
    bench.decide(Pick::Everything, Decision::Accepted, None).await;
    assert_eq!(tree(folder.path()), has(&[("d", "file\nuncommitted\n"), ("p", "in the way\n")]));
    assert_eq!(bench.pending(), 1, "the rename is undecided again");
    assert_true(&bench, folder.path(), "after the fault");
    let hint = "The decision is taken back as a whole: on disk p/x and d are as before.";
    assert_eq!(hints(&bench).last().unwrap(), hint);
    std::fs::remove_file(folder.path().join("p")).unwrap();
    bench.decide(Pick::Everything, Decision::Accepted, None).await;
    assert_eq!(tree(folder.path()), has(&[("p/x", "file\nuncommitted\n")]));
    undo(&mut bench).await;
    assert_eq!(tree(folder.path()), has(&[("d", "file\nuncommitted\n")]));
}

#[tokio::test]
async fn an_undone_rename_whose_old_path_cannot_be_written_leaves_the_file_where_it_is() {
    let folder = folder(&[("o/d", "file\nuncommitted\n")]);
    let mut bench = proposed(folder.path(), &[("m", MOVE, json!({"from": "o/d", "to": "x"}))]).await;
    bench.decide(Pick::Everything, Decision::Accepted, None).await;
    std::fs::remove_dir(folder.path().join("o")).unwrap();
    put(folder.path(), "o", "in the way\n");
    undo(&mut bench).await;
    assert_eq!(tree(folder.path()), has(&[("o", "in the way\n"), ("x", "file\nuncommitted\n")]));
    assert_true(&bench, folder.path(), "after the fault");
    std::fs::remove_file(folder.path().join("o")).unwrap();
    undo(&mut bench).await;
    assert_true(&bench, folder.path(), "later");
}

#[tokio::test]
async fn a_file_whose_new_path_someone_takes_is_not_removed_with_everything() {
    let folder = folder(&[("a", "file\nuncommitted\n")]);
    let mut bench = proposed(folder.path(), &[("m", MOVE, json!({"from": "a", "to": "z"}))]).await;
    put(folder.path(), "z", "theirs\n");
    for _ in 0..2 {
        bench.decide(Pick::Everything, Decision::Accepted, None).await;
        assert_eq!(tree(folder.path()), has(&[("a", "file\nuncommitted\n"), ("z", "theirs\n")]));
    }
    assert!(hints(&bench).iter().any(|hint| hint.contains("Settle what is to stand in the new file")));
    bench.send(Op::Resolve { path: path("z"), resolution: Resolution::Yours }).await;
    bench.until(|event| matches!(event, EventKind::ConflictResolved { .. })).await;
    bench.decide(Pick::Everything, Decision::Accepted, None).await;
    assert_eq!(tree(folder.path()), has(&[("a", "file\nuncommitted\n"), ("z", "theirs\n")]));
}

/// A folder, what the model does to it, and what it becomes when all is accepted.
struct Case {
    before: &'static [(&'static str, &'static str)],
    tools: Vec<(&'static str, &'static str, Value)>,
    after: &'static [(&'static str, &'static str)],
}

fn cases() -> Vec<Case> {
    vec![
        Case {
            before: &[("d", "mine\n")],
            tools: vec![("m", MOVE, json!({"from": "d", "to": "p/x"}))],
            after: &[("p/x", "mine\n")],
        },
        Case {
            before: &[("a.txt", "mine\n")],
            tools: vec![
                ("d", "delete_file", json!({"path": "a.txt"})),
                ("w", "write_file", json!({"path": "a.txt/b", "content": "new\n"})),
            ],
            after: &[("a.txt/b", "new\n")],
        },
        Case {
            before: &[("d/one", "mine\n"), ("d/sub/two", "mine too\n")],
            tools: vec![
                ("d1", "delete_file", json!({"path": "d/one"})),
                ("d2", MOVE, json!({"from": "d/sub/two", "to": "kept"})),
                ("w", "write_file", json!({"path": "d", "content": "new\n"})),
            ],
            after: &[("d", "new\n"), ("kept", "mine too\n")],
        },
    ]
}

#[tokio::test]
async fn a_path_that_is_freed_in_the_same_turn_can_be_taken_and_given_back() {
    for case in cases() {
        let folder = folder(case.before);
        let mut bench = proposed(folder.path(), &case.tools).await;
        bench.decide(Pick::Everything, Decision::Accepted, None).await;
        assert_eq!(tree(folder.path()), has(case.after));
        assert_eq!(bench.pending(), 0);
        undo(&mut bench).await;
        assert_eq!(tree(folder.path()), has(case.before), "undone");
        bench.send(Op::Redo).await;
        bench.until(|event| matches!(event, EventKind::Redone | EventKind::Refused { .. })).await;
        bench.settle().await;
        assert_eq!(tree(folder.path()), has(case.after), "done again");
    }
}

#[tokio::test]
async fn a_fault_at_any_call_puts_the_whole_back() {
    for case in cases() {
        for at in 0.. {
            let folder = folder(case.before);
            let (mut bench, made) = open(folder.path(), &case.tools, Vec::new(), at, Stop::Fault).await;
            bench.decide(Pick::Everything, Decision::Accepted, None).await;
            let what = format!("fault at {at}");
            let found = tree(folder.path());
            assert!(found == has(case.before) || found == has(case.after), "{what}: {found:?}");
            assert_true(&bench, folder.path(), &what);
            if made.load(Ordering::Relaxed) <= at {
                assert!(at > 5, "only {at} calls");
                break;
            }
            if bench.pending() > 0 {
                bench.decide(Pick::Everything, Decision::Accepted, None).await;
            }
            assert_eq!(tree(folder.path()), has(case.after), "{what}");
            bench.end().await;
        }
    }
}

#[tokio::test]
async fn a_crash_at_any_call_leaves_the_old_or_the_new_once_the_session_goes_on() {
    for case in cases() {
        for at in 0.. {
            let folder = folder(case.before);
            let (mut bench, made) = open(folder.path(), &case.tools, Vec::new(), at, Stop::Crash).await;
            let what = format!("crash at {at}");
            bench.decide(Pick::Everything, Decision::Accepted, None).await;
            let is_over = made.load(Ordering::Relaxed) <= at;
            // The process is gone with what it would have said after the call at which it stopped.
            let mut past = bench.abandon().await;
            let decided = past.iter().position(|event| matches!(event.kind, EventKind::HunksDecided { .. })).unwrap();
            let is_news = |event: &Event| {
                matches!(
                    event.kind,
                    EventKind::FileWritten { .. } | EventKind::WriteFailed { .. } | EventKind::SessionEnded
                )
            };
            let cut = past[decided + 1..].iter().position(is_news).map_or(past.len(), |news| decided + 1 + news);
            past.truncate(cut);
            let (mut bench, _) = open(folder.path(), &case.tools, past, usize::MAX, Stop::Crash).await;
            assert_true(&bench, folder.path(), &what);
            let found = tree(folder.path());
            assert!(found == has(case.before) || found == has(case.after), "{what}: {found:?}");
            if bench.pending() > 0 {
                bench.decide(Pick::Everything, Decision::Accepted, None).await;
            }
            assert_eq!(tree(folder.path()), has(case.after), "{what}");
            let revision = bench.state.review.revision();
            bench.send(Op::GoTo { revision, point: NodeId(0) }).await;
            bench.until(|event| matches!(event, EventKind::WentTo { .. } | EventKind::Refused { .. })).await;
            bench.settle().await;
            assert_eq!(tree(folder.path()), has(case.before), "{what}: at the beginning");
            bench.end().await;
            if is_over {
                assert!(at > 5, "only {at} calls");
                break;
            }
        }
    }
}

#[tokio::test]
async fn paths_at_which_no_file_can_be_made_are_refused_to_the_model() {
    let folder = folder(&[("a.txt", "a\n"), ("d/k", "k\n")]);
    let write = |path: &str| json!({"path": path, "content": "new\n"});
    let deep = "long/".repeat(1000);
    let tools = [
        ("t1", "write_file", write("a.txt/b"), "a.txt is a file, not a folder"),
        ("t2", MOVE, json!({"from": "a.txt", "to": "a.txt/x"}), "a.txt is a file, not a folder"),
        ("t3", "write_file", write(&"n".repeat(256)), "256 bytes"),
        ("t4", "write_file", write(&format!("{}/x", "n".repeat(300))), "300 bytes"),
        ("t5", MOVE, json!({"from": "a.txt", "to": format!("{deep}x")}), "fewer than 4096"),
        ("t6", "write_file", write("d"), "a folder"),
    ];
    let called: Vec<(&str, &str, Value)> =
        tools.iter().map(|(id, name, input, _)| (*id, *name, input.clone())).collect();
    let bench = proposed(folder.path(), &called).await;
    let results = bench.provider.request(1).messages.last().unwrap().blocks.clone();
    for (block, (id, _, _, words)) in results.iter().zip(&tools) {
        let Block::ToolResult { output, .. } = block else { panic!("{block:?}") };
        assert!(output.is_error && output.text.contains(words), "{id}: {output:?}");
    }
    assert_eq!(bench.pending(), 0);
}
