//! The composer: keys and actions in, text and effects out.

use std::cell::Cell;
use std::sync::Arc;

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::Rect;

use super::complete::{Finder, Offer, recalled};
use super::draft::Draft;
use super::history::History;
use super::part;
use super::rank::Touched;
use super::reach::Reach;
use super::view::LEAD;
use super::wrap::Rows;
use crate::config::ScreenConfig;
use crate::path::PathList;
use crate::review::Revision;
use crate::session::{Image, SessionState, TurnOutcome, TurnPhase};
use crate::tui::{Action, EditorJob, Effect};

/// The composer is never higher than this.
const MOST_ROWS: usize = 10;

/// Where the user writes.
#[derive(Debug)]
pub struct Composer {
    pub(super) draft: Draft,
    pub(super) history: History,
    finder: Finder,
    /// The state of the session by which files are ranked: its proposal, its entries, its context.
    about: Option<(Revision, usize, usize)>,
    pub(super) offer: Option<Offer>,
    /// The word whose completion the user has closed, by its start.
    dismissed: Option<usize>,
    /// Whether the offer is of messages sent before that hold the text, not of words to complete.
    pub(super) is_recalling: bool,
    /// Whether it is sent as soon as its images are read.
    pub(super) sends_when_read: bool,
    /// The column that Up and Down keep to.
    goal: Option<usize>,
    /// The columns for text when it was last drawn; Up and Down go by its rows.
    pub(super) width: Cell<usize>,
    /// The first row that is drawn; drawing moves it as little as the cursor asks for.
    pub(super) top: Cell<usize>,
}

impl Composer {
    /// Returns an empty composer.
    pub fn new(_config: &ScreenConfig) -> Self {
        Self {
            draft: Draft::default(),
            history: History::default(),
            finder: Finder::new(),
            about: None,
            offer: None,
            dismissed: None,
            is_recalling: false,
            sends_when_read: false,
            goal: None,
            width: Cell::new(80),
            top: Cell::new(0),
        }
    }

    /// Takes over what changed in the session: which files it is about. A text that streams in changes nothing here.
    pub fn sync(&mut self, state: &SessionState) {
        let about = (state.review.revision(), state.entries.len(), state.context.len());
        if self.about != Some(about) {
            self.about = Some(about);
            self.finder.set_touched(Touched::of(state));
        }
    }

    /// Returns the text with its pastes folded, each a character that no text has.
    pub fn raw(&self) -> &str {
        self.draft.raw()
    }

    /// Returns the text, pastes included.
    pub fn text(&self) -> String {
        self.draft.expanded()
    }

    /// Returns what keeps the message with its folded pastes and images; [`set_kept`](Self::set_kept) takes it.
    pub fn kept(&self) -> String {
        part::written(self.draft.parts())
    }

    /// Takes a message that was kept; any text is one.
    pub fn set_kept(&mut self, kept: &str) {
        self.draft = Draft::of_parts(part::read(kept));
        self.edited_elsewhere();
    }

    /// Replaces the text; the cursor goes to its end.
    pub fn set_text(&mut self, text: &str) {
        self.draft = Draft::of(text);
        self.edited_elsewhere();
    }

    /// Replaces the text by what an editor made of it; that can be undone.
    pub fn replace_text(&mut self, text: &str) {
        self.draft.replace_all(text);
        self.edited_elsewhere();
    }

    /// Tells whether the text names a file, or is about to; pastes are not looked into.
    pub fn names_a_file(&self) -> bool {
        self.draft.raw().contains('@')
    }

    /// Returns the text and empties the composer.
    pub fn take(&mut self) -> String {
        let text = self.draft.expanded();
        self.set_text("");
        text
    }

    /// Tells whether nothing is written.
    pub fn is_empty(&self) -> bool {
        self.draft.is_empty()
    }

    /// Puts a paste in; a long one is shown as one piece.
    pub fn paste(&mut self, text: &str, state: &SessionState) {
        self.draft.paste(text);
        // What is pasted into a word that is being completed narrows it.
        let narrows = self.offer.is_some();
        self.edited_elsewhere();
        if narrows {
            self.refresh(state);
        }
    }

