//! Looking at a file: read only when it may have changed, and no change is ever missed.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant, SystemTime};

use adit::adapters::files::{Looks, Stamp};
use adit::engine::{Files as _, Looked};

use super::{Space, file as text, rel as path};

fn stamp() -> Stamp {
    Stamp { file: (1, 2), size: 3, mode: 0o644, modified: (10, 0), changed: (10, 0) }
}

#[test]
fn a_look_is_trusted_once_the_bytes_were_read_long_after_the_last_change() {
    let (mut looks, start) = (Looks::default(), Instant::now());
    let (file, known) = (Path::new("/f"), text("abc"));
    let after = |millis| start + Duration::from_millis(millis);
    assert!(!looks.is_as_known(file, stamp(), &known), "it was never read");
    looks.note(file, stamp(), known.clone(), after(0));
    assert!(!looks.is_as_known(file, stamp(), &known), "a change right after the read may not show");
    looks.note(file, stamp(), known.clone(), after(1_900));
    assert!(!looks.is_as_known(file, stamp(), &known));
    looks.note(file, stamp(), known.clone(), after(2_100));
    assert!(looks.is_as_known(file, stamp(), &known), "what looks the same since two seconds is the same");
    assert!(!looks.is_as_known(file, stamp(), &text("abd")), "the review has another text");
    assert!(!looks.is_as_known(Path::new("/g"), stamp(), &known));
    let others = [
        Stamp { file: (1, 3), ..stamp() },
        Stamp { size: 4, ..stamp() },
        Stamp { mode: 0o755, ..stamp() },
        Stamp { modified: (10, 1), ..stamp() },
        Stamp { changed: (10, 1), ..stamp() },
    ];
    for other in others {
        assert!(!looks.is_as_known(file, other, &known), "{other:?}");
    }
    looks.note(file, others[4], known.clone(), after(9_000));
    assert!(!looks.is_as_known(file, others[4], &known), "a new stamp is young again");
}

#[test]
fn no_change_is_missed_however_soon_it_comes_and_whatever_its_times() {
    let space = Space::with(&[("a.txt", "000")]);
    let files = space.files();
    let at = space.at("a.txt");
    let old = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000);
    let mut known = text("000");
    for number in 1..400 {
        assert_eq!(files.look(&path("a.txt"), Some(&known)).unwrap(), Looked::AsKnown);
        // In place, as many bytes, and with the time that it had: only the clock of the file system could tell.
        let mut file = File::options().write(true).open(&at).unwrap();
        file.write_all(format!("{number:03}").as_bytes()).unwrap();
        file.set_modified(old).unwrap();
        let now = text(&format!("{number:03}"));
        assert_eq!(files.look(&path("a.txt"), Some(&known)).unwrap(), Looked::Other(Some(now.clone())));
        known = now;
    }
}

#[test]
fn absent_files_links_and_modes_are_seen() {
    let space = Space::with(&[("a.txt", "a\n")]);
    let files = space.files();
    assert_eq!(files.look(&path("none/b.txt"), None).unwrap(), Looked::AsKnown);
    assert_eq!(files.look(&path("a.txt/b.txt"), Some(&text("x"))).unwrap(), Looked::Other(None));
    assert_eq!(files.look(&path("a.txt"), None).unwrap(), Looked::Other(Some(text("a\n"))));
    fs::remove_file(space.at("a.txt")).unwrap();
    assert_eq!(files.look(&path("a.txt"), Some(&text("a\n"))).unwrap(), Looked::Other(None));
    std::os::unix::fs::symlink("a\n", space.at("a.txt")).unwrap();
    let Looked::Other(Some(link)) = files.look(&path("a.txt"), Some(&text("a\n"))).unwrap() else { panic!() };
    assert_eq!(files.look(&path("a.txt"), Some(&link)).unwrap(), Looked::AsKnown);
}
