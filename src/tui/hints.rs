//! The bottom line: what can be done next, with the user's own keys; each hint is also a button.

use crossterm::event::{KeyCode, KeyEvent};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::action::{Action, Context};
use super::app::App;
use super::keys::Chord;
use super::text::{put, width};
use super::theme::Scope;
use super::{finding, prefix};

/// What a hint does when it is clicked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Press {
    /// This.
    Action(Action),
    /// What the key does.
    Key(Chord),
}

/// One hint as it stands in the line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hint {
    press: Press,
    key: String,
    words: String,
    /// The column of its first cell.
    at: u16,
}

impl Hint {
    fn width(&self) -> usize {
        width(&self.key) + width(&self.words) + 1
    }
}

/// Draws the hints into the bottom line.
pub(super) fn draw(app: &App, area: Rect, buffer: &mut Buffer) {
    for hint in hints(app, area.width) {
        let after = put(buffer, area, hint.at, &hint.key, app.theme.style(Scope::Key));
        put(buffer, area, after + 1, &hint.words, app.theme.style(Scope::Muted));
    }
}

/// Returns what the hint at a column of the bottom line does.
pub(super) fn at(app: &App, area: Rect, column: u16) -> Option<Press> {
    let column = column.checked_sub(area.x)?;
    let hint = hints(app, area.width)
        .into_iter()
        .find(|hint| (hint.at..hint.at + u16::try_from(hint.width()).unwrap_or(u16::MAX)).contains(&column))?;
    Some(hint.press)
}

/// Returns the hints that fit into so many columns, with their places.
fn hints(app: &App, room: u16) -> Vec<Hint> {
    let mut wanted = wanted(app);
    // The way to the help, or out of what is open, is there at every width.
    let last = if !app.prefix.pressed().is_empty() {
        None
    } else if app.overlays.is_empty() {
        of_action(app, Action::Help, label(app, Action::Help))
    } else {
        wanted.pop()
    };
    let reserved = last.as_ref().map_or(0, |last| last.width() + 2);
    let mut at = 1;
    wanted.retain_mut(|hint| {
        hint.at = at;
        let fits = usize::from(at) + hint.width() + reserved <= usize::from(room);
        if fits {
            at += u16::try_from(hint.width() + 2).unwrap_or(0);
        }
        fits
    });
    wanted.extend(last.map(|last| Hint { at, ..last }));
    wanted
}

/// Returns all that could be said, the weightiest first.
fn wanted(app: &App) -> Vec<Hint> {
    let hint = |press, key: String, words: String| Hint { press, key, words, at: 0 };
    if !app.prefix.pressed().is_empty() {
        let ways = prefix::ways_on(app).into_iter();
        let ways = ways.map(|(keys, action)| hint(Press::Action(action), keys, label(app, action)));
        return ways.collect();
    }
    if let Some(count) = app.prefix.count() {
        let escape = Chord::of(KeyEvent::from(KeyCode::Esc));
        let number = hint(Press::Key(escape), count.to_string(), "before a key".to_owned());
        return std::iter::once(number).chain(of_action(app, Action::Escape, "drop the number".to_owned())).collect();
    }
    if let Some(top) = app.overlays.last() {
        let own = top.hints(&app.state, &app.commit).into_iter();
        let own = own.filter_map(|(press, words)| match press {
            Press::Action(action) => of_action(app, action, words.to_owned()),
            Press::Key(chord) => Some(hint(press, chord.to_string(), words.to_owned())),
        });
        return own.collect();
    }
    if finding::is_typing(app) {
        // All other keys are part of what is looked for.
        let enter = Chord::of(KeyEvent::from(KeyCode::Enter));
        let enter = hint(Press::Key(enter), enter.to_string(), "go through the matches".to_owned());
        return [Some(enter), of_action(app, Action::Escape, "end the search".to_owned())]
            .into_iter()
            .flatten()
            .collect();
    }
    let mut hints = Vec::new();
    if finding::is_active(app) {
        hints.extend([Action::SearchNext, Action::SearchPrevious].map(|action| (action, label(app, action))));
        hints.push((Action::Escape, "end the search".to_owned()));
    } else if app.is_busy() {
        hints.push((Action::Escape, "stop".to_owned()));
    }
    let own = match app.context() {
        Context::Tree => app.tree.hints(&app.state),
        Context::Diff => app.diff.hints(&app.state),
        Context::Reading => app.chat.hints(&app.state),
        Context::Writing
        | Context::Anywhere
        | Context::Search
        | Context::Commit
        | Context::Question
        | Context::Conflict
        | Context::Sheet => app.composer.hints(&app.state),
    };
    if app.is_busy() && own.contains(&Action::Escape) {
        // What is nearer goes first; the next Esc stops the turn.
        hints.retain(|(action, _)| *action != Action::Escape);
    }
    hints.extend(own.into_iter().map(|action| (action, label(app, action))));
    hints.extend([Action::NextPane, Action::Palette].map(|action| (action, label(app, action))));
    if app.guidance_is_shown() {
        hints.push((Action::SkipTour, label(app, Action::SkipTour)));
    }
    hints.into_iter().filter_map(|(action, words)| of_action(app, action, words)).collect()
}

/// Returns the hint of an action, if there are keys for it where the user is.
fn of_action(app: &App, action: Action, words: String) -> Option<Hint> {
    let (place, _) = prefix::place(app);
    let context = if action.info().context == Context::Search { Context::Search } else { place };
    let keys = app.keymap.key_here(context, action)?;
    Some(Hint { press: Press::Action(action), key: keys.to_string(), words, at: 0 })
}

/// Returns an action's name as a hint: without its pane, in words; where the name says too little, what it does now.
fn label(app: &App, action: Action) -> String {
    match action {
        Action::Escape if app.context() == Context::Diff => return app.diff.escape_words().to_owned(),
        Action::Escape => return "close the list".to_owned(),
        Action::FocusDiff => return "review".to_owned(),
        Action::HistoryBack => return "last message".to_owned(),
        Action::ToggleDecided if app.diff.shows_decided() => return "hide decided".to_owned(),
        Action::ToggleDecided => return "show decided".to_owned(),
        _ => {}
    }
    let name = action.info().name;
    let plain = ["tree-", "chat-", "diff-"].iter().find_map(|prefix| name.strip_prefix(prefix)).unwrap_or(name);
    plain.replace('-', " ")
}
