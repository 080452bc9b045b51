//! The file tree's state and what the keys do with it.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::Rect;

use super::super::action::Action;
use super::super::clipboard::Copied;
use super::super::effect::{Effect, Overlay};
use super::super::safe;
use super::super::sight::Sight;
use super::filter::Filter;
use super::marks::Marks;
use super::rows::{Folders, Row, RowKind, TreeEntry, match_rows, tree_rows};
use crate::path::{EntryName, PathList, RelPath};
use crate::review::{Decision, Pick, Revision};
use crate::session::{Op, SessionState};

/// After the disk changed, so many open folders are read again at once.
const MAX_RELISTED: usize = 64;

/// More changes than these are not decided by one key.
const MAX_UNASKED: usize = 20;

/// The file tree.
#[derive(Debug, Default)]
pub(in crate::tui) struct TreePane {
    folders: Folders,
    asked: HashSet<Option<RelPath>>,
    open: BTreeSet<RelPath>,
    files: Arc<PathList>,
    is_walked: bool,
    seen: Option<Revision>,
    repo_is_stale: bool,
    failure: Option<String>,
    pub(super) marks: Marks,
    pub(super) rows: Vec<Row>,
    pub(super) selected: usize,
    pub(super) top: usize,
    pub(super) filter: Option<Filter>,
}

impl TreePane {
    /// Returns a tree of which nothing is known yet; [`TreePane::start`] asks for the root.
    pub(in crate::tui) fn new() -> Self {
        Self { repo_is_stale: true, ..Self::default() }
    }

    /// Asks for the root.
    pub(in crate::tui) fn start(&mut self) -> Vec<Effect> {
        self.ask(None).into_iter().collect()
    }

    /// Notes that git or the disk changed; the next [`TreePane::sync`] looks at it.
    pub(in crate::tui) fn repository_changed(&mut self) -> Vec<Effect> {
        self.repo_is_stale = true;
        let open = self.open.iter().cloned().map(Some).take(MAX_RELISTED);
        std::iter::once(None).chain(open).map(Effect::List).collect()
    }

    /// Notes that a file was written or removed; its folder is read again if it is shown and may differ.
    pub(in crate::tui) fn file_written(&mut self, path: &RelPath) -> Vec<Effect> {
        let folder = path.parent();
        if self.folders.contains_key(&folder) { vec![Effect::List(folder)] } else { Vec::new() }
    }

    /// Takes over what changed in the session.
    pub(in crate::tui) fn sync(&mut self, state: &SessionState) {
        let revision = state.review.revision();
        if self.seen == Some(revision) && !self.repo_is_stale {
            return;
        }
        self.seen = Some(revision);
        self.repo_is_stale = false;
        self.marks = Marks::of(state);
        self.rebuild();
    }

    /// Takes a folder's entries in.
    pub(in crate::tui) fn listed(&mut self, folder: Option<RelPath>, entries: Result<Vec<TreeEntry>, String>) {
        match entries {
            Ok(entries) => {
                self.failure = None;
                self.folders.insert(folder, entries);
            }
            Err(reason) => {
                self.asked.remove(&folder);
                self.folders.remove(&folder);
                match folder {
                    Some(folder) => drop(self.open.remove(&folder)),
                    None => self.failure = Some(reason),
                }
            }
        }
        self.rebuild();
    }

    /// Takes all files in, sorted, for the filter.
    pub(in crate::tui) fn set_files(&mut self, files: Arc<PathList>) {
        self.files = files;
        self.search();
    }

    /// Tells whether keys are typed into the filter.
    pub(in crate::tui) fn is_typing(&self) -> bool {
        self.filter.as_ref().is_some_and(|filter| filter.is_typing)
    }

    /// Closes the filter; false if there was none.
    pub(in crate::tui) fn escape(&mut self) -> bool {
        if self.filter.take().is_none() {
            return false;
        }
        self.rebuild();
        true
    }

