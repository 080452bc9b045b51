//! The reference of the keys as Markdown, made from the table of actions and a keymap.

use super::action::{ACTIONS, ActionInfo};
use super::keymap::{CONTEXTS, Keymap};
use super::sequence::Sequence;

impl Keymap {
    /// Returns every action with its keys and its name, a table a place, then those that only the palette does.
    pub fn reference(&self) -> String {
        let mut out = String::from("# Keys\n");
        for (context, name, title) in CONTEXTS {
            out.push_str(&format!("\n## {title} (`[{name}]`)\n\n| keys | what | action |\n| --- | --- | --- |\n"));
            if self.counts_in(*context) {
                let (keys, words) = Self::COUNT_WORDS;
                out.push_str(&format!("| `{keys}` | {words} | |\n"));
            }
            for (action, keys) in self.bound_in(*context) {
                let info = action.info();
                out.push_str(&format!("| {} | {} | `{}` |\n", list(&keys), info.title, info.name));
            }
        }
        let unbound: Vec<&ActionInfo> =
            ACTIONS.iter().filter(|info| self.key(info.context, info.action).is_none()).collect();
        if !unbound.is_empty() {
            out.push_str("\n## By the palette only\n\n| what | action |\n| --- | --- |\n");
            for info in unbound {
                out.push_str(&format!("| {} | `{}` |\n", info.title, info.name));
            }
        }
        out
    }

    /// Returns one table with a line a place: each action's first keys and what it does.
    pub fn summary(&self) -> String {
        let mut out = String::from("| where | keys |\n| --- | --- |\n");
        for (context, _, title) in CONTEXTS {
            let bound = self.bound_in(*context).into_iter();
            let entries: Vec<String> = bound
                .map(|(action, keys)| format!("{} {}", list(&keys[..keys.len().min(2)]), action.info().title))
                .collect();
            out.push_str(&format!("| {} | {} |\n", title.to_lowercase(), entries.join(" · ")));
        }
        out
    }
}

/// Writes keys as Markdown code; a bar would end a cell, and a backtick the code.
fn list(keys: &[&Sequence]) -> String {
    let shown = keys.iter().map(|keys| match keys.to_string() {
        text if text.contains('`') => format!("`` {text} ``"),
        text => format!("`{}`", text.replace('|', "\\|")),
    });
    shown.collect::<Vec<_>>().join(", ")
}
