//! The overlays: what their keys ask for.

use adit::review::{Decision, Pick, Resolution};
use adit::session::{EventKind, Login, Op, Passcode, RepoState, Usage};
use adit::tui::{Copied, EditorJob, Effect, Msg, Overlay, Scope, TuiOptions};
use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

use super::stage::{FARE, Stage, path, repo, with_proposal};

/// A stage on which README.md is accepted and the rest is pending.
fn accepted() -> Stage {
    let mut stage = Stage::open(120, 40);
    with_proposal(&mut stage);
    stage.decided(Pick::File { path: path("README.md") }, Decision::Accepted);
    stage.asked.clear();
    stage
}

fn drafted(message: &str) -> EventKind {
    EventKind::CommitDrafted { message: message.to_owned(), usage: Usage::default(), cost_micros: None, fault: None }
}

#[test]
fn the_commit_sheet_asks_for_a_draft_and_commits_it() {
    let mut stage = accepted();
    stage.keys("alt-3 c");
    assert_eq!(stage.ops(), [Op::DraftCommit]);
    assert!(stage.text().contains("drafting…"));
    stage.event(drafted("docs: say what is crossed\n\nThe river."));
    assert!(stage.text().contains("docs: say what is crossed"));
    assert!(!stage.text().contains("drafting…"));
    stage.keys("ctrl-s");
    let message = "docs: say what is crossed\n\nThe river.".to_owned();
    assert_eq!(stage.ops(), [Op::Commit { message }]);
    stage.keys("ctrl-s");
    assert_eq!(stage.ops(), [], "it is committed once");
    let (id, summary) = ("0123456789abcdef".to_owned(), "docs: say what is crossed".to_owned());
    stage.event(EventKind::Committed { id, summary, paths: vec![path("README.md")], made: Vec::new() });
    let text = stage.text();
    assert!(!text.contains("Commit to main"));
    assert!(text.contains("committed 0123456 docs: say what is crossed"));
    stage.keys("alt-3 c");
    assert!(stage.text().contains("Nothing was accepted yet"));
    assert_eq!(stage.ops(), []);
}

#[test]
fn what_the_user_typed_is_not_overwritten_and_survives_leaving() {
    let mut stage = accepted();
    stage.keys("alt-3 c 'mine");
    stage.event(drafted("theirs"));
    assert!(stage.text().contains("mine"));
    assert!(!stage.text().contains("theirs"));
    stage.keys("esc");
    assert!(!stage.text().contains("mine"));
    stage.keys("c");
    assert!(stage.text().contains("mine"));
    stage.ops();
    stage.keys("enter 'more alt-enter");
    assert_eq!(stage.ops(), [Op::Commit { message: "mine\nmore".to_owned() }]);
    stage.event(EventKind::Refused { reason: "cannot write the index".to_owned(), hint: None });
    assert!(stage.text().contains("cannot write the index"));
    stage.keys("ctrl-s");
    assert_eq!(stage.ops(), [Op::Commit { message: "mine\nmore".to_owned() }], "it can be tried again");
    stage.event(EventKind::Refused { reason: "no".to_owned(), hint: None });
    stage.keys("ctrl-r");
    assert_eq!(stage.ops(), [Op::DraftCommit]);
    stage.event(drafted("theirs"));
    assert!(stage.text().contains("theirs"));
    stage.asked.clear();
    stage.keys("ctrl-g");
    let job = EditorJob::CommitMessage { text: "theirs".to_owned() };
    assert_eq!(stage.asked, [Effect::Edit(job.clone())]);
    stage.send(Msg::Edited { job, result: Ok(Some("edited\n".to_owned())) });
    stage.ops();
    stage.keys("ctrl-s");
    assert_eq!(stage.ops(), [Op::Commit { message: "edited".to_owned() }]);
}

#[test]
fn without_a_repository_the_sheet_offers_to_make_one() {
    let mut stage = accepted();
    stage.event(EventKind::RepositoryChanged { repo: RepoState::default() });
    stage.asked.clear();
    stage.keys("alt-3 c");
    assert_eq!(stage.ops(), []);
    assert!(stage.text().contains("no git repository here"));
    stage.keys("'x enter");
    assert_eq!(stage.ops(), [Op::InitRepository]);
}

#[test]
fn before_git_has_answered_nobody_says_that_there_is_no_repository() {
    let mut stage = Stage::new(120, 40);
    assert!(!stage.text().contains("no repository"));
    stage.keys("alt-3 c");
    assert!(!stage.text().contains("no git repository here"));
    stage.keys("esc").event(EventKind::RepositoryChanged { repo: RepoState::default() });
    assert!(stage.text().contains("no repository"));
}