    /// Does an action; `height` is how many rows are seen.
    pub(in crate::tui) fn act(&mut self, action: Action, state: &SessionState, height: usize) -> Vec<Effect> {
        let page = height.saturating_sub(1).max(1);
        match action {
            Action::TreeDown => self.select(self.selected.saturating_add(1)),
            Action::TreeUp => self.select(self.selected.saturating_sub(1)),
            Action::TreePageDown => self.select(self.selected.saturating_add(page)),
            Action::TreePageUp => self.select(self.selected.saturating_sub(page)),
            Action::TreeHalfPageDown => self.select(self.selected.saturating_add(page.div_ceil(2))),
            Action::TreeHalfPageUp => self.select(self.selected.saturating_sub(page.div_ceil(2))),
            Action::TreeTop => self.select(0),
            Action::TreeBottom => self.select(usize::MAX),
            Action::TreeFilter => return self.begin_filter(),
            action => {
                let Some(row) = self.rows.get(self.selected).cloned() else { return Vec::new() };
                let effects = self.act_on(action, &row, state);
                self.keep_in_view(height);
                return effects;
            }
        }
        self.keep_in_view(height);
        Vec::new()
    }

    /// Goes to a row by its number from 0, or to the last.
    pub(in crate::tui) fn go_to_row(&mut self, at: usize, height: usize) {
        self.select(at);
        self.keep_in_view(height);
    }

    /// Scrolls so that the selected row stands there.
    pub(in crate::tui) fn align(&mut self, sight: Sight, height: usize) {
        self.top = self.selected.saturating_sub(sight.above(1, height));
        self.keep_in_view(height);
    }

    /// Returns where the tree stands, to see whether something moved it.
    pub(in crate::tui) fn standing(&self) -> (usize, usize) {
        (self.selected, self.top)
    }

    /// Takes a key into the filter.
    pub(in crate::tui) fn key(&mut self, key: KeyEvent, state: &SessionState, height: usize) -> Vec<Effect> {
        let Some(filter) = self.filter.as_mut().filter(|filter| filter.is_typing) else { return Vec::new() };
        let has_control = key.modifiers.contains(KeyModifiers::CONTROL);
        match key.code {
            KeyCode::Char('u') if has_control => {
                filter.query.clear();
                self.search();
            }
            KeyCode::Char('w') if has_control => {
                let kept = filter.query.trim_end().rfind([' ', '/']).unwrap_or(0);
                filter.query.truncate(kept);
                self.search();
            }
            KeyCode::Char(_) if has_control || key.modifiers.contains(KeyModifiers::ALT) => {}
            KeyCode::Char(character) => {
                filter.query.push(character);
                filter.narrow();
                self.show_best();
            }
            KeyCode::Backspace => {
                if filter.query.pop().is_none() {
                    self.escape();
                } else {
                    self.search();
                }
            }
            KeyCode::Down => return self.act(Action::TreeDown, state, height),
            KeyCode::Up => return self.act(Action::TreeUp, state, height),
            KeyCode::PageDown => return self.act(Action::TreePageDown, state, height),
            KeyCode::PageUp => return self.act(Action::TreePageUp, state, height),
            KeyCode::Enter => {
                filter.is_typing = false;
                return self.act(Action::TreeOpen, state, height);
            }
            _ => {}
        }
        Vec::new()
    }

    /// Takes text pasted into the filter.
    pub(in crate::tui) fn paste(&mut self, text: &str) {
        if let Some(filter) = self.filter.as_mut().filter(|filter| filter.is_typing) {
            filter.query.extend(text.chars().filter(|character| !safe::is_hidden(*character)).take(256));
            self.search();
        }
    }

