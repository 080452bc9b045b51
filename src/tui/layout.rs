//! Where the panes stand: three, two or one by the width, the focused one always among them.

use ratatui::layout::Rect;

use super::effect::PaneId;

/// From this width on all three panes stand.
pub(super) const THREE_PANES: u16 = 140;
/// From this width on two stand: the focused one and its neighbour.
pub(super) const TWO_PANES: u16 = 90;

/// The rectangles of one frame. Panes include their borders.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Layout {
    /// The file tree.
    pub tree: Option<Rect>,
    /// The conversation with the composer under it.
    pub chat: Option<Rect>,
    /// The review or a file.
    pub diff: Option<Rect>,
    /// The demo's guidance.
    pub guide: Option<Rect>,
    /// The line of facts.
    pub status: Rect,
    /// The line of keys, or of a message.
    pub hints: Option<Rect>,
}

impl Layout {
    /// Returns where a pane stands, if it does.
    pub fn pane(&self, pane: PaneId) -> Option<Rect> {
        match pane {
            PaneId::Tree => self.tree,
            PaneId::Chat => self.chat,
            PaneId::Diff => self.diff,
        }
    }

    /// Returns the pane at a cell.
    pub fn pane_at(&self, column: u16, row: u16) -> Option<(PaneId, Rect)> {
        [PaneId::Tree, PaneId::Chat, PaneId::Diff].into_iter().find_map(|pane| {
            let area = self.pane(pane)?;
            area.contains((column, row).into()).then_some((pane, area))
        })
    }
}

/// Returns the layout of a screen; `guide` is how many lines the guidance wants.
pub fn arrange(screen: Rect, focus: PaneId, is_zoomed: bool, guide: u16) -> Layout {
    let mut left = screen;
    let mut take = |lines: u16| {
        let lines = lines.min(left.height);
        left.height -= lines;
        Rect { x: left.x, y: left.y + left.height, width: left.width, height: lines }
    };
    let hints = (screen.height >= 8).then(|| take(1));
    let status = take(u16::from(screen.height > 1));
    let guide = (guide > 0 && screen.height >= 12).then(|| take(guide));
    let mut layout = Layout { status, hints, guide, ..Layout::default() };
    let column = |from: u16, to: u16| Some(Rect { x: left.x + from, width: to.saturating_sub(from), ..left });
    let width = left.width;
    if is_zoomed || width < TWO_PANES {
        let whole = Some(left);
        match focus {
            PaneId::Tree => layout.tree = whole,
            PaneId::Chat => layout.chat = whole,
            PaneId::Diff => layout.diff = whole,
        }
    } else if width >= THREE_PANES {
        let tree = (width / 5).clamp(26, 40);
        let chat = tree + share(width, 37);
        layout.tree = column(0, tree);
        layout.chat = column(tree, chat);
        layout.diff = column(chat, width);
    } else if focus == PaneId::Tree {
        let tree = share(width, 35);
        layout.tree = column(0, tree);
        layout.chat = column(tree, width);
    } else {
        let chat = share(width, 45);
        layout.chat = column(0, chat);
        layout.diff = column(chat, width);
    }
    layout
}

/// Returns a part of a width in percent.
fn share(width: u16, percent: u32) -> u16 {
    u16::try_from(u32::from(width) * percent / 100).unwrap_or(width)
}

/// Returns the inside of a pane, without its border.
pub(super) fn inside(pane: Rect) -> Rect {
    Rect {
        x: pane.x + 1.min(pane.width),
        y: pane.y + 1.min(pane.height),
        width: pane.width.saturating_sub(2),
        height: pane.height.saturating_sub(2),
    }
}

/// Returns the conversation's and the composer's part of the chat's inside; a line lies between them.
pub(super) fn split_chat(inner: Rect, composer_lines: u16) -> (Rect, Rect) {
    let most = (inner.height / 2).max(1);
    let lines = composer_lines.clamp(1, most).min(inner.height);
    let rule = u16::from(inner.height > lines);
    let chat = Rect { height: inner.height - lines - rule, ..inner };
    let composer = Rect { y: inner.y + inner.height - lines, height: lines, ..inner };
    (chat, composer)
}
