//! Going to a line by its number, and putting the cursor's row to a place in sight.

use super::super::Effect;
use super::super::sight::Sight;
use super::geometry::Top;
use super::layout::Spot;
use super::pane::DiffPane;
use super::rows::{Row, wide};
use crate::session::SessionState;

/// Where the review and the file's view stand, to see whether something moved them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::tui) struct DiffStanding {
    cursor: Spot,
    top: Top,
    scroll: usize,
    waiting: usize,
    file: Option<(usize, usize, usize)>,
}

impl DiffPane {
    /// Goes to a line of the cursor's file, as it would be, by its number from 0: to the nearest one that is listed.
    pub(in crate::tui) fn go_to_number(&mut self, line: usize, state: &SessionState) {
        self.sync(state);
        self.is_untouched = false;
        let height = self.seen.get().1;
        if let Some(file) = &mut self.file {
            file.go_to_line(line, height);
            return;
        }
        // Where the cursor stands is not known before the engine has answered the decision.
        if self.holds_keys() {
            return;
        }
        let Some(file) = self.layout.file(self.cursor) else { return };
        let new_line = |row: &Row| match row {
            Row::Line { new: Some(new), .. } => Some(wide(*new)),
            _ => None,
        };
        let numbered = file.rows.iter().enumerate().filter_map(|(row, kind)| Some((row, new_line(kind)?)));
        if let Some((row, _)) = numbered.min_by_key(|(_, new)| new.abs_diff(line)) {
            self.go_to(Spot { file: self.cursor.file, row });
        }
    }

    /// Scrolls so that the cursor's row stands there.
    pub(in crate::tui) fn align(&mut self, sight: Sight) -> Vec<Effect> {
        if self.file.is_some() {
            return vec![Effect::Say("a file that is only read has no cursor to scroll to".to_owned())];
        }
        let geometry = self.last_geometry();
        let lines = sight.above(1, geometry.body());
        let top = Top { spot: geometry.up_by(&self.layout, self.cursor, lines), skip: 0 };
        self.top = geometry.settle(&self.layout, top, self.cursor);
        Vec::new()
    }

    /// Returns where the pane stands.
    pub(in crate::tui) fn standing(&self) -> DiffStanding {
        let file = self.file.as_ref().map(super::super::file_view::FileView::standing);
        DiffStanding { cursor: self.cursor, top: self.top, scroll: self.scroll, waiting: self.queue.len(), file }
    }
}