    /// Takes a click or the wheel; `area` is the inside of the pane.
    pub(in crate::tui) fn mouse(&mut self, mouse: MouseEvent, area: Rect, state: &SessionState) -> Vec<Effect> {
        let lines = usize::from(self.list_area(area).height);
        match mouse.kind {
            MouseEventKind::ScrollDown => {
                self.top = self.top.saturating_add(3).min(self.rows.len().saturating_sub(lines));
                let seen = self.selected.clamp(self.top, self.top + lines.saturating_sub(1));
                self.select(seen);
            }
            MouseEventKind::ScrollUp => {
                self.top = self.top.saturating_sub(3);
                let seen = self.selected.clamp(self.top, self.top + lines.saturating_sub(1));
                self.select(seen);
            }
            MouseEventKind::Down(MouseButton::Left) => {
                let list = self.list_area(area);
                let Some(line) = mouse.row.checked_sub(list.y) else { return Vec::new() };
                let at = self.top_for(lines) + usize::from(line);
                let Some(row) = self.rows.get(at) else { return Vec::new() };
                let opens = row.kind.is_folder() || at == self.selected;
                self.select(at);
                if opens {
                    return self.act(Action::TreeOpen, state, lines);
                }
            }
            _ => {}
        }
        Vec::new()
    }

    /// Returns what the border says.
    pub(in crate::tui) fn title(&self, state: &SessionState) -> String {
        let folder = state.workspace.trim_end_matches('/').rsplit('/').next().unwrap_or("");
        match &self.filter {
            Some(filter) if !self.is_walked => format!("Files: {} so far", filter.matches.len()),
            Some(filter) => format!("Files: {} of {}", filter.matches.len(), self.files.len()),
            None if folder.is_empty() => "Files".to_owned(),
            None => folder.to_owned(),
        }
    }

    /// Returns the actions worth a hint.
    pub(in crate::tui) fn hints(&self, _state: &SessionState) -> Vec<Action> {
        let mut hints = vec![Action::TreeOpen, Action::TreeFilter, Action::TreeContext];
        if let Some(row) = self.rows.get(self.selected)
            && row.name.path().is_some_and(|path| self.marks.note(path).pending > 0)
        {
            hints.splice(1..1, [Action::TreeAccept, Action::TreeReject]);
        }
        hints
    }

    /// Returns why the root could not be read.
    pub(super) fn failure(&self) -> Option<&str> {
        self.failure.as_deref()
    }

    /// Tells whether the root's entries have come.
    pub(super) fn is_read(&self) -> bool {
        self.folders.contains_key(&None)
    }

    /// Notes that the walk over all files is complete.
    pub(in crate::tui) fn walked(&mut self) {
        self.is_walked = true;
    }

    /// Returns the first row to show where so many fit.
    pub(super) fn top_for(&self, height: usize) -> usize {
        let least = (self.selected + 1).saturating_sub(height);
        let most = self.rows.len().saturating_sub(height);
        self.top.clamp(least.min(self.selected), self.selected).min(most.max(least))
    }

    fn act_on(&mut self, action: Action, row: &Row, state: &SessionState) -> Vec<Effect> {
        let path = match &row.name {
            EntryName::Path(path) => path,
            EntryName::Odd(shown) => return self.act_on_odd(action, shown),
        };
        match action {
            Action::TreeOpen => match row.kind {
                RowKind::OpenFolder => self.fold(path),
                RowKind::ClosedFolder => return self.unfold(path),
                RowKind::File | RowKind::Link => {
                    let is_changed = state.review.file(path).is_some();
                    let path = path.clone();
                    return vec![if is_changed { Effect::ShowChanges(path) } else { Effect::ShowFile(path) }];
                }
            },
            Action::TreeFold if row.kind == RowKind::OpenFolder => self.fold(path),
            Action::TreeFold => {
                let parent = path.parent();
                let is_parent = |other: &Row| other.name.path().is_some_and(|path| Some(path) == parent.as_ref());
                if let Some(at) = self.rows.iter().position(is_parent) {
                    self.select(at);
                }
            }
            Action::TreeUnfold => match row.kind {
                RowKind::ClosedFolder => return self.unfold(path),
                RowKind::OpenFolder => self.select(self.selected + 1),
                RowKind::File | RowKind::Link => {}
            },
            Action::TreeContext => {
                let path = path.clone();
                if row.kind.is_folder() {
                    return vec![Effect::Say("only files can be added to the context".to_owned())];
                }
                let has_it = state.context.contains(&path);
                return vec![Effect::Send(if has_it { Op::DropContext { path } } else { Op::AddContext { path } })];
            }
            Action::TreeAccept => return self.decide(row.kind, path, state, Decision::Accepted),
            Action::TreeReject => return self.decide(row.kind, path, state, Decision::Rejected),
            Action::TreeCopyPath => return vec![Effect::Copy(Copied::new("the path", path.as_str()))],
            _ => {}
        }
        Vec::new()
    }

