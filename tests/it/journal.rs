//! The journal on disk: what is appended is read again, whatever happened in between.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use adit::adapters::journal::{Events, FileJournal, JournalFault, is_in_use, latest, list, prompts, read};
use adit::engine::Journal as _;
use adit::session::{Event, EventKind, Level, Message, Millis, Role, Seq, TurnId};

fn event(number: u64, text: &str) -> Event {
    let kind = EventKind::Notice { level: Level::Info, text: text.to_owned(), hint: None };
    Event { seq: Seq(number), at: Millis(1000 + number), kind }
}

fn events(count: u64) -> Vec<Event> {
    (1..=count).map(|number| event(number, "line\nwith 🦀 and \u{1b}[31m \" \\ in it")).collect()
}

/// Makes a journal with so many events, and returns where it lies.
fn made(folder: &Path, count: u64) -> PathBuf {
    let mut journal = FileJournal::create(folder, Path::new("/srv/space"), Millis(0)).unwrap();
    for event in events(count) {
        journal.append(&event).unwrap();
    }
    journal.sync().unwrap();
    journal.path().to_path_buf()
}

fn add(path: &Path, bytes: &[u8]) {
    OpenOptions::new().append(true).open(path).unwrap().write_all(bytes).unwrap();
}

#[test]
fn what_is_appended_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = made(folder.path(), 3);
    assert_eq!(read(&path).unwrap(), events(3));
    assert_eq!(fs::read_to_string(&path).unwrap().lines().count(), 3);
}

#[test]
fn it_is_for_the_user_alone_and_named_by_time_and_workspace() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("state/adit");
    let journal = FileJournal::create(&state, Path::new("/srv/my space"), Millis(1_700_000_000_123)).unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let home = journal.path().parent().unwrap();
    assert_eq!((mode(journal.path()), mode(home), mode(&state)), (0o600, 0o700, 0o700));
    let name = journal.path().file_name().unwrap().to_str().unwrap();
    assert!(name.starts_with("20231114T221320.123Z-") && name.ends_with(".jsonl"), "{name}");
    assert!(home.file_name().unwrap().to_str().unwrap().starts_with("my_space-"));
    let other = FileJournal::create(&state, Path::new("/elsewhere/my space"), Millis(1_700_000_000_123)).unwrap();
    assert_ne!(other.path().parent(), journal.path().parent());
}

#[test]
fn a_session_is_in_use_while_its_journal_is_held() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("sessions");
    assert!(!is_in_use(&state, "any"), "there is not even a folder");
    let journal = FileJournal::create(&state, Path::new("/srv/space"), Millis(0)).unwrap();
    let other = FileJournal::create(&state, Path::new("/srv/other"), Millis(0)).unwrap();
    fs::write(state.join("no folder"), "").unwrap();
    let (path, name, other_name) = (journal.path().to_path_buf(), journal.session(), other.session());
    assert_eq!(path.file_name().unwrap().to_str().unwrap(), format!("{name}.jsonl"));
    assert!(is_in_use(&state, &name) && is_in_use(&state, &other_name));
    drop(journal);
    assert!(!is_in_use(&state, &name) && is_in_use(&state, &other_name));
    let (journal, _) = FileJournal::reopen(&path).unwrap();
    assert!(is_in_use(&state, &name), "taken up again");
    drop(journal);
    fs::remove_file(&path).unwrap();
    assert!(!is_in_use(&state, &name), "its journal is gone");
}

#[test]
fn a_torn_last_line_is_dropped_and_cut_off() {
    let folder = tempfile::tempdir().unwrap();
    let whole = serde_json::to_vec(&event(3, "torn")).unwrap();
    for cut in [1, whole.len() / 2, whole.len()] {
        let path = made(folder.path(), 2);
        add(&path, &whole[..cut]);
        assert_eq!(read(&path).unwrap(), events(2), "cut at {cut}");
        let (mut journal, found) = FileJournal::reopen(&path).unwrap();
        assert_eq!(found, events(2));
        journal.append(&event(3, "after")).unwrap();
        assert_eq!(read(&path).unwrap()[2], event(3, "after"));
    }
}

#[test]
fn every_cut_leaves_the_events_before_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = made(folder.path(), 4);
    let whole = fs::read(&path).unwrap();
    for len in (0..=whole.len()).rev() {
        fs::write(&path, &whole[..len]).unwrap();
        let complete = whole[..len].iter().filter(|byte| **byte == b'\n').count();
        let (_, found) = FileJournal::reopen(&path).unwrap();
        assert_eq!(found, events(complete as u64), "cut at {len}");
    }
}

#[test]
fn a_long_torn_line_is_found_over_many_blocks() {
    let folder = tempfile::tempdir().unwrap();
    let path = made(folder.path(), 1);
    add(&path, &vec![0; 1_000_000]);
    let (_, found) = FileJournal::reopen(&path).unwrap();
    assert_eq!(found, events(1));
    assert_eq!(fs::read(&path).unwrap().last(), Some(&b'\n'));
}

#[test]
fn an_unreadable_line_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = made(folder.path(), 2);
    add(&path, b"{\"seq\":3}\n");
    add(&path, &[serde_json::to_vec(&event(4, "after")).unwrap(), b"\n".to_vec()].concat());
    let fault = read(&path).unwrap_err();
    assert!(matches!(fault, JournalFault::Unreadable { line: 3, .. }), "{fault:?}");
    assert!(fault.to_string().starts_with(&format!("cannot read line 3 of {}: ", path.display())), "{fault}");
    let readable: Vec<Event> = Events::open(&path).unwrap().map_while(Result::ok).collect();
    assert_eq!(readable, events(2));
}

