//! Results of tools that are too long: cut at a line, with a way to read on.

use std::path::Path;
use std::sync::Arc;

use adit::adapters::journal::FileJournal;
use adit::engine::{Tool, ToolOutcome, ToolSpec, WorkspaceView};
use adit::session::{Block, EventKind, Millis, TurnOutcome};
use async_trait::async_trait;
use serde_json::{Value, json};

use super::bench::Bench;
use crate::fakes::{MemoryFiles, ScriptedProvider, calls, says};

/// A tool that does not bound itself.
struct Torrent {
    text: String,
    fails: bool,
}

#[async_trait]
impl Tool for Torrent {
    fn spec(&self) -> ToolSpec {
        ToolSpec { name: "torrent".to_owned(), description: "Pours.".to_owned(), schema: json!({"type": "object"}) }
    }

    async fn call(&self, _input: Value, _view: WorkspaceView) -> ToolOutcome {
        let text = self.text.clone();
        if self.fails { ToolOutcome::Fault(text) } else { ToolOutcome::Text { text, read: None } }
    }
}

/// Lets the model call the tool, read on from `offset`, and end; returns the texts of the results.
async fn results(text: String, fails: bool, offset: usize) -> Vec<String> {
    let provider = ScriptedProvider::new([
        calls(&[("a", "torrent", json!({}))]),
        calls(&[("b", "read_file", json!({"path": ".adit/outputs/1", "offset": offset}))]),
        calls(&[("c", "edit_file", json!({"path": ".adit/outputs/1", "edits": [{"old_text": "a", "new_text": "b"}]}))]),
        calls(&[("d", "read_file", json!({"path": ".adit/outputs/2"}))]),
        says("Done. "),
    ]);
    let mut bench = Bench::with(MemoryFiles::default(), provider, Vec::new(), |parts| {
        parts.tools.push(Arc::new(Torrent { text, fails }));
    })
    .await;
    let ended = bench.ask("pour").await;
    assert!(matches!(ended, EventKind::TurnEnded { outcome: TurnOutcome::Done, .. }), "{ended:?}");
    let blocks = bench.state.conversation.iter().flat_map(|message| message.blocks.iter());
    let outputs = blocks.filter_map(|block| match block {
        Block::ToolResult { output, .. } => Some(output.clone()),
        _ => None,
    });
    let outputs: Vec<_> = outputs.collect();
    assert_eq!(outputs.iter().map(|output| output.is_error).collect::<Vec<_>>(), [fails, false, true, true]);
    outputs.into_iter().map(|output| output.text).collect()
}

#[tokio::test]
async fn ten_megabytes_are_cut_at_a_line_and_read_on() {
    let line = |number: usize| format!("line {number:>7} of a very long log\n");
    let text: String = (1..=300_000).map(line).collect();
    assert!(text.len() > 9 << 20);
    let bytes = text.len();
    let shown = 50_000 / line(1).len();
    let results = results(text, false, shown + 1).await;
    let first = &results[0];
    assert!(first.len() < 50_200, "{}", first.len());
    let body: String = (1..=shown).map(line).collect();
    let expected = format!(
        "{body}[cut here: {} more lines, {bytes} bytes in all; read on by read_file with path .adit/outputs/1 and \
         offset {}]\n",
        300_000 - shown,
        shown + 1
    );
    assert!(*first == expected, "{}", &first[first.len() - 300..]);
    let next = format!("{:>6}\t{}", shown + 1, line(shown + 1));
    assert!(results[1].starts_with(&next), "{}", &results[1][..200]);
    assert!(results[1].contains("of 300000; read on with offset "), "{}", &results[1][results[1].len() - 200..]);
    assert!(results[2].contains("does not exist"), "it is no file to edit: {}", results[2]);
    assert!(results[3].ends_with("is not kept any more; make the call again"), "{}", results[3]);
}

