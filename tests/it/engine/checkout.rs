//! What git does under a session: a checkout is one event, a commit by someone else settles what it holds.

use adit::review::{Decision, Pick};
use adit::session::{EventKind, Level, Op};
use serde_json::json;

use super::bench::Bench;
use crate::fakes::{calls, path, says};

const TEXT: &str = "one\ntwo\nthree\nfour\nfive\nsix\nseven\n";

/// A bench whose model has changed the second line of three files; HEAD is on main.
async fn with_pending() -> Bench {
    let names = ["a.txt", "b.txt", "c.txt"];
    let reads: Vec<_> = names.iter().map(|name| (*name, "read_file", json!({"path": name}))).collect();
    let edit = |name: &str| json!({"path": name, "edits": [{"old_text": "two\n", "new_text": "TWO\n"}]});
    let edits: Vec<_> = names.iter().zip(["ea", "eb", "ec"]).map(|(name, id)| (id, "edit_file", edit(name))).collect();
    let mut bench = Bench::new(&names.map(|name| (name, TEXT)), [calls(&reads), calls(&edits), says("done")]).await;
    bench.ask("shout").await;
    set_head(&mut bench, "main", "1111").await;
    bench
}

async fn set_head(bench: &mut Bench, branch: &str, tip: &str) {
    *bench.repository.head.lock().unwrap() = Some((branch.to_owned(), tip.to_owned()));
    bench.send(Op::Refresh).await;
    let wanted = tip.to_owned();
    bench
        .until(|event| matches!(event, EventKind::RepositoryChanged { repo } if repo.tip.as_ref() == Some(&wanted)))
        .await;
}

/// Returns what happened from now on until git was looked at, in the journal's events.
fn since(bench: &Bench, start: usize) -> Vec<EventKind> {
    bench.journal.0.lock().unwrap()[start..].iter().map(|event| event.kind.clone()).collect()
}

#[tokio::test]
async fn a_checkout_is_one_event_and_one_point_of_the_history() {
    let mut bench = with_pending().await;
    let (start, points) = (bench.journal.0.lock().unwrap().len(), bench.state.review.history().len());
    bench.files.put("a.txt", &format!("zero\n{TEXT}"));
    bench.files.put("b.txt", &TEXT.replace("two", "deux"));
    *bench.repository.head.lock().unwrap() = Some(("feature".to_owned(), "2222".to_owned()));
    bench.send(Op::Refresh).await;
    bench.until(|event| matches!(event, EventKind::Notice { .. })).await;

    let events = since(&bench, start);
    let moved: Vec<usize> = events
        .iter()
        .filter_map(|event| match event {
            EventKind::HeadMoved { files, .. } => Some(files.len()),
            EventKind::DiskMoved { path, .. } => panic!("{path} is told apart"),
            _ => None,
        })
        .collect();
    assert_eq!(moved, [2]);
    let history = bench.state.review.history();
    assert_eq!(history.len(), points + 1);
    assert_eq!(history.last().unwrap().label, "switched from main to feature");
    let notices: Vec<&str> = events
        .iter()
        .filter_map(|event| match event {
            EventKind::Notice { level: Level::Info, text, .. } => Some(text.as_str()),
            _ => None,
        })
        .collect();
    let told = "switched from main to feature: 2 files of the review changed with it, 1 has a conflict to settle";
    assert_eq!(notices, [told]);
    // The pending run of the first file moved along, and the decision goes on.
    assert_eq!(bench.state.review.progress().conflicts, 1);
    bench.decide(Pick::File { path: path("a.txt") }, Decision::Accepted, None).await;
    assert_eq!(bench.files.text("a.txt").unwrap(), format!("zero\n{}", TEXT.replace("two", "TWO")));
}

#[tokio::test]
async fn a_reset_of_the_same_branch_is_one_event_too() {
    let mut bench = with_pending().await;
    let points = bench.state.review.history().len();
    for name in ["a.txt", "b.txt", "c.txt"] {
        bench.files.put(name, &format!("{TEXT}eight\n"));
    }
    *bench.repository.head.lock().unwrap() = Some(("main".to_owned(), "3333".to_owned()));
    bench.send(Op::Refresh).await;
    bench.until(|event| matches!(event, EventKind::HeadMoved { .. })).await;
    let history = bench.state.review.history();
    assert_eq!((history.len(), bench.pending()), (points + 1, 3));
    assert_eq!(history.last().unwrap().label, "main moved to another commit");
}

