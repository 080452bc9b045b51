//! What the terminal says of itself by environment variables, handed in by the composition root.

use super::theme::ColorDepth;
use crate::config::Glyphs;

/// The environment variables that concern the screen, as they were at the start.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TerminalEnvironment {
    /// `TERM`.
    pub term: Option<String>,
    /// `COLORTERM`.
    pub colorterm: Option<String>,
    /// The locale: `LC_ALL`, else `LC_CTYPE`, else `LANG`, the first that is not empty.
    pub locale: Option<String>,
    /// `COLORFGBG`, which some terminals set to their colours.
    pub colorfgbg: Option<String>,
    /// `NO_COLOR`.
    pub no_color: Option<String>,
    /// `TMUX`: adit runs inside tmux.
    pub tmux: Option<String>,
    /// `STY`: adit runs inside screen.
    pub screen: Option<String>,
    /// Whether a mosh-server started adit, or the shell that did.
    pub mosh: bool,
    /// `ZELLIJ`: adit runs inside zellij.
    pub zellij: Option<String>,
    /// `TERM_PROGRAM`: what the terminal calls itself.
    pub program: Option<String>,
    /// `TERM_PROGRAM_VERSION`.
    pub program_version: Option<String>,
    /// `VTE_VERSION`: the terminal is one of the many around VTE.
    pub vte: Option<String>,
    /// `KONSOLE_VERSION`: the terminal is Konsole.
    pub konsole: Option<String>,
    /// `WT_SESSION`: the terminal is Windows Terminal.
    pub windows_terminal: Option<String>,
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
    /// `LESS`: what the pager less does unless it is told otherwise.
    pub less: Option<String>,
    /// Those of [`CLIPBOARD_PROGRAMS`](super::CLIPBOARD_PROGRAMS) that are in a folder of `PATH`.
    pub programs: Vec<String>,
}

