//! How full the model's context is, by its parts.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::super::status::thousands;
use super::super::text::put;
use super::super::theme::Scope;
use super::buttons::SheetTheme;
use super::sheet::{line, sheet, tell_keys};
use crate::session::{Meter, Overhead, SessionState};

/// The cells of the bar.
const BAR: u16 = 64;

/// Draws the meter.
pub(super) fn draw_meter(
    screen: Rect,
    buffer: &mut Buffer,
    theme: &SheetTheme<'_>,
    state: &SessionState,
    overhead: Overhead,
    compact_at: u32,
) {
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
    for (row, (name, mark, tokens, scope)) in parts.into_iter().chain([free]).enumerate() {
        let area = line(inner, row + 2);
        put(buffer, area, 0, mark, theme.style(scope));
        put(buffer, area, 2, name, theme.style(Scope::Text));
        let count = if name == "free" && meter.size == 0 { "not known".to_owned() } else { thousands(tokens) };
        put(buffer, area, 17, &format!("{count:>9}"), theme.style(Scope::Text));
        if let Some(percent) = (tokens * 100).checked_div(meter.size) {
            put(buffer, area, 28, &format!("{percent:>3}%"), theme.style(Scope::Muted));
        }
    }
    let basis =
        if meter.is_counted { "fitted to what the service counted last" } else { "estimated; nothing was sent yet" };
    put(buffer, line(inner, 8), 0, basis, theme.style(Scope::Muted));
    let when = match compact_at {
        _ if state.compaction_rests => "compacted only by /compact, since you took a summary back".to_owned(),
        0 => "compacted only by /compact".to_owned(),
        percent => format!("compacted at {percent}%, or by /compact"),
    };
    put(buffer, line(inner, 9), 0, &when, theme.style(Scope::Muted));
}