#[tokio::test]
async fn a_single_line_of_five_megabytes_is_folded_so_that_all_of_it_can_be_read() {
    let text = "ü".repeat(5 << 19);
    let results = results(text, false, 2_000).await;
    assert!(results[0].len() < 50_300, "{}", results[0].len());
    assert!(results[0].starts_with("üüü"));
    assert!(results[0].contains("5242880 bytes in all, lines above 1800 bytes folded; read on by read_file with path"));
    assert!(results[1].starts_with("  2000\tüüü"), "{}", &results[1][..40]);
    assert!(!results[1].contains("line cut here"), "every line of it is whole");
}

#[tokio::test]
async fn a_fault_that_is_too_long_is_cut_like_any_result() {
    let text = "no such thing\n".repeat(10_000);
    let results = results(text, true, 9_999).await;
    assert!(results[0].starts_with("no such thing\n") && results[0].len() < 50_200, "{}", results[0].len());
    assert_eq!(results[1], "  9999\tno such thing\n 10000\tno such thing\n[lines 9999-10000 of 10000, to the end]\n");
}

#[tokio::test]
async fn a_session_that_is_gone_on_with_still_has_its_long_results() {
    let folder = tempfile::tempdir().unwrap();
    let workspace = Path::new("/work");
    let text: String = (1..=10_000).map(|number| format!("line {number}\n")).collect();
    let torrent = || Arc::new(Torrent { text: text.clone(), fails: false });
    let read = |id: &str, number: u32| {
        calls(&[(id, "read_file", json!({"path": format!(".adit/outputs/{number}"), "offset": 9_999}))])
    };

    let journal = FileJournal::create(folder.path(), workspace, Millis(0)).unwrap();
    let (path, kept) = (journal.path().to_path_buf(), journal.path().with_extension("outputs"));
    let provider = ScriptedProvider::new([calls(&[("a", "torrent", json!({}))]), says("Done. ")]);
    let mut bench = Bench::with(MemoryFiles::default(), provider, Vec::new(), |parts| {
        parts.tools.push(torrent());
        parts.journal = Box::new(journal);
    })
    .await;
    bench.ask("pour").await;
    bench.end().await;
    let mode = std::fs::metadata(kept.join("1")).unwrap().permissions();
    assert_eq!(std::os::unix::fs::PermissionsExt::mode(&mode) & 0o777, 0o600);

    for is_lost in [false, true] {
        if is_lost {
            std::fs::remove_dir_all(&kept).unwrap();
        }
        let (journal, past) = FileJournal::reopen(&path).unwrap();
        let provider =
            ScriptedProvider::new([read("b", 1), calls(&[("c", "torrent", json!({}))]), read("d", 2), says("Done. ")]);
        let mut bench = Bench::with(MemoryFiles::default(), provider, past.clone(), |parts| {
            parts.tools.push(torrent());
            parts.journal = Box::new(journal);
        })
        .await;
        let before = bench.state.conversation.len();
        bench.ask("read on").await;
        let blocks = bench.state.conversation[before..].iter().flat_map(|message| message.blocks.iter());
        let outputs: Vec<String> = blocks
            .filter_map(|block| match block {
                Block::ToolResult { output, .. } => Some(output.text.clone()),
                _ => None,
            })
            .collect();
        let whole = "  9999\tline 9999\n 10000\tline 10000\n[lines 9999-10000 of 10000, to the end]\n";
        if is_lost {
            assert!(outputs[0].ends_with("is not kept any more; make the call again"), "{}", outputs[0]);
            assert!(outputs[1].contains(".adit/outputs/3 "), "a number that was given is never given again");
        } else {
            assert_eq!(outputs[0], whole);
            assert!(outputs[1].contains(".adit/outputs/2 "), "{}", &outputs[1][outputs[1].len() - 200..]);
            assert_eq!(outputs[2], whole);
        }
        bench.end().await;
    }
}
