//! Decisions at every grain, on every kind of change.

use adit::review::{Decision, Mode, Pick, Progress, Refusal, Snapshot, Unit};

use super::desk::{Desk, path, seen, text};

fn file(name: &str) -> Pick {
    Pick::File { path: path(name) }
}

fn unit(name: &str, unit: Unit) -> Pick {
    Pick::Unit { path: path(name), unit }
}

fn runs(name: &str, runs: &[usize]) -> Pick {
    Pick::Runs { path: path(name), runs: runs.to_vec() }
}

fn lines(name: &str, removed: &[usize], added: &[usize]) -> Pick {
    Pick::Lines { path: path(name), removed: removed.to_vec(), added: added.to_vec() }
}

#[test]
fn a_created_file_is_made_whole_or_in_part() {
    let new = || Desk::with("f", None, Some(text("a\nb\nc\n")));
    for pick in [file("f"), unit("f", Unit::Create), runs("f", &[0]), Pick::Everything] {
        let mut desk = new();
        desk.accept(&pick).unwrap();
        assert_eq!(desk.on_disk("f"), Some(&text("a\nb\nc\n")), "{pick:?}");
        assert_eq!(desk.review.progress(), Progress { accepted: 1, ..Progress::default() }, "{pick:?}");
    }
    for pick in [file("f"), unit("f", Unit::Create), runs("f", &[0]), lines("f", &[], &[0, 1, 2])] {
        let mut desk = new();
        desk.reject(&pick).unwrap();
        assert_eq!(desk.on_disk("f"), None, "{pick:?}");
        assert_eq!(desk.review.progress(), Progress { rejected: 1, ..Progress::default() }, "{pick:?}");
    }
    let mut desk = new();
    assert_eq!(desk.review.progress().pending, 1, "a new file and its lines are one change");
    desk.accept(&lines("f", &[], &[1])).unwrap();
    assert_eq!(desk.bytes("f"), b"b\n");
    assert_eq!(desk.review.progress().pending, 2);
    desk.reject(&lines("f", &[], &[0])).unwrap();
    desk.accept(&file("f")).unwrap();
    assert_eq!(desk.bytes("f"), b"b\nc\n");
}

#[test]
fn an_empty_new_file_is_not_an_absent_one() {
    let mut desk = Desk::with("f", None, Some(text("")));
    assert_eq!(desk.review.progress().pending, 1);
    desk.accept(&file("f")).unwrap();
    assert_eq!(desk.on_disk("f"), Some(&text("")));
    desk.undo().unwrap();
    assert_eq!(desk.on_disk("f"), None);
    desk.reject(&unit("f", Unit::Create)).unwrap();
    assert_eq!((desk.on_disk("f"), desk.target("f")), (None, None));
}

#[test]
fn a_removal_is_one_unit() {
    let mut desk = Desk::with("f", Some(text("a\n")), None);
    desk.reject(&file("f")).unwrap();
    assert_eq!(desk.on_disk("f"), Some(&text("a\n")));
    desk.undo().unwrap();
    desk.accept(&unit("f", Unit::Delete)).unwrap();
    assert_eq!(desk.on_disk("f"), None);
    desk.undo().unwrap();
    assert_eq!(desk.on_disk("f"), Some(&text("a\n")));
}

