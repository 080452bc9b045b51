//! How full the model's context is, by its parts.

use crossterm::event::{KeyCode, KeyEvent};
use ratatui::layout::Position;

use super::super::status::thousands;
use super::super::text::{clip, put};
use super::super::theme::Scope;
use super::modal::{Modal, Paper, Surroundings, Verdict};
use super::sheet::{between, fitting, line, sheet, tell_keys};
use crate::session::Meter;

/// The cells of the bar.
const BAR: u16 = 64;

/// All the lines: the bar, a blank one, the parts, and two of words.
const LINES: u16 = 10;

/// How full the context is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::tui) struct ContextSheet;

impl Modal for ContextSheet {
    fn key(&mut self, key: KeyEvent, _around: Surroundings<'_>) -> Verdict {
        if key.code == KeyCode::Enter { Verdict::Close(Vec::new()) } else { Verdict::stay() }
    }

    fn view(&self, paper: Paper<'_>, around: Surroundings<'_>) -> Option<Position> {
        let Paper { screen, buffer, theme } = paper;
        let Surroundings { state, overhead, compact_at, .. } = around;
        let meter = Meter::of(state, overhead);
        let inner = sheet(screen, (BAR + 2, 11), "Context", buffer, theme);
        let inner = tell_keys(inner, [("Esc".to_owned(), "leaves")], buffer, theme);
        let parts = [
            ("system", "█", meter.system, Scope::Muted),
            ("tools", "▓", meter.tools, Scope::Accent),
            ("files", "▒", meter.files, Scope::Good),
            ("images", "▤", meter.images, Scope::Warning),
            ("conversation", "▞", meter.conversation, Scope::User),
        ];
        let size = meter.size.max(meter.used()).max(1);
        let bar = line(inner, 0);
        // On a line that is not there nothing is put, and no column is won.
        let wide = if bar.height == 0 { 0 } else { BAR.min(bar.width) };
        let cells = |upto: u64| u16::try_from(upto * u64::from(wide) / size).unwrap_or(0);
        let (mut upto, mut column) = (0, 0);
        for (_, mark, tokens, scope) in parts {
            upto += tokens;
            while column < cells(upto) {
                column = put(buffer, bar, column, mark, theme.style(scope));
            }
        }
        while column < wide {
            column = put(buffer, bar, column, "·", theme.style(Scope::Muted));
        }
        let free = ("free", "·", meter.free(), Scope::Muted);
        let basis = if meter.is_counted {
            "fitted to what the service counted last"
        } else {
            "estimated; nothing was sent yet"
        };
        let when = match compact_at {
            _ if state.compaction_rests => "compacted only by /compact, since you took a summary back".to_owned(),
            0 => "compacted only by /compact".to_owned(),
            percent => format!("compacted at {percent}%, or by /compact"),
        };
        // Where there is little room the blank line goes, and what has nothing in it.
        let is_tight = inner.height < LINES;
        let shown: Vec<_> =
            parts.into_iter().filter(|(_, _, tokens, _)| !is_tight || *tokens > 0).chain([free]).collect();
        let below = between(inner, if is_tight { 1 } else { 2 }, 0);
        let (rows, more) = fitting(shown.len() + 2, below);
        for (row, (name, mark, tokens, scope)) in shown.iter().copied().enumerate().take(rows) {
            let area = line(below, row);
            put(buffer, area, 0, mark, theme.style(scope));
            put(buffer, area, 2, name, theme.style(Scope::Text));
            let count = if name == "free" && meter.size == 0 { "not known".to_owned() } else { thousands(tokens) };
            put(buffer, area, 17, &format!("{count:>9}"), theme.style(Scope::Text));
            if let Some(percent) = (tokens * 100).checked_div(meter.size) {
                put(buffer, area, 28, &format!("{percent:>3}%"), theme.style(Scope::Muted));
            }
        }
        let words = [basis, &when].into_iter().enumerate().map(|(at, words)| (shown.len() + at, words));
        for (row, words) in words.filter(|(row, _)| *row < rows).chain(more.as_deref().map(|more| (rows, more))) {
            let area = line(below, row);
            put(buffer, area, 0, &clip(words, area.width.into()), theme.style(Scope::Muted));
        }
        None
    }
}
