//! The overlays that there are: one line for each, and how it is opened.
//!
//! Architecture invariant: an overlay is a file with a [`Modal`], a line in the list here and one in [`Opened::new`].

use ratatui::buffer::Buffer;
use ratatui::layout::Position;

use super::super::action::{Action, Context};
use super::super::effect::Overlay;
use super::super::hints::Press;
use super::super::keys::Chord;
use super::buttons::SheetTheme;
use super::commit::CommitSheet;
use super::confirm::Confirm;
use super::conflict::Conflict;
use super::connection::ConnectionSheet;
use super::help::Help;
use super::history::History;
use super::login::Login;
use super::meter::ContextSheet;
use super::modal::{Modal, Paper, Surroundings, act};
use super::models::Models;
use super::money::OverCap;
use super::note::Note;
use super::one_line::OneLine;
use super::origin::Origins;
use super::palette::Palette;
use super::quit::Quit;
use super::risk::Risk;
use super::themes::Themes;
use super::timings::StepTimes;
use super::turns::Costs;
use crate::session::SessionState;

/// Lists the kinds of overlays, each with the type that it is.
macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident($modal:ty),)*) => {
        /// An overlay that is open.
        #[derive(Debug, Clone)]
        pub(in crate::tui) enum Opened {
            /// The commit sheet; its state outlives it.
            Commit,
            $($(#[$doc])* $kind($modal),)*
        }

        impl Opened {
            /// Returns what is asked of it.
            pub(in crate::tui) fn modal<'a>(&'a self, commit: &'a CommitSheet) -> &'a dyn Modal {
                match self {
                    Self::Commit => commit,
                    $(Self::$kind(modal) => modal,)*
                }
            }

            /// Returns what takes keys and changes.
            pub(in crate::tui) fn modal_mut<'a>(&'a mut self, commit: &'a mut CommitSheet) -> &'a mut dyn Modal {
                match self {
                    Self::Commit => commit,
                    $(Self::$kind(modal) => modal,)*
                }
            }
        }
    };
}

kinds! {
    /// All actions with their keys.
    Help(Help),
    /// Actions by name.
    Palette(Palette),
    /// Words about a part.
    Note(Note),
    /// A conflict to settle.
    Conflict(Conflict),
    /// A line to edit.
    Line(OneLine),
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
    Context(ContextSheet),
    /// May a cap be passed?
    OverCap(OverCap),
    /// May the cache be thrown away?
    Risk(Risk),
    /// How long the last requests took.
    Timings(StepTimes),
    /// How the connection to the terminal is.
    Connection(ConnectionSheet),
    /// A login that a request waits for.
    Login(Login),
    /// Really quit?
    Quit(Quit),
}

impl Opened {
    /// Returns the overlay that was asked for.
    pub(in crate::tui) fn new(overlay: Overlay, context: Context, around: Surroundings<'_>) -> Self {
        match overlay {
            Overlay::Help => Self::Help(Help::new()),
            Overlay::Palette => Self::Palette(Palette::new(context, around.recent)),
            Overlay::Commit => Self::Commit,
            Overlay::Note { pick, revision, decision } => Self::Note(Note::new(pick, revision, decision)),
            Overlay::Conflict { path } => Self::Conflict(Conflict::new(path)),
            Overlay::Line { path, revision, at, text, base } => {
                Self::Line(OneLine::new(path, revision, at, text, base))
            }
            Overlay::Confirm { pick, revision, decision, count } => {
                Self::Confirm(Confirm::new(pick, revision, decision, count))
            }
            Overlay::History => Self::History(History::new(around.state)),
            Overlay::Origin { about, origins } => Self::Origin(Origins::new(about, &origins)),
            Overlay::Models => Self::Models(Models::default()),
            Overlay::Themes => Self::Themes(Themes::new(around.wardrobe, around.theme)),
            Overlay::Cost => Self::Cost(Costs::default()),
            Overlay::Context => Self::Context(ContextSheet),
            Overlay::Timings => Self::Timings(StepTimes::default()),
            Overlay::Connection => Self::Connection(ConnectionSheet),
            Overlay::Login => Self::Login(Login::new(around.state)),
            Overlay::Quit => Self::Quit(Quit),
        }
    }

    /// Returns what can be done next, for the bottom line.
    pub(in crate::tui) fn hints(&self, state: &SessionState, commit: &CommitSheet) -> Vec<(Press, &'static str)> {
        let own = self.modal(commit).hints(state);
        own.into_iter().flatten().chain(act(Action::Escape, "close")).collect()
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
        self.modal(commit).view(Paper { screen: around.screen, buffer, theme }, around)
    }
}