#[test]
fn a_session_goes_on_before_a_line_that_cannot_be_read_and_the_rest_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let path = made(folder.path(), 2);
    let after = [serde_json::to_vec(&event(4, "after")).unwrap(), b"\n".to_vec()].concat();
    add(&path, b"{\"seq\":3,\"type\":\"of_a_newer_adit\"}\n");
    add(&path, &after);
    let whole = fs::read(&path).unwrap();
    let (mut journal, found) = FileJournal::reopen(&path).unwrap();
    assert_eq!(found[..2], events(2));
    let EventKind::Notice { text, hint: Some(hint), .. } = &found[2].kind else { panic!("{:?}", found[2]) };
    assert!(text.starts_with("line 3 of this session's journal cannot be read"), "{text}");
    let beside = fs::read_dir(path.parent().unwrap()).unwrap().map(|entry| entry.unwrap().path());
    let kept: Vec<_> = beside.filter(|path| path.extension().is_some_and(|kind| kind == "damaged")).collect();
    assert!(hint.contains(&kept[0].display().to_string()), "{hint}");
    assert_eq!(fs::read(&kept[0]).unwrap(), whole);
    journal.append(&event(4, "goes on")).unwrap();
    drop(journal);
    assert_eq!(read(&path).unwrap()[2..], [found[2].clone(), event(4, "goes on")]);
    // Where nothing can be read there is nothing to go on from.
    fs::write(&path, b"garbage\n").unwrap();
    assert!(matches!(FileJournal::reopen(&path).unwrap_err(), JournalFault::Unreadable { line: 1, .. }));
    assert_eq!(fs::read(&path).unwrap(), b"garbage\n");
}

#[test]
fn a_journal_in_use_is_not_opened_twice() {
    let folder = tempfile::tempdir().unwrap();
    let mut first = FileJournal::create(folder.path(), Path::new("/work"), Millis(0)).unwrap();
    first.append(&event(1, "first")).unwrap();
    let path = first.path().to_path_buf();
    let fault = FileJournal::reopen(&path).unwrap_err();
    assert!(matches!(fault, JournalFault::InUse { .. }), "{fault:?}");
    assert_eq!(read(&path).unwrap().len(), 1);
    drop(first);
    FileJournal::reopen(&path).unwrap();
}

#[test]
fn the_last_used_journal_with_events_is_the_latest() {
    let folder = tempfile::tempdir().unwrap();
    let workspace = Path::new("/srv/space");
    assert_eq!(latest(folder.path(), workspace).unwrap(), None);
    let older = made(folder.path(), 1);
    let newer = made(folder.path(), 2);
    let empty = made(folder.path(), 0);
    let touch = |path: &Path, seconds| {
        let time = std::time::UNIX_EPOCH + std::time::Duration::from_secs(seconds);
        OpenOptions::new().append(true).open(path).unwrap().set_modified(time).unwrap();
    };
    for (path, seconds) in [(&older, 1000), (&newer, 2000), (&empty, 3000)] {
        touch(path, seconds);
    }
    fs::write(older.with_extension("txt"), "not a journal").unwrap();
    assert_eq!(latest(folder.path(), workspace).unwrap(), Some(newer.clone()));
    touch(&older, 4000);
    let paths: Vec<PathBuf> = list(folder.path(), workspace).unwrap().into_iter().map(|entry| entry.path).collect();
    assert_eq!(paths, [older, newer]);
    assert_eq!(latest(folder.path(), Path::new("/srv/other")).unwrap(), None);
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let fault = FileJournal::create(&file, Path::new("/work"), Millis(0)).unwrap_err();
    assert!(fault.to_string().starts_with("cannot make "), "{fault}");
}

#[test]
fn prompts_of_all_sessions_are_found_newest_first_and_once() {
    let folder = tempfile::tempdir().unwrap();
    let workspace = Path::new("/srv/space");
    let prompt = |number: u32, prompt: &str| {
        let message = Message::new(Role::User, Vec::new());
        let kind = EventKind::TurnStarted { turn: TurnId(number), prompt: prompt.to_owned(), message };
        Event { seq: Seq(number.into()), at: Millis(number.into()), kind }
    };
    let session = |at: u64, texts: &[&str]| {
        let mut journal = FileJournal::create(folder.path(), workspace, Millis(at)).unwrap();
        for (number, text) in (1_u32..).zip(texts) {
            journal.append(&prompt(number * 2, text)).unwrap();
            journal.append(&event(u64::from(number) * 2 + 1, "\"turn_started\" is but a word here")).unwrap();
        }
        journal.sync().unwrap();
        let touched = std::time::UNIX_EPOCH + std::time::Duration::from_secs(at);
        OpenOptions::new().append(true).open(journal.path()).unwrap().set_modified(touched).unwrap();
        journal.path().to_path_buf()
    };
    session(1000, &["first", "second\nline", "again"]);
    let damaged = session(2000, &["third", "again", "  "]);
    add(&damaged, b"no event\n{\"seq\":9,\"at\":9,\"event\":\"turn_started\",\"prompt\":\"torn");
    let touched = std::time::UNIX_EPOCH + std::time::Duration::from_secs(2000);
    OpenOptions::new().append(true).open(&damaged).unwrap().set_modified(touched).unwrap();
    let all = ["again", "third", "second\nline", "first"];
    assert_eq!(prompts(folder.path(), workspace, 100), all);
    assert_eq!(prompts(folder.path(), workspace, 3), all[..3]);
    assert_eq!(prompts(folder.path(), Path::new("/elsewhere"), 100), [""; 0]);
}