    /// Puts an image in, shown as one piece.
    pub fn attach(&mut self, image: Image) {
        self.draft.attach(image);
        self.edited_elsewhere();
    }

    /// Replaces the files that `@` and `/add` complete.
    pub fn set_files(&mut self, files: Arc<PathList>) {
        self.finder.set_files(files);
    }

    /// Offers what has come meanwhile, unless the user has begun to choose.
    pub fn offer_again(&mut self, state: &SessionState) {
        if self.offer.as_ref().is_none_or(|offer| offer.selected == 0) {
            self.refresh(state);
        }
    }

    /// Replaces the names that `/model` completes.
    pub fn set_models(&mut self, models: Vec<String>) {
        self.finder.set_models(models);
    }

    /// Takes the profiles and regions that can be completed.
    pub fn set_accounts(&mut self, profiles: Vec<String>, regions: Vec<String>) {
        self.finder.set_accounts(profiles, regions);
    }

    /// Replaces the messages sent before, oldest first.
    pub fn set_history(&mut self, sent: Vec<String>) {
        self.history.set(sent);
    }

    /// Returns how many rows the text takes at a width, 1 to 10.
    pub fn height(&self, width: u16) -> u16 {
        let rows = Rows::of(&self.draft, text_width(width)).rows.len().clamp(1, MOST_ROWS);
        u16::try_from(rows).unwrap_or(1)
    }

    /// Tells whether a completion is offered: Tab, Enter, Up, Down and Esc then belong to it.
    pub fn has_popup(&self) -> bool {
        self.offer.is_some()
    }

    /// Returns what the border's title says.
    pub fn title(&self, state: &SessionState) -> String {
        if state.is_busy() { "message (queued until the turn ends)".to_owned() } else { "message".to_owned() }
    }

    /// Returns the actions worth a hint now.
    pub fn hints(&self, state: &SessionState) -> Vec<Action> {
        if self.has_popup() {
            return vec![Action::Complete, Action::Escape];
        }
        let did_fail =
            !state.is_busy() && matches!(state.last_outcome, Some(ref outcome) if *outcome != TurnOutcome::Done);
        let can_retry = did_fail || matches!(state.phase, TurnPhase::Retrying { .. });
        let has_pending = state.review.progress().pending > 0;
        let mut hints = Vec::new();
        if self.is_empty() {
            hints.extend(can_retry.then_some(Action::Retry));
            hints.extend(has_pending.then_some(Action::FocusDiff));
            hints.push(Action::HistoryBack);
        } else {
            hints.extend([Action::Send, Action::NewLine]);
        }
        hints.push(Action::EditExternally);
        hints
    }

    /// Does an action.
    pub fn act(&mut self, action: Action, state: &SessionState) -> Vec<Effect> {
        match action {
            Action::Send => return self.send(state),
            Action::NewLine => {
                self.draft.insert("\n");
                self.changed(state);
            }
            Action::HistoryBack => return self.up(state),
            Action::HistoryForward => self.down(state),
            Action::EditExternally => return vec![Effect::Edit(EditorJob::Composer { text: self.text() })],
            Action::Complete => {
                if self.offer.is_none() {
                    self.dismissed = None;
                    self.refresh(state);
                } else {
                    self.accept(state);
                }
            }
            Action::ExpandPaste => match self.draft.expand() {
                Ok(()) => self.changed(state),
                Err(reason) => return vec![Effect::Say(reason.to_owned())],
            },
            Action::DraftUndo => return self.went(Draft::undo, "there is nothing to undo", state),
            Action::DraftRedo => return self.went(Draft::redo, "there is nothing to redo", state),
            Action::Recall => return self.recall(state),
            Action::Escape => self.dismiss(),
            _ => {}
        }
        Vec::new()
    }

    fn went(&mut self, go: fn(&mut Draft) -> bool, nothing: &str, state: &SessionState) -> Vec<Effect> {
        if !go(&mut self.draft) {
            return vec![Effect::Say(nothing.to_owned())];
        }
        self.changed(state);
        Vec::new()
    }

