//! Old or new bytes, wherever a write is stopped.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use adit::adapters::files::DiskFiles;
use adit::engine::{FileFault, Files as _};
use adit::review::Snapshot;

use super::faulty::{FaultyDisk, Stop};
use super::{Space, file, link_to, program, rel};

/// The disk's state that people see: the file, and the paths that are shown.
#[derive(Debug, PartialEq, Eq)]
struct Seen {
    file: Option<Snapshot>,
    shown: Vec<String>,
}

fn see(space: &Space, path: &str) -> Seen {
    let mut shown = Vec::new();
    space.files().walk(None, &mut |path| {
        shown.push(path.as_str().to_owned());
        std::ops::ControlFlow::Continue(())
    });
    shown.sort();
    Seen { file: space.read(path).unwrap(), shown }
}

/// Stops a write at every call in turn and checks what stands after it.
fn check(path: &str, before: Option<&Snapshot>, after: Option<&Snapshot>, stop: Stop) {
    let prepared = || {
        let space = Space::with(&[("other.txt", "other\n")]);
        if before.is_some() {
            space.write(path, None, before).unwrap();
        }
        space
    };
    let space = prepared();
    let (old, old_names) = (see(&space, path), space.names());
    space.write(path, before, after).unwrap();
    let (new, new_names) = (see(&space, path), space.names());
    for at in 0.. {
        let space = prepared();
        let calls = Arc::new(AtomicUsize::new(0));
        let disk = FaultyDisk { calls: Arc::clone(&calls), at, stop };
        let files = DiskFiles::open_on(&space.at(""), Box::new(disk)).unwrap();
        let result = files.write(&rel(path), before, after);
        if calls.load(Ordering::Relaxed) <= at {
            assert!(result.is_ok() && at > 0, "{path}: all calls were stopped once");
            return;
        }
        let seen = see(&space, path);
        match (&result, stop) {
            (Ok(()), _) => assert_eq!(seen, new, "{path} at {at}"),
            (Err(_), Stop::Crash) => assert!(seen == old || seen == new, "{path} at {at}: {seen:?}"),
            (Err(fault), Stop::Fault) => {
                assert_eq!(seen, old, "{path} at {at}");
                assert!(matches!(fault, FileFault::Io { act: "write" | "remove", .. }), "{fault:?}");
            }
        }
        if stop == Stop::Fault {
            assert_eq!(
                space.names(),
                if result.is_ok() { new_names.clone() } else { old_names.clone() },
                "{path} at {at}"
            );
        }
        // Whatever happened, the write can be made good.
        if see(&space, path).file.as_ref() == before {
            space.write(path, before, after).unwrap();
        }
        assert_eq!(see(&space, path), new, "{path} at {at}");
    }
}

#[test]
fn every_call_of_every_kind_of_write() {
    let text = file("the old text, long enough to be cut\n");
    let long = file(&"the new text\n".repeat(100));
    for stop in [Stop::Fault, Stop::Crash] {
        check("a.txt", Some(&text), Some(&long), stop);
        check("a.txt", Some(&long), Some(&text), stop);
        check("a.txt", Some(&text), Some(&program("run\n")), stop);
        check("a.txt", Some(&text), None, stop);
        check("a.txt", None, Some(&text), stop);
        check("new/deep/folder/a.txt", None, Some(&text), stop);
        check("link", None, Some(&link_to("other.txt")), stop);
        check("link", Some(&link_to("other.txt")), Some(&text), stop);
        check("a.txt", Some(&text), Some(&link_to("other.txt")), stop);
    }
}

#[test]
fn a_fault_in_place_puts_the_old_bytes_back() {
    let (before, after) = (file("the old text\n"), program(&"the new text\n".repeat(100)));
    let mut at = 0;
    loop {
        let space = Space::with(&[("a", "the old text\n")]);
        std::fs::hard_link(space.at("a"), space.at("b")).unwrap();
        let calls = Arc::new(AtomicUsize::new(0));
        let disk = FaultyDisk { calls: Arc::clone(&calls), at, stop: Stop::Fault };
        let files = DiskFiles::open_on(&space.at(""), Box::new(disk)).unwrap();
        let result = files.write(&rel("a"), Some(&before), Some(&after));
        if calls.load(Ordering::Relaxed) <= at {
            break;
        }
        assert!(result.is_err());
        assert_eq!(space.read("b").unwrap(), Some(before.clone()), "at {at}");
        at += 1;
    }
    assert!(at >= 4, "only {at} calls");
}
