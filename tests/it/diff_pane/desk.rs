//! A review on the desk: a pane with a session whose engine answers at once, or when it is told to.

use std::sync::Arc;

use adit::config::ScreenConfig;
use adit::path::RelPath;
use adit::review::{Decision, FileRevision, Maker, Mode, Pick, Snapshot, Text};
use adit::session::{Event, EventKind, Millis, Op, Seq, SessionState};
use adit::tui::diff::{DiffCache, DiffPane};
use adit::tui::highlight::Highlighter;
use adit::tui::{Action, EditorJob, Effect, Look, Origin, Overlay, Theme};
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// A pane and what stands behind it.
pub(super) struct Desk {
    pub(super) state: SessionState,
    pub(super) pane: DiffPane,
    pub(super) cache: DiffCache,
    pub(super) area: Rect,
    /// What was asked for, in words, since it was looked at last.
    pub(super) log: Vec<String>,
    /// Operations that the engine has not answered.
    pub(super) open: Vec<Op>,
    /// Whether the engine answers at once.
    pub(super) is_prompt: bool,
}

/// Returns a checked path.
pub(super) fn path(text: &str) -> RelPath {
    RelPath::new(text).unwrap()
}

/// Returns a regular file.
pub(super) fn file(text: impl AsRef<[u8]>) -> Option<Snapshot> {
    Some(Snapshot { text: Text::new(text.as_ref()), mode: Mode::Regular })
}

/// Returns the model's revision of a file that enters the review.
pub(super) fn revision(at: &str, base: Option<Snapshot>, target: Option<Snapshot>) -> FileRevision {
    let maker = Maker::Model { turn: 1, step: 1, call: "call-1".to_owned() };
    FileRevision { path: path(at), from: None, base: Some(base), target, maker, loose: false }
}

/// Returns numbered lines `line 1` … with some replaced: an empty text removes the line.
pub(super) fn numbered(count: usize, changes: &[(usize, &str)]) -> String {
    let line = |number: usize| match changes.iter().find(|(at, _)| *at == number) {
        Some((_, text)) => (*text).to_owned(),
        None => format!("line {number}\n"),
    };
    (1..=count).map(line).collect()
}

impl Desk {
    /// Returns a desk with these files in the review.
    pub(super) fn new(files: Vec<FileRevision>) -> Self {
        Self::with(files, ScreenConfig::default(), 60, 20)
    }

    /// Returns a desk with a configuration and a size.
    pub(super) fn with(files: Vec<FileRevision>, config: ScreenConfig, width: u16, height: u16) -> Self {
        let mut desk = Self {
            state: SessionState::default(),
            pane: DiffPane::new(&config),
            cache: DiffCache::new(Arc::new(Highlighter::inline())),
            area: Rect::new(0, 0, width, height),
            log: Vec::new(),
            open: Vec::new(),
            is_prompt: true,
        };
        desk.fold(EventKind::ProposalRevised { call: None, files });
        desk.draw();
        // Scripts begin at the top.
        desk.keys("g");
        desk
    }

    /// Returns a desk to which nothing has come yet.
    pub(super) fn bare() -> Self {
        Self::with(Vec::new(), ScreenConfig::default(), 60, 20).untouched()
    }

    fn untouched(mut self) -> Self {
        self.pane = DiffPane::new(&ScreenConfig::default());
        self
    }

    /// Folds an event and lets the pane take it over.
    pub(super) fn fold(&mut self, kind: EventKind) {
        self.fold_all(vec![kind]);
    }

    /// Folds events that come in one batch.
    pub(super) fn fold_all(&mut self, kinds: Vec<EventKind>) {
        for kind in kinds {
            let event = Event { seq: Seq(self.state.seq.0 + 1), at: Millis(0), kind };
            self.state.apply(&event);
        }
        self.pane.sync(&self.state);
        let effects = self.pane.take_effects();
        self.effects(effects);
    }