    /// Offers the messages sent before that hold the text; once more goes to the next.
    fn recall(&mut self, state: &SessionState) -> Vec<Effect> {
        if self.is_recalling && self.offer.is_some() {
            self.down(state);
            return Vec::new();
        }
        self.is_recalling = true;
        if !self.history.knows_earlier() {
            self.refresh(state);
            return vec![Effect::FindPrompts];
        }
        self.recall_all(state)
    }

    fn recall_all(&mut self, state: &SessionState) -> Vec<Effect> {
        self.refresh(state);
        if self.offer.is_some() {
            return Vec::new();
        }
        self.is_recalling = false;
        self.refresh(state);
        vec![Effect::Say("no message sent before has these words".to_owned())]
    }

    /// Takes the messages of earlier sessions, newest first, and offers them if they are waited for.
    pub fn set_earlier(&mut self, earlier: Vec<String>, state: &SessionState) -> Vec<Effect> {
        self.history.set_earlier(earlier);
        if !self.is_recalling {
            return Vec::new();
        }
        let chosen = self.offer.as_ref().map(|offer| offer.selected);
        let effects = self.recall_all(state);
        // What was offered before comes first as before; so the choice stays.
        if let (Some(offer), Some(chosen)) = (&mut self.offer, chosen) {
            offer.selected = chosen.min(offer.candidates.len() - 1);
        }
        effects
    }

    /// Takes a key that no action took.
    pub fn key(&mut self, key: KeyEvent, state: &SessionState) -> Vec<Effect> {
        if key.kind == KeyEventKind::Release {
            return Vec::new();
        }
        match key.code {
            KeyCode::Tab if self.offer.is_some() => self.accept(state),
            KeyCode::Enter if key.modifiers.is_empty() => return self.send(state),
            KeyCode::Enter => {
                self.draft.insert("\n");
                self.changed(state);
            }
            KeyCode::Esc => self.dismiss(),
            KeyCode::Up => return self.up(state),
            KeyCode::Down => self.down(state),
            _ => {
                if self.edit(key) {
                    self.changed(state);
                }
            }
        }
        Vec::new()
    }

    /// Takes the mouse: a click puts the cursor there.
    pub fn mouse(&mut self, mouse: MouseEvent, area: Rect, state: &SessionState) -> Vec<Effect> {
        if mouse.kind == MouseEventKind::Down(MouseButton::Left) {
            let rows = self.rows(area.width);
            let row = usize::from(mouse.row.saturating_sub(area.y)) + self.top.get();
            let column = usize::from(mouse.column.saturating_sub(area.x + LEAD));
            self.draft.move_to(rows.at(&self.draft, row, column));
            self.changed(state);
        }
        Vec::new()
    }

    /// Returns the rows for an area's width.
    pub(super) fn rows(&self, width: u16) -> Rows {
        Rows::of(&self.draft, text_width(width))
    }

