//! The full screen: one model ([`App`]), closed enums of messages, actions and effects, one `update` that
//! routes to the panes, one pure `view`.
//!
//! The way of a key: terminal event, `Msg`, keymap (context and keys), [`Action`], `update`,
//! [`Effect::Send`], engine, event, `SessionState::apply`, `view`. Architecture invariant: the session's
//! state and the engine's handle are all that the screen knows of the rest.

mod action;
mod answers;
mod app;
mod backend;
pub mod chat;
mod clipboard;
mod color;
pub mod composer;
pub mod diff;
mod editor;
mod effect;
mod environment;
mod event_loop;
mod exit;
pub mod file_view;
mod guide;
pub mod highlight;
mod hints;
mod input;
mod input_csi;
mod jobs;
mod keymap;
mod keymap_file;
mod keys;
mod layout;
mod look;
pub mod markdown;
mod memory;
mod mouse;
mod output;
mod overlay;
mod pacing;
mod perform;
mod prefix;
mod reader;
mod reference;
pub mod safe;
mod sequence;
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
mod wardrobe;

pub use action::{ACTIONS, Action, ActionInfo, Context};
pub use app::{App, Startup, TuiOptions};
pub use clipboard::sequence as clipboard_sequence;
pub use editor::split as split_words;
pub use effect::{EditorJob, Effect, Origin, Overlay, PaneId};
pub use environment::TerminalEnvironment;
pub use event_loop::run;
pub use exit::{ExitReason, ExitReport, TuiFault};
pub use guide::{Guide, GuideStep};
pub use input::{Input, InputParser};
pub use keymap::{Keymap, Meaning};
pub use keymap_file::KeymapFault;
pub use keys::Chord;
pub use layout::{Layout, arrange};
pub use look::Look;
pub use memory::Memory;
pub use pacing::{Cause, Pacer};
pub use sequence::Sequence;
pub use theme::{ColorDepth, SCOPES, Scope, Theme};
pub use theme_file::{ThemeFault, load_theme, theme_names};
pub use tree::TreeEntry;
pub use update::{Msg, settle, update};
pub use view::{Cache, view};