#[test]
fn hooks_and_an_operation_in_progress_are_told_before_the_commit() {
    let mut stage = accepted();
    let bypassed = vec!["pre-commit".to_owned(), "commit.gpgsign".to_owned()];
    let repo = RepoState { in_progress: Some("merge".to_owned()), bypassed, ..repo() };
    stage.event(EventKind::RepositoryChanged { repo });
    stage.keys("alt-3 c");
    let text = stage.text();
    assert!(text.contains("A merge is in progress."));
    assert!(text.contains("This commit will bypass: pre-commit, commit.gpgsign."));
}

#[test]
fn a_note_is_sent_with_or_without_a_rejection() {
    let mut stage = accepted();
    let revision = stage.app.state.review.revision();
    let pick = Pick::Runs { path: path("src/fare.rs"), runs: vec![0] };
    open(&mut stage, Overlay::Note { pick: pick.clone(), revision, decision: Decision::Pending });
    stage.keys("'why space 'so? enter");
    assert_eq!(stage.ops(), [Op::Note { revision, pick: pick.clone(), text: "why so?".to_owned() }]);
    open(&mut stage, Overlay::Note { pick: pick.clone(), revision, decision: Decision::Rejected });
    stage.keys("'no alt-enter 'never enter");
    let note = Some("no\nnever".to_owned());
    assert_eq!(stage.ops(), [Op::Decide { revision, pick: pick.clone(), decision: Decision::Rejected, note }]);
    open(&mut stage, Overlay::Note { pick: pick.clone(), revision, decision: Decision::Rejected });
    stage.keys("enter");
    assert_eq!(stage.ops(), [Op::Decide { revision, pick: pick.clone(), decision: Decision::Rejected, note: None }]);
    open(&mut stage, Overlay::Note { pick, revision, decision: Decision::Rejected });
    stage.keys("'words esc");
    assert_eq!(stage.ops(), []);
}

#[test]
fn a_conflict_is_settled_by_one_key() {
    let table = [("y", Resolution::Yours), ("p", Resolution::Proposal), ("b", Resolution::Both)];
    for (key, resolution) in table {
        let mut stage = conflict(120, 40);
        stage.keys(key);
        assert_eq!(stage.ops(), [Op::Resolve { path: path("src/fare.rs"), resolution }]);
    }
    let mut stage = conflict(120, 40);
    stage.keys("e");
    let [Effect::Edit(job)] = stage.asked.as_slice() else { panic!("{:?}", stage.asked) };
    let job = job.clone();
    stage.asked.clear();
    stage.send(Msg::Edited { job, result: Ok(Some("both\n".to_owned())) });
    let resolution = Resolution::Text(super::stage::text("both\n"));
    assert_eq!(stage.ops(), [Op::Resolve { path: path("src/fare.rs"), resolution: resolution.clone() }]);
    stage.event(EventKind::ConflictResolved { path: path("src/fare.rs"), resolution });
    assert!(!stage.text().contains("Conflict in"), "the sheet goes when the conflict is settled");
}

/// A stage with a conflict in src/fare.rs, and the sheet open.
pub fn conflict(width: u16, height: u16) -> Stage {
    let mut stage = Stage::open(width, height);
    conflicted(&mut stage);
    stage
}

/// Puts a session into a conflict, whose sheet is open.
fn conflicted(stage: &mut Stage) {
    with_proposal(stage);
    let disk = FARE.replace("100", "90");
    stage.event(EventKind::DiskMoved { path: path("src/fare.rs"), disk: Some(super::stage::text(&disk)) });
    assert!(stage.app.state.review.file(&path("src/fare.rs")).unwrap().conflict.is_some());
    open(stage, Overlay::Conflict { path: path("src/fare.rs") });
    stage.asked.clear();
}

#[test]
fn a_model_is_chosen_from_the_list_or_typed() {
    let mut stage = Stage::open(120, 40);
    stage.asked.clear();
    stage.keys("f2 down enter");
    assert_eq!(stage.ops(), [Op::SetModel { name: "sonnet-4".to_owned() }]);
    stage.keys("f2 'cheap enter");
    assert_eq!(stage.ops(), [Op::SetModel { name: "haiku".to_owned() }]);
    stage.keys("f2 'arn:aws:x enter");
    assert_eq!(stage.ops(), [Op::SetModel { name: "arn:aws:x".to_owned() }]);
}

