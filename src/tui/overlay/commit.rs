//! The commit sheet: what will be committed, what stays, and the message, drafted and then edited.

use crossterm::event::{KeyCode, KeyEvent};
use ratatui::layout::{Position, Rect};
use ratatui::widgets::Widget as _;
use tui_textarea::TextArea;

use super::super::action::{Action, Context};
use super::super::effect::{EditorJob, Effect};
use super::super::safe;
use super::super::text::{clip, put, width};
use super::super::theme::Scope;
use super::modal::{Hint, Modal, Paper, Surroundings, Verdict, act, key as hint};
use super::sheet::{between, line, question, sheet, tell_keys};
use super::summary::{FileSummary, summarize, totals};
use super::words::{plain, scroll_back, text_area};
use crate::review::Revision;
use crate::session::{EventKind, Head, Level, Op, Reversal, SessionState, reversal};

/// The sheet's state; it is kept while the sheet is closed, so that no word is lost.
#[derive(Debug, Clone)]
pub(in crate::tui) struct CommitSheet {
    text: TextArea<'static>,
    is_touched: bool,
    stage: Stage,
    problem: Option<String>,
    /// What of the session's commits is taken back, and at which revision of the review that was so.
    reversal: (Option<Revision>, Reversal),
}

/// With more lines than these, blank ones stand between the parts.
const ROOMY: u16 = 6;

const NOTHING: &str = "Nothing was accepted yet: accept changes in the review first.";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Editing,
    Drafting,
    Committing,
}

impl Default for CommitSheet {
    fn default() -> Self {
        Self {
            text: text_area(""),
            is_touched: false,
            stage: Stage::Editing,
            problem: None,
            reversal: Default::default(),
        }
    }
}

impl CommitSheet {
    /// Opens it: takes the draft over, or asks for one.
    pub(in crate::tui) fn open(&mut self, state: &SessionState) -> Vec<Effect> {
        self.problem = None;
        self.sync(state);
        if self.is_touched || self.stage != Stage::Editing {
            return Vec::new();
        }
        match &state.draft {
            Some(draft) => self.text = text_area(draft),
            None if can_commit(state) => return self.draft(),
            None => {}
        }
        Vec::new()
    }

    /// Takes over what happened; tells whether the sheet is done and closes.
    pub(in crate::tui) fn event(&mut self, kind: &EventKind) -> bool {
        let is_waiting = self.stage != Stage::Editing;
        match kind {
            EventKind::CommitDrafted { message, fault, .. } => {
                if self.stage == Stage::Drafting {
                    self.stage = Stage::Editing;
                    self.problem.clone_from(fault);
                }
                if !self.is_touched {
                    self.text = text_area(message);
                }
            }
            EventKind::Committed { .. } => {
                *self = Self::default();
                return true;
            }
            EventKind::Refused { reason, hint } | EventKind::Notice { level: Level::Error, text: reason, hint }
                if is_waiting =>
            {
                self.stage = Stage::Editing;
                let hint = hint.as_deref().map(|hint| format!(" {hint}")).unwrap_or_default();
                self.problem = Some(format!("{reason}.{hint}"));
            }
            _ => {}
        }
        false
    }

    /// Does an action.
    pub(in crate::tui) fn act(&mut self, action: Action, state: &SessionState) -> Vec<Effect> {
        match action {
            Action::CommitNow => self.commit(state),
            Action::DraftAgain if !can_commit(state) => {
                self.problem = Some(nothing_here(state).to_owned());
                Vec::new()
            }
            Action::DraftAgain => {
                self.is_touched = false;
                self.draft()
            }
            Action::EditMessage => vec![Effect::Edit(EditorJob::CommitMessage { text: self.message() })],
            _ => Vec::new(),
        }
    }

    /// Takes the message back from the user's editor.
    pub(in crate::tui) fn set_message(&mut self, text: &str) {
        self.text = text_area(text);
        self.is_touched = true;
    }

    /// Returns the message as it stands.
    pub(in crate::tui) fn message(&self) -> String {
        self.text.lines().join("\n")
    }

    /// Shows as much as fits, after the screen has another size.
    pub(in crate::tui) fn resized(&mut self) {
        scroll_back(&mut self.text);
    }

