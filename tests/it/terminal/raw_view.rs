//! What leaves adit's screen and comes back: printed text, the pager, and the draft over the end of the program.

use adit::demo::Reply;
use adit::tui::{Pager, TerminalEnvironment};

use super::pty::{ENTER, Place, Screen};
use super::server::Server;

const F9: &str = "\x1b[20~";
const F7: &str = "\x1b[18~";

fn answered(variables: &[(&str, &str)]) -> (Server, Place, Screen) {
    let server = Server::start(|_| Reply::new().text("The answer is **here**.").finish());
    let mut repo = Place::new(&[("a.txt", "a\n")]).committed().with_endpoint(&server.url());
    repo.variables.extend(variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    let mut screen = Screen::start(&repo, &[], 100, 30);
    screen.wait_for("main").send("Where?\r").wait_for("The answer is here.");
    (server, repo, screen)
}

#[test]
fn the_conversation_is_printed_into_the_normal_screen_and_enter_goes_back() {
    let (_server, _repo, mut screen) = answered(&[]);
    screen.send(F9).wait_for("-- Enter goes back to adit --");
    assert!(!screen.is_alternate());
    let text = screen.text();
    assert!(text.contains("> Where?\n\n") && text.contains("\n\nThe answer is **here**.\n"), "{text}");
    assert!(!text.contains(['│', '┃']), "{text}");
    screen.send(ENTER).wait_for("The answer is here.");
    assert!(screen.is_alternate());
    screen.send("more words").wait_for("more words").quit();
    assert_eq!(screen.exit_code(), 0);
}

#[test]
fn the_pager_gets_the_conversation_and_a_pager_that_fails_is_told() {
    let (_server, _repo, mut screen) = answered(&[("PAGER", "sh -c 'cat \"$0\"; exit 3'")]);
    screen.send(F7).wait_for("-- Enter goes back to adit --");
    assert!(!screen.is_alternate());
    assert!(screen.text().contains("The answer is **here**."), "{}", screen.text());
    screen.send(ENTER).wait_for("sh ended with exit status: 3");
    assert!(screen.is_alternate());
}

#[test]
fn what_a_pager_prints_that_ends_at_once_stays_until_enter() {
    let (_server, _repo, mut screen) = answered(&[("PAGER", "cat")]);
    screen.send(F7).wait_for("-- Enter goes back to adit --");
    assert!(!screen.is_alternate());
    assert!(screen.text().contains("The answer is **here**."), "{}", screen.text());
    screen.send(ENTER).wait_for("The answer is here.");
    assert!(screen.is_alternate());
    screen.send("more words").wait_for("more words").quit();
    assert_eq!(screen.exit_code(), 0);
}

#[test]
fn a_pager_that_stays_by_itself_is_left_by_its_own_key_alone() {
    let folder = tempfile::tempdir().unwrap();
    let less = folder.path().join("less");
    std::fs::write(&less, "#!/bin/sh\ncat \"$1\"\necho '(END)'\nread key\n").unwrap();
    std::fs::set_permissions(&less, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let (_server, _repo, mut screen) = answered(&[("PAGER", less.to_str().unwrap()), ("LESS", "R")]);
    screen.send(F7).wait_for("(END)");
    assert!(screen.text().contains("The answer is **here**."), "{}", screen.text());
    screen.send(ENTER).wait_for("The answer is here.");
    assert!(screen.is_alternate());
    let raw = String::from_utf8_lossy(&screen.raw()).into_owned();
    assert!(!raw.contains("goes back to adit"), "one key is enough");
}

#[test]
fn which_pagers_stay() {
    let stays = |pager: &str, less: &str, lines| {
        let some = |text: &str| Some(text.to_owned());
        Pager::of(&TerminalEnvironment { pager: some(pager), less: some(less), ..Default::default() }).stays(lines, 24)
    };
    for (pager, less) in
        [("less", ""), ("", ""), ("/usr/bin/less -R", "-X"), ("less --mouse", "R"), ("nvim -R", ""), ("most", "")]
    {
        assert!(stays(pager, less, 3), "{pager} {less}");
    }
    for (pager, less) in [("cat", ""), ("more", ""), ("sh -c 'less'", ""), ("'open", ""), ("bat", "")] {
        assert!(!stays(pager, less, 300), "{pager} {less}");
    }
    // What fits on the screen is left at once by a less that is told so.
    for (pager, less) in [("less -F", ""), ("less", "FRX"), ("less", "-R -F"), ("less --quit-if-one-screen", "")] {
        assert!(!stays(pager, less, 3) && stays(pager, less, 24), "{pager} {less}");
    }
}

#[test]
fn a_draft_outlives_the_program() {
    let repo = Place::new(&[("a.txt", "a\n")]).committed();
    let mut screen = Screen::start(&repo, &[], 100, 30);
    screen.wait_for("main").send("half a thought").wait_for("half a thought").quit();
    assert_eq!(screen.exit_code(), 0);
    let mut screen = Screen::start(&repo, &[], 100, 30);
    screen.wait_for("half a thought");
    // It is kept a moment after each change too, so that a crash costs no more than that moment.
    let drafts = repo.state().join("adit/drafts");
    screen.send(", whole");
    screen.wait_until("the draft on disk", |_| {
        let mut files = std::fs::read_dir(&drafts).into_iter().flatten().flatten();
        files.any(|file| std::fs::read_to_string(file.path()).is_ok_and(|text| text == "half a thought, whole"))
    });
    screen.send("\x15").wait_gone("half").quit();
    assert_eq!(screen.exit_code(), 0);
    assert_eq!(drafts_in(&drafts), Vec::<String>::new());
}

/// Returns the drafts that are kept.
fn drafts_in(folder: &std::path::Path) -> Vec<String> {
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut drafts: Vec<String> = files
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .filter_map(|path| std::fs::read_to_string(path).ok())
        .collect();
    drafts.sort();
    drafts
}

#[test]
fn two_programs_in_one_workspace_have_drafts_of_their_own() {
    let repo = Place::new(&[("a.txt", "a\n")]).committed();
    let drafts = repo.state().join("adit/drafts");
    let start = || Screen::start(&repo, &[], 100, 30);
    let mut first = start();
    first.wait_for("main").send("one thought").wait_for("one thought");
    first.wait_until("the draft on disk", |_| drafts_in(&drafts) == ["one thought"]);
    // A second one neither takes the first one's draft nor puts its own in its place.
    let mut second = start();
    second.wait_for("main").wait_for("Ask for a change.").send("another").wait_for("another");
    second.wait_until("both drafts on disk", |_| drafts_in(&drafts) == ["another", "one thought"]);
    assert!(!second.text().contains("one thought"), "{}", second.text());
    second.quit();
    assert_eq!(second.exit_code(), 0);
    first.send(" more").wait_for("one thought more");
    first.wait_until("the first draft on disk", |_| drafts_in(&drafts) == ["another", "one thought more"]);
    // What the dead one left is offered while the first still lives.
    let mut third = start();
    third.wait_for("another").quit();
    assert_eq!(third.exit_code(), 0);
    first.quit();
    assert_eq!(first.exit_code(), 0);
    let (mut fourth, mut fifth) = (start(), start());
    let drafted = |screen: &mut Screen| {
        screen
            .wait_until("a draft", |screen| ["one thought more", "another"].iter().any(|words| screen.contains(words)));
        screen.text().contains("another")
    };
    assert_ne!(drafted(&mut fourth), drafted(&mut fifth), "each has one");
    for screen in [&mut fourth, &mut fifth] {
        screen.quit();
        assert_eq!(screen.exit_code(), 0);
    }
}

#[test]
fn a_prompt_of_an_earlier_session_is_found_again() {
    let (_server, repo, mut screen) = answered(&[]);
    screen.quit();
    assert_eq!(screen.exit_code(), 0);
    let mut screen = Screen::start(&repo, &[], 100, 30);
    screen.wait_for("main").send("\x12").wait_for("Where?").send("\t").wait_for("› Where?").quit();
    assert_eq!(screen.exit_code(), 0);
}
