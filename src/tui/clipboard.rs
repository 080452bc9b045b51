//! Puts text on the user's clipboard: through the terminal (OSC 52), tmux, and the platform's own command.

use std::process::Stdio;
use std::time::Duration;

use base64::Engine as _;
use tokio::io::AsyncWriteExt as _;

use super::environment::TerminalEnvironment;

/// Terminals drop what is longer than some 100,000 bytes of base64, and say nothing.
const MAX_BYTES: usize = 74_000;
/// mosh keeps so many, and drops the rest.
const MOSH_BYTES: usize = 12_000;
/// GNU screen takes no control string that is longer than 768 bytes, and shows the rest of it.
const SCREEN_STRING: usize = 700;
/// What is longer goes in such pieces.
const SCREEN_PIECE: usize = 240;
/// A clipboard's command that takes longer is given up.
const PATIENCE: Duration = Duration::from_secs(5);

/// The platform's commands: the program, its arguments, and the variable without which it reaches nothing.
const COMMANDS: &[(&str, &[&str], Needs)] = &[
    ("wl-copy", &[], Needs::Wayland),
    ("xclip", &["-selection", "clipboard"], Needs::X11),
    ("xsel", &["--clipboard", "--input"], Needs::X11),
    ("pbcopy", &[], Needs::Nothing),
];

/// What must be there for a command to reach a clipboard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Needs {
    Wayland,
    X11,
    Nothing,
}

/// The programs that are looked for in the folders of `PATH`; see [`TerminalEnvironment::programs`].
pub const CLIPBOARD_PROGRAMS: &[&str] = &["tmux", "wl-copy", "xclip", "xsel", "pbcopy"];

/// A text to copy, and what it is in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copied {
    /// What it is: `the hunk`, `the path`.
    pub what: String,
    /// The text.
    pub text: String,
}

impl Copied {
    /// Returns a text to copy.
    pub fn new(what: &str, text: impl Into<String>) -> Self {
        Self { what: what.to_owned(), text: text.into() }
    }
}

/// How a sequence reaches the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wrap {
    /// As it is.
    Plain,
    /// Once for tmux and once through it.
    Tmux,
    /// For one of the two, at the other end of ssh.
    TmuxOrScreen,
    /// Through GNU screen, in pieces.
    Screen,
}

/// A program that takes the text on its standard input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClipboardCommand {
    /// The program.
    pub program: &'static str,
    /// Its arguments.
    pub arguments: Vec<&'static str>,
    /// What is sent to the terminal where the program fails.
    pub otherwise: Vec<u8>,
}

/// What is done to copy a text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CopyPlan {
    /// What is sent to the terminal.
    pub sequence: Vec<u8>,
    /// What is run.
    pub commands: Vec<ClipboardCommand>,
    /// What the user is told.
    pub words: String,
}

