//! The file tree: reading folders, marks, counts, the filter and what its keys ask for.

use adit::path::EntryName;
use adit::review::{Decision, Pick};
use adit::session::{EventKind, Op};
use adit::tui::{Effect, Msg, TreeEntry};

use super::stage::{Stage, path, with_proposal};

/// Returns the rows of the tree on a screen whose first columns it has.
fn rows(stage: &mut Stage) -> Vec<String> {
    let text = stage.text();
    let rows = text.lines().skip(1).map(|line| {
        let row: String = line.chars().skip(1).take(38).collect();
        let indent = row.len() - row.trim_start().len();
        format!("{}{}", &row[..indent], row.split_whitespace().collect::<Vec<_>>().join(" ")).trim_end().to_owned()
    });
    rows.take_while(|row| !row.contains('━')).filter(|row| !row.is_empty()).collect()
}

fn tree() -> Stage {
    let mut stage = Stage::open(200, 30);
    stage.keys("alt-1");
    stage
}

#[test]
fn folders_are_read_when_they_open_and_only_then() {
    let mut stage = tree();
    stage.keys("j enter");
    assert_eq!(stage.asked, [Effect::List(Some(path("src")))]);
    stage.list(Some("src"), &["bin/", "lib.rs"]);
    assert_eq!(rows(&mut stage)[..4], ["▸ assets/", "▾ src/ M", "  ▸ bin/", "    lib.rs M"]);
    stage.asked.clear();
    stage.keys("enter enter h l");
    assert_eq!(stage.asked, [], "what was read is kept");
    stage.keys("j j h h");
    assert_eq!(rows(&mut stage)[1], "▸ src/ M");
    stage.keys("G enter");
    assert_eq!(stage.asked, [Effect::ShowFile(path("notes.txt"))]);
}

#[test]
fn a_folder_that_cannot_be_read_closes_and_the_root_says_why() {
    let mut stage = Stage::new(200, 30);
    stage.send(Msg::Listed { folder: None, entries: Err("cannot read the folder: permission denied".to_owned()) });
    assert!(stage.text().contains("folder: permission"));
    let mut stage = tree();
    stage.keys("j l");
    stage.send(Msg::Listed { folder: Some(path("src")), entries: Err("gone".to_owned()) });
    assert!(rows(&mut stage)[1].starts_with("▸ src/"));
}

#[test]
fn pending_counts_are_summed_up_and_proposed_files_appear_as_new() {
    let mut stage = tree();
    with_proposal(&mut stage);
    let closed = rows(&mut stage);
    assert_eq!(closed[1], "▸ src/ 3 M");
    assert_eq!(closed[5], "  README.md 1");
    stage.keys("j l");
    stage.list(Some("src"), &["lib.rs", "fare.rs"]);
    let open = rows(&mut stage);
    assert_eq!(open[1], "▾ src/ 3 M");
    assert!(open.contains(&"    fare.rs 2".to_owned()), "{open:#?}");
    assert!(open.contains(&"    tide.rs 1 new".to_owned()), "{open:#?}");
    stage.propose("deep/down/here.rs", None, Some("x\n"));
    stage.keys("g");
    assert!(rows(&mut stage).iter().any(|row| row.starts_with("▸ deep/")));
    stage.keys("enter");
    stage.decided(Pick::File { path: path("README.md") }, Decision::Rejected);
    assert!(rows(&mut stage).iter().any(|row| row == "  README.md"), "{:#?}", rows(&mut stage));
}

#[test]
fn enter_on_a_changed_file_shows_its_changes() {
    let mut stage = tree();
    with_proposal(&mut stage);
    stage.asked.clear();
    stage.keys("G k enter");
    assert_eq!(stage.asked, []);
    assert!(stage.text().contains("README.md"));
    stage.keys("alt-1 G enter");
    assert_eq!(stage.asked, [Effect::ShowFile(path("notes.txt"))]);
}

#[test]
fn whole_files_and_folders_are_decided_from_the_tree() {
    let mut stage = tree();
    with_proposal(&mut stage);
    let revision = stage.app.state.review.revision();
    stage.asked.clear();
    stage.keys("j A");
    let pick = Pick::Folder { path: path("src") };
    assert_eq!(stage.ops(), [Op::Decide { revision, pick, decision: Decision::Accepted, note: None }]);
    stage.keys("G k R");
    let pick = Pick::File { path: path("README.md") };
    assert_eq!(stage.ops(), [Op::Decide { revision, pick, decision: Decision::Rejected, note: None }]);
    stage.keys("j A");
    assert_eq!(stage.ops(), []);
    assert!(stage.text().contains("nothing is pending in notes.txt"));
}