#[test]
fn content_and_rename_are_decided_apart() {
    let start = || {
        let mut desk = Desk::default();
        desk.disk.insert(path("old"), text("a\nb\n"));
        desk.propose("new", Some("old"), Some(text("a\nB\n")));
        desk
    };
    // The content without the rename goes to the old path.
    let mut desk = start();
    desk.accept(&runs("new", &[0])).unwrap();
    assert_eq!((desk.bytes("old"), desk.on_disk("new")), (&b"a\nB\n"[..], None));
    let writes = desk.accept(&unit("new", Unit::Rename)).unwrap();
    assert_eq!(writes.iter().map(|write| write.path.as_str()).collect::<Vec<_>>(), ["new", "old"]);
    assert_eq!((desk.on_disk("old"), desk.bytes("new")), (None, &b"a\nB\n"[..]));
    let written: Vec<_> = desk.review.files().map(|change| (change.path.as_str(), change.written.clone())).collect();
    assert_eq!(written, [("new", vec![(None, Some(text("a\nB\n")))]), ("old", vec![(Some(text("a\nb\n")), None)])]);
    desk.undo().unwrap();
    desk.undo().unwrap();
    assert_eq!((desk.bytes("old"), desk.on_disk("new")), (&b"a\nb\n"[..], None));
    assert_eq!(seen(&desk.review), seen(&start().review));
    // The rename without the content.
    let mut desk = start();
    desk.accept(&unit("new", Unit::Rename)).unwrap();
    assert_eq!((desk.on_disk("old"), desk.bytes("new")), (None, &b"a\nb\n"[..]));
    desk.accept(&file("new")).unwrap();
    assert_eq!(desk.bytes("new"), b"a\nB\n");
    // The content is still to be decided when the rename is not wanted.
    let mut desk = start();
    desk.reject(&unit("new", Unit::Rename)).unwrap();
    assert_eq!(desk.review.file(&path("old")).unwrap().diff.runs.len(), 1);
    desk.accept(&file("old")).unwrap();
    assert_eq!((desk.bytes("old"), desk.on_disk("new")), (&b"a\nB\n"[..], None));
    // Both at once.
    let mut desk = start();
    desk.accept(&file("new")).unwrap();
    assert_eq!((desk.on_disk("old"), desk.bytes("new")), (None, &b"a\nB\n"[..]));
}

#[test]
fn a_second_file_at_a_renamed_path_turns_the_rename_into_two_files() {
    let mut desk = Desk::default();
    desk.disk.insert(path("a"), text("A\n"));
    desk.propose("b", Some("a"), Some(text("A\n")));
    desk.propose("a", None, Some(text("fresh\n")));
    desk.accept(&Pick::Everything).unwrap();
    assert_eq!((desk.bytes("a"), desk.bytes("b")), (&b"fresh\n"[..], &b"A\n"[..]));
    // Two files trade places.
    let mut desk = Desk::default();
    desk.disk.insert(path("a"), text("A\n"));
    desk.disk.insert(path("b"), text("B\n"));
    desk.propose("c", Some("a"), Some(text("A\n")));
    desk.propose("a", Some("b"), Some(text("B\n")));
    desk.propose("b", Some("c"), Some(text("A\n")));
    desk.accept(&Pick::Everything).unwrap();
    assert_eq!((desk.bytes("a"), desk.bytes("b"), desk.on_disk("c")), (&b"B\n"[..], &b"A\n"[..], None));
    // There and back is nothing.
    let mut desk = Desk::default();
    desk.disk.insert(path("a"), text("A\n"));
    desk.propose("b", Some("a"), Some(text("A\n")));
    desk.propose("a", Some("b"), Some(text("A\n")));
    assert_eq!(desk.review.files().count(), 0);
    // A renamed file that is then removed is a removed file.
    desk.propose("b", Some("a"), Some(text("A\n")));
    desk.propose("b", None, None);
    assert_eq!(desk.review.file(&path("a")).unwrap().diff.units, [Unit::Delete]);
}

#[test]
fn mode_type_and_binary_are_units() {
    let plain = text("a\n");
    let both = Snapshot { mode: Mode::Executable, ..text("b\n") };
    let mut desk = Desk::with("f", Some(plain.clone()), Some(both.clone()));
    desk.accept(&runs("f", &[0])).unwrap();
    assert_eq!(desk.on_disk("f"), Some(&text("b\n")));
    desk.accept(&unit("f", Unit::Mode)).unwrap();
    assert_eq!(desk.on_disk("f"), Some(&both));
    desk.undo().unwrap();
    desk.reject(&unit("f", Unit::Mode)).unwrap();
    assert_eq!(desk.target("f"), Some(&text("b\n")));

    let link = Snapshot { mode: Mode::Symlink, ..text("elsewhere") };
    let mut desk = Desk::with("f", Some(plain.clone()), Some(link.clone()));
    assert_eq!(desk.accept(&runs("f", &[0])), Err(Refusal::NothingThere("f".to_owned())));
    desk.accept(&unit("f", Unit::TypeChange)).unwrap();
    assert_eq!(desk.on_disk("f"), Some(&link));
    desk.undo().unwrap();
    desk.reject(&file("f")).unwrap();
    assert_eq!(desk.on_disk("f"), Some(&plain));

    let mut desk = Desk::with("f", Some(text("\0one")), Some(text("\0two")));
    desk.accept(&unit("f", Unit::Binary)).unwrap();
    assert_eq!(desk.bytes("f"), b"\0two");
}

