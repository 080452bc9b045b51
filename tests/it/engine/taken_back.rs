//! What was committed and is taken back: it is known by its commit, and the drafted message is that of a revert.

use adit::review::{Decision, Pick};
use adit::session::{EventKind, Fault, FaultClass, Op, Reversal, reversal};

use super::bench::Bench;
use crate::fakes::{Answer, path, says};

/// A session that has committed two changes of one file, decided one after the other; another file waits.
async fn committed() -> Bench {
    let (mut bench, _end) = Bench::shouting().await;
    bench.decide(bench.runs("a.txt", &[1]), Decision::Accepted, None).await;
    bench.decide(bench.runs("a.txt", &[0]), Decision::Accepted, None).await;
    bench.send(Op::Commit { message: "feat: shout".to_owned() }).await;
    bench.until(|event| matches!(event, EventKind::Committed { .. })).await;
    assert_eq!(reversal(&bench.state), Reversal::default(), "nothing is taken back yet");
    bench
}

async fn undo(bench: &mut Bench) {
    bench.send(Op::Undo).await;
    bench.until(|event| matches!(event, EventKind::Undone { .. })).await;
    bench.settle().await;
}

/// Returns the commits in words, and whether the next commit is nothing but a revert.
fn found(bench: &Bench) -> (Vec<String>, bool) {
    let found = reversal(&bench.state);
    let id = |words: String, id: &str| words.replace(id, "ID");
    (found.commits.iter().map(|commit| id(commit.words(), &commit.id)).collect(), found.is_all)
}

/// Has a message drafted and returns what the model was asked.
async fn drafted(bench: &mut Bench) -> String {
    bench.provider.answers.lock().unwrap().push_back(says("revert: shout"));
    bench.send(Op::DraftCommit).await;
    bench.until(|event| matches!(event, EventKind::CommitDrafted { fault: None, .. })).await;
    let count = bench.provider.requests.lock().unwrap().len();
    format!("{:?}", bench.provider.request(count - 1).messages)
}

#[tokio::test]
async fn an_undo_after_a_commit_takes_a_part_of_it_back_and_then_all() {
    let mut bench = committed().await;
    undo(&mut bench).await;
    assert_eq!(found(&bench), (vec!["part of ID feat: shout".to_owned()], true));
    let asked = drafted(&mut bench).await;
    assert!(asked.contains("These changes take back what was committed before:"), "{asked}");
    assert!(asked.contains("feat: shout") && asked.contains("its type is `revert`"), "{asked}");
    undo(&mut bench).await;
    assert_eq!(found(&bench), (vec!["ID feat: shout".to_owned()], true));
    // What is done again takes nothing back.
    for _ in 0..2 {
        bench.send(Op::Redo).await;
        bench.until(|event| matches!(event, EventKind::Redone)).await;
        bench.settle().await;
    }
    assert_eq!(found(&bench), (Vec::new(), false));
}

#[tokio::test]
async fn a_commit_that_also_brings_something_new_is_no_revert() {
    let mut bench = committed().await;
    undo(&mut bench).await;
    bench.decide(Pick::File { path: path("new.txt") }, Decision::Accepted, None).await;
    assert_eq!(found(&bench), (vec!["part of ID feat: shout".to_owned()], false));
    let asked = drafted(&mut bench).await;
    assert!(asked.contains("Some of these changes take back"), "{asked}");
    assert!(!asked.contains("its type is `revert`"), "{asked}");
}

#[tokio::test]
async fn a_draft_of_new_things_says_nothing_of_a_revert() {
    let mut bench = committed().await;
    bench.decide(Pick::File { path: path("new.txt") }, Decision::Accepted, None).await;
    let asked = drafted(&mut bench).await;
    assert!(!asked.contains("take back"), "{asked}");
}

#[tokio::test]
async fn a_draft_that_fails_says_why_beside_the_plain_message() {
    let mut bench = committed().await;
    bench.decide(Pick::File { path: path("new.txt") }, Decision::Accepted, None).await;
    let fault = Fault::new(FaultClass::Other, "the model is out of words");
    bench.provider.answers.lock().unwrap().push_back(Answer::Fail(Vec::new(), fault));
    bench.send(Op::DraftCommit).await;
    let drafted = bench.until(|event| matches!(event, EventKind::CommitDrafted { .. })).await;
    let EventKind::CommitDrafted { message, fault: Some(fault), .. } = drafted else { panic!("{drafted:?}") };
    assert_eq!(message, "Update new.txt");
    assert!(fault.starts_with("cannot draft a message: ") && fault.contains("out of words"), "{fault}");
}
