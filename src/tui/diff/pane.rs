//! The review pane: what it remembers between events.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::ops::Range;
use std::sync::Arc;

use super::super::file_view::FileView;
use super::super::keymap::Keymap;
use super::super::{Action, Context, Effect};
use super::decide::Waiting;
use super::drag::Pull;
use super::filter::Filter;
use super::geometry::{Geometry, Top};
use super::heading::{self, ButtonKeys};
use super::layout::{Layout, Spot};
use super::notes;
use super::rows::{Row, Target};
use super::search::ReviewSearch;
use crate::config::ScreenConfig;
use crate::path::RelPath;
use crate::review::{FileChange, Revision, Snapshot};
use crate::session::SessionState;

/// How many of the review's parts are decided.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Totals {
    pub(super) pending: usize,
    pub(super) decided: usize,
    pub(super) conflicts: usize,
}

impl Totals {
    /// Tells whether something is left to decide or to settle.
    pub(super) fn is_open(self) -> bool {
        self.pending + self.conflicts > 0
    }
}

/// The review, or a file that has no changes, as the right pane shows it.
#[derive(Debug)]
pub struct DiffPane {
    /// Lines of context around a hunk.
    pub(super) context: usize,
    /// Whether the texts stand side by side where there is room.
    pub(super) wants_pairs: bool,
    /// Whether long lines are wrapped.
    pub(super) is_wrapped: bool,
    /// Whether decisions stay in the list.
    pub(super) shows_decided: bool,
    /// Files whose runs are decided one by one.
    pub(super) split: BTreeSet<RelPath>,
    /// Files of which only the heading is shown.
    pub(super) folded: BTreeSet<RelPath>,
    /// Lines between hunks that the user opened.
    pub(super) opened: BTreeMap<RelPath, Vec<Range<usize>>>,
    /// The rows.
    pub(super) layout: Layout,
    /// How far the review is.
    pub(super) totals: Totals,
    /// The proposal of which the totals are.
    pub(super) counted: Option<Revision>,
    /// Whether the user has done nothing here yet: the cursor waits on the first undecided part until then.
    pub(super) is_untouched: bool,
    /// Whether hunks that change blanks only are folded.
    pub(super) folds_blank: bool,
    /// What part of the review is listed.
    pub(super) filter: Filter,
    /// Files that the user has viewed, as they were then.
    pub(super) viewed: BTreeMap<RelPath, Arc<FileChange>>,
    /// Notes that wait to be sent, by file.
    pub(super) notes: BTreeMap<RelPath, Vec<notes::Waiting>>,
    /// The proposal, and how much waited to be told, when the notes were looked at last.
    pub(super) notes_of: (Revision, usize),
    /// The keys that the buttons show.
    pub(super) button_keys: ButtonKeys,
    /// The row that the keys act on.
    pub(super) cursor: Spot,
    /// The first row in sight.
    pub(super) top: Top,
    /// Columns scrolled to the right.
    pub(super) scroll: usize,
    /// Where the selection of lines began.
    pub(super) anchor: Option<Spot>,
    /// Where the mouse went down.
    pub(super) pressed: Option<Spot>,
    /// The drag beyond an edge, if there is one.
    pub(super) pull: Option<Pull>,
    /// In which column.
    pub(super) pressed_column: u16,
    /// The size at which the pane was drawn last, so that keys scroll by what is in sight.
    pub(super) seen: Cell<(u16, u16)>,
    /// The decision that the engine has not answered yet.
    pub(super) waiting: Option<Waiting>,
    /// What was asked for since then.
    pub(super) queue: VecDeque<Action>,
    /// What the queue asked for when it was worked off.
    pub(super) effects: Vec<Effect>,
    /// The file that is shown in place of the review.
    pub(super) file: Option<FileView>,
    /// The search of the review, if there is one.
    pub(super) search: Option<Box<ReviewSearch>>,
}

