//! A storm: the model, the user on disk, decisions and undo at random; nothing of the user's is ever lost.

use std::sync::Arc;

use adit::review::{FileChange, NodeId, Pick, Resolution, Snapshot};
use proptest::prelude::*;

use super::desk::{Desk, path, seen, text};
use super::properties::holds;

/// One blow; the numbers choose places.
#[derive(Debug, Clone)]
enum Blow {
    Model { file: usize, at: usize, is_replacing: bool },
    Move { file: usize },
    Disk { file: usize, at: usize },
    Decide { file: usize, part: usize, is_accept: bool },
    DecideAll { is_accept: bool },
    Undo,
    Redo,
    Goto { point: usize },
    Resolve { file: usize, how: usize },
    Commit,
}

const NAMES: [&str; 3] = ["a", "b", "c"];

fn blow(with_disk: bool) -> impl Strategy<Value = Blow> {
    let (file, at) = (|| 0..NAMES.len(), || 0..40_usize);
    let by_all = prop_oneof![
        4 => (file(), at(), any::<bool>()).prop_map(|(file, at, is_replacing)| Blow::Model { file, at, is_replacing }),
        1 => file().prop_map(|file| Blow::Move { file }),
        6 => (file(), at(), any::<bool>()).prop_map(|(file, part, is_accept)| Blow::Decide { file, part, is_accept }),
        1 => any::<bool>().prop_map(|is_accept| Blow::DecideAll { is_accept }),
        4 => Just(Blow::Undo),
        3 => Just(Blow::Redo),
        1 => at().prop_map(|point| Blow::Goto { point }),
    ];
    // Left out where nobody else is to write: a weight of nothing would still be shrunk to.
    if !with_disk {
        return by_all.boxed();
    }
    let by_others = prop_oneof![
        4 => (file(), at()).prop_map(|(file, at)| Blow::Disk { file, at }),
        4 => (file(), 0..3_usize).prop_map(|(file, how)| Blow::Resolve { file, how }),
        1 => Just(Blow::Commit),
    ];
    prop_oneof![20 => by_all, 9 => by_others].boxed()
}

fn start() -> Desk {
    let mut desk = Desk::default();
    for name in NAMES {
        let lines: String = (0..12).map(|number| format!("{name}{number}\n")).collect();
        desk.disk.insert(path(name), text(lines));
    }
    desk
}

/// Puts a line among those of a text; the model never removes a line of the user's.
fn with_line(bytes: &[u8], at: usize, line: &str, is_replacing: bool) -> Vec<u8> {
    let mut lines: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
    let at = at % (lines.len() + 1);
    let new = format!("{line}\n");
    if is_replacing && lines.get(at).is_some_and(|old| !old.starts_with(b"user")) {
        lines[at] = new.as_bytes();
    } else {
        lines.insert(at, new.as_bytes());
    }
    lines.concat()
}

fn strike(desk: &mut Desk, number: usize, blow: &Blow) {
    match blow {
        Blow::Model { file, at, is_replacing } => {
            let name = NAMES[*file];
            let now = desk.target(name).map_or(Vec::new(), |file| file.text.as_bytes().to_vec());
            // What would move away is not seen under its old name; a new file there would replace it unread.
            if desk.review.files().any(|change| change.from == Some(path(name))) {
                return;
            }
            desk.propose(name, None, Some(text(with_line(&now, *at, &format!("model {number}"), *is_replacing))));
        }
        Blow::Move { file } => {
            let name = NAMES[*file];
            let to = format!("{name}-moved-{number}");
            if let Some(target) = desk.target(name).cloned()
                && !desk.review.files().any(|change| change.from == Some(path(name)))
            {
                desk.propose(&to, Some(name), Some(target));
            }
        }
        Blow::Disk { file, at } => {
            let name = NAMES[*file];
            let line = format!("user {number}");
            desk.edit(name, Some(text(with_line(desk.bytes(name), *at, &line, false))));
        }
        Blow::Decide { file, part, is_accept } => {
            let changes: Vec<_> = desk.review.files().cloned().collect();
            let Some(change) = changes.get(file % changes.len().max(1)) else { return };
            let (units, runs) = (change.diff.units.len(), change.diff.runs.len());
            if units + runs == 0 {
                return;
            }
            let path = change.path.clone();
            let part = part % (units + runs + 1);
            let pick = if part < units {
                Pick::Unit { path, unit: change.diff.units[part] }
            } else if part < units + runs {
                Pick::Runs { path, runs: vec![part - units] }
            } else {
                Pick::File { path }
            };
            drop(if *is_accept { desk.accept(&pick) } else { desk.reject(&pick) });
        }
        Blow::DecideAll { is_accept } => {
            drop(if *is_accept { desk.accept(&Pick::Everything) } else { desk.reject(&Pick::Everything) });
        }
        Blow::Undo => drop(desk.undo()),
        Blow::Redo => drop(desk.redo()),
        Blow::Goto { point } => {
            let points = desk.review.history().len();
            drop(desk.goto(NodeId(point % points)));
        }
        Blow::Resolve { file, how } => {
            let how = [Resolution::Yours, Resolution::Both, Resolution::Yours][*how].clone();
            desk.resolve(NAMES[*file], &how);
        }
        Blow::Commit => {
            let written: Vec<_> = desk
                .review
                .files()
                .filter(|change| !change.written.is_empty())
                .map(|change| change.disk_path().clone())
                .collect();
            desk.review.committed(&written);
        }
    }
}