    /// Edits or moves by a key; false when the key means nothing here.
    fn edit(&mut self, key: KeyEvent) -> bool {
        let is_control = key.modifiers.contains(KeyModifiers::CONTROL);
        let is_alt = key.modifiers.contains(KeyModifiers::ALT);
        let is_word = is_control || is_alt;
        let draft = &mut self.draft;
        match key.code {
            KeyCode::Char(character) if !is_word => draft.insert(character.encode_utf8(&mut [0; 4])),
            KeyCode::Char('a') if is_control && !is_alt => draft.move_back(Reach::Line),
            KeyCode::Char('e') if is_control && !is_alt => draft.move_forward(Reach::Line),
            KeyCode::Char('b') if is_control != is_alt => {
                draft.move_back(if is_control { Reach::Grapheme } else { Reach::Word })
            }
            KeyCode::Char('f') if is_control != is_alt => {
                draft.move_forward(if is_control { Reach::Grapheme } else { Reach::Word })
            }
            KeyCode::Char('k') if is_control && !is_alt => draft.remove_forward(Reach::Line),
            KeyCode::Char('u') if is_control && !is_alt => draft.remove_back(Reach::Line),
            KeyCode::Char('w') if is_control && !is_alt => draft.remove_back(Reach::Blank),
            KeyCode::Char('y') if is_control && !is_alt => draft.yank(),
            KeyCode::Char('h') if is_control && !is_alt => draft.remove_back(Reach::Grapheme),
            KeyCode::Char('d') if is_control && !is_alt => draft.remove_forward(Reach::Grapheme),
            KeyCode::Char('d') if is_alt && !is_control => draft.remove_forward(Reach::Word),
            KeyCode::Backspace => draft.remove_back(if is_word { Reach::Word } else { Reach::Grapheme }),
            KeyCode::Delete => draft.remove_forward(if is_word { Reach::Word } else { Reach::Grapheme }),
            KeyCode::Left => draft.move_back(if is_word { Reach::Word } else { Reach::Grapheme }),
            KeyCode::Right => draft.move_forward(if is_word { Reach::Word } else { Reach::Grapheme }),
            KeyCode::Home => draft.move_back(if is_control { Reach::Text } else { Reach::Line }),
            KeyCode::End => draft.move_forward(if is_control { Reach::Text } else { Reach::Line }),
            _ => return false,
        }
        true
    }

    /// Moves the cursor by a row; false at the edge.
    pub(super) fn move_rows(&mut self, by: isize) -> bool {
        let rows = Rows::of(&self.draft, self.width.get());
        let (row, column) = rows.place(&self.draft, self.draft.cursor());
        let Some(to) = row.checked_add_signed(by).filter(|to| *to < rows.rows.len()) else { return false };
        let goal = *self.goal.get_or_insert(column);
        self.draft.move_to(rows.at(&self.draft, to, goal));
        true
    }

    /// Puts the selected candidate in.
    pub(super) fn accept(&mut self, state: &SessionState) {
        let Some(offer) = self.offer.take() else { return };
        let Some(chosen) = offer.candidates.get(offer.selected) else { return };
        if std::mem::take(&mut self.is_recalling) {
            self.draft.replace_all(&chosen.insert);
            self.edited_elsewhere();
            return;
        }
        let is_followed = self.draft.raw()[offer.end..].starts_with(char::is_whitespace);
        let space = if is_followed || chosen.runs || chosen.goes_on { "" } else { " " };
        self.draft.replace(offer.start..offer.end, &format!("{}{space}", chosen.insert));
        self.goal = None;
        self.refresh(state);
        if chosen.runs {
            self.offer = None;
        }
    }

    fn dismiss(&mut self) {
        if std::mem::take(&mut self.is_recalling) {
            self.offer = None;
            return;
        }
        self.dismissed = self.offer.take().map(|offer| offer.start);
    }

    fn changed(&mut self, state: &SessionState) {
        self.sends_when_read = false;
        self.goal = None;
        self.refresh(state);
    }

    /// Forgets what hung on the text before.
    pub(super) fn edited_elsewhere(&mut self) {
        self.sends_when_read = false;
        self.goal = None;
        self.offer = None;
        self.dismissed = None;
        self.is_recalling = false;
    }

    /// Looks for what can be offered at the cursor.
    pub(super) fn refresh(&mut self, state: &SessionState) {
        if self.is_recalling {
            self.offer = recalled(self.history.newest_first(), self.draft.raw(), self.draft.raw().len());
            return;
        }
        if self.dismissed.is_some_and(|start| start >= self.draft.raw().len()) {
            self.dismissed = None;
        }
        let offer = self.finder.offer(self.draft.raw(), self.draft.cursor(), state);
        if offer.as_ref().is_some_and(|offer| Some(offer.start) != self.dismissed) {
            self.dismissed = None;
        }
        self.offer = offer.filter(|_| self.dismissed.is_none());
    }
}

/// Returns the columns for text: a mark before it, and one column after it for the cursor.
fn text_width(width: u16) -> usize {
    usize::from(width.saturating_sub(LEAD + 1)).max(1)
}
