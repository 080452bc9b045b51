//! What the review warns of, on the screen.

use ratatui::style::Modifier;

use super::desk::{Desk, file, numbered, revision};

#[test]
fn warnings_stand_in_the_headings() {
    let spaced = numbered(40, &[(3, "line  3\n"), (20, "is_аdmin = \u{202e}true\n")]);
    let mut desk = Desk::new(vec![
        revision(".github/workflows/test.yml", file("a\n"), file("b\n")),
        revision("a.txt", file(numbered(40, &[])), file(spaced)),
    ]);
    desk.area.width = 80;
    desk.area.height = 24;
    insta::assert_snapshot!(desk.screen());
    let buffer = desk.buffer();
    let row = desk.draw().lines().position(|line| line.contains("+ is_")).unwrap();
    let reversed: String = (0..80)
        .filter_map(|x| buffer.cell((x, u16::try_from(row).unwrap())))
        .filter(|cell| cell.modifier.contains(Modifier::REVERSED))
        .map(|cell| cell.symbol())
        .collect();
    assert_eq!(reversed, "а<202E>", "the letter and the control are made visible");
}

#[test]
fn changes_of_blanks_only_are_folded_and_still_decided() {
    let spaced = numbered(40, &[(3, "line  3\n"), (20, "twenty\n")]);
    let mut desk = Desk::new(vec![revision("a.txt", file(numbered(40, &[])), file(spaced))]);
    desk.keys("W");
    assert_eq!(desk.told(), "say changes of blanks only are folded");
    insta::assert_snapshot!(desk.screen());
    desk.keys("] a");
    assert_eq!(desk.told(), "accept a.txt runs [0]");
    desk.keys("u W");
    assert!(desk.draw().contains("+ line  3"), "{}", desk.draw());
}

#[test]
fn a_moved_block_has_its_own_look() {
    let block = "fn area(width: u32) -> u32 {\n    width * width\n}\n";
    let mut desk = Desk::new(vec![
        revision("a.rs", file(format!("// one\n{block}// two\n")), file("// one\n// two\n")),
        revision("b.rs", file("// three\n"), file(format!("// three\n{block}// four\n"))),
    ]);
    desk.keys("} k");
    let buffer = desk.buffer();
    let screen = desk.draw();
    let is_moved = |text: &str| {
        let row = screen.lines().position(|line| line.contains(text)).unwrap_or_else(|| panic!("{screen}"));
        let cell = buffer.cell((buffer.area.width - 2, u16::try_from(row).unwrap())).unwrap();
        cell.modifier.contains(Modifier::ITALIC)
    };
    assert!(is_moved("- fn area") && is_moved("+ fn area"), "{screen}");
    assert!(is_moved("+     width * width"), "{screen}");
    assert!(!is_moved("+ // four"), "{screen}");
}

#[test]
fn a_letter_with_many_hidden_characters_behind_it_is_broken_between_them() {
    let line = format!("s = \"a{}b\"; run()\n", "\u{e0145}".repeat(12));
    let mut desk = Desk::new(vec![revision("a.txt", file("x\n"), file(&line))]);
    let screen = desk.draw();
    assert!(screen.lines().any(|row| row.contains("s = \"a<E0145><E0145>") && row.ends_with('›')), "{screen}");
    desk.keys("w");
    let wrapped: String = desk.draw().lines().map(|row| row.trim().to_owned()).collect();
    assert!(wrapped.contains("<E0145>b\"; run()"), "{wrapped}");
    assert_eq!(wrapped.matches("<E0145>").count(), 12, "{wrapped}");
}