impl DiffPane {
    /// Returns the pane of an empty review.
    pub fn new(config: &ScreenConfig) -> Self {
        Self {
            context: config.context_lines,
            wants_pairs: config.side_by_side,
            is_wrapped: false,
            shows_decided: true,
            split: BTreeSet::new(),
            folded: BTreeSet::new(),
            opened: BTreeMap::new(),
            layout: Layout::default(),
            totals: Totals::default(),
            counted: None,
            is_untouched: true,
            folds_blank: false,
            filter: Filter::All,
            viewed: BTreeMap::new(),
            notes: BTreeMap::new(),
            notes_of: (Revision::default(), 0),
            button_keys: ButtonKeys::default(),
            cursor: Spot::default(),
            top: Top::default(),
            scroll: 0,
            anchor: None,
            pressed: None,
            pull: None,
            pressed_column: 0,
            seen: Cell::new((80, 24)),
            waiting: None,
            queue: VecDeque::new(),
            effects: Vec::new(),
            file: None,
            search: None,
        }
    }

    /// Takes over the keys that the buttons show.
    pub(in crate::tui) fn set_keys(&mut self, keymap: &Keymap) {
        let key = |action| keymap.key_here(Context::Diff, action).map(|chord| chord.to_string());
        self.button_keys = ButtonKeys { accept: key(Action::Accept), reject: key(Action::Reject) };
    }

    /// Goes to a file's changes; decisions are shown when the file has nothing else.
    pub fn show_changes(&mut self, path: &RelPath, state: &SessionState) {
        self.file = None;
        self.anchor = None;
        self.is_untouched = false;
        self.sync(state);
        // On disk a file that is to be renamed still lies at its old path.
        let moved = state.review.files().find(|change| change.from.as_ref() == Some(path));
        let path = moved.filter(|_| state.review.file(path).is_none()).map_or(path, |change| &change.path);
        if self.layout.find(path).is_err() && state.review.file(path).is_some() {
            self.shows_decided = true;
            self.filter = Filter::All;
            self.rebuild_all(state);
        }
        if self.folded.remove(path) {
            self.rebuild(path);
        }
        let Ok(file) = self.layout.find(path) else { return };
        let first = self.layout.files[file].stops.iter().find(|stop| stop.is_pending());
        let row = first.or(self.layout.files[file].stops.first()).map_or(0, |stop| stop.row);
        self.top = Top { spot: Spot { file, row: 0 }, skip: 0 };
        self.go_to(Spot { file, row });
    }

    /// Tells whether nothing is listed.
    pub fn is_empty(&self) -> bool {
        self.layout.files.is_empty()
    }

    /// Goes to the first undecided part: a hunk's key must meet a hunk, not the heading that stands for a whole file.
    pub fn go_to_first(&mut self) {
        if let Some(spot) = self.first_pending(0) {
            self.go_to(spot);
        }
    }

    /// Shows a file that has no changes, to be read; `content` is what stands on disk, or why it cannot be read.
    pub fn show_file(&mut self, path: RelPath, content: Result<Option<Snapshot>, String>) {
        self.anchor = None;
        self.file = Some(FileView::new(path, content, self.is_wrapped));
    }

    /// Closes what Escape closes here: the selection of lines, keys that wait, a file's view. Tells whether there was any.
    pub fn escape(&mut self) -> bool {
        let waited = !std::mem::take(&mut self.queue).is_empty();
        waited || self.end_search() || self.anchor.take().is_some() || self.file.take().is_some()
    }