    fn effects(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            self.log.push(told(&effect));
            if let Effect::Send(op) = effect {
                self.open.push(op);
                if self.is_prompt {
                    self.answer();
                }
            }
        }
    }

    /// Lets the engine answer the oldest open operation, as the real one does.
    pub(super) fn answer(&mut self) {
        if self.open.is_empty() {
            return;
        }
        let kind = match self.open.remove(0) {
            Op::Decide { revision, pick, decision, note } => {
                if revision != self.state.review.revision() {
                    refused("the proposal changed since it was shown")
                } else if let Err(refusal) = self.state.review.plan(&pick, decision) {
                    refused(&refusal.to_string())
                } else {
                    EventKind::HunksDecided { revision, pick, decision, note }
                }
            }
            Op::Undo => match self.state.review.undoable() {
                Ok(act) => EventKind::Undone { act: Some(act) },
                Err(refusal) => refused(&refusal.to_string()),
            },
            Op::Redo => match self.state.review.plan_redo() {
                Ok(_) => EventKind::Redone,
                Err(refusal) => refused(&refusal.to_string()),
            },
            Op::Prompt { .. } => EventKind::FeedbackSent,
            other => panic!("the pane does not send {other:?}"),
        };
        self.fold(kind);
    }

    /// Does actions, by the keys of the contract, separated by blanks.
    pub(super) fn keys(&mut self, script: &str) -> &mut Self {
        for key in script.split_whitespace() {
            let effects = match key {
                "enter" => self.pane.key(KeyEvent::new(KeyCode::Enter, KeyModifiers::NONE), &self.state),
                "esc" => {
                    self.pane.escape();
                    Vec::new()
                }
                key => self.pane.act(action(key), &self.state),
            };
            self.effects(effects);
        }
        self
    }

    /// Presses the left button, or turns the wheel.
    pub(super) fn mouse(&mut self, kind: MouseEventKind, column: u16, row: u16) {
        let event = MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE };
        let effects = self.pane.mouse(event, self.area, &self.state);
        self.effects(effects);
    }

    /// Clicks where a text stands on the screen; in the line of `near` when that is given.
    pub(super) fn click(&mut self, near: &str, text: &str) {
        let screen = self.draw();
        let (row, line) =
            screen.lines().enumerate().find(|(_, line)| line.contains(near)).unwrap_or_else(|| panic!("{screen}"));
        let at = line.find(text).unwrap_or_else(|| panic!("no {text} in {line}"));
        let column = line[..at].chars().count();
        let place = (u16::try_from(column).unwrap(), u16::try_from(row).unwrap());
        self.mouse(MouseEventKind::Down(MouseButton::Left), place.0, place.1);
        self.mouse(MouseEventKind::Up(MouseButton::Left), place.0, place.1);
    }

    /// Draws the pane and returns its cells.
    pub(super) fn buffer(&mut self) -> Buffer {
        let mut buffer = Buffer::empty(self.area);
        let look = Look { state: &self.state, theme: &Theme::plain(), is_focused: true, now: Millis(0) };
        self.pane.view(self.area, &mut buffer, look, &mut self.cache);
        buffer
    }

    /// Draws the pane and returns its text, the title first.
    pub(super) fn draw(&mut self) -> String {
        let buffer = self.buffer();
        text_of(&buffer)
    }

    /// Returns the title and the screen.
    pub(super) fn screen(&mut self) -> String {
        format!("[{}]\n{}", self.pane.title(&self.state), self.draw())
    }

    /// Returns what was asked for since the last look.
    pub(super) fn told(&mut self) -> String {
        std::mem::take(&mut self.log).join("; ")
    }

    /// Returns the lines of the screen that the cursor takes: those with its bar, else the reversed heading.
    pub(super) fn cursor_rows(&mut self) -> Vec<u16> {
        let buffer = self.buffer();
        let cell = |column: u16, row: u16| buffer.cell((column, row)).unwrap();
        let has_bar = |row: &u16| cell(0, *row).symbol() == "▌";
        let is_reversed = |row: &u16| {
            let modifier = cell(self.area.width - 1, *row).modifier;
            modifier.contains(ratatui::style::Modifier::REVERSED)
        };
        let rows: Vec<u16> = (0..self.area.height).filter(has_bar).collect();
        if rows.is_empty() { (0..self.area.height).filter(is_reversed).collect() } else { rows }
    }

    /// Returns the line of the screen on which the cursor stands.
    pub(super) fn cursor(&mut self) -> String {
        let (rows, text) = (self.cursor_rows(), self.draw());
        assert_eq!(rows.len(), 1, "one cursor in\n{text}");
        text.lines().nth(usize::from(rows[0])).unwrap().trim().trim_start_matches('▌').trim().to_owned()
    }
}

