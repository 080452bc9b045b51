//! Every overlay on very small screens: what it asks and a way out stay in sight, and no frame is broken.

use adit::review::{Decision, Pick};
use adit::session::{EventKind, Fault, FaultClass, Login, RepoState, Spent, TurnId, TurnOutcome, Usage};
use adit::tui::{Msg, Origin, Overlay};

use super::overlays::{conflict, open};
use super::stage::{FARE, Stage, path, repo, text, with_proposal};

const SIZES: [(u16, u16); 8] = [(40, 10), (30, 8), (24, 7), (23, 7), (24, 6), (20, 5), (10, 3), (6, 2)];

fn working(width: u16, height: u16) -> Stage {
    let mut stage = Stage::open(width, height);
    stage.ask("Raise the fare.");
    with_proposal(&mut stage);
    stage.decided(Pick::File { path: path("README.md") }, Decision::Accepted);
    stage
}

/// Every overlay with the beginning of its title.
fn opened(width: u16, height: u16) -> Vec<(&'static str, Stage)> {
    let mut stages = Vec::new();
    let mut with = |title, change: &dyn Fn(&mut Stage)| {
        let mut stage = working(width, height);
        change(&mut stage);
        stages.push((title, stage));
    };
    let pick = || Pick::Runs { path: path("src/fare.rs"), runs: vec![0] };
    let revision = |stage: &Stage| stage.app.state.review.revision();
    for (title, overlay) in [
        ("Keys", Overlay::Help),
        ("", Overlay::Palette),
        ("Commit to main", Overlay::Commit),
        ("History of the review", Overlay::History),
        ("Model", Overlay::Models),
        ("Theme", Overlay::Themes),
        ("Cost", Overlay::Cost),
        ("Context", Overlay::Context),
        ("The last requests", Overlay::Timings),
        ("The connection", Overlay::Connection),
        ("Quit?", Overlay::Quit),
    ] {
        with(title, &|stage| open(stage, overlay.clone()));
    }
    with("Reject, and say why", &|stage| {
        open(stage, Overlay::Note { pick: pick(), revision: revision(stage), decision: Decision::Rejected });
    });
    with("Accept them all?", &|stage| {
        let decision = Decision::Accepted;
        open(stage, Overlay::Confirm { pick: Pick::Everything, revision: revision(stage), decision, count: 20 });
    });
    with("Edit the line", &|stage| {
        let (path, text) = (path("src/fare.rs"), ("pub const".to_owned(), text(FARE)));
        open(stage, Overlay::Line { path, revision: revision(stage), at: 2, text: text.0, base: text.1 });
    });
    with("Where this came from", &|stage| {
        let origins = vec![Origin { maker: "You wrote it.".to_owned(), prompt: None }];
        open(stage, Overlay::Origin { about: "src/fare.rs, line 3".to_owned(), origins });
    });
    with("Log in", &|stage| {
        let url = Some("https://device.sso.eu-west-1.amazonaws.com/".to_owned());
        let (reason, code) = ("the SSO session has expired".to_owned(), Some("ABCD-EFGH".to_owned()));
        stage.event(EventKind::LoginNeeded { login: Login { reason, url, code, ..Login::default() } });
    });
    with("Go on?", &|stage| {
        stage.event(EventKind::CacheAtRisk { act: "ask another model".to_owned(), worth_micros: 432_100 });
    });
    with("A cap is reached", &|stage| {
        let message = "the day's cap of $5.00 would be passed: $4.96 is spent, and this call may cost $0.11";
        let outcome = TurnOutcome::Failed(Fault::new(FaultClass::Budget, message));
        stage.event(EventKind::TurnEnded { turn: TurnId(1), outcome });
    });
    stages.push(("Conflict in src/fare.rs", conflict(width, height)));
    stages
}

#[test]
fn every_overlay_shows_its_title_and_a_way_out_on_any_screen() {
    for (width, height) in SIZES {
        for (title, mut stage) in opened(width, height) {
            let text = stage.text();
            let about = format!("{title} at {width}x{height}:\n{text}");
            // What fits of the title is its beginning.
            let room = usize::from(if width < 24 || height < 7 { width.saturating_sub(5) } else { 10 });
            let shown: String = title.chars().take(room).collect();
            assert!(text.contains(&shown), "no title: {about}");
            assert!(text.contains("Esc") || text.contains("n no") || text.contains("n stay"), "no way out: {about}");
            frames_are_whole(&text, &about);
            stage.keys("esc");
            assert!(width < 24 || !stage.text().contains(title) || title.is_empty(), "Esc closes it: {about}");
        }
    }
}

