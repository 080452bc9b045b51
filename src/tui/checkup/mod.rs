//! Looks at the terminal for `adit doctor`: what it says of itself, what it answers, how tmux is set.

mod ask;
mod terminal;
mod tmux;

pub use ask::{Answers, ask_terminal, terminal_size};
pub use terminal::{Seen, check_terminal};
pub use tmux::TmuxSettings;