/// Returns a buffer's text, without blanks at line ends.
pub(super) fn text_of(buffer: &Buffer) -> String {
    let area = buffer.area;
    let line = |y: u16| {
        let mut text = String::new();
        let mut x = 0;
        while x < area.width {
            let symbol = buffer.cell((x, y)).unwrap().symbol();
            text.push_str(symbol);
            x += u16::try_from(unicode_width::UnicodeWidthStr::width(symbol).max(1)).unwrap();
        }
        text.trim_end().to_owned()
    };
    (0..area.height).map(line).collect::<Vec<_>>().join("\n")
}

fn refused(reason: &str) -> EventKind {
    EventKind::Refused { reason: reason.to_owned(), hint: None }
}

fn action(key: &str) -> Action {
    match key {
        "j" => Action::DiffDown,
        "k" => Action::DiffUp,
        "pgdn" => Action::DiffPageDown,
        "pgup" => Action::DiffPageUp,
        "g" => Action::DiffTop,
        "G" => Action::DiffBottom,
        "]" => Action::NextHunk,
        "[" => Action::PreviousHunk,
        "}" => Action::NextFile,
        "{" => Action::PreviousFile,
        "n" => Action::NextUndecided,
        "a" => Action::Accept,
        "r" => Action::Reject,
        "A" => Action::AcceptFile,
        "R" => Action::RejectFile,
        "accept-all" => Action::AcceptAll,
        "reject-all" => Action::RejectAll,
        "v" => Action::SelectLines,
        "s" => Action::Split,
        "e" => Action::EditTarget,
        "m" => Action::Note,
        "M" => Action::RejectWithNote,
        "&" => Action::AcceptWithNote,
        "S" => Action::SendFeedback,
        "u" => Action::Undo,
        "ctrl-r" => Action::Redo,
        "t" => Action::ToggleSideBySide,
        "w" => Action::ToggleWrap,
        "D" => Action::ToggleDecided,
        "left" => Action::DiffLeft,
        "right" => Action::DiffRight,
        "f" => Action::FilterReview,
        "V" => Action::ToggleViewed,
        "W" => Action::ToggleBlank,
        "H" => Action::History,
        "p" => Action::ShowPrompt,
        "y" => Action::DiffCopy,
        "d" => Action::ToggleDecided,
        "x" => Action::ResolveConflict,
        other => panic!("no key {other}"),
    }
}

/// Returns an effect in few words.
fn told(effect: &Effect) -> String {
    match effect {
        Effect::Send(Op::Decide { pick, decision, note: None, .. }) => format!("{} {}", verb(*decision), part(pick)),
        Effect::Send(Op::Undo) => "undo".to_owned(),
        Effect::Send(Op::Redo) => "redo".to_owned(),
        Effect::Say(text) => format!("say {text}"),
        Effect::SayWithKeys(text) => format!("say {text}"),
        Effect::Copy(copied) => format!("copy {}: {}", copied.what, copied.text),
        Effect::Edit(EditorJob::Target { path, line, .. }) => format!("edit {path}:{line}"),
        Effect::Open(Overlay::Note { pick, decision, .. }) => format!("note({}) {}", verb(*decision), part(pick)),
        Effect::Send(Op::Prompt { text }) => format!("prompt {text}"),
        Effect::Open(Overlay::History) => "history".to_owned(),
        Effect::Open(Overlay::Origin { about, origins }) => {
            let told = |origin: &Origin| format!("{} ({:?})", origin.maker, origin.prompt);
            format!("{about}: {}", origins.iter().map(told).collect::<Vec<_>>().join(", "))
        }
        Effect::Open(Overlay::Conflict { path }) => format!("conflict {path}"),
        other => format!("{other:?}"),
    }
}

fn verb(decision: Decision) -> &'static str {
    match decision {
        Decision::Accepted => "accept",
        Decision::Rejected => "reject",
        Decision::Pending => "pending",
    }
}

fn part(pick: &Pick) -> String {
    match pick {
        Pick::Everything => "everything".to_owned(),
        Pick::Folder { path } => format!("{path}/"),
        Pick::File { path } => format!("{path}"),
        Pick::Unit { path, unit } => format!("{path} {unit:?}"),
        Pick::Runs { path, runs } => format!("{path} runs {runs:?}"),
        Pick::Lines { path, removed, added } => format!("{path} lines -{removed:?} +{added:?}"),
    }
}
