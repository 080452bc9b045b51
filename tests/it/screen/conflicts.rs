//! Conflicts settled on the screen, in every shape, and taken back again.

use adit::review::{FileRevision, Maker, Mode, Resolution, Snapshot, Text};
use adit::session::{EventKind, Op};
use adit::tui::{Effect, Msg};

use super::stage::{Stage, path};

fn file(bytes: &[u8]) -> Option<Snapshot> {
    Some(Snapshot { text: Text::new(bytes), mode: Mode::Regular })
}

/// A conflict of these three texts, with the sheet open: keys only, as the user comes to it.
fn conflict(base: Option<&[u8]>, disk: Option<&[u8]>, proposal: Option<&[u8]>) -> Stage {
    let mut stage = Stage::open(120, 40);
    let revision = FileRevision {
        path: path("a.txt"),
        from: None,
        base: Some(base.and_then(file)),
        target: proposal.and_then(file),
        maker: Maker::Model { turn: 1, step: 1, call: "call-1".to_owned() },
        loose: false,
    };
    stage.event(EventKind::ProposalRevised { call: None, files: vec![revision] });
    stage.event(EventKind::DiskMoved { path: path("a.txt"), disk: disk.and_then(file) });
    stage.keys("alt-3 g j enter");
    assert!(stage.text().contains("Conflict in a.txt"), "{}", stage.text());
    stage.asked.clear();
    stage
}

/// Settles by a key; returns what the target is then. Checks that undo brings the conflict back.
fn settled(stage: &mut Stage, key: &str) -> Option<Vec<u8>> {
    stage.keys(key);
    let asked = std::mem::take(&mut stage.asked);
    let [Effect::Send(Op::Resolve { path: at, resolution })] = asked.as_slice() else { panic!("{asked:?}") };
    stage.event(EventKind::ConflictResolved { path: at.clone(), resolution: resolution.clone() });
    assert!(!stage.text().contains("Conflict in"), "{}", stage.text());
    let target = stage.app.state.review.file(at).and_then(|change| change.target.clone());
    assert!(stage.app.state.review.file(at).is_none_or(|change| change.conflict.is_none()));
    stage.keys("u");
    assert_eq!(stage.ops(), [Op::Undo]);
    stage.event(EventKind::Undone { act: None });
    assert!(stage.text().contains("conflict with the file on disk"), "{}", stage.text());
    target.map(|target| target.text.as_bytes().to_vec())
}

fn check(texts: [Option<&[u8]>; 3], expected: [Option<&[u8]>; 3]) {
    for (key, expected) in ["y", "p", "b"].into_iter().zip(expected) {
        let mut stage = conflict(texts[0], texts[1], texts[2]);
        let found = settled(&mut stage, key);
        // A file with nothing left to decide leaves the review, so its target is not known then.
        let wanted = expected.map(<[u8]>::to_vec);
        let is_settled = found.is_none() && expected == texts[1];
        assert!(found == wanted || is_settled, "{key}: {found:?} is not {wanted:?}");
    }
}

#[test]
fn a_file_changed_on_both_sides() {
    let both: &[u8] = b"mine\nyours\n";
    check([Some(b"old\n"), Some(b"mine\n"), Some(b"yours\n")], [Some(b"mine\n"), Some(b"yours\n"), Some(both)]);
}

#[test]
fn a_file_deleted_on_disk() {
    check([Some(b"old\n"), None, Some(b"new\n")], [None, Some(b"new\n"), Some(b"new\n")]);
}

#[test]
fn a_file_that_the_proposal_deletes() {
    check([Some(b"old\n"), Some(b"mine\n"), None], [Some(b"mine\n"), None, Some(b"mine\n")]);
}

#[test]
fn a_file_created_on_both_sides() {
    let both: &[u8] = b"mine\nyours\n";
    check([None, Some(b"mine\n"), Some(b"yours\n")], [Some(b"mine\n"), Some(b"yours\n"), Some(both)]);
}

#[test]
fn a_binary_file() {
    let [old, mine, yours]: [&[u8]; 3] = [b"\0old", b"\0mine", b"\0yours"];
    check([Some(old), Some(mine), Some(yours)], [Some(mine), Some(yours), Some(yours)]);
    let mut stage = conflict(Some(old), Some(mine), Some(yours));
    stage.keys("e");
    assert_eq!(stage.asked, []);
    assert!(stage.text().contains("choose a side"), "{}", stage.text());
}

#[test]
fn ones_own_text_is_the_target() {
    for (texts, offered) in [
        ([Some("old\n"), Some("mine\n"), Some("yours\n")], "mine\nyours\n"),
        ([Some("old\n"), None, Some("yours\n")], "yours\n"),
        ([Some("old\n"), Some("mine\n"), None], "mine\n"),
    ] {
        let [base, disk, proposal] = texts.map(|text| text.map(str::as_bytes));
        let mut stage = conflict(base, disk, proposal);
        stage.keys("e");
        let asked = std::mem::take(&mut stage.asked);
        let [Effect::Edit(job)] = asked.as_slice() else { panic!("{asked:?}") };
        let adit::tui::EditorJob::Target { text, .. } = job else { panic!("{job:?}") };
        assert_eq!(text, offered);
        stage.send(Msg::Edited { job: job.clone(), result: Ok(Some("own\n".to_owned())) });
        let resolution = Resolution::Text(super::stage::text("own\n"));
        assert_eq!(stage.ops(), [Op::Resolve { path: path("a.txt"), resolution }]);
    }
}