    /// Returns what Escape closes here, for the hint.
    pub(in crate::tui) fn escape_words(&self) -> &'static str {
        if self.anchor.is_some() { "select nothing" } else { "close the file" }
    }

    /// Tells whether what is decided is shown.
    pub(in crate::tui) fn shows_decided(&self) -> bool {
        self.shows_decided
    }

    /// Returns what keys that had to wait for the engine ask for now; the screen asks after every [`sync`](Self::sync).
    pub fn take_effects(&mut self) -> Vec<Effect> {
        std::mem::take(&mut self.effects)
    }

    /// Returns what the border's title says.
    pub fn title(&self, _state: &SessionState) -> String {
        if let Some(file) = &self.file {
            return format!("{}  read only", heading::path(file.path()));
        }
        let Totals { pending, decided, conflicts } = self.totals;
        let only = self.filter.words().map(|words| format!("  [{words}]")).unwrap_or_default();
        let Some(file) = self.layout.file(self.cursor) else {
            let all = pending + decided;
            return if all == 0 { "Review".to_owned() } else { format!("Review  {decided} of {all} decided{only}") };
        };
        let mut title = heading::path(&file.change.path);
        // What a file in conflict has is counted once it is settled.
        if pending + decided > 0 || conflicts == 0 {
            title.push_str(&format!("  {decided} of {} decided", pending + decided));
        }
        if conflicts > 0 {
            let plural = if conflicts == 1 { "" } else { "s" };
            title.push_str(&format!("  {conflicts} conflict{plural}"));
        }
        title.push_str(&only);
        title
    }

    /// Returns the actions worth a hint now, most useful first.
    pub fn hints(&self, _state: &SessionState) -> Vec<Action> {
        if self.file.is_some() {
            return vec![Action::DiffPageDown, Action::ToggleWrap, Action::DiffCopy, Action::Escape];
        }
        if self.anchor.is_some() {
            let decides = [Action::Accept, Action::Reject, Action::RejectWithNote];
            let decides = decides.into_iter().filter(|_| self.pick().is_ok());
            return decides.chain([Action::DiffCopy, Action::Escape]).collect();
        }
        match self.target() {
            Target::Conflict => vec![Action::ResolveConflict, Action::NextUndecided],
            Target::Unit(_) | Target::Runs(_) => vec![
                Action::Accept,
                Action::Reject,
                Action::NextUndecided,
                Action::SelectLines,
                Action::RejectWithNote,
                Action::EditTarget,
                Action::Undo,
                Action::Note,
            ],
            Target::File if self.totals.is_open() => {
                vec![Action::AcceptFile, Action::RejectFile, Action::NextHunk, Action::NextUndecided, Action::Undo]
            }
            Target::File | Target::Decided(_) | Target::Nothing if self.totals.is_open() => {
                vec![Action::NextUndecided, Action::Undo, Action::ToggleDecided, Action::Commit]
            }
            Target::File | Target::Decided(_) | Target::Nothing if self.totals.decided > 0 => {
                vec![Action::Commit, Action::Undo, Action::ToggleDecided]
            }
            Target::File | Target::Decided(_) | Target::Nothing => vec![Action::Write],
        }
    }

    /// Returns what the keys act on.
    pub(super) fn target(&self) -> Target {
        self.layout.file(self.cursor).map_or(Target::Nothing, |file| file.target(self.cursor.row))
    }

    /// Returns the row under the cursor.
    pub(super) fn cursor_row(&self) -> Option<Row> {
        self.layout.row(self.cursor)
    }

    /// Returns how the pane is laid out at a size.
    pub(super) fn geometry(&self, width: u16, height: u16) -> Geometry {
        Geometry::new(width, height, self.wants_pairs, self.is_wrapped)
    }

    /// Returns how the pane was laid out when it was drawn last.
    pub(super) fn last_geometry(&self) -> Geometry {
        let (width, height) = self.seen.get();
        self.geometry(width, height)
    }

    /// Returns the selected rows of the cursor's file, first to last.
    pub(super) fn selection(&self) -> Option<std::ops::RangeInclusive<usize>> {
        let anchor = self.anchor.filter(|anchor| anchor.file == self.cursor.file)?;
        Some(anchor.row.min(self.cursor.row)..=anchor.row.max(self.cursor.row))
    }
}
