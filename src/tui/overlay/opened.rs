//! One overlay as it stands on the stack: its keys and its drawing, by kind.

use crossterm::event::{KeyCode, KeyEvent};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::super::action::{Action, Context};
use super::super::connection::ConnectionReport;
use super::super::effect::{Effect, Overlay};
use super::super::hints::Press;
use super::super::hyperlink::LinkTable;
use super::super::keymap::Keymap;
use super::super::keys::Chord;
use super::super::theme::{Scope, Theme};
use super::super::wardrobe::Wardrobe;
use super::buttons::SheetTheme;
use super::commit::CommitSheet;
use super::confirm::Confirm;
use super::conflict::Conflict;
use super::connection::draw_connection;
use super::help::Help;
use super::history::History;
use super::login::Login;
use super::meter::draw_meter;
use super::models::Models;
use super::money::{Money, OverCap};
use super::note::Note;
use super::one_line::OneLine;
use super::origin::Origins;
use super::palette::Palette;
use super::risk::Risk;
use super::sheet::{key_of, question};
use super::themes::Themes;
use super::timings::StepTimes;
use super::turns::Costs;
use crate::session::{Millis, Op, Overhead, SessionState};

/// An overlay that is open.
#[derive(Debug, Clone)]
pub(in crate::tui) enum Opened {
    /// All actions with their keys.
    Help(Help),
    /// Actions by name.
    Palette(Palette),
    /// The commit sheet; its state outlives it.
    Commit,
    /// Words about a part.
    Note(Box<Note>),
    /// A conflict to settle.
    Conflict(Conflict),
    /// A line to edit.
    Line(Box<OneLine>),
    /// A decision on many parts.
    Confirm(Confirm),
    /// What happened to the review.
    History(History),
    /// Who made a part.
    Origin(Origins),
    /// Which model is asked.
    Models(Models),
    /// How the screen looks.
    Themes(Themes),
    /// What was spent.
    Cost(Costs),
    /// How full the context is.
    Context,
    /// May a cap be passed?
    OverCap(OverCap),
    /// May the cache be thrown away?
    Risk(Risk),
    /// How long the last requests took.
    Timings(StepTimes),
    /// How the connection to the terminal is.
    Connection,
    /// A login that a request waits for.
    Login(Login),
    /// Really quit?
    Quit,
}

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

impl Opened {
    /// Returns the overlay that was asked for.
    pub(in crate::tui) fn new(overlay: Overlay, context: Context, around: Surroundings<'_>) -> Self {
        match overlay {
            Overlay::Help => Self::Help(Help::new()),
            Overlay::Palette => Self::Palette(Palette::new(context, around.recent)),
            Overlay::Commit => Self::Commit,
            Overlay::Note { pick, revision, decision } => Self::Note(Box::new(Note::new(pick, revision, decision))),
            Overlay::Conflict { path } => Self::Conflict(Conflict::new(path)),
            Overlay::Line { path, revision, at, text, base } => {
                Self::Line(Box::new(OneLine::new(path, revision, at, text, base)))
            }
            Overlay::Confirm { pick, revision, decision, count } => {
                Self::Confirm(Confirm::new(pick, revision, decision, count))
            }
            Overlay::History => Self::History(History::new(around.state)),
            Overlay::Origin { about, origins } => Self::Origin(Origins::new(about, &origins)),
            Overlay::Models => Self::Models(Models::default()),
            Overlay::Themes => Self::Themes(Themes::new(around.wardrobe, around.theme)),
            Overlay::Cost => Self::Cost(Costs::default()),
            Overlay::Context => Self::Context,
            Overlay::Timings => Self::Timings(StepTimes::default()),
            Overlay::Connection => Self::Connection,
            Overlay::Login => Self::Login(Login::new(around.state)),
            Overlay::Quit => Self::Quit,
        }
    }

