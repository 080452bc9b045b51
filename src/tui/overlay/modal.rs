//! What can be asked of every overlay, and what it makes of keys and clicks.

use crossterm::event::{KeyCode, KeyEvent};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::super::action::{Action, Context};
use super::super::connection::ConnectionReport;
use super::super::effect::Effect;
use super::super::hints::Press;
use super::super::hyperlink::LinkTable;
use super::super::keymap::Keymap;
use super::super::keys::Chord;
use super::super::theme::Theme;
use super::super::wardrobe::Wardrobe;
use super::buttons::SheetTheme;
use super::money::Money;
use super::picker::Picker;
use super::sheet::Cursor;
use crate::session::{Millis, Overhead, SessionState};

/// What an overlay sees of the rest.
#[derive(Clone, Copy)]
pub(in crate::tui) struct Surroundings<'a> {
    /// The session.
    pub state: &'a SessionState,
    /// The keys.
    pub keymap: &'a Keymap,
    /// The models that can be chosen.
    pub models: &'a [(String, String)],
    /// What the palette did last.
    pub recent: &'a [Action],
    /// How the screen looks.
    pub theme: &'a Theme,
    /// The themes at hand.
    pub wardrobe: &'a Wardrobe,
    /// What was spent beyond the session.
    pub money: &'a Money,
    /// What goes with every request.
    pub overhead: Overhead,
    /// At how many percent the conversation is compacted.
    pub compact_at: u32,
    /// How the connection to the terminal is.
    pub connection: &'a ConnectionReport,
    /// Numbers for links, where they are shown as links of the terminal's.
    pub links: Option<&'a LinkTable>,
    /// The screen.
    pub screen: Rect,
    /// The time.
    pub now: Millis,
}

/// What an overlay is drawn on.
pub(in crate::tui) struct Paper<'a> {
    /// The screen.
    pub(super) screen: Rect,
    /// The cells.
    pub(super) buffer: &'a mut Buffer,
    /// The colours, which note where keys are told.
    pub(super) theme: &'a SheetTheme<'a>,
}

/// What an overlay makes of a key.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::tui) enum Verdict {
    /// It stays open.
    Stay(Vec<Effect>),
    /// It closes.
    Close(Vec<Effect>),
    /// It closes, and this is done.
    Perform(Action),
}

impl Verdict {
    /// It stays open, and nothing else happens.
    pub(super) const fn stay() -> Self {
        Self::Stay(Vec::new())
    }

    /// It closes if this is asked for, and stays open otherwise.
    pub(super) fn close_if(asked: Option<Vec<Effect>>) -> Self {
        asked.map_or(Self::stay(), Self::Close)
    }
}

/// What a click on a list did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::tui) enum Click {
    /// The row is selected now.
    Selected,
    /// It was selected before: it is chosen.
    Chosen,
}

/// What can be done next, for the bottom line; none where a key is no key.
pub(super) type Hint = Option<(Press, &'static str)>;

/// Returns the hint of a key that no keymap changes.
pub(super) fn key(name: &str, words: &'static str) -> Hint {
    Chord::parse(name).map(|chord| (Press::Key(chord), words))
}

/// Returns the hint of an action.
pub(super) fn act(action: Action, words: &'static str) -> Hint {
    Some((Press::Action(action), words))
}

/// An overlay. Most of them show a sheet that is read, left and nothing else.
pub(in crate::tui) trait Modal {
    /// Draws it; returns where the cursor stands, if it has one.
    fn view(&self, paper: Paper<'_>, around: Surroundings<'_>) -> Option<Position>;

    /// Returns whose keys count here.
    fn context(&self) -> Context {
        Context::Sheet
    }

    /// Returns what can be done next beside closing it.
    fn hints(&self, _state: &SessionState) -> Vec<Hint> {
        Vec::new()
    }

    /// Tells whether plain characters are text here.
    fn takes_text(&self) -> bool {
        false
    }

    /// Takes a key.
    fn key(&mut self, _key: KeyEvent, _around: Surroundings<'_>) -> Verdict {
        Verdict::stay()
    }

    /// Does an action of its own.
    fn answer(&mut self, _action: Action, _around: Surroundings<'_>) -> Verdict {
        Verdict::stay()
    }

    /// Returns the choice that is narrowed by typing, if it is one.
    fn picker(&mut self) -> Option<&mut Picker> {
        None
    }

    /// Takes pasted text.
    fn paste(&mut self, text: &str) {
        if let Some(picker) = self.picker() {
            picker.query.paste(text);
        }
    }

    /// Returns the list from which something is chosen.
    fn list(&mut self) -> Option<&mut Cursor> {
        self.picker().map(|picker| &mut picker.cursor)
    }

    /// Takes over what changed in the session; tells whether there is still something to show.
    fn sync(&mut self, _state: &SessionState) -> bool {
        true
    }

    /// Shows as much as fits of a text that was written, after the screen has another size.
    fn resized(&mut self) {}

    /// Does an action: those that move in a list are keys here.
    fn act(&mut self, action: Action, around: Surroundings<'_>) -> Verdict {
        let key = match action {
            Action::SheetLeave => return Verdict::Close(Vec::new()),
            Action::SheetDown => KeyCode::Down,
            Action::SheetUp => KeyCode::Up,
            Action::SheetTop => KeyCode::Home,
            Action::SheetBottom => KeyCode::End,
            action => return self.answer(action, around),
        };
        self.key(KeyEvent::from(key), around)
    }

    /// Takes a click; tells what it did if it met a row of a list.
    fn click(&mut self, place: Position) -> Option<Click> {
        let cursor = self.list()?;
        let at = cursor.row_at(place)?;
        let click = if cursor.at == at { Click::Chosen } else { Click::Selected };
        cursor.at = at;
        Some(click)
    }
}
