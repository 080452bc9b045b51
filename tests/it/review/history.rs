//! Undo, redo and the tree, also across what others did and over failed writes.

use adit::review::{ConflictTexts, Decision, NodeId, Pick, Refusal, Resolution};

use super::desk::{Desk, path, seen, text};

const BASE: &str = "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n";

fn run(index: usize) -> Pick {
    Pick::Runs { path: path("f"), runs: vec![index] }
}

fn file(name: &str) -> Pick {
    Pick::File { path: path(name) }
}

fn three() -> Desk {
    let target = BASE.replace("2\n3\n", "two\n3\n").replace("6\n", "six\n").replace("10\n", "ten\n");
    Desk::with("f", Some(text(BASE)), Some(text(target)))
}

#[test]
fn an_undo_is_of_the_users_own_acts() {
    assert_eq!(Desk::default().undo(), Err(Refusal::NoHistory("undo")));
    let mut desk = three();
    let proposed = seen(&desk.review);
    assert_eq!(desk.undo(), Err(Refusal::NothingOfYours));
    desk.accept(&run(0)).unwrap();
    desk.reject(&run(0)).unwrap();
    for _ in 0..2 {
        desk.undo().unwrap();
    }
    assert_eq!(desk.undo(), Err(Refusal::NothingOfYours), "one too many takes nothing away");
    assert_eq!((seen(&desk.review), desk.bytes("f")), (proposed, BASE.as_bytes()));
}

#[test]
fn an_undo_leaves_what_the_model_proposed_since() {
    let mine = BASE.replace("2\n3\n", "two\n3\n").replace("6\n", "six\n").replace("10\n", "ten\n");
    let later = mine.replace("12\n", "twelve\n");
    let mut undecided = three();
    undecided.propose("f", None, Some(text(&later)));
    let mut desk = three();
    desk.accept(&run(0)).unwrap();
    desk.reject(&run(0)).unwrap();
    desk.propose("f", None, Some(text(later.replace("six\n", "6\n"))));
    desk.disk.insert(path("g"), text("g\n"));
    desk.propose("g", None, Some(text("G\n")));
    let end = (desk.disk.clone(), seen(&desk.review));
    desk.undo().unwrap();
    assert_eq!(desk.target("f"), Some(&text(&later)), "the rejected line is proposed again");
    desk.undo().unwrap();
    assert_eq!(desk.undo(), Err(Refusal::NothingOfYours));
    assert_eq!(desk.bytes("f"), BASE.as_bytes());
    assert_eq!(seen(&desk.review)[0], seen(&undecided.review)[0], "the texts, and who made which line of them");
    assert_eq!(desk.target("g"), Some(&text("G\n")));
    for _ in 0..2 {
        desk.redo().unwrap();
    }
    assert_eq!((desk.disk.clone(), seen(&desk.review)), end);
    assert_eq!(desk.redo(), Err(Refusal::NoHistory("redo")));
}

#[test]
fn an_undo_at_a_place_that_the_model_edited_since_is_refused() {
    let mut desk = three();
    desk.reject(&run(1)).unwrap();
    let again = desk.target("f").unwrap().text.as_str().unwrap().replace("6\n", "sechs\n");
    desk.propose("f", None, Some(text(again)));
    let before = seen(&desk.review);
    assert_eq!(desk.undo(), Err(Refusal::Moved(path("f"))));
    assert_eq!(seen(&desk.review), before);
}

#[test]
fn a_redo_goes_on_after_the_model_edited() {
    let mut desk = three();
    desk.accept(&run(0)).unwrap();
    desk.undo().unwrap();
    let later = desk.target("f").unwrap().text.as_str().unwrap().replace("12\n", "twelve\n");
    desk.propose("f", None, Some(text(&later)));
    desk.redo().unwrap();
    assert_eq!(desk.bytes("f"), BASE.replace("2\n3\n", "two\n3\n").as_bytes());
    assert_eq!((desk.target("f"), desk.review.progress().pending), (Some(&text(&later)), 3));
    // What was left behind on purpose is not mixed into what is proposed instead.
    desk.goto(NodeId(0)).unwrap();
    desk.propose("f", None, Some(text(BASE.replace("12\n", "XII\n"))));
    assert_eq!(desk.redo(), Err(Refusal::NoHistory("redo")));
}

