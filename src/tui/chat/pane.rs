//! The conversation's view state, and what actions do to it.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::sync::Arc;

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::Rect;

use super::codes::{CodePlace, Codes};
use super::entry;
use super::scroll::{Bring, Scroll};
use super::search::ChatSearch;
use crate::config::ScreenConfig;
use crate::session::{Entry, SessionState, TurnId, TurnOutcome};
use crate::tui::{Action, Copied, Effect, Follow, LinkTable, LinkWay, PaneId, Place};

/// Columns that one key scrolls code sideways, and all of them at most.
const SIDEWAYS: usize = 8;
const MOST_SIDEWAYS: usize = 10_000;
/// How far a turn of the wheel scrolls.
const WHEEL_ROWS: isize = 3;

/// What is selected: an entry, or a code block in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Selected {
    /// The entry.
    pub(super) item: usize,
    /// The code block.
    pub(super) code: Option<CodePlace>,
}

impl Selected {
    /// Returns the part in which it begins.
    pub(super) fn place(&self) -> Place {
        Place { item: self.item, part: self.code.map_or(0, |code| code.part) }
    }

    /// Tells whether something of it stands in a part.
    pub(super) fn is_in(&self, place: Place) -> bool {
        self.item == place.item && self.code.is_none_or(|code| code.part == place.part)
    }
}

/// The conversation.
#[derive(Debug)]
pub struct ChatPane {
    /// Where the view stands. Drawing settles what actions asked for, since only it knows the heights;
    /// settling twice changes nothing, so drawing twice gives the same.
    pub(super) scroll: RefCell<Scroll>,
    pub(super) selected: Option<Selected>,
    /// How the selection is to be brought into view by the next drawing, if it is.
    pub(super) brings: Cell<Option<Bring>>,
    /// Entries whose fold is not the default.
    pub(super) opened: BTreeSet<usize>,
    entries: usize,
    /// The search, if there is one.
    pub(super) search: Option<Box<ChatSearch>>,
    /// Whether long lines of code are wrapped, and how many columns they are scrolled where they are not.
    pub(super) wraps: bool,
    pub(super) sideways: usize,
    /// How links are shown, and their numbers on the screen.
    pub(super) link_way: LinkWay,
    pub(super) links: Arc<LinkTable>,
}

impl ChatPane {
    /// Returns the pane at the tail of the conversation.
    pub fn new(_config: &ScreenConfig) -> Self {
        Self {
            scroll: RefCell::new(Scroll::new()),
            selected: None,
            brings: Cell::new(None),
            opened: BTreeSet::new(),
            entries: 0,
            search: None,
            wraps: true,
            sideways: 0,
            link_way: LinkWay::Text,
            links: Arc::default(),
        }
    }

    /// Shows links in this way.
    pub fn show_links(&mut self, way: LinkWay) {
        self.link_way = way;
    }

    /// Returns the numbers of links, where they are shown as links of the terminal's.
    pub(in crate::tui) fn link_table(&self) -> Option<&LinkTable> {
        (self.link_way != LinkWay::Text).then_some(&*self.links)
    }

    /// Returns the numbers of the links that were drawn.
    pub fn links(&self) -> Arc<LinkTable> {
        Arc::clone(&self.links)
    }

    /// Takes over what changed in the session.
    pub fn sync(&mut self, state: &SessionState) {
        let count = state.entries.len();
        if count < self.entries {
            // The conversation was cleared, or a step is sent again: what named entries that are gone is dropped.
            self.opened.retain(|item| *item < count);
            self.selected = self.selected.filter(|selected| selected.item < count);
        }
        self.entries = count;
    }

    /// Follows the end of the conversation from now on by a line, or by more at once.
    pub fn follow_by(&mut self, follow: Follow) {
        self.scroll.get_mut().follow = follow;
    }