    /// Returns what can be done next, for the bottom line.
    pub(in crate::tui) fn hints(&self, state: &SessionState) -> Vec<(Press, &'static str)> {
        let key = |name: &str, words| Chord::parse(name).map(|chord| (Press::Key(chord), words));
        let act = |action, words| Some((Press::Action(action), words));
        let own = match self {
            Self::Help(_) => vec![key("enter", "do it"), key("pagedown", "scroll")],
            Self::Palette(_) => vec![key("enter", "do it"), key("down", "next")],
            Self::Commit if state.lacks_repository() => vec![key("enter", "make a repository")],
            Self::Commit => vec![
                act(Action::CommitNow, "commit"),
                act(Action::DraftAgain, "draft anew"),
                act(Action::EditMessage, "editor"),
            ],
            Self::Note(note) => vec![key("enter", note.sends()), key("alt-enter", "new line")],
            Self::Conflict(_) => vec![
                act(Action::KeepYours, "keep yours"),
                act(Action::TakeProposal, "review the proposal"),
                act(Action::TakeBoth, "take both"),
                act(Action::EditConflict, "edit"),
                act(Action::NextText, "next text"),
            ],
            Self::Line(_) => vec![key("enter", "put it in")],
            Self::Confirm(_) | Self::Risk(_) => vec![act(Action::AnswerYes, "yes"), act(Action::AnswerNo, "no")],
            Self::History(_) => vec![key("enter", "go there"), key("down", "next")],
            Self::Origin(_) => vec![key("pagedown", "scroll")],
            Self::Models(_) | Self::Themes(_) => vec![key("enter", "choose"), key("down", "next")],
            Self::Cost(_) | Self::Timings(_) => vec![key("enter", "go to the prompt"), key("down", "next")],
            Self::Connection | Self::Context => Vec::new(),
            Self::OverCap(_) => vec![
                act(Action::AnswerYes, "this call"),
                act(Action::AnswerAlways, "all of this session"),
                act(Action::AnswerNo, "no"),
            ],
            Self::Login(login) if login.takes_text() => vec![key("enter", "go on")],
            Self::Login(_) => vec![act(Action::CopyAddress, "copy the address")],
            Self::Quit => vec![act(Action::AnswerYes, "quit"), act(Action::AnswerNo, "stay")],
        };
        own.into_iter().flatten().chain(act(Action::Escape, "close")).collect()
    }

    /// Tells whether plain characters are text here.
    pub(in crate::tui) fn takes_text(&self) -> bool {
        match self {
            Self::Help(_)
            | Self::Palette(_)
            | Self::Commit
            | Self::Note(_)
            | Self::Line(_)
            | Self::Models(_)
            | Self::Themes(_) => true,
            Self::Login(login) => login.takes_text(),
            Self::Conflict(_)
            | Self::Confirm(_)
            | Self::History(_)
            | Self::Origin(_)
            | Self::Cost(_)
            | Self::Context
            | Self::OverCap(_)
            | Self::Risk(_)
            | Self::Timings(_)
            | Self::Connection
            | Self::Quit => false,
        }
    }

    /// Puts words into a note that were written for another one.
    pub(in crate::tui) fn fill_note(&mut self, words: &str) {
        if let Self::Note(note) = self {
            note.paste(words);
        }
    }

    /// Shows as much as fits of a text that was written, after the screen has another size.
    pub(in crate::tui) fn resized(&mut self) {
        if let Self::Note(note) = self {
            note.resized();
        }
    }

    /// Takes over what changed in the session; tells whether there is still something to show.
    pub(in crate::tui) fn sync(&mut self, state: &SessionState) -> bool {
        match self {
            Self::Conflict(conflict) => conflict.stands(state),
            Self::Login(login) => login.sync(state),
            Self::History(history) => {
                history.sync(state);
                true
            }
            Self::Help(_)
            | Self::Palette(_)
            | Self::Commit
            | Self::Note(_)
            | Self::Line(_)
            | Self::Confirm(_)
            | Self::Origin(_)
            | Self::Models(_)
            | Self::Themes(_)
            | Self::Cost(_)
            | Self::Context
            | Self::OverCap(_)
            | Self::Risk(_)
            | Self::Timings(_)
            | Self::Connection
            | Self::Quit => true,
        }
    }

