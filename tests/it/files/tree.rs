//! The tree: a folder's entries and the walk, by git's rules with or without a repository.

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::path::Path;
use std::process::Command;

use adit::engine::Files as _;
use adit::path::EntryName;

use super::{Space, rel};

/// Returns a folder's entries, marked: `/` folder, `@` link, `!` ignored.
fn listed(space: &Space, folder: Option<&str>) -> Vec<String> {
    let entries = space.files().list(folder.map(rel).as_ref()).unwrap();
    let mark = |flag, mark: &'static str| if flag { mark } else { "" };
    entries
        .iter()
        .map(|entry| {
            let marks = [mark(entry.is_folder, "/"), mark(entry.is_link, "@"), mark(entry.is_ignored, "!")];
            let name = match &entry.name {
                EntryName::Path(path) => path.as_str(),
                EntryName::Odd(shown) => shown,
            };
            format!("{name}{}", marks.concat())
        })
        .collect()
}

fn walked(space: &Space, folder: Option<&str>) -> BTreeSet<String> {
    let mut found = Vec::new();
    space.files().walk(folder.map(rel).as_ref(), &mut |path| {
        found.push(path.as_str().to_owned());
        ControlFlow::Continue(())
    });
    let set: BTreeSet<String> = found.iter().cloned().collect();
    assert_eq!(set.len(), found.len(), "each file once");
    set
}

fn sample() -> Space {
    let space = Space::with(&[
        (".gitignore", "*.log\n/target/\n!keep.log\n"),
        (".hidden", ""),
        ("b.txt", ""),
        ("a.txt", ""),
        ("a.log", ""),
        ("keep.log", ""),
        ("src/main.rs", ""),
        ("src/.gitignore", "generated/\n"),
        ("src/generated/x.rs", ""),
        ("target/debug/out", ""),
        (".git/config", ""),
        ("sub/.git/config", ""),
        ("sub/in.txt", ""),
        ("with space/🦀.txt", ""),
        (".adit-tmp-0123", ""),
    ]);
    space.link("src", "link");
    space
}

#[test]
fn folders_first_ignored_marked_and_git_hidden() {
    let space = sample();
    assert_eq!(
        listed(&space, None),
        [
            "src/",
            "sub/",
            "target/!",
            "with space/",
            ".gitignore",
            ".hidden",
            "a.log!",
            "a.txt",
            "b.txt",
            "keep.log",
            "link@"
        ]
    );
    assert_eq!(listed(&space, Some("src")), ["src/generated/!", "src/.gitignore", "src/main.rs"]);
    assert_eq!(listed(&space, Some("src/generated")), ["src/generated/x.rs!"]);
    assert_eq!(listed(&space, Some("target/debug")), ["target/debug/out!"]);
    assert_eq!(listed(&space, Some("sub")), ["sub/in.txt"]);
    assert_eq!(listed(&space, Some("link")), ["link/generated/!", "link/.gitignore", "link/main.rs"]);
    let absent = space.files().list(Some(&rel("absent"))).unwrap_err().to_string();
    assert!(absent.starts_with("cannot list absent: "), "{absent}");
}

#[test]
fn the_walk_finds_what_is_not_ignored() {
    let space = sample();
    let expected = [
        ".gitignore",
        ".hidden",
        "a.txt",
        "b.txt",
        "keep.log",
        "src/.gitignore",
        "src/main.rs",
        "sub/in.txt",
        "with space/🦀.txt",
    ];
    assert_eq!(walked(&space, None), expected.iter().map(|path| (*path).to_owned()).collect());
    assert_eq!(walked(&space, Some("with space")), BTreeSet::from(["with space/🦀.txt".to_owned()]));
    assert_eq!(walked(&space, Some("absent")), BTreeSet::new());
}

#[test]
fn the_walk_stops_when_told() {
    let space = Space::new();
    for number in 0..2000 {
        space.put(&format!("{}/{number}", number % 20), "");
    }
    let mut count = 0;
    space.files().walk(None, &mut |_| {
        count += 1;
        if count == 10 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    assert_eq!(count, 10);
    assert_eq!(walked(&space, None).len(), 2000);
}

#[test]
fn the_walk_agrees_with_git() {
    let space = Space::with(&[
        (".gitignore", "*.o\n!important.o\n/root-only\nfoo/**/bar\n\\#hash\nspace\\ \n[ab].c\n"),
        ("x.o", ""),
        ("important.o", ""),
        ("root-only", ""),
        ("deep/root-only", ""),
        ("foo/bar", ""),
        ("foo/1/2/bar", ""),
        ("foo/1/2/baz", ""),
        ("#hash", ""),
        ("space ", ""),
        ("a.c", ""),
        ("c.c", ""),
        ("deep/.gitignore", "!*.o\n*\n!*/\n!kept\n"),
        ("deep/y.o", ""),
        ("deep/kept", ""),
        ("deep/er/kept", ""),
        ("deep/er/lost", ""),
    ]);
    let git = |args: &[&str]| {
        let output = Command::new("git")
            .args(["-c", "core.excludesFile=/dev/null"])
            .args(args)
            .current_dir(space.at(""))
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    git(&["init", "-q"]);
    let oracle = git(&["ls-files", "-z", "--others", "--exclude-standard"]);
    let oracle: BTreeSet<String> = oracle.split_terminator('\0').map(str::to_owned).collect();
    assert!(!oracle.is_empty() && Path::new(&space.at(".git")).exists());
    assert_eq!(walked(&space, None), oracle);
}

#[test]
fn a_name_that_is_not_utf_8_is_listed_as_it_can_be_shown_and_not_walked() {
    use std::os::unix::ffi::OsStrExt as _;
    let space = Space::with(&[("caf.txt", "")]);
    for name in [b"caf\xe9.txt".as_slice(), b"\xff\xfe", b"\xf0\x9f\xa6\x80 ok \x80\x1b"] {
        std::fs::write(space.at("").join(std::ffi::OsStr::from_bytes(name)), "").unwrap();
    }
    std::fs::create_dir(space.at("").join(std::ffi::OsStr::from_bytes(b"dir\xe9"))).unwrap();
    let expected = ["dir\\xe9/", "caf.txt", "\\xff\\xfe", "caf\\xe9.txt", "🦀 ok \\x80\u{1b}"];
    assert_eq!(listed(&space, None), expected);
    assert_eq!(walked(&space, None), BTreeSet::from(["caf.txt".to_owned()]));
}
