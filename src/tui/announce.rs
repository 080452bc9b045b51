//! What the terminal shows outside of its cells: the window's name, the icon's progress, notices.

use super::app::App;
use super::environment::TerminalEnvironment;
use super::notice::{NoticeWay, ProgressSign, progress_sequence, shows_progress, title_sequence};
use super::terminal;
use crate::config::ScreenConfig;
use crate::session::TurnOutcome;

/// Knows what the terminal shows outside of its cells.
pub(super) struct Announcer {
    way: NoticeWay,
    in_tmux: bool,
    /// The name as it was last given; none where adit gives none.
    title: Option<String>,
    /// The sign as it was last given; none where adit gives none.
    sign: Option<ProgressSign>,
}

impl Announcer {
    /// Returns the announcer for a terminal.
    pub(super) fn new(config: &ScreenConfig, environment: &TerminalEnvironment) -> Self {
        Self {
            way: NoticeWay::of(config.notify, environment),
            in_tmux: environment.tmux.is_some(),
            title: names_window(config, environment).then(String::new),
            sign: shows_progress(config.progress, environment).then_some(ProgressSign::None),
        }
    }

    /// Returns the bytes that tell what has changed; mostly none.
    pub(super) fn update(&mut self, app: &App) -> Vec<u8> {
        let mut out = Vec::new();
        if let Some(title) = &mut self.title {
            let wanted = title_of(app);
            if *title != wanted {
                out.extend(title_sequence(&wanted));
                *title = wanted;
            }
        }
        if let Some(sign) = &mut self.sign {
            let wanted = sign_of(app);
            if *sign != wanted {
                terminal::note_progress(wanted != ProgressSign::None);
                out.extend(progress_sequence(wanted, self.in_tmux));
                *sign = wanted;
            }
        }
        out
    }

    /// Makes everything be told again, after someone else had the terminal.
    pub(super) fn forget(&mut self) {
        self.title = self.title.take().map(|_| String::new());
        self.sign = self.sign.map(|_| ProgressSign::None);
    }

    /// Returns the bytes of a notice.
    pub(super) fn notice(&self, words: &str) -> Vec<u8> {
        self.way.sequence(words, self.in_tmux)
    }
}

/// Tells whether adit names the window.
pub(super) fn names_window(config: &ScreenConfig, environment: &TerminalEnvironment) -> bool {
    config.title && environment.has_titles()
}

/// Returns the window's name: the folder, and what it waits for.
fn title_of(app: &App) -> String {
    let folder = app.state.workspace.rsplit('/').next().unwrap_or_default();
    let name = if folder.is_empty() { "adit".to_owned() } else { format!("adit: {folder}") };
    if app.is_busy() {
        return format!("{name} (answering)");
    }
    match app.state.review.progress().pending {
        0 => name,
        pending => format!("{name} ({pending} to decide)"),
    }
}

fn sign_of(app: &App) -> ProgressSign {
    match app.state.last_outcome {
        _ if app.is_busy() => ProgressSign::Busy,
        Some(TurnOutcome::Failed(_)) => ProgressSign::Failed,
        Some(TurnOutcome::Done | TurnOutcome::Cancelled) | None => ProgressSign::None,
    }
}
