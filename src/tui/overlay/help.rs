//! The help: every action with its keys, made from the table of actions and the keymap.

use crossterm::event::{KeyCode, KeyEvent};
use ratatui::layout::Position;

use super::super::action::{ACTIONS, Action, Context};
use super::super::effect::Effect;
use super::super::keymap::{CONTEXTS, Keymap};
use super::super::text::{clip, put, width};
use super::super::theme::Scope;
use super::modal::{Hint, Modal, Paper, Surroundings, Verdict, key as hint};
use super::palette::is_elsewhere;
use super::sheet::{Cursor, Query, below_query, line, sheet};
use crate::session::SessionState;

/// A sheet that is narrower than this has little room for keys.
const NARROW: u16 = 56;

/// The first line that is an action: a heading stands above it.
const FIRST: usize = 1;

/// The help's state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::tui) struct Help {
    query: Query,
    cursor: Cursor,
}

/// A line of the help.
enum Line {
    /// A place's name, and whether numbers before keys count there.
    Heading(&'static str, bool),
    Action {
        keys: String,
        action: Action,
    },
    Blank,
}

impl Help {
    /// Returns the help with its cursor on the first action.
    pub(super) fn new() -> Self {
        Self { query: Query::default(), cursor: Cursor::on(FIRST) }
    }

    /// Puts the cursor on the first action that is left.
    fn renew(&mut self) {
        self.cursor.at = FIRST;
        self.cursor.turn(isize::MIN);
    }

    fn lines(&self, keymap: &Keymap) -> Vec<Line> {
        let wanted = self.query.text.trim().to_lowercase();
        let matches = |keys: &str, action: Action| {
            let told = [keys, action.info().title, action.info().name];
            told.iter().any(|told| told.to_lowercase().contains(&wanted))
        };
        let mut lines = Vec::new();
        let mut section = |name: &'static str, entries: Vec<(String, Action)>, counts: bool| {
            let kept: Vec<_> = entries.into_iter().filter(|(keys, action)| matches(keys, *action)).collect();
            if kept.is_empty() {
                return;
            }
            if !lines.is_empty() {
                lines.push(Line::Blank);
            }
            lines.push(Line::Heading(name, counts));
            lines.extend(kept.into_iter().map(|(keys, action)| Line::Action { keys, action }));
        };
        for (context, _, name) in CONTEXTS {
            section(name, entries(keymap, *context), keymap.counts_in(*context));
        }
        let unbound = ACTIONS.iter().filter(|info| keymap.key(info.context, info.action).is_none());
        section("By the palette only", unbound.map(|info| (String::new(), info.action)).collect(), false);
        if lines.is_empty() && Keymap::COUNT_WORDS.1.contains(&wanted) {
            // No action, but a place is found by what numbers do there.
            let counting = CONTEXTS.iter().filter(|(context, _, _)| keymap.counts_in(*context));
            lines.extend(counting.map(|(_, _, name)| Line::Heading(name, true)));
        }
        lines
    }
}

impl Modal for Help {
    fn context(&self) -> Context {
        Context::Anywhere
    }

    fn hints(&self, _state: &SessionState) -> Vec<Hint> {
        vec![hint("enter", "do it"), hint("pagedown", "scroll")]
    }

    fn takes_text(&self) -> bool {
        true
    }

    /// Moves, narrows, or does what the cursor stands on.
    fn key(&mut self, key: KeyEvent, around: Surroundings<'_>) -> Verdict {
        let lines = self.lines(around.keymap);
        if key.code == KeyCode::Enter {
            return match lines.get(self.cursor.at) {
                Some(Line::Action { action, .. }) if is_elsewhere(*action) => {
                    Verdict::Stay(vec![Effect::Say("this is done in a sheet that is not open now".to_owned())])
                }
                Some(Line::Action { action, .. }) => Verdict::Perform(*action),
                Some(Line::Heading(..) | Line::Blank) | None => Verdict::stay(),
            };
        }
        let before = self.cursor.at;
        if self.cursor.key(key, lines.len()) {
            self.cursor.at = nearest_action(&lines, self.cursor.at, before).unwrap_or(before);
            // The heading above comes into sight with its first action.
            if self.cursor.at == FIRST {
                self.cursor.turn(isize::MIN);
            }
        } else if self.query.key(key) {
            self.renew();
        }
        Verdict::stay()
    }

    fn paste(&mut self, text: &str) {
        self.query.paste(text);
        self.renew();
    }

    fn list(&mut self) -> Option<&mut Cursor> {
        Some(&mut self.cursor)
    }

    fn view(&self, paper: Paper<'_>, around: Surroundings<'_>) -> Option<Position> {
        let Paper { screen, buffer, theme } = paper;
        let lines = self.lines(around.keymap);
        let wanted = u16::try_from(lines.len().max(12)).unwrap_or(u16::MAX).saturating_add(2);
        let inner = sheet(screen, (80, wanted.min(screen.height.saturating_sub(4))), "Keys", buffer, theme);
        let cursor = self.query.view(inner, buffer, theme);
        if self.query.text.is_empty() {
            put(buffer, inner, 2, "type to search; Enter, or a second click, does it", theme.style(Scope::Muted));
        }
        let list = below_query(inner);
        let top = self.cursor.show(list, lines.len());
        if lines.is_empty() {
            put(buffer, line(list, 0), 0, "no action matches", theme.style(Scope::Muted));
        }
        for (row, (at, entry)) in lines.iter().enumerate().skip(top).take(list.height.into()).enumerate() {
            let area = line(list, row);
            match entry {
                Line::Heading(name, counts) => {
                    let after = put(buffer, area, 0, name, theme.style(Scope::Heading));
                    if *counts {
                        put(buffer, area, after + 2, Keymap::COUNT_WORDS.1, theme.style(Scope::Muted));
                    }
                }
                Line::Action { keys, action } => {
                    if at == self.cursor.at {
                        buffer.set_style(area, theme.style(Scope::Selection));
                    }
                    // Where there is little room, one key is enough.
                    let one = keys.split(", ").next().unwrap_or_default();
                    let (keys, room) = if area.width < NARROW { (one, 11) } else { (keys.as_str(), 18) };
                    put(buffer, area, 2, &clip(keys, room.into()), theme.style(Scope::Key));
                    put(buffer, area, room + 3, action.info().title, theme.style(Scope::Text));
                }
                Line::Blank => {}
            }
        }
        cursor
    }
}

/// Returns the action nearest to a line, looking on in the way from another line; back where there is none.
fn nearest_action(lines: &[Line], at: usize, from: usize) -> Option<usize> {
    let is_action = |at: &usize| matches!(lines.get(*at), Some(Line::Action { .. }));
    let (mut down, mut up) = ((at..lines.len()).filter(is_action), (0..=at).rev().filter(is_action));
    if at >= from { down.next().or_else(|| up.next()) } else { up.next().or_else(|| down.next()) }
}

fn entries(keymap: &Keymap, context: Context) -> Vec<(String, Action)> {
    let bound = keymap.bound_in(context).into_iter();
    bound
        .map(|(action, keys)| {
            let mut shown = String::new();
            for key in keys {
                let key = key.to_string();
                // More than fit are left out whole, not cut in the middle.
                if width(&shown) + width(&key) + 2 > 18 {
                    break;
                }
                if !shown.is_empty() {
                    shown.push_str(", ");
                }
                shown.push_str(&key);
            }
            (shown, action)
        })
        .collect()
}
