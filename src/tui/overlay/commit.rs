//! The commit sheet: what will be committed, what stays, and the message, drafted and then edited.

use crossterm::event::KeyEvent;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::Widget as _;
use tui_textarea::TextArea;

use super::super::action::{Action, Context};
use super::super::effect::{EditorJob, Effect};
use super::super::keymap::Keymap;
use super::super::safe;
use super::super::text::{clip, put, width};
use super::super::theme::{Scope, Theme};
use super::sheet::{line, sheet};
use super::summary::{summarize, totals};
use super::words::{plain, text_area};
use crate::session::{EventKind, Head, Level, Op, SessionState};

/// The sheet's state; it is kept while the sheet is closed, so that no word is lost.
#[derive(Debug, Clone)]
pub(in crate::tui) struct CommitSheet {
    text: TextArea<'static>,
    is_touched: bool,
    stage: Stage,
    problem: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Editing,
    Drafting,
    Committing,
}

impl Default for CommitSheet {
    fn default() -> Self {
        Self { text: text_area(""), is_touched: false, stage: Stage::Editing, problem: None }
    }
}

impl CommitSheet {
    /// Opens it: takes the draft over, or asks for one.
    pub(in crate::tui) fn open(&mut self, state: &SessionState) -> Vec<Effect> {
        self.problem = None;
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
            EventKind::CommitDrafted { message, .. } => {
                if self.stage == Stage::Drafting {
                    self.stage = Stage::Editing;
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
                self.problem = Some("nothing was accepted yet".to_owned());
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

    /// Takes a key into the message. Without a repository, Enter makes one.
    pub(in crate::tui) fn key(&mut self, key: KeyEvent, state: &SessionState) -> Vec<Effect> {
        if state.lacks_repository() {
            let is_enter = key.code == crossterm::event::KeyCode::Enter;
            return if is_enter { vec![Effect::Send(Op::InitRepository)] } else { Vec::new() };
        }
        if self.text.input(key) {
            self.is_touched = true;
            self.problem = None;
        }
        Vec::new()
    }

    /// Takes pasted text into the message.
    pub(in crate::tui) fn paste(&mut self, text: &str) {
        self.is_touched |= self.text.insert_str(plain(text));
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

    /// Draws it.
    pub(in crate::tui) fn view(
        &self,
        screen: Rect,
        buffer: &mut Buffer,
        theme: &Theme,
        state: &SessionState,
        keymap: &Keymap,
    ) {
        let lines = if state.lacks_repository() { 6 } else { 30 };
        let size = (84.min(screen.width.saturating_sub(4)), lines.min(screen.height.saturating_sub(4)));
        let inner = sheet(screen, size, &title(state), buffer, theme);
        if state.lacks_repository() {
            put(
                buffer,
                line(inner, 1),
                0,
                "There is no git repository here, so commits are off.",
                theme.style(Scope::Warning),
            );
            let at = put(buffer, line(inner, 3), 0, "Enter", theme.style(Scope::Key));
            put(
                buffer,
                line(inner, 3),
                at + 1,
                "makes one here; what you accepted is then ready to be committed",
                theme.style(Scope::Text),
            );
            let at = put(buffer, line(inner, 4), 0, "Esc", theme.style(Scope::Key));
            put(
                buffer,
                line(inner, 4),
                at + 3,
                "leaves; accepted changes are on disk in any case",
                theme.style(Scope::Text),
            );
            return;
        }
        let used = self.draw_files(inner, buffer, theme, state);
        let footer = 1;
        let height = inner.height.saturating_sub(used + footer + 2);
        let heading = Rect { y: inner.y + used, height: 1, ..inner }.intersection(inner);
        let at = put(buffer, heading, 0, "Message", theme.style(Scope::Heading));
        let (words, scope) = match (self.stage, &self.problem) {
            (_, Some(problem)) => (problem.as_str(), Scope::Error),
            (Stage::Drafting, None) => ("drafting…", Scope::Accent),
            (Stage::Committing, None) => ("committing…", Scope::Accent),
            (Stage::Editing, None) => ("", Scope::Muted),
        };
        let room = usize::from(inner.width.saturating_sub(at + 2));
        put(buffer, heading, at + 2, &clip(&safe::shown(words, 0), room), theme.style(scope));
        let text = Rect { y: inner.y + used + 1, height, ..inner }.intersection(inner);
        self.text.render(text, buffer);
        self.draw_footer(line(inner, usize::from(inner.height.saturating_sub(1))), buffer, theme, keymap);
    }

    fn draw_files(&self, inner: Rect, buffer: &mut Buffer, theme: &Theme, state: &SessionState) -> u16 {
        let files = summarize(state);
        let most = usize::from(inner.height / 3).max(1);
        let mut at = 0;
        if !files.iter().any(|file| file.is_in) {
            put(
                buffer,
                inner,
                0,
                "Nothing was accepted yet: accept changes in the review first.",
                theme.style(Scope::Warning),
            );
            at = 1;
        }
        if !files.is_empty() {
            put(buffer, line(inner, at), 0, &clip(&totals(&files), inner.width.into()), theme.style(Scope::Heading));
            at += 1;
        }
        for file in files.iter().take(most) {
            let row = line(inner, at);
            let (sign, scope) = if file.is_in { ("●", Scope::Good) } else { ("○", Scope::Muted) };
            put(buffer, row, 0, sign, theme.style(scope));
            let words = file.words();
            let room = usize::from(row.width).saturating_sub(width(&words) + 5);
            let path = safe::shown(file.path.as_str(), 0);
            let end = put(
                buffer,
                row,
                2,
                &clip(&path, room),
                theme.style(if file.is_in { Scope::Text } else { Scope::Muted }),
            );
            put(buffer, row, end + 2, &words, theme.style(Scope::Muted));
            at += 1;
        }
        if files.len() > most {
            put(buffer, line(inner, at), 2, &format!("and {} more", files.len() - most), theme.style(Scope::Muted));
            at += 1;
        }
        for notice in notices(state) {
            let words = clip(&safe::shown(&notice, 0), inner.width.into()).into_owned();
            put(buffer, line(inner, at), 0, &words, theme.style(Scope::Warning));
            at += 1;
        }
        u16::try_from(at + 1).unwrap_or(u16::MAX)
    }

    fn draw_footer(&self, row: Rect, buffer: &mut Buffer, theme: &Theme, keymap: &Keymap) {
        let mut at = 0;
        for (action, words) in [
            (Action::CommitNow, "commit"),
            (Action::DraftAgain, "draft anew"),
            (Action::EditMessage, "editor"),
            (Action::Escape, "leave"),
        ] {
            let Some(key) = keymap.key(Context::Commit, action) else { continue };
            at = put(buffer, row, at, &key.to_string(), theme.style(Scope::Key));
            at = put(buffer, row, at + 1, words, theme.style(Scope::Muted)) + 2;
        }
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
            self.problem = Some("nothing was accepted yet".to_owned());
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

fn can_commit(state: &SessionState) -> bool {
    !state.lacks_repository() && summarize(state).iter().any(|file| file.is_in)
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
