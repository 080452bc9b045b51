//! What each row of the conversation showed when it was drawn last: a row that shows the same again is not drawn.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::tui::canvas::make_blank;
use crate::tui::markdown::ShownRow;

/// What one row shows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct RowLook<'a> {
    /// The entry that it is part of; none below the conversation.
    pub(super) item: Option<usize>,
    /// Its text.
    pub(super) shown: ShownRow<'a>,
    /// Whether it is selected.
    pub(super) is_marked: bool,
    /// What stands behind the text.
    pub(super) tail: Option<&'static str>,
    /// What stands at its end.
    pub(super) more: Option<String>,
}

impl RowLook<'_> {
    fn to_owned(&self) -> RowLook<'static> {
        RowLook {
            item: self.item,
            shown: self.shown.clone().into_owned(),
            is_marked: self.is_marked,
            tail: self.tail,
            more: self.more.clone(),
        }
    }
}

/// The rows of the last frame.
#[derive(Debug, Clone, Default)]
pub(super) struct DrawnRows {
    area: Rect,
    rows: Vec<Option<RowLook<'static>>>,
}

impl DrawnRows {
    /// Begins a frame. With another area than before, nothing is known of what stands there.
    pub(super) fn begin(&mut self, area: Rect) {
        if self.area != area {
            self.area = area;
            self.forget();
        }
    }

    /// Forgets what the rows show.
    pub(super) fn forget(&mut self) {
        self.rows.clear();
        self.rows.resize(self.area.height.into(), None);
    }
}

/// The rows that a frame is drawn to.
pub(super) struct Strip<'a> {
    /// The cells.
    pub(super) buffer: &'a mut Buffer,
    /// What the rows show.
    pub(super) drawn: &'a mut DrawnRows,
    /// Where the rows are noted that are drawn; none where all cells were made blank before.
    pub(super) areas: Option<&'a mut Vec<Rect>>,
    /// What a blank cell looks like.
    pub(super) ground: Style,
    /// Whether the rows may be kept by the next frame. Otherwise more is drawn over them than they know of.
    pub(super) keeps: bool,
}

impl Strip<'_> {
    /// Returns the cells if a row shows something else than before, and makes its place blank.
    pub(super) fn row(&mut self, y: u16, look: &RowLook<'_>) -> Option<&mut Buffer> {
        let area = self.drawn.area;
        let place = self.drawn.rows.get_mut(usize::from(y.checked_sub(area.y)?))?;
        if self.areas.is_some() && place.as_ref().is_some_and(|before| before == look) {
            return None;
        }
        *place = self.keeps.then(|| look.to_owned());
        if let Some(areas) = &mut self.areas {
            let row = Rect { y, height: 1, ..area };
            make_blank(self.buffer, row, self.ground);
            areas.push(row);
        }
        Some(self.buffer)
    }
}
