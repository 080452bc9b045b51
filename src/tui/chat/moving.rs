//! Going to an entry by its number, and putting what is selected to a place in the view.

use super::pane::{ChatPane, Selected, is_selectable};
use super::scroll::{Anchor, Bring};
use crate::session::SessionState;
use crate::tui::Effect;
use crate::tui::sight::Sight;

/// Where the conversation stands, to see whether something moved it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::tui) struct ChatStanding {
    selected: Option<Selected>,
    anchor: Anchor,
    follows: bool,
    sideways: usize,
}

impl ChatPane {
    /// Goes to an entry by its number from 0, counting those that can be selected, or to the last.
    pub(in crate::tui) fn go_to_entry(&mut self, at: usize, state: &SessionState) {
        let mut able = (0..state.entries.len()).filter(|item| is_selectable(&state.entries[*item]));
        let Some(item) = able.clone().nth(at).or_else(|| able.next_back()) else { return };
        self.selected = Some(Selected { item, code: None });
        self.scroll.get_mut().go_item(item);
    }

    /// Scrolls so that what is selected stands there.
    pub(in crate::tui) fn align(&mut self, sight: Sight) -> Vec<Effect> {
        if self.selected.is_none() {
            return vec![Effect::SayWithKeys("nothing is selected; {chat-previous} selects a message")];
        }
        self.brings.set(Some(Bring::To(sight)));
        Vec::new()
    }

    /// Returns where the conversation stands.
    pub(in crate::tui) fn standing(&self) -> ChatStanding {
        let scroll = self.scroll.borrow();
        ChatStanding {
            selected: self.selected,
            anchor: scroll.anchor,
            follows: scroll.follows,
            sideways: self.sideways,
        }
    }
}
