//! What the right pane shows of a file that has no changes.

use std::cell::Cell;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::{Paragraph, Widget as _, Wrap};

use super::super::diff::DiffCache;
use super::super::highlight::{Lines, SourceLine};
use super::super::search::Search;
use super::super::{Action, Copied, Effect, Look, Plain, Scope, safe};
use super::moving::Top;
use crate::path::RelPath;
use crate::review::{Mode, Snapshot};

/// Files above so many bytes are not copied whole.
const MAX_COPY: usize = 1 << 20;
/// Columns that one key scrolls sideways.
const SIDEWAYS: isize = 8;

/// What there is to show.
#[derive(Debug)]
enum Content {
    /// Text, or what can be shown as such.
    Lines(Lines),
    /// Something else, in words.
    Words(String),
}

/// A file to be read.
#[derive(Debug)]
pub(in crate::tui) struct FileView {
    path: RelPath,
    content: Content,
    /// What is in sight first.
    pub(super) top: Top,
    /// Columns scrolled to the right.
    pub(super) scroll: usize,
    pub(super) is_wrapped: bool,
    /// The search with what was in sight first when it began, if there is one.
    pub(super) search: Option<(Search, Top)>,
    /// The columns of text when it was drawn last.
    pub(super) text_width: Cell<u16>,
}

impl FileView {
    /// Returns the view of what stands on disk, or of why it cannot be read.
    pub(in crate::tui) fn new(path: RelPath, content: Result<Option<Snapshot>, String>, is_wrapped: bool) -> Self {
        let content = match content {
            Err(reason) => Content::Words(safe::shown(&reason, 0).into_owned()),
            Ok(None) => Content::Words("there is no such file".to_owned()),
            Ok(Some(file)) if file.mode == Mode::Symlink => {
                let target = String::from_utf8_lossy(file.text.as_bytes()).into_owned();
                Content::Words(format!("a link to {}", safe::shown(&target, 0)))
            }
            Ok(Some(file)) if file.text.is_binary() => {
                Content::Words(format!("a binary file of {} bytes", file.text.as_bytes().len()))
            }
            Ok(Some(file)) if file.text.as_bytes().is_empty() => Content::Words("an empty file".to_owned()),
            Ok(Some(file)) => Content::Lines(Lines::of(&file.text, None)),
        };
        let text_width = Cell::new(80);
        Self { path, content, top: Top::default(), scroll: 0, is_wrapped, search: None, text_width }
    }

    /// Tells whether long lines are wrapped.
    pub(in crate::tui) fn is_wrapped(&self) -> bool {
        self.is_wrapped
    }

    /// Returns the file's path.
    pub(in crate::tui) fn path(&self) -> &RelPath {
        &self.path
    }

    /// Returns the file's lines, if it has any.
    pub(super) fn lines(&self) -> Option<&Lines> {
        match &self.content {
            Content::Lines(lines) => Some(lines),
            Content::Words(_) => None,
        }
    }

    /// Does an action of the review as far as it is for reading.
    pub(in crate::tui) fn act(&mut self, action: Action, height: u16) -> Vec<Effect> {
        let page = isize::try_from(height.max(2) - 1).unwrap_or(1);
        match action {
            Action::DiffDown => self.scroll_by(1, height),
            Action::DiffUp => self.scroll_by(-1, height),
            Action::DiffPageDown | Action::NextHunk | Action::NextFile => self.scroll_by(page, height),
            Action::DiffPageUp | Action::PreviousHunk | Action::PreviousFile => self.scroll_by(-page, height),
            Action::DiffHalfPageDown => self.scroll_by((page / 2).max(1), height),
            Action::DiffHalfPageUp => self.scroll_by(-(page / 2).max(1), height),
            Action::DiffTop => self.top = Top::default(),
            Action::DiffBottom => self.go_bottom(height),
            Action::DiffLeft => self.scroll_sideways(-SIDEWAYS),
            Action::DiffRight => self.scroll_sideways(SIDEWAYS),
            Action::ToggleWrap => self.toggle_wrap(height),
            Action::DiffCopy => return vec![self.copy()],
            Action::DiffCopyPath => return vec![Effect::Copy(Copied::new("the path", self.path.as_str()))],
            _ => return vec![Effect::Say("this file has no changes; Esc goes back to the review".to_owned())],
        }
        Vec::new()
    }

    /// Returns the file's text as it can be shown outside of adit's screen.
    pub(in crate::tui) fn plain(&self) -> Plain {
        let text = match &self.content {
            Content::Lines(lines) => safe::plain(&String::from_utf8_lossy(lines.text().as_bytes())).into_owned(),
            Content::Words(_) => String::new(),
        };
        Plain { name: "file.txt", text }
    }

    fn copy(&self) -> Effect {
        match &self.content {
            Content::Lines(lines) if lines.text().as_bytes().len() <= MAX_COPY => {
                Effect::Copy(Copied::new("the file", String::from_utf8_lossy(lines.text().as_bytes())))
            }
            Content::Lines(_) => Effect::Say("the file is too large to copy".to_owned()),
            Content::Words(_) => Effect::Say("there is nothing to copy".to_owned()),
        }
    }

    /// Draws the file from its first line in sight on.
    pub(in crate::tui) fn view(&self, area: Rect, buffer: &mut Buffer, look: Look<'_>, cache: &mut DiffCache) {
        let style = |scope| look.theme.style(scope);
        let lines = match &self.content {
            Content::Lines(lines) => lines,
            Content::Words(words) => {
                let line =
                    Line::styled(format!(" {}: {words}", safe::shown(self.path.as_str(), 0)), style(Scope::Muted));
                Paragraph::new(line).wrap(Wrap { trim: false }).render(area, buffer);
                return;
            }
        };
        let colors = cache.syntax(self.path.name(), lines, self.top.line + usize::from(area.height));
        let digits = lines.len().max(1).ilog10().saturating_add(1).max(3) as u16;
        let left = (digits + 2).min(area.width);
        self.text_width.set(area.width - left);
        let pattern = self.search().and_then(Search::pattern);
        let current = self.search().and_then(Search::current);
        let mut y = area.y;
        for number in self.top.line..lines.len() {
            if y >= area.bottom() {
                break;
            }
            let found: Vec<_> = pattern.map(|pattern| pattern.all(lines.get(number)).collect()).unwrap_or_default();
            let line = SourceLine {
                found: &found,
                found_at: current.filter(|current| current.item == number).map(|current| current.nth),
                spans: colors.line(number),
                scroll: self.scroll,
                is_wrapped: self.is_wrapped,
                ..SourceLine::plain(lines.get(number), style(Scope::Text))
            };
            let text = Rect { x: area.x + left, y, width: area.width - left, height: area.bottom() - y };
            let rows = line.height(text.width);
            // The pane may be wider now than when it was scrolled.
            let skip = if number == self.top.line { self.top.skip.min(rows.saturating_sub(1)) } else { 0 };
            if skip == 0 {
                let text = format!("{:>1$}", number + 1, usize::from(digits));
                buffer.set_stringn(area.x, y, text, usize::from(left), style(Scope::LineNumber));
            }
            let height = u16::try_from(rows - skip).unwrap_or(u16::MAX).min(text.height);
            line.paint(Rect { height, ..text }, skip, buffer, look.theme);
            y += height;
        }
    }
}