    /// Returns what stands above the message, in at most so many lines: what will be committed, and what is to be known.
    fn rows(&self, room: u16, inner: Rect, state: &SessionState) -> Vec<Vec<(String, Scope)>> {
        let columns = usize::from(inner.width);
        let one = |text: &str, scope| vec![(clip(&safe::shown(text, 0), columns).into_owned(), scope)];
        let files = summarize(state);
        let mut rows: Vec<Vec<(String, Scope)>> = Vec::new();
        let mut weighty = Vec::new();
        if !files.iter().any(|file| file.is_in) {
            weighty.push(one(&nothing(state), Scope::Warning));
        }
        let back = self.reversal.1.commits.iter().map(|commit| format!("This takes back {}.", commit.words()));
        weighty.extend(back.map(|words| one(&words, Scope::Warning)));
        weighty.extend(notices(state).iter().map(|notice| one(notice, Scope::Warning)));
        if !files.is_empty() {
            rows.push(one(&totals(&files), Scope::Heading));
        }
        let room = usize::from(room);
        weighty.truncate(room);
        let left = room - weighty.len();
        let most = usize::from(inner.height / 3).max(1).min(left.saturating_sub(rows.len()));
        let more = files.len() - files.len().min(most);
        let told = if more > 0 { format!("and {more} more") } else { String::new() };
        let has_row = rows.len() + most < left;
        for (at, file) in files.iter().take(most).enumerate() {
            let is_last = at + 1 == most && !has_row;
            rows.push(file_row(file, columns, if is_last { &told } else { "" }));
        }
        if more > 0 && has_row {
            rows.push(vec![("  ".to_owned(), Scope::Muted), (told, Scope::Muted)]);
        }
        rows.truncate(left);
        // What keeps the commit from being made stands first, what goes with it last.
        let at = if files.iter().any(|file| file.is_in) { rows.len() } else { 0 };
        rows.splice(at..at, weighty);
        rows
    }

    fn draft(&mut self) -> Vec<Effect> {
        self.stage = Stage::Drafting;
        self.problem = None;
        vec![Effect::Send(Op::DraftCommit)]
    }

    fn commit(&mut self, state: &SessionState) -> Vec<Effect> {
        let message = self.message().trim().to_owned();
        if state.lacks_repository() {
            return vec![Effect::Send(Op::InitRepository)];
        }
        if self.stage == Stage::Committing {
            return Vec::new();
        }
        if !can_commit(state) {
            self.problem = Some(nothing_here(state).to_owned());
        } else if message.is_empty() {
            self.problem = Some("write a message first".to_owned());
        } else {
            self.stage = Stage::Committing;
            self.problem = None;
            return vec![Effect::Send(Op::Commit { message })];
        }
        Vec::new()
    }
}

impl Modal for CommitSheet {
    fn context(&self) -> Context {
        Context::Commit
    }

    fn hints(&self, state: &SessionState) -> Vec<Hint> {
        if state.lacks_repository() {
            return vec![hint("enter", "make a repository")];
        }
        vec![
            act(Action::CommitNow, "commit"),
            act(Action::DraftAgain, "draft anew"),
            act(Action::EditMessage, "editor"),
        ]
    }

    fn takes_text(&self) -> bool {
        true
    }

    /// Takes a key into the message. Without a repository, Enter makes one.
    fn key(&mut self, key: KeyEvent, around: Surroundings<'_>) -> Verdict {
        if around.state.lacks_repository() {
            let is_enter = key.code == KeyCode::Enter;
            return Verdict::Stay(if is_enter { vec![Effect::Send(Op::InitRepository)] } else { Vec::new() });
        }
        if self.text.input(key) {
            self.is_touched = true;
            self.problem = None;
        }
        Verdict::stay()
    }

    fn paste(&mut self, text: &str) {
        self.is_touched |= self.text.insert_str(plain(text));
    }

    /// Takes over how the review stands.
    fn sync(&mut self, state: &SessionState) -> bool {
        let revision = Some(state.review.revision());
        if self.reversal.0 != revision {
            self.reversal = (revision, reversal(state));
        }
        true
    }

