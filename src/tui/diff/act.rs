//! What each action does in the review.

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind};

use super::super::{Action, Context, EditorJob, Effect, Overlay};
use super::geometry::SIDE_BY_SIDE_FROM;
use super::heading;
use super::layout::Spot;
use super::moving::Way;
use super::pane::DiffPane;
use super::rows::{FileRows, Row, Target, wide};
use crate::review::{Decision, Refusal};
use crate::session::{Op, SessionState};

/// Longer lines are not edited in place.
const MAX_EDITED: usize = 10_000;

/// Columns that one key scrolls sideways.
const SIDEWAYS: usize = 8;

impl DiffPane {
    /// Does an action. While a decision waits for the engine's answer the action waits too, so that it meets what
    /// the user expects to be under the cursor then.
    pub fn act(&mut self, action: Action, state: &SessionState) -> Vec<Effect> {
        self.sync(state);
        self.is_untouched = false;
        if self.file.is_some() && is_of_view(action) {
            let height = self.seen.get().1;
            let Some(file) = &mut self.file else { return Vec::new() };
            let effects = file.act(action, height);
            // The review wraps as the file does: one key for both.
            if file.is_wrapped() != self.is_wrapped {
                self.relay(|pane| pane.is_wrapped = !pane.is_wrapped);
            }
            return effects;
        }
        if self.holds_keys() && !is_free(action) {
            self.hold(action);
        } else {
            let effects = self.act_now(action, state);
            self.effects.extend(effects);
        }
        self.take_effects()
    }

    /// Takes a key that no action is bound to: Enter opens what is under the cursor, `x` settles a conflict.
    pub fn key(&mut self, key: KeyEvent, state: &SessionState) -> Vec<Effect> {
        if key.kind == KeyEventKind::Release || self.file.is_some() {
            return Vec::new();
        }
        match key.code {
            KeyCode::Enter if self.target() == Target::Conflict => self.act(Action::ResolveConflict, state),
            KeyCode::Enter if !self.holds_keys() => {
                self.is_untouched = false;
                self.open(self.cursor);
                self.take_effects()
            }
            KeyCode::Char('x') if key.modifiers.is_empty() => self.act(Action::ResolveConflict, state),
            _ => Vec::new(),
        }
    }