/// Returns the lines that are proposed and not on disk.
fn pending(desk: &Desk) -> Vec<Vec<u8>> {
    let lines = |side: &Option<Snapshot>| -> Vec<Vec<u8>> {
        side.iter().flat_map(|file| file.text.lines().map(<[u8]>::to_vec).collect::<Vec<_>>()).collect()
    };
    let of = |change: &Arc<FileChange>| {
        let accepted = lines(&change.accepted);
        lines(&change.target).into_iter().filter(|line| !accepted.contains(line)).collect::<Vec<_>>()
    };
    desk.review.files().flat_map(of).collect()
}

#[test]
fn everything_can_be_taken_back_and_an_undo_takes_no_proposal_away() {
    holds(400, prop::collection::vec(blow(false), 1..40), |blows| {
        let mut desk = start();
        let begin = desk.disk.clone();
        for (number, blow) in blows.iter().enumerate() {
            strike(&mut desk, number, blow);
        }
        let end = (desk.disk.clone(), seen(&desk.review));
        let mut steps = 0;
        loop {
            let proposed = pending(&desk);
            if desk.undo().is_err() {
                break;
            }
            let still = pending(&desk);
            prop_assert!(proposed.iter().all(|line| still.contains(line)), "{:?} are left of {:?}", still, proposed);
            steps += 1;
        }
        for _ in 0..steps {
            desk.redo().unwrap();
        }
        prop_assert_eq!((desk.disk.clone(), seen(&desk.review)), end.clone());
        // Every point of the tree can be reached, the beginning too, and from each the end.
        let here = desk.review.history().iter().find(|entry| entry.is_current).unwrap().id;
        if here != NodeId(0) {
            desk.goto(NodeId(0)).unwrap();
            prop_assert_eq!((&desk.disk, desk.review.files().count()), (&begin, 0));
            desk.goto(here).unwrap();
        }
        for point in 0..desk.review.history().len() {
            if NodeId(point) != here {
                desk.goto(NodeId(point)).unwrap();
                desk.goto(here).unwrap();
                prop_assert_eq!((desk.disk.clone(), seen(&desk.review)), end.clone());
            }
        }
        Ok(())
    });
}

#[test]
fn what_the_user_wrote_is_on_disk_or_in_a_conflict() {
    holds(1_000, prop::collection::vec(blow(true), 1..60), |blows| {
        let mut desk = start();
        let mut written: Vec<(usize, String)> = Vec::new();
        for (number, blow) in blows.iter().enumerate() {
            let writes = desk.writes;
            strike(&mut desk, number, blow);
            let may_write = match blow {
                Blow::Decide { is_accept, .. } | Blow::DecideAll { is_accept } => *is_accept,
                Blow::Undo | Blow::Redo | Blow::Goto { .. } => true,
                Blow::Model { .. } | Blow::Move { .. } | Blow::Disk { .. } | Blow::Resolve { .. } | Blow::Commit => {
                    false
                }
            };
            prop_assert!(may_write || desk.writes == writes, "{:?} wrote", blow);
            if let Blow::Disk { .. } = blow {
                written.push((number, format!("user {number}\n")));
            }
            for (_, line) in &written {
                let is_on_disk = desk.disk.values().any(|file| file.text.lines().any(|found| found == line.as_bytes()));
                prop_assert!(is_on_disk, "after {:?} the user's {:?} is gone", blow, line);
            }
        }
        Ok(())
    });
}
