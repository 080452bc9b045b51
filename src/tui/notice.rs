//! Tells the user who looks elsewhere: by the bell, by a notification of the terminal's, by its progress sign.

use super::environment::TerminalEnvironment;
use crate::config::{Notify, Progress};

/// How a notice reaches the user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoticeWay {
    /// Not at all.
    Off,
    /// The bell; multiplexers mark the window, terminals their icon.
    Bell,
    /// OSC 9, as iTerm2 began it.
    Osc9,
    /// OSC 777, as urxvt began it.
    Osc777,
    /// OSC 99, kitty's.
    Osc99,
}

/// How far a turn is, for the terminal's icon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProgressSign {
    /// Nothing runs.
    None,
    /// Something runs; nobody knows how long.
    Busy,
    /// The last turn failed.
    Failed,
}

impl NoticeWay {
    /// Returns the way that was set; "auto" is by what the terminal says that it is.
    pub fn of(setting: Notify, environment: &TerminalEnvironment) -> Self {
        match setting {
            Notify::Off => Self::Off,
            Notify::Bell => Self::Bell,
            Notify::Osc9 => Self::Osc9,
            Notify::Osc777 => Self::Osc777,
            Notify::Osc99 => Self::Osc99,
            // A multiplexer is asked by the bell: it knows which of its windows rang.
            Notify::Auto if environment.is_multiplexed() => Self::Bell,
            Notify::Auto => match environment.name() {
                "kitty" => Self::Osc99,
                "foot" | "rxvt" => Self::Osc777,
                "ghostty" | "wezterm" | "iterm" => Self::Osc9,
                _ => Self::Bell,
            },
        }
    }

    /// Returns the sequence of a notice. The words are made safe: they cannot end it.
    pub fn sequence(self, words: &str, in_tmux: bool) -> Vec<u8> {
        let words: String = words.chars().filter(|character| !character.is_control() && *character != ';').collect();
        let sequence = match self {
            Self::Off => return Vec::new(),
            // Tmux hears the bell itself.
            Self::Bell => return b"\x07".to_vec(),
            Self::Osc9 => format!("\x1b]9;{words}\x1b\\"),
            Self::Osc777 => format!("\x1b]777;notify;adit;{words}\x1b\\"),
            Self::Osc99 => format!("\x1b]99;i=adit:d=1;{words}\x1b\\"),
        };
        if in_tmux { through_tmux(&sequence) } else { sequence.into_bytes() }
    }
}

/// Returns the sequence of the progress sign.
pub fn progress_sequence(sign: ProgressSign, in_tmux: bool) -> Vec<u8> {
    let state = match sign {
        ProgressSign::None => "0",
        ProgressSign::Busy => "3",
        ProgressSign::Failed => "2;100",
    };
    let sequence = format!("\x1b]9;4;{state}\x1b\\");
    if in_tmux { through_tmux(&sequence) } else { sequence.into_bytes() }
}

/// Tells whether the progress sign is shown. "auto": where the terminal is known to show it, because others would
/// take it for a notification.
pub fn shows_progress(setting: Progress, environment: &TerminalEnvironment) -> bool {
    match setting {
        Progress::On => true,
        Progress::Off => false,
        Progress::Auto => {
            !environment.is_multiplexed() && matches!(environment.name(), "ghostty" | "wezterm" | "windows-terminal")
        }
    }
}

/// Returns the sequence that names the window. The words are made safe: they cannot end it.
pub fn title_sequence(words: &str) -> Vec<u8> {
    let words: String = words.chars().filter(|character| !character.is_control()).take(120).collect();
    format!("\x1b]2;{words}\x1b\\").into_bytes()
}

/// Wraps a sequence for the terminal around tmux (`allow-passthrough on`).
fn through_tmux(sequence: &str) -> Vec<u8> {
    format!("\x1bPtmux;{}\x1b\\", sequence.replace('\x1b', "\x1b\x1b")).into_bytes()
}
