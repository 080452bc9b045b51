//! The full screen: one model ([`App`]), closed enums of messages, actions and effects, one `update` that
//! routes to the panes, one pure `view`.
//!
//! The way of a key: terminal event, `Msg`, keymap (context and keys), [`Action`], `update`,
//! [`Effect::Send`], engine, event, `SessionState::apply`, `view`. Architecture invariant: the session's
//! state and the engine's handle are all that the screen knows of the rest.

mod action;
pub mod chat;
pub mod composer;
mod effect;
pub mod highlight;
mod look;
pub mod markdown;
pub mod safe;
mod theme;

pub use action::{ACTIONS, Action, ActionInfo, Context};
pub use effect::{EditorJob, Effect, Overlay, PaneId};
pub use look::Look;
pub use theme::{ColorDepth, Scope, Theme};
