//! A file that someone else changed where the proposal would change it: the three texts, and the way out.

use crossterm::event::{KeyCode, KeyEvent};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::super::action::{Action, Context};
use super::super::effect::{EditorJob, Effect};
use super::super::safe;
use super::super::text::{clip, put};
use super::super::theme::{Scope, Theme};
use super::modal::{Hint, Modal, Paper, Surroundings, Verdict, act};
use super::sheet::{between, key_of, line, sheet, tell_keys};
use crate::path::RelPath;
use crate::review::{ConflictTexts, Resolution, Snapshot};
use crate::session::{Op, SessionState};

/// The sheet's state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::tui) struct Conflict {
    path: RelPath,
    tab: usize,
    top: usize,
}

/// From this width on the texts stand beside each other.
const WIDE: u16 = 100;

impl Conflict {
    /// Returns the sheet of a file.
    pub(super) fn new(path: RelPath) -> Self {
        Self { path, tab: 1, top: 0 }
    }

    fn scroll(&mut self, by: isize, state: &SessionState) {
        let Some(conflict) = texts(state, &self.path) else { return };
        let longest = sides(conflict).iter().map(|(_, text)| lines(*text).len()).max().unwrap_or(0);
        self.top = self.top.saturating_add_signed(by).min(longest.saturating_sub(1));
    }

    fn edit(&self, conflict: &ConflictTexts, state: &SessionState) -> Vec<Effect> {
        // The editor begins with both sides of each touching place, so that neither has to be typed again.
        let mut review = state.review.clone();
        review.resolve(&self.path, &Resolution::Both);
        let both = review.file(&self.path).and_then(|file| file.target.clone());
        let begin = both.as_ref().or(conflict.proposal.as_ref()).or(conflict.yours.as_ref());
        let text = begin.map_or(Some(""), |begin| begin.text.as_str().filter(|_| !begin.text.is_binary()));
        let Some(text) = text else {
            return vec![Effect::Say(format!("{} is not text; choose a side", self.path))];
        };
        vec![Effect::Edit(EditorJob::Target {
            revision: state.review.revision(),
            path: self.path.clone(),
            text: text.to_owned(),
            line: self.top + 1,
            settles: true,
        })]
    }

    fn draw_text(
        &self,
        name: &str,
        text: Option<&Snapshot>,
        is_chosen: bool,
        area: Rect,
        buffer: &mut Buffer,
        theme: &Theme,
    ) {
        let scope = if is_chosen { Scope::Heading } else { Scope::Muted };
        put(buffer, area, 0, &clip(name, area.width.into()), theme.style(scope));
        let lines = lines(text);
        if lines.is_empty() {
            let words = if text.is_some() { "(empty)" } else { "(no file)" };
            put(buffer, line(area, 1), 0, words, theme.style(Scope::Muted));
        }
        let height = usize::from(area.height.saturating_sub(1));
        for (at, shown) in lines.iter().enumerate().skip(self.top).take(height) {
            let row = line(area, at - self.top + 1);
            let number = format!("{:>4} ", at + 1);
            let after = put(buffer, row, 0, &number, theme.style(Scope::LineNumber));
            let room = usize::from(area.width.saturating_sub(after));
            put(buffer, row, after, &clip(&safe::shown(shown, 0), room), theme.style(Scope::Text));
        }
    }
}

impl Modal for Conflict {
    fn context(&self) -> Context {
        Context::Conflict
    }

    fn hints(&self, _state: &SessionState) -> Vec<Hint> {
        vec![
            act(Action::KeepYours, "keep yours"),
            act(Action::TakeProposal, "review the proposal"),
            act(Action::TakeBoth, "take both"),
            act(Action::EditConflict, "edit"),
            act(Action::NextText, "next text"),
        ]
    }

    /// Tells whether the conflict still stands.
    fn sync(&mut self, state: &SessionState) -> bool {
        texts(state, &self.path).is_some()
    }

