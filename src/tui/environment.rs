//! What the terminal says of itself by environment variables, handed in by the composition root.

use super::theme::ColorDepth;

/// The environment variables that concern the screen, as they were at the start.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TerminalEnvironment {
    /// `TERM`.
    pub term: Option<String>,
    /// `COLORTERM`.
    pub colorterm: Option<String>,
    /// `COLORFGBG`, which some terminals set to their colours.
    pub colorfgbg: Option<String>,
    /// `NO_COLOR`.
    pub no_color: Option<String>,
    /// `TMUX`: adit runs inside tmux.
    pub tmux: Option<String>,
    /// `STY`: adit runs inside GNU screen.
    pub sty: Option<String>,
    /// `WAYLAND_DISPLAY`.
    pub wayland: Option<String>,
    /// `DISPLAY`.
    pub display: Option<String>,
    /// `SSH_CONNECTION` or `SSH_TTY`: adit runs at the far end of a line.
    pub ssh: Option<String>,
    /// `VISUAL`.
    pub visual: Option<String>,
    /// `EDITOR`.
    pub editor: Option<String>,
    /// `PAGER`.
    pub pager: Option<String>,
    /// Those of [`CLIPBOARD_PROGRAMS`](super::CLIPBOARD_PROGRAMS) that are in a folder of `PATH`.
    pub programs: Vec<String>,
}

impl TerminalEnvironment {
    /// Returns how many colours may be used.
    pub fn color_depth(&self) -> ColorDepth {
        if self.no_color.as_deref().is_some_and(|value| !value.is_empty()) {
            return ColorDepth::None;
        }
        let term = self.term.as_deref().unwrap_or("");
        if term == "dumb" || term.ends_with("-m") || term == "vt100" {
            return ColorDepth::None;
        }
        if self.colorterm.as_deref().is_some_and(|value| value == "truecolor" || value == "24bit") {
            return ColorDepth::True;
        }
        let is_direct = ["direct", "kitty", "alacritty", "ghostty", "wezterm", "foot", "iterm"];
        if is_direct.iter().any(|name| term.contains(name)) {
            return ColorDepth::True;
        }
        if term.contains("256") { ColorDepth::Indexed } else { ColorDepth::Ansi16 }
    }

    /// Returns whether the ground is light, as far as the environment tells: dark unless it says otherwise.
    pub fn guesses_light(&self) -> bool {
        let ground = self.colorfgbg.as_deref().and_then(|value| value.rsplit(';').next());
        matches!(ground, Some("7" | "15"))
    }

    /// Tells whether the terminal may be asked questions by escape sequences.
    pub fn answers_queries(&self) -> bool {
        !matches!(self.term.as_deref(), None | Some("" | "dumb" | "linux"))
    }

    /// Returns the editor's command line: `$VISUAL`, else `$EDITOR`, else vi.
    pub fn editor_command(&self) -> &str {
        let set = |value: &'_ Option<String>| value.as_deref().is_some_and(|value| !value.trim().is_empty());
        match (&self.visual, &self.editor) {
            (Some(visual), _) if set(&self.visual) => visual,
            (_, Some(editor)) if set(&self.editor) => editor,
            _ => "vi",
        }
    }

    /// Returns the pager's command line: `$PAGER`, else less.
    pub fn pager_command(&self) -> &str {
        self.pager.as_deref().filter(|pager| !pager.trim().is_empty()).unwrap_or("less")
    }
}
