//! Writing: only over what was expected, with modes, links and folders kept.

use std::fs;
use std::os::unix::fs::MetadataExt as _;

use adit::review::Snapshot;

use super::{Space, file, link_to, program};

#[test]
fn create_change_remove() {
    let space = Space::new();
    space.write("new/deep/a.txt", None, Some(&file("one\n"))).unwrap();
    assert_eq!(space.read("new/deep/a.txt").unwrap(), Some(file("one\n")));
    space.write("new/deep/a.txt", Some(&file("one\n")), Some(&file("two\n"))).unwrap();
    assert_eq!(space.read("new/deep/a.txt").unwrap(), Some(file("two\n")));
    space.write("new/deep/a.txt", Some(&file("two\n")), None).unwrap();
    assert_eq!(space.read("new/deep/a.txt").unwrap(), None);
    space.write("absent", None, None).unwrap();
    assert_eq!(space.names(), ["new", "new/deep"]);
}

#[test]
fn other_text_or_mode_than_expected_is_kept() {
    let space = Space::with(&[("a.txt", "theirs\n")]);
    let moved = |path: &str, before: Option<&Snapshot>, after: Option<&Snapshot>| {
        let names = space.names();
        assert_eq!(space.write(path, before, after).unwrap_err().to_string(), format!("{path} changed on disk"));
        assert_eq!(space.names(), names);
    };
    for after in [Some(file("mine\n")), None] {
        moved("a.txt", Some(&file("mine\n")), after.as_ref());
        moved("a.txt", Some(&program("theirs\n")), after.as_ref());
        moved("a.txt", None, after.as_ref());
        moved("absent", Some(&file("")), after.as_ref());
        moved("deep/absent", Some(&file("")), after.as_ref());
    }
    assert_eq!(space.read("a.txt").unwrap(), Some(file("theirs\n")));
}

#[test]
fn permission_bits_are_kept() {
    let space = Space::new();
    for (mode, after, expected) in [
        (0o600, file("b"), 0o600),
        (0o640, file("b"), 0o640),
        (0o444, file("b"), 0o444),
        (0o755, program("b"), 0o755),
        (0o700, program("b"), 0o700),
        (0o640, program("b"), 0o750),
        (0o644, program("b"), 0o755),
        (0o755, file("b"), 0o644),
        (0o711, file("b"), 0o600),
    ] {
        space.put("a", "a");
        space.chmod("a", mode);
        let before = space.read("a").unwrap();
        space.write("a", before.as_ref(), Some(&after)).unwrap();
        assert_eq!(space.mode("a"), expected, "{mode:o}");
        assert_eq!(space.read("a").unwrap(), Some(after));
        fs::remove_file(space.at("a")).unwrap();
    }
}

#[test]
fn new_files_follow_the_users_mask() {
    let space = Space::new();
    space.put("oracle", "");
    let plain = space.mode("oracle");
    space.write("plain", None, Some(&file("x"))).unwrap();
    space.write("program", None, Some(&program("x"))).unwrap();
    assert_eq!(space.mode("plain"), plain);
    assert_eq!(space.mode("program"), plain | ((plain & 0o444) >> 2));
}

#[test]
fn hard_links_stay_together() {
    let space = Space::with(&[("a", "a long text\n")]);
    fs::hard_link(space.at("a"), space.at("b")).unwrap();
    space.write("a", Some(&file("a long text\n")), Some(&file("short\n"))).unwrap();
    assert_eq!(space.read("b").unwrap(), Some(file("short\n")));
    space.write("b", Some(&file("short\n")), Some(&program("longer than before\n"))).unwrap();
    assert_eq!(space.read("a").unwrap(), Some(program("longer than before\n")));
    assert_eq!(fs::metadata(space.at("a")).unwrap().nlink(), 2);
    space.write("a", Some(&program("longer than before\n")), None).unwrap();
    assert_eq!(space.read("b").unwrap(), Some(program("longer than before\n")));
}

#[test]
fn links_are_written_as_links() {
    let space = Space::with(&[("a", "a"), ("b", "b")]);
    space.write("link", None, Some(&link_to("a"))).unwrap();
    space.write("link", Some(&link_to("a")), Some(&link_to("b"))).unwrap();
    assert_eq!(fs::read_link(space.at("link")).unwrap().to_str(), Some("b"));
    space.write("link", Some(&link_to("b")), Some(&file("a file now"))).unwrap();
    assert_eq!(space.read("link").unwrap(), Some(file("a file now")));
    space.write("link", Some(&file("a file now")), Some(&link_to("a"))).unwrap();
    space.write("link", Some(&link_to("a")), None).unwrap();
    assert_eq!(space.read("a").unwrap(), Some(file("a")));
    assert_eq!(space.read("b").unwrap(), Some(file("b")));
}

#[test]
fn a_file_in_the_place_of_a_folder_is_refused() {
    let space = Space::with(&[("a", "a")]);
    let fault = space.write("a/b", None, Some(&file("x"))).unwrap_err().to_string();
    assert!(fault.starts_with("cannot reach a/b: "), "{fault}");
    assert_eq!(space.names(), ["a"]);
}

#[test]
fn a_name_too_long_leaves_nothing_behind() {
    let space = Space::with(&[("a", "a")]);
    let path = format!("new/{}", "x".repeat(300));
    assert!(space.write(&path, None, Some(&file("x"))).is_err());
    assert_eq!(space.names(), ["a"]);
}