    fn answer(&mut self, action: Action, around: Surroundings<'_>) -> Verdict {
        let state = around.state;
        let Some(conflict) = texts(state, &self.path) else { return Verdict::Close(Vec::new()) };
        let resolve = |resolution| vec![Effect::Send(Op::Resolve { path: self.path.clone(), resolution })];
        match action {
            Action::KeepYours => return Verdict::Close(resolve(Resolution::Yours)),
            Action::TakeProposal => return Verdict::Close(resolve(Resolution::Proposal)),
            Action::TakeBoth => return Verdict::Close(resolve(Resolution::Both)),
            Action::EditConflict => return Verdict::Stay(self.edit(conflict, state)),
            Action::NextText => self.tab = (self.tab + 1) % 3,
            Action::PreviousText => self.tab = (self.tab + 2) % 3,
            Action::ConflictDown => self.scroll(1, state),
            Action::ConflictUp => self.scroll(-1, state),
            _ => {}
        }
        Verdict::Stay(Vec::new())
    }

    fn key(&mut self, key: KeyEvent, around: Surroundings<'_>) -> Verdict {
        let state = around.state;
        match key.code {
            KeyCode::Down => self.scroll(1, state),
            KeyCode::Up => self.scroll(-1, state),
            KeyCode::PageDown => self.scroll(15, state),
            KeyCode::PageUp => self.scroll(-15, state),
            _ => {}
        }
        Verdict::stay()
    }

    fn view(&self, paper: Paper<'_>, around: Surroundings<'_>) -> Option<Position> {
        let Paper { screen, buffer, theme } = paper;
        let Surroundings { state, keymap, .. } = around;
        let size = (screen.width.saturating_sub(6), screen.height.saturating_sub(4));
        let inner = sheet(screen, size, &format!("Conflict in {}", self.path), buffer, theme);
        let Some(conflict) = texts(state, &self.path) else {
            put(buffer, inner, 0, "the conflict is settled", theme.style(Scope::Good));
            return None;
        };
        let keys = [
            (Action::KeepYours, "keep yours"),
            (Action::TakeProposal, "review the proposal"),
            (Action::TakeBoth, "take both"),
            (Action::EditConflict, "edit"),
            (Action::NextText, "next text"),
            (Action::Escape, "later"),
        ];
        let inner = tell_keys(inner, keys.map(|(action, what)| (key_of(keymap, action), what)), buffer, theme);
        let why = "Changed on disk where the proposal changes it; nothing was written.";
        put(buffer, inner, 0, &clip(why, inner.width.into()), theme.style(Scope::Warning));
        let body = if inner.height > 5 { between(inner, 2, 1) } else { between(inner, 1, 0) };
        let sides = sides(conflict);
        if inner.width >= WIDE {
            let width = body.width / 3;
            for (at, (name, text)) in (0_u16..).zip(&sides) {
                let area = Rect { x: body.x + at * width, width: width.saturating_sub(1), ..body };
                self.draw_text(name, *text, usize::from(at) == self.tab, area, buffer, theme);
            }
        } else if let Some((name, text)) = sides.get(self.tab) {
            self.draw_text(name, *text, true, body, buffer, theme);
        }
        None
    }
}

fn texts<'a>(state: &'a SessionState, path: &RelPath) -> Option<&'a ConflictTexts> {
    state.review.file(path)?.conflict.as_ref()
}

/// Returns the three texts with their names, in the order of their making.
fn sides(conflict: &ConflictTexts) -> [(&'static str, Option<&Snapshot>); 3] {
    [
        ("Before", conflict.base.as_ref()),
        ("Yours (on disk)", conflict.yours.as_ref()),
        ("Proposal", conflict.proposal.as_ref()),
    ]
}

/// Returns a text's lines without their ends; what is not text is said in one line.
fn lines(text: Option<&Snapshot>) -> Vec<&str> {
    match text.map(|text| text.text.as_str()) {
        None => Vec::new(),
        Some(None) => vec!["(not text)"],
        Some(Some(text)) => text.lines().collect(),
    }
}