/// Fails unless each frame that begins in a row ends in it, in the same column as its top.
fn frames_are_whole(text: &str, about: &str) {
    let rows: Vec<Vec<char>> = text.lines().map(|row| row.chars().collect()).collect();
    for (at, row) in rows.iter().enumerate() {
        let Some(left) = row.iter().position(|cell| *cell == '╭') else { continue };
        // Of several frames beside each other the first is looked at; those of panes are below the sheet.
        let Some(right) = (left..row.len()).find(|column| row[*column] == '╮') else { continue };
        let Some(bottom) = (at..rows.len()).find(|below| rows[*below].get(left) == Some(&'╰')) else { continue };
        assert_eq!(rows[bottom].get(right), Some(&'╯'), "a corner is missing: {about}");
        for side in &rows[at + 1..bottom] {
            assert_eq!((side.get(left), side.get(right)), (Some(&'│'), Some(&'│')), "a side is broken: {about}");
        }
    }
}

#[test]
fn a_question_says_what_it_asks_before_anything_else() {
    let mut stage = working(20, 5);
    open(&mut stage, Overlay::Quit);
    assert_eq!(
        stage.text(),
        "Quit?            Esc\nA turn is running;\nquitting stops it.\nWhat has come of th…\ny quit  n stay\n"
    );
}

#[test]
fn the_message_is_seen_and_written_on_a_small_screen_and_wholly_after_it_grows() {
    let mut stage = working(40, 10);
    stage.keys("alt-3 c");
    let message = "docs: say what is crossed\n\nThe river was\nnot named.".to_owned();
    stage.event(EventKind::CommitDrafted { message, usage: Usage::default(), cost_micros: None, fault: None });
    assert!(stage.text().contains("docs: say what is crossed"), "{}", stage.text());
    stage.keys("down down down end '!");
    assert!(stage.text().contains("not named.!"), "what is typed is seen: {}", stage.text());
    stage.resize(20, 5);
    assert!(stage.text().contains("not named.!"), "{}", stage.text());
    stage.resize(80, 24);
    let text = stage.text();
    assert!(text.contains("docs: say what is crossed") && text.contains("not named.!"), "{text}");
}

#[test]
fn what_a_commit_takes_is_counted_where_there_is_no_room_to_list_it() {
    for (width, height) in [(40, 10), (60, 15), (30, 8), (80, 24)] {
        for is_merge in [false, true] {
            let mut stage = working(width, height);
            if is_merge {
                let bypassed = vec!["the hook pre-commit".to_owned()];
                let repo = RepoState { in_progress: Some("merge".to_owned()), bypassed, ..repo() };
                stage.event(EventKind::RepositoryChanged { repo });
            }
            open(&mut stage, Overlay::Commit);
            let text = stage.text();
            let count = stage.app.state.review.files().count();
            let listed = text.matches(['●', '○']).count();
            let more = text.split_once("and ").and_then(|(_, rest)| rest.split_once(" more"));
            let more = more.map_or(0, |(count, _)| count.parse().unwrap());
            // Where all the room is needed for what must be known, or there is a line only, the files give way together.
            let gives_way = listed + more == 0 && (height < 10 || is_merge && height == 10);
            assert!(gives_way || listed + more == count, "{listed} and {more} at {width}x{height}:\n{text}");
            assert!(text.contains("Message"), "{text}");
        }
    }
}

#[test]
fn figures_that_have_no_room_are_counted() {
    let opened = |width, height, overlay: &Overlay| {
        let mut stage = working(width, height);
        open(&mut stage, overlay.clone());
        let spent = Spent { unpriced: 2, ..Spent::default() };
        stage.send(Msg::Spent(Ok(spent)));
        stage.text()
    };
    // By name: what a large screen shows, and what the small one shows of it.
    let figures = [
        (Overlay::Cost, vec!["step", "turn", "session", "today", "month", "project", "have no known", "cache"]),
        (Overlay::Context, vec!["free", "estimated", "compacted"]),
        (Overlay::Connection, vec!["answers", "last write", "frames come", "the chat", "sent"]),
    ];
    for (overlay, names) in figures {
        let large = opened(120, 40, &overlay);
        assert!(names.iter().all(|name| large.contains(name)), "{large}");
        for (width, height) in [(60, 15), (40, 10), (30, 8), (24, 7)] {
            let text = opened(width, height, &overlay);
            let shown = names.iter().filter(|name| text.contains(**name)).count();
            let more = text.split_once("and ").and_then(|(_, rest)| rest.split_once(" more"));
            let more = more.map_or(0, |(count, _)| count.parse().unwrap());
            assert_eq!(shown + more, names.len(), "{width}x{height}: {text}");
        }
    }
}