    /// Takes a key.
    pub(in crate::tui) fn key(&mut self, key: KeyEvent, commit: &mut CommitSheet, around: Surroundings<'_>) -> Verdict {
        match self {
            Self::Help(help) => help.key(key, around.keymap),
            Self::Palette(palette) => match palette.key(key) {
                Some(action) => Verdict::Perform(action),
                None => Verdict::Stay(Vec::new()),
            },
            Self::Commit => Verdict::Stay(commit.key(key, around.state)),
            Self::Note(note) => match note.key(key) {
                Some(effects) => Verdict::Close(effects),
                None => Verdict::Stay(Vec::new()),
            },
            Self::Conflict(conflict) => {
                conflict.key(key, around.state);
                Verdict::Stay(Vec::new())
            }
            Self::Line(one) => match one.key(key) {
                Some(effects) => Verdict::Close(effects),
                None => Verdict::Stay(Vec::new()),
            },
            Self::History(history) => match history.key(key) {
                Some(effects) => Verdict::Close(effects),
                None => Verdict::Stay(Vec::new()),
            },
            Self::Origin(origins) => match origins.key(key) {
                true => Verdict::Close(Vec::new()),
                false => Verdict::Stay(Vec::new()),
            },
            Self::Models(models) => match models.key(key, around.models) {
                Some(name) => Verdict::Close(vec![Effect::Send(Op::SetModel { name })]),
                None => Verdict::Stay(Vec::new()),
            },
            Self::Themes(themes) => match themes.key(key) {
                Some(name) => Verdict::Close(vec![Effect::Wear(name)]),
                None => Verdict::Stay(Vec::new()),
            },
            // Enter says yes, but not to money.
            Self::Confirm(_) | Self::Quit if key.code == KeyCode::Enter => self.answer(Action::AnswerYes, around),
            Self::Confirm(_) | Self::Risk(_) | Self::Quit | Self::OverCap(_) => Verdict::Stay(Vec::new()),
            Self::Timings(times) => match times.key(key, around.state) {
                Some(effects) => Verdict::Close(effects),
                None => Verdict::Stay(Vec::new()),
            },
            Self::Cost(costs) => match costs.key(key, around.state) {
                Some(effects) => Verdict::Close(effects),
                None => Verdict::Stay(Vec::new()),
            },
            Self::Context | Self::Connection => match key.code {
                KeyCode::Enter => Verdict::Close(Vec::new()),
                _ => Verdict::Stay(Vec::new()),
            },
            Self::Login(login) => Verdict::Stay(login.key(key)),
        }
    }

    /// Takes pasted text.
    pub(in crate::tui) fn paste(&mut self, text: &str, commit: &mut CommitSheet) {
        match self {
            Self::Help(help) => help.paste(text),
            Self::Palette(palette) => palette.picker.query.paste(text),
            Self::Commit => commit.paste(text),
            Self::Note(note) => note.paste(text),
            Self::Models(models) => models.picker.query.paste(text),
            Self::Themes(themes) => themes.picker.query.paste(text),
            Self::Line(one) => one.paste(text),
            Self::Login(login) => login.paste(text),
            Self::Conflict(_)
            | Self::Confirm(_)
            | Self::History(_)
            | Self::Origin(_)
            | Self::Cost(_)
            | Self::Context
            | Self::OverCap(_)
            | Self::Risk(_)
            | Self::Timings(_)
            | Self::Connection
            | Self::Quit => {}
        }
    }