impl TerminalEnvironment {
    /// Returns how many colours may be used.
    pub fn color_depth(&self) -> ColorDepth {
        if self.no_color.as_deref().is_some_and(|value| !value.is_empty()) {
            return ColorDepth::None;
        }
        let term = self.inner_term();
        if term == "dumb" || term.ends_with("-m") || term.ends_with("-mono") || self.is_old_terminal() {
            return ColorDepth::None;
        }
        // A console has sixteen whatever is inherited, and screen garbles 24-bit colours that the terminal around it has.
        let is_console = ["linux", "cons", "wsvt", "bterm"].iter().any(|name| term.starts_with(name));
        if is_console {
            return ColorDepth::Ansi16;
        }
        if self.is_in_screen() {
            return if term.contains("256") { ColorDepth::Indexed } else { ColorDepth::Ansi16 };
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
        let term = self.term.as_deref().unwrap_or("");
        !matches!(term, "" | "dumb")
            && !term.starts_with("linux")
            && !term.starts_with("cons")
            && !self.is_old_terminal()
    }

    /// Returns the signs that the terminal's font is likely to have, or those that the user asks for.
    pub fn glyphs(&self, asked: Glyphs) -> Glyphs {
        let term = self.inner_term();
        match asked {
            Glyphs::Auto if term == "linux" || term.starts_with("linux-") => Glyphs::Console,
            Glyphs::Auto if self.is_old_terminal() || self.names_other_charset() => Glyphs::Ascii,
            Glyphs::Auto => Glyphs::Full,
            Glyphs::Full | Glyphs::Console | Glyphs::Ascii => asked,
        }
    }

    /// Tells whether the locale names a set of characters other than UTF-8. One that names none, as `C`, says nothing of the
    /// terminal: in containers and over ssh that is what adit finds, and the terminal shows UTF-8 all the same.
    fn names_other_charset(&self) -> bool {
        let locale = self.locale.as_deref().unwrap_or("");
        let charset = locale.split_once('.').map_or("", |(_, charset)| charset.split('@').next().unwrap_or(""));
        let letters: String = charset.chars().filter(char::is_ascii_alphanumeric).collect();
        !letters.is_empty() && !letters.eq_ignore_ascii_case("utf8")
    }

    /// Tells whether the terminal cannot show a full screen at all.
    pub fn is_dumb(&self) -> bool {
        matches!(self.term.as_deref(), Some("dumb" | "unknown" | "emacs"))
    }

    /// Tells whether a multiplexer stands between adit and the terminal.
    pub fn is_multiplexed(&self) -> bool {
        let term = self.term.as_deref().unwrap_or("");
        let is_set = |value: &Option<String>| value.as_deref().is_some_and(|value| !value.is_empty());
        is_set(&self.tmux) || is_set(&self.zellij) || self.is_in_screen() || term.starts_with("tmux")
    }

    /// Tells whether the terminal knows how to name its window.
    pub fn has_titles(&self) -> bool {
        self.answers_queries() && !self.is_in_screen()
    }

    /// Tells whether the terminal cannot say that it lost the focus: then the keys tell whether somebody is there.
    pub fn tells_no_focus(&self) -> bool {
        !self.answers_queries() || self.is_in_screen()
    }

    /// Tells whether keys that are told apart may be asked for by xterm's sequence, which others would take for colours.
    pub fn may_tell_keys_apart(&self) -> bool {
        let term = self.term.as_deref().unwrap_or("");
        (term.starts_with("xterm") || term.starts_with("tmux")) && !self.is_in_screen()
    }

    /// Tells whether the sequence of a link does no harm, and is not known to be dropped on its way.
    pub fn takes_links(&self) -> bool {
        let is_tmux = self.tmux.as_deref().is_some_and(|value| !value.is_empty());
        self.answers_queries() && !self.is_in_screen() && (!is_tmux || self.is_tmux_with_links())
    }

    /// Tells whether the terminal is known to show links.
    pub fn shows_links(&self) -> bool {
        let program = self.program.as_deref().unwrap_or("").to_ascii_lowercase();
        let number = |value: &Option<String>| value.as_deref().and_then(|value| value.parse::<u32>().ok()).unwrap_or(0);
        let by_name = ["kitty", "ghostty", "wezterm", "iterm", "foot", "alacritty", "windows-terminal"];
        // VTE had a fault in its links before 0.50; Konsole knows them since 20.12.
        by_name.contains(&self.name())
            || program.contains("vscode")
            || number(&self.vte) >= 5000
            || number(&self.konsole) >= 201_200
    }

    /// Tells whether the tmux around adit is 3.4 or newer, which hands links on.
    fn is_tmux_with_links(&self) -> bool {
        let version = self.program_version.as_deref().filter(|_| self.program.as_deref() == Some("tmux"));
        let mut parts = version.unwrap_or("").trim_start_matches("next-").splitn(2, '.');
        let number = |part: Option<&str>| {
            let digits: String = part.unwrap_or("").chars().take_while(char::is_ascii_digit).collect();
            digits.parse::<u32>().unwrap_or(0)
        };
        (number(parts.next()), number(parts.next())) >= (3, 4)
    }

    /// Returns what the terminal is, by what it sets; empty where it does not say.
    pub fn name(&self) -> &'static str {
        let term = self.term.as_deref().unwrap_or("");
        let program = self.program.as_deref().unwrap_or("").to_ascii_lowercase();
        if self.windows_terminal.as_deref().is_some_and(|value| !value.is_empty()) {
            return "windows-terminal";
        }
        let known = ["kitty", "ghostty", "wezterm", "iterm", "foot", "alacritty", "rxvt"];
        known.into_iter().find(|name| term.contains(name) || program.contains(name)).unwrap_or("")
    }

    /// Tells whether adit runs inside GNU screen, as far as the environment tells: a tmux at the other end of ssh may call
    /// itself so.
    pub fn is_in_screen(&self) -> bool {
        let is_set = |value: &Option<String>| value.as_deref().is_some_and(|value| !value.is_empty());
        let is_named_so = self.term.as_deref().is_some_and(|term| term.starts_with("screen"));
        // Of one in the other, either may be the inner one; tmux calls itself screen as well.
        is_named_so && (!is_set(&self.tmux) || is_set(&self.screen)) || !is_set(&self.tmux) && is_set(&self.screen)
    }

    /// Returns the terminal's name; of `screen.linux`, as screen puts it, that of the terminal around it.
    fn inner_term(&self) -> &str {
        let term = self.term.as_deref().unwrap_or("");
        term.strip_prefix("screen.").unwrap_or(term)
    }

    /// Tells whether the terminal is one of DEC's, or says so.
    fn is_old_terminal(&self) -> bool {
        let number = self.inner_term().strip_prefix("vt");
        number.is_some_and(|number| number.starts_with(|character: char| character.is_ascii_digit()))
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
