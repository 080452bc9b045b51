//! What is read, and what is refused: links, git's folder, pipes, sizes.

use std::fs::{self, File};
use std::os::unix::net::UnixListener;

use adit::adapters::files::{DiskFiles, READ_LIMIT};
use adit::engine::Files as _;

use super::{Space, file, link_to, program, rel};

#[test]
fn files_links_and_nothing() {
    let space = Space::with(&[("a.txt", "one\n"), ("run.sh", "echo\n"), ("empty", "")]);
    space.chmod("run.sh", 0o755);
    space.link("a.txt", "link");
    space.link("/nowhere/at/all", "dangling");
    assert_eq!(space.read("a.txt").unwrap(), Some(file("one\n")));
    assert_eq!(space.read("run.sh").unwrap(), Some(program("echo\n")));
    assert_eq!(space.read("empty").unwrap(), Some(file("")));
    assert_eq!(space.read("link").unwrap(), Some(link_to("a.txt")));
    assert_eq!(space.read("dangling").unwrap(), Some(link_to("/nowhere/at/all")));
    for absent in ["absent", "absent/deep/down", "a.txt/below"] {
        assert_eq!(space.read(absent).unwrap(), None, "{absent}");
    }
}

#[test]
fn bytes_that_are_no_utf8() {
    let space = Space::new();
    fs::write(space.at("raw"), b"\xff\xfe\0\r\n\x80").unwrap();
    assert_eq!(space.read("raw").unwrap().unwrap().text.as_bytes(), b"\xff\xfe\0\r\n\x80");
}

#[test]
fn links_that_lead_out_are_not_followed() {
    let space = Space::with(&[("real/a.txt", "in\n")]);
    fs::write(space.out("secret"), "out\n").unwrap();
    space.link("../out", "by-text");
    space.link(space.out(""), "absolute");
    space.link("real", "inside");
    space.link("../../out", "real/up");
    space.link(space.out("not-yet"), "later");
    for path in
        ["by-text/secret", "absolute/secret", "real/up/secret", "inside/up/secret", "later/secret", "by-text/new"]
    {
        let reason = format!("{path} leads out of the workspace by a link");
        assert_eq!(space.read(path).unwrap_err().to_string(), reason);
        assert_eq!(space.write(path, None, Some(&file("x"))).unwrap_err().to_string(), reason);
        assert_eq!(space.write(path, Some(&file("out\n")), None).unwrap_err().to_string(), reason);
    }
    assert!(space.files().list(Some(&rel("by-text"))).is_err());
    assert_eq!(fs::read_to_string(space.out("secret")).unwrap(), "out\n");
    assert_eq!(fs::read_dir(space.out("")).unwrap().count(), 1);
    assert_eq!(space.read("inside/a.txt").unwrap(), Some(file("in\n")));
    space.write("inside/a.txt", Some(&file("in\n")), Some(&file("written\n"))).unwrap();
    assert_eq!(space.read("real/a.txt").unwrap(), Some(file("written\n")));
}

#[test]
fn the_folder_of_git_is_not_touched() {
    let space = Space::with(&[(".git/config", "x\n"), ("sub/.git/config", "x\n")]);
    space.link(".git", "door");
    for path in [".git/config", ".GIT/config", "sub/.git/config", "door/config", ".git"] {
        let reason = format!("{path} is inside git's own folder, which adit does not touch");
        assert_eq!(space.read(path).unwrap_err().to_string(), reason);
        assert_eq!(space.write(path, None, Some(&file("y"))).unwrap_err().to_string(), reason);
    }
    assert!(space.files().list(Some(&rel(".git"))).is_err());
}

#[test]
fn what_is_no_file_is_refused_without_waiting() {
    let space = Space::with(&[("folder/a.txt", "")]);
    let pipe = space.at("pipe");
    rustix::fs::mknodat(rustix::fs::CWD, &pipe, rustix::fs::FileType::Fifo, 0o600.into(), 0).unwrap();
    let _socket = UnixListener::bind(space.at("socket")).unwrap();
    for (path, what) in [("folder", "a folder"), ("pipe", "a pipe"), ("socket", "a socket")] {
        let reason = format!("{path} is {what}, not a file");
        assert_eq!(space.read(path).unwrap_err().to_string(), reason);
        assert_eq!(space.write(path, Some(&file("")), Some(&file("x"))).unwrap_err().to_string(), reason);
        assert_eq!(space.write(path, Some(&file("")), None).unwrap_err().to_string(), reason);
    }
}

#[test]
fn a_file_too_big_is_refused_by_its_size() {
    let space = Space::new();
    File::create(space.at("big")).unwrap().set_len(READ_LIMIT + 1).unwrap();
    let reason = space.read("big").unwrap_err().to_string();
    assert_eq!(reason, format!("big has {} bytes; adit reads files up to {READ_LIMIT}", READ_LIMIT + 1));
}

#[test]
fn the_workspace_is_a_folder_and_may_be_behind_a_link() {
    let space = Space::with(&[("a.txt", "one\n")]);
    assert!(DiskFiles::open(&space.at("a.txt")).is_err());
    assert!(DiskFiles::open(&space.at("absent")).is_err());
    std::os::unix::fs::symlink(space.at(""), space.out("door")).unwrap();
    let files = DiskFiles::open(&space.out("door")).unwrap();
    assert_eq!(files.read(&rel("a.txt")).unwrap(), Some(file("one\n")));
    assert_eq!(files.folder(), fs::canonicalize(space.at("")).unwrap());
}

#[test]
fn names_of_all_kinds() {
    let space = Space::new();
    for name in ["with space", "emoji 🦀", "new\nline", "-dash", "\u{1b}[31m"] {
        space.write(name, None, Some(&file("x\n"))).unwrap();
        assert_eq!(space.read(name).unwrap(), Some(file("x\n")), "{name}");
    }
    let entries = space.files().list(None).unwrap();
    assert_eq!(entries.iter().filter(|entry| entry.name.path().is_some()).count(), 5);
}