#[test]
fn the_palette_performs_what_it_finds() {
    let mut stage = Stage::open(200, 50);
    stage.asked.clear();
    stage.keys("ctrl-p 'repository enter");
    assert_eq!(stage.ops(), [Op::InitRepository]);
    stage.keys("ctrl-p 'zoom enter");
    assert!(!stage.text().lines().next().unwrap().contains("ferry"));
    stage.keys("ctrl-p 'focus-tree enter");
    assert!(stage.text().lines().next().unwrap().contains("ferry"));
    stage.keys("ctrl-p 'qqqqqq enter");
    assert!(stage.text().contains("no action matches"));
}

#[test]
fn the_help_lists_every_action_and_narrows() {
    let mut stage = Stage::open(120, 40);
    stage.keys("f1");
    let mut seen = String::new();
    for _ in 0..20 {
        seen.push_str(&stage.text());
        stage.keys("pagedown");
    }
    for info in adit::tui::ACTIONS {
        assert!(seen.contains(info.title), "{} is missing", info.title);
    }
    stage.keys("'reject");
    let text = stage.text();
    assert!(text.contains("reject the whole file"));
    assert!(!text.contains("go to the next pane"));
}

#[test]
fn a_row_of_the_help_does_what_it_says() {
    let mut stage = Stage::open(120, 40);
    stage.keys("f1 'show-cost");
    assert!(stage.text().contains("see what was spent"), "an action is found by its name, too: {}", stage.text());
    stage.keys("enter");
    let text = stage.text();
    assert!(!text.contains("╭ Keys") && text.contains("╭ Cost"), "{text}");
    stage.keys("esc f1 down down up");
    let row = |stage: &mut Stage, words: &str| {
        let text = stage.text();
        let row = text.lines().position(|line| line.contains(words)).unwrap_or_else(|| panic!("{text}"));
        u16::try_from(row).unwrap()
    };
    let click = |stage: &mut Stage, row: u16| {
        let (kind, modifiers) = (MouseEventKind::Down(MouseButton::Left), KeyModifiers::NONE);
        stage.send(Msg::Mouse(MouseEvent { kind, column: 50, row, modifiers }));
    };
    let palette = row(&mut stage, "find an action by name");
    for _ in 0..2 {
        assert!(stage.text().contains("╭ Keys"));
        click(&mut stage, palette);
    }
    let text = stage.text();
    assert!(!text.contains("╭ Keys") && text.contains("╭ Actions"), "{text}");
    stage.keys("esc f1");
    let heading = row(&mut stage, "Anywhere");
    for _ in 0..2 {
        click(&mut stage, heading);
    }
    assert!(stage.text().contains("╭ Keys"), "a heading does nothing");
    stage.keys("'answer enter");
    assert!(stage.text().contains("this is done in a sheet that is not open now"), "{}", stage.text());
}

/// Opens an overlay as a pane would ask for it.
pub fn open(stage: &mut Stage, overlay: Overlay) {
    stage.app.open_overlay(overlay);
}

#[test]
fn hostile_words_reach_no_cell_of_a_sheet_raw() {
    let evil = "a\u{1b}[31m\u{202e}b.rs";
    let mut stage = Stage::open(80, 24);
    stage.propose(evil, None, Some("x\n"));
    stage.decided(Pick::File { path: path(evil) }, Decision::Accepted);
    stage.keys("alt-3 c");
    stage.event(drafted(evil));
    stage.send(Msg::Paste(evil.to_owned()));
    let revision = stage.app.state.review.revision();
    all_shown(&mut stage);
    open(&mut stage, Overlay::Note { pick: Pick::File { path: path(evil) }, revision, decision: Decision::Pending });
    stage.send(Msg::Paste(evil.to_owned()));
    all_shown(&mut stage);
    stage.keys("esc ctrl-p");
    stage.send(Msg::Paste(evil.to_owned()));
    all_shown(&mut stage);
}

fn all_shown(stage: &mut Stage) {
    for cell in stage.buffer().content() {
        assert!(!cell.symbol().chars().any(adit::tui::safe::is_hidden), "{:?}", cell.symbol());
    }
}