#[test]
fn undos_of_older_journals_reach_the_start_and_redos_the_end() {
    let mut desk = three();
    let mut states = vec![(desk.disk.clone(), seen(&desk.review))];
    desk.accept(&run(1)).unwrap();
    states.push((desk.disk.clone(), seen(&desk.review)));
    desk.reject(&run(0)).unwrap();
    states.push((desk.disk.clone(), seen(&desk.review)));
    desk.propose("f", None, Some(text(BASE.replace("6\n", "SIX\n"))));
    states.push((desk.disk.clone(), seen(&desk.review)));
    desk.accept(&file("f")).unwrap();
    let end = (desk.disk.clone(), seen(&desk.review));
    for state in states.iter().rev() {
        desk.undo_newest();
        assert_eq!((desk.disk.clone(), seen(&desk.review)), *state);
    }
    desk.undo_newest();
    assert_eq!(desk.review.files().count(), 0);
    assert_eq!(desk.undo(), Err(Refusal::NoHistory("undo")));
    for _ in 0..5 {
        desk.redo().unwrap();
    }
    assert_eq!((desk.disk.clone(), seen(&desk.review)), end);
    assert_eq!(desk.redo(), Err(Refusal::NoHistory("redo")));
}

#[test]
fn a_new_act_after_an_undo_keeps_the_old_branch() {
    let mut desk = three();
    desk.accept(&run(0)).unwrap();
    desk.accept(&run(0)).unwrap();
    let (disk, state) = (desk.disk.clone(), seen(&desk.review));
    let point = desk.review.history().iter().find(|entry| entry.is_current).unwrap().id;
    desk.undo().unwrap();
    desk.undo().unwrap();
    desk.reject(&file("f")).unwrap();
    assert_eq!(desk.redo(), Err(Refusal::NoHistory("redo")));
    let labels: Vec<String> = desk.review.history().into_iter().map(|entry| entry.label).collect();
    assert_eq!(labels[1..], ["the model's edit of f", "accept 1 run in f", "accept 1 run in f", "reject f"]);
    desk.goto(point).unwrap();
    assert_eq!((desk.disk.clone(), seen(&desk.review)), (disk, state));
    assert!(desk.review.history()[point.0].is_current);
    desk.undo().unwrap();
    assert_eq!(desk.bytes("f"), BASE.replace("2\n3\n", "two\n3\n").as_bytes());
    desk.redo().unwrap();
    desk.goto(NodeId(0)).unwrap();
    assert_eq!(desk.bytes("f"), BASE.as_bytes());
    assert_eq!(desk.review.plan_goto(NodeId(99)), Err(Refusal::NoHistory("go to")));
}

#[test]
fn undo_keeps_what_the_user_wrote_since() {
    let mut desk = three();
    desk.accept(&run(0)).unwrap();
    desk.accept(&run(1)).unwrap();
    let mine = format!("user\n{}", String::from_utf8_lossy(desk.bytes("f")));
    desk.edit("f", Some(text(&mine)));
    let (disk, state) = (desk.disk.clone(), seen(&desk.review));
    desk.undo().unwrap();
    assert_eq!(desk.bytes("f"), format!("user\n{}", BASE.replace("2\n3\n", "two\n3\n")).as_bytes());
    assert_eq!(desk.review.progress().pending, 2);
    desk.undo().unwrap();
    assert_eq!(desk.bytes("f"), format!("user\n{BASE}").as_bytes());
    assert_eq!((desk.review.progress().pending, desk.review.progress().accepted), (3, 0));
    desk.redo().unwrap();
    desk.redo().unwrap();
    assert_eq!((desk.disk.clone(), seen(&desk.review)), (disk, state));
    assert_eq!(desk.redo(), Err(Refusal::NoHistory("redo")));
    for _ in 0..2 {
        desk.undo().unwrap();
    }
    assert_eq!(desk.undo(), Err(Refusal::NothingOfYours));
    // The proposal itself is taken back; the user's line stays.
    desk.goto(NodeId(0)).unwrap();
    assert_eq!(desk.bytes("f"), format!("user\n{BASE}").as_bytes());
    assert_eq!(desk.review.progress().pending, 0);
    assert_eq!(desk.undo(), Err(Refusal::NoHistory("undo")));
}