    /// Does an action.
    pub fn act(&mut self, action: Action, state: &SessionState) -> Vec<Effect> {
        let page = isize::try_from(self.scroll.get_mut().height.saturating_sub(2).max(1)).unwrap_or(1);
        match action {
            Action::ChatDown => self.scroll.get_mut().by(1),
            Action::ChatUp => self.scroll.get_mut().by(-1),
            Action::ChatPageDown => self.scroll.get_mut().by(page),
            Action::ChatPageUp => self.scroll.get_mut().by(-page),
            Action::ChatHalfPageDown => self.scroll.get_mut().by((page / 2).max(1)),
            Action::ChatHalfPageUp => self.scroll.get_mut().by(-(page / 2).max(1)),
            Action::ChatTop => {
                self.selected = None;
                self.scroll.get_mut().go_top();
            }
            Action::ChatBottom => {
                self.selected = None;
                self.scroll.get_mut().go_bottom();
            }
            Action::ChatNext => self.select_next(state),
            Action::ChatPrevious => self.select_previous(state),
            Action::ChatFold => return self.fold(state),
            Action::ChatFoldAll => return self.fold_all(state),
            Action::ChatNextPrompt => return self.go_to_prompt(true, state),
            Action::ChatPreviousPrompt => return self.go_to_prompt(false, state),
            Action::ChatWrap => {
                self.wraps = !self.wraps;
                self.sideways = 0;
                let words = if self.wraps { "long lines of code are wrapped" } else { "long lines of code are cut" };
                return vec![Effect::Say(words.to_owned())];
            }
            Action::ChatLeft | Action::ChatRight if self.wraps => {
                return vec![Effect::Say("code is wrapped and has nothing to the side".to_owned())];
            }
            Action::ChatLeft => self.sideways = self.sideways.saturating_sub(SIDEWAYS),
            Action::ChatRight => self.sideways = (self.sideways + SIDEWAYS).min(MOST_SIDEWAYS),
            Action::ChatCopy => return self.copy(state),
            Action::ChatCopyCode => return copy_newest_code(state),
            Action::Write => {
                self.selected = None;
                self.search = None;
                return vec![Effect::Focus(PaneId::Chat)];
            }
            Action::Escape => self.selected = None,
            _ => {}
        }
        Vec::new()
    }

    /// Takes the mouse: the wheel scrolls, a click selects an entry and opens or folds it.
    pub fn mouse(&mut self, mouse: MouseEvent, area: Rect, state: &SessionState) -> Vec<Effect> {
        match mouse.kind {
            MouseEventKind::ScrollDown => self.scroll.get_mut().by(WHEEL_ROWS),
            MouseEventKind::ScrollUp => self.scroll.get_mut().by(-WHEEL_ROWS),
            MouseEventKind::Down(MouseButton::Left) => {
                let row = usize::from(mouse.row.saturating_sub(area.y));
                let item = self.scroll.get_mut().shown.get(row).copied();
                match item {
                    Some(item) if state.entries.get(item).is_some() => {
                        self.selected = Some(Selected { item, code: None });
                        self.toggle(item, state);
                    }
                    // Below the last entry, where a row is drawn over, or nothing.
                    _ => self.selected = None,
                }
            }
            _ => {}
        }
        Vec::new()
    }

    /// Returns what the border's title says.
    pub fn title(&self, state: &SessionState) -> String {
        match state.queue.len() {
            0 => "chat".to_owned(),
            waiting => format!("chat  {waiting} queued"),
        }
    }

    /// Returns the actions worth a hint now.
    pub fn hints(&self, state: &SessionState) -> Vec<Action> {
        let mut hints = Vec::new();
        if matches!(state.last_outcome, Some(TurnOutcome::Failed(_) | TurnOutcome::Cancelled)) && !state.is_busy() {
            hints.push(Action::Retry);
        }
        let selected = self.selected.and_then(|selected| state.entries.get(selected.item));
        if selected.is_some_and(|entry| entry::is_foldable(entry)) {
            hints.push(Action::ChatFold);
        }
        hints.extend([
            Action::ChatPrevious,
            Action::ChatNext,
            Action::ChatCopy,
            Action::ChatPageUp,
            Action::ChatBottom,
        ]);
        hints.push(Action::Write);
        hints
    }