    fn view(&self, paper: Paper<'_>, around: Surroundings<'_>) -> Option<Position> {
        let Paper { screen, buffer, theme } = paper;
        let Surroundings { state, keymap, .. } = around;
        if state.lacks_repository() {
            let words = [("There is no git repository here, so commits are off.", Scope::Warning)];
            let keys = [
                ("Enter", "makes one here; what you accepted is then ready to be committed"),
                ("Esc", "leaves; accepted changes are on disk in any case"),
            ];
            let keys = keys.map(|(key, what)| (key.to_owned(), what));
            question(screen, 84, &title(state), &words, keys, buffer, theme);
            return None;
        }
        let size = (84.min(screen.width.saturating_sub(4)), 30.min(screen.height.saturating_sub(4)));
        let inner = sheet(screen, size, &title(state), buffer, theme);
        let keys = [
            (Action::CommitNow, "commit"),
            (Action::DraftAgain, "draft anew"),
            (Action::EditMessage, "editor"),
            (Action::Escape, "leave"),
        ];
        let keys = keys.map(|(action, what)| {
            (keymap.key_here(Context::Commit, action).map(ToString::to_string).unwrap_or_default(), what)
        });
        let body = tell_keys(inner, keys, buffer, theme);
        let body = between(body, 0, u16::from(body.height > ROOMY));
        // The message and its heading stay where the list of files has no room.
        let is_roomy = body.height > ROOMY;
        let rows = self.rows(body.height.saturating_sub(2 + u16::from(is_roomy)), inner, state);
        for (at, pieces) in rows.iter().enumerate() {
            let row = line(body, at);
            pieces.iter().fold(0, |column, (text, scope)| put(buffer, row, column, text, theme.style(*scope)));
        }
        let used = u16::try_from(rows.len()).unwrap_or(u16::MAX);
        let message = between(body, used + u16::from(used > 0 && is_roomy), 0);
        let (words, scope) = match (self.stage, &self.problem) {
            (_, Some(problem)) => (problem.as_str(), Scope::Error),
            (Stage::Drafting, None) => ("drafting…", Scope::Accent),
            (Stage::Committing, None) => ("committing…", Scope::Accent),
            (Stage::Editing, None) => ("", Scope::Muted),
        };
        let has_heading = message.height > 1;
        if has_heading {
            let at = put(buffer, message, 0, "Message", theme.style(Scope::Heading));
            let room = usize::from(message.width.saturating_sub(at + 2));
            put(buffer, message, at + 2, &clip(&safe::shown(words, 0), room), theme.style(scope));
        }
        self.text.render(between(message, u16::from(has_heading), 0), buffer);
        None
    }
}

/// Returns the line of a file; where none is left for how many more there are, it tells that, too.
fn file_row(file: &FileSummary, columns: usize, more: &str) -> Vec<(String, Scope)> {
    let (sign, sign_scope, scope) =
        if file.is_in { ("● ", Scope::Good, Scope::Text) } else { ("○ ", Scope::Muted, Scope::Muted) };
    let words = if more.is_empty() { file.words() } else { format!("{}  {more}", file.words()) };
    let room = columns.saturating_sub(width(&words) + 5);
    let path = clip(&safe::shown(file.path.as_str(), 0), room).into_owned();
    vec![(sign.to_owned(), sign_scope), (path, scope), (format!("  {words}"), Scope::Muted)]
}

fn can_commit(state: &SessionState) -> bool {
    !state.lacks_repository() && summarize(state).iter().any(|file| file.is_in)
}

/// Says why there is nothing to commit.
fn nothing(state: &SessionState) -> String {
    let paths = &state.committed_elsewhere;
    match paths.as_slice() {
        [] => NOTHING.to_owned(),
        [path] => format!("What was accepted in {path} was committed outside of adit; nothing of it is left."),
        [path, others @ ..] => {
            let more = others.len();
            format!("What was accepted in {path} and {more} more was committed outside of adit; nothing is left.")
        }
    }
}

/// Says the same in a few words.
fn nothing_here(state: &SessionState) -> &'static str {
    if state.committed_elsewhere.is_empty() { "nothing was accepted yet" } else { "it is committed already" }
}

fn title(state: &SessionState) -> String {
    match &state.repo.head {
        None => "Commit".to_owned(),
        Some(Head::Branch(name) | Head::Unborn(name)) => format!("Commit to {name}"),
        Some(Head::Detached(id)) => format!("Commit to a detached HEAD at {id}"),
    }
}

/// Returns what the user should know before the commit.
fn notices(state: &SessionState) -> Vec<String> {
    let mut notices = Vec::new();
    if let Some(operation) = &state.repo.in_progress {
        notices.push(format!("A {operation} is in progress."));
    }
    if !state.repo.bypassed.is_empty() {
        notices.push(format!("This commit will bypass: {}.", state.repo.bypassed.join(", ")));
    }
    notices
}
