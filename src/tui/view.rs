//! Draws the model: the panes with their borders, the guidance, the status, the overlays.

use std::sync::Arc;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::widgets::{Block, BorderType, Widget as _};

use super::action::{Action, Context};
use super::app::{App, ChatMode};
use super::canvas::{Canvas, Damage, Shape};
use super::chat::ChatCache;
use super::diff::DiffCache;
use super::effect::PaneId;
use super::highlight::Highlighter;
use super::layout::{Layout, inside};
use super::look::Look;
use super::text::{clip, put, width};
use super::theme::Scope;
use super::{hints, prefix, safe, status};

/// What is kept between frames to save work. It is a memo: a frame drawn with an empty one is the same.
pub struct Cache {
    chat: ChatCache,
    diff: DiffCache,
}

impl Cache {
    /// Returns an empty cache.
    pub fn new(highlighter: &Arc<Highlighter>) -> Self {
        Self { chat: ChatCache::new(Arc::clone(highlighter)), diff: DiffCache::new(Arc::clone(highlighter)) }
    }
}

/// Draws the model: all of it, or only what may look otherwise than on the canvas.
pub fn view(app: &App, cache: &mut Cache, canvas: &mut Canvas, damage: Damage) {
    let (screen, layout, ground) = (app.screen(), app.layout(), app.theme.style(Scope::Text));
    let shape = Shape { layout, guide_at: app.guide_at, is_covered: is_covered(app) };
    let is_whole = canvas.begin(screen, shape, damage);
    if is_whole {
        canvas.part(screen, ground);
    }
    for pane in [PaneId::Tree, PaneId::Chat, PaneId::Diff] {
        let Some(area) = layout.pane(pane) else { continue };
        if is_whole {
            draw_pane(app, pane, area, canvas.cells(), cache);
        } else if pane == PaneId::Chat {
            draw_pane(app, pane, area, canvas.part(area, ground), cache);
        }
    }
    if is_whole {
        draw_popup(app, &layout, canvas.cells());
        if let Some(area) = layout.guide {
            draw_guide(app, area, canvas.cells());
        }
    }
    let line = |canvas: &mut Canvas, area: Rect| {
        if !is_whole {
            canvas.part(area, ground);
        }
    };
    line(canvas, layout.status);
    draw_status(app, layout.status, canvas.cells());
    match layout.hints {
        Some(area) => {
            line(canvas, area);
            if !draw_said(app, area, canvas.cells()) {
                hints::draw(app, area, canvas.cells());
            }
        }
        None => drop(draw_said(app, layout.status, canvas.cells())),
    }
    let mut cursor = if app.overlays.is_empty() { cursor(app, &layout) } else { None };
    for overlay in &app.overlays {
        cursor = overlay.view(canvas.cells(), &app.theme, &app.commit, app.surroundings());
    }
    prefix::draw(app, layout.status.y, canvas.cells());
    canvas.show_cursor(cursor);
}

/// Tells whether something lies over the panes, so that nothing below it can be drawn alone.
fn is_covered(app: &App) -> bool {
    let offers = app.context() == Context::Writing && app.composer.has_popup();
    !app.overlays.is_empty() || offers || app.prefix.due().is_some()
}

/// Draws a pane with its border.
fn draw_pane(app: &App, pane: PaneId, area: Rect, buffer: &mut Buffer, cache: &mut Cache) {
    let is_focused = app.focus == pane && app.overlays.is_empty();
    let look = Look { state: &app.state, theme: &app.theme, is_focused, now: app.now };
    let title = match pane {
        PaneId::Tree => app.tree.title(&app.state),
        PaneId::Chat => sentence(&app.chat.title(&app.state)),
        PaneId::Diff => app.diff.title(&app.state),
    };
    draw_border(app, area, &title, app.focus == pane, buffer);
    let inner = inside(area);
    if inner.is_empty() {
        return;
    }
    match pane {
        PaneId::Tree => app.tree.view(inner, buffer, look, &|path| app.diff.is_viewed(path)),
        PaneId::Diff => app.diff.view(inner, buffer, look, &mut cache.diff),
        PaneId::Chat => {
            let (chat, composer) = app.chat_areas(area);
            let is_writing = app.chat_mode == ChatMode::Writing;
            let reading = Look { is_focused: is_focused && !is_writing, ..look };
            let writing = Look { is_focused: is_focused && is_writing, ..look };
            app.chat.view(chat, buffer, reading, &mut cache.chat);
            if composer.y > chat.bottom() {
                draw_rule(app, area, chat.bottom(), buffer);
            }
            app.composer.view(composer, buffer, writing);
        }
    }
}