    /// Tells whether an entry is opened.
    pub(super) fn is_open(&self, item: usize) -> bool {
        self.opened.contains(&item)
    }

    fn select_next(&mut self, state: &SessionState) {
        let Some(selected) = self.selected else {
            let first = self.scroll.get_mut().shown.first().copied().unwrap_or(0);
            self.select(self.next_selectable(first, state), state);
            return;
        };
        let code = Codes::of(state, selected.item).and_then(|codes| codes.after(selected.code));
        if code.is_some() {
            self.select(Some(Selected { item: selected.item, code }), state);
        } else if let Some(next) = self.next_selectable(selected.item + 1, state) {
            self.select(Some(next), state);
        }
    }

    fn select_previous(&mut self, state: &SessionState) {
        let before = match self.selected {
            Some(Selected { item, code: Some(code) }) => {
                let code = Codes::of(state, item).and_then(|codes| codes.before(Some(code)));
                Some(Selected { item, code })
            }
            Some(Selected { item, code: None }) => previous_selectable(item, state),
            None => {
                let last = self.scroll.get_mut().shown.iter().rev().find(|item| **item < state.entries.len()).copied();
                previous_selectable(last.map_or(state.entries.len(), |last| last + 1), state)
            }
        };
        if before.is_some() {
            self.select(before, state);
        }
    }

    fn select(&mut self, selected: Option<Selected>, _state: &SessionState) {
        self.selected = selected;
        self.brings.set(selected.map(|_| Bring::Near));
    }

    fn next_selectable(&self, from: usize, state: &SessionState) -> Option<Selected> {
        let item = (from..state.entries.len()).find(|item| is_selectable(&state.entries[*item]))?;
        Some(Selected { item, code: None })
    }

    fn fold(&mut self, state: &SessionState) -> Vec<Effect> {
        let item = match self.selected {
            Some(selected) => Some(selected.item),
            // Without a selection the last thing in view that can be opened is meant.
            None => {
                let shown = &self.scroll.get_mut().shown;
                let is_foldable =
                    |item: &&usize| state.entries.get(**item).is_some_and(|entry| entry::is_foldable(entry));
                shown.iter().rev().find(is_foldable).copied()
            }
        };
        match item {
            Some(item) if self.toggle(item, state) => {
                self.selected = Some(Selected { item, code: None });
                Vec::new()
            }
            _ => vec![Effect::Say("nothing here opens or folds".to_owned())],
        }
    }

    /// Opens every tool call and all reasoning, or folds everything where all of it is open.
    fn fold_all(&mut self, state: &SessionState) -> Vec<Effect> {
        let foldable = |item: &usize| {
            let entry = state.entries[*item].as_ref();
            matches!(entry, Entry::Tool { .. } | Entry::Reasoning { .. }) && entry::is_foldable(entry)
        };
        let all: BTreeSet<usize> = (0..state.entries.len()).filter(foldable).collect();
        if all.is_empty() {
            return vec![Effect::Say("nothing here opens or folds".to_owned())];
        }
        let is_open = all.is_subset(&self.opened);
        let words = if is_open {
            self.opened.clear();
            "tool calls and reasoning are folded"
        } else {
            self.opened.extend(all);
            "tool calls and reasoning are open"
        };
        // The entry at the top of the view stays there.
        self.scroll.get_mut().keep_item();
        vec![Effect::Say(words.to_owned())]
    }