#[test]
fn space_adds_to_the_context_and_drops_from_it() {
    let mut stage = tree();
    stage.asked.clear();
    stage.keys("G space");
    assert_eq!(stage.ops(), [Op::AddContext { path: path("notes.txt") }]);
    stage.event(EventKind::ContextAdded { path: path("notes.txt") });
    assert!(rows(&mut stage).iter().any(|row| row.contains("notes.txt") && row.contains('+')));
    stage.keys("space");
    assert_eq!(stage.ops(), [Op::DropContext { path: path("notes.txt") }]);
    stage.keys("g space");
    assert_eq!(stage.ops(), []);
}

#[test]
fn the_filter_finds_files_by_a_few_letters() {
    let mut stage = tree();
    stage.asked.clear();
    stage.keys("/ 'fare");
    assert_eq!(stage.asked, [Effect::Walk]);
    stage.send(Msg::Walked(vec![path("src/lib.rs"), path("src/fare.rs"), path("a/far/e.rs")]));
    stage.send(Msg::Walked(vec![path("docs/welfare.md")]));
    stage.send(Msg::WalkEnded);
    let found = rows(&mut stage);
    assert_eq!(found[0], "/fare");
    assert_eq!(found[1].trim(), "src/fare.rs");
    assert_eq!(found.len(), 4, "{found:#?}");
    assert!(stage.cursor().is_some());
    stage.keys("backspace backspace backspace backspace 'lib enter");
    assert_eq!(stage.asked, [Effect::Walk, Effect::ShowFile(path("src/lib.rs"))]);
    stage.keys("alt-1 esc");
    assert!(rows(&mut stage)[0].contains("assets/"));
    stage.keys("/ '? 'z");
    assert_eq!(rows(&mut stage)[0], "/?z", "keys bound anywhere are text here");
}

#[test]
fn a_large_tree_keeps_the_selection_in_view() {
    let mut stage = tree();
    let names: Vec<String> = (0..5000).map(|at| format!("file-{at:04}.txt")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    stage.list(None, &names);
    stage.keys("G");
    assert!(stage.text().contains("file-4999.txt"));
    stage.keys("k k pageup");
    assert!(stage.text().contains("file-4972.txt"), "{}", stage.text());
    stage.keys("g");
    assert!(stage.text().contains("file-0000.txt"));
    stage.resize(200, 8);
    stage.keys("pagedown pagedown");
    stage.buffer();
}

#[test]
fn a_written_file_lets_its_folder_be_read_again() {
    let mut stage = tree();
    stage.asked.clear();
    stage.event(EventKind::FileWritten { path: path("new.rs"), is_removed: false });
    assert_eq!(stage.asked, [Effect::List(None)]);
    stage.asked.clear();
    stage.event(EventKind::FileWritten { path: path("src/new.rs"), is_removed: false });
    assert_eq!(stage.asked, [], "a folder that was never opened is not read");
}

#[test]
fn a_name_that_is_not_utf_8_is_shown_and_says_why_nothing_can_be_done_with_it() {
    let mut stage = tree();
    let odd = |shown: &str, is_folder| TreeEntry {
        name: EntryName::Odd(shown.to_owned()),
        is_folder,
        is_link: false,
        is_ignored: false,
    };
    let known = TreeEntry { name: EntryName::Path(path("src/lib.rs")), ..odd("", false) };
    stage.keys("j enter");
    let entries = Ok(vec![odd("caf\\xe9", true), known, odd("\\xff\u{1b}[31m.txt", false)]);
    stage.send(Msg::Listed { folder: Some(path("src")), entries });
    assert_eq!(rows(&mut stage)[1..5], ["▾ src/ M", "  ▸ caf\\xe9/", "    lib.rs M", "    \\xff␛[31m.txt"]);
    stage.asked.clear();
    for key in ["enter", "space", "a", "r", "y", "l"] {
        for (row, shown) in [("g j j", "caf\\xe9"), ("g j j j j", "\\xff␛[31m.txt")] {
            stage.keys(row);
            stage.keys(key);
            let words = format!("adit cannot work on {shown}: its name is not UTF-8");
            assert!(stage.text().contains(&words), "{key}: {}", stage.text());
            assert_eq!(stage.asked, [], "{key}");
            // What was said goes with the next key.
            stage.keys("g");
            assert!(!stage.text().contains(&words), "{key}: {}", stage.text());
        }
    }
}
