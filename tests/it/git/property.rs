//! A commit's diff is the accepted runs, whatever the user has staged and changed besides.

use proptest::prelude::{ProptestConfig, Strategy, any, proptest};

use super::scratch::Scratch;

/// Who changes a line, if anyone, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Hand {
    Nobody,
    Staged,
    Unstaged,
    Accepted,
}

/// Lines in blocks of three: the middle one may change, those around keep the hands apart.
fn hands() -> impl Strategy<Value = Vec<(Hand, u8)>> {
    let hand = any::<u8>().prop_map(|number| match number % 5 {
        0 => Hand::Staged,
        1 => Hand::Unstaged,
        2 => Hand::Accepted,
        _ => Hand::Nobody,
    });
    proptest::collection::vec((hand, 0..4_u8), 1..12)
}

/// Returns the text in which these hands have done their part.
fn text(plan: &[(Hand, u8)], done: &[Hand]) -> String {
    let mut text = String::new();
    for (block, (hand, how)) in plan.iter().enumerate() {
        let middle = match how {
            _ if !done.contains(hand) => format!("middle {block}\n"),
            0 => format!("{hand:?} {block}\n"),
            1 => String::new(),
            2 => format!("{hand:?} {block}\nand more\nand more\n"),
            _ => format!("middle {block}\nadded after\n"),
        };
        text.push_str(&format!("before {block}\n{middle}after {block}\n"));
    }
    text
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn only_the_accepted_runs(plan in hands()) {
        let base = text(&plan, &[]);
        let accepted = text(&plan, &[Hand::Accepted]);
        let scratch = Scratch::with(&[("a.txt", &base)]);
        scratch.put("a.txt", text(&plan, &[Hand::Staged]));
        scratch.git(&["add", "a.txt"]);
        let own = text(&plan, &[Hand::Staged, Hand::Unstaged]);
        scratch.put("a.txt", &own);
        let all = text(&plan, &[Hand::Staged, Hand::Unstaged, Hand::Accepted]);
        let file = scratch.accept("a.txt", Some(&own), Some(&all));
        let result = scratch.commit(&[file]);
        assert_eq!(result.is_ok(), accepted != base, "{result:?}");
        assert_eq!(scratch.git(&["show", "HEAD:a.txt"]), accepted);
        assert_eq!(scratch.git(&["show", ":a.txt"]), text(&plan, &[Hand::Staged, Hand::Accepted]));
        assert_eq!(scratch.text("a.txt"), all);
        scratch.users_own();
    }
}