    /// Puts the next prompt, or the one before, at the top of the view.
    fn go_to_prompt(&mut self, is_next: bool, state: &SessionState) -> Vec<Effect> {
        let here = match self.selected {
            Some(selected) => selected.item,
            None => self.scroll.get_mut().shown.first().copied().unwrap_or(0),
        };
        let is_prompt = |item: &usize| matches!(state.entries[*item].as_ref(), Entry::Prompt { .. });
        let count = state.entries.len();
        let found =
            if is_next { (here + 1..count).find(is_prompt) } else { (0..here.min(count)).rev().find(is_prompt) };
        let Some(item) = found else {
            let words = if is_next { "this is the last prompt" } else { "this is the first prompt" };
            return vec![Effect::Say(words.to_owned())];
        };
        self.selected = Some(Selected { item, code: None });
        self.scroll.get_mut().go_item(item);
        Vec::new()
    }

    /// Puts the prompt of a turn at the top of the view.
    pub(in crate::tui) fn show_turn(&mut self, turn: TurnId, state: &SessionState) -> Vec<Effect> {
        let is_it = |entry: &Arc<Entry>| matches!(entry.as_ref(), Entry::Prompt { turn: of, .. } if *of == turn);
        let Some(item) = state.entries.iter().rposition(is_it) else {
            return vec![Effect::Say("the turn is no longer part of the conversation".to_owned())];
        };
        self.selected = Some(Selected { item, code: None });
        self.scroll.get_mut().go_item(item);
        Vec::new()
    }

    fn toggle(&mut self, item: usize, state: &SessionState) -> bool {
        if !state.entries.get(item).is_some_and(|entry| entry::is_foldable(entry)) {
            return false;
        }
        if !self.opened.remove(&item) {
            self.opened.insert(item);
            self.brings.set(Some(Bring::Near));
        }
        true
    }

    fn copy(&mut self, state: &SessionState) -> Vec<Effect> {
        let selected = self.selected.or_else(|| {
            let is_text = |item: &usize| matches!(state.entries[*item].as_ref(), Entry::Text { .. });
            let item = (0..state.entries.len()).rev().find(is_text)?;
            Some(Selected { item, code: None })
        });
        let copied = selected.and_then(|selected| {
            let entry = state.entries.get(selected.item)?;
            Some(match selected.code {
                Some(code) => Copied::new("the code block", Codes::of(state, selected.item)?.text(code)?),
                None => Copied::new(entry::told_as(entry), entry::copied(entry)),
            })
        });
        copy_or_say(copied)
    }
}

/// Copies the last code block of the conversation.
fn copy_newest_code(state: &SessionState) -> Vec<Effect> {
    let newest = (0..state.entries.len()).rev().find_map(|item| {
        let codes = Codes::of(state, item)?;
        codes.text(codes.before(None)?)
    });
    copy_or_say(newest.map(|code| Copied::new("the code block", code)))
}

fn copy_or_say(copied: Option<Copied>) -> Vec<Effect> {
    match copied.filter(|copied| !copied.text.trim().is_empty()) {
        Some(copied) => vec![Effect::Copy(copied)],
        None => vec![Effect::Say("there is nothing to copy".to_owned())],
    }
}

fn previous_selectable(before: usize, state: &SessionState) -> Option<Selected> {
    let item = (0..before.min(state.entries.len())).rev().find(|item| is_selectable(&state.entries[*item]))?;
    Some(Selected { item, code: Codes::of(state, item).and_then(|codes| codes.before(None)) })
}

/// Tells whether something can be done with an entry: it is copied, or it opens. What a turn cost is only to be read.
pub(super) fn is_selectable(entry: &Entry) -> bool {
    match entry {
        Entry::Text { text, .. } => !text.trim().is_empty(),
        Entry::Reasoning { text, is_open, .. } => *is_open || !text.trim().is_empty(),
        Entry::Prompt { .. }
        | Entry::Images { .. }
        | Entry::Compacted { .. }
        | Entry::Tool { .. }
        | Entry::Notice { .. }
        | Entry::Committed { .. } => true,
        Entry::Decided { .. } | Entry::TurnEnded { .. } => !entry::copied(entry).trim().is_empty(),
    }
}