    /// Does an action at once.
    pub(super) fn act_now(&mut self, action: Action, state: &SessionState) -> Vec<Effect> {
        if !self.holds_keys() {
            // A note that was begun and left does not move the cursor later.
            self.waiting = None;
        }
        match action {
            Action::DiffDown => self.step(Way::Down),
            Action::DiffUp => self.step(Way::Up),
            Action::DiffPageDown => self.page(Way::Down, 1),
            Action::DiffPageUp => self.page(Way::Up, 1),
            Action::DiffHalfPageDown => self.page(Way::Down, 2),
            Action::DiffHalfPageUp => self.page(Way::Up, 2),
            Action::DiffTop => self.edge(Way::Up),
            Action::DiffBottom => self.edge(Way::Down),
            Action::NextHunk => {
                self.stop(Way::Down, |_| true);
            }
            Action::PreviousHunk => {
                self.stop(Way::Up, |_| true);
            }
            Action::NextFile => self.file_step(Way::Down),
            Action::PreviousFile => self.file_step(Way::Up),
            Action::NextUndecided if self.next_undecided() => {}
            Action::NextUndecided => return vec![Effect::Say("everything is decided".to_owned())],
            Action::Accept => return self.decide(Decision::Accepted, state),
            Action::Reject => return self.decide(Decision::Rejected, state),
            Action::AcceptFile => return self.decide_file(Decision::Accepted, state),
            Action::RejectFile => return self.decide_file(Decision::Rejected, state),
            Action::AcceptAll => return self.decide_all(Decision::Accepted, state),
            Action::RejectAll => return self.decide_all(Decision::Rejected, state),
            // The engine refuses it too; here it can be said by which key more is taken back.
            Action::Undo if state.review.undoable() == Err(Refusal::NothingOfYours) => {
                return vec![Effect::SayWithKeys(
                    "nothing of yours to undo; {history} in the review goes further back",
                )];
            }
            Action::Undo => return self.history(Op::Undo, state),
            Action::Redo => return self.history(Op::Redo, state),
            Action::SelectLines => {
                self.anchor = if self.anchor.is_some() { None } else { Some(self.cursor) };
            }
            Action::Split => return self.toggle_split(),
            Action::EditTarget => return self.edit_target(state),
            Action::EditLine => return self.edit_line(state),
            Action::Note => return self.note(Decision::Pending, state),
            Action::AcceptWithNote => return self.note(Decision::Accepted, state),
            Action::RejectWithNote => return self.note(Decision::Rejected, state),
            Action::SendFeedback => return self.send_feedback(state),
            Action::FilterReview => return self.next_filter(state),
            Action::ToggleBlank => {
                self.folds_blank = !self.folds_blank;
                self.rebuild_all(state);
                let words =
                    if self.folds_blank { "changes of blanks only are folded" } else { "all changes are shown" };
                return vec![Effect::Say(words.to_owned())];
            }
            Action::ToggleViewed => return self.toggle_viewed(state),
            Action::History => return vec![Effect::Open(Overlay::History)],
            Action::ShowPrompt => return self.show_origin(state),
            Action::ToggleSideBySide => {
                self.relay(|pane| pane.wants_pairs = !pane.wants_pairs);
                if self.wants_pairs && !self.last_geometry().is_paired {
                    let words = format!("side by side is shown where the pane has {SIDE_BY_SIDE_FROM} columns");
                    return vec![Effect::Say(words)];
                }
            }
            Action::ToggleWrap => self.relay(|pane| pane.is_wrapped = !pane.is_wrapped),
            Action::ToggleDecided => {
                self.shows_decided = !self.shows_decided;
                self.rebuild_all(state);
                let words = if self.shows_decided { "decisions are shown" } else { "decisions are hidden" };
                return vec![Effect::Say(words.to_owned())];
            }
            Action::DiffLeft => self.scroll = self.scroll.saturating_sub(SIDEWAYS),
            Action::DiffRight => self.scroll = (self.scroll + SIDEWAYS).min(10_000),
            Action::DiffCopy => return self.copy(),
            Action::DiffCopyPath => return self.copy_path(),
            Action::ResolveConflict => return self.resolve(),
            _ => {}
        }
        Vec::new()
    }

    /// Changes how rows are laid out and keeps the cursor in sight.
    fn relay(&mut self, change: impl FnOnce(&mut Self)) {
        change(self);
        let geometry = self.last_geometry();
        self.cursor = geometry.drawn(&self.layout, self.cursor);
        self.top.skip = 0;
        self.top = geometry.follow(&self.layout, self.top, self.cursor);
    }

    fn toggle_split(&mut self) -> Vec<Effect> {
        let Some(file) = self.layout.file(self.cursor) else { return Vec::new() };
        let path = file.change.path.clone();
        self.anchor = None;
        let is_split = !self.split.remove(&path);
        if is_split {
            self.split.insert(path.clone());
        }
        self.rebuild(&path);
        let words = if is_split { "each run is decided by itself" } else { "hunks are decided as a whole" };
        vec![Effect::Say(format!("{}: {words}", heading::path(&path)))]
    }

    /// Opens the conflict of the cursor's file, else the next one there is.
    fn resolve(&mut self) -> Vec<Effect> {
        let has_conflict = |file: &FileRows| file.change.conflict.is_some();
        if !self.layout.file(self.cursor).is_some_and(|file| has_conflict(file)) {
            let Some(file) = self.layout.files.iter().position(|file| has_conflict(file)) else {
                return vec![Effect::Say("there is no conflict to settle".to_owned())];
            };
            self.go_to(Spot { file, row: 0 });
        }
        let path = self.layout.file(self.cursor).map(|file| file.change.path.clone());
        path.map(|path| Effect::Open(Overlay::Conflict { path })).into_iter().collect()
    }

