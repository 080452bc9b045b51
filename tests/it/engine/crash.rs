//! The disk stops at any call in the middle of an act: each file has its old or its new bytes, and the session goes on.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use adit::adapters::files::DiskFiles;
use adit::review::{Decision, NodeId, Pick};
use adit::session::{Event, EventKind, Op};
use serde_json::json;

use super::bench::Bench;
use crate::fakes::{MemoryFiles, ScriptedProvider, calls, path, says};
use crate::files::faulty::{FaultyDisk, Stop};

const OLD: &str = "one\ntwo\nthree\n";
const NEW: &str = "one\nTWO\nthree\n";

/// The files before and after all is accepted; the last one is made by the proposal.
const FILES: [(&str, Option<&str>, &str); 3] =
    [("a.txt", Some(OLD), NEW), ("b.txt", Some(OLD), NEW), ("sub/new.txt", None, "fresh\n")];

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, old, _) in FILES {
        if let Some(old) = old {
            std::fs::write(folder.path().join(name), old).unwrap();
        }
    }
    folder
}

fn read(folder: &Path, name: &str) -> Option<String> {
    std::fs::read_to_string(folder.join(name)).ok()
}

/// Opens a session on a folder whose disk stops as told; a new one first lets the model propose.
async fn open(folder: &Path, past: Vec<Event>, at: usize, stop: Stop) -> (Bench, Arc<AtomicUsize>) {
    let made = Arc::new(AtomicUsize::new(0));
    let disk = FaultyDisk { calls: Arc::clone(&made), at, stop };
    let files = DiskFiles::open_on(folder, Box::new(disk)).unwrap();
    let is_new = past.is_empty();
    let edit = |name: &str| json!({"path": name, "edits": [{"old_text": "two\n", "new_text": "TWO\n"}]});
    let provider = ScriptedProvider::new([
        calls(&[("r1", "read_file", json!({"path": "a.txt"})), ("r2", "read_file", json!({"path": "b.txt"}))]),
        calls(&[
            ("e1", "edit_file", edit("a.txt")),
            ("e2", "edit_file", edit("b.txt")),
            ("e3", "write_file", json!({"path": "sub/new.txt", "content": "fresh\n"})),
        ]),
        says("done"),
    ]);
    let mut bench = Bench::with(MemoryFiles::with(&[]), provider, past, |parts| parts.files = Arc::new(files)).await;
    if is_new {
        bench.ask("shout").await;
    }
    (bench, made)
}

fn assert_old_or_new(folder: &Path, what: &str) {
    for (name, old, new) in FILES {
        let found = read(folder, name);
        assert!(found.as_deref() == old || found.as_deref() == Some(new), "{what}: {name} has {found:?}");
    }
}

/// Asserts that the review says what the disk has.
fn assert_true(bench: &Bench, folder: &Path, what: &str) {
    for change in bench.state.review.files() {
        let accepted = change.accepted.as_ref().map(|file| file.text.as_str().unwrap().to_owned());
        assert_eq!(read(folder, change.disk_path().as_str()), accepted, "{what}: {}", change.path);
    }
}

async fn accept_all(bench: &mut Bench) {
    if bench.pending() > 0 {
        bench.decide(Pick::Everything, Decision::Accepted, None).await;
    }
}

#[tokio::test]
async fn a_fault_at_any_call_takes_back_what_was_not_written() {
    for at in 0.. {
        let folder = folder();
        let (mut bench, made) = open(folder.path(), Vec::new(), at, Stop::Fault).await;
        accept_all(&mut bench).await;
        let what = format!("fault at {at}");
        assert_old_or_new(folder.path(), &what);
        assert_true(&bench, folder.path(), &what);
        if made.load(Ordering::Relaxed) <= at {
            assert!(at > 10, "only {at} calls");
            break;
        }
        // The disk works again: what was taken back can be decided anew, and all of it undone.
        accept_all(&mut bench).await;
        for (name, _, new) in FILES {
            assert_eq!(read(folder.path(), name).as_deref(), Some(new), "{what}: {name}");
        }
        bench.end().await;
    }
}

#[tokio::test]
async fn a_crash_at_any_call_leaves_a_session_that_goes_on() {
    for at in 0.. {
        let folder = folder();
        let (mut bench, made) = open(folder.path(), Vec::new(), at, Stop::Crash).await;
        let what = format!("crash at {at}");
        let revision = bench.state.review.revision();
        let decide = Op::Decide { revision, pick: Pick::Everything, decision: Decision::Accepted, note: None };
        bench.send(decide).await;
        bench.until(|event| matches!(event, EventKind::HunksDecided { .. })).await;
        bench.settle().await;
        let is_over = made.load(Ordering::Relaxed) <= at;
        assert_old_or_new(folder.path(), &what);
        // The process is gone with what it would have said after the call at which it stopped.
        let mut past = bench.abandon().await;
        let is_news = |event: &Event| {
            matches!(
                event.kind,
                EventKind::FileWritten { .. } | EventKind::WriteFailed { .. } | EventKind::SessionEnded
            )
        };
        let decided = past.iter().position(|event| matches!(event.kind, EventKind::HunksDecided { .. })).unwrap();
        let cut = past[decided + 1..].iter().position(is_news).map_or(past.len(), |news| decided + 1 + news);
        past.truncate(cut);
        let (mut bench, _) = open(folder.path(), past, usize::MAX, Stop::Crash).await;
        assert_true(&bench, folder.path(), &what);
        accept_all(&mut bench).await;
        for (name, _, new) in FILES {
            assert_eq!(read(folder.path(), name).as_deref(), Some(new), "{what}: {name}");
        }
        // And back to the beginning.
        let revision = bench.state.review.revision();
        bench.send(Op::GoTo { revision, point: NodeId(0) }).await;
        bench.until(|event| matches!(event, EventKind::WentTo { .. } | EventKind::Refused { .. })).await;
        bench.settle().await;
        for (name, old, _) in FILES {
            assert_eq!(read(folder.path(), name).as_deref(), old, "{what}: {name} at the beginning");
        }
        bench.end().await;
        if is_over {
            assert!(at > 10, "only {at} calls");
            break;
        }
    }
}

#[tokio::test]
async fn a_crash_in_an_undo_that_empties_the_review_is_seen() {
    let folder = folder();
    let (mut bench, _) = open(folder.path(), Vec::new(), usize::MAX, Stop::Crash).await;
    bench.decide(Pick::File { path: path("a.txt") }, Decision::Accepted, None).await;
    let revision = bench.state.review.revision();
    bench.send(Op::GoTo { revision, point: NodeId(0) }).await;
    bench.until(|event| matches!(event, EventKind::WentTo { .. })).await;
    bench.settle().await;
    let mut past = bench.abandon().await;
    let went = past.iter().position(|event| matches!(event.kind, EventKind::WentTo { .. })).unwrap();
    past.truncate(went + 1);
    let (bench, _) = open(folder.path(), past, usize::MAX, Stop::Crash).await;
    assert_eq!(bench.state.review.files().count(), 0, "the file was written and is out of the review");
    assert_eq!(read(folder.path(), "a.txt").as_deref(), Some(OLD));
}