#[tokio::test]
async fn what_someone_else_commits_leaves_the_review() {
    let mut bench = with_pending().await;
    bench.decide(Pick::File { path: path("a.txt") }, Decision::Accepted, None).await;
    bench.decide(Pick::File { path: path("b.txt") }, Decision::Accepted, None).await;
    bench.repository.committed.lock().unwrap().push(path("a.txt"));
    set_head(&mut bench, "main", "4444").await;
    let event = bench.until(|event| matches!(event, EventKind::CommittedElsewhere { .. })).await;
    assert_eq!(event, EventKind::CommittedElsewhere { paths: vec![path("a.txt")] });
    let names: Vec<&str> = bench.state.review.files().map(|change| change.path.as_str()).collect();
    assert_eq!(names, ["b.txt", "c.txt"]);
    bench.send(Op::Commit { message: "feat: b".to_owned() }).await;
    bench.until(|event| matches!(event, EventKind::Committed { .. })).await;
    let commits = bench.repository.commits.lock().unwrap().clone();
    assert_eq!(commits[0].files.iter().map(|file| file.path.as_str()).collect::<Vec<_>>(), ["b.txt"]);
}

#[tokio::test]
async fn an_undo_that_meets_the_users_own_text_keeps_it_and_offers_the_merge() {
    let mut bench = with_pending().await;
    bench.decide(Pick::File { path: path("a.txt") }, Decision::Accepted, None).await;
    // Nobody has told of this yet: the undo finds it.
    bench.files.put("a.txt", &TEXT.replace("two", "mine"));
    bench.send(Op::Undo).await;
    bench.until(|event| matches!(event, EventKind::Undone { .. })).await;
    let notice = bench.until(|event| matches!(event, EventKind::Notice { .. })).await;
    let EventKind::Notice { text, hint: Some(_), .. } = notice else { panic!("{notice:?}") };
    assert_eq!(text, "a.txt: you changed what this would change, so it stands as you left it");
    assert_eq!(bench.files.text("a.txt").unwrap(), TEXT.replace("two", "mine"));
    let change = bench.state.review.file(&path("a.txt")).unwrap();
    let conflict = change.conflict.as_ref().unwrap();
    assert_eq!(conflict.proposal.as_ref().unwrap().text.as_str(), Some(TEXT));

    // An edit elsewhere in the file is no obstacle: the undo goes around it.
    bench.decide(Pick::File { path: path("b.txt") }, Decision::Accepted, None).await;
    bench.files.put("b.txt", &format!("{}mine\n", TEXT.replace("two", "TWO")));
    bench.send(Op::Undo).await;
    bench.until(|event| matches!(event, EventKind::Undone { .. })).await;
    bench.settle().await;
    assert_eq!(bench.files.text("b.txt").unwrap(), format!("{TEXT}mine\n"));
}

#[tokio::test]
async fn what_the_user_wrote_in_an_editor_is_merged_when_the_proposal_moved_on() {
    use adit::review::{Maker, Mode, Snapshot, Text};
    let text = |text: &str| Snapshot { text: Text::from(text), mode: Mode::Regular };
    let mut bench = with_pending().await;
    let seen = bench.state.review.revision();
    let shown = bench.state.review.file(&path("a.txt")).unwrap().target.clone().unwrap();
    let mine = text(&shown.text.as_str().unwrap().replace("six", "my six"));
    // Meanwhile a file changes on disk and another one is decided.
    bench.files.put("a.txt", &format!("zero\n{TEXT}"));
    bench.send(Op::Refresh).await;
    bench.until(|event| matches!(event, EventKind::DiskMoved { .. })).await;
    bench.decide(Pick::File { path: path("b.txt") }, Decision::Accepted, None).await;
    let rewrite = |name: &str, base: Option<Snapshot>| Op::Rewrite {
        revision: seen,
        path: path(name),
        target: mine.clone(),
        base,
    };
    bench.send(rewrite("a.txt", None)).await;
    bench.until(|event| matches!(event, EventKind::Refused { .. })).await;
    bench.send(rewrite("a.txt", Some(shown.clone()))).await;
    bench.until(|event| matches!(event, EventKind::ProposalRevised { .. })).await;
    let change = bench.state.review.file(&path("a.txt")).unwrap();
    let expected = format!("zero\n{}", TEXT.replace("two", "TWO").replace("six", "my six"));
    assert_eq!(change.target.as_ref().unwrap().text.as_str(), Some(expected.as_str()));
    assert!(change.marks.iter().any(|mark| mark.maker == Maker::User));
    bench.until(|event| matches!(event, EventKind::Notice { text, .. } if text.contains("merged into it"))).await;

    // A file that has left the review meanwhile comes back with the user's text, and nothing is written.
    bench.decide(Pick::File { path: path("c.txt") }, Decision::Accepted, None).await;
    bench.repository.committed.lock().unwrap().push(path("c.txt"));
    set_head(&mut bench, "main", "9999").await;
    bench.until(|event| matches!(event, EventKind::CommittedElsewhere { .. })).await;
    bench.send(rewrite("c.txt", Some(shown))).await;
    bench.until(|event| matches!(event, EventKind::ProposalRevised { .. })).await;
    let change = bench.state.review.file(&path("c.txt")).unwrap();
    let expected = TEXT.replace("two", "TWO").replace("six", "my six");
    assert_eq!(change.target.as_ref().unwrap().text.as_str(), Some(expected.as_str()));
    assert_eq!(bench.files.text("c.txt").unwrap(), TEXT.replace("two", "TWO"));
}