    /// Draws it; returns where the cursor stands, if it has one.
    pub(in crate::tui) fn view(
        &self,
        buffer: &mut Buffer,
        commit: &CommitSheet,
        around: Surroundings<'_>,
    ) -> Option<Position> {
        self.draw(buffer, &SheetTheme::new(around.theme), commit, around)
    }

    /// Returns the keys that it tells at a place, in the order in which they are pressed.
    pub(in crate::tui) fn keys_at(
        &self,
        place: Position,
        commit: &CommitSheet,
        around: Surroundings<'_>,
    ) -> Option<Vec<Chord>> {
        let theme = SheetTheme::new(around.theme);
        self.draw(&mut Buffer::empty(around.screen), &theme, commit, around);
        theme.keys_at(place)
    }

    fn draw(
        &self,
        buffer: &mut Buffer,
        theme: &SheetTheme<'_>,
        commit: &CommitSheet,
        around: Surroundings<'_>,
    ) -> Option<Position> {
        let Surroundings {
            state,
            keymap,
            models,
            wardrobe,
            connection,
            links,
            screen,
            now,
            money,
            overhead,
            compact_at,
            ..
        } = around;
        match self {
            Self::Help(help) => help.view(screen, buffer, theme, keymap),
            Self::Palette(palette) => palette.view(screen, buffer, theme, keymap),
            Self::Login(login) => login.view(screen, buffer, theme, keymap, links),
            Self::Models(choice) => choice.view(screen, buffer, theme, models, &state.model),
            Self::Themes(themes) => themes.view(screen, buffer, theme, wardrobe),
            Self::Commit => {
                commit.view(screen, buffer, theme, state, keymap);
                None
            }
            Self::Note(note) => {
                note.view(screen, buffer, theme);
                None
            }
            Self::Conflict(conflict) => {
                conflict.view(screen, buffer, theme, keymap, state);
                None
            }
            Self::Line(one) => {
                one.view(screen, buffer, theme);
                None
            }
            Self::Confirm(confirm) => {
                confirm.view(screen, buffer, theme, keymap);
                None
            }
            Self::History(history) => {
                history.view(screen, buffer, theme, keymap, now);
                None
            }
            Self::Origin(origins) => {
                origins.view(screen, buffer, theme);
                None
            }
            Self::Cost(costs) => {
                costs.view(screen, buffer, theme, state, money);
                None
            }
            Self::Context => {
                draw_meter(screen, buffer, theme, state, overhead, compact_at);
                None
            }
            Self::Risk(question) => {
                question.view(screen, buffer, theme, keymap);
                None
            }
            Self::Timings(times) => {
                times.view(screen, buffer, theme, state);
                None
            }
            Self::OverCap(question) => {
                question.view(screen, buffer, theme, keymap);
                None
            }
            Self::Connection => {
                draw_connection(screen, buffer, theme, connection);
                None
            }
            Self::Quit => {
                draw_quit(screen, buffer, theme, keymap, state);
                None
            }
        }
    }
}

fn draw_quit(screen: Rect, buffer: &mut Buffer, theme: &SheetTheme<'_>, keymap: &Keymap, state: &SessionState) {
    let pending = state.review.progress().pending;
    let turn = if state.is_busy() {
        "A turn is running; quitting stops it. What has come of the answer is kept."
    } else {
        "The turn has ended meanwhile; quitting stops nothing."
    };
    let mut words = turn.to_owned();
    if pending > 0 {
        let hunks = if pending == 1 { "one change stays".to_owned() } else { format!("{pending} changes stay") };
        words.push_str(&format!(
            " In the review {hunks} pending and can be decided when adit is started with --continue."
        ));
    }
    let keys = [(Action::AnswerYes, "quit"), (Action::AnswerNo, "stay")];
    let keys = keys.map(|(action, what)| (key_of(keymap, action), what));
    question(screen, 60, "Quit?", &[(&words, Scope::Text)], keys, buffer, theme);
}