#[test]
fn the_last_requests_are_shown_with_their_times() {
    use adit::session::{StepId, StopReason, Timings};
    let mut stage = Stage::open(120, 40);
    stage.keys("alt-2 '/timings enter");
    assert!(stage.text().contains("no request has ended yet"));
    for (retries, total) in [(0, 2_400), (2, 61_000)] {
        stage.event(EventKind::StepStarted { step: StepId(1) });
        let timings = Timings {
            retries,
            waited: 3_000 * u64::from(retries),
            head: Some(150),
            first: Some(400),
            total,
            request_id: Some(format!("req-{retries}")),
        };
        let usage = Usage { input: 1_000, output: 100, ..Usage::default() };
        stage.event(EventKind::StepEnded {
            message: None,
            stop: StopReason::ToolUse,
            usage,
            cost_micros: None,
            timings: Some(timings),
        });
    }
    let text = stage.text();
    assert!(text.contains("The last requests") && text.contains("150 ms") && text.contains("61.0 s"), "{text}");
    assert!(text.contains("sent again 2 times, after 6.0 s") && text.contains("request id req-2"), "{text}");
    stage.keys("j");
    let text = stage.text();
    assert!(text.contains("request id req-0") && text.contains(" 50 "), "{text}");
    let timings = Timings { total: 1_500, ..Timings::default() };
    let (kind, usage) = (adit::session::CallKind::Draft, Usage::default());
    stage.event(EventKind::SideCallTimed { kind, stop: StopReason::EndTurn, usage, timings });
    stage.keys("k");
    let text = stage.text();
    assert!(text.contains("draft ") && text.contains("a draft of a commit message"), "{text}");
    stage.keys("esc");
    assert!(!stage.text().contains("The last requests"));
}

#[test]
fn a_login_shows_its_page_and_code_and_is_given_up_by_escape() {
    let page = "https://device.sso.eu-west-1.amazonaws.com/".to_owned();
    let login = Login {
        reason: "the SSO session of profile dev is missing or has expired".to_owned(),
        command: Some("aws sso login --profile dev".to_owned()),
        ..Login::default()
    };
    let mut stage = Stage::open(80, 24);
    stage.event(EventKind::LoginNeeded { login: login.clone() });
    assert!(stage.text().contains("aws sso login --profile dev runs"));
    let (url, code) = (Some(page.clone()), Some("ABCD-EFGH".to_owned()));
    stage.event(EventKind::LoginNeeded { login: Login { url, code, ..login.clone() } });
    let text = stage.text();
    assert!(
        text.contains(&page) && text.contains("ABCD-EFGH") && text.contains("SSO session of profile dev"),
        "{text}"
    );
    stage.asked.clear();
    stage.keys("y");
    assert_eq!(stage.asked, [Effect::Copy(Copied::new("the address", page))]);
    stage.keys("esc");
    assert_eq!(stage.ops(), [Op::Cancel]);
    assert!(!stage.text().contains("ABCD-EFGH"));

    // An address of several lines is all there: who selects it with the mouse gets one that works.
    let long = format!("https://oidc.eu-west-1.amazonaws.com/authorize?{}", "client_id=ABCDEFGH&".repeat(12));
    stage.event(EventKind::LoginNeeded { login: Login { url: Some(long.clone()), ..login.clone() } });
    let shown: String = stage.text().lines().map(|row| row.trim_matches([' ', '│', '┃'])).collect();
    assert!(shown.contains(&long), "{shown}");

    stage.event(EventKind::LoginNeeded { login: login.clone() });
    stage.event(EventKind::LoginEnded);
    assert!(!stage.text().contains("aws sso login"), "it closes when it is done");
}

#[test]
fn a_device_s_code_is_typed_into_the_login() {
    let device = Some("arn:aws:iam::123456789012:mfa/me".to_owned());
    let login = Login { reason: "profile prod asks for a code".to_owned(), device, ..Login::default() };
    let mut stage = Stage::open(80, 24);
    stage.event(EventKind::LoginNeeded { login });
    assert!(stage.text().contains("mfa/me"));
    stage.keys("enter '123456 enter");
    assert_eq!(stage.ops(), [Op::EnterPasscode { code: Passcode("123456".to_owned()) }]);
    assert_eq!(format!("{:?}", Passcode("123456".to_owned())), "Passcode");
}

#[test]
fn the_model_list_grows_by_what_the_service_names() {
    let mut stage = Stage::open(120, 40);
    stage.asked.clear();
    stage.app.open_overlay(Overlay::Models);
    let found = vec![("eu.amazon.nova-pro-v1:0".to_owned(), "EU Nova Pro".to_owned())];
    stage.send(Msg::ModelsFound(found));
    let text = stage.text();
    assert!(text.contains("eu.amazon.nova-pro-v1:0") && text.contains("haiku"), "{text}");
}

/// Clicks where a text stands on the screen, with the left button.
fn click(stage: &mut Stage, words: &str) {
    let text = stage.text();
    let at = text.lines().zip(0_u16..).find_map(|(line, row)| {
        let before = &line[..line.find(words)?];
        Some((u16::try_from(before.chars().count()).unwrap(), row))
    });
    let (column, row) = at.unwrap_or_else(|| panic!("{words:?} is not on the screen:\n{text}"));
    let kind = MouseEventKind::Down(MouseButton::Left);
    stage.send(Msg::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE }));
}