#[test]
fn redo_goes_on_after_the_disk_moved() {
    let mut desk = three();
    desk.accept(&run(0)).unwrap();
    desk.accept(&run(0)).unwrap();
    desk.undo().unwrap();
    desk.undo().unwrap();
    desk.edit("f", Some(text(format!("{BASE}user\n"))));
    desk.redo().unwrap();
    assert_eq!(desk.bytes("f"), format!("{}user\n", BASE.replace("2\n3\n", "two\n3\n")).as_bytes());
    desk.redo().unwrap();
    assert_eq!(
        desk.bytes("f"),
        format!("{}user\n", BASE.replace("2\n3\n", "two\n3\n").replace("6\n", "six\n")).as_bytes()
    );
    assert_eq!(desk.redo(), Err(Refusal::NoHistory("redo")));
    desk.undo().unwrap();
    desk.undo().unwrap();
    assert_eq!(desk.bytes("f"), format!("{BASE}user\n").as_bytes());
}

#[test]
fn undo_at_a_place_that_the_user_changed_offers_the_merge() {
    let mut desk = three();
    desk.accept(&run(1)).unwrap();
    let (left, mine) = (BASE.replace("6\n", "six\n"), BASE.replace("6\n", "mine\n"));
    assert_eq!(desk.bytes("f"), left.as_bytes());
    desk.edit("f", Some(text(&mine)));
    // The run that stood there is the user's now; nothing of theirs is overwritten.
    assert_eq!(desk.undo().unwrap(), []);
    assert_eq!(desk.bytes("f"), mine.as_bytes());
    let conflict =
        ConflictTexts { base: Some(text(&left)), yours: Some(text(&mine)), proposal: desk.target("f").cloned() };
    let change = desk.review.file(&path("f")).unwrap();
    assert_eq!((change.conflict.as_ref(), change.decided.len()), (Some(&conflict), 0));
    assert!(change.target.as_ref().unwrap().text.as_str().unwrap().contains("5\n6\n7\n"), "the undone text is offered");
    let mut yours = desk.clone();
    yours.resolve("f", &Resolution::Yours);
    assert_eq!((yours.bytes("f"), yours.review.progress().conflicts), (mine.as_bytes(), 0));
    assert!(yours.review.progress().pending > 0, "what was pending elsewhere still is");
    desk.resolve("f", &Resolution::Proposal);
    assert_eq!(desk.bytes("f"), mine.as_bytes(), "settling writes nothing");
    desk.accept(&file("f")).unwrap();
    assert!(String::from_utf8_lossy(desk.bytes("f")).contains("5\n6\n7\n"));
    // Back over all of it: the user's text stands again.
    desk.undo().unwrap();
    assert_eq!(desk.bytes("f"), mine.as_bytes());
}

#[test]
fn a_jump_takes_the_other_files_along_where_one_is_contested() {
    let mut desk = three();
    desk.disk.insert(path("g"), text("g\n"));
    desk.propose("g", None, Some(text("G\n")));
    desk.accept(&Pick::Everything).unwrap();
    let mine = String::from_utf8_lossy(desk.bytes("f")).replace("six\n", "mine\n");
    desk.edit("f", Some(text(&mine)));
    desk.goto(NodeId(0)).unwrap();
    assert_eq!((desk.bytes("g"), desk.bytes("f")), (&b"g\n"[..], mine.as_bytes()));
    assert_eq!(desk.review.progress().conflicts, 1);
}

