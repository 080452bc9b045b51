//! What a pane is given to draw with.

use super::Theme;
use crate::session::{Millis, SessionState};

/// What a pane is given to draw with: pure data, so that drawing the same twice gives the same cells.
#[derive(Clone, Copy)]
pub struct Look<'a> {
    /// The session as folded so far.
    pub state: &'a SessionState,
    /// The styles.
    pub theme: &'a Theme,
    /// Whether the pane has the keys.
    pub is_focused: bool,
    /// The time, for what is told in seconds.
    pub now: Millis,
}