#[test]
fn lines_stand_in_the_order_of_a_reduced_diff() {
    let start = || Desk::with("f", Some(text("a\nb\nc\nd\n")), Some(text("a\nX\nY\nd\n")));
    let check = |removed: &[usize], added: &[usize], decision: Decision, disk: &str, target: &str| {
        let mut desk = start();
        desk.decide(&lines("f", removed, added), decision).unwrap();
        let found = (desk.bytes("f").to_vec(), desk.target("f").unwrap().text.as_bytes().to_vec());
        assert_eq!(found, (disk.into(), target.into()), "{removed:?} {added:?} {decision:?}");
    };
    check(&[], &[1], Decision::Accepted, "a\nb\nc\nX\nd\n", "a\nX\nY\nd\n");
    check(&[1], &[2], Decision::Accepted, "a\nc\nY\nd\n", "a\nX\nY\nd\n");
    check(&[2], &[], Decision::Accepted, "a\nb\nd\n", "a\nX\nY\nd\n");
    check(&[1, 2], &[1, 2], Decision::Accepted, "a\nX\nY\nd\n", "a\nX\nY\nd\n");
    check(&[2], &[1], Decision::Rejected, "a\nb\nc\nd\n", "a\nc\nY\nd\n");
    check(&[], &[1, 2], Decision::Rejected, "a\nb\nc\nd\n", "a\nd\n");
    // Context lines of a selection are nobody's to decide.
    check(&[0, 1], &[3], Decision::Accepted, "a\nc\nd\n", "a\nX\nY\nd\n");
    assert_eq!(start().accept(&lines("f", &[0], &[3])), Err(Refusal::NothingThere("f".to_owned())));
}

#[test]
fn a_selection_never_joins_two_lines() {
    let mut desk = Desk::with("f", Some(text("a\nlast")), Some(text("a\nlast\nmore\n")));
    assert_eq!(desk.accept(&lines("f", &[], &[2])), Err(Refusal::UnterminatedLine));
    assert_eq!(desk.bytes("f"), b"a\nlast");
    desk.accept(&lines("f", &[1], &[1])).unwrap();
    assert_eq!(desk.bytes("f"), b"a\nlast\n");
    let mut desk = Desk::with("f", Some(text("a\nlast")), Some(text("a\nlast\nmore\n")));
    assert_eq!(desk.reject(&lines("f", &[1], &[2])), Err(Refusal::UnterminatedLine));
}

#[test]
fn what_is_not_there_is_refused_and_changes_nothing() {
    let mut desk = Desk::with("f", Some(text("a\n")), Some(text("b\n")));
    let before = desk.review.revision();
    for pick in [runs("f", &[1]), runs("f", &[]), file("g"), unit("f", Unit::Mode), Pick::Folder { path: path("d") }] {
        let refusal = desk.accept(&pick).unwrap_err();
        assert!(matches!(refusal, Refusal::NothingThere(_)), "{pick:?}: {refusal}");
        desk.review.decide(&pick, Decision::Accepted, None);
    }
    assert_eq!(desk.decide(&file("f"), Decision::Pending), Err(Refusal::NotADecision));
    assert_eq!(desk.review.revision(), before);
    desk.accept(&file("f")).unwrap();
    assert!(desk.review.revision() > before);
    assert!(matches!(desk.accept(&file("f")), Err(Refusal::NothingThere(_))));
}

