//! Differences, hunks, units and stored forms.

use adit::review::{
    Decision, FileDiff, FileRevision, Hunk, Maker, Mode, Pick, Resolution, Run, Snapshot, Text, Unit, diff_texts,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::desk::{Desk, model, path, text};

fn run(old: std::ops::Range<usize>, new: std::ops::Range<usize>) -> Run {
    Run { old, new }
}

fn diff(before: impl AsRef<[u8]>, after: impl AsRef<[u8]>) -> FileDiff {
    diff_texts(Some(&text(before)), Some(&text(after)), false)
}

#[test]
fn units_tell_what_happens_to_the_file() {
    let plain = text("a\n");
    let executable = Snapshot { mode: Mode::Executable, ..plain.clone() };
    let link = Snapshot { mode: Mode::Symlink, ..plain.clone() };
    let check = |before: Option<&Snapshot>, after: Option<&Snapshot>, renamed: bool, units: &[Unit], runs: usize| {
        let diff = diff_texts(before, after, renamed);
        assert_eq!((diff.units.as_slice(), diff.runs.len()), (units, runs), "{before:?} to {after:?}");
    };
    check(None, None, false, &[], 0);
    check(None, Some(&plain), false, &[Unit::Create], 1);
    check(None, Some(&text("")), false, &[Unit::Create], 0);
    check(None, Some(&link), false, &[Unit::Create], 0);
    check(None, Some(&text("a\0")), false, &[Unit::Create], 0);
    check(Some(&plain), None, false, &[Unit::Delete], 0);
    check(Some(&plain), Some(&plain), true, &[Unit::Rename], 0);
    check(Some(&plain), Some(&text("b\n")), true, &[Unit::Rename], 1);
    check(Some(&plain), Some(&executable), false, &[Unit::Mode], 0);
    check(Some(&plain), Some(&link), false, &[Unit::TypeChange], 0);
    check(Some(&plain), Some(&text("a\0")), false, &[Unit::Binary], 0);
    check(Some(&text("")), Some(&plain), false, &[], 1);
}

#[test]
fn a_nul_far_behind_is_text_and_too_much_is_not_decided_by_line() {
    let far = format!("{}\0\n", "line\n".repeat(2000));
    assert_eq!(diff(&far, far.replace("\0", "\0!")).runs, [run(2000..2001, 2000..2001)]);
    let large = "0123456789\n".repeat(500_000);
    assert_eq!(diff(&large, format!("{large}x")).units, [Unit::Binary]);
    let many = "\n".repeat(200_001);
    assert_eq!(diff("", &many).units, [Unit::Binary]);
}

#[test]
fn only_a_newline_ends_a_line() {
    let before = "a\rb\u{c}c\u{85}d\u{2028}e\r\nf\n";
    assert_eq!(diff(before, before.replace('f', "g")).runs, [run(1..2, 1..2)]);
    assert_eq!(diff("a\r\n", "a\n").runs, [run(0..1, 0..1)]);
    assert_eq!(diff("a\n", "a").runs, [run(0..1, 0..1)]);
}

#[test]
fn runs_whose_contexts_meet_are_one_hunk() {
    let before: String = (0..40).map(|number| format!("{number}\n")).collect();
    let after = before.replace("\n5\n", "\nfive\n").replace("\n12\n", "\ntwelve\n").replace("\n20\n", "\n20\nand\n");
    let diff = diff(&before, &after);
    assert_eq!(diff.runs, [run(5..6, 5..6), run(12..13, 12..13), run(21..21, 21..22)]);
    // Six lines lie between the first two, eight between the last two.
    assert_eq!(
        diff.hunks(3, 40, 41),
        [Hunk { runs: 0..2, old: 2..16, new: 2..16 }, Hunk { runs: 2..3, old: 18..24, new: 18..25 }]
    );
    assert_eq!(diff.hunks(2, 40, 41).len(), 3);
    assert_eq!(diff.hunks(100, 40, 41), [Hunk { runs: 0..3, old: 0..40, new: 0..41 }]);
    assert_eq!(diff.hunks(0, 40, 41)[2], Hunk { runs: 2..3, old: 21..21, new: 21..22 });
}

#[test]
fn each_run_knows_who_made_it() {
    let before: String = (0..20).map(|number| format!("{number}\n")).collect();
    let mut desk = Desk::with("f", Some(text(&before)), Some(text(before.replace("\n3\n", "\nthree\n"))));
    let target = desk.target("f").unwrap().clone();
    let target = String::from_utf8(target.text.as_bytes().to_vec()).unwrap();
    let mine = target.replace("0\n1\n", "0\nhalf\n1\n").replace("\n9\n", "\n");
    desk.review.revise(&[FileRevision {
        path: path("f"),
        from: None,
        base: None,
        target: Some(text(mine)),
        maker: Maker::User,
        loose: false,
    }]);
    let change = desk.review.file(&path("f")).unwrap();
    let makers: Vec<Vec<Maker>> =
        change.diff.runs.iter().map(|run| change.marks_of(run).map(|mark| mark.maker.clone()).collect()).collect();
    assert_eq!(makers, [vec![Maker::User], vec![model()], vec![Maker::User]]);
    desk.accept(&Pick::Runs { path: path("f"), runs: vec![0] }).unwrap();
    desk.reject(&Pick::Runs { path: path("f"), runs: vec![1] }).unwrap();
    let change = desk.review.file(&path("f")).unwrap();
    let left: Vec<_> = change.marks.iter().map(|mark| (mark.lines.clone(), mark.maker.clone())).collect();
    assert_eq!(left, [(4..5, model())]);
}

#[test]
fn what_is_stored_comes_back() {
    fn check<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(value: T) {
        let json = serde_json::to_string(&value).unwrap();
        assert_eq!(serde_json::from_str::<T>(&json).unwrap(), value, "{json}");
    }
    let latin = Snapshot { text: Text::new(vec![b'a', 0xff, b'\n']), mode: Mode::Executable };
    check(latin.clone());
    for base in [None, Some(None), Some(Some(latin.clone()))] {
        for target in [None, Some(text("{\"base64\":\"x\"}\u{2028}\r\n"))] {
            check(FileRevision {
                path: path("a/b c"),
                from: Some(path("b")),
                base: base.clone(),
                target,
                maker: model(),
                loose: true,
            });
        }
    }
    check(Pick::Everything);
    check(Pick::Folder { path: path("a") });
    check(Pick::Unit { path: path("a"), unit: Unit::TypeChange });
    check(Pick::Runs { path: path("a"), runs: vec![0, 7] });
    check(Pick::Lines { path: path("a"), removed: vec![], added: vec![3] });
    check(Decision::Rejected);
    check(Resolution::Both);
    check(Resolution::Text(latin));
}