#[test]
fn undo_across_a_commit_is_to_be_committed_again() {
    let mut desk = Desk::with("f", Some(text("a\n")), Some(text("b\n")));
    desk.accept(&file("f")).unwrap();
    desk.review.committed(&[path("f")]);
    assert_eq!(desk.review.files().count(), 0);
    desk.undo().unwrap();
    assert_eq!(desk.bytes("f"), b"a\n");
    let change = desk.review.file(&path("f")).unwrap();
    assert_eq!(change.written, [(Some(text("b\n")), Some(text("a\n")))]);
    assert_eq!((change.decided.len(), change.diff.runs.len()), (0, 1));
    desk.redo().unwrap();
    assert_eq!((desk.bytes("f"), desk.review.files().count()), (&b"b\n"[..], 0));
}

#[test]
fn a_jump_across_the_disks_move_keeps_it() {
    let mut desk = three();
    desk.accept(&run(0)).unwrap();
    let point = desk.review.history().iter().find(|entry| entry.is_current).unwrap().id;
    desk.accept(&run(0)).unwrap();
    desk.edit("f", Some(text(format!("{}user\n", String::from_utf8_lossy(desk.bytes("f"))))));
    desk.accept(&file("f")).unwrap();
    let (disk, state) = (desk.disk.clone(), seen(&desk.review));
    desk.goto(point).unwrap();
    assert_eq!(desk.bytes("f"), format!("{}user\n", BASE.replace("2\n3\n", "two\n3\n")).as_bytes());
    desk.redo().unwrap();
    assert_eq!((desk.disk.clone(), seen(&desk.review)), (disk, state));
    desk.goto(NodeId(0)).unwrap();
    assert_eq!(desk.bytes("f"), format!("{BASE}user\n").as_bytes());
    assert_eq!(desk.review.progress().pending, 0);
}

#[test]
fn a_failed_write_takes_its_file_back() {
    let mut desk = three();
    desk.disk.insert(path("g"), text("g\n"));
    desk.propose("g", None, Some(text("G\n")));
    let before = seen(&desk.review);
    // The engine writes g, but not f.
    desk.review.decide(&Pick::Everything, Decision::Accepted, Some("good"));
    desk.review.write_failed(&path("f"), &[]);
    desk.disk.insert(path("g"), text("G\n"));
    assert_eq!(seen(&desk.review)[0], before[0]);
    assert_eq!(desk.review.progress().pending, 3);
    assert_eq!(desk.review.feedback().iter().map(|told| told.path.as_str()).collect::<Vec<_>>(), ["g"]);
    desk.undo().unwrap();
    assert_eq!((seen(&desk.review), desk.bytes("g")), (before.clone(), &b"g\n"[..]));
    // Nothing of the act is left when its only write fails.
    desk.review.decide(&run(0), Decision::Accepted, None);
    desk.review.write_failed(&path("f"), &[]);
    assert_eq!(seen(&desk.review), before);
    let labels: Vec<String> = desk.review.history().into_iter().map(|entry| entry.label).collect();
    assert_eq!(labels.last().unwrap(), "accept everything");
    assert_eq!(desk.undo(), Err(Refusal::NothingOfYours));
}

#[test]
fn an_undo_that_could_not_write_can_be_tried_again() {
    let mut desk = three();
    desk.accept(&run(0)).unwrap();
    let accepted = seen(&desk.review);
    desk.review.undo(None);
    desk.review.write_failed(&path("f"), &[]);
    assert_eq!(seen(&desk.review), accepted);
    desk.undo().unwrap();
    assert_eq!(desk.bytes("f"), BASE.as_bytes());
    desk.review.write_failed(&path("elsewhere"), &[]);
    assert_eq!(desk.review.progress().pending, 3);
}
