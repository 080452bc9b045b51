//! What the screen remembers from one session to the next: how far the tour went, and what the palette did last.

use serde::Deserialize;

use super::action::{ACTIONS, Action};

/// So many actions of the palette are remembered.
const MOST: usize = 12;

/// What is remembered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Memory {
    /// How many steps of the tour are behind the user.
    pub tour: usize,
    /// What the palette did, the last first.
    pub recent: Vec<Action>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct File {
    tour: usize,
    recent: Vec<String>,
}

impl Memory {
    /// Reads what was written. What cannot be read is forgotten: it is a comfort, no more.
    pub fn parse(text: &str) -> Self {
        let file: File = toml::from_str(text).unwrap_or_default();
        let known = |name: &String| ACTIONS.iter().find(|info| info.name == name.as_str()).map(|info| info.action);
        Self { tour: file.tour, recent: file.recent.iter().filter_map(known).take(MOST).collect() }
    }

    /// Returns it as text.
    pub fn text(&self) -> String {
        let recent: Vec<String> = self.recent.iter().map(|action| format!("{:?}", action.info().name)).collect();
        format!("tour = {}\nrecent = [{}]\n", self.tour, recent.join(", "))
    }

    /// Notes that the palette did an action.
    pub(super) fn used(&mut self, action: Action) {
        self.recent.retain(|known| *known != action);
        self.recent.insert(0, action);
        self.recent.truncate(MOST);
    }
}
