//! A crash after any event loses none of it; the session is opened again from its journal.

use adit::engine::Delta;
use adit::review::{Decision, Pick};
use adit::session::{Block, Event, EventKind, Image, ImageFormat, Op, SessionState, TurnOutcome};
use serde_json::json;

use super::bench::{Bench, TEXT};
use crate::fakes::{Answer, MemoryFiles, ScriptedProvider, calls, path, says};

async fn a_session() -> Vec<Event> {
    let mut bench = Bench::with_two_edits().await;
    bench.decide(bench.runs("a.txt", &[0]), Decision::Accepted, None).await;
    bench.end().await
}

#[tokio::test]
async fn a_session_cut_after_any_event_opens_again_and_works() {
    let events = a_session().await;
    for cut in 1..=events.len() {
        let past = events[..cut].to_vec();
        let mut before = SessionState::default();
        past.iter().for_each(|event| before.apply(event));
        // The disk is as it was at that moment: written only once the log says so.
        let is_written = past.iter().any(|event| matches!(event.kind, EventKind::FileWritten { .. }));
        let disk = if is_written { TEXT.replace("two", "TWO") } else { TEXT.to_owned() };
        let files = MemoryFiles::with(&[("a.txt", &disk)]);
        let mut bench = Bench::resume(files, ScriptedProvider::new([says("I am back.")]), past).await;
        assert!(!bench.state.is_busy(), "no turn runs after event {cut}");
        assert_eq!(bench.files.text("a.txt").unwrap(), disk, "opening writes nothing");
        let has_proposal = before.review.file(&path("a.txt")).is_some();
        if has_proposal {
            bench.decide(Pick::Everything, Decision::Accepted, None).await;
            let expected = TEXT.replace("two", "TWO").replace("eight", "EIGHT");
            assert_eq!(bench.files.text("a.txt").unwrap(), expected, "after event {cut}");
        }
        bench.ask("still there?").await;
        bench.end().await;
    }
}

#[tokio::test]
async fn a_crash_after_the_write_and_before_its_event_counts_as_written() {
    let events = a_session().await;
    let cut = events.iter().position(|event| matches!(event.kind, EventKind::FileWritten { .. })).unwrap();
    let disk = TEXT.replace("two", "TWO");
    let files = MemoryFiles::with(&[("a.txt", &disk)]);
    let bench = Bench::resume(files, ScriptedProvider::new([]), events[..cut].to_vec()).await;
    let progress = bench.state.review.progress();
    assert_eq!((progress.accepted, progress.pending), (1, 1));
    let change = bench.state.review.file(&path("a.txt")).unwrap();
    assert_eq!(change.written.len(), 1, "it can be committed");
}

#[tokio::test]
async fn a_file_that_a_crash_left_half_written_is_found_with_both_whole_texts() {
    // Only a file with other hard links is written in place, so that this can be.
    let edit = json!({"path": "a.txt", "edits": [{"old_text": "two\n", "new_text": "two and a half\n"}]});
    let script =
        [calls(&[("t1", "read_file", json!({"path": "a.txt"}))]), calls(&[("t2", "edit_file", edit)]), says("done")];
    let mut bench = Bench::new(&[("a.txt", TEXT)], script).await;
    bench.ask("more").await;
    let events = bench.end().await;
    let after = TEXT.replace("two", "two and a half");
    let half = format!("{}{}", &after[..10], &TEXT[10..]);
    let files = MemoryFiles::with(&[("a.txt", &half)]);
    let bench = Bench::resume(files, ScriptedProvider::new([]), events).await;
    let change = bench.state.review.file(&path("a.txt")).unwrap();
    let conflict = change.conflict.as_ref().expect("it is no text that anyone meant");
    let text = |side: &Option<adit::review::Snapshot>| {
        side.as_ref().map(|side| String::from_utf8_lossy(side.text.as_bytes()).into_owned())
    };
    assert_eq!(text(&conflict.base), Some(TEXT.to_owned()));
    assert_eq!(text(&conflict.proposal), Some(after));
    assert_eq!(text(&conflict.yours), Some(half.clone()));
    assert_eq!(bench.files.text("a.txt").unwrap(), half, "nothing is written unasked");
    bench.end().await;
}

#[tokio::test]
async fn the_images_of_a_prompt_that_waits_survive_a_crash() {
    let image = Image { name: "a.png".to_owned(), format: ImageFormat::Png, width: 1, height: 1, data: "AAEC".into() };
    let hanging = Answer::Hang(vec![Delta::Text { block: 0, text: "I think ".to_owned() }]);
    let mut bench = Bench::new(&[], [hanging]).await;
    bench.send(Op::Prompt { text: "first".to_owned() }).await;
    bench.until(|event| matches!(event, EventKind::TextDelta { .. })).await;
    bench.send(Op::Attach { image: image.clone() }).await;
    bench.send(Op::Prompt { text: "what is it?".to_owned() }).await;
    bench.until(|event| matches!(event, EventKind::PromptQueued { .. })).await;
    let events = bench.abandon().await;
    // As the journal keeps it.
    let kept = serde_json::to_string(&events).unwrap();
    let events: Vec<Event> = serde_json::from_str(&kept).unwrap();
    let provider = ScriptedProvider::new([says("a dot"), says("done")]);
    let mut bench = Bench::resume(MemoryFiles::default(), provider, events).await;
    assert_eq!(bench.state.queue.front().map(|queued| queued.images.clone()), Some(vec![image.clone()]));
    bench.send(Op::Prompt { text: "and now?".to_owned() }).await;
    for _ in 0..2 {
        bench.until(|event| matches!(event, EventKind::TurnEnded { outcome: TurnOutcome::Done, .. })).await;
    }
    let sent = bench.provider.request(0).messages.pop().unwrap();
    let words = |text: &str| Block::Text { text: text.to_owned() };
    let expected = [words("The image a.png:"), Block::Image(image), words("what is it?")];
    assert!(sent.blocks.ends_with(&expected), "{sent:#?}");
}
