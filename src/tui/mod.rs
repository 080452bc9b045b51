//! The full screen: one model ([`App`]), closed enums of messages, actions and effects, one `update` that
//! routes to the panes, one pure `view`.
//!
//! The way of a key: terminal event, `Msg`, keymap (context and keys), [`Action`], `update`,
//! [`Effect::Send`], engine, event, `SessionState::apply`, `view`. Architecture invariant: the session's
//! state and the engine's handle are all that the screen knows of the rest.

mod action;
mod announce;
mod answers;
mod app;
mod away;
mod backend;
pub mod chat;
mod checkup;
mod clipboard;
mod color;
pub mod composer;
pub mod diff;
mod editor;
mod effect;
mod encoder;
mod environment;
mod event_loop;
mod exit;
pub mod file_view;
mod finding;
mod frames;
mod guide;
pub mod highlight;
mod input;
mod input_csi;
mod jobs;
mod keeping;
mod keymap;
mod keys;
mod layout;
mod link;
mod look;
pub mod markdown;
mod mouse;
mod notice;
mod output;
mod overlay;
mod pacing;
mod pen;
mod perform;
mod reader;
mod record;
pub mod safe;
mod search;
mod shifted;
mod signals;
mod status;
mod terminal;
mod text;
mod theme;
mod theme_file;
mod tree;
mod update;
mod view;
mod wakeup;

pub use action::{ACTIONS, Action, ActionInfo, Context};
pub use app::{App, Startup, TuiOptions};
pub use backend::FrameBackend;
pub use checkup::{Answers, Seen, TmuxSettings, ask_terminal, check_terminal, terminal_size};
pub use clipboard::{CLIPBOARD_PROGRAMS, Clipboard, ClipboardCommand, Copied, CopyPlan};
pub use editor::split as split_words;
pub use effect::{EditorJob, Effect, Origin, Overlay, PaneId, Plain};
pub use environment::TerminalEnvironment;
pub use event_loop::run;
pub use exit::{ExitReason, ExitReport, TuiFault};
pub use guide::{Guide, GuideStep};
pub use input::{Input, InputParser};
pub use keeping::DraftKeeper;
pub use keymap::{Keymap, KeymapFault};
pub use keys::Chord;
pub use layout::{Layout, arrange};
pub use link::{Follow, Link, LinkReport};
pub use look::Look;
pub use notice::{NoticeWay, ProgressSign, progress_sequence, shows_progress, title_sequence};
pub use pacing::{Cause, Pacer};
pub use record::Recording;
pub use theme::{ColorDepth, SCOPES, Scope, Theme};
pub use theme_file::{ThemeFault, load_theme};
pub use tree::TreeEntry;
pub use update::{Msg, settle, update};
pub use view::{Cache, view};