/// Returns where the cursor stands in the pane that has the keys. Asked after the panes were drawn.
fn cursor(app: &App, layout: &Layout) -> Option<Position> {
    let area = layout.pane(app.focus)?;
    let inner = inside(area);
    if inner.is_empty() {
        return None;
    }
    match app.focus {
        PaneId::Tree => app.tree.cursor(inner).map(Position::from),
        PaneId::Diff => app.diff.cursor(inner),
        PaneId::Chat => {
            let (chat, composer) = app.chat_areas(area);
            match app.chat_mode {
                ChatMode::Reading => app.chat.search_cursor(chat),
                ChatMode::Writing => app.composer.cursor(composer).map(Position::from),
            }
        }
    }
}

/// Draws what the composer offers, over whatever pane it reaches.
fn draw_popup(app: &App, layout: &Layout, buffer: &mut Buffer) {
    if app.context() == Context::Writing
        && app.overlays.is_empty()
        && let Some(area) = layout.chat
    {
        let look = Look { state: &app.state, theme: &app.theme, is_focused: true, now: app.now };
        let (_, composer) = app.chat_areas(area);
        app.composer.popup(composer, app.screen(), buffer, look);
    }
}

fn draw_border(app: &App, area: Rect, title: &str, is_focused: bool, buffer: &mut Buffer) {
    let (border, name) = if is_focused { (Scope::BorderFocused, Scope::Title) } else { (Scope::Border, Scope::Muted) };
    let room = usize::from(area.width.saturating_sub(6));
    let title = clip(&safe::shown(title, 0), room).into_owned();
    let kind = if is_focused { BorderType::Thick } else { BorderType::Rounded };
    let mut block = Block::bordered().border_type(kind).border_style(app.theme.style(border));
    if !title.is_empty() {
        block = block.title(format!(" {title} ")).title_style(app.theme.style(name));
    }
    block.render(area, buffer);
}

/// Returns words with a capital at the beginning.
fn sentence(words: &str) -> String {
    let mut characters = words.chars();
    characters.next().map(|first| first.to_uppercase().chain(characters).collect()).unwrap_or_default()
}

/// Draws the line between the conversation and the composer.
fn draw_rule(app: &App, pane: Rect, row: u16, buffer: &mut Buffer) {
    let is_writing = app.focus == PaneId::Chat && app.chat_mode == ChatMode::Writing;
    let scope = if is_writing { Scope::BorderFocused } else { Scope::Border };
    let inner = Rect { x: pane.x + 1, y: row, width: pane.width.saturating_sub(2), height: 1 };
    let rule = "─".repeat(inner.width.into());
    put(buffer, inner, 0, &rule, app.theme.style(scope));
    let reads = app.focus == PaneId::Chat && !is_writing;
    let write = app.keymap.key_here(Context::Reading, Action::Write).filter(|_| reads);
    let words = write
        .map_or_else(|| format!(" {} ", app.composer.title(&app.state)), |key| format!(" {key} writes a message "));
    if usize::from(inner.width) > words.len() + 4 {
        put(buffer, inner, 1, &words, app.theme.style(if is_writing { Scope::Title } else { Scope::Muted }));
    }
}

fn draw_guide(app: &App, area: Rect, buffer: &mut Buffer) {
    for (row, line) in (area.y..area.bottom()).zip(app.guidance().iter()) {
        let area = Rect { y: row, height: 1, ..area };
        buffer.set_style(area, app.theme.style(Scope::Selection));
        put(buffer, area, 2, &safe::shown(line, 0), app.theme.style(Scope::Title));
    }
}

fn draw_status(app: &App, area: Rect, buffer: &mut Buffer) {
    buffer.set_style(area, app.theme.style(Scope::Status));
    let phase = status::phase(app);
    let most = usize::from(area.width) / 2;
    let phase_text = clip(&phase.text, most).into_owned();
    put(buffer, area, 1, &phase_text, app.theme.style(phase.scope));
    let room = usize::from(area.width).saturating_sub(width(&phase_text) + 3);
    let facts = status::facts(app, room);
    let taken: usize = facts.iter().map(|fact| width(&fact.text) + width(status::GAP)).sum();
    let mut at = area.width.saturating_sub(u16::try_from(taken).unwrap_or(u16::MAX));
    for fact in facts {
        at = put(buffer, area, at, &fact.text, app.theme.style(fact.scope));
        at = put(buffer, area, at, status::GAP, app.theme.style(Scope::Status));
    }
}

/// Draws the message of the moment over the line, if there is one; tells whether there was.
fn draw_said(app: &App, area: Rect, buffer: &mut Buffer) -> bool {
    let Some(words) = &app.said else { return false };
    let words = clip(&safe::shown(words, 0), usize::from(area.width.saturating_sub(2))).into_owned();
    let blank = " ".repeat(area.width.into());
    put(buffer, area, 0, &blank, app.theme.style(Scope::Text));
    put(buffer, area, 1, &words, app.theme.style(Scope::Warning));
    true
}