/// The ways to the user's clipboard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clipboard {
    /// How the terminal is reached; none where it has no clipboard.
    wrap: Option<Wrap>,
    has_tmux: bool,
    /// At most so many bytes are sent to the terminal.
    most: usize,
    /// Whether there is GNU screen, though perhaps not next to adit.
    has_screen: bool,
    platform: Option<(&'static str, &'static [&'static str])>,
}

impl Clipboard {
    /// Returns the ways that there are by the environment.
    ///
    /// The platform's command is used only where adit runs on the machine that the user sits at: over ssh it
    /// would fill the clipboard of the wrong one.
    pub fn of(environment: &TerminalEnvironment) -> Self {
        let is_set = |value: &Option<String>| value.as_deref().is_some_and(|value| !value.is_empty());
        let has = |program: &str| environment.programs.iter().any(|known| known == program);
        let in_tmux = is_set(&environment.tmux);
        let wrap = match environment.answers_queries() {
            true if is_set(&environment.screen) && environment.is_in_screen() => Some(Wrap::Screen),
            _ if in_tmux && is_set(&environment.screen) => None,
            _ if in_tmux => Some(Wrap::Tmux),
            true if environment.is_in_screen() => Some(Wrap::TmuxOrScreen),
            true => Some(Wrap::Plain),
            false => None,
        };
        let reaches = |needs: Needs| match needs {
            Needs::Wayland => is_set(&environment.wayland),
            Needs::X11 => is_set(&environment.display),
            Needs::Nothing => true,
        };
        let is_local = !is_set(&environment.ssh);
        let platform = COMMANDS.iter().find(|(program, _, needs)| is_local && has(program) && reaches(*needs));
        Self {
            wrap,
            has_tmux: in_tmux && has("tmux"),
            most: if environment.mosh { MOSH_BYTES } else { MAX_BYTES },
            has_screen: is_set(&environment.screen),
            platform: platform.map(|(program, arguments, _)| (*program, *arguments)),
        }
    }

    /// Takes in that GNU screen is around adit.
    pub fn is_in_screen(&mut self) {
        self.wrap = Some(Wrap::Screen);
        self.has_tmux = false;
    }

    /// Takes in that tmux is around adit. It hands nothing on where what stands around it may be screen.
    pub fn is_in_tmux(&mut self) {
        self.wrap = (!self.has_screen).then_some(Wrap::Tmux);
    }

    /// Returns what is done to copy a text, and what is said about it.
    pub fn plan(&self, copied: &Copied) -> CopyPlan {
        let Copied { what, text } = copied;
        let size = size(text);
        let fits = text.len() <= self.most;
        let mut plan = CopyPlan::default();
        let mut to = Vec::new();
        let sequence = self.wrap.filter(|_| fits).map(|wrap| wrap.around(text)).unwrap_or_default();
        if self.has_tmux {
            // tmux itself keeps a text of any size, and hands it on whatever its `set-clipboard` says.
            let hands_on = fits && !self.has_screen;
            let arguments = if hands_on { vec!["load-buffer", "-w", "-"] } else { vec!["load-buffer", "-"] };
            to.push(if hands_on { "tmux and its terminal" } else { "tmux's buffer" });
            plan.commands.push(ClipboardCommand { program: "tmux", arguments, otherwise: sequence });
        } else if !sequence.is_empty() {
            to.push(match self.wrap {
                Some(Wrap::Tmux) => "the terminal through tmux",
                Some(Wrap::Screen) => "the terminal through screen",
                Some(Wrap::Plain | Wrap::TmuxOrScreen) | None => "the terminal",
            });
            plan.sequence = sequence;
        }
        if let Some((program, arguments)) = self.platform {
            let arguments = arguments.to_vec();
            plan.commands.push(ClipboardCommand { program, arguments, otherwise: Vec::new() });
            to.push(program);
        }
        plan.words = match (to.is_empty(), self.wrap) {
            (false, _) if fits => format!("copied {what} ({size}) to {}", to.join(" and ")),
            (false, _) => format!(
                "copied {what} ({size}) to {}; the terminal's clipboard takes {} kB",
                to.join(" and "),
                self.most / 1000
            ),
            (true, Some(_)) => format!(
                "{what} has {size}, and the terminal's clipboard takes {} kB: nothing was copied",
                self.most / 1000
            ),
            (true, None) => "this terminal has no clipboard: nothing was copied".to_owned(),
        };
        plan
    }
}

impl Wrap {
    /// Returns the sequence that sets the clipboard to a text.
    ///
    /// Inside tmux it is sent twice: to tmux itself (`set-clipboard on`), and wrapped for the terminal around it
    /// (`allow-passthrough on`); whichever is not allowed is dropped there.
    fn around(self, text: &str) -> Vec<u8> {
        let plain = format!("\x1b]52;c;{}\x07", base64::engine::general_purpose::STANDARD.encode(text));
        match self {
            Self::Plain => plain.into_bytes(),
            Self::Tmux => format!("{plain}\x1bPtmux;{}\x1b\\", plain.replace('\x1b', "\x1b\x1b")).into_bytes(),
            // Each drops what is not for it, but screen shows the end of a long one.
            Self::TmuxOrScreen if plain.len() <= SCREEN_STRING => {
                [plain.into_bytes(), Self::Screen.around(text)].concat()
            }
            Self::TmuxOrScreen => Self::Screen.around(text),
            Self::Screen => {
                let pieces = plain.as_bytes().chunks(SCREEN_PIECE);
                pieces.flat_map(|piece| [b"\x1bP".as_slice(), piece, b"\x1b\\"].concat()).collect()
            }
        }
    }
}

/// Gives a text to a clipboard's program; the error says what failed.
pub(super) async fn give(command: &ClipboardCommand, text: &str) -> Result<(), String> {
    let program = command.program;
    let fault = |error: std::io::Error| format!("cannot copy with {program}: {error}");
    let mut child = tokio::process::Command::new(program)
        .args(&command.arguments)
        .stdin(Stdio::piped())
        // These programs stay in the background to serve the text; a pipe of ours would stay open with them.
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .map_err(fault)?;
    let mut input = child.stdin.take();
    let all = async {
        if let Some(input) = input.as_mut() {
            input.write_all(text.as_bytes()).await?;
        }
        drop(input.take());
        child.wait().await
    };
    match tokio::time::timeout(PATIENCE, all).await {
        Ok(Ok(status)) if status.success() => Ok(()),
        Ok(Ok(status)) => Err(format!("cannot copy with {program}: it ended with {status}")),
        Ok(Err(error)) => Err(fault(error)),
        Err(_) => Err(format!("cannot copy with {program}: it took longer than {} s", PATIENCE.as_secs())),
    }
}

/// Returns how much a text is, in lines where there are some and in bytes.
fn size(text: &str) -> String {
    let bytes = match text.len() {
        1 => "1 byte".to_owned(),
        bytes @ 0..10_000 => format!("{bytes} bytes"),
        bytes => format!("{} kB", bytes / 1000),
    };
    match text.lines().count() {
        0 | 1 => bytes,
        lines => format!("{lines} lines, {bytes}"),
    }
}