    fn edit_target(&self, state: &SessionState) -> Vec<Effect> {
        let say = |text: String| vec![Effect::Say(text)];
        let Some(file) = self.layout.file(self.cursor) else { return say("there is nothing to edit".to_owned()) };
        let path = &file.change.path;
        let name = heading::path(path);
        if file.change.conflict.is_some() {
            return say(format!("{name} has a conflict to settle first"));
        }
        let Some(target) = &file.change.target else { return say(format!("the proposal deletes {name}")) };
        let Some(text) = target.text.as_str().filter(|_| !target.text.is_binary()) else {
            return say(format!("{name} is not text"));
        };
        vec![Effect::Edit(EditorJob::Target {
            revision: state.review.revision(),
            path: path.clone(),
            text: text.to_owned(),
            line: target_line(file, self.cursor.row) + 1,
            settles: false,
        })]
    }
}

impl DiffPane {
    /// Opens the line under the cursor to be edited in place.
    fn edit_line(&self, state: &SessionState) -> Vec<Effect> {
        let say = |text: &str| vec![Effect::Say(text.to_owned())];
        let Some(file) = self.layout.file(self.cursor) else { return say("there is nothing to edit") };
        if file.change.conflict.is_some() {
            return say("the conflict is to be settled first");
        }
        let row = self.cursor_row();
        let beside = match row {
            // Side by side, an added line may stand beside the removed one under the cursor.
            Some(row) if self.last_geometry().is_paired => file.side_by_side(row).and_then(|(_, new)| new),
            _ => None,
        };
        let line = match row {
            Some(Row::Line { new: Some(new), .. }) => wide(new),
            Some(Row::Line { .. }) => match beside {
                Some(line) => line,
                None => return say("this line goes; put the cursor on an added line or on one that stays"),
            },
            _ => return say("put the cursor on a line to edit it"),
        };
        let bytes = file.new.get(line);
        let is_long = bytes.len() > MAX_EDITED;
        let text = std::str::from_utf8(bytes).ok().filter(|_| !is_long);
        let Some(text) = text.filter(|text| !text.chars().any(|c| c != '\t' && super::super::safe::is_hidden(c)))
        else {
            return say("this line is long, not text, or has hidden characters: edit the file in your editor");
        };
        let (path, revision) = (file.change.path.clone(), state.review.revision());
        let Some(base) = file.change.target.clone() else { return say("the proposal deletes this file") };
        vec![Effect::Open(Overlay::Line { path, revision, at: line, text: text.to_owned(), base })]
    }
}

/// Returns the line of the target at which a row stands.
fn target_line(file: &FileRows, row: usize) -> usize {
    match file.rows.get(row) {
        Some(Row::File | Row::Unit(_) | Row::Conflict) => file.change.diff.runs.first().map_or(0, |run| run.new.start),
        Some(Row::Line { new: Some(new), .. }) => wide(*new),
        Some(Row::Decided(_) | Row::DecidedLine { .. } | Row::Gap { .. }) => {
            // Runs before the place shift the target's lines against the accepted text's.
            let old = file.place(row).0;
            let before = file.change.diff.runs.iter().rev().find(|run| run.old.start < old);
            before.map_or(old, |run| run.new.end + old.saturating_sub(run.old.end))
        }
        _ => file.place(row).1,
    }
}

/// Tells whether an action needs no answer of the engine to be meant as it was.
fn is_free(action: Action) -> bool {
    matches!(action, Action::DiffLeft | Action::DiffRight | Action::ToggleSideBySide | Action::ToggleWrap)
}

/// Tells whether an action belongs to what is shown, so that a file's view takes it in place of the review.
fn is_of_view(action: Action) -> bool {
    let is_of_review = matches!(
        action,
        Action::AcceptAll | Action::RejectAll | Action::Undo | Action::Redo | Action::History | Action::SendFeedback
    );
    action.info().context == Context::Diff && !is_of_review
}
