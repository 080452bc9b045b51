//! Draws the tree: only the rows that are seen.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::super::look::Look;
use super::super::safe;
use super::super::text::{clip, put, width, wrap};
use super::super::theme::Scope;
use super::pane::TreePane;
use super::rows::{Row, RowKind};
use crate::path::{EntryName, RelPath};
use crate::session::FileMark;

impl TreePane {
    /// Draws the inside of the pane.
    pub(in crate::tui) fn view(
        &self,
        area: Rect,
        buffer: &mut Buffer,
        look: Look<'_>,
        is_viewed: &dyn Fn(&RelPath) -> bool,
    ) {
        if let Some(filter) = &self.filter
            && area.height > 0
        {
            put(buffer, area, 0, "/", look.theme.style(Scope::Key));
            let query = safe::shown(&filter.query, 0);
            put(buffer, area, 1, &query, look.theme.style(Scope::Text));
        }
        let list = self.list_area(area);
        if self.rows.is_empty() {
            let words = match (self.failure(), &self.filter) {
                (Some(reason), _) => reason,
                (None, Some(_)) => "no file matches",
                (None, None) if self.is_read() => "the folder is empty",
                (None, None) => "reading",
            };
            for (row, text) in (list.y..list.bottom()).zip(wrap(&safe::shown(words, 0), list.width.into())) {
                put(buffer, Rect { y: row, height: 1, ..list }, 0, &text, look.theme.style(Scope::Muted));
            }
            return;
        }
        let top = self.top_for(list.height.into());
        for (line, (at, row)) in (list.y..list.bottom()).zip(self.rows.iter().enumerate().skip(top)) {
            let area = Rect { y: line, height: 1, ..list };
            if at == self.selected && look.is_focused {
                buffer.set_style(area, look.theme.style(Scope::Selection));
            }
            self.draw_row(row, area, buffer, look, is_viewed);
        }
    }

    /// Returns where the cursor stands while the filter is typed; `area` is the inside of the pane.
    pub(in crate::tui) fn cursor(&self, area: Rect) -> Option<(u16, u16)> {
        let filter = self.filter.as_ref().filter(|filter| filter.is_typing && area.height > 0)?;
        let columns = u16::try_from(width(&safe::shown(&filter.query, 0))).unwrap_or(u16::MAX);
        let last = area.right().saturating_sub(1);
        Some((area.x.saturating_add(1).saturating_add(columns).min(last), area.y))
    }

    /// Returns the part of the inside that the rows have.
    pub(in crate::tui) fn list_area(&self, area: Rect) -> Rect {
        let taken = u16::from(self.filter.is_some()).min(area.height);
        Rect { y: area.y + taken, height: area.height - taken, ..area }
    }

    fn draw_row(
        &self,
        row: &Row,
        area: Rect,
        buffer: &mut Buffer,
        look: Look<'_>,
        is_viewed: &dyn Fn(&RelPath) -> bool,
    ) {
        let path = row.name.path();
        let note = path.map(|path| self.marks.note(path)).unwrap_or_default();
        let style = |scope| look.theme.style(scope);
        let mut right: Vec<(String, Style)> = Vec::new();
        if path.is_some_and(|path| look.state.context.contains(path)) {
            right.push(("+".to_owned(), style(Scope::Accent)));
        }
        if note.conflicts > 0 {
            right.push(("!".to_owned(), style(Scope::Error)));
        }
        if note.pending > 0 {
            let scope = if path.is_some_and(is_viewed) { Scope::Muted } else { Scope::Pending };
            right.push((note.pending.to_string(), style(scope)));
        }
        if row.is_proposed && !row.kind.is_folder() {
            right.push(("new".to_owned(), style(Scope::GitAdded)));
        }
        let (mark, mark_scope) = git_mark(note.git);
        right.push((mark.to_owned(), style(mark_scope)));
        let taken: usize = right.iter().map(|(text, _)| width(text) + 1).sum();

        let indent = (usize::from(row.depth) * 2).min(usize::from(area.width) / 2);
        let sign = match row.kind {
            RowKind::OpenFolder => "▾ ",
            RowKind::ClosedFolder => "▸ ",
            RowKind::File => "  ",
            RowKind::Link => "↗ ",
        };
        let name = match &row.name {
            EntryName::Path(path) if self.filter.is_some() => path.as_str(),
            EntryName::Path(path) => path.name(),
            EntryName::Odd(shown) => shown,
        };
        let mut name = safe::shown(name, 0).into_owned();
        if row.kind.is_folder() {
            name.push('/');
        }
        let name_style = match row.kind {
            _ if row.is_ignored || path.is_none() => style(Scope::GitIgnored),
            _ if row.is_proposed => style(Scope::GitAdded),
            RowKind::OpenFolder | RowKind::ClosedFolder => style(Scope::Accent),
            RowKind::File | RowKind::Link => style(Scope::Text),
        };
        let indent = u16::try_from(indent).unwrap_or(0);
        let at = put(buffer, area, indent, sign, style(Scope::Muted));
        let room = usize::from(area.width.saturating_sub(at)).saturating_sub(taken);
        put(buffer, area, at, &clip(&name, room), name_style);
        let mut at = area.width.saturating_sub(u16::try_from(taken).unwrap_or(u16::MAX));
        for (text, style) in right {
            at = put(buffer, area, at.saturating_add(1), &text, style);
        }
    }
}

/// Returns the letter of a mark, as `git status --short` has it.
fn git_mark(mark: FileMark) -> (&'static str, Scope) {
    match mark {
        FileMark::Clean => (" ", Scope::Text),
        FileMark::Added => ("A", Scope::GitAdded),
        FileMark::Modified => ("M", Scope::GitModified),
        FileMark::Deleted => ("D", Scope::GitDeleted),
        FileMark::Renamed => ("R", Scope::GitModified),
        FileMark::TypeChanged => ("T", Scope::GitModified),
        FileMark::Untracked => ("?", Scope::GitUntracked),
        FileMark::Conflicted => ("U", Scope::Error),
        FileMark::Submodule => ("S", Scope::GitModified),
    }
}
