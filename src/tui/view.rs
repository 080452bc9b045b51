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
    let (screen, layout) = (app.screen(), app.layout());
    let shape = Shape { layout, guide_at: app.guide_at, is_covered: is_covered(app) };
    match canvas.begin(screen, shape, damage) {
        Damage::All => draw_all(app, cache, canvas, screen, &layout),
        damage => draw_chat(app, cache, canvas, &layout, damage),
    }
    let mut cursor = if app.overlays.is_empty() { cursor(app, &layout) } else { None };
    for overlay in &app.overlays {
        cursor = overlay.view(canvas.cells(), &app.commit, app.surroundings());
    }
    prefix::draw(app, layout.status.y, canvas.cells());
    canvas.set_conversation(layout.chat.filter(|_| !shape.is_covered).map(|pane| app.chat_areas(pane).0));
    canvas.show_cursor(cursor);
}

/// Draws everything but what lies over it.
fn draw_all(app: &App, cache: &mut Cache, canvas: &mut Canvas, screen: Rect, layout: &Layout) {
    let buffer = canvas.part(screen, app.theme.style(Scope::Text));
    for pane in [PaneId::Tree, PaneId::Chat, PaneId::Diff] {
        if let Some(area) = layout.pane(pane) {
            draw_pane(app, pane, area, buffer, cache);
        }
    }
    draw_popup(app, layout, buffer);
    if let Some(area) = layout.guide {
        draw_guide(app, area, buffer);
    }
    draw_status(app, layout, buffer);
    if let Some(area) = layout.hints {
        draw_hints(app, area, buffer);
    }
}

/// Draws what an answer that streams in or a letter that is typed changes, over the frame before.
fn draw_chat(app: &App, cache: &mut Cache, canvas: &mut Canvas, layout: &Layout, damage: Damage) {
    let ground = app.theme.style(Scope::Text);
    let inner = layout.chat.map(inside).unwrap_or_default();
    if let Some(pane) = layout.chat.filter(|_| !inner.is_empty()) {
        let (chat, composer) = app.chat_areas(pane);
        let (buffer, areas) = canvas.parts();
        app.chat.draw_over(chat, buffer, looks(app).0, &mut cache.chat, areas);
        if damage == Damage::Typing {
            let below = Rect { y: chat.bottom(), height: inner.bottom() - chat.bottom(), ..inner };
            draw_composer(app, pane, (chat, composer), canvas.part(below, ground));
        }
    }
    draw_status(app, layout, canvas.part(layout.status, ground));
    if let Some(area) = layout.hints.filter(|_| damage == Damage::Typing) {
        draw_hints(app, area, canvas.part(area, ground));
    }
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
            let areas = app.chat_areas(area);
            app.chat.view(areas.0, buffer, looks(app).0, &mut cache.chat);
            draw_composer(app, area, areas, buffer);
        }
    }
}

/// Returns what the conversation and the composer are drawn with.
fn looks(app: &App) -> (Look<'_>, Look<'_>) {
    let is_focused = app.focus == PaneId::Chat && app.overlays.is_empty();
    let is_writing = app.chat_mode == ChatMode::Writing;
    let look = |is_focused| Look { state: &app.state, theme: &app.theme, is_focused, now: app.now };
    (look(is_focused && !is_writing), look(is_focused && is_writing))
}

/// Draws the composer below the conversation, with the line between them.
fn draw_composer(app: &App, pane: Rect, (chat, composer): (Rect, Rect), buffer: &mut Buffer) {
    if composer.y > chat.bottom() {
        draw_rule(app, pane, chat.bottom(), buffer);
    }
    app.composer.view(composer, buffer, looks(app).1);
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

fn draw_status(app: &App, layout: &Layout, buffer: &mut Buffer) {
    let area = layout.status;
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
    if layout.hints.is_none() {
        draw_said(app, area, buffer);
    }
}

/// Draws the bottom line: the message of the moment, else what can be done next.
fn draw_hints(app: &App, area: Rect, buffer: &mut Buffer) {
    if !draw_said(app, area, buffer) {
        hints::draw(app, area, buffer);
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
