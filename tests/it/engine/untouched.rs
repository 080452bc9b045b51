//! Rejecting touches nothing: bytes, times, modes and the very files on disk stay as they were.

use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::sync::Arc;

use adit::adapters::files::DiskFiles;
use adit::review::{Decision, Pick, Unit};
use adit::session::Op;
use serde_json::json;

use super::bench::Bench;
use crate::fakes::{MemoryFiles, ScriptedProvider, calls, path, says};

/// What the disk tells of each file: name, bytes, inode, mode, and when it was changed.
type Seen = Vec<(String, Vec<u8>, u64, u32, (i64, i64), (i64, i64))>;

fn see(folder: &Path) -> Seen {
    let mut seen: Seen = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let told = std::fs::symlink_metadata(&path).unwrap();
            let bytes = if told.is_file() { std::fs::read(&path).unwrap() } else { Vec::new() };
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            let changed = ((told.mtime(), told.mtime_nsec()), (told.ctime(), told.ctime_nsec()));
            (name, bytes, told.ino(), told.mode(), changed.0, changed.1)
        })
        .collect();
    seen.sort();
    seen
}

#[tokio::test]
async fn rejecting_at_any_grain_leaves_the_disk_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let text: String = (0..40).map(|number| format!("line {number}\n")).collect();
    for name in ["a.txt", "gone.txt", "old.txt"] {
        std::fs::write(folder.path().join(name), &text).unwrap();
    }
    let before = see(folder.path());
    let change = |line: usize| json!({"old_text": format!("line {line}\n"), "new_text": format!("LINE {line}\n")});
    let provider = ScriptedProvider::new([
        calls(&[("r1", "read_file", json!({"path": "a.txt"})), ("r2", "read_file", json!({"path": "old.txt"}))]),
        calls(&[
            ("e1", "edit_file", json!({"path": "a.txt", "edits": [change(3), change(13), change(23), change(33)]})),
            ("e2", "write_file", json!({"path": "new.txt", "content": "fresh\nlines\n"})),
            ("e3", "delete_file", json!({"path": "gone.txt"})),
            ("e4", "move_file", json!({"from": "old.txt", "to": "moved.txt"})),
            ("e5", "edit_file", json!({"path": "moved.txt", "edits": [change(7)]})),
        ]),
        says("done"),
    ]);
    let files = DiskFiles::open(folder.path()).unwrap();
    let mut bench =
        Bench::with(MemoryFiles::with(&[]), provider, Vec::new(), |parts| parts.files = Arc::new(files)).await;
    bench.ask("change much").await;
    assert_eq!(see(folder.path()), before, "proposing touches nothing");
    let (a, new, gone) = (path("a.txt"), path("new.txt"), path("gone.txt"));
    let picks = [
        Pick::Runs { path: a.clone(), runs: vec![1] },
        Pick::Lines { path: a.clone(), removed: vec![], added: vec![3] },
        Pick::Lines { path: new.clone(), removed: vec![], added: vec![0] },
        Pick::Unit { path: gone, unit: Unit::Delete },
        Pick::Unit { path: path("moved.txt"), unit: Unit::Rename },
        Pick::File { path: a },
        Pick::Everything,
    ];
    for pick in picks {
        let pending = bench.pending();
        bench.decide(pick.clone(), Decision::Rejected, Some("no")).await;
        assert!(bench.pending() < pending || matches!(pick, Pick::Lines { .. }), "{pick:?} is decided");
        assert_eq!(see(folder.path()), before, "{pick:?}");
    }
    assert_eq!(bench.pending(), 0);
    // To take a rejection back and to do it again touches nothing either.
    for op in [Op::Undo, Op::Undo, Op::Redo] {
        let revision = bench.state.review.revision();
        bench.send(op).await;
        while bench.state.review.revision() == revision {
            bench.until(|_| true).await;
        }
        assert_eq!(see(folder.path()), before);
    }
}