#[test]
fn folders_and_everything_are_decided_at_once() {
    let mut desk = Desk::default();
    for name in ["src/a", "src/b/c", "srcs", "top"] {
        desk.disk.insert(path(name), text("one\n"));
        desk.propose(name, None, Some(text("two\n")));
    }
    desk.accept(&Pick::Folder { path: path("src") }).unwrap();
    assert_eq!([desk.bytes("src/a"), desk.bytes("src/b/c"), desk.bytes("srcs")], [b"two\n", b"two\n", b"one\n"]);
    desk.reject(&Pick::Everything).unwrap();
    assert_eq!(desk.review.progress(), Progress { pending: 0, accepted: 2, rejected: 2, conflicts: 0 });
    desk.undo().unwrap();
    desk.undo().unwrap();
    assert_eq!(desk.review.progress().pending, 4);
}

#[test]
fn records_stay_at_their_lines() {
    let before: String = (0..30).map(|number| format!("{number}\n")).collect();
    let after = before.replace("\n3\n", "\n3a\n3b\n3c\n").replace("\n10\n11\n", "\n").replace("\n20\n", "\ntwenty\n");
    let mut desk = Desk::with("f", Some(text(&before)), Some(text(after)));
    let places = |desk: &Desk| -> Vec<(usize, Decision)> {
        desk.review.file(&path("f")).unwrap().decided.iter().map(|record| (record.at, record.decision)).collect()
    };
    desk.reject(&runs("f", &[2])).unwrap();
    assert_eq!(places(&desk), [(20, Decision::Rejected)]);
    desk.accept(&runs("f", &[0])).unwrap();
    assert_eq!(places(&desk), [(3, Decision::Accepted), (22, Decision::Rejected)]);
    desk.accept(&runs("f", &[0])).unwrap();
    assert_eq!(places(&desk), [(3, Decision::Accepted), (12, Decision::Accepted), (20, Decision::Rejected)]);
    let disk = [b"new\nlines\n", desk.bytes("f")].concat();
    desk.edit("f", Some(text(disk)));
    assert_eq!(places(&desk), [(5, Decision::Accepted), (14, Decision::Accepted), (22, Decision::Rejected)]);
}

#[test]
fn written_pairs_join_and_vanish() {
    let mut desk = Desk::with("f", Some(text("a\nm\nb\n")), Some(text("A\nm\nB\n")));
    desk.accept(&runs("f", &[0])).unwrap();
    desk.accept(&runs("f", &[0])).unwrap();
    let written = |desk: &Desk| desk.review.file(&path("f")).unwrap().written.clone();
    assert_eq!(written(&desk), [(Some(text("a\nm\nb\n")), Some(text("A\nm\nB\n")))]);
    // The user's own line in between is not adit's.
    desk.edit("f", Some(text("A\nm\nB\nuser\n")));
    desk.propose("f", None, Some(text("a\nm\nB\nuser\n")));
    desk.accept(&file("f")).unwrap();
    assert_eq!(written(&desk).len(), 2);
    desk.review.committed(&[path("f")]);
    assert_eq!(desk.review.files().count(), 0);
    let mut desk = Desk::with("f", Some(text("a\n")), Some(text("b\n")));
    desk.accept(&file("f")).unwrap();
    desk.propose("f", None, Some(text("a\n")));
    desk.accept(&file("f")).unwrap();
    assert_eq!(written(&desk), []);
}

#[test]
fn a_commit_settles_what_was_decided_and_leaves_what_is_pending() {
    let before: String = (0..20).map(|number| format!("{number}\n")).collect();
    let after = before.replace("\n3\n", "\nthree\n").replace("\n12\n", "\ntwelve\n");
    let mut desk = Desk::with("f", Some(text(&before)), Some(text(after)));
    desk.disk.insert(path("g"), text("g\n"));
    desk.propose("g", None, Some(text("G\n")));
    desk.reject(&file("g")).unwrap();
    desk.accept(&runs("f", &[0])).unwrap();
    desk.review.committed(&[path("f")]);
    assert_eq!(desk.review.progress(), Progress { pending: 1, ..Progress::default() });
    assert_eq!(desk.review.files().map(|change| change.path.as_str()).collect::<Vec<_>>(), ["f"]);
}
