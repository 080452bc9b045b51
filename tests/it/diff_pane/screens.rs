//! Snapshots of the review.

use super::desk::{Desk, file, numbered, path, revision};
use adit::config::ScreenConfig;
use adit::review::{FileRevision, Maker};
use adit::session::EventKind;

const OLD: &str = "\
use std::fmt;

/// Adds.
fn add(left: u32, right: u32) -> u32 {
    let sum = left + right;
    sum
}

/// Shows.
fn show(value: u32) -> String {
    format!(\"{value}\")
}

fn last() {
    println!(\"last\");
    println!(\"line\");
}
";

const NEW: &str = "\
use std::fmt;

/// Adds.
fn add(left: u64, right: u64) -> Option<u64> {
    let sum = left.checked_add(right);
    sum
}

/// Shows.
fn show(value: u32) -> String {
    format!(\"{value}\")
}

fn last() {
    println!(\"last\");
    println!(\"of\\tall\");
    println!(\"lines\");
}
";

fn review() -> Vec<FileRevision> {
    let mut loose = revision("src/sum.rs", file(OLD), file(NEW));
    loose.loose = true;
    vec![
        revision("docs/old.md", file("# Old\n\nGone.\n"), None),
        loose,
        revision("src/new.rs", None, file("fn new() {}\n")),
        revision("logo.png", file([0_u8, 1]), file([0_u8, 1, 2])),
    ]
}

fn desk(width: u16, height: u16, side_by_side: bool) -> Desk {
    let config = ScreenConfig { side_by_side, ..ScreenConfig::default() };
    Desk::with(review(), config, width, height)
}

#[test]
fn unified_at_60() {
    insta::assert_snapshot!(desk(60, 44, false).keys("}").screen());
}

#[test]
fn unified_at_120() {
    insta::assert_snapshot!(desk(120, 44, false).screen());
}

#[test]
fn side_by_side_at_120() {
    insta::assert_snapshot!(desk(120, 40, true).screen());
}

#[test]
fn side_by_side_needs_room() {
    assert_eq!(desk(60, 44, true).screen(), desk(60, 44, false).screen());
}

#[test]
fn decided() {
    insta::assert_snapshot!(desk(60, 50, false).keys("} } ] a r n a").screen());
}

#[test]
fn decided_side_by_side() {
    insta::assert_snapshot!(desk(120, 44, true).keys("} } ] a r").screen());
}

#[test]
fn decisions_hidden() {
    insta::assert_snapshot!(desk(60, 30, false).keys("} } ] a D").screen());
    let mut desk = desk(60, 12, false);
    desk.keys("accept-all D");
    insta::assert_snapshot!("all_decided_and_hidden", desk.screen());
}

#[test]
fn split_and_selected() {
    let new = numbered(12, &[(3, "three\n"), (5, ""), (8, "eight\nand\nmore\n")]);
    let mut desk = Desk::new(vec![revision("a.txt", file(numbered(12, &[])), file(new))]);
    insta::assert_snapshot!(desk.keys("s ] ] j v j").screen());
}

#[test]
fn conflict() {
    let mut desk = Desk::new(vec![revision("a.txt", file(numbered(9, &[])), file(numbered(9, &[(3, "three\n")])))]);
    desk.fold(EventKind::DiskMoved { path: path("a.txt"), disk: file(numbered(9, &[(3, "mine\n")])) });
    insta::assert_snapshot!(desk.screen());
}

#[test]
fn blanks_are_told_from_words() {
    let mut desk = Desk::new(vec![revision("a.txt", file("a b\n"), file("  a b\n"))]);
    assert!(desk.draw().contains("@@ -1 +1 @@ · only blanks"), "{}", desk.draw());
}

#[test]
fn yours_and_renamed() {
    let mut mine = revision("a b.txt", file(numbered(9, &[])), file(numbered(9, &[(3, "three\n")])));
    mine.maker = Maker::User;
    mine.from = Some(path("before.txt"));
    insta::assert_snapshot!(Desk::new(vec![mine]).screen());
}

#[test]
fn hostile_bytes_are_shown() {
    let old = b"tab\there\nesc \x1b[31mred\nbidi \xe2\x80\xae evil\nbad \xff\xfe utf\nwide \xe4\xb8\xad\xe6\x96\x87 \xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb\nlf\nlast";
    let new = b"tab\tthere\nesc \x1b[32mgreen\nbidi \xe2\x80\xae \xe2\x80\x8bevil\nbad \xff utf\nwide \xe4\xb8\xad \xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb\ncr\r\nlast\n";
    let name = "we\u{1b}[2Jird\n\u{202e}name.txt";
    let mut desk = Desk::with(vec![revision(name, file(old), file(new))], ScreenConfig::default(), 60, 20);
    insta::assert_snapshot!(desk.screen());
    desk.area.width = 120;
    insta::assert_snapshot!("hostile_side_by_side", desk.keys("t").screen());
    let all: String = desk.buffer().content().iter().map(|cell| cell.symbol().to_owned()).collect();
    assert!(!all.chars().any(|character| character.is_control() || character == '\u{202e}'), "{all:?}");
}

#[test]
fn long_lines_scroll_and_wrap() {
    let long = format!("start {} end\n", "0123456789 ".repeat(12));
    let old = format!("{}{}", long, numbered(4, &[]));
    let new = old.replace("5678", "five");
    let mut desk = Desk::new(vec![revision("a.txt", file(old), file(new))]);
    insta::assert_snapshot!("scrolled", desk.keys("right right").screen());
    insta::assert_snapshot!("wrapped", desk.keys("w").screen());
    let huge = "x".repeat(1_000_000);
    let mut desk = Desk::new(vec![revision("a.txt", file(&huge), file(format!("{huge}y")))]);
    assert!(desk.draw().contains('›'));
    desk.keys("w G");
    desk.keys(&"j ".repeat(210));
    assert!(desk.draw().contains("bytes more"), "{}", desk.draw());
}

#[test]
fn sticky_heading() {
    let mut desk = desk(60, 10, false);
    desk.keys("} } ] j j j j j j j j j j");
    insta::assert_snapshot!(desk.screen());
}

#[test]
fn empty() {
    insta::assert_snapshot!(Desk::new(Vec::new()).screen());
}

#[test]
fn words_and_syntax_stand_out() {
    use ratatui::style::Modifier;
    let mut desk = desk(60, 44, false);
    desk.keys("G");
    let (screen, buffer) = (desk.draw(), desk.buffer());
    let modifier = |near: &str, piece: &str| {
        let (row, line) = screen.lines().enumerate().find(|(_, line)| line.contains(near)).unwrap();
        let column = line[..line.find(piece).unwrap()].chars().count();
        buffer.cell((u16::try_from(column).unwrap(), u16::try_from(row).unwrap())).unwrap().modifier
    };
    // Without colours a changed word is underlined and a keyword bold.
    assert!(modifier("+ fn add", "fn").contains(Modifier::BOLD));
    assert!(!modifier("+ fn add", "fn").contains(Modifier::UNDERLINED));
    assert!(modifier("+ fn add", "u64").contains(Modifier::UNDERLINED));
    assert!(!modifier("+ fn add", "left").contains(Modifier::UNDERLINED));
    assert!(modifier("3   3   ///", "Adds").contains(Modifier::ITALIC));
}