#[test]
fn a_click_selects_a_row_of_every_list_and_on_the_selected_row_chooses_it() {
    let mut stage = Stage::open(120, 40);
    // The palette: the row under the pointer, also when the list has moved.
    stage.keys("ctrl-p");
    for _ in 0..30 {
        stage.keys("down");
    }
    let before = stage.text();
    click(&mut stage, "see what was spent");
    let marked = |stage: &mut Stage, words: &str| {
        let (text, buffer) = (stage.text(), stage.buffer());
        let (line, row) = text.lines().zip(0_u16..).find(|(line, _)| line.contains(words)).unwrap();
        let column = u16::try_from(line[..line.find(words).unwrap()].chars().count()).unwrap();
        buffer[(column, row)].bg == stage.app.theme().style(Scope::Selection).bg.unwrap()
    };
    assert_eq!(stage.text(), before, "the rows stay where they are");
    assert!(marked(&mut stage, "see what was spent"));
    click(&mut stage, "see what was spent");
    assert!(stage.text().contains("╭ Cost "), "{}", stage.text());
    // The models.
    stage.keys("esc f2").asked.clear();
    click(&mut stage, "haiku");
    assert!(stage.asked.is_empty());
    click(&mut stage, "haiku");
    assert_eq!(stage.asked, [Effect::Send(Op::SetModel { name: "haiku".to_owned() })]);
    // The themes show what was clicked before it is chosen, and the wheel moves on from there.
    let plain = stage.app.theme().style(Scope::Accent);
    stage.keys("f3");
    click(&mut stage, "gruvbox-light");
    let light = stage.app.theme().style(Scope::Accent);
    assert_ne!(light, plain);
    stage.keys("esc");
    assert_eq!(stage.app.theme().style(Scope::Accent), plain);
    stage.keys("f3");
    click(&mut stage, "gruvbox-light");
    click(&mut stage, "gruvbox-light");
    assert_eq!(stage.app.theme().style(Scope::Accent), light);
    // The history of the review.
    with_proposal(&mut stage);
    stage.decided(Pick::File { path: path("README.md") }, Decision::Accepted);
    stage.keys("alt-3 H").asked.clear();
    click(&mut stage, "○");
    click(&mut stage, "○");
    assert!(matches!(stage.asked[..], [Effect::Send(Op::GoTo { .. })]), "{:?}", stage.asked);
}

#[test]
fn a_row_that_keys_or_the_wheel_have_selected_is_clicked_twice_too() {
    let mut stage = Stage::open(120, 40);
    stage.keys("ctrl-p 'show-cost");
    click(&mut stage, "see what was spent");
    assert!(stage.text().contains("╭ Actions"), "the second of two quick clicks would meet what the first one opened");
    stage.keys("down up");
    click(&mut stage, "see what was spent");
    assert!(stage.text().contains("╭ Actions"), "keys in between count as selecting");
    click(&mut stage, "see what was spent");
    assert!(stage.text().contains("╭ Cost "), "{}", stage.text());
}

#[test]
fn the_keys_of_sheets_are_those_of_the_keymap() {
    let keymap = "[conflict]\n\"u\" = \"keep-yours\"\n\"y\" = \"\"\n[question]\n\"ctrl-y\" = \"answer-yes\"\n\"y\" = \"\"\n\
                  [sheet]\n\"x\" = \"sheet-leave\"\n";
    let options = TuiOptions { keymap: Some(keymap.to_owned()), ..TuiOptions::default() };
    let mut stage = Stage::with(120, 40, options);
    stage.begin();
    conflicted(&mut stage);
    assert!(stage.text().contains("u keep yours"), "{}", stage.text());
    stage.keys("y");
    assert!(stage.asked.is_empty() && stage.text().contains("Conflict in"), "{:?}", stage.asked);
    stage.keys("u");
    assert!(matches!(stage.asked[..], [Effect::Send(Op::Resolve { resolution: Resolution::Yours, .. })]));
    stage.event(EventKind::CacheAtRisk { act: "ask another model".to_owned(), worth_micros: 400_000 });
    assert!(stage.text().contains("Ctrl-Y go on") && stage.text().contains("n leave it"), "{}", stage.text());
    stage.asked.clear();
    stage.keys("y");
    assert!(stage.asked.is_empty());
    stage.keys("ctrl-y");
    assert_eq!(stage.asked, [Effect::Send(Op::Proceed)]);
    stage.keys("f2 esc ctrl-p 'spent enter");
    assert!(stage.text().contains("╭ Cost "));
    stage.keys("x");
    assert!(!stage.text().contains("╭ Cost "));
}