    /// Does an action on an entry without a path: says why it cannot be done.
    fn act_on_odd(&mut self, action: Action, shown: &str) -> Vec<Effect> {
        match action {
            Action::TreeFold => {
                let depth = self.rows.get(self.selected).map_or(0, |row| row.depth);
                let above = self.rows[..self.selected.min(self.rows.len())].iter().rposition(|row| row.depth < depth);
                self.select(above.unwrap_or(self.selected));
                Vec::new()
            }
            Action::TreeOpen
            | Action::TreeUnfold
            | Action::TreeContext
            | Action::TreeAccept
            | Action::TreeReject
            | Action::TreeCopyPath => {
                vec![Effect::Say(format!("adit cannot work on {shown}: its name is not UTF-8"))]
            }
            _ => Vec::new(),
        }
    }

    fn decide(&self, kind: RowKind, path: &RelPath, state: &SessionState, decision: Decision) -> Vec<Effect> {
        let note = self.marks.note(path);
        if note.pending == 0 {
            let words = match note.conflicts {
                0 => format!("nothing is pending in {path}"),
                _ => format!("{path} has a conflict to settle first"),
            };
            return vec![Effect::Say(words)];
        }
        let path = path.clone();
        let pick = if kind.is_folder() { Pick::Folder { path } } else { Pick::File { path } };
        let (revision, count) = (state.review.revision(), note.pending);
        if count > MAX_UNASKED {
            return vec![Effect::Open(Overlay::Confirm { pick, revision, decision, count })];
        }
        vec![Effect::Send(Op::Decide { revision, pick, decision, note: None })]
    }

    fn fold(&mut self, folder: &RelPath) {
        self.open.remove(folder);
        self.rebuild();
    }

    fn unfold(&mut self, folder: &RelPath) -> Vec<Effect> {
        self.open.insert(folder.clone());
        self.rebuild();
        self.ask(Some(folder.clone())).into_iter().collect()
    }

    fn ask(&mut self, folder: Option<RelPath>) -> Option<Effect> {
        self.asked.insert(folder.clone()).then_some(Effect::List(folder))
    }

    fn begin_filter(&mut self) -> Vec<Effect> {
        let filter = self.filter.get_or_insert_default();
        filter.is_typing = true;
        self.search();
        if self.is_walked { Vec::new() } else { vec![Effect::Walk] }
    }

    fn search(&mut self) {
        if let Some(filter) = &mut self.filter {
            filter.search(&self.files, self.marks.proposed_files());
            self.show_best();
        }
    }

    fn show_best(&mut self) {
        self.rebuild();
        self.selected = 0;
        self.top = 0;
    }

    /// Makes the rows anew and keeps the selection on the same path where it is still there.
    fn rebuild(&mut self) {
        let name = self.rows.get(self.selected).map(|row| row.name.clone());
        self.rows = match &self.filter {
            Some(filter) => match_rows(&filter.matches, &self.marks),
            None => tree_rows(&self.folders, &self.open, &self.marks),
        };
        let same = name.and_then(|name| self.rows.iter().position(|row| row.name == name));
        self.select(same.unwrap_or(self.selected));
    }

    fn select(&mut self, at: usize) {
        self.selected = at.min(self.rows.len().saturating_sub(1));
    }

    fn keep_in_view(&mut self, height: usize) {
        self.top = self.top_for(height);
    }
}
